"""Ranked lists: places as exposure, who stands among the first, and what dealing places at random would give."""

import json
from dataclasses import replace
from importlib.resources import files
from itertools import permutations
from math import log2
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import dcg_score

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.fairness import Comparison, Counts, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.outcomes.dealing import exposures
from evenhand.fairness.scanning.ranking import LAST_RANK
from evenhand.fairness.scanning.recounting import differences
from tests.core.fairness.engines import on_every_engine

OPTIONS: dict[str, Any] = {"groups": "g", "rank": "r", "top": 3}
# Exposures: 1, 0.63093, 0.5, 0.430677, 0.386853, 0.356207.
TINY: dict[str, list[Any]] = {"g": list("aabbab"), "r": [1, 2, 3, 4, 5, 6], "y": [1, 1, 0, 1, 0, 0]}
some_groups = st.lists(st.sampled_from("abc"), min_size=1, max_size=40)


def listed(n: int = 400, seed: int = 4, pull: float = 0.5) -> pd.DataFrame:
    """One whole list in which b stands further down."""
    random = np.random.default_rng(seed)
    group = random.choice(["a", "b", "c"], n, p=[0.5, 0.4, 0.1])
    merit = random.normal(size=n) - pull * (group == "b")
    return pd.DataFrame({"g": group, "r": stats.rankdata(-merit).astype(int), "y": (merit > 0).astype(int)})


def row(found: Evaluation, metric: str, kind: str = "difference", **group: str) -> Comparison:
    of = "pair" if group else "max_min"
    return next(
        each
        for each in found.comparisons
        if (each.metric, each.kind, each.of, each.group) == (metric, kind, of, group or None)
    )


def exposure(ranks: Any) -> Any:
    return 1 / np.log2(1 + np.asarray(ranks, dtype=float))


def test_exposure_is_what_one_adds_by_hand() -> None:
    counts = count(pd.DataFrame(TINY), label="y", **OPTIONS)
    assert counts.columns.measures == ("exposure_sum", "exposure_squares")
    assert [(cell.group[0], cell.label, cell.prediction, cell.n, cell.sums) for cell in counts.cells] == [
        ("a", 0, 0, 1, (386_853, 386_853**2)),
        ("a", 1, 1, 2, (1_630_930, 10**12 + 630_930**2)),
        ("b", 0, 0, 1, (356_207, 356_207**2)),
        ("b", 0, 1, 1, (500_000, 500_000**2)),
        ("b", 1, 0, 1, (430_677, 430_677**2)),
    ]
    found = evaluate(counts, replicates=100).group(g="a").metrics
    assert found["selection_rate"].value == 2 / 3
    assert found["mean_exposure"].value == pytest.approx((1 + 1 / log2(3) + 1 / log2(6)) / 3, abs=1e-6)
    assert found["exposure_share"].value == pytest.approx((1 + 1 / log2(3) + 1 / log2(6)) / exposure(range(1, 7)).sum())


def test_exposure_is_the_gain_that_scikit_learn_discounts() -> None:
    random = np.random.default_rng(8)
    gains = random.integers(0, 2, 50)
    ideal = dcg_score([gains], [np.arange(50, 0, -1)])
    frame = pd.DataFrame({"g": np.where(gains == 1, "yes", "no"), "r": np.arange(1, 51)})
    held = {cell.group[0]: 0 for cell in count(frame, **OPTIONS).cells}
    for cell in count(frame, **OPTIONS).cells:
        held[cell.group[0]] += cell.sums[0]
    assert held["yes"] / 10**6 == pytest.approx(ideal, abs=1e-5)


def test_no_rank_rounds_differently_on_another_engine() -> None:
    ranks = np.arange(1, LAST_RANK + 1, dtype=np.float64)
    from_half = np.abs(10**6 / np.log2(1 + ranks) % 1 - 0.5)
    assert from_half.min() > 1e-8  # engines differ in the last bit of a logarithm: by less than 1e-9 millionths


def test_every_engine_gives_the_same_digest(tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    long = {"g": random.choice(["a", "b"], 5000).tolist(), "r": random.integers(1, LAST_RANK, 5000).tolist()}
    for columns, options in ((TINY, {"label": "y"}), (TINY, {}), (long, {"top": 10**6})):
        with on_every_engine(columns, tmp_path) as tables:
            assert len({count(table, **OPTIONS | options).sha256 for table in tables.values()}) == 1


def test_the_document_comes_back_as_it_was() -> None:
    counts = count(listed(), label="y", **OPTIONS)
    written = json.loads(counts.canonical())
    jsonschema.validate(written, json.loads((files("evenhand.fairness") / "schemas/counts.schema.json").read_text()))
    assert (written["columns"]["rank"], written["columns"]["top"]) == ("r", 3)
    assert Counts.from_json(written) == counts
    written["cells"][0][4] = "999999999"
    with pytest.raises(InputError, match="not a usable counts document"):
        Counts.from_json(written)


@settings(max_examples=25, deadline=None)
@given(some_groups.filter(lambda groups: len(groups) > 1), st.data())
def test_parts_add_up_to_the_whole_in_any_order(groups: list[str], data: st.DataObject) -> None:
    whole = pd.DataFrame({"g": groups, "r": range(1, len(groups) + 1)})
    cut = data.draw(st.integers(1, len(groups) - 1))
    first, second = count(whole.iloc[:cut], **OPTIONS), count(whole.iloc[cut:], **OPTIONS)
    once = count(whole.sample(frac=1, random_state=2), **OPTIONS)
    assert (first + second).sha256 == (second + first).sha256 == once.sha256


def test_being_among_the_first_is_being_selected() -> None:
    frame = listed()
    ranked = evaluate(count(frame, label="y", groups="g", rank="r", top=60), replicates=200)
    decided = frame.assign(p=(frame["r"] <= 60).astype(int))
    selected = evaluate(count(decided, groups="g", label="y", prediction="p"), replicates=200)
    for group in "abc":
        own = ranked.group(g=group).metrics
        for name, metric in selected.group(g=group).metrics.items():
            assert own[name] == metric
    # The q-value is over all tests of the evaluation, of which the ranked list has more.
    pairs = [
        [
            replace(each, q_value=None)
            for each in found.comparisons
            if each.of == "pair" and "exposure" not in each.metric
        ]
        for found in (ranked, selected)
    ]
    assert pairs[0] == pairs[1]


def test_mean_exposure_and_its_ratio_are_scipys() -> None:
    frame = listed()
    found = evaluate(count(frame, **OPTIONS), replicates=1000)
    sample = {group: exposure(frame["r"][frame["g"] == group]) for group in "abc"}
    own = found.group(g="b").metrics["mean_exposure"]
    assert own.value == pytest.approx(sample["b"].mean(), abs=1e-6)
    limits = stats.t.interval(0.95, len(sample["b"]) - 1, sample["b"].mean(), stats.sem(sample["b"]))
    assert (own.low, own.high) == pytest.approx(limits, abs=2e-6)
    welch = stats.ttest_ind(sample["b"], sample["a"], equal_var=False).confidence_interval()
    compared = row(found, "mean_exposure", g="b")
    assert (compared.low, compared.high) == pytest.approx((welch.low, welch.high), abs=2e-6)
    ratio = row(found, "exposure_ratio", "ratio", g="b")
    assert ratio.value == pytest.approx(sample["b"].mean() / sample["a"].mean(), abs=1e-5)
    for limit in (ratio.low, ratio.high):
        assert limit is not None
        theirs = stats.ttest_ind(sample["b"], limit * sample["a"], equal_var=False)
        assert theirs.pvalue == pytest.approx(0.05, abs=1e-4)


def test_shares_of_exposure_add_up_and_hold_their_value() -> None:
    found = evaluate(count(listed(), **OPTIONS), replicates=100)
    shares = [found.group(g=group).metrics["exposure_share"] for group in "abc"]
    assert sum(each.value or 0 for each in shares) == pytest.approx(1)
    for each in shares:
        assert each.low is not None
        assert each.high is not None
        assert each.low < (each.value or 0) < each.high
    assert found.group().metrics["exposure_share"].value == 1


def test_p_values_are_those_of_every_possible_order() -> None:
    groups = np.array(list("aabbabb"))
    frame = pd.DataFrame({"g": groups, "r": range(1, 8)})
    found = evaluate(count(frame, **OPTIONS), reference={"g": "b"}, replicates=20_000)
    seen = exposure(frame["r"])
    inside = groups == "a"

    def apart(order: tuple[float, ...]) -> float:
        dealt = np.array(order)
        return abs(float(dealt[inside].mean() - dealt[~inside].mean()))

    exact = np.mean([apart(order) >= apart(tuple(seen)) - 1e-9 for order in permutations(seen)])
    assert row(found, "mean_exposure", g="a").p_value == pytest.approx(exact, abs=0.012)
    assert row(found, "mean_exposure").p_value == pytest.approx(exact, abs=0.012)


def test_p_values_of_three_groups_and_of_long_lists_are_scipys_permutation_test() -> None:
    for n in (300, 1500):
        frame = listed(n, seed=12, pull=0.15)
        found = evaluate(count(frame, **OPTIONS), reference={"g": "a"}, replicates=5000)
        places = exposure(frame["r"])
        a, b = (frame["g"].to_numpy() == group for group in "ab")

        def apart(order: Any, a: Any = a, b: Any = b) -> Any:
            return order[..., b].mean(axis=-1) - order[..., a].mean(axis=-1)

        dealt = np.random.default_rng(1).permuted(np.tile(places, (5000, 1)), axis=1)
        theirs = np.mean(np.abs(apart(dealt)) >= abs(apart(places)))
        assert row(found, "mean_exposure", g="b").p_value == pytest.approx(theirs, abs=0.03)


def test_among_lists_dealt_at_random_five_in_a_hundred_seem_unfair() -> None:
    random = np.random.default_rng(17)
    groups = np.array(["a"] * 15 + ["b"] * 45)
    p_values = []
    for _ in range(150):
        frame = pd.DataFrame({"g": groups, "r": random.permutation(60) + 1})
        p_values.append(row(evaluate(count(frame, **OPTIONS), replicates=300), "mean_exposure", g="a").p_value)
    assert np.mean(np.array(p_values) <= 0.05) < 0.10
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


def test_exposures_of_one_list_are_recognised_and_others_named() -> None:
    one = evaluate(count(listed(), **OPTIONS), replicates=100)
    two = evaluate(count(pd.concat([listed(), listed(seed=5)]), **OPTIONS), replicates=100)
    part = evaluate(count(listed().query("r > 5"), **OPTIONS), replicates=100)
    assert any("depend on each other" in warning for warning in one.warnings)
    assert not any("not one whole list" in warning for warning in one.warnings)
    for found in (two, part):
        assert any("not one whole list" in warning for warning in found.warnings)


def test_exposures_match_what_is_counted() -> None:
    counts = count(pd.DataFrame({"g": "a", "r": range(1, 2001)}), **OPTIONS)
    own = exposures(2000)
    assert sum(cell.sums[0] for cell in counts.cells) == own.sum()
    assert sum(cell.sums[1] for cell in counts.cells) == (own**2).sum()


@settings(max_examples=30, deadline=None)
@given(some_groups, st.sampled_from(["largest", "overall", "best_eligible"]), st.integers(1, 50))
def test_no_list_fails_and_every_metric_stays_in_range(groups: list[str], reference: str, top: int) -> None:
    frame = pd.DataFrame({"g": groups, "r": range(1, len(groups) + 1)})
    found = evaluate(count(frame, groups="g", rank="r", top=top), reference=reference, replicates=100)
    for result in found.groups:
        for name in ("mean_exposure", "exposure_share", "selection_rate"):
            metric = result.metrics[name]
            assert metric.value is not None
            assert 0 <= metric.value <= 1
            if metric.low is not None and metric.high is not None:
                assert 0 <= metric.low <= metric.value + 1e-12
                assert metric.value - 1e-12 <= metric.high <= 1
    for each in found.comparisons:
        assert each.p_value is None or 0 <= each.p_value <= 1
    schema = json.loads((files("evenhand.fairness") / "schemas/result.schema.json").read_text())
    jsonschema.validate(json.loads(found.canonical()), schema)
    assert Evaluation.from_json(found.to_json()) == found


@settings(max_examples=20, deadline=None)
@given(some_groups.filter(lambda groups: {"a", "b"} <= set(groups)))
def test_swapping_groups_turns_the_sign_and_the_seed_decides_the_draws(groups: list[str]) -> None:
    counts = count(pd.DataFrame({"g": groups, "r": range(1, len(groups) + 1)}), **OPTIONS)
    forth, back = (evaluate(counts, reference={"g": group}, replicates=100) for group in "ab")
    one, other = row(forth, "mean_exposure", g="b"), row(back, "mean_exposure", g="a")
    assert one.value == -(other.value or 0)
    assert one.p_value == other.p_value
    again = evaluate(counts, reference={"g": "a"}, replicates=100)
    assert again.canonical() == forth.canonical()


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"r": [1, 0]}, {}, "Column 'r' has 1 values that are not a rank, a whole number from 1 to 10,000,000"),
        ({"r": [1, 2.5]}, {}, "(the first found is 2.5)"),
        ({"r": [1, None]}, {}, "not a rank"),
        ({"r": [1, 10**8]}, {}, "(the first found is 100000000)"),
        ({"r": ["1st", "2nd"]}, {}, "Column 'r' is not numeric; a rank is a whole number from 1"),
        ({}, {"top": None}, "A rank needs how many places count as selected (--top)"),
        ({}, {"top": 0}, "(--top) is 1 or more, not 0"),
        ({}, {"rank": None}, "Name a label (--label), a prediction"),
        ({}, {"prediction": "y"}, "The rank says who is selected"),
        ({}, {"score": "s"}, "counted without scores"),
        ({}, {"unit": "s"}, "cannot be counted with --unit"),
        ({"y": [1, 7]}, {"label": "y"}, "Column 'y' holds '1', '7', not 0 and 1"),
    ],
)
def test_bad_input_is_one_sentence(columns: dict[str, Any], options: dict[str, Any], message: str) -> None:
    rows = {"g": ["a", "b"], "r": [1, 2], "y": [0, 1], "s": [0.1, 0.9]} | columns
    with pytest.raises(InputError) as refused:
        count(pd.DataFrame(rows), **OPTIONS | options)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_command_line_counts_recounts_evaluates_and_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed().to_csv(tmp_path / "list.csv", index=False)
    data, counted = str(tmp_path / "list.csv"), str(tmp_path / "counts.json")
    columns = ["--group", "g", "--label", "y", "--rank", "r", "--top", "60"]
    assert main(["count", data, *columns, "-o", counted]) == 0
    assert main(["recount", data, counted]) == 0
    capsys.readouterr()
    assert main(["evaluate", data, *columns]) == 0
    shown = capsys.readouterr().out
    assert "share of exposure" in shown
    assert "selected" in shown
    assert main(["evaluate", counted, "--json", "-"]) == 0
    assert "exposure_ratio" in {each["metric"] for each in json.loads(capsys.readouterr().out)["comparisons"]}
    assert main(["evaluate", counted, "--top", "61"]) == 2
    assert main(["count", data, "--group", "g", "--rank", "r"]) == 2
    assert "(--top)" in capsys.readouterr().err


def test_a_recount_names_the_cell_that_differs(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    pd.DataFrame(TINY).to_csv(path, index=False)
    counts = count(path, **OPTIONS)
    assert differences(counts, path) == []
    pd.DataFrame({**TINY, "g": list("abbbab")}).to_csv(path, index=False)
    assert any("Cell g=a, prediction 1: counted 2, the rows hold 1" in line for line in differences(counts, path))


def test_goals_of_exposure_are_judged_by_the_interval_of_the_ratio() -> None:
    counts = count(listed(), **OPTIONS)
    goal = FairnessGoal.from_dict(
        {"id": "seen", "metric": "exposure_ratio", "by": "g", "threshold": 0.95, "reference": {"g": "a"}}
        | {"side": "at_least"}
    )
    found = evaluate(counts, goals=[goal], reference={"g": "a"}, replicates=100)
    line = next(each for each in found.verdicts if each.group == {"g": "b"})
    compared = row(found, "exposure_ratio", "ratio", g="b")
    assert (line.metric, line.kind) == ("mean_exposure", "ratio")
    assert (line.value, line.low, line.high) == (compared.value, compared.low, compared.high)
    assert line.sentence.startswith("Mean exposure of b over that of a: the ratio is 0.86")
    schema = json.loads((files("evenhand.fairness") / "schemas/goal.schema.json").read_text())
    jsonschema.validate(goal.to_dict(), schema)
    selected = count(pd.DataFrame({"g": ["a", "b"], "p": [1, 0]}), groups="g", prediction="p")
    with pytest.raises(InputError, match="exposure in a ranked list; count again with --rank and --top"):
        evaluate(selected, goals=[goal], replicates=100)
