"""Drawing the cells again: an exact multinomial whatever the way, and the same numbers on any number of processors."""

import os

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from evenhand.fairness import Counts, evaluate
from evenhand.fairness.comparing.bootstrap import extremes, percentile_interval
from evenhand.fairness.comparing.drawing import CellDraws
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.rates import RATES

Whole = NDArray[np.int64]


def many_cells(n_cells: int, *, people: int) -> Whole:
    random = np.random.default_rng(5)
    return random.multinomial(people, random.dirichlet(np.full(n_cells, 0.7)))


def replicates(cells: Whole, size: int) -> Whole:
    return CellDraws.of(cells).draw(np.random.default_rng(11), size)


@pytest.fixture(scope="module")
def drawn_often() -> Whole:
    return replicates(many_cells(400, people=5_000), 40_000)


def test_few_cells_are_drawn_by_numpy_and_many_the_quicker_way() -> None:
    assert CellDraws.of(many_cells(40, people=5_000)).owner is None
    assert CellDraws.of(many_cells(400, people=5_000)).owner is not None


def test_every_replicate_has_all_people_and_none_in_an_empty_cell() -> None:
    cells = many_cells(400, people=5_000)
    cells[:7] = 0
    drawn = replicates(cells, 3_000)
    # 0.6 % of the replicates exceed the total at first and are drawn anew, so 3,000 hold about 19 of them.
    assert (drawn.sum(axis=1) == cells.sum()).all()
    assert (drawn[:, :7] == 0).all()
    assert drawn.min() >= 0


@pytest.mark.parametrize("cell", [10, 55, 300])
def test_a_cell_of_the_quicker_draw_is_binomial(cell: int, drawn_often: Whole) -> None:
    cells = many_cells(400, people=5_000)
    size, chance = len(drawn_often), cells[cell] / cells.sum()
    seen = np.bincount(drawn_often[:, cell])
    expected = size * stats.binom.pmf(np.arange(len(seen)), cells.sum(), chance)
    usual = expected >= 5
    pooled_seen = np.append(seen[usual], size - seen[usual].sum())
    pooled_expected = np.append(expected[usual], size - expected[usual].sum())
    assert stats.chisquare(pooled_seen, pooled_expected).pvalue > 0.001


def test_cells_of_the_quicker_draw_vary_together_as_in_a_multinomial(drawn_often: Whole) -> None:
    cells = many_cells(400, people=5_000)
    halves = np.array([cells[:200].sum(), cells[200:300].sum()]) / cells.sum()
    parts = np.stack([drawn_often[:, :200].sum(axis=1), drawn_often[:, 200:300].sum(axis=1)])
    seen = np.cov(parts)
    n = cells.sum()
    expected = n * (np.diag(halves) - np.outer(halves, halves))
    # The standard error of a variance from 40,000 draws is 0.7 %.
    assert seen == pytest.approx(expected, rel=0.03)


def test_one_processor_draws_what_several_do() -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system cannot hold a process to one processor")
    counts = Counts.from_cells(
        [
            {"site": f"s{group}", "y": cell // 2, "p": cell % 2, "n": 5 + (3 * group + 7 * cell) % 19}
            for group in range(90)
            for cell in range(4)
        ],
        groups=["site"],
        label="y",
        prediction="p",
    )
    allowed = os.sched_getaffinity(0)
    several = evaluate(counts, replicates=2_000).canonical()
    try:
        os.sched_setaffinity(0, {min(allowed)})
        alone = evaluate(counts, replicates=2_000).canonical()
    finally:
        os.sched_setaffinity(0, allowed)
    assert alone == several


def test_limits_move_by_the_stated_monte_carlo_error() -> None:
    rows = [
        {"site": site, "p": decision, "n": n}
        for site, counted in (("a", (700, 300)), ("b", (500, 500)))
        for decision, n in enumerate(counted)
    ]
    counts = Counts.from_cells(rows, groups=["site"], prediction="p")
    table = finest(counts)
    sites = margin(counts, table, ["site"])
    limits = []
    for seed in range(30):
        drawn = extremes(
            table, [(sites, RATES["selection_rate"], np.array([True, True]))], seed=seed, replicates=10_000
        )[0]
        limits.append(percentile_interval(drawn.difference, confidence=0.95))
    error = np.sqrt(0.3 * 0.7 / 1000 + 0.5 * 0.5 / 1000)
    moved = np.std(np.array(limits, dtype=float), axis=0, ddof=1) / error
    # The standard deviation of 30 seeds is itself known to 13 %.
    assert moved == pytest.approx([0.027, 0.027], rel=0.45)
