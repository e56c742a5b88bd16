"""How often each interval holds the truth: nominal 95 %, groups of 10 to 10,000 people, written as a table.

Coverage of the intervals of rates is summed exactly over the outcomes where those are few, and simulated (seeded)
otherwise. Run ``python -m benchmarks.fairness.coverage``; it takes minutes and rewrites docs/methods/coverage.md.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm

from evenhand.fairness import Counts, evaluate
from evenhand.fairness.counts.bins import FINE, Bin, GroupBins, ranked
from evenhand.fairness.measuring.intervals import Interval, koopman, newcombe, wilson
from evenhand.fairness.measuring.scores import auc, axis_of, brier_score, mean_score

SIZES = (10, 30, 100, 1_000, 10_000)
RATES = (0.02, 0.1, 0.3, 0.5)
ENUMERATED = 120  # up to so many people a group, every outcome of two groups is summed
PAGE = Path(__file__).parents[2] / "docs" / "methods" / "coverage.md"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One line of the table: a method in a setting, its coverage at each size, None where it has no interval."""

    method: str
    setting: str
    coverage: tuple[float | None, ...]


def covered(interval: Interval, truth: float, weights: Floats) -> float | None:
    """The share of outcomes with an interval in which it holds the truth; None where half have none."""
    known = ~np.isnan(interval.low)
    high = np.where(np.isnan(interval.high), np.inf, interval.high)
    total = float(weights[known].sum())
    inside = (interval.low <= truth + 1e-12) & (truth <= high + 1e-12)
    return None if total < 0.5 * weights.sum() else float(weights[known & inside].sum()) / total


def rate_lines() -> list[Line]:
    """Wilson, summed over all outcomes."""
    lines = []
    for rate in RATES:
        found = []
        for n in SIZES:
            x = np.arange(n + 1)
            found.append(covered(wilson(x, n), rate, binom.pmf(x, n, rate)))
        lines.append(Line("wilson", f"rate {rate:g}", tuple(found)))
    return lines


def pair_lines(draws: int) -> list[Line]:
    """Newcombe and Koopman for two groups: the second as large, or ten times as large."""
    lines = []
    methods: tuple[tuple[str, Callable[..., Interval]], ...] = (("newcombe", newcombe), ("koopman", koopman))
    for (name, method), (p1, p2), larger in product(methods, ((0.1, 0.1), (0.3, 0.5), (0.02, 0.1)), (1, 10)):
        truth = p1 - p2 if name == "newcombe" else p1 / p2
        found = tuple(_pair_coverage(method, n, p1, n * larger, p2, truth, draws) for n in SIZES)
        lines.append(Line(name, f"rates {p1:g} and {p2:g}, second group {larger} x", found))
    return lines


def _pair_coverage(
    method: Callable[..., Interval], n1: int, p1: float, n2: int, p2: float, truth: float, draws: int
) -> float | None:
    if max(n1, n2) <= ENUMERATED:
        x1, x2 = (grid.reshape(-1) for grid in np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1)))
        return covered(method(x1, n1, x2, n2), truth, binom.pmf(x1, n1, p1) * binom.pmf(x2, n2, p2))
    generator = np.random.default_rng([n1, n2, int(1000 * p1)])
    x1, x2 = generator.binomial(n1, p1, draws), generator.binomial(n2, p2, draws)
    return covered(method(x1, n1, x2, n2), truth, np.ones(draws))


def score_lines(draws: int) -> list[Line]:
    """DeLong's interval of the AUC, and those of the mean and Brier scores, for scores normal on the logit scale."""
    lines = []
    for separation in (0.5, 1.5):
        found: dict[str, list[float | None]] = {"delong": [], "mean score": [], "brier score": []}
        truths = _score_truths(separation)
        for n in SIZES:
            runs = draws if n <= 1_000 else draws // 4
            generator = np.random.default_rng([n, int(10 * separation)])
            limits = [_score_limits(*_scored_people(generator, n, separation)) for _ in range(runs)]
            for name, values in found.items():
                low, high = (np.array([run[name][side] for run in limits]) for side in (0, 1))
                values.append(covered(Interval(low, high), truths[name], np.ones(runs)))
        area = truths["delong"]
        lines += [Line(name, f"AUC {area:.2f}, 30 % positive", tuple(values)) for name, values in found.items()]
    return lines


def _scored_people(generator: np.random.Generator, n: int, separation: float) -> tuple[Floats, NDArray[np.bool_]]:
    positive = generator.random(n) < 0.3
    score = 1 / (1 + np.exp(-(generator.normal(size=n) + np.where(positive, separation, 0) - 1)))
    return score, positive


def _score_truths(separation: float) -> dict[str, float]:
    score, positive = _scored_people(np.random.default_rng(1), 20_000_000, separation)
    return {
        "delong": float(norm.cdf(separation / np.sqrt(2))),
        "mean score": float(score.mean()),
        "brier score": float(((score - positive) ** 2).mean()),
    }


def _score_limits(score: Floats, positive: NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
    micro = np.floor(score * 1e6 + 0.5).astype(np.int64)
    place = np.minimum(micro * FINE // 1_000_000, FINE - 1)
    people, of_positive, sums = (np.bincount(place, each, FINE) for each in (None, positive, micro))
    bins = tuple(Bin(int(i), int(i), int(people[i]), int(of_positive[i]), int(sums[i])) for i in np.flatnonzero(people))
    table = GroupBins((), (), bins, ranked(bins))
    by_label = [(int(micro[mask].sum()), int((micro[mask] ** 2).sum())) for mask in (~positive, positive)]
    found = {
        "delong": auc(table, confidence=0.95),
        "mean score": mean_score(len(score), by_label, confidence=0.95),
        "brier score": brier_score(len(score), int(positive.sum()), by_label, axis_of(table), confidence=0.95),
    }
    return {
        name: (float("nan") if each.low is None else each.low, float("nan") if each.high is None else each.high)
        for name, each in found.items()
    }


def spread_lines(draws: int) -> list[Line]:
    """The bootstrap's interval of highest minus lowest selection rate."""
    settings: tuple[tuple[str, tuple[float, ...]], ...] = (
        ("2 groups, 0.3 and 0.5", (0.3, 0.5)),
        ("5 groups, 0.2 to 0.6", (0.2, 0.3, 0.4, 0.5, 0.6)),
        ("5 groups, all 0.4", (0.4,) * 5),
    )
    lines = []
    for setting, rates in settings:
        found = tuple(_spread_coverage(np.array(rates), n, draws) for n in SIZES)
        lines.append(Line("bootstrap percentile", setting, found))
    return lines


def _spread_coverage(rates: Floats, n: int, draws: int) -> float | None:
    generator = np.random.default_rng([n, len(rates), int(100 * rates[0])])
    low, high = np.full(draws, np.nan), np.full(draws, np.nan)
    for run in range(draws):
        selected = generator.binomial(n, rates)
        rows = [
            {"group": str(place), "p": value, "n": int(people)}
            for place, x in enumerate(selected)
            for value, people in ((0, n - x), (1, x))
        ]
        found = evaluate(Counts.from_cells(rows, groups=["group"], prediction="p"), replicates=1_000, seed=run)
        (row,) = (each for each in found.comparisons if each.metric == "demographic_parity_difference")
        low[run], high[run] = (np.nan if each is None else each for each in (row.low, row.high))
    return covered(Interval(low, high), float(np.ptp(rates)), np.ones(draws))


def page(lines: list[Line], *, draws: int, slow_draws: int) -> str:
    """The page of docs."""
    head = "| method | setting | " + " | ".join(f"n = {n:,}" for n in SIZES) + " |"
    rule = "|---|---|" + "---|" * len(SIZES)
    rows = [
        f"| {line.method} | {line.setting} | " + " | ".join(_percent(each) for each in line.coverage) + " |"
        for line in lines
    ]
    return f"""# How often the intervals hold the truth

Made by `python -m benchmarks.fairness.coverage`; change the script, never this page.
A 95 % interval should hold the truth in 95 of 100 samples. `n` is the number of people in a group (in the smaller one
for two groups, in each for more). The intervals of rates are summed over every possible outcome, those of two groups
where both have at most {ENUMERATED} people; the rest is simulated: {draws:,} samples for pairs, {slow_draws:,} for
scores and spreads (a quarter of that for scores of 10,000 people), so that the last digits move by chance.
A dash says that more than half of the samples are too small to have an interval at all; shares are of those that have.

{head}
{rule}
{chr(10).join(rows)}

How to read it:

- **Wilson and Newcombe** stay near 95 % down to ten people, above it where rates are near 0. **Koopman** does too,
  except where hardly anybody is counted (rates of 2 and 10 % in groups of ten), where no ratio means much.
- **DeLong** is a little too short for groups with few positives: below about 100 people read it with care.
- **The Brier score's** interval takes its spread from the score bins; groups of ten without a large miss look too sure.
- **The bootstrap** of a maximum minus a minimum is near 95 % from 100 people in each group, and too high for fewer,
  because noise alone makes a spread. When all groups are alike the truth, a spread of 0, lies at the edge where no
  percentile interval can reach it. That is why each spread stands beside its value expected under parity and a test,
  and why no verdict is taken from it.
"""


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer samples, printed instead of written")
    quick = parser.parse_args().quick
    draws, slow_draws = (2_000, 100) if quick else (100_000, 1_000)
    lines = [*rate_lines(), *pair_lines(draws), *score_lines(slow_draws), *spread_lines(slow_draws)]
    text = page(lines, draws=draws, slow_draws=slow_draws)
    if quick:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
