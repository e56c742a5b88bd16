"""The COMPAS case of the published counts, as far as audits needs it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audits.models import Evaluation, Goal, Plan
from audits.services.evaluations import run_evaluation
from audits.services.goals import agree_goal, propose_goal
from audits.services.plans import set_plan
from evenhand.fairness import Counts
from governance import events, services
from governance.models import DataSet, DecisionRule, Model, Team, User, Version

# ProPublica's published cells (Larson and others, 2016): true and false negatives and positives, in the order of CELLS.
COMPAS = {"African-American": (990, 805, 532, 1369), "Caucasian": (1139, 349, 461, 505)}
CELLS = ((0, 0), (0, 1), (1, 0), (1, 1))

GOAL: dict[str, Any] = {
    "id": "equal-false-alarms",
    "name": "Equal false alarms",
    "metric": "false_positive_rate",
    "by": ["race"],
    "threshold": 0.05,
    "side": "at_most",
    "reference": {"race": "Caucasian"},
    "view": "Defendants",
    "why": "Nobody should be held because of an error that falls on one group.",
}
COLUMNS = {"groups": ["race"], "label": "two_year_recid", "prediction": "flagged"}


def published_counts(scale: int = 1) -> dict[str, Any]:
    rows = [
        {"race": race, "two_year_recid": label, "flagged": flagged, "n": n * scale}
        for race, cells in COMPAS.items()
        for (label, flagged), n in zip(CELLS, cells, strict=True)
    ]
    return Counts.from_cells(rows, groups=["race"], label="two_year_recid", prediction="flagged").to_json()


def write_rows(path: Path, *, divide: int = 1) -> Path:
    """The published cells as rows of people, for a file that is handed in."""
    lines = ["race,two_year_recid,flagged"]
    for race, cells in COMPAS.items():
        for (label, flagged), n in zip(CELLS, cells, strict=True):
            lines += [f"{race},{label},{flagged}"] * (n // divide)
    path.write_text("\n".join(lines) + "\n")
    return path


def result_of(evaluation: Evaluation) -> dict[str, Any]:
    """The result of a completed evaluation."""
    result: dict[str, Any] | None = evaluation.result
    assert result is not None, evaluation.error
    return result


@pytest.fixture
def counts() -> dict[str, Any]:
    return published_counts()


@pytest.fixture
def data_set(team: Team, engineer: User) -> DataSet:
    return services.register_dataset(
        team=team, name="Broward County", by=engineer, attributes=[{"column": "race", "known_by": "administrative"}]
    )


@pytest.fixture
def rule(model: Model, engineer: User) -> DecisionRule:
    return services.set_rule(
        model=model,
        name="5 and up",
        human_action="A judge sees the score.",
        threshold=Decimal(5),
        score_minimum=Decimal(1),
        score_maximum=Decimal(10),
        by=engineer,
    )


@pytest.fixture
def goal(model: Model, engineer: User, compliance: User) -> Goal:
    return agree_goal(goal=propose_goal(model=model, document=GOAL, by=engineer), by=compliance)


@pytest.fixture
def plan(model: Model, data_set: DataSet, goal: Goal, engineer: User) -> Plan:
    return set_plan(model=model, name="By race", data_set=data_set, columns=COLUMNS, goals=[goal], by=engineer)


@pytest.fixture
def version(model: Model, rule: DecisionRule, plan: Plan, engineer: User) -> Version:
    """A version that owes one evaluation."""
    made, _ = services.register_version(model=model, name="2.1", by=engineer)
    return made


@pytest.fixture
def owed(version: Version) -> Evaluation:
    found: Evaluation = Evaluation.objects.get(version=version)
    return found


@pytest.fixture
def work() -> Callable[[Evaluation], Evaluation]:
    """Do what the worker does with a row, in this process."""

    def run(evaluation: Evaluation) -> Evaluation:
        with events.acting_through("task"):
            run_evaluation(evaluation_id=evaluation.pk)
        evaluation.refresh_from_db()
        return evaluation

    return run
