"""More than two classes: counted exactly, and each class judged against the rest as if it had been yes or no."""

import json
from collections.abc import Sequence
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
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
)
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from evenhand.cli import main
from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.outcomes.class_averages import averages
from evenhand.fairness.outcomes.confusion import Confusion, one_vs_rest
from evenhand.fairness.outcomes.confusion import confusion_matrix as confusion_of
from evenhand.fairness.plots import matrix_plot
from evenhand.fairness.scanning.recounting import differences
from tests.core.fairness.engines import on_every_engine

OPTIONS: dict[str, Any] = {"groups": "g", "label": "y", "prediction": "p", "outcome": "classes"}
# Counted by hand: in a 3 of 5 are right, in b 2 of 4.
TINY: dict[str, list[Any]] = {
    "g": list("aaaaabbbb"),
    "y": ["cat", "cat", "dog", "dog", "bird", "cat", "dog", "bird", "bird"],
    "p": ["cat", "dog", "dog", "dog", "cat", "dog", "dog", "bird", "cat"],
}
names = st.sampled_from(["cat", "dog", "bird", "7", "x]["])
some_rows = st.lists(st.tuples(st.sampled_from("abc"), names, names), min_size=2, max_size=60)


def table(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["g", "y", "p"])


def pets(n: int = 3000, seed: int = 7) -> pd.DataFrame:
    """Three groups for whom a model is right 80, 65 and 50 times in 100."""
    random = np.random.default_rng(seed)
    group = random.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1])
    label = random.choice(["bird", "cat", "dog", "fish"], n, p=[0.1, 0.4, 0.4, 0.1])
    right = random.random(n) < np.select([group == "a", group == "b"], [0.8, 0.65], 0.5)
    return pd.DataFrame({"g": group, "y": label, "p": np.where(right, label, random.permutation(label))})


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pets()


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame) -> Evaluation:
    return evaluate(count(frame, **OPTIONS), replicates=500)


def test_cells_are_what_one_counts_by_hand() -> None:
    counts = count(pd.DataFrame(TINY), **OPTIONS)
    assert counts.columns.classes == ("bird", "cat", "dog")
    assert [(cell.group[0], cell.label, cell.prediction, cell.n) for cell in counts.cells] == [
        ("a", 0, 1, 1),
        ("a", 1, 1, 1),
        ("a", 1, 2, 1),
        ("a", 2, 2, 2),
        ("b", 0, 0, 1),
        ("b", 0, 1, 1),
        ("b", 1, 2, 1),
        ("b", 2, 2, 1),
    ]
    found = evaluate(counts, replicates=100)
    assert [found.group(g=group).metrics["accuracy"].value for group in "ab"] == [3 / 5, 2 / 4]
    assert found.group(g="a").metrics["true_positive_rate[cat]"].value == 1 / 2
    assert found.group(g="b").metrics["positive_predictive_value[dog]"].value == 1 / 2
    assert found.group(g="a").metrics["macro_recall"].value == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_every_engine_gives_the_same_digest(tmp_path: Path) -> None:
    numbers = {"g": TINY["g"], "y": [1, 1, 2, 2, 10, 1, 2, 10, 10], "p": [1, 2, 2, 2, 1, 2, 2, 10, 1]}
    for columns, classes in ((TINY, ("bird", "cat", "dog")), (numbers, ("1", "2", "10"))):
        with on_every_engine(columns, tmp_path) as tables:
            counted = {name: count(each, **OPTIONS) for name, each in tables.items()}
        assert {each.columns.classes for each in counted.values()} == {classes}
        assert len({each.sha256 for each in counted.values()}) == 1


def test_the_document_comes_back_as_it_was(frame: pd.DataFrame) -> None:
    counts = count(frame, **OPTIONS)
    written = json.loads(counts.canonical())
    jsonschema.validate(written, json.loads((files("evenhand.fairness") / "schemas/counts.schema.json").read_text()))
    assert Counts.from_json(written) == counts


@pytest.mark.parametrize("change", [{"classes": ["bird", "cat"]}, {"classes": []}, {"classes": ["a", "a", "b"]}])
def test_documents_whose_classes_contradict_the_cells_are_refused(change: dict[str, Any]) -> None:
    written = count(pd.DataFrame(TINY), **OPTIONS).to_json()
    written["columns"] |= change
    with pytest.raises(InputError):
        Counts.from_json(written)


@settings(max_examples=40, deadline=None)
@given(some_rows, st.data())
def test_one_class_against_the_rest_is_what_counting_it_alone_gives(
    rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    whole = table(rows)
    seen = sorted({*whole["y"], *whole["p"]})
    if len(seen) < 2 or not set(whole["y"]) & set(whole["p"]):
        return
    chosen = data.draw(st.sampled_from(seen))
    counts = count(whole, **OPTIONS)
    alone = whole.assign(y=(whole["y"] == chosen) * 1, p=(whole["p"] == chosen) * 1)
    expected = count(alone, groups="g", label="y", prediction="p")
    assert one_vs_rest(counts, chosen).cells == expected.cells
    assert one_vs_rest(counts, chosen).columns.outcome == "binary"
    yes_or_no = evaluate(expected, replicates=100)
    found = evaluate(counts, replicates=100)
    for result in found.groups:
        alike = yes_or_no.group(**result.group).metrics
        for name in RATES:
            if name in alike and name != "accuracy":
                assert result.metrics[f"{name}[{chosen}]"] == alike[name]


@settings(max_examples=25, deadline=None)
@given(some_rows, st.data())
def test_parts_with_stated_classes_add_up_to_the_whole(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    whole = table(rows)
    stated = ["dog", "cat", "x][", "7", "bird"]
    cut = data.draw(st.integers(1, len(rows) - 1))
    first, second = (count(part, classes=stated, **OPTIONS) for part in (whole.iloc[:cut], whole.iloc[cut:]))
    once = count(whole.sample(frac=1, random_state=3), classes=sorted(stated), **OPTIONS)
    assert (first + second).sha256 == (second + first).sha256 == once.sha256


def test_counts_with_other_classes_do_not_add_up() -> None:
    first = count(pd.DataFrame(TINY).query("y != 'bird' and p != 'bird'"), **OPTIONS)
    with pytest.raises(IncompatibleCountsError, match=r"their classes differ \(cat, dog and bird, cat, dog\)"):
        first + count(pd.DataFrame(TINY), **OPTIONS)


def test_the_confusion_matrix_is_scikit_learns(frame: pd.DataFrame) -> None:
    counts = count(frame, **OPTIONS)
    for group, part in (("a", frame[frame["g"] == "a"]), (None, frame)):
        own = confusion_of(counts, **({"g": group} if group else {}))
        assert np.array_equal(own, confusion_matrix(part["y"], part["p"], labels=counts.columns.classes))


def test_metrics_by_group_are_fairlearns(frame: pd.DataFrame, found: Evaluation) -> None:
    peers = {
        "accuracy": accuracy_score,
        "macro_recall": balanced_accuracy_score,
        "macro_precision": lambda y, p: precision_score(y, p, average="macro"),
        "macro_f1_score": lambda y, p: f1_score(y, p, average="macro"),
        "true_positive_rate[cat]": lambda y, p: recall_score(y, p, labels=["cat"], average=None)[0],
        "positive_predictive_value[dog]": lambda y, p: precision_score(y, p, labels=["dog"], average=None)[0],
        "f1_score[fish]": lambda y, p: f1_score(y, p, labels=["fish"], average=None)[0],
        "selection_rate[bird]": lambda y, p: float((p == "bird").mean()),
    }
    theirs = MetricFrame(metrics=peers, y_true=frame["y"], y_pred=frame["p"], sensitive_features=frame["g"])
    for name in peers:
        assert found.group().metrics[name].value == pytest.approx(theirs.overall[name], abs=1e-12)
        for group in "abc":
            assert found.group(g=group).metrics[name].value == pytest.approx(theirs.by_group[name][group], abs=1e-12)


def test_intervals_and_comparisons_are_statsmodels(frame: pd.DataFrame, found: Evaluation) -> None:
    part = {group: frame[frame["g"] == group] for group in "ab"}
    right = {group: int((each["y"] == each["p"]).sum()) for group, each in part.items()}
    n = {group: len(each) for group, each in part.items()}
    metric = found.group(g="b").metrics["accuracy"]
    assert (metric.low, metric.high) == pytest.approx(proportion_confint(right["b"], n["b"], method="wilson"))
    row = comparison(found, "accuracy", group={"g": "b"})
    limits = confint_proportions_2indep(right["b"], n["b"], right["a"], n["a"], method="newcomb", compare="diff")
    assert (row.low, row.high) == pytest.approx(limits)
    cats = {group: each[each["y"] == "cat"] for group, each in part.items()}
    hits = {group: int((each["p"] == "cat").sum()) for group, each in cats.items()}
    row = comparison(found, "true_positive_rate[cat]", group={"g": "b"})
    limits = confint_proportions_2indep(
        hits["b"], len(cats["b"]), hits["a"], len(cats["a"]), method="newcomb", compare="diff"
    )
    assert (row.low, row.high) == pytest.approx(limits)


def test_holm_goes_over_all_classes_of_a_metric(found: Evaluation) -> None:
    rows = [
        row
        for row in found.comparisons
        if row.metric.startswith("true_positive_rate[") and row.kind == "difference" and row.of == "pair"
    ]
    assert len(rows) == 8  # four classes, two groups against the largest
    ranked = sorted(rows, key=lambda row: row.p_value or 0)
    assert ranked[0].p_adjusted == pytest.approx(min(1, 8 * (ranked[0].p_value or 0)))


def test_what_is_compared(found: Evaluation) -> None:
    metrics = {row.metric for row in found.comparisons}
    for name in ("selection_rate", "true_positive_rate", "false_positive_rate", "positive_predictive_value"):
        assert {f"{name}[{each}]" for each in ("bird", "cat", "dog", "fish")} <= metrics
    assert {"accuracy", "accuracy_equality_difference", "macro_recall", "macro_f1_score"} <= metrics
    for metric in ("accuracy", "true_positive_rate[cat]"):
        spread = [row for row in found.comparisons if row.metric == metric and row.of == "max_min"]
        assert {row.kind for row in spread} == {"difference", "ratio"}
        values = [found.group(g=group).metrics[metric].value or 0 for group in "abc"]
        assert next(row.value for row in spread if row.kind == "difference") == pytest.approx(max(values) - min(values))


def test_macro_averages_leave_out_what_is_undefined_and_say_so() -> None:
    rows = [("a", "cat", "cat"), ("a", "dog", "cat"), ("b", "cat", "cat"), ("b", "dog", "dog"), ("b", "bird", "dog")]
    found = evaluate(count(table(rows), **OPTIONS), replicates=100)
    group = found.group(g="a").metrics
    assert group["macro_recall"].value == 1 / 2
    assert group["macro_precision"].value == 1 / 2  # only cats were predicted
    assert group["true_positive_rate[bird]"].value is None
    assert "g=a has nobody with the label bird: macro recall leaves that out." in found.warnings
    # Averages over other classes are not compared.
    assert not [row for row in found.comparisons if row.metric == "macro_recall"]


def test_the_interval_of_macro_f1_has_the_spread_of_drawing_people_again(frame: pd.DataFrame) -> None:
    part = frame[frame["g"] == "b"]
    matrix = confusion_matrix(part["y"], part["p"])
    own = evaluate(count(part, **OPTIONS), replicates=100).group().metrics["macro_f1_score"]
    draws = np.random.default_rng(5).multinomial(len(part), matrix.ravel() / len(part), size=4000).reshape(-1, 4, 4)
    scores = (2 * draws.diagonal(axis1=1, axis2=2) / (draws.sum(axis=1) + draws.sum(axis=2))).mean(axis=1)
    assert own.low is not None
    assert own.high is not None
    assert (own.high - own.low) / (2 * 1.959964) == pytest.approx(scores.std(), rel=0.04)


@pytest.mark.parametrize(("n", "least"), [(60, 0.92), (400, 0.935)])
def test_intervals_of_macro_averages_cover(n: int, least: float) -> None:
    truth = np.array([[0.30, 0.08, 0.02], [0.05, 0.25, 0.05], [0.05, 0.05, 0.15]])
    share = truth.diagonal()
    true_values = {
        "macro_recall": (share / truth.sum(axis=1)).mean(),
        "macro_precision": (share / truth.sum(axis=0)).mean(),
        "macro_f1_score": (2 * share / (truth.sum(axis=0) + truth.sum(axis=1))).mean(),
    }
    tables = np.random.default_rng(11).multinomial(n, truth.ravel(), size=3000).reshape(-1, 9)
    place, cell = np.nonzero(tables)
    drawn = Confusion(3000, 3, place, cell // 3, cell % 3, tables[place, cell])
    for name, values in averages(drawn, confidence=0.95).items():
        known = [each for each in values if each.low is not None and each.high is not None]
        covered = [(each.low or 0) <= true_values[name] <= (each.high or 0) for each in known]
        assert len(known) > 2990
        assert least < np.mean(covered) < 0.99


def test_labels_or_predictions_alone_are_enough(frame: pd.DataFrame) -> None:
    decided = evaluate(count(frame, groups="g", prediction="p", outcome="classes"), replicates=100)
    assert set(decided.group().metrics) == {"count", *(f"selection_rate[{c}]" for c in ("bird", "cat", "dog", "fish"))}
    labeled = evaluate(count(frame, groups="g", label="y", outcome="classes"), replicates=100)
    assert {row.metric for row in labeled.comparisons} == {f"base_rate[{c}]" for c in ("bird", "cat", "dog", "fish")}


@settings(max_examples=30, deadline=None)
@given(some_rows, st.sampled_from(["largest", "overall", "best_eligible"]))
def test_no_table_fails_and_every_metric_stays_in_range(rows: list[tuple[str, str, str]], reference: str) -> None:
    counts = count(table(rows), classes=["cat", "dog", "bird", "7", "x]["], **OPTIONS)
    found = evaluate(counts, replicates=100, reference=reference)
    for result in found.groups:
        for name, metric in result.metrics.items():
            if name == "count" or metric.value is None:
                continue
            assert 0 <= metric.value <= 1
            if metric.low is not None and metric.high is not None:
                assert -1e-9 <= metric.low <= metric.value + 1e-9
                assert metric.value - 1e-9 <= metric.high <= 1 + 1e-9
    assert Evaluation.from_json(found.to_json()) == found
    schema = json.loads((files("evenhand.fairness") / "schemas/result.schema.json").read_text())
    jsonschema.validate(json.loads(found.canonical()), schema)


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"y": ["cat", None]}, {}, "Column 'y' is empty in 1 rows"),
        ({"y": ["cat", "cat"], "p": ["cat", "cat"]}, {}, "hold only the class 'cat'"),
        ({"p": ["katze", "hund"]}, {}, "have no class in common"),
        ({}, {"classes": ["cat", "bird"]}, "holds 'dog', which is not among the stated classes"),
        ({}, {"classes": ["cat", "cat"]}, "'cat' is stated twice"),
        ({}, {"classes": [f"c{i}" for i in range(101)]}, "101 classes are stated; there may be 2 to 100"),
        ({}, {"score": "s", "threshold": 0.5}, "counted without scores"),
        ({}, {"positive": "cat"}, "has no positive value"),
        ({}, {"outcome": "ordinal"}, "binary, classes or numeric, not 'ordinal'"),
        ({}, {"outcome": "binary", "classes": ["cat", "dog"]}, "go with --outcome classes only"),
        ({}, {"weight": "s"}, "cannot be counted with --weight"),
        ({}, {"rank": "s", "top": 1, "prediction": None}, "A ranked list has a two-valued label"),
    ],
)
def test_bad_input_is_one_sentence(columns: dict[str, Any], options: dict[str, Any], message: str) -> None:
    rows = {"g": ["a", "b"], "y": ["cat", "dog"], "p": ["cat", "cat"], "s": [0.1, 0.9]} | columns
    with pytest.raises(InputError) as refused:
        count(pd.DataFrame(rows), **OPTIONS | options)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_column_of_quantities_is_no_column_of_classes() -> None:
    rows = pd.DataFrame({"g": "a", "y": np.arange(500) / 7, "p": np.arange(500) / 7})
    with pytest.raises(InputError, match=r"500 different classes and may hold 100; .*--outcome numeric"):
        count(rows, **OPTIONS)


def test_a_recount_names_the_cell_that_differs(tmp_path: Path) -> None:
    path = tmp_path / "pets.csv"
    pd.DataFrame(TINY).to_csv(path, index=False)
    counts = count(path, **OPTIONS)
    assert differences(counts, path) == []
    pd.DataFrame({**TINY, "p": ["dog", *TINY["p"][1:]]}).to_csv(path, index=False)
    assert any("g=a, label 1, prediction 1: counted 1, the rows hold 0" in line for line in differences(counts, path))


def test_the_command_line_counts_evaluates_and_refuses(
    frame: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame.to_csv(tmp_path / "pets.csv", index=False)
    data, counted = str(tmp_path / "pets.csv"), str(tmp_path / "counts.json")
    columns = ["--group", "g", "--label", "y", "--prediction", "p", "--outcome", "classes"]
    assert main(["count", data, *columns, "--classes", "dog,cat,bird,fish,horse", "-o", counted]) == 0
    assert main(["recount", data, counted]) == 0
    capsys.readouterr()
    assert main(["evaluate", counted, "--json", "-"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["groups"][0]["metrics"]["accuracy"]["numerator"] == int((frame["y"] == frame["p"]).sum())
    assert main(["evaluate", data, *columns]) == 0
    shown = capsys.readouterr().out
    assert "macro F1" in shown
    assert "selected" not in shown
    assert main(["count", data, *columns, "--positive", "cat"]) == 2
    assert main(["evaluate", counted, "--outcome", "numeric"]) == 2
    assert "--outcome says otherwise than the counts, which were made with classes" in capsys.readouterr().err


def comparison(found: Evaluation, metric: str, *, group: dict[str, str]) -> Any:
    return next(
        row for row in found.comparisons if row.metric == metric and row.group == group and row.kind == "difference"
    )


def goal(metric: str, threshold: float = 0.05, **fields: Any) -> FairnessGoal:
    return FairnessGoal.from_dict({"id": "pets", "metric": metric, "by": ["g"], "threshold": threshold, **fields})


@pytest.mark.parametrize(
    "metric", ["true_positive_rate", "selection_rate", "f1_score", "impact_ratio", "equalized_odds_difference"]
)
def test_a_goal_about_one_class_is_judged_as_that_class_against_the_rest(metric: str, frame: pd.DataFrame) -> None:
    agreed = goal(f"{metric}[cat]", 0.8 if metric == "impact_ratio" else 0.05)
    found = evaluate(count(frame, **OPTIONS), goals=[agreed], replicates=100)
    alone = frame.assign(y=(frame["y"] == "cat") * 1, p=(frame["p"] == "cat") * 1)
    plain = evaluate(
        count(alone, groups="g", label="y", prediction="p"),
        goals=[FairnessGoal.from_dict({**agreed.to_dict(), "metric": metric})],
        replicates=100,
    )
    assert len(found.verdicts) == len(plain.verdicts) > 2
    for own, expected in zip(found.verdicts, plain.verdicts, strict=True):
        assert own.metric == (None if expected.metric is None else f"{expected.metric}[cat]")
        for name in ("verdict", "value", "low", "high", "group", "reference", "more_needed", "reason"):
            assert getattr(own, name) == getattr(expected, name)


def test_a_goal_of_a_class_says_in_words_which(frame: pd.DataFrame) -> None:
    found = evaluate(count(frame, **OPTIONS), goals=[goal("true_positive_rate[cat]")], replicates=100)
    assert found.verdicts[0].sentence.startswith("Of the people who are 'cat', the model predicts 'cat' for ")
    own = goal("true_positive_rate[cat]", words={"outcome": "own a cat"})
    sentence = evaluate(count(frame, **OPTIONS), goals=[own], replicates=100).verdicts[0].sentence
    assert sentence.startswith("Of the people who own a cat, the model selects ")


def test_a_goal_of_accuracy_is_over_all_classes(frame: pd.DataFrame) -> None:
    found = evaluate(count(frame, **OPTIONS), goals=[goal("accuracy", side="at_most")], replicates=100)
    row = comparison(found, "accuracy", group={"g": "c"})
    line = next(each for each in found.verdicts if each.group == {"g": "c"})
    assert (line.value, line.low, line.high) == (row.value, row.low, row.high)
    schema = json.loads((files("evenhand.fairness") / "schemas/result.schema.json").read_text())
    jsonschema.validate(json.loads(found.canonical()), schema)


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("true_positive_rate", "must say which class it is about, such as true_positive_rate[bird]"),
        ("true_positive_rate[cow]", "names the class 'cow'; there are bird, cat, dog, fish"),
        ("accuracy[cat]", "accuracy is of all classes together"),
        ("auc[cat]", "needs a score, which was not counted"),
    ],
)
def test_goals_that_fit_no_class_are_refused(metric: str, message: str, frame: pd.DataFrame) -> None:
    with pytest.raises(InputError) as refused:
        evaluate(count(frame, **OPTIONS), goals=[goal(metric)], replicates=100)
    assert message in str(refused.value)


def test_a_goal_of_a_class_needs_classes(frame: pd.DataFrame) -> None:
    alone = frame.assign(y=(frame["y"] == "cat") * 1, p=(frame["p"] == "cat") * 1)
    counts = count(alone, groups="g", label="y", prediction="p")
    with pytest.raises(InputError, match="names the class 'cat', but label and prediction are yes or no"):
        evaluate(counts, goals=[goal("true_positive_rate[cat]")], replicates=100)
    with pytest.raises(InputError, match="is not known"):
        goal("true_negative[cat]")
    schema = json.loads((files("evenhand.fairness") / "schemas/goal.schema.json").read_text())
    jsonschema.validate(goal("impact_ratio[cat]", 0.8).to_dict(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**goal("accuracy").to_dict(), "metric": "auc[cat]"}, schema)


def test_plots_call_a_class_by_its_name_and_show_its_rates_in_percent(found: Evaluation) -> None:
    matrix = matrix_plot(found, ["g"], metrics=["true_positive_rate[cat]"])
    assert "(true positive rate (cat))" in matrix.alt
    value = found.group(g="a").metrics["true_positive_rate[cat]"].value or 0
    assert f"{100 * value:.1f}%" in matrix.alt
    assert "macro recall" in matrix_plot(found, ["g"]).alt


def test_a_published_confusion_table_counts_like_its_rows(frame: pd.DataFrame, tmp_path: Path) -> None:
    published = frame.groupby(["g", "y", "p"]).size().rename("people").reset_index()
    nobody = pd.DataFrame({"g": ["a"], "y": ["horse"], "p": ["horse"], "people": [0]})
    counts = count(frame, **OPTIONS)
    ready = count(published, people="people", **OPTIONS)
    assert ready.cells == counts.cells
    assert ready.n_rows == 3000
    pd.concat([published, nobody]).to_csv(tmp_path / "table.csv", index=False)
    with_horses = count(tmp_path / "table.csv", people="people", **OPTIONS)
    assert with_horses.columns.classes == ("bird", "cat", "dog", "fish", "horse")
    assert with_horses.n_rows == 3000
    assert differences(with_horses, tmp_path / "table.csv") == []
    for wrong in (-1, 2.5, None):
        broken = published.assign(people=[wrong, *published["people"][1:]])
        with pytest.raises(InputError, match="'people' has 1 values that are not a whole number of people"):
            count(broken, people="people", **OPTIONS)


def test_strata_are_for_yes_or_no(frame: pd.DataFrame) -> None:
    counts = count(frame.assign(h=frame.index % 2), **{**OPTIONS, "groups": ["g", "h"]})
    with pytest.raises(InputError, match="within strata are for two-valued outcomes"):
        evaluate(counts, within="h", replicates=100)
