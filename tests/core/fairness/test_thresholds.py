"""The threshold study gives published rates at published cuts, and its own thresholds are the best there are."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_curve

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.fairness import Counts, FairnessGoal, count
from evenhand.fairness.curves import ThresholdStudy
from evenhand.fairness.judging.thresholds import threshold_study

# ProPublica's two cuts of COMPAS give three bands (low, medium, high): people without and with a new offence in each.
BANDS = {
    "African-American": ((990, 532), (521, 628), (284, 741)),
    "Caucasian": ((1139, 461), (268, 310), (81, 195)),
}
DECILES = (4, 5, 8)  # one decile score for each band


def compas() -> pd.DataFrame:
    rows = [
        {"race": race, "decile": decile, "recid": label, "n": n}
        for race, bands in BANDS.items()
        for decile, band in zip(DECILES, bands, strict=True)
        for label, n in enumerate(band)
    ]
    table = pd.DataFrame(rows)
    return table.loc[table.index.repeat(table["n"])].drop(columns="n").reset_index(drop=True)


def studied(frame: pd.DataFrame, *goals: FairnessGoal, **options: Any) -> ThresholdStudy:
    counts = count(frame, groups=["race"], label="recid", score="decile", **options)
    return threshold_study(counts, "race", goals=goals)


def goal(**fields: Any) -> FairnessGoal:
    given = {"id": "g", "metric": "false_positive_rate", "by": ["race"], "threshold": 0.05, "side": "equal"}
    return FairnessGoal.from_dict({**given, **fields})


@pytest.mark.parametrize(
    ("between", "race", "fpr", "fnr", "ppv"),
    [
        ((4, 5), "African-American", 0.4485, 0.2799, 0.63),
        ((4, 5), "Caucasian", 0.2345, 0.4772, 0.59),
        ((5, 8), "African-American", 0.1582, 0.6102, 0.72),
        ((5, 8), "Caucasian", 0.0544, 0.7981, 0.71),
    ],
)
def test_both_published_cuts_of_compas(between: tuple[int, int], race: str, fpr: float, fnr: float, ppv: float) -> None:
    study = studied(compas())
    (place,) = [i for i, t in enumerate(study.thresholds) if between[0] < t <= between[1]]
    metrics = study.group(race=race).metrics
    assert round(metrics["false_positive_rate"][place] or 0, 4) == fpr
    assert round(metrics["false_negative_rate"][place] or 0, 4) == fnr
    assert round(metrics["positive_predictive_value"][place] or 0, 2) == ppv


def test_curves_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"race": rng.choice(["a", "b"], 40_000), "decile": rng.integers(0, 500, 40_000) / 1000})
    frame["recid"] = (rng.random(40_000) < frame["decile"]).astype(int)
    study = studied(frame, score_range=(0, 1))
    own = frame[frame["race"] == "a"]
    false, true, cuts = roc_curve(own["recid"], own["decile"], drop_intermediate=False)
    curve = study.group(race="a").metrics
    at = {round(t, 6): i for i, t in enumerate(study.thresholds)}
    checked = 0
    for x, y, cut in zip(false, true, cuts, strict=True):
        for t, i in at.items():
            if cut - 0.001 < t <= cut and curve["true_positive_rate"][i] is not None:
                assert (curve["false_positive_rate"][i], curve["true_positive_rate"][i]) == pytest.approx((x, y))
                checked += 1
    assert checked > 300


def test_everyone_and_nobody_stand_at_the_ends() -> None:
    study = studied(compas())
    assert (study.selected[0], study.selected[-1]) == (1.0, 0.0)
    assert study.thresholds[-1] > 8
    assert study.group(race="Caucasian").metrics["positive_predictive_value"][-1] is None
    assert study.accuracy[-1] == pytest.approx(1 - float(compas()["recid"].mean()))


def test_thresholds_are_round_where_nobody_scores_between() -> None:
    assert [t for t in studied(compas()).thresholds if 4 < t < 10] == [5.0, 7.0, 9.0]


def test_where_bins_were_merged_a_group_is_not_known() -> None:
    small = pd.DataFrame({"race": "Other", "decile": [4, 5, 8] * 6, "recid": [0, 1, 1] * 6})
    study = studied(pd.concat([compas(), small], ignore_index=True), goal(min_group=10, min_denominator=5))
    assert None in study.group(race="Other").metrics["selection_rate"]
    assert None in study.goals[0].met
    assert any("merged" in warning for warning in study.warnings)
    agreed = studied(pd.concat([compas(), small], ignore_index=True), goal())
    assert None not in agreed.goals[0].met[1:-1], "a group too small to be judged leaves nothing open"


def test_goals_are_met_point_by_point_and_say_what_they_cost() -> None:
    found = studied(compas(), goal(threshold=0.11)).goals[0]
    study = studied(compas())
    black, white = (study.group(race=race).metrics["false_positive_rate"] for race in BANDS)
    expected = [abs((a or 0) - (b or 0)) <= 0.11 for a, b in zip(black, white, strict=True)]
    assert list(found.met) == expected
    assert found.best == 7.0
    accuracies = [a for a in study.accuracy if a is not None]
    assert found.accuracy_paid == pytest.approx(max(accuracies) - (found.accuracy or 0))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"side": "at_most", "reference": {"race": "Caucasian"}, "threshold": 0.11}, [True, False, True, True]),
        ({"side": "at_most", "reference": {"race": "African-American"}, "threshold": 0.0}, [True] * 4),
        ({"metric": "impact_ratio", "side": "at_least", "threshold": 0.6}, [True, False, False, None]),
        ({"side": "two_sided", "reference": "overall", "threshold": 0.13}, [True, True, True, True]),
        ({"side": "two_sided", "reference": "overall", "threshold": 0.11}, [True, False, True, True]),
    ],
)
def test_every_kind_of_goal_is_swept(fields: dict[str, Any], expected: list[bool | None]) -> None:
    """Selected of 3,696 and 2,454: 2,174 and 854, then 1,025 and 276; FPR 0.4485 and 0.2345, 0.3515 overall."""
    assert list(studied(compas(), goal(**fields)).goals[0].met) == expected


def test_own_thresholds_are_the_best_of_all_combinations() -> None:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"race": rng.choice(list("abc"), 3000), "decile": rng.integers(1, 9, 3000)})
    slope = frame["race"].map({"a": 0.05, "b": 0.09, "c": 0.07})
    frame["recid"] = (rng.random(3000) < slope * frame["decile"]).astype(int)
    (own,) = studied(frame, goal(metric="true_positive_rate", threshold=0.1)).own_thresholds
    best = -1.0
    for cuts in itertools.product(range(1, 10), repeat=3):
        right, rates = 0, []
        for race, cut in zip("abc", cuts, strict=True):
            group = frame[frame["race"] == race]
            chosen = group["decile"] >= cut
            right += int((chosen == (group["recid"] == 1)).sum())
            rates.append(float(chosen[group["recid"] == 1].mean()))
        if max(rates) - min(rates) <= 0.1:
            best = max(best, right / len(frame))
    assert own.accuracy == pytest.approx(best)
    assert own.gap <= 0.1 + 1e-12
    assert "disparate treatment" in own.warning


def test_what_has_no_threshold_is_refused() -> None:
    counts = Counts.from_cells([{"race": "a", "y": 1, "p": 1, "n": 40}], groups=["race"], label="y", prediction="p")
    with pytest.raises(InputError, match="needs a label of everyone and a score"):
        threshold_study(counts, "race")
    with pytest.raises(InputError, match="does not move with the threshold"):
        studied(compas(), goal(metric="base_rate"))
    with pytest.raises(InputError, match="the study is by race"):
        studied(compas(), goal(by=["race", "sex"]))
    with pytest.raises(InputError, match="was not counted"):
        threshold_study(counts, "sex")
    with pytest.raises(InputError, match="not their weights"):
        studied(compas().assign(w=1.0), weight="w")


def test_command_writes_the_study_and_warns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, goals = tmp_path / "compas.csv", tmp_path / "goal.json"
    compas().to_csv(data, index=False)
    goals.write_text(json.dumps(goal().to_dict()), encoding="utf-8")
    arguments = ["--group", "race", "--label", "recid", "--score", "decile", "--goal", str(goals)]
    assert main(["thresholds", str(data), *arguments, "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["by"] == ["race"]
    assert len(found["thresholds"]) == len(found["groups"][0]["metrics"]["false_positive_rate"]) == 4
    assert main(["thresholds", str(data), *arguments]) == 0
    shown = capsys.readouterr()
    assert "disparate treatment" in shown.err
    assert "met at" in shown.out
