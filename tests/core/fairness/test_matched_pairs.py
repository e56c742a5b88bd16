"""Matched pairs: tests and intervals against published and independent figures, and counting them from any table."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.proportion import proportion_confint

from evenhand.cli import main
from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness.pairs import PairColumns, PairedCounts, PairedEvaluation, PairTable, count_pairs, evaluate_pairs
from evenhand.fairness.pairs.statistics import difference, mcnemar, odds_ratio, score_difference

# Complete response before and after consolidation therapy (Cavo and others 2012), as analyzed in M. W. Fagerland,
# S. Lydersen, P. Laake, Statistical Analysis of Contingency Tables (2017), chapter 8.
CAVO = PairTable("before", "after", 59, 6, 16, 80)
pairs_of = st.integers(0, 60)


def test_published_p_values_come_out() -> None:
    found = mcnemar(CAVO)
    assert round(found.exact, 6) == 0.052479
    assert round(found.mid_p, 6) == 0.034690
    # The book's chi-square test: P = 0.033006 at Z = -2.132. Only 22 pairs disagree, too few to give it here.
    assert found.asymptotic is None
    tenfold = mcnemar(PairTable("a", "b", 590, 60, 160, 800))
    assert tenfold.asymptotic == pytest.approx(2 * stats.norm.sf(2.132007 * np.sqrt(10)), rel=1e-5)


def test_published_interval_of_the_difference_comes_out() -> None:
    found = difference(CAVO, confidence=0.95)
    assert [round(each or 0, 4) for each in found] == [-0.0621, -0.1186, -0.0046]


@given(pairs_of, pairs_of)
def test_p_values_agree_with_statsmodels(n10: int, n01: int) -> None:
    found = mcnemar(PairTable("a", "b", 5, n10, n01, 5))
    table = [[5, n10], [n01, 5]]
    if n10 + n01:
        assert found.exact == pytest.approx(reference_mcnemar(table, exact=True).pvalue, rel=1e-9)
    if n10 + n01 >= 25:
        assert found.asymptotic == pytest.approx(
            reference_mcnemar(table, exact=False, correction=False).pvalue, rel=1e-9, abs=1e-300
        )
    if n10 != n01:
        half = stats.binom.pmf(min(n10, n01), n10 + n01, 0.5)
        assert found.mid_p == pytest.approx(found.exact - half, rel=1e-9)
    else:
        assert found.mid_p == found.exact == 1


@given(pairs_of, pairs_of, st.sampled_from([0.8, 0.95, 0.99]))
def test_odds_ratio_limits_are_those_of_the_exact_binomial(n10: int, n01: int, confidence: float) -> None:
    found = odds_ratio(PairTable("a", "b", 3, n10, n01, 4), confidence=confidence)
    if not n10 + n01:
        assert found == (None, None, None)
        return
    low, high = proportion_confint(n10, n10 + n01, alpha=1 - confidence, method="beta")
    assert found.low == pytest.approx(low / (1 - low))
    assert found.high == (pytest.approx(high / (1 - high)) if n01 else None)
    assert found.value == (n10 / n01 if n01 else None)


@given(pairs_of, pairs_of, pairs_of, pairs_of)
def test_swapping_the_levels_turns_the_signs(a: int, b: int, c: int, d: int) -> None:
    if not a + b + c + d:
        return
    one, two = (difference(PairTable("x", "y", a, *sides, d), confidence=0.95) for sides in ((b, c), (c, b)))
    assert (one.value, one.low, one.high) == pytest.approx((-(two.value or 0), -(two.high or 0), -(two.low or 0)))
    assert -1 <= (one.low or 0) <= (one.value or 0) <= (one.high or 0) <= 1


def test_uncorrelated_pairs_have_the_interval_of_independent_rates() -> None:
    """With phi 0 method 10 is Newcombe's interval for independent samples of the same size (56/70 and 48/80 scaled)."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = difference(PairTable("a", "b", 30, 30, 20, 20), confidence=0.95)
    low, high = confint_proportions_2indep(60, 100, 50, 100, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize(("p10", "p01", "p11"), [(0.1, 0.1, 0.4), (0.2, 0.05, 0.5), (0.05, 0.02, 0.9), (0.3, 0.3, 0.2)])
@pytest.mark.parametrize("n", [20, 60])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(p10: float, p01: float, p11: float, n: int) -> None:
    draws = np.random.default_rng(11).multinomial(n, [p11, p10, p01, 1 - p11 - p10 - p01], size=4_000)
    tables, times = np.unique(draws, axis=0, return_counts=True)
    covered = 0
    for row, count in zip(tables.tolist(), times.tolist(), strict=True):
        found = difference(PairTable("a", "b", *row), confidence=0.95)
        covered += count * ((found.low or 0) <= p10 - p01 <= (found.high or 0))
    assert covered / 4_000 >= 0.93  # where hardly any pair disagrees it covers more than it says


def test_the_mid_p_test_keeps_to_its_level() -> None:
    draws = np.random.default_rng(12).binomial(40, 0.5, size=20_000)
    rejected = np.mean([mcnemar(PairTable("a", "b", 0, int(x), int(40 - x), 0)).mid_p < 0.05 for x in draws])
    assert rejected < 0.055


def test_score_differences_agree_with_the_paired_t_test() -> None:
    draws = np.random.default_rng(3)
    first, second = draws.random(50).round(6), draws.random(50).round(6)
    data = pd.DataFrame(
        {"id": np.tile(np.arange(50), 2), "g": ["a"] * 50 + ["b"] * 50, "s": np.concatenate([first, second])}
    )
    table = count_pairs(data, pair="id", group="g", score="s").tables[0]
    found = score_difference(table, scale=10**6, confidence=0.9)
    reference = stats.ttest_rel(first, second)
    interval = reference.confidence_interval(0.9)
    assert found.p_value == pytest.approx(reference.pvalue)
    assert found.limits == pytest.approx((float(np.mean(first - second)), interval.low, interval.high))


@pytest.mark.parametrize(("n", "total", "squares"), [(1, 5, 25), (3, 15, 75)])
def test_no_spread_of_scores_is_no_certainty(n: int, total: int, squares: int) -> None:
    found = score_difference(PairTable("a", "b", 0, 0, 0, n, total, squares), scale=1, confidence=0.95)
    assert (found.limits.value, found.limits.low, found.p_value) == (5, None, None)


# --- Counting


def rows() -> dict[str, list[Any]]:
    """Six cases decided for a man and for a woman: 2 both, 2 him only, 1 her only, 1 neither."""
    him, her = [1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0]
    return {
        "case": [*range(6), *range(6)],
        "sex": ["M"] * 6 + ["F"] * 6,
        "hired": him + her,
        "score": [0.9, 0.8, 0.7, 0.6, 0.3, 0.1, 0.85, 0.8, 0.4, 0.45, 0.6, 0.1],
    }


ASKED: dict[str, Any] = {"pair": "case", "group": "sex", "prediction": "hired", "score": "score"}


def tables() -> dict[str, Any]:
    data = rows()
    return {
        "pandas": pd.DataFrame(data).sample(frac=1, random_state=4),
        "polars": pl.DataFrame(data),
        "polars lazy": pl.LazyFrame(data),
        "pyarrow": pa.table(data),
    }


@pytest.mark.parametrize("kind", ["pandas", "polars", "polars lazy", "pyarrow", "csv", "parquet", "duckdb"])
def test_every_kind_of_table_gives_the_same_counts(kind: str, tmp_path: Path) -> None:
    data: Any = tables().get(kind)
    frame = pd.DataFrame(rows())
    if kind == "csv":
        data = tmp_path / "rows.csv"
        frame.to_csv(data, index=False)
    elif kind == "parquet":
        data = tmp_path / "rows.parquet"
        frame.to_parquet(data)
    elif kind == "duckdb":
        data = duckdb.connect().from_df(frame)
    found = count_pairs(data, **ASKED)
    # F comes first in the alphabet: hired her only, him only. The scores differ by -0.05, 0, -0.3, -0.15, 0.3 and 0.
    assert found.tables == (PairTable("F", "M", 2, 1, 2, 1, -200_000, 205_000 * 10**6),)
    assert found.sha256 == count_pairs(frame, **ASKED).sha256


def test_a_threshold_decides() -> None:
    found = count_pairs(pd.DataFrame(rows()), pair="case", group="sex", score="score", threshold=0.5)
    assert found.tables[0].n11 + found.tables[0].n10 == 3
    assert found.tables[0] == PairTable("F", "M", 2, 1, 2, 1, -200_000, 205_000 * 10**6)


def test_several_levels_are_compared_with_each_other_or_with_one() -> None:
    data = pd.DataFrame(
        {"id": [1, 1, 1, 2, 2, 2], "race": ["a", "b", None] * 2, "p": ["yes", "no", "yes", "yes", "yes", "no"]}
    )
    found = count_pairs(data, pair="id", group="race", prediction="p", positive="yes")
    assert [(each.first, each.second) for each in found.tables] == [("(missing)", "a"), ("(missing)", "b"), ("a", "b")]
    assert found.tables[1] == PairTable("(missing)", "b", 0, 1, 1, 0)
    one = count_pairs(data, pair="id", group="race", prediction="p", positive="yes", reference="a")
    assert [(each.first, each.second) for each in one.tables] == [("(missing)", "a"), ("b", "a")]


def test_filters_come_before_pairing() -> None:
    data = pd.DataFrame(rows())
    data["version"] = 1
    twice = pd.concat([data, data.assign(version=2, hired=1 - data["hired"])])
    found = count_pairs(twice, **ASKED, filters=["version = 1"])
    assert found.tables == count_pairs(data, **ASKED).tables
    assert found.sources[0].n_rows == 24


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (lambda d: d[:-1], {}, r"1 of 6 pairs of column 'case' do not have exactly one row for each of F, M .* '5'"),
        (lambda d: pd.concat([d, d[:2]]), {}, "2 of 6 pairs"),
        (lambda d: d.assign(case=None), {}, "empty in 12 rows"),
        (lambda d: d.assign(sex="F"), {}, "has 1 levels"),
        (lambda d: pd.concat([d, d]).assign(sex=range(24)), {}, "has 24 levels"),
        (lambda d: d.assign(hired=range(12)), {}, "it must be two-valued"),
        (lambda d: d.assign(score=np.nan), {}, "12 values that are not a score"),
        (lambda d: d.assign(score="x"), {}, "not numeric"),
        (lambda d: d, {"reference": "X"}, "no level 'X'"),
        (lambda d: d, {"group": "gender"}, "no column 'gender'"),
        (lambda d: d, {"group": "case"}, "name two"),
        (lambda d: d, {"prediction": None, "score": None}, "Name a prediction"),
        (lambda d: d, {"threshold": 0.5}, "no prediction column"),
        (lambda d: d[:0], {}, "levels"),
    ],
)
def test_bad_input_is_one_sentence(change: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        count_pairs(change(pd.DataFrame(rows())), **{**ASKED, **options})


def test_counts_of_pairs_add_up() -> None:
    data = pd.DataFrame(rows())
    low, high = (count_pairs(part, **ASKED) for part in (data[data["case"] < 3], data[data["case"] >= 3]))
    assert (low + high).tables == count_pairs(data, **ASKED).tables
    assert (low + high).sha256 == count_pairs(data, **ASKED).sha256
    with pytest.raises(IncompatibleCountsError, match="columns differ"):
        low + count_pairs(data, pair="case", group="sex", prediction="hired")


# --- Documents and the command line


def schema(name: str) -> Any:
    return json.loads((files("evenhand.fairness") / f"schemas/{name}.schema.json").read_text())


def test_documents_survive_json_and_match_their_schemas() -> None:
    counts = count_pairs(pd.DataFrame(rows()), **ASKED, filters=["score >= 0"], note="a test")
    document = json.loads(json.dumps(counts.to_json()))
    jsonschema.validate(document, schema("pairs"))
    assert PairedCounts.from_json(document) == counts
    found = evaluate_pairs(counts)
    result = json.loads(json.dumps(found.to_json()))
    jsonschema.validate(result, schema("pairs_result"))
    assert PairedEvaluation.from_json(result) == found


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("n11", -1, "whole number"),
        ("second", "F", "with itself"),
        ("score_sum", "9999999", "not possible"),
        ("score_squares", "x", "decimal"),
    ],
)
def test_changed_documents_are_refused(name: str, value: Any, said: str) -> None:
    document = count_pairs(pd.DataFrame(rows()), **ASKED).to_json()
    document["tables"][0][name] = value
    with pytest.raises(InputError, match=said):
        PairedCounts.from_json(document)


def test_rows_of_the_result_look_like_comparisons() -> None:
    found = evaluate_pairs(PairedCounts(PairColumns("id", "sex", "p"), (CAVO,)))
    first, second = found.comparisons
    assert (first.metric, first.by, first.kind, first.method) == (
        "selection_rate",
        ("sex",),
        "difference",
        "newcombe, paired",
    )
    assert (first.group, first.reference) == ({"sex": "before"}, {"sex": "after"})
    assert (second.kind, second.value, second.p_exact) == ("odds_ratio", 6 / 16, first.p_exact)
    assert first.p_value == first.p_adjusted == mcnemar(CAVO).mid_p
    assert first.pairs == (59, 6, 16, 80)


def test_pairs_that_never_disagree_have_no_odds_ratio_and_say_so() -> None:
    found = evaluate_pairs(PairedCounts(PairColumns("id", "sex", "p"), (PairTable("F", "M", 5, 0, 0, 5),)))
    assert [row.value for row in found.comparisons] == [0.0, None]
    assert [row.p_value for row in found.comparisons] == [1.0, 1.0]
    assert any("no pair was decided differently" in text for text in found.warnings)


def test_the_command_line_counts_compares_and_reads_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, counts = tmp_path / "rows.csv", tmp_path / "pairs.json"
    pd.DataFrame(rows()).to_csv(data, index=False)
    options = ["--pair", "case", "--group", "sex", "--prediction", "hired", "--score", "score"]
    assert main(["pairs", str(data), *options, "--counts", str(counts), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["kind"] for row in found["comparisons"]] == ["difference", "odds_ratio", "difference"]
    assert main(["pairs", str(counts), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert main(["pairs", str(data), *options]) == 0
    assert "sex=F" in capsys.readouterr().out
    assert main(["pairs", str(data)]) == 2
    assert "--pair" in capsys.readouterr().err
