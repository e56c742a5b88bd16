"""ROC, calibration and threshold plots against scikit-learn and tables counted by hand."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score, roc_curve

from evenhand.errors import InputError
from evenhand.fairness import FairnessGoal, count
from evenhand.fairness.judging.thresholds import threshold_study
from evenhand.fairness.plots import calibration_plot, roc_plot, thresholds_plot
from evenhand.fairness.plots.calibration import bands_of
from evenhand.fairness.plots.groups import scored_groups
from evenhand.fairness.plots.roc import roc_points
from evenhand.fairness.plots.threshold_layers import said_at
from tests.core.fairness.plots import samples

SIZES = {"Alpha": 800, "Beta": 500, "Gamma": 300}


def test_roc_is_scikit_learns_at_every_whole_score() -> None:
    rows = samples.people(SIZES).with_columns((pl.col("score") * 10).round().cast(int).alias("tenth"))
    counts = count(rows, groups=["team"], label="y", score="tenth", score_range=(0, 10), min_bin=1)
    for group in scored_groups(counts, ["team"]):
        one = rows.filter(pl.col("team") == group.label)
        fpr, tpr, _ = roc_curve(one["y"].to_numpy(), one["tenth"].to_numpy(), drop_intermediate=False)
        points = np.array(roc_points(group.bins))
        assert points == pytest.approx(np.column_stack([fpr, tpr]), abs=1e-12)
        area = np.trapezoid(points[:, 1], points[:, 0])
        assert area == pytest.approx(roc_auc_score(one["y"].to_numpy(), one["tenth"].to_numpy()), abs=1e-12)


def test_roc_says_each_groups_area_and_where_the_model_decides() -> None:
    plot = roc_plot(samples.scored(SIZES), ["team"])
    rows = samples.people(SIZES)
    for name in SIZES:
        one = rows.filter(pl.col("team") == name)
        area = roc_auc_score(one["y"].to_numpy(), one["score"].to_numpy())
        told = next(row[1] for row in plot.table.rows if row[0] == name)
        assert float(told.split(" ")[0]) == pytest.approx(area, abs=0.002)
    assert "The dot is where the model decides now." in plot.alt


def test_calibration_bands_are_scikit_learns() -> None:
    counts = samples.scored({"Alpha": 20_000})
    rows = samples.people({"Alpha": 20_000})
    share, mean = calibration_curve(rows["y"].to_numpy(), rows["score"].to_numpy(), n_bins=10)
    bands = bands_of(scored_groups(counts, ["team"])[0], counts.columns)
    assert [band.share for band in bands] == pytest.approx(share, abs=0.01)
    assert [band.score for band in bands] == pytest.approx(mean, abs=0.005)
    assert sum(band.n for band in bands) == 20_000


def test_calibration_of_few_values_is_drawn_value_by_value() -> None:
    rows = samples.people(SIZES).with_columns((pl.col("score") * 10).round().cast(int).alias("tenth"))
    counts = count(rows, groups=["team"], label="y", score="tenth", score_range=(0, 10))
    plot = calibration_plot(counts, ["team"])
    alpha = rows.filter(pl.col("team") == "Alpha")
    for value in range(2, 7):
        same = alpha.filter(pl.col("tenth") == value)
        row = next(row for row in plot.table.rows if row[0] == "Alpha" and row[1] == str(value))
        assert row[2:4] == (f"{len(same):,}", f"{same['y'].sum():,}")
    assert "Dashed" not in plot.alt


def test_diagonal_stands_only_where_scores_are_probabilities() -> None:
    assert "Dashed: the score means what it says." in calibration_plot(samples.scored(SIZES), ["team"]).alt


def test_thresholds_show_the_rates_counted_at_the_mark() -> None:
    rows = samples.people(SIZES).with_columns((pl.col("score") * 10).round().cast(int).alias("tenth"))
    counts = count(rows, groups=["team"], label="y", score="tenth", threshold=5, score_range=(0, 10))
    plot = thresholds_plot(threshold_study(counts, "team"))
    for name in SIZES:
        negatives = rows.filter((pl.col("team") == name) & (pl.col("y") == 0))
        flagged = len(negatives.filter(pl.col("tenth") >= 5)) / len(negatives)
        assert f"{name} {100 * flagged:.1f}%" in plot.alt
    other = thresholds_plot(threshold_study(counts, "team"), at=3, metrics=["selection_rate"])
    alpha = rows.filter(pl.col("team") == "Alpha")
    selected = len(alpha.filter(pl.col("tenth") >= 3)) / len(alpha)
    assert f"Alpha {100 * selected:.1f}%" in other.alt


def test_thresholds_say_where_a_goal_would_be_met() -> None:
    rows = [
        {"team": team, "y": 0, "s": score}
        for team, scores in (("a", [1] * 50 + [2] * 50), ("b", [1] * 50 + [2] * 20 + [3] * 30))
        for score in scores
    ]
    rows += [{"team": team, "y": 1, "s": 3} for team in ("a", "b") for _ in range(40)]
    counts = count(pl.DataFrame(rows), groups=["team"], label="y", score="s", score_range=(0, 3), min_bin=1)
    goal = FairnessGoal.from_dict(
        {"id": "equal", "metric": "false_positive_rate", "by": "team", "threshold": 0.05, "side": "equal"}
    )
    plot = thresholds_plot(threshold_study(counts, "team", goals=[goal]))
    assert "Goal equal would be met at a threshold of 1.5." in plot.alt  # both have 50 of 100; at 3 it is 0 and 30


def test_groups_that_are_rare_in_the_metric_are_named() -> None:
    study = threshold_study(samples.scored(SIZES), "team")
    plot = thresholds_plot(study, fewest={"Alpha": 200, "Beta": 9, "Gamma": 90})
    assert "Not enough data, 30 people needed: Beta (9)." in plot.alt
    assert "Beta" not in {row[0] for row in plot.table.rows}


def test_without_score_or_groups_the_error_says_so() -> None:
    with pytest.raises(InputError, match="needs a score and a label"):
        roc_plot(samples.compas(), ["race"])
    with pytest.raises(InputError, match="'age' was not counted"):
        calibration_plot(samples.scored(SIZES), ["age"])
    with pytest.raises(InputError, match="has 9000 people"):
        calibration_plot(samples.scored(SIZES), ["team"], minimum=9000)
    with pytest.raises(InputError, match="has no colour"):
        thresholds_plot(threshold_study(samples.scored(SIZES), "team"), metrics=["colour"])


def test_rate_between_merged_bins_lies_on_the_drawn_line() -> None:
    thresholds = (0.0, 1.0, 2.0, 4.0)
    assert said_at((1.0, 0.8, None, 0.2), thresholds, 1) == "80.0%"
    assert said_at((1.0, 0.8, None, 0.2), thresholds, 2) == "about 60.0%"  # a third of the way from 0.8 to 0.2
    assert said_at((1.0, 0.8, 0.5, None), thresholds, 3) == "not known"


def test_counts_with_a_humans_decision_are_drawn_by_the_models() -> None:
    rows = samples.people(SIZES)
    decided = rows.with_columns((pl.col("score") > 0.3).cast(int).alias("final"))
    options: dict[str, Any] = {"groups": ["team"], "label": "y", "score": "score", "threshold": 0.5}
    plain = count(rows, **options, score_range=(0.0, 1.0))
    with_decision = count(decided, **options, score_range=(0.0, 1.0), decision="final")
    assert roc_plot(with_decision, ["team"]).svg == roc_plot(plain, ["team"]).svg
