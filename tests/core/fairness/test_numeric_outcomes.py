"""Numeric outcomes: exact sums, and means, errors and their doubt as other packages find them from the rows."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.weightstats import DescrStatsW

from evenhand.cli import main
from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness import Comparison, Counts, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.outcomes.means import Means, Sums, t_interval, welch_difference, welch_ratio
from evenhand.fairness.plots import Question, interval_plot, matrix_plot
from evenhand.fairness.scanning.recounting import differences
from tests.core.fairness.engines import on_every_engine

OPTIONS: dict[str, Any] = {"groups": "g", "label": "y", "prediction": "p", "outcome": "numeric"}
# In halves and quarters, so that millionths hold them exactly.
TINY: dict[str, list[Any]] = {
    "g": ["a", "a", "a", "b", "b", None],
    "y": [1.5, -2.0, 4.0, 1000000.25, 3.0, 0.0],
    "p": [1.0, 0.0, 4.5, 1000000.0, 5.0, -0.000001],
}
MEANS = ("mean_outcome", "mean_prediction", "mean_error", "mean_absolute_error")
values = st.integers(-(10**15), 10**15).map(lambda micro: micro / 10**6)
some_rows = st.lists(st.tuples(st.sampled_from("ab"), values, values), min_size=1, max_size=30)


def waits(n: int = 900, seed: int = 3) -> pd.DataFrame:
    """Days of waiting and days foretold: longer in b, foretold too short in c."""
    random = np.random.default_rng(seed)
    group = random.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1])
    days = random.gamma(4, 5, n) + np.where(group == "b", 6, 0)
    foretold = days + random.normal(0, 4, n) - np.where(group == "c", 3, 0)
    return pd.DataFrame({"g": group, "y": days.round(6), "p": foretold.round(6)})


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return waits()


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame) -> Evaluation:
    return evaluate(count(frame, **OPTIONS), replicates=1000)


def row(found: Evaluation, metric: str, kind: str = "difference", **group: str) -> Comparison:
    of = "pair" if group else "max_min"
    return next(
        each
        for each in found.comparisons
        if (each.metric, each.kind, each.of, each.group) == (metric, kind, of, group or None)
    )


def test_sums_are_what_one_adds_by_hand() -> None:
    counts = count(pd.DataFrame(TINY), **OPTIONS)
    assert counts.columns.measures == (
        "label_sum",
        "label_squares",
        "prediction_sum",
        "prediction_squares",
        "product_sum",
        "absolute_error_sum",
    )
    held = {cell.group[0]: (cell.n, cell.sums) for cell in counts.cells}
    m = 10**6
    assert held["a"] == (
        3,
        (7 * m // 2, 89 * m**2 // 4, 11 * m // 2, 85 * m**2 // 4, 39 * m**2 // 2, 3 * m),
    )
    big = 1_000_000_250_000
    assert held["b"] == (
        2,
        (big + 3 * m, big**2 + 9 * m**2, m * m + 5 * m, m**4 + 25 * m**2, big * m * m + 15 * m**2, 2 * m + m // 4),
    )
    assert held["(missing)"] == (1, (0, 0, -1, 1, 0, 1))
    assert all(cell.label is None and cell.prediction is None for cell in counts.cells)


@settings(max_examples=60, deadline=None)
@given(some_rows)
def test_sums_are_exact_to_the_limit_of_what_may_be_counted(rows: list[tuple[str, float, float]]) -> None:
    counts = count(pd.DataFrame(rows, columns=["g", "y", "p"]), **OPTIONS)
    for cell in counts.cells:
        micros = [(round(y * 10**6), round(p * 10**6)) for g, y, p in rows if g == cell.group[0]]
        assert cell.n == len(micros)
        assert cell.sums == (
            sum(y for y, _ in micros),
            sum(y * y for y, _ in micros),
            sum(p for _, p in micros),
            sum(p * p for _, p in micros),
            sum(y * p for y, p in micros),
            sum(abs(y - p) for y, p in micros),
        )
    assert Counts.from_json(json.loads(counts.canonical())) == counts


def test_every_engine_gives_the_same_digest(tmp_path: Path) -> None:
    random = np.random.default_rng(9)
    large: dict[str, list[Any]] = {
        "g": random.choice(["a", "b"], 4000).tolist(),
        "y": random.uniform(-1e9, 1e9, 4000).tolist(),
        "p": random.normal(0, 1e8, 4000).tolist(),
    }
    whole: dict[str, list[Any]] = {"g": ["a", "b", "b"], "y": [1, 2, 3], "p": [True, False, True]}
    for columns, options in ((TINY, {}), (large, {}), (large, {"label": None}), (whole, {"prediction": None})):
        with on_every_engine(columns, tmp_path) as tables:
            assert len({count(table, **OPTIONS | options).sha256 for table in tables.values()}) == 1


def test_the_document_fits_its_schema_and_holds_sums_as_text(frame: pd.DataFrame) -> None:
    written = json.loads(count(frame, **OPTIONS).canonical())
    jsonschema.validate(written, json.loads((files("evenhand.fairness") / "schemas/counts.schema.json").read_text()))
    assert written["cell_columns"][-1] == "absolute_error_sum"
    assert all(isinstance(value, str) for value in written["cells"][0][4:])


@pytest.mark.parametrize(
    ("place", "value"),
    [(4, "100000000000000"), (5, "1"), (8, "99999999999999999"), (9, "0"), (9, "-1"), (9, "999999999999")],
)
def test_documents_whose_sums_contradict_each_other_are_refused(place: int, value: str) -> None:
    written = count(pd.DataFrame(TINY), **OPTIONS).to_json()
    written["cells"][1][place] = value
    with pytest.raises(InputError, match="not a usable counts document"):
        Counts.from_json(written)


@settings(max_examples=25, deadline=None)
@given(some_rows.filter(lambda rows: len(rows) > 1), st.data())
def test_parts_add_up_to_the_whole_in_any_order(rows: list[tuple[str, float, float]], data: st.DataObject) -> None:
    whole = pd.DataFrame(rows, columns=["g", "y", "p"])
    cut = data.draw(st.integers(1, len(rows) - 1))
    first, second = count(whole.iloc[:cut], **OPTIONS), count(whole.iloc[cut:], **OPTIONS)
    once = count(whole.sample(frac=1, random_state=5), **OPTIONS)
    assert (first + second).sha256 == (second + first).sha256 == once.sha256


def test_quantities_do_not_add_to_yes_or_no() -> None:
    rows = pd.DataFrame({"g": ["a", "b"], "y": [0, 1], "p": [1, 1]})
    with pytest.raises(IncompatibleCountsError):
        count(rows, **OPTIONS) + count(rows, groups="g", label="y", prediction="p")


def test_metrics_by_group_are_fairlearns(frame: pd.DataFrame, found: Evaluation) -> None:
    peers = {
        "mean_outcome": lambda y, p: y.mean(),
        "mean_prediction": lambda y, p: p.mean(),
        "mean_error": lambda y, p: (p - y).mean(),
        "mean_absolute_error": mean_absolute_error,
        "root_mean_squared_error": root_mean_squared_error,
        "r_squared": r2_score,
    }
    theirs = MetricFrame(metrics=peers, y_true=frame["y"], y_pred=frame["p"], sensitive_features=frame["g"])
    for name in peers:
        assert found.group().metrics[name].value == pytest.approx(theirs.overall[name], rel=1e-9)
        for group in "abc":
            assert found.group(g=group).metrics[name].value == pytest.approx(theirs.by_group[name][group], rel=1e-9)


def test_intervals_of_means_are_statsmodels(frame: pd.DataFrame, found: Evaluation) -> None:
    part = frame[frame["g"] == "c"]
    quantities = (part["y"], part["p"], part["p"] - part["y"], (part["p"] - part["y"]).abs())
    for name, quantity in zip(MEANS, quantities, strict=True):
        metric = found.group(g="c").metrics[name]
        assert metric.method == "t"
        assert (metric.low, metric.high) == pytest.approx(DescrStatsW(quantity).tconfint_mean(), rel=1e-9)


@pytest.mark.parametrize("metric", MEANS)
def test_differences_are_scipys_welch_test(metric: str, frame: pd.DataFrame, found: Evaluation) -> None:
    error = frame["p"] - frame["y"]
    quantity = dict(zip(MEANS, (frame["y"], frame["p"], error, error.abs()), strict=True))[metric]
    sample = {group: quantity[frame["g"] == group] for group in "abc"}
    theirs = stats.ttest_ind(sample["b"], sample["a"], equal_var=False)
    own = row(found, metric, g="b")
    limits = theirs.confidence_interval()
    assert own.value == pytest.approx(sample["b"].mean() - sample["a"].mean(), rel=1e-9)
    assert (own.low, own.high) == pytest.approx((limits.low, limits.high), rel=1e-9)
    assert own.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert own.method == "welch"
    spread = row(found, metric)
    assert spread.p_value == pytest.approx(anova_oneway(list(sample.values()), use_var="unequal").pvalue, rel=1e-6)


def test_a_ratio_is_what_welchs_test_does_not_reject(frame: pd.DataFrame, found: Evaluation) -> None:
    miss = (frame["p"] - frame["y"]).abs()
    own = row(found, "mean_absolute_error", "ratio", g="c")
    first, second = miss[frame["g"] == "c"], miss[frame["g"] == "a"]
    assert own.value == pytest.approx(first.mean() / second.mean())
    for limit in (own.low, own.high):
        assert limit is not None
        assert stats.ttest_ind(first, limit * second, equal_var=False).pvalue == pytest.approx(0.05, abs=1e-9)


def test_against_everyone_is_against_everyone_else_scaled(frame: pd.DataFrame) -> None:
    found = evaluate(count(frame, **OPTIONS), reference="overall", replicates=100)
    inside = frame["g"] == "b"
    theirs = stats.ttest_ind(frame["p"][inside], frame["p"][~inside], equal_var=False)
    own = row(found, "mean_prediction", g="b")
    assert own.reference == {}
    assert own.value == pytest.approx(frame["p"][inside].mean() - frame["p"].mean())
    assert own.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert own.low == pytest.approx((1 - inside.mean()) * theirs.confidence_interval().low)


def test_the_best_group_misses_least_and_is_biased_least(frame: pd.DataFrame) -> None:
    found = evaluate(count(frame, **OPTIONS), reference="best_eligible", replicates=100)
    by_group = {group: found.group(g=group).metrics for group in "abc"}
    least = min("abc", key=lambda group: by_group[group]["mean_absolute_error"].value or 0)
    assert row(found, "mean_absolute_error", g="c").reference == {"g": least}
    fairest = min("abc", key=lambda group: abs(by_group[group]["mean_error"].value or 0))
    assert row(found, "mean_error", g="c").reference == {"g": fairest}


def test_figures_without_an_honest_interval_have_none_and_say_why(found: Evaluation) -> None:
    for name in ("root_mean_squared_error", "r_squared"):
        metric = found.group(g="a").metrics[name]
        assert (metric.low, metric.high, metric.method) == (None, None, "no interval")
        compared = row(found, name, g="b")
        assert compared.value is not None
        assert (compared.low, compared.high, compared.p_value) == (None, None, None)
    assert any("fourth powers" in warning for warning in found.warnings)


def test_a_spread_is_highest_minus_lowest_with_what_chance_alone_makes(found: Evaluation) -> None:
    means = [found.group(g=group).metrics["mean_error"].value or 0 for group in "abc"]
    spread = row(found, "mean_error")
    assert spread.value == pytest.approx(max(means) - min(means))
    assert spread.method == "parametric bootstrap"
    assert spread.low is not None
    assert spread.high is not None
    assert spread.low < (spread.value or 0) < spread.high
    errors = [found.group(g=group).metrics["mean_error"] for group in "abc"]
    sizes = [(each.high or 0) - (each.low or 0) for each in errors]
    drawn = np.random.default_rng(1).normal(0, np.array(sizes) / 3.92, size=(100_000, 3))
    assert spread.expected == pytest.approx((drawn.max(axis=1) - drawn.min(axis=1)).mean(), rel=0.08)


def test_one_person_has_no_spread_and_alike_people_prove_nothing() -> None:
    rows = pd.DataFrame({"g": [*"aab", *"ccccc"], "y": [1, 1, 2, 1, 2, 3, 4, 5], "p": [2, 2, 2, 1, 1, 1, 1, 2]})
    found = evaluate(count(rows, **OPTIONS), replicates=100)
    for group in "ab":
        outcome = found.group(g=group).metrics["mean_outcome"]
        assert outcome.value is not None
        assert (outcome.low, outcome.high) == (None, None)
        assert row(found, "mean_outcome", g=group).p_value is None
    assert found.group(g="b").metrics["r_squared"].value is None  # outcomes that do not vary explain nothing
    assert row(found, "mean_outcome").low is None


def test_a_ratio_to_what_may_be_nothing_has_no_bounds() -> None:
    random = np.random.default_rng(2)
    rows = pd.DataFrame({"g": ["a"] * 40 + ["b"] * 4, "y": 0.0, "p": [*random.normal(5, 1, 40), 0, 0, 0.1, 3]})
    found = evaluate(count(rows, **OPTIONS), reference={"g": "b"}, replicates=100)
    compared = row(found, "mean_absolute_error", "ratio", g="a")
    assert compared.value is not None
    assert (compared.low, compared.high) == (None, None)


def test_predictions_alone_are_enough(frame: pd.DataFrame) -> None:
    found = evaluate(count(frame, groups="g", prediction="p", outcome="numeric"), replicates=100)
    assert set(found.group().metrics) == {"count", "mean_prediction"}
    assert {each.metric for each in found.comparisons} == {"mean_prediction"}
    assert "No label was counted, so nothing can be said about errors." in found.warnings
    assert not any("No prediction" in warning for warning in found.warnings)


@settings(max_examples=25, deadline=None)
@given(some_rows, st.sampled_from(["largest", "overall", "best_eligible"]))
def test_no_table_fails(rows: list[tuple[str, float, float]], reference: str) -> None:
    found = evaluate(count(pd.DataFrame(rows, columns=["g", "y", "p"]), **OPTIONS), reference=reference, replicates=100)
    for result in found.groups:
        for metric in result.metrics.values():
            if metric.low is not None and metric.high is not None and metric.value is not None:
                assert metric.low <= metric.value <= metric.high
        assert (result.metrics["mean_absolute_error"].low or 0) >= 0
        assert (result.metrics["r_squared"].value or 0) <= 1
    schema = json.loads((files("evenhand.fairness") / "schemas/result.schema.json").read_text())
    jsonschema.validate(json.loads(found.canonical()), schema)
    assert Evaluation.from_json(found.to_json()) == found


@settings(max_examples=25, deadline=None)
@given(some_rows)
def test_swapping_groups_turns_the_sign_and_doubling_people_keeps_means(rows: list[tuple[str, float, float]]) -> None:
    if len({group for group, _, _ in rows}) < 2:
        return
    frame = pd.DataFrame(rows, columns=["g", "y", "p"])
    forth, back = (evaluate(count(frame, **OPTIONS), reference={"g": group}, replicates=100) for group in "ab")
    twice = evaluate(count(pd.concat([frame, frame]), **OPTIONS), replicates=100)
    for name in MEANS:
        one, other = row(forth, name, g="b"), row(back, name, g="a")
        assert one.value == -(other.value or 0)
        assert (one.low is None) == (other.high is None)
        assert one.low is None or one.low == pytest.approx(-(other.high or 0))
        for group in "ab":
            single, double = (each.group(g=group).metrics[name] for each in (forth, twice))
            assert double.value == single.value
            if (
                single.low is not None
                and single.high is not None
                and double.low is not None
                and double.high is not None
            ):
                assert double.high - double.low <= (single.high - single.low) * (1 + 1e-9)


@pytest.mark.parametrize(("n", "shape"), [(15, "normal"), (200, "skewed")])
def test_intervals_cover(n: int, shape: str) -> None:
    random = np.random.default_rng(21)
    drawn = [
        random.normal(3, 1, (3000, size)) if shape == "normal" else random.exponential(3, (3000, size))
        for size in (n, 2 * n)
    ]
    first, second = (np.round(each * 10**6).astype(object) for each in drawn)
    one, other = (
        Means.of([Sums(len(x), int(x.sum()), int((x * x).sum())) for x in sample], scale=10**6)
        for sample in (first, second)
    )
    for interval, truth in (
        (t_interval(one, confidence=0.95), 3.0),
        (welch_difference(one, other, confidence=0.95), 0.0),
        (welch_ratio(one, other, confidence=0.95), 1.0),
    ):
        covered = np.mean((interval.low <= truth) & (truth <= interval.high))
        assert 0.935 < covered < 0.965


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"y": [1.0, None]}, {}, "Column 'y' has 1 values that are not a number from -1,000,000,000"),
        ({"p": [1.0, float("inf")]}, {}, "(the first found is inf)"),
        ({"y": [2e9, 1.0]}, {}, "(the first found is 2000000000.0); correct or remove them, or count in larger units"),
        ({"y": ["two", "one"]}, {}, "Column 'y' is not numeric; convert it to numbers, or say --outcome classes"),
        ({}, {"score": "y"}, "no scores"),
        ({}, {"positive": "1"}, "has no positive value"),
        ({}, {"classes": ["1", "2"]}, "go with --outcome classes only"),
        ({}, {"people": "n"}, "cannot be counted with --people"),
        ({}, {"label": None, "prediction": None}, "Name a label (--label), a prediction"),
        ({}, {"filters": ["y > 5"]}, "There are no rows to count"),
    ],
)
def test_bad_input_is_one_sentence(columns: dict[str, Any], options: dict[str, Any], message: str) -> None:
    rows = {"g": ["a", "b"], "y": [1.0, 2.0], "p": [1.0, 2.0], "n": [1, 2]} | columns
    with pytest.raises(InputError) as refused:
        count(pd.DataFrame(rows), **OPTIONS | options)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_command_line_counts_recounts_evaluates_and_refuses(
    frame: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame.to_csv(tmp_path / "waits.csv", index=False)
    data, counted = str(tmp_path / "waits.csv"), str(tmp_path / "counts.json")
    columns = ["--group", "g", "--label", "y", "--prediction", "p", "--outcome", "numeric"]
    assert main(["count", data, *columns, "-o", counted]) == 0
    assert main(["recount", data, counted]) == 0
    capsys.readouterr()
    assert main(["evaluate", counted]) == 0
    shown = capsys.readouterr().out
    assert "absolute error" in shown
    assert "RMSE" in shown
    assert main(["evaluate", data, *columns, "--json", "-"]) == 0
    printed = json.loads(capsys.readouterr().out)
    overall = printed["groups"][0]["metrics"]["mean_error"]["value"]
    assert overall == pytest.approx((frame["p"] - frame["y"]).mean())
    (tmp_path / "bad.csv").write_text("g,y,p\na,1,2\nb,many,3\n")
    assert main(["count", str(tmp_path / "bad.csv"), *columns]) == 2
    assert "line 3: column 'y' holds 'many', which is not a number" in capsys.readouterr().err


def test_a_recount_says_when_sums_differ(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    pd.DataFrame(TINY).to_csv(path, index=False)
    counts = count(path, **OPTIONS)
    assert differences(counts, path) == []
    pd.DataFrame({**TINY, "y": [1.5, -2.0, 4.0, 1000000.25, 3.0, 0.000001]}).to_csv(path, index=False)
    assert any("Cell g=(missing): label_sum 0, of the rows 1" in line for line in differences(counts, path))


def agreed(metric: str, threshold: float, **fields: Any) -> FairnessGoal:
    return FairnessGoal.from_dict({"id": "waits", "metric": metric, "by": ["g"], "threshold": threshold, **fields})


@pytest.mark.parametrize(
    ("metric", "threshold", "verdicts"),
    [
        ("mean_error", 1.5, {"b": "met", "c": "not_met"}),
        ("mean_error", 3.0, {"b": "met", "c": "inconclusive"}),
        ("mean_absolute_error", 1.5, {"b": "met", "c": "met"}),
    ],
)
def test_a_goal_is_judged_by_the_interval_of_the_comparison(
    metric: str, threshold: float, verdicts: dict[str, str], frame: pd.DataFrame
) -> None:
    found = evaluate(count(frame, **OPTIONS), goals=[agreed(metric, threshold)], replicates=100)
    lines = {line.group["g"]: line for line in found.verdicts if line.group}
    for group, verdict in verdicts.items():
        compared = row(found, metric, g=group)
        assert lines[group].verdict == verdict
        assert (lines[group].value, lines[group].low, lines[group].high) == (
            compared.value,
            compared.low,
            compared.high,
        )
    strict = 1 - 0.05 / 2  # two comparisons: what lies outside must do so together
    wider = row(evaluate(count(frame, **OPTIONS), confidence=strict, replicates=100), metric, g="c")
    outside = wider.low is not None and wider.high is not None and (wider.low > threshold or wider.high < -threshold)
    assert (lines["c"].verdict == "not_met") == outside
    schema = json.loads((files("evenhand.fairness") / "schemas/result.schema.json").read_text())
    jsonschema.validate(json.loads(found.canonical()), schema)


def test_goals_of_means_against_everyone_all_pairs_and_as_ratios(frame: pd.DataFrame) -> None:
    counts = count(frame, **OPTIONS)
    ratio = evaluate(counts, goals=[agreed("mean_absolute_error", 0.8, kind="ratio")], replicates=100)
    line = next(each for each in ratio.verdicts if each.group == {"g": "c"})
    compared = row(ratio, "mean_absolute_error", "ratio", g="c")
    assert (line.value, line.low, line.high) == (compared.value, compared.low, compared.high)
    assert line.sentence.startswith("Mean absolute error of c over that of a: the ratio is ")
    overall = evaluate(counts, goals=[agreed("mean_prediction", 1, reference="overall")], replicates=100)
    assert {each.group["g"] for each in overall.verdicts if each.group} == {"a", "b", "c"}
    assert "below that of everyone" in overall.verdicts[0].sentence
    pairs = evaluate(counts, goals=[agreed("mean_error", 1, reference="all_pairs")], replicates=100)
    assert all((each.value or 0) >= 0 for each in pairs.verdicts if each.group)
    assert pairs.overall is not None
    assert pairs.overall.verdict == "not_met"


def test_errors_of_people_nobody_observed_are_not_judged(frame: pd.DataFrame) -> None:
    blind = agreed("mean_error", 100, outcome_observed_for="selected")
    found = evaluate(count(frame, **OPTIONS), goals=[blind], replicates=100)
    assert found.overall is not None
    assert found.overall.verdict == "inconclusive"


def test_small_groups_are_set_aside(frame: pd.DataFrame) -> None:
    few = pd.concat([frame, pd.DataFrame({"g": "d", "y": [1.0, 2.0], "p": [50.0, 70.0]})])
    found = evaluate(count(few, **OPTIONS), goals=[agreed("mean_error", 5)], replicates=100)
    line = next(each for each in found.verdicts if each.group == {"g": "d"})
    assert line.reason.startswith("Not judged")
    assert found.overall is not None
    assert found.overall.verdict == "met"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"metric": "selection_rate", "threshold": 0.1}, "these counts hold quantities; use one of mean_outcome"),
        ({"metric": "mean_exposure", "threshold": 0.1}, "these counts hold quantities"),
        ({"metric": "mean_error", "threshold": 0.8, "kind": "ratio"}, "kind ratio is for what cannot be negative"),
    ],
)
def test_goals_that_fit_no_quantity_are_refused(fields: dict[str, Any], message: str, frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=message):
        evaluate(count(frame, **OPTIONS), goals=[agreed(**fields)], replicates=100)
    yes_or_no = count(frame.assign(y=1, p=0), groups="g", label="y", prediction="p")
    with pytest.raises(InputError, match="is about quantities; count again with --outcome numeric"):
        evaluate(yes_or_no, goals=[agreed("mean_error", 1)], replicates=100)


def test_ages_in_bands_are_groups_of_quantities_too(frame: pd.DataFrame, tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    aged = frame.assign(age=random.integers(18, 90, len(frame)))
    counts = count(aged, **{**OPTIONS, "groups": ["g", "age"]}, bands={"age": [40, 65]})
    held = {cell.group: cell for cell in counts.cells}
    part = aged[(aged["g"] == "a") & (aged["age"] >= 65)]
    assert held["a", "65 and over"].n == len(part)
    assert held["a", "65 and over"].sums[0] == sum(round(value * 10**6) for value in part["y"])
    aged.to_csv(tmp_path / "aged.csv", index=False)
    again = count(tmp_path / "aged.csv", **{**OPTIONS, "groups": ["g", "age"]}, bands={"age": [40, 65]})
    assert again.sha256 == counts.sha256
    assert differences(again, tmp_path / "aged.csv") == []
    assert evaluate(counts, replicates=100).group(age="under 40").metrics["mean_outcome"].value is not None


def test_plots_show_means_with_the_usual_figures_of_quantities(found: Evaluation) -> None:
    matrix = matrix_plot(found, ["g"])
    assert [each in matrix.alt for each in ("mean error", "mean absolute error", "r squared")] == [True] * 3
    chart = interval_plot(found, Question.about("mean_error", ["g"]))
    value = found.group(g="c").metrics["mean_error"].value or 0
    assert f"c: \u2212{abs(value):.3f}" in chart.alt
