"""Verdicts are wrong as seldom as they say, by simulation: a bound with Monte Carlo margin, seeded."""

import numpy as np
import pytest

from benchmarks.fairness.false_verdicts import BOUNDARY, MISSED, PARITY, Setting, verdict_shares
from evenhand.fairness import Counts, FairnessGoal, Verdict
from evenhand.fairness.judging.verdicts import judge
from evenhand.fairness.measuring.margins import finest, margin

RUNS = 300
MARGIN = 3 * np.sqrt(0.05 * 0.95 / RUNS)  # three standard errors of a share of 5 %


def lines(rows: list[dict[str, object]], goal: FairnessGoal) -> list[Verdict]:
    counts = Counts.from_cells(rows, groups=["g"], prediction="p")
    table = margin(counts, finest(counts), ["g"])
    return [row for row in judge([goal], margin_of=lambda _: table, columns=counts.columns) if row.group]


@pytest.mark.parametrize(("groups", "goals"), [(3, 1), (12, 2)])
@pytest.mark.parametrize("setting", [*PARITY[:3], *BOUNDARY], ids=lambda each: f"{each.name}, {each.apart}")
def test_not_met_is_rarely_said_where_every_goal_holds(setting: Setting, groups: int, goals: int) -> None:
    not_met, _ = verdict_shares(setting, n_groups=groups, n_goals=goals, runs=RUNS)
    assert not_met <= 0.05 + MARGIN


@pytest.mark.parametrize("groups", [2, 6])
@pytest.mark.parametrize("setting", MISSED, ids=lambda each: each.name)
def test_met_is_rarely_said_where_one_group_is_on_the_line(setting: Setting, groups: int) -> None:
    _, met = verdict_shares(setting, n_groups=groups, runs=RUNS)
    assert met <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / RUNS)


def test_uncorrected_lines_would_be_wrong_far_more_often() -> None:
    """What the correction is for: at 95 % each, one of 24 lines of 25 equal groups is nearly always outside."""
    rng, wrong = np.random.default_rng(5), 0
    for _ in range(100):
        x = rng.binomial(400, 0.3, size=25)
        rows = [{"g": f"{i:02d}", "p": p, "n": int(n)} for i, k in enumerate(x) for p, n in ((1, k), (0, 400 - k))]
        goal = FairnessGoal.from_dict({"id": "g", "metric": "selection_rate", "by": "g", "threshold": 0.0})
        wrong += any((v.low or 0) > 0 or (v.high or 0) < 0 for v in lines(rows, goal))
    assert wrong > 50


@pytest.mark.parametrize(
    ("rate", "other", "people"),
    [(0.30, 0.28, 100), (0.45, 0.30, 120), (0.10, 0.10, 40)],
)
def test_so_many_more_cases_do_settle_it_in_about_half_of_all_runs(rate: float, other: float, people: int) -> None:
    """The figure supposes that rates come out again exactly as seen; scatter settles the rest later, or earlier."""
    table: list[dict[str, object]] = [
        {"g": g, "p": p, "n": n}
        for g, size, share in (("a", 3000, other), ("b", people, rate))
        for p, n in ((1, round(size * share)), (0, size - round(size * share)))
    ]
    fields = {"id": "g", "metric": "selection_rate", "by": "g", "threshold": 0.1, "reference": {"g": "a"}}
    goal = FairnessGoal.from_dict({**fields, "reference_reason": "for the test"})

    (row,) = lines(table, goal)
    more = row.more_needed
    assert row.verdict == "inconclusive"
    assert more is not None
    rng, settled = np.random.default_rng(17), 0
    for _ in range(200):
        chosen = int(rng.binomial(more, rate))
        extra: list[dict[str, object]] = [{"g": "b", "p": 1, "n": chosen}, {"g": "b", "p": 0, "n": more - chosen}]
        settled += lines([*table, *extra], goal)[0].verdict != "inconclusive"
    assert 0.4 <= settled / 200 <= 0.75


def test_the_best_group_is_allowed_for_having_been_chosen() -> None:
    """33 % against 50 % is surely under four fifths of a group named beforehand, among 21 lines; but any of 21 groups
    might have come out best, so the same gap to the best one is no finding."""
    table = {"a": 500, "b": 330} | {f"c{index:02d}": 499 for index in range(20)}
    rows: list[dict[str, object]] = [
        {"g": g, "p": p, "n": n} for g, chosen in table.items() for p, n in ((1, chosen), (0, 1000 - chosen))
    ]
    fields = {"id": "g", "metric": "selection_rate", "by": "g", "kind": "ratio", "side": "at_least", "threshold": 0.8}
    found = {}
    for name, reference in (("named", {"g": "a"}), ("best", "best_eligible")):
        goal = FairnessGoal.from_dict({**fields, "reference": reference})
        (found[name],) = [row for row in lines(rows, goal) if row.group == {"g": "b"}]
    assert found["best"].reference == found["named"].reference == {"g": "a"}
    assert (found["named"].verdict, found["best"].verdict) == ("not_met", "inconclusive")
