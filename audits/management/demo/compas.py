"""COMPAS: a recidivism score, tested on the confusion counts that ProPublica's table gives by race.

J. Larson, S. Mattu, L. Kirchner, J. Angwin, "How We Analyzed the COMPAS Recidivism Algorithm", ProPublica, 23 May 2016.
All 7,214 rows; positive = decile score of 5 or more (medium or high).
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from audits.management.demo.people import People
from audits.services.goals import agree_goal, propose_goal
from audits.services.handing_in import Provenance, hand_in_counts
from audits.services.plans import set_plan
from evenhand.fairness import Counts
from evenhand.fairness.counts.cells import Source
from evenhand.modelcard import ModelCard
from governance import events, services
from governance.models import Model, System, Version

PUBLISHED = dt.date(2016, 5, 23)
SOURCE = "ProPublica, How We Analyzed the COMPAS Recidivism Algorithm, 23 May 2016; all 7,214 rows"
# race: true positives, false positives, false negatives, true negatives
CONFUSION = {
    "African-American": (1369, 805, 532, 990),
    "Asian": (6, 2, 3, 21),
    "Caucasian": (505, 349, 461, 1139),
    "Hispanic": (103, 87, 129, 318),
    "Native American": (9, 3, 1, 5),
    "Other": (43, 36, 90, 208),
}
WORDS = {
    "people": "defendants",
    "outcome": "were arrested again within two years",
    "no_outcome": "were not arrested again within two years",
    "subject": "the score",
    "selects": "flags",
    "rejects": "does not flag",
}
GOALS: list[dict[str, Any]] = [
    {
        "id": "equal-false-alarms",
        "name": "Equal false alarms",
        "metric": "false_positive_rate",
        "by": ["race"],
        "side": "equal",
        "threshold": 0.05,
        "view": "defendants",
        "harm": "People are held or supervised although they would not have been arrested again.",
        "why": "A wrong flag costs liberty, so it must not fall on one group more than on another.",
        "words": WORDS,
    },
    {
        "id": "equal-misses",
        "name": "Equal misses",
        "metric": "false_negative_rate",
        "by": ["race"],
        "side": "equal",
        "threshold": 0.05,
        "view": "the public",
        "harm": "People who are arrested again were judged low risk more often in one group than in another.",
        "why": "Leniency by mistake is a benefit that must not go to one group.",
        "words": WORDS,
    },
    {
        "id": "a-flag-means-the-same",
        "name": "A flag means the same",
        "metric": "positive_predictive_value",
        "by": ["race"],
        "side": "at_least",
        "threshold": -0.10,
        "reference": {"race": "Caucasian"},
        "reference_reason": "The maker's own comparison of 2016 was with Caucasian defendants.",
        "view": "the court",
        "harm": "A judge who reads the same score for two people is misled about one of them.",
        "why": "The maker's argument for the score: a flag should be right equally often.",
        "words": WORDS,
    },
]
CARD = {
    "details": {
        "summary": "A vendor's score from 1 to 10 for the chance of a new arrest within two years.",
        "developer": "Northpointe (now Equivant)",
    },
    "intended_use": {"primary": "Advice at the first hearing, beside the judge's own assessment."},
    "evaluation_data": {"description": SOURCE},
    "caveats": {"limits": "A new arrest is not the same as a new offence. The vendor does not disclose the model."},
}


def load(people: People) -> None:
    """The system, its model, goals, plan, version and evaluation. Nothing is made twice."""
    if System.objects.filter(team=people.team, slug="recidivism-risk-score").exists():
        return
    with events.claimed_to_have_occurred(PUBLISHED):
        system = _register_system(people)
        model = services.register_model(
            system=system,
            name="General recidivism scale",
            slug="general-recidivism",
            origin=Model.Origin.VENDOR,
            vendor="Northpointe",
            description="Scores of Broward County, Florida, 2013 and 2014.",
            by=people.engineer,
        )
        services.set_rule(
            model=model,
            name="Medium or high counts as flagged",
            threshold=Decimal(5),
            score_minimum=Decimal(1),
            score_maximum=Decimal(10),
            positive_means="decile score of 5 or more",
            human_action="A judge sees the score at the first hearing and decides about release.",
            by=people.engineer,
        )
    _agree_goals_and_plan(people, model)
    with events.claimed_to_have_occurred(PUBLISHED):
        version, _ = services.register_version(
            model=model, name="2013-2014", card=ModelCard.from_dict(CARD), by=people.engineer
        )
        _hand_in(people, version)


def _register_system(people: People) -> System:
    return services.register_system(
        team=people.team,
        slug="recidivism-risk-score",
        name="Recidivism risk score",
        purpose="Scores people who were arrested and await trial from 1 to 10 for the chance of a new arrest within "
        "two years. From 5 upwards a person counts as medium or high risk.",
        people_affected="Defendants of one county in Florida, their families, and the public.",
        decision="Release or detention before trial. A judge decides.",
        human_oversight="The score is advice.",
        deployment_method="batch",
        hosting="cloud",
        jurisdictions=["US (Florida)"],
        owner=people.engineer,
        is_demo=True,
        by=people.engineer,
    )


def _agree_goals_and_plan(people: People, model: Model) -> None:
    """The goals are the demo's own, agreed today: nobody agreed any before the scores were used."""
    goals = [propose_goal(model=model, document=goal, by=people.engineer) for goal in GOALS]
    for goal in goals:
        agree_goal(goal=goal, by=people.compliance)
    dataset = services.register_dataset(
        team=people.team,
        slug="broward-two-years",
        name="Broward County, two years",
        description="Defendants scored in 2013 and 2014, followed for two years.",
        source=SOURCE,
        collected="2013 to 2016",
        representation="One county. Race as recorded by the sheriff.",
        gaps="Asian and Native American defendants are too few to judge. Sex by race was not counted here.",
        attributes=[{"column": "race", "label": "Race", "known_by": "administrative"}],
        n_rows=7214,
        by=people.engineer,
    )
    set_plan(
        model=model,
        name="Two-year outcomes by race",
        data_set=dataset,
        columns={"groups": ["race"], "label": "two_year_recid", "prediction": "medium_or_high"},
        goals=goals,
        by=people.engineer,
    )


def counts() -> Counts:
    """The published confusion counts as a count table."""
    cells = [
        {"race": race, "two_year_recid": label, "medium_or_high": flagged, "n": n}
        for race, (tp, fp, fn, tn) in CONFUSION.items()
        for label, flagged, n in ((1, 1, tp), (0, 1, fp), (1, 0, fn), (0, 0, tn))
    ]
    return Counts.from_cells(
        cells,
        groups=["race"],
        label="two_year_recid",
        prediction="medium_or_high",
        source=Source(SOURCE, n_rows=7214, control_total=7214, extracted_on="2016-05-23"),
    )


def _hand_in(people: People, version: Version) -> None:
    said = Provenance(extracted_on=PUBLISHED, control_total=7214, control_source=SOURCE)
    hand_in_counts(version=version, counts=counts().to_json(), provenance=said, by=people.engineer)
