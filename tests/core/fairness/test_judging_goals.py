"""Verdicts come from intervals: what is met, not met and inconclusive, why, and what would settle it."""

from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, Verdict, evaluate
from evenhand.fairness.measuring.intervals import newcombe
from tests.core.fairness.published import COMPAS, cells

WORDS = {
    "people": "defendants",
    "outcome": "reoffended",
    "no_outcome": "did not reoffend",
    "subject": "the score",
    "selects": "flags",
    "rejects": "does not flag",
}
FALSE_FLAGS = {
    "id": "flags",
    "metric": "false_positive_rate",
    "by": ["race"],
    "side": "at_most",
    "threshold": 0.05,
    "reference": {"race": "Caucasian"},
    "words": WORDS,
}


def judged(table: dict[str, tuple[int, int, int, int]], *goals: dict[str, Any]) -> Evaluation:
    counts = Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")
    return evaluate(counts, goals=[FairnessGoal.from_dict(goal) for goal in goals], replicates=100)


def line(found: Evaluation, level: str, goal: str = "flags") -> Verdict:
    (row,) = [v for v in found.verdicts if v.goal == goal and v.group == {"race": level}]
    return row


def goal_row(found: Evaluation, goal: str = "flags") -> Verdict:
    (row,) = [v for v in found.verdicts if v.goal == goal and v.is_goal]
    return row


def test_compas_is_not_met_and_says_so_in_people() -> None:
    found = judged(COMPAS, FALSE_FLAGS)
    assert goal_row(found).verdict == "not_met"
    assert goal_row(found).sentence == (
        "Of the people who did not reoffend, the score flags 45 of 100 African-American and 23 of 100 Caucasian "
        "defendants. The gap is 21 points, and surely more than the 5 agreed."
    )
    assert found.overall is not None
    assert found.overall.verdict == "not_met"
    assert found.verdicts[-1] == found.overall


def test_lines_are_judged_one_by_one() -> None:
    found = judged(COMPAS, FALSE_FLAGS)
    assert line(found, "African-American").verdict == "not_met"
    assert line(found, "Hispanic").verdict == "met"
    assert line(found, "Asian").verdict == "inconclusive"


def test_small_groups_are_named_and_set_aside() -> None:
    found = judged(COMPAS, FALSE_FLAGS)
    asian = line(found, "Asian")
    assert asian.reason == "Not judged: race=Asian has 23 cases to judge by, and at least 30 were agreed."
    assert asian.more_needed == 7
    assert "race=Asian" in goal_row(found).reason


def test_small_groups_leave_a_goal_open_where_that_was_agreed() -> None:
    table = {"a": (500, 500, 0, 0), "b": (500, 500, 0, 0), "c": (3, 3, 0, 0)}
    goal = {**FALSE_FLAGS, "side": "two_sided", "threshold": 0.1, "reference": {"race": "a"}}
    assert goal_row(judged(table, goal)).verdict == "met"
    assert goal_row(judged(table, {**goal, "too_few": "inconclusive"})).verdict == "inconclusive"


def test_goal_without_enough_people_is_never_met() -> None:
    found = judged({"a": (5, 5, 0, 0), "b": (5, 5, 0, 0)}, {**FALSE_FLAGS, "reference": {"race": "a"}})
    assert goal_row(found).verdict == "inconclusive"
    assert goal_row(found).reason == "No two groups have the number of cases that was agreed."


def test_two_sided_goal_misses_a_group_far_below() -> None:
    table = {"a": (500, 500, 0, 0), "b": (900, 100, 0, 0)}
    assert goal_row(judged(table, {**FALSE_FLAGS, "reference": {"race": "a"}})).verdict == "met"
    equal = {**FALSE_FLAGS, "side": "two_sided", "reference": {"race": "a"}}
    assert goal_row(judged(table, equal)).verdict == "not_met"


def test_goal_called_equal_compares_all_pairs() -> None:
    table = {"a": (500, 500, 0, 0), "b": (530, 470, 0, 0), "c": (800, 200, 0, 0)}
    goal = {key: value for key, value in FALSE_FLAGS.items() if key != "reference"}
    found = judged(table, {**goal, "side": "equal", "threshold": 0.2})
    assert goal_row(found).verdict == "not_met"
    pairs = {(v.group or {})["race"] + (v.reference or {})["race"] for v in found.verdicts if v.group}
    assert "ac" in pairs
    assert "bc" in pairs


def test_more_cases_needed_do_settle_it() -> None:
    table = {"a": (800, 200, 0, 0), "b": (78, 22, 0, 0)}
    found = judged(table, {**FALSE_FLAGS, "threshold": 0.1, "reference": {"race": "a"}})
    row = line(found, "b")
    assert row.verdict == "inconclusive"
    assert row.more_needed is not None
    grown = 100 + row.more_needed
    assert newcombe(0.22 * grown, grown, 200, 1000).high <= 0.1
    assert newcombe(0.22 * (grown - 5), grown - 5, 200, 1000).high > 0.1
    assert "would settle it" in row.reason


def test_not_met_allows_for_many_comparisons() -> None:
    """A line just beyond on its own is no finding among twenty; alone it is one."""
    base = {"a": (1000, 1000, 0, 0), "b": (420, 580, 0, 0)}
    goal = {**FALSE_FLAGS, "threshold": 0.04, "reference": {"race": "a"}}
    assert line(judged(base, goal), "b").verdict == "not_met"
    many = base | {f"g{index}": (500, 500, 0, 0) for index in range(19)}
    among = line(judged(many, goal), "b")
    assert among.verdict == "inconclusive"
    assert "not at 95% over all 20 comparisons together" in among.reason


def test_outcome_seen_for_the_selected_only_cannot_meet_an_error_goal() -> None:
    table = {"a": (500, 500, 500, 500), "b": (500, 500, 500, 500)}
    goal = {**FALSE_FLAGS, "threshold": 0.2, "reference": {"race": "a"}, "outcome_observed_for": "selected"}
    found = judged(table, goal, {**goal, "id": "ppv", "metric": "positive_predictive_value"})
    assert line(found, "b").verdict == "inconclusive"
    assert "only for people who were selected" in line(found, "b").reason
    assert line(found, "b", "ppv").verdict == "met"


def test_impact_ratio_goal_is_a_ratio_to_the_best_group() -> None:
    table = {"a": (200, 800, 0, 0), "b": (700, 300, 0, 0)}
    found = judged(table, {"id": "flags", "metric": "impact_ratio", "by": "race", "threshold": 0.8})
    row = line(found, "b")
    assert (row.kind, row.side, row.reference, row.value) == ("ratio", "at_least", {"race": "a"}, 0.375)
    assert row.sentence.endswith("The ratio is 0.38, and surely less than the 0.80 agreed.")


def test_equalized_odds_needs_both_rates() -> None:
    table = {"a": (500, 500, 500, 500), "b": (500, 500, 900, 100)}
    found = judged(table, {"id": "flags", "metric": "equalized_odds_difference", "by": "race", "threshold": 0.1})
    states = {v.metric: v.verdict for v in found.verdicts if v.group}
    assert states == {"true_positive_rate": "not_met", "false_positive_rate": "met"}
    assert goal_row(found).verdict == "not_met"


def test_overall_takes_the_gravest_goal() -> None:
    table = {"a": (500, 500, 0, 0), "b": (500, 500, 0, 0)}
    met = {**FALSE_FLAGS, "reference": {"race": "a"}, "threshold": 0.2}
    unclear = {**met, "id": "strict", "threshold": 0.001}
    found = judged(table, met, unclear)
    assert found.overall is not None
    assert found.overall.verdict == "inconclusive"
    assert found.overall.sentence == "Of 2 goals, one is inconclusive and one is met."


def test_no_goal_no_verdict() -> None:
    assert judged(COMPAS).verdicts == ()
    assert judged(COMPAS).overall is None


def test_goal_reads_and_writes_the_same() -> None:
    goal = FairnessGoal.from_dict({**FALSE_FLAGS, "consulted": ["court", "public defender"], "why": "liberty"})
    assert FairnessGoal.from_dict(goal.to_dict()) == goal
    assert goal.consulted == "court, public defender"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"metric": "fairness"}, "metric 'fairness' is not known"),
        ({"threshold": "small"}, "'threshold' must be a number"),
        ({"threshold": 5}, "must lie within -1 and 1"),
        ({"threshold": -0.1, "side": "two_sided"}, "margin of 0 or more"),
        ({"kind": "ratio", "threshold": 0}, "above 0"),
        ({"kind": "odds"}, "kind 'odds' is not one of"),
        ({"side": "left"}, "side 'left' is not one of"),
        ({"reference": "nobody"}, "reference 'nobody' is not one of"),
        ({"reference": {"sex": "m"}}, "reference column 'sex'"),
        ({"reference": "all_pairs"}, "needs side two_sided"),
        ({"by": []}, "needs the field 'by'"),
        ({"tolerance": 1}, "'tolerance' is not known"),
        ({"min_group": 0}, "1 or more"),
        ({"min_group": 2.5}, "must be a whole number"),
        ({"confidence": 1}, "under 1"),
        ({"words": {"victims": "x"}}, "'words' has the parts"),
        ({"metric": "auc", "kind": "ratio"}, "is judged as a difference"),
    ],
)
def test_unusable_goals_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        FairnessGoal.from_dict({**FALSE_FLAGS, **change})
    assert said in str(caught.value)


def test_goal_about_what_was_not_counted_is_refused() -> None:
    with pytest.raises(InputError, match="compares by 'sex', which was not counted"):
        judged(COMPAS, {**FALSE_FLAGS, "by": ["sex"], "reference": "largest"})
    decisions = Counts.from_cells([{"race": "a", "p": 1, "n": 5}], groups=["race"], prediction="p")
    with pytest.raises(InputError, match="needs a label, which was not counted"):
        evaluate(decisions, goals=[FairnessGoal.from_dict(FALSE_FLAGS)], replicates=100)


def test_of_a_pair_set_aside_only_the_small_group_is_named() -> None:
    cells = [
        {"race": race, "y": 0, "p": flagged, "n": n}
        for race, (flagged_n, let_go_n) in {"Large": (800, 990), "Other": (36, 208), "Small": (2, 21)}.items()
        for flagged, n in ((1, flagged_n), (0, let_go_n))
    ]
    counts = Counts.from_cells(cells, groups=["race"], label="y", prediction="p")
    goal = FairnessGoal.from_dict(
        {"id": "equal", "metric": "false_positive_rate", "by": ["race"], "side": "equal", "threshold": 0.05}
    )
    reason = evaluate(counts, goals=[goal], replicates=100).verdicts[0].reason
    assert "Not judged, too few: race=Small." in reason
