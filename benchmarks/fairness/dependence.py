"""How often the intervals hold the truth where people are no simple sample: repeated rows, weights, small groups.

Run ``python -m benchmarks.fairness.dependence``; it takes a minute and rewrites
docs/methods/coverage-in-harder-cases.md.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.axes import Axis
from evenhand.fairness.measuring.calibration import calibration_error
from evenhand.fairness.measuring.intervals import Interval, koopman, newcombe, pairing_gain, wilson
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.measuring.samples import People, Sample, correlation, sample
from evenhand.fairness.measuring.shrinking import posterior

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "coverage-in-harder-cases.md"
SAMPLES = 4_000
SELECTED = RATES["selection_rate"]
Floats = NDArray[np.float64]


def held(interval: Interval, truth: float) -> str:
    """The share of intervals that hold the truth, in percent."""
    low, high = np.nan_to_num(interval.low, nan=-np.inf), np.nan_to_num(interval.high, nan=np.inf)
    return f"{100 * np.mean((low <= truth + 1e-12) & (truth <= high + 1e-12)):.1f}"


def clustered() -> Iterator[list[str]]:
    """Two groups that share all units, six rows a unit on average."""
    for units in (5, 10, 20, 50, 200):
        for rate in (0.05, 0.3):
            for alike in (0.1, 0.3, 0.5):
                random = np.random.default_rng(1)
                spread = (1 - alike) / alike
                chance = random.beta(rate * spread, (1 - rate) * spread, (SAMPLES, units))
                many = np.full(SAMPLES, float(units))
                parts = [_rows(random, chance) for _ in range(2)]
                first, second = (sample(_people(part, many), SELECTED) for part in parts)
                known = correlation(np.einsum("rmk,rml->rkl", *parts), SELECTED, first, second, units=many)
                both = (*first.effective(confidence=0.95), *second.effective(confidence=0.95))
                gain = pairing_gain(*both, known)
                yield [
                    str(units),
                    f"{rate:g}",
                    f"{alike:g}",
                    held(wilson(first.x, first.n), rate),
                    held(wilson(*first.effective(confidence=0.95)), rate),
                    held(newcombe(*both, correlation=known), 0.0),
                    held(koopman(*(part * gain for part in both)), 1.0),
                ]


def weighted() -> Iterator[list[str]]:
    """Log-normal weights that go with the outcome (link) or not."""
    for n in (10, 30, 100, 1_000):
        for spread in (0.3, 0.8):
            for link in (-0.3, 0.0, 0.3):
                random = np.random.default_rng(2)
                many = random.normal(size=1_000_000)
                truth = float(np.average(np.clip(0.3 * np.exp(link * many), 0, 1), weights=np.exp(spread * many)))
                first, second = (_weighted(random, n, spread, link) for _ in range(2))
                both = (*first.effective(confidence=0.95), *second.effective(confidence=0.95))
                yield [
                    f"{n:,}",
                    f"{spread:g}",
                    f"{link:g}",
                    held(wilson(first.x, first.n), truth),
                    held(wilson(*first.effective(confidence=0.95)), truth),
                    held(newcombe(*both), 0.0),
                ]


def calibrated() -> Iterator[list[str]]:
    """Scores that are right (error 0), a little wrong and very wrong."""
    for n in (20, 100, 1_000, 10_000):
        for tilt in (0.0, 0.1, 0.5):
            random = np.random.default_rng(3)
            many = random.beta(2, 3, 1_000_000)
            gaps = np.bincount((many * 10).astype(int), weights=many - many ** (1 + tilt))
            truth, found = float(np.abs(gaps).sum() / len(many)), []
            for _ in range(SAMPLES // 4):
                score = random.beta(2, 3, n)
                found.append(_calibration(score, random.random(n) < score ** (1 + tilt)))
            low, high = (np.array(part) for part in zip(*found, strict=True))
            yield [f"{n:,}", f"{truth:.3f}", held(Interval(low, high), truth), f"{np.mean(high - low):.3f}"]


def shrunken() -> Iterator[list[str]]:
    """Groups of 3 to 120 people whose rates come from a beta distribution."""
    for groups in (3, 5, 10, 50, 500):
        for rate, alike in ((0.3, 0.1), (0.3, 0.02), (0.1, 0.05), (0.5, 0.0005)):
            random = np.random.default_rng(4)
            spread, rows = (1 - alike) / alike, []
            for _ in range(max(40, SAMPLES // (4 * groups))):
                truth = random.beta(rate * spread, (1 - rate) * spread, groups)
                n = random.integers(3, 120, groups).astype(float)
                x = random.binomial(n.astype(int), truth).astype(float)
                value, low, high = posterior(x, n, confidence=0.95)
                inside = np.mean((low <= truth) & (truth <= high))
                rows.append((inside, np.mean((value - truth) ** 2), np.mean((x / n - truth) ** 2)))
            inside, near, raw = np.mean(rows, axis=0)
            yield [str(groups), f"{rate:g}", f"{alike:g}", f"{100 * inside:.1f}", f"{100 * near / raw:.0f}"]


def _rows(random: np.random.Generator, chance: Floats) -> Floats:
    n = 1 + random.poisson(6, chance.shape)
    x = random.binomial(n, chance)
    return np.stack([n - x, x, 0 * x, 0 * x], axis=-1).astype(float)


def _people(rows: Floats, units: Floats) -> People:
    return People(rows.sum(axis=1).astype(np.int64), None, np.einsum("rmk,rml->rkl", rows, rows), units)


def _weighted(random: np.random.Generator, n: int, spread: float, link: float) -> Sample:
    z = random.normal(size=(SAMPLES, n))
    weight, hit = np.exp(spread * z), random.random((SAMPLES, n)) < np.clip(0.3 * np.exp(link * z), 0, 1)
    cells, weights = np.zeros((SAMPLES, 4), dtype=np.int64), np.zeros((SAMPLES, 4, 2))
    for cell, chosen in enumerate((~hit, hit)):
        cells[:, cell] = chosen.sum(axis=1)
        weights[:, cell] = np.stack([(weight**power * chosen).sum(axis=1) for power in (1, 2)], axis=-1)
    return sample(People(cells, weights, None, None), SELECTED)


def _calibration(score: Floats, label: NDArray[np.bool_]) -> tuple[float, float]:
    place = (score * 1024).astype(int)
    people, positive, sums = (np.bincount(place, weights=each) for each in (np.ones(len(score)), label, score))
    some = people > 0
    found = calibration_error(
        Axis((people - positive)[some], positive[some], sums[some] / people[some]), confidence=0.95
    )
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


SECTIONS = (
    (
        "Repeated rows",
        "Two groups that share all units, six rows a unit on average. `alike` is the intraclass correlation.",
        ["units", "rate", "alike", "rate, units ignored", "rate", "difference", "ratio"],
        clustered,
    ),
    (
        "Survey weights",
        "Log-normal weights; `link` says how far the chance of the outcome (0.3 in the middle) goes with them.",
        ["n", "spread", "link", "rate, weights ignored in n", "rate", "difference"],
        weighted,
    ),
    ("Calibration error", "Scores from Beta(2, 3).", ["n", "true error", "held", "mean width"], calibrated),
    (
        "Shrunken estimates",
        "Groups of 3 to 120 people. `error` is the mean squared error in percent of the raw rates'.",
        ["groups", "mean rate", "alike", "held", "error"],
        shrunken,
    ),
)


def main() -> None:
    """Write the page."""
    lines = [
        "# How often the intervals hold the truth in harder cases",
        "",
        "Made by `python -m benchmarks.fairness.dependence`; change the script, never this page.",
        f"In percent, nominal 95 %; {SAMPLES:,} simulated data sets each ({SAMPLES // 4:,} for the calibration error,",
        "at least 40 for shrunken estimates), with fixed seeds.",
    ]
    for title, says, head, rows in SECTIONS:
        lines += ["", f"## {title}", "", says, "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
        lines += [f"| {' | '.join(row)} |" for row in rows()]
    PAGE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
