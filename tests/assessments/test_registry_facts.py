"""What the registry says under each name an answer may be offered from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from assessments.services.fitting import fitted
from assessments.services.registry_facts import Registry
from audits.models import Evaluation
from audits.services.handing_in import hand_in_counts
from evenhand import modelcard
from evenhand.questionnaire.facts import FACTS
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.schema import Question
from governance import services
from governance.models import Model, System, Team, User, Version
from tests.audits.conftest import counts, data_set, goal, owed, plan, rule, version, work

__all__ = ["counts", "data_set", "goal", "owed", "plan", "rule", "version", "work"]


@pytest.fixture
def done(version: Version, counts: dict[str, Any], engineer: User, work: Callable[[Any], Any]) -> Evaluation:
    found: Evaluation = work(hand_in_counts(version=version, counts=counts, by=engineer))
    return found


def every_fact(system: System) -> dict[str, Any]:
    return Registry(System.objects.select_related("team", "owner").get(pk=system.pk)).values_of(FACTS)


def test_a_new_system_says_little_and_nothing_is_made_up(system: System) -> None:
    assert every_fact(system) == {
        "system.name": "Recidivism risk score",
        "system.purpose": "Gives people who await trial a number from 1 to 10.",
        "system.team": "Pretrial services",
    }


def test_every_family_is_read(system: System, done: Evaluation, engineer: User, model: Model) -> None:
    services.change_system(
        system=system, hosting="cloud", deployment_method="batch", jurisdictions=["France", "Spain"], owner=engineer,
        by=engineer,
    )  # fmt: skip
    card = modelcard.ModelCard.from_dict(
        {"details": {"summary": "A score."}, "intended_use": {"description": "Bail.\n\nNothing else."}}
    )
    services.publish_card(version=done.version, card=card, by=engineer)
    found = every_fact(system)
    assert found["system.hosting"] == "Cloud"
    assert found["system.jurisdictions"] == ["France", "Spain"]
    assert found["system.owner"] == "Engineer"
    assert found["model.vendors"] == ["Example"]
    assert found["version.name"] == "General score 2.1"
    assert found["version.change_class"] == "first version"
    assert found["rule.threshold"] == 5.0
    assert found["rule.human_action"] == "A judge sees the score."
    assert found["card.intended_use"] == "Bail.\n\nNothing else."
    assert found["goals.names"] == ["Equal false alarms"]
    assert found["goals.views"] == ["Defendants"]
    assert found["evaluation.n_rows"] == 6150
    assert "card.caveats" not in found


def test_selection_rates_and_impact_ratios_are_those_of_the_counts(system: System, done: Evaluation) -> None:
    found = every_fact(system)
    rates = {row["group"]: row for row in found["evaluation.selection_rates"]}
    african = (805 + 1369) / (990 + 805 + 532 + 1369)
    caucasian = (349 + 505) / (1139 + 349 + 461 + 505)
    assert rates["African-American"]["rate"] == pytest.approx(african, abs=1e-6)
    assert rates["African-American"]["n"] == 3696
    ratios = {row["group"]: row["ratio"] for row in found["evaluation.impact_ratios"]}
    assert ratios["African-American"] == 1.0  # the highest rate
    assert ratios["Caucasian"] == pytest.approx(caucasian / african, abs=1e-6)
    assert set(found["evaluation.groups"]) == {"African-American", "Caucasian"}


def test_the_chosen_version_is_the_one_asked_about(
    system: System, model: Model, engineer: User, version: Version
) -> None:
    services.register_version(model=model, name="3.0", by=engineer)
    assert Registry(system).values_of(["version.name"]) == {"version.name": "General score 3.0"}
    assert Registry(system, version).values_of(["version.name"]) == {"version.name": "General score 2.1"}


def test_another_team_s_facts_never_show(system: System, other_team: Team, stranger: User) -> None:
    theirs = services.register_system(team=other_team, name="Theirs", purpose="Else.", by=stranger)
    model = services.register_model(system=theirs, name="Secret", origin="own", by=stranger)
    services.set_rule(model=model, name="R", human_action="None.", threshold=Decimal(0), by=stranger)
    assert not {"model.names", "rule.name"} & every_fact(system).keys()


def question(text: str) -> Question:
    head = "evenhand_framework: 1\nframework: {id: f, version: '1', title: F, scope: system}\nsections:\n"
    body = f"- id: s\n  title: S\n  questions:\n  - {{id: q, prompt: Q, {text}}}\n"
    return parse_framework((head + body).encode(), name="f.yaml").question("q")


ROWS = [{"group": "Women", "n": 40, "rate": 0.25}]


@pytest.mark.parametrize(
    ("asked", "fact", "answer"),
    [
        ("type: text", ["France", "Spain"], "France; Spain"),
        ("type: longtext", ["France", "Spain"], "France\nSpain"),
        ("type: text", "x" * 501, None),  # too long to be a short text: nothing is cut off
        ("type: date", "2026-03-01", "2026-03-01"),
        ("type: number", 0.5, 0.5),
        ("type: number, max: 0.1", 0.5, None),
        ("type: single, choices: [{id: cloud, label: Cloud}, {id: own, label: Own}]", "Cloud", "cloud"),
        ("type: single, choices: [{id: own, label: Own}]", "Cloud", None),
        ("type: multi, choices: [{id: fr, label: France}, {id: es, label: Spain}]", ["France", "Spain"], ["fr", "es"]),
        ("type: multi, choices: [{id: fr, label: France}]", ["France", "Spain"], None),
        ("type: group, questions: [{id: name, type: text, prompt: N}]", ["A", "B"], [{"name": "A"}, {"name": "B"}]),
        (
            "type: group, questions: [{id: group, type: text, prompt: G}, {id: rate, type: number, prompt: R}]",
            ROWS,
            [{"group": "Women", "rate": 0.25}],
        ),
        ("type: longtext", ROWS, "group: Women, n: 40, rate: 0.25"),
        ("type: boolean", "Cloud", None),
    ],
)
def test_a_fact_becomes_an_answer_only_where_it_fits(asked: str, fact: Any, answer: Any) -> None:
    assert fitted(question(asked), fact) == answer
