"""What holds for every goal on every count table: nothing undefined, and verdicts that follow from intervals."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import numpy as np
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, Verdict, evaluate
from evenhand.fairness.judging.lines import region
from evenhand.fairness.judging.verdicts import judge
from evenhand.fairness.judging.vocabulary import RATES_OF
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.rates import RATES
from tests.core.fairness.published import cells

PLAIN = [name for name, rate in RATES.items() if len(rate.denominator) == 4]
METRICS = [
    *PLAIN,
    "balanced_accuracy",
    "f1_score",
    "treatment_equality",
    *(name for name, rates in RATES_OF.items() if set(rates) <= set(PLAIN)),
]
SCHEMA = json.loads(files("evenhand.fairness").joinpath("schemas/result.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

Table = dict[str, tuple[int, int, int, int]]
quads = st.tuples(*[st.integers(0, 80)] * 4).filter(any)
tables = st.dictionaries(st.sampled_from("abcdef"), quads, min_size=1, max_size=6)
asked = st.fixed_dictionaries(
    {
        "id": st.just("any"),
        "metric": st.sampled_from(METRICS),
        "by": st.just(["race"]),
        "threshold": st.floats(0, 1),
        "kind": st.sampled_from(["difference", "ratio"]),
        "side": st.sampled_from(["two_sided", "at_most", "at_least"]),
        "reference": st.sampled_from(["largest", "overall", "best_eligible", "all_pairs"]),
        "outcome_observed_for": st.sampled_from(["all", "selected", "randomised"]),
        "min_group": st.integers(1, 60),
        "min_denominator": st.integers(1, 60),
        "too_few": st.sampled_from(["set_aside", "inconclusive"]),
    }
)


def goal_of(fields: dict[str, Any]) -> FairnessGoal:
    try:
        return FairnessGoal.from_dict(fields)
    except InputError:
        reject()  # not a goal at all


def judged(table: Table, fields: dict[str, Any]) -> tuple[FairnessGoal, tuple[Verdict, ...]]:
    goal = goal_of(fields)
    counts = Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")
    groups = margin(counts, finest(counts), ["race"])
    return goal, judge([goal], margin_of=lambda _: groups, columns=counts.columns)


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@quick
@given(tables, asked)
def test_every_verdict_follows_from_its_interval(table: Table, fields: dict[str, Any]) -> None:
    goal, found = judged(table, fields)
    accepted = region(goal)
    for row in found:
        if not row.group:
            continue
        low = -np.inf if row.low is None else row.low
        high = np.inf if row.high is None else row.high
        if row.verdict == "met":
            assert accepted.lowest <= low <= high <= accepted.highest
            assert row.p_equivalence is None or row.p_equivalence <= 0.2
        elif row.verdict == "not_met":
            assert low > accepted.highest or high < accepted.lowest
        if row.reason.startswith("Not judged"):
            assert row.verdict == "inconclusive"


@quick
@given(tables, asked)
def test_every_result_is_of_the_published_shape(table: Table, fields: dict[str, Any]) -> None:
    counts = Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")
    found = evaluate(counts, goals=[goal_of(fields)], replicates=100)
    value = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert list(VALIDATOR.iter_errors(value)) == []
    assert Evaluation.from_json(value) == found


@quick
@given(tables, asked)
def test_error_goals_about_unseen_outcomes_are_never_met(table: Table, fields: dict[str, Any]) -> None:
    goal, found = judged(table, {**fields, "outcome_observed_for": "selected"})
    for row in found:
        if row.group and goal.needs_unseen_outcomes and (row.metric not in RATES or RATES[str(row.metric)].asks_unseen):
            assert row.verdict != "met"
            assert row.value is None or row.reason.startswith("Not judged")


@quick
@given(tables, asked)
def test_the_goal_and_the_whole_are_as_grave_as_their_gravest_line(table: Table, fields: dict[str, Any]) -> None:
    _, found = judged(table, fields)
    (top,) = [row for row in found if row.is_goal]
    states = {row.verdict for row in found if row.group and not row.reason.startswith("Not judged")}
    assert (top.verdict == "not_met") == ("not_met" in states)
    assert top.verdict != "met" or states == {"met"}
    assert found[-1].is_overall
    assert found[-1].verdict == top.verdict
