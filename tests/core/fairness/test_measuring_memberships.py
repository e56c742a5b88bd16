"""Groups known by probability: estimates against statsmodels, bounds against linear programming, bias by arithmetic."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from statsmodels.stats.weightstats import DescrStatsW

from evenhand.cli import main
from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness.counts.memberships import BANDS, LevelPair, MembershipCounts, ProbabilityBand
from evenhand.fairness.measuring.probable import membership_differences, membership_rates
from evenhand.fairness.scanning.memberships import count_memberships

LEVELS = {"White": "p_white", "Black": "p_black"}


def people(n: int, seed: int, *, link: float = 0.0) -> pd.DataFrame:
    """People whose probabilities are right. With a link, members of b are selected less at equal probabilities."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"p_black": random.beta(0.6, 1.2, n).round(6)})
    frame["p_white"] = (1 - frame["p_black"]).round(6)
    frame["black"] = random.random(n) < frame["p_black"]
    chance = 0.6 - 0.3 * frame["p_black"] - link * frame["black"]
    frame["p"] = (random.random(n) < chance).astype(int)
    return frame.assign(y=(random.random(n) < 0.3 + 0.4 * frame["p"]).astype(int))


def counted(frame: Any, **options: Any) -> Any:
    return count_memberships(frame, attribute="race", levels=LEVELS, **{"label": "y", "prediction": "p", **options})


def test_estimates_are_statsmodels_weighted_means() -> None:
    frame = people(800, 1)
    rows = {(row.metric, row.level): row for row in membership_rates(counted(frame))}
    for level, column in LEVELS.items():
        for metric, part, outcome in (
            ("selection_rate", frame, "p"),
            ("true_positive_rate", frame[frame["y"] == 1], "p"),
            ("positive_predictive_value", frame[frame["p"] == 1], "y"),
        ):
            row = rows[metric, level]
            assert row.value == pytest.approx(DescrStatsW(part[outcome], weights=part[column]).mean, rel=1e-9)
            assert row.people == pytest.approx(part[column].sum(), rel=1e-9)
            assert row.value is not None
            assert row.low is not None
            assert row.lowest is not None
            assert row.low < row.value
            assert row.lowest < row.value


def test_certain_memberships_are_the_plain_rates() -> None:
    frame = people(500, 2)
    frame["p_black"], frame["p_white"] = frame["black"].astype(float), 1.0 - frame["black"]
    for row in membership_rates(counted(frame)):
        if row.metric == "selection_rate":
            share = frame[frame["black"] == (row.level == "Black")]["p"].mean()
            assert (row.value, row.lowest, row.highest) == pytest.approx((share, share, share))


@pytest.mark.parametrize("metric", ["selection_rate", "true_positive_rate", "positive_predictive_value"])
def test_bounds_are_those_of_linear_programming(metric: str) -> None:
    """Charnes and Cooper's transformation of the quotient, over how many of each band and cell belong to the level."""
    frame = people(400, 3)
    rows = [row for row in membership_rates(counted(frame)) if row.metric == metric and row.level == "Black"]
    band = np.minimum((frame["p_black"] * BANDS).astype(int), BANDS - 1)
    cell = 2 * frame["y"] + frame["p"]
    n = np.array([[((band == b) & (cell == k)).sum() for k in range(4)] for b in range(BANDS)], dtype=float)
    mass = np.array([frame["p_black"][band == b].sum() for b in range(BANDS)])
    top, of = {
        "selection_rate": ([0, 1, 0, 1], [1, 1, 1, 1]),
        "true_positive_rate": ([0, 0, 0, 1], [0, 0, 1, 1]),
        "positive_predictive_value": ([0, 0, 0, 1], [0, 1, 0, 1]),
    }[metric]
    size = BANDS * 4
    equal = np.zeros((BANDS + 1, size + 1))
    for b in range(BANDS):
        equal[b, 4 * b : 4 * b + 4], equal[b, size] = 1, -mass[b]
    equal[BANDS, :size] = np.tile(of, BANDS)
    most = np.hstack([np.eye(size), -n.reshape(-1, 1)])
    goal = np.append(np.tile(top, BANDS), 0.0)
    limits = [
        sign * linprog(sign * goal, A_ub=most, b_ub=np.zeros(size), A_eq=equal, b_eq=[0] * BANDS + [1]).fun
        for sign in (1, -1)
    ]
    assert (rows[0].lowest, rows[0].highest) == pytest.approx(limits, abs=1e-6)


def test_the_bias_is_the_covariance_of_group_and_outcome_among_equals() -> None:
    """Chen and others (2019): off by -E[Cov(group, outcome | probabilities)] / P(group), and still inside the bounds.

    Two kinds of people with probability 0.2 and 0.8. In each, the share of b that is selected is 0.2 lower.
    """
    rows, covariance = [], 0.0
    for chance in (0.2, 0.8):
        members, others = round(1000 * chance), round(1000 * (1 - chance))
        for black, n, rate in ((True, members, 0.4), (False, others, 0.6)):
            rows += [(chance, black, 1)] * round(n * rate) + [(chance, black, 0)] * round(n * (1 - rate))
        covariance += 0.5 * chance * (1 - chance) * (0.4 - 0.6)
    frame = pd.DataFrame(rows, columns=["p_black", "black", "p"]).assign(p_white=lambda each: 1 - each["p_black"])
    (row,) = [row for row in membership_rates(counted(frame, label=None)) if row.level == "Black"]
    assert row.value is not None
    assert row.lowest is not None
    assert row.highest is not None
    assert row.value - 0.4 == pytest.approx(-covariance / 0.5, abs=1e-9)
    assert row.lowest <= 0.4 <= row.highest
    (gap,) = membership_differences(counted(frame, label=None), "White")
    assert gap.lowest is not None
    assert gap.highest is not None
    assert gap.lowest <= -0.2 <= gap.highest


def by_numpy(frame: pd.DataFrame) -> MembershipCounts:
    """The same counts of decisions by NumPy alone."""
    bands, pairs = [], []
    chances = [frame[column].to_numpy() for column in LEVELS.values()]
    micro, share = ([np.floor(each * scale + 0.5).astype(int) for each in chances] for scale in (1_000_000, 10_000))
    cells = [(frame["p"] == 0).to_numpy(), (frame["p"] == 1).to_numpy()]

    def four(values: Any) -> Any:
        return (int(values[cells[0]].sum()), int(values[cells[1]].sum()), 0, 0)

    for level, chance in enumerate(chances):
        place = np.minimum((chance * BANDS).astype(int), BANDS - 1)
        for band in np.unique(place):
            inside = (place == band).astype(int)
            bands.append(ProbabilityBand(level, int(band), four(inside), four(inside * micro[level])))
        pairs += [LevelPair(level, other, four(share[level] * share[other])) for other in range(level, len(chances))]
    return MembershipCounts("race", tuple(LEVELS), None, "p", tuple(bands), tuple(pairs))


def test_intervals_cover_where_the_assumption_holds() -> None:
    many = people(1_000_000, 9)
    truth = {level: many[many["black"] == (level == "Black")]["p"].mean() for level in LEVELS}
    held = {"rate": 0, "gap": 0}
    for seed in range(300):
        counts = by_numpy(people(300, 100 + seed))
        (row,) = [row for row in membership_rates(counts) if row.level == "Black"]
        (gap,) = membership_differences(counts, "White")
        assert row.low is not None
        assert row.high is not None
        assert gap.low is not None
        assert gap.high is not None
        held["rate"] += row.low <= truth["Black"] <= row.high
        held["gap"] += gap.low <= truth["Black"] - truth["White"] <= gap.high
    assert 0.92 <= held["rate"] / 300 <= 0.99
    assert 0.92 <= held["gap"] / 300 <= 0.99


def test_parts_add_up_and_engines_agree(tmp_path: Any) -> None:
    frame = people(200, 5)
    frame.to_csv(tmp_path / "people.csv", index=False)
    whole = counted(frame)
    assert counted(frame.iloc[:70]) + counted(frame.iloc[70:]) == whole
    assert counted(tmp_path / "people.csv") == whole
    assert whole.n_rows == 200
    assert counted(frame, label=None) == by_numpy(frame)
    with pytest.raises(IncompatibleCountsError, match="their label differ"):
        whole + counted(frame, label=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p_black": 1.2}, "'p_black' is empty or outside 0 to 1 in 50 rows"),
        ({"p_black": np.nan}, "'p_black' is empty or outside 0 to 1 in 50 rows"),
        ({"p_black": 0.6, "p_white": 0.6}, "add up to over 1 in 50 rows"),
        ({"p_black": "many"}, "'p_black' holds no numbers"),
        ({"p": 3}, "Column 'p' holds"),
    ],
)
def test_bad_probabilities_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        counted(people(50, 1).assign(**change))


def test_bad_questions_are_refused() -> None:
    with pytest.raises(InputError, match="Name a label"):
        counted(people(20, 1), label=None, prediction=None)
    with pytest.raises(InputError, match="no level 'Asian'"):
        membership_differences(counted(people(20, 1)), "Asian")


def test_the_command_prints_estimates_and_bounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = people(300, 4)
    frame.to_csv(tmp_path / "people.csv", index=False)
    command = ["memberships", str(tmp_path / "people.csv"), "--membership", "race:White=p_white,Black=p_black"]
    assert main([*command, "--prediction", "p", "--reference", "White", "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n_rows"] == 300
    (gap,) = membership_differences(counted(frame, label=None), "White")
    assert found["differences"] == [asdict(gap)]
    assert "belonging to the group says nothing about the outcome" in found["warnings"][0]
    assert main([*command, "--prediction", "p"]) == 0
    assert "selection_rate  Black" in capsys.readouterr().out
    assert main(["memberships", str(tmp_path / "people.csv"), "--membership", "race", "--prediction", "p"]) == 2
    assert "write race:White=p_white" in capsys.readouterr().err
