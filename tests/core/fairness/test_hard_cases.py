"""Rates of none and all, undefined ratios, grammar, and how many more people settle a whole goal."""

from typing import Any

import pandas as pd
import pytest
from scipy.stats import fisher_exact

from evenhand.fairness import Counts, Evaluation, FairnessGoal, Verdict, count, evaluate
from evenhand.fairness.comparing.significance import two_rates
from evenhand.fairness.measuring.intervals import newcombe
from tests.core.fairness.published import cells

Table = dict[str, tuple[int, int, int, int]]
GOAL: dict[str, Any] = {
    "id": "alike",
    "metric": "selection_rate",
    "by": ["race"],
    "threshold": 0.8,
    "kind": "ratio",
    "reference": {"race": "a"},
}
GAP = {**GOAL, "kind": "difference", "threshold": 0.05}


def judged(table: Table, *goals: dict[str, Any], **options: Any) -> Evaluation:
    counts = Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")
    return evaluate(counts, goals=[FairnessGoal.from_dict(goal) for goal in goals], **{"replicates": 100, **options})


def selecting(**selected: tuple[int, int]) -> Table:
    """Groups of which so many of so many are selected; nobody has the outcome."""
    return {name: (people - chosen, chosen, 0, 0) for name, (chosen, people) in selected.items()}


def goal_row(found: Evaluation) -> Verdict:
    (row,) = [v for v in found.verdicts if v.is_goal]
    return row


def test_ratio_to_none_has_a_lower_limit_and_a_sentence() -> None:
    row = goal_row(judged(selecting(a=(0, 100), b=(50, 100)), GOAL))
    assert (row.verdict, row.value, row.high) == ("not_met", None, None)
    assert row.low is not None
    assert row.low > 10
    assert row.sentence.startswith("The model selects 50 of 100 b and 0 of 100 a people. The ratio has no upper limit")
    assert "surely outside the goal; 0.80 to 1.25 was agreed" in row.sentence


def test_none_of_either_group_is_no_ratio_and_never_met() -> None:
    found = judged(selecting(a=(0, 5000), b=(0, 5000)), GOAL)
    row = goal_row(found)
    assert (row.verdict, row.value) == ("inconclusive", None)
    assert row.reason == "Not judged: neither race=b nor the group compared with has any, so there is no ratio."
    assert any(
        "No ratio to race=a, whose rate is 0: base_rate, selection_rate, false_positive_rate" in w
        for w in found.warnings
    )


def test_nothing_over_nothing_does_not_hide_a_group_that_can_be_judged() -> None:
    found = judged(selecting(a=(0, 500), b=(0, 500), c=(200, 500)), GOAL)
    assert {(v.group or {}).get("race"): v.verdict for v in found.verdicts if v.group} == {
        "c": "not_met",
        "b": "inconclusive",
    }
    assert goal_row(found).verdict == "not_met"


def test_ratio_to_everyone_ends_where_everyone_is_the_group() -> None:
    found = judged(selecting(a=(0, 100), b=(50, 100)), reference="overall")
    (row,) = [
        c
        for c in found.comparisons
        if (c.metric, c.kind, c.of, c.group) == ("selection_rate", "ratio", "pair", {"race": "b"})
    ]
    assert (row.value, row.high) == (2.0, 2.0)
    assert row.low is not None
    assert row.low < 2


def test_draws_that_cannot_differ_are_no_certainty() -> None:
    found = judged({"a": (0, 0, 0, 10), "b": (0, 0, 0, 12)})
    rows = [c for c in found.comparisons if c.of == "max_min" and c.metric == "selection_rate"]
    assert [(c.kind, c.value, c.low, c.high) for c in rows] == [
        ("difference", 0.0, None, None),
        ("ratio", 1.0, None, None),
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (selecting(a=(999, 1000), b=(997, 1000)), "selects 997 of 1,000 b and 999 of 1,000 a people."),
        (selecting(a=(100, 100), b=(90, 100)), "selects 90 of 100 b and 100 of 100 a people."),
        (selecting(a=(0, 100), b=(1, 1000)), "selects 1 of 1,000 b and 0 of 1,000 a people."),
    ],
)
def test_nearly_all_is_not_written_as_all(table: Table, said: str) -> None:
    assert said in goal_row(judged(table, GAP)).sentence


def test_one_is_singular() -> None:
    row = goal_row(judged(selecting(a=(100, 1000), b=(110, 1000)), {**GAP, "threshold": 0.01}))
    assert "The difference is 1 point and" in row.sentence
    assert "at most 1 point either way was agreed" in row.sentence
    alone = goal_row(judged(selecting(a=(100, 1000), b=(900, 1000)), GAP))
    assert alone.reason == "The whole interval lies outside what was agreed, at 95%."


def test_goal_is_settled_by_the_first_line_that_lies_outside() -> None:
    """b lies outside and needs few people to show it; c lies inside and needs many: b's number is enough."""
    table = selecting(a=(1000, 10_000), b=(17, 100), c=(24, 200))
    found = judged(table, {**GAP, "threshold": 0.04})
    lines = {(v.group or {})["race"]: v for v in found.verdicts if v.group}
    assert {name: line.verdict for name, line in lines.items()} == {"b": "inconclusive", "c": "inconclusive"}
    assert goal_row(found).more_needed == lines["b"].more_needed
    assert lines["b"].more_needed is not None
    people = 100 + lines["b"].more_needed
    assert newcombe(0.17 * people, people, 1000, 10_000, confidence=0.975).low > 0.04


def test_goal_inside_needs_every_group_and_counts_no_group_twice() -> None:
    table = selecting(a=(1000, 10_000), b=(10, 100), c=(11, 100))
    found = judged(table, GAP)
    lines = [v.more_needed for v in found.verdicts if v.group]
    assert goal_row(found).more_needed == sum(each or 0 for each in lines)
    pairs = judged(table, {**GAP, "side": "equal", "reference": "all_pairs"})
    needed = goal_row(pairs).more_needed
    assert needed is not None
    most = [v.more_needed for v in pairs.verdicts if v.group and v.more_needed is not None]
    assert max(most) <= needed


def test_goal_held_open_by_a_small_group_names_no_number() -> None:
    table = selecting(a=(1000, 10_000), b=(10, 100), c=(1, 10))
    assert goal_row(judged(table, GAP)).more_needed is not None
    assert goal_row(judged(table, {**GAP, "too_few": "inconclusive"})).more_needed is None


@pytest.mark.parametrize("table", [(3, 100_000_000, 4, 5), (50_000_003, 100_000_000, 2, 4), (1, 40_000_000, 3, 9)])
def test_fisher_holds_for_very_many_people(table: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = table
    expected = fisher_exact([[x1, n1 - x1], [x2, n2 - x2]])[1]
    assert two_rates(x1, n1, x2, n2) == pytest.approx(expected, rel=1e-6)


def test_scores_are_compared_in_their_own_unit() -> None:
    rows = pd.DataFrame({"race": ["a"] * 200 + ["b"] * 200, "y": [0, 1] * 200, "s": [2, 4] * 100 + [3, 6] * 100})
    counts = count(rows, groups=["race"], label="y", score="s")
    goal = {**GAP, "metric": "mean_score", "threshold": 1.0}
    row = goal_row(evaluate(counts, goals=[FairnessGoal.from_dict(goal)], replicates=100))
    assert row.verdict == "not_met"
    assert row.sentence == (
        "The mean score of b is 1.5 above that of a, surely outside the goal; at most 1 either way was agreed."
    )
    wide = goal_row(evaluate(counts, goals=[FairnessGoal.from_dict({**goal, "side": "at_most", "threshold": 1})]))
    assert wide.sentence.endswith("at most 1 above was agreed.")
