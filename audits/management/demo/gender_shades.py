"""Gender Shades: three vendors' gender classifiers, reconstructed from printed percentages.

J. Buolamwini, T. Gebru, "Gender Shades", PMLR 81:1-15, 2018. The paper prints rates, no counts: 1,270 faces by the
printed composition round to 271, 318, 296 and 385, and errors are rounded from the printed error rate of each of the
four groups. Each comes out within 0.2 points of print; nothing is claimed about the overall rows.
"""

import datetime as dt
from typing import Any

from audits.management.demo.people import People
from audits.services.goals import agree_goal, propose_goal
from audits.services.handing_in import Provenance, hand_in_counts
from audits.services.plans import set_plan
from evenhand.fairness import Counts
from evenhand.fairness.counts.cells import Source
from evenhand.modelcard import ModelCard
from governance import events, services
from governance.models import DataSet, Model, System

PUBLISHED = dt.date(2018, 2, 23)
SOURCE = "Buolamwini and Gebru, Gender Shades, PMLR 81, 2018; counts reconstructed from printed percentages"
FACES = {
    ("darker", "female"): 271,
    ("darker", "male"): 318,
    ("lighter", "female"): 296,
    ("lighter", "male"): 385,
}
# printed error rates in percent, in the order of FACES
ERRORS = {
    "Microsoft": (20.8, 6.0, 1.7, 0.0),
    "Face++": (34.5, 0.7, 6.0, 0.8),
    "IBM": (34.7, 12.0, 7.1, 0.3),
}
GOAL: dict[str, Any] = {
    "id": "right-equally-often",
    "name": "Right equally often",
    "metric": "accuracy",
    "by": ["skin_type", "gender"],
    "side": "equal",
    "threshold": 0.05,
    "view": "the people in the pictures",
    "harm": "People are taken for somebody they are not, and some far more often than others.",
    "why": "A classifier that fails one group thirty times as often works for the other only.",
    "words": {"people": "faces", "subject": "the classifier"},
}


def load(people: People) -> None:
    """One system, a model for each vendor, its evaluation by skin type and gender. Nothing is made twice."""
    if System.objects.filter(team=people.team, slug="face-gender").exists():
        return
    with events.claimed_to_have_occurred(PUBLISHED):
        system = services.register_system(
            team=people.team,
            slug="face-gender",
            name="Gender from face pictures",
            purpose="Guesses the gender of a person from a picture of the face, by a vendor's service.",
            people_affected="Anybody whose picture is sent; tested on parliamentarians of six countries.",
            decision="Depends on the customer of the service.",
            deployment_method="online",
            hosting="cloud",
            owner=people.engineer,
            is_demo=True,
            by=people.engineer,
        )
    dataset = services.register_dataset(
        team=people.team,
        slug="pilot-parliaments",
        name="Pilot Parliaments Benchmark",
        description="1,270 pictures of parliamentarians of three African and three Nordic countries.",
        source=SOURCE,
        representation="Balanced by skin type and gender on purpose; not a sample of any population.",
        gaps="Counts are reconstructed: each group is within 0.2 points of print, the overall rows are not comparable.",
        attributes=[
            {"column": "skin_type", "label": "Skin type", "known_by": "observed"},
            {"column": "gender", "label": "Gender", "known_by": "observed"},
        ],
        n_rows=1270,
        by=people.engineer,
    )
    for vendor in ERRORS:
        _load_vendor(people, system, dataset, vendor)


def _load_vendor(people: People, system: System, dataset: DataSet, vendor: str) -> None:
    with events.claimed_to_have_occurred(PUBLISHED):
        model = services.register_model(
            system=system,
            name=f"{vendor} face service",
            origin=Model.Origin.VENDOR,
            vendor=vendor,
            by=people.engineer,
        )
        services.set_rule(
            model=model,
            name="The service's own answer",
            human_action="Nobody looks at single answers.",
            positive_means="classified female",
            by=people.engineer,
        )
    goal = propose_goal(model=model, document=GOAL, by=people.engineer)
    agree_goal(goal=goal, by=people.compliance)
    set_plan(
        model=model,
        name="Pilot parliaments by skin type and gender",
        data_set=dataset,
        columns={"groups": ["skin_type", "gender"], "label": "female", "prediction": "classified_female"},
        goals=[goal],
        by=people.engineer,
    )
    card = ModelCard.from_dict({"details": {"summary": f"{vendor}'s gender classifier as of spring 2017."}})
    with events.claimed_to_have_occurred(PUBLISHED):
        version, _ = services.register_version(model=model, name="2017", card=card, by=people.engineer)
        hand_in_counts(
            version=version,
            counts=counts(vendor).to_json(),
            provenance=Provenance(extracted_on=PUBLISHED, control_total=1270, control_source=SOURCE),
            by=people.engineer,
        )


def counts(vendor: str) -> Counts:
    """The reconstructed counts of a vendor: label = female, prediction = classified female."""
    cells = []
    for ((skin_type, gender), n), percent in zip(FACES.items(), ERRORS[vendor], strict=True):
        wrong = round(n * percent / 100)
        is_female = int(gender == "female")
        group = {"skin_type": skin_type, "gender": gender, "female": is_female}
        cells.append({**group, "classified_female": is_female, "n": n - wrong})
        cells.append({**group, "classified_female": 1 - is_female, "n": wrong})
    source = Source(SOURCE, n_rows=1270, control_total=1270, extracted_on="2018-02-23", note="reconstructed")
    return Counts.from_cells(
        [cell for cell in cells if cell["n"]],
        groups=["skin_type", "gender"],
        label="female",
        prediction="classified_female",
        source=source,
    )
