"""What holds for every count table, whatever its numbers."""

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.fairness import Columns, Counts, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.measuring.rates import available
from tests.core.fairness.published import cells

RATES = [rate.name for rate in available(Columns(groups=("race",), label="label", prediction="prediction"))]
quads = st.tuples(*[st.integers(0, 60)] * 4).filter(any)
tables = st.dictionaries(st.sampled_from("abcdef"), quads, min_size=1, max_size=5)
goals: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    id=st.just("any"),
    metric=st.sampled_from([*RATES, "impact_ratio", "equalized_odds_difference", "f1_score"]),
    by=st.just(["race"]),
    threshold=st.floats(0.01, 1),
    min_group=st.integers(1, 40),
    min_denominator=st.integers(1, 40),
)


def counts_of(table: dict[str, tuple[int, int, int, int]]) -> Counts:
    return Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")


def evaluated(table: dict[str, tuple[int, int, int, int]], **options: Any) -> Evaluation:
    return evaluate(counts_of(table), replicates=100, **options)


@settings(max_examples=40, deadline=None)
@given(tables, goals, st.sampled_from(["largest", "overall", "best_eligible"]))
def test_no_valid_table_fails_and_every_metric_stays_in_range(
    table: dict[str, tuple[int, int, int, int]], goal: dict[str, Any], reference: str
) -> None:
    found = evaluated(table, goals=[FairnessGoal.from_dict(goal)], reference=reference)
    for result in found.groups:
        for name, metric in result.metrics.items():
            if name == "count" or metric.value is None:
                continue
            assert metric.value >= 0
            assert metric.value <= 1 or name == "treatment_equality"
            assert metric.low is None or metric.high is None or metric.low - 1e-9 <= metric.value <= metric.high + 1e-9
    for row in found.comparisons:
        if row.kind == "difference" and row.value is not None and not row.metric.startswith("treatment_equality"):
            assert -1 <= row.value <= 1
        if row.value is not None and row.low is not None and row.of == "pair":
            assert row.low <= row.value + 1e-9
        if row.p_value is not None:
            assert 0 <= row.p_value <= 1
            assert row.p_adjusted is not None
            assert row.p_adjusted >= row.p_value
    assert found.canonical()


@settings(max_examples=30, deadline=None)
@given(quads, quads)
def test_swapping_two_groups_turns_the_sign(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    table: Any = {"a": first, "b": second}
    forth = evaluated(table, reference={"race": "a"})
    back = evaluated(table, reference={"race": "b"})
    for one, other in zip(_differences(forth), _differences(back), strict=True):
        if one.value is not None:
            assert other.value is not None
            assert abs(one.value + other.value) < 1e-12
        if one.low is not None:
            assert other.high is not None
            assert abs(one.low + other.high) < 1e-12


@settings(max_examples=25, deadline=None)
@given(tables)
def test_renaming_groups_renames_results_only(table: dict[str, tuple[int, int, int, int]]) -> None:
    plain = evaluated(table)
    renamed = evaluated({f"group {name}": quad for name, quad in table.items()})
    for name in table:
        assert renamed.group(race=f"group {name}").metrics == plain.group(race=name).metrics


@settings(max_examples=25, deadline=None)
@given(quads, st.integers(2, 5))
def test_more_of_the_same_people_keeps_rates_and_narrows_intervals(quad: tuple[int, ...], times: int) -> None:
    once: Any = {"a": quad}
    often: Any = {"a": tuple(n * times for n in quad)}
    few, many = evaluated(once).group(race="a").metrics, evaluated(often).group(race="a").metrics
    for name in RATES:
        one, other = few[name], many[name]
        if one.value is None:
            assert other.value is None
            continue
        assert one.low is not None
        assert one.high is not None
        assert other.low is not None
        assert other.high is not None
        assert other.value == one.value
        assert other.high - other.low <= one.high - one.low


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.integers(0, 1000)), min_size=2, max_size=80), st.data()
)
def test_parts_merge_to_the_whole_in_any_order(rows: list[tuple[str, bool, int]], data: st.DataObject) -> None:
    frame = pd.DataFrame({"g": [r[0] for r in rows], "y": [int(r[1]) for r in rows], "s": [r[2] / 1000 for r in rows]})
    options: dict[str, Any] = {"groups": "g", "label": "y", "score": "s", "score_range": (0.0, 1.0)}
    cut = data.draw(st.integers(1, len(rows) - 1))
    first, second = count(frame.iloc[:cut], min_bin=1, **options), count(frame.iloc[cut:], min_bin=1, **options)
    whole = count(frame.sample(frac=1, random_state=1), **options)
    assert (first + second).guarded().sha256 == whole.sha256
    assert (second + first).guarded().sha256 == whole.sha256


def _differences(found: Evaluation) -> list[Any]:
    return [c for c in found.comparisons if c.kind == "difference" and c.of == "pair" and c.metric in RATES]
