"""Published tables come out as printed: COMPAS, a model on Adult, Gender Shades."""

from pathlib import Path

import pytest

from evenhand.fairness import Counts, count, evaluate
from tests.core.fairness.published import COMPAS, cells, csv_text, people

# J. Larson and others, ProPublica 2016, and fairlearn 0.15 on the same 7,214 people (positive: decile score 5 or more):
# selection rate, TPR, FPR, FNR, PPV, accuracy
COMPAS_RATES = {
    "African-American": (0.5882, 0.7201, 0.4485, 0.2799, 0.6297, 0.6383),
    "Asian": (0.2500, 0.6667, 0.0870, 0.3333, 0.7500, 0.8438),
    "Caucasian": (0.3480, 0.5228, 0.2345, 0.4772, 0.5913, 0.6699),
    "Hispanic": (0.2983, 0.4440, 0.2148, 0.5560, 0.5421, 0.6609),
    "Native American": (0.6667, 0.9000, 0.3750, 0.1000, 0.7500, 0.7778),
    "Other": (0.2095, 0.3233, 0.1475, 0.6767, 0.5443, 0.6658),
}
# A logistic regression on the test part of UCI Adult (Becker and Kohavi 1996, CC BY 4.0): tn, fp, fn, tp
ADULT = {
    "Amer-Indian-Eskimo": (136, 4, 8, 11),
    "Asian-Pac-Islander": (321, 26, 48, 85),
    "Black": (1333, 49, 93, 86),
    "Other": (108, 2, 14, 11),
    "White": (9704, 752, 1412, 2078),
}
# fairlearn 0.15, aequitas 1.1 and aif360 0.6 agree on these to 5e-11
ADULT_RATES = {
    "Amer-Indian-Eskimo": (0.0943, 0.5789, 0.0286, 0.4211, 0.7333, 0.9245),
    "Asian-Pac-Islander": (0.2313, 0.6391, 0.0749, 0.3609, 0.7658, 0.8458),
    "Black": (0.0865, 0.4804, 0.0355, 0.5196, 0.6370, 0.9090),
    "Other": (0.0963, 0.4400, 0.0182, 0.5600, 0.8462, 0.8815),
    "White": (0.2029, 0.5954, 0.0719, 0.4046, 0.7343, 0.8448),
}
NAMES = (
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "positive_predictive_value",
    "accuracy",
)
# J. Buolamwini, T. Gebru, PMLR 81, 2018: 1,270 faces by printed composition, and printed error rates in percent
FACES = {
    ("darker", "female"): 271,
    ("darker", "male"): 318,
    ("lighter", "female"): 296,
    ("lighter", "male"): 385,
}
FACE_ERRORS = {
    "Microsoft": (20.8, 6.0, 1.7, 0.0),
    "Face++": (34.5, 0.7, 6.0, 0.8),
    "IBM": (34.7, 12.0, 7.1, 0.3),
}


def test_compas_by_race_from_rows_to_four_digits(tmp_path: Path) -> None:
    path = tmp_path / "compas.csv"
    path.write_text(csv_text(people(COMPAS)), encoding="utf-8")
    found = evaluate(count(path, groups="race", label="label", prediction="prediction"), replicates=200)
    assert found.n_rows == 7214
    for race, rates in COMPAS_RATES.items():
        metrics = found.group(race=race).metrics
        assert [round(metrics[name].value or 0.0, 4) for name in NAMES] == list(rates), race


def test_compas_as_northpointe_answered() -> None:
    """About the same share of those flagged did not reoffend (37 and 41 %): W. Dieterich and others, 2016."""
    counts = Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")
    found = evaluate(counts, replicates=200)
    black, white = (found.group(race=race).metrics for race in ("African-American", "Caucasian"))
    assert round(black["false_discovery_rate"].value or 0.0, 3) == 0.370
    assert round(white["false_discovery_rate"].value or 0.0, 3) == 0.409
    assert round(black["false_omission_rate"].value or 0.0, 3) == 0.350
    assert round(white["false_omission_rate"].value or 0.0, 3) == 0.288


def test_adult_by_race_to_four_digits() -> None:
    counts = Counts.from_cells(cells(ADULT), groups=["race"], label="label", prediction="prediction")
    found = evaluate(counts, replicates=200)
    for race, rates in ADULT_RATES.items():
        metrics = found.group(race=race).metrics
        assert [round(metrics[name].value or 0.0, 4) for name in NAMES] == list(rates), race
    spreads = {(row.metric, row.kind): row.value for row in found.comparisons if row.of == "max_min"}
    assert spreads["demographic_parity_difference", "difference"] == pytest.approx(0.1448, abs=5e-5)
    assert spreads["demographic_parity_ratio", "ratio"] == pytest.approx(0.3740, abs=5e-5)
    assert spreads["equalized_odds_difference", "difference"] == pytest.approx(0.1991, abs=5e-5)


@pytest.mark.parametrize("vendor", FACE_ERRORS)
def test_gender_shades_within_two_tenths_of_a_point(vendor: str) -> None:
    rows = []
    for (skin, gender), percent in zip(FACES, FACE_ERRORS[vendor], strict=True):
        wrong = round(FACES[skin, gender] * percent / 100)
        for prediction, n in ((0, wrong), (1, FACES[skin, gender] - wrong)):
            rows.append({"skin": skin, "gender": gender, "right": prediction, "n": n})
    found = evaluate(Counts.from_cells(rows, groups=["skin", "gender"], prediction="right"), replicates=200)
    for (skin, gender), percent in zip(FACES, FACE_ERRORS[vendor], strict=True):
        right = found.group(skin=skin, gender=gender).metrics["selection_rate"]
        assert right.value is not None
        assert abs(100 * (1 - right.value) - percent) <= 0.2
    worst = found.group(skin="darker", gender="female").metrics["selection_rate"]
    best = found.group(skin="lighter", gender="male").metrics["selection_rate"]
    assert worst.high is not None
    assert best.low is not None
    assert worst.high < best.low  # the doubt of the two does not even touch
