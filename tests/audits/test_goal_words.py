"""What the pages say of a goal: whom its rate counts, its limit, and both ends of a pair."""

from collections.abc import Callable
from typing import Any

import pytest

from audits.models import Evaluation
from audits.services.goals import agree_goal, propose_goal
from audits.services.handing_in import hand_in_counts
from audits.services.plans import set_plan
from audits.web.verdicts import glance, goal_lines, limit_words, people_counted
from governance.models import DataSet, DecisionRule, Model, User
from governance.services import register_version
from tests.audits.conftest import COLUMNS, GOAL

WORDS = {
    "people": "defendants",
    "subject": "the score",
    "outcome": "were arrested again",
    "no_outcome": "were not arrested again",
    "selects": "flags",
    "rejects": "passes",
}


@pytest.mark.parametrize(
    ("metric", "people"),
    [
        ("false_positive_rate", "defendants who were not arrested again"),
        ("false_negative_rate", "defendants who were arrested again"),
        ("positive_predictive_value", "defendants the score flags"),
        ("false_omission_rate", "defendants the score passes"),
        ("selection_rate", "all defendants"),
    ],
)
def test_whom_a_rate_counts(metric: str, people: str) -> None:
    assert people_counted({**GOAL, "metric": metric, "words": WORDS}) == people


def test_whom_a_rate_counts_without_words_of_the_goal() -> None:
    assert people_counted(GOAL) == "people who do not have the outcome"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"side": "two_sided"}, "within 5 points either way"),
        ({"side": "at_most"}, "at most 5 points above"),
        ({"side": "at_least", "threshold": -0.1}, "at most 10 points below"),
        ({"side": "at_least", "kind": "ratio", "threshold": 0.8}, "at least 0.80"),
    ],
)
def test_a_limit_in_words(change: dict[str, Any], words: str) -> None:
    assert limit_words({**GOAL, **change}) == words


def test_a_goal_over_all_pairs_names_both_groups(
    model: Model,
    rule: DecisionRule,
    data_set: DataSet,
    counts: dict[str, Any],
    engineer: User,
    compliance: User,
    work: Callable[[Evaluation], Evaluation],
) -> None:
    document = {**GOAL, "id": "pairs", "name": "Pairs", "side": "two_sided", "reference": "all_pairs"}
    goal = agree_goal(goal=propose_goal(model=model, document=document, by=engineer), by=compliance)
    set_plan(model=model, name="By race", data_set=data_set, columns=COLUMNS, goals=[goal], by=engineer)
    version, _ = register_version(model=model, name="2.1", by=engineer)
    done = work(hand_in_counts(version=version, counts=counts, by=engineer))
    (line,) = goal_lines(done)
    assert sorted(line.group.split(" over ")) == ["African-American", "Caucasian"]
    assert "People: people who do not have the outcome." in glance(done, line)["foot"]
