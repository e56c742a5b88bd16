"""Every metric there is can be judged, or is refused with the reason; what nobody saw is bounded and never met."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, Verdict, count, evaluate
from evenhand.fairness.judging.unseen_lines import unseen_lines
from evenhand.fairness.judging.vocabulary import JUDGED_BY_INTERVAL, RATES_OF
from evenhand.fairness.measuring.intervals import koopman
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.rates import RATES
from tests.core.fairness.published import COMPAS, cells


def frame(n: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    found = pd.DataFrame({"g": rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]), "s": rng.integers(1, 1000, n) / 1000})
    found["y"] = (rng.random(n) < found["s"]).astype(int)
    found["p"] = (found["s"] >= 0.5).astype(int)
    found["d"] = np.where(rng.random(n) < 0.1, 1 - found["p"], found["p"])
    return found


def everything() -> Counts:
    return count(
        frame(), groups=["g"], label="y", prediction="p", score="s", decision="d", median=0.5, score_range=(0, 1)
    )


def goal(**fields: Any) -> FairnessGoal:
    given = {"id": "g", "metric": "selection_rate", "by": "g", "threshold": 0.2, "side": "two_sided"}
    return FairnessGoal.from_dict({**given, **fields})


def judged(counts: Counts, *goals: FairnessGoal) -> Evaluation:
    return evaluate(counts, goals=goals, replicates=100)


def lines(found: Evaluation) -> list[Verdict]:
    return [row for row in found.verdicts if row.group]


@pytest.mark.parametrize("metric", [*RATES, *JUDGED_BY_INTERVAL])
def test_every_metric_is_judged_by_the_difference_of_the_groups(metric: str) -> None:
    found = judged(everything(), goal(metric=metric, reference={"g": "a"}))
    rows = lines(found)
    assert {tuple((row.group or {}).values()) for row in rows} == {("b",), ("c",)}
    for row in rows:
        first, second = (found.group(g=level).metrics[metric].value for level in ((row.group or {})["g"], "a"))
        assert row.value == pytest.approx((first or 0) - (second or 0))
        assert not row.reason.startswith("Not judged")
        assert (row.low or -9) < (row.value or 0) < (row.high or 9)
        assert 0 <= (row.p_equivalence or 0) <= 1


@pytest.mark.parametrize("metric", list(RATES_OF))
def test_every_named_comparison_is_judged_or_refused_with_a_reason(metric: str) -> None:
    fields = {"id": "g", "metric": metric, "by": "g", "threshold": 0.3}
    if metric == "treatment_equality_ratio":
        with pytest.raises(InputError, match="is judged as a difference"):
            FairnessGoal.from_dict(fields)
        return
    if metric.startswith("exposure"):
        with pytest.raises(InputError, match="count again with --rank and --top"):
            judged(everything(), FairnessGoal.from_dict(fields))
        return
    found = judged(everything(), FairnessGoal.from_dict(fields))
    assert {row.metric for row in lines(found)} == set(RATES_OF[metric])


def test_scores_are_judged_over_all_pairs_too() -> None:
    found = judged(everything(), goal(metric="auc", side="equal", threshold=0.1))
    assert found.verdicts[0].verdict == "met"
    compared = {frozenset(((row.group or {})["g"], (row.reference or {})["g"])) for row in lines(found)}
    assert set.union(*map(set, compared)) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"metric": "final_selection_rate"}, "needs a decision"),
        ({"metric": "scoring_rate"}, "needs a median"),
        ({"metric": "auc"}, "needs a score"),
        ({"metric": "treatment_equality", "by": "sex"}, "was not counted"),
    ],
)
def test_what_was_not_counted_is_named(fields: dict[str, Any], said: str) -> None:
    counts = count(frame(), groups=["g"], label="y", prediction="p")
    with pytest.raises(InputError, match=said):
        judged(counts, goal(**fields))


def test_scores_that_are_no_probabilities_have_no_calibration_goal() -> None:
    points = frame().assign(s=lambda each: (each["s"] * 100).round())
    counts = count(points, groups=["g"], label="y", prediction="p", score="s")
    with pytest.raises(InputError, match="needs scores that are probabilities"):
        judged(counts, goal(metric="calibration_error"))


def test_quantities_have_no_goal_about_decisions() -> None:
    numbers = frame().assign(y=lambda each: each["s"] * 50, p=lambda each: each["s"] * 51)
    counts = count(numbers, groups=["g"], label="y", prediction="p", outcome="numeric")
    with pytest.raises(InputError, match="these counts hold quantities"):
        judged(counts, goal())


def test_margins_of_unbounded_metrics_may_be_large() -> None:
    assert goal(metric="mean_score", threshold=12.5).threshold == 12.5
    with pytest.raises(InputError, match="within -1 and 1"):
        goal(metric="auc", threshold=12.5)
    with pytest.raises(InputError, match="must be a number"):
        goal(threshold=float("nan"))


SEEN_OF_SELECTED = {"a": (9, 2, 3, 7), "b": (4, 5, 6, 3)}


@pytest.mark.parametrize(
    "metric", [name for name, rate in RATES.items() if rate.asks_unseen and len(rate.denominator) == 4]
)
@pytest.mark.parametrize("reference", [{"g": "a"}, "overall"])
def test_bounds_are_those_of_all_outcomes_there_could_be(metric: str, reference: Any) -> None:
    """Brute force: every number of people not selected who might have the outcome, in both groups."""
    counts = Counts.from_cells(cells(SEEN_OF_SELECTED, "g"), groups=["g"], label="label", prediction="prediction")
    asked = goal(metric=metric, reference=reference, min_group=1, min_denominator=1)
    found = unseen_lines(asked, metric, margin(counts, finest(counts), ["g"]))
    assert found.bounds is not None
    mask = RATES[metric]
    rates: dict[str, set[float]] = {"b": set(), "other": set()}
    hidden = {g: table[0] + table[2] for g, table in SEEN_OF_SELECTED.items()}
    for of_a, of_b in product(range(hidden["a"] + 1), range(hidden["b"] + 1)):
        tables = {
            g: np.array([hidden[g] - k, SEEN_OF_SELECTED[g][1], k, SEEN_OF_SELECTED[g][3]])
            for g, k in (("a", of_a), ("b", of_b))
        }
        for name, table in (("b", tables["b"]), ("other", tables["a"])):
            x, n = table @ np.array(mask.numerator), table @ np.array(mask.denominator)
            if n:
                rates[name].add(x / n)
    at = [group["g"] for group in found.groups].index("b")
    for each, name in zip(found.bounds, ("b", "other"), strict=True):
        assert each.low[at] == pytest.approx(min(rates[name]))
        assert each.high[at] == pytest.approx(max(rates[name]))


def test_where_outcomes_are_unseen_error_goals_show_bounds_and_are_never_met() -> None:
    two = {race: COMPAS[race] for race in ("African-American", "Caucasian")}
    counts = Counts.from_cells(cells(two, "g"), groups=["g"], label="label", prediction="prediction")
    loose = goal(metric="false_positive_rate", threshold=1.0, outcome_observed_for="selected")
    (row,) = lines(judged(counts, loose))
    assert row.verdict == "inconclusive"
    assert row.value is None
    assert row.p_equivalence is None
    # white: 349 selected without, 1,139 + 461 not selected; black: 805, and 990 + 532
    assert "between 17.9% and 100.0% in g=Caucasian" in row.reason
    assert "between 34.6% and 100.0% in g=African-American" in row.reason
    assert row.sentence.startswith("Nobody saw the outcomes of the people who were not selected")
    assert row.more_needed is None


def test_what_lies_outside_whatever_the_outcomes_are_is_not_met() -> None:
    """Of a 990 of 1,000 are selected, half rightly: its accuracy is 50 % give or take one; that of b is over 97 %."""
    table = {"a": (5, 495, 5, 495), "b": (5, 10, 5, 980)}
    counts = Counts.from_cells(cells(table, "g"), groups=["g"], label="label", prediction="prediction")
    asked = goal(metric="accuracy", threshold=0.1, reference={"g": "a"}, outcome_observed_for="selected")
    (row,) = lines(judged(counts, asked))
    assert row.verdict == "not_met"
    assert "whatever the outcomes are that nobody saw" in row.reason


def test_counts_that_know_selected_people_only_bind_every_goal() -> None:
    known = frame()
    known["y"] = known["y"].astype(float).where(known["p"] == 1)
    counts = count(known, groups=["g"], label="y", prediction="p", observed="selected")
    found = judged(counts, goal(metric="true_positive_rate", threshold=1.0), goal(id="s", threshold=0.2))
    states = {row.goal: row.verdict for row in found.verdicts if row.is_goal}
    assert states == {"g": "inconclusive", "s": "met"}
    assert any("takes outcomes to be observed for everyone" in warning for warning in found.warnings)


def test_scores_of_unseen_outcomes_are_not_judged() -> None:
    found = judged(everything(), goal(metric="auc", outcome_observed_for="selected"))
    assert found.verdicts[0].verdict == "inconclusive"
    assert "nothing bounds this metric" in found.verdicts[0].reason


def test_equivalence_of_scores_is_the_normal_test_of_two_means() -> None:
    data = frame()
    found = judged(everything(), goal(metric="mean_score", threshold=0.05, reference={"g": "a"}))
    (row,) = [row for row in lines(found) if row.group == {"g": "b"}]
    a, b = (data[data["g"] == level]["s"] for level in "ab")
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    gap = b.mean() - a.mean()
    expected = max(norm.sf((0.05 - gap) / error), norm.sf((gap + 0.05) / error))
    assert row.p_equivalence == pytest.approx(expected, rel=1e-6)


def test_a_goal_carries_its_largest_p_value_and_the_family() -> None:
    found = judged(everything(), goal(threshold=0.1), goal(id="odds", metric="equalized_odds_difference", side="equal"))
    rows = [row for row in lines(found) if row.goal == "g"]
    top = next(row for row in found.verdicts if row.is_goal and row.goal == "g")
    assert top.p_equivalence == max(row.p_equivalence or 0 for row in rows)
    assert {row.family for row in found.verdicts} == {2 + 3 + 3}
    for row in lines(found):
        if row.verdict == "met":
            assert row.p_equivalence is not None
            assert row.p_equivalence < 0.03


def test_a_reference_without_a_reason_is_warned_of() -> None:
    named = goal(reference={"g": "a"})
    (said,) = [warning for warning in judged(everything(), named).warnings if "gives no reason" in warning]
    assert said == "Goal 'g' gives no reason for its reference, g=a."
    reasoned = goal(reference={"g": "a"}, reference_reason="the group the law names")
    assert not any("gives no reason" in warning for warning in judged(everything(), reasoned).warnings)


def test_more_people_needed_for_scores_follow_the_root_of_people() -> None:
    """Four times the people halve the interval: a margin halfway to the limit needs both groups to grow fourfold."""
    counts = everything()
    fields = {"metric": "mean_score", "side": "at_most", "reference": {"g": "a"}}
    row = lines(judged(counts, goal(**fields, threshold=0.9)))[0]
    halfway = ((row.value or 0) + (row.high or 0)) / 2
    (found,) = [each for each in lines(judged(counts, goal(**fields, threshold=halfway))) if each.group == row.group]
    people = judged(counts).group(**(row.group or {})).n
    assert found.verdict == "inconclusive"
    assert found.more_needed == pytest.approx(3 * people, abs=1)
    assert "as many times more in the group compared with" in found.reason


def test_more_people_needed_for_a_ratio_just_bring_koopmans_limit_to_the_goal() -> None:
    """900 of 1,000 against 77 of 90: with so many more at that rate the limit passes 0.88, with 1 % fewer not yet."""
    rows = [
        {"g": g, "p": p, "n": n} for g, each in {"a": (100, 900), "b": (13, 77)}.items() for p, n in enumerate(each)
    ]
    counts = Counts.from_cells(rows, groups=["g"], prediction="p")
    asked = goal(kind="ratio", side="at_least", threshold=0.88, reference={"g": "a"})
    (row,) = lines(judged(counts, asked))
    assert row.verdict == "inconclusive"
    assert row.more_needed is not None
    grown = 90 + row.more_needed
    share = 77 / 90
    assert koopman(share * grown, grown, 900, 1000).low >= 0.88
    fewer = 90 + 0.99 * row.more_needed
    assert koopman(share * fewer, fewer, 900, 1000).low < 0.88


def test_a_final_decision_about_people_the_model_rejected_is_bounded_too() -> None:
    """Brute force: of those finally selected, the model had rejected some, whose outcomes may be anything."""
    counts = everything()
    asked = goal(metric="final_positive_predictive_value", reference={"g": "a"}, outcome_observed_for="selected")
    found = unseen_lines(asked, asked.metric, margin(counts, finest(counts), ["g"]))
    assert found.bounds is not None
    data = frame()
    for index, group in enumerate(found.groups):
        chosen = data[(data["g"] == group["g"]) & (data["d"] == 1)]
        seen, hidden = chosen[chosen["p"] == 1], chosen[chosen["p"] == 0]
        assert len(hidden) > 0
        assert found.bounds[0].low[index] == pytest.approx(seen["y"].sum() / len(chosen))
        assert found.bounds[0].high[index] == pytest.approx((seen["y"].sum() + len(hidden)) / len(chosen))
