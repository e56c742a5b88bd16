"""Calibration and ROC: against scikit-learn, by hand, and by simulated coverage."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import calibration, metrics

from evenhand.errors import InputError
from evenhand.fairness import count, evaluate
from evenhand.fairness.counts.bins import Bin, GroupBins, Ranks
from evenhand.fairness.measuring.axes import Axis, calibration_curve, roc_curve
from evenhand.fairness.measuring.calibration import calibration_error
from evenhand.fairness.measuring.scores import auc_bounds, auc_rounding


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """4,000 people whose scores lie in the middle of a bin, so that rounding to bins changes nothing."""
    random = np.random.default_rng(1)
    found = pd.DataFrame({"g": random.choice(["a", "b"], 4000)})
    found["s"] = np.round((random.integers(0, 1024, 4000) + 0.5) / 1024, 6)
    found["y"] = (random.random(4000) < found["s"]).astype(int)
    return found


def test_calibration_curve_is_scikit_learns(frame: pd.DataFrame) -> None:
    counts = count(frame, groups="g", label="y", score="s", min_bin=1)
    for curve in calibration_curve(counts, "g"):
        part = frame[frame["g"] == curve.group["g"]]
        rates, scores = calibration.calibration_curve(part["y"], part["s"], n_bins=10)
        assert [point.rate for point in curve.points] == pytest.approx(list(rates), abs=1e-12)
        assert [point.mean_score for point in curve.points] == pytest.approx(list(scores), abs=1e-6)
        assert sum(point.n for point in curve.points) == curve.n == len(part)
    (everyone,) = calibration_curve(counts, (), strategy="quantile", n_bins=8)
    assert len(everyone.points) == 8
    assert all(450 <= point.n <= 550 for point in everyone.points)


def test_roc_curve_is_scikit_learns(frame: pd.DataFrame) -> None:
    for curve in roc_curve(count(frame, groups="g", label="y", score="s", min_bin=1), "g"):
        part = frame[frame["g"] == curve.group["g"]]
        wrong, right, _ = metrics.roc_curve(part["y"], part["s"], drop_intermediate=False)
        assert [point.false_positive_rate for point in curve.points] == pytest.approx(list(wrong))
        assert [point.true_positive_rate for point in curve.points] == pytest.approx(list(right))
        at = curve.points[40]
        chosen = part["s"] >= at.threshold
        assert chosen[part["y"] == 1].mean() == pytest.approx(at.true_positive_rate)


def test_curves_need_scores_and_labels(frame: pd.DataFrame) -> None:
    counts = count(frame.assign(p=1), groups="g", label="y", prediction="p")
    with pytest.raises(InputError, match="need a score and a label"):
        roc_curve(counts, "g")
    with pytest.raises(InputError, match="'h' was not counted"):
        calibration_curve(count(frame, groups="g", label="y", score="s"), "h")


def test_bounds_of_the_auc_hold_the_auc_of_every_order_inside_bins() -> None:
    """Three positives and three negatives in two bins: 2 + 1 below, 1 + 2 above; all orders tried by hand.

    Across bins 4 of 9 pairs are won; the 4 pairs inside bins may be won or lost. So 4/9 to 8/9 with ties at 6/9.
    """
    table = GroupBins((), (), (Bin(0, 511, 3, 1, 0), Bin(512, 1023, 3, 2, 0)))
    low, high = auc_bounds(table) or (0.0, 0.0)
    assert (low, high) == pytest.approx((4 / 9, 8 / 9))
    assert auc_rounding(table) == pytest.approx(2 / 9)
    assert auc_bounds(GroupBins((), (), (Bin(0, 1023, 3, 3, 0),))) is None
    kept = GroupBins((), (), table.bins, Ranks(wins=16, squares_positive=0, squares_negative=0))
    assert auc_rounding(kept) == pytest.approx(8 / 9 - 4 / 9)


def test_the_true_auc_lies_within_the_bounds() -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"g": "a", "s": random.random(500).round(6)})
    frame["y"] = (random.random(500) < frame["s"]).astype(int)
    counts = count(frame, groups="g", label="y", score="s")
    true = metrics.roc_auc_score(frame["y"], frame["s"])
    for table in counts.score_bins:
        low, high = auc_bounds(table) or (0.0, 0.0)
        assert low <= true <= high
        assert high - low < 0.05
    assert any("could move an AUC" in warning for warning in evaluate(counts, replicates=100).warnings)


def test_calibration_gap_is_the_mean_of_score_minus_label(frame: pd.DataFrame) -> None:
    found = evaluate(count(frame, groups="g", label="y", score="s"), replicates=100)
    for level in "ab":
        part = frame[frame["g"] == level]
        gap = part["s"] - part["y"]
        metric = found.group(g=level).metrics["calibration_gap"]
        assert metric.value == pytest.approx(gap.mean(), abs=1e-9)
        assert metric.high == pytest.approx(gap.mean() + 1.959964 * gap.std() / len(gap) ** 0.5, abs=1e-8)
        assert metric.low == pytest.approx(gap.mean() - 1.959964 * gap.std() / len(gap) ** 0.5, abs=1e-8)


def test_calibration_error_of_a_table_counted_by_hand() -> None:
    """Four people at 0.25 of whom one is positive, six at 0.85 of whom three: (4 x 0 + 6 x 0.35) / 10."""
    axis = Axis(np.array([3.0, 3.0]), np.array([1.0, 3.0]), np.array([0.25, 0.85]))
    found = calibration_error(axis, confidence=0.95)
    assert found.value == pytest.approx(0.21)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.21 < found.high


@pytest.mark.parametrize(("n", "tilt"), [(100, 0.0), (1000, 0.0), (1000, 0.5), (10_000, 0.5)])
def test_bounds_of_the_calibration_error_hold_the_truth(n: int, tilt: float) -> None:
    """600 data sets each. Perfect scores (tilt 0) have no error, which an ordinary bootstrap interval never holds."""
    random = np.random.default_rng(n)

    def chance(score: Any) -> Any:
        return score ** (1 + tilt)

    many = random.beta(2, 3, 1_000_000)
    band = (many * 10).astype(int)
    truth = np.abs(np.bincount(band, weights=many - chance(many))).sum() / len(many)
    held = 0
    for _ in range(600):
        score = random.beta(2, 3, n)
        label = random.random(n) < chance(score)
        place = (score * 1024).astype(int)
        people, positive, sums = (
            np.bincount(place, weights=each, minlength=1024).astype(np.float64) for each in (np.ones(n), label, score)
        )
        some = people > 0
        axis = Axis((people - positive)[some], positive[some], (sums / np.maximum(people, 1))[some])
        found = calibration_error(axis, confidence=0.95)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth + 1e-12 and truth <= found.high
    assert held / 600 >= 0.95
