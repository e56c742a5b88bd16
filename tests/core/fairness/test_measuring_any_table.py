"""Whatever is counted beside label and prediction: nothing fails, nothing leaves its range, nothing is no number."""

from typing import Any

import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from evenhand.fairness import FairnessGoal, count, evaluate
from evenhand.fairness.results import Evaluation

ROW = st.tuples(
    st.sampled_from(["a", "b", "c", None]),
    st.sampled_from(["f", "m"]),
    *[st.integers(0, 1)] * 3,
    st.integers(0, 6),
    st.integers(1, 4_000_000),
    st.integers(0, 1000),
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "decision": st.just("d"),
        "unit": st.just("unit"),
        "weight": st.just("w"),
        "observed": st.just("selected"),
    },
)
SCORES = st.sampled_from([{}, {"score": "s"}, {"score": "s", "median": "sample"}])
METRICS = ("selection_rate", "true_positive_rate", "positive_predictive_value", "accuracy", "f1_score")


def frame(rows: list[Any]) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["g", "h", "y", "p", "d", "unit", "w", "s"])
    return found.assign(w=found["w"] / 1e6, s=found["s"] / 1000)


@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(ROW, min_size=1, max_size=40),
    OPTIONS,
    SCORES,
    st.sampled_from(METRICS),
    st.sampled_from(["difference", "ratio"]),
)
def test_any_rows_with_any_columns_are_evaluated(
    rows: list[Any], options: dict[str, Any], scores: dict[str, Any], metric: str, kind: str
) -> None:
    counts = count(frame(rows), groups=["g", "h"], label="y", prediction="p", **options, **scores)
    kind = "difference" if metric == "f1_score" else kind
    if {"observed", "weight"} <= set(options):
        metric = "selection_rate"  # a goal about outcomes nobody saw is refused for weighted people
    goal = FairnessGoal.from_dict({"id": "any", "metric": metric, "by": ["g"], "kind": kind, "threshold": 0.5})
    found = evaluate(counts, goals=[goal], replicates=100)
    check_ranges(found)
    assert Evaluation.from_json(found.to_json()).canonical() == found.canonical()


def check_ranges(found: Evaluation) -> None:
    for result in found.groups:
        for name, metric in {**result.metrics, **result.shrunken}.items():
            for part in (metric.value, metric.low, metric.high):
                lowest = -1 if name == "calibration_gap" else 0
                highest = 1 if name not in ("count", "treatment_equality", "mean_score") else float("inf")
                assert part is None or name == "mean_score" or lowest <= part <= highest, (name, metric)
            if metric.value is not None and metric.low is not None and metric.high is not None:
                assert metric.low - 1e-9 <= metric.value <= metric.high + 1e-9, (name, metric)
    for row in found.comparisons:
        assert row.p_value is None or 0 <= row.p_value <= 1
        if row.kind == "difference" and row.value is not None and not row.metric.startswith("treatment_equality"):
            widest = 2 if row.metric in ("calibration_gap", "calibration_difference") else 1
            assert abs(row.value) <= widest + 1e-9, row
        if row.of == "pair" and row.value is not None and row.low is not None and row.high is not None:
            assert row.low - 1e-9 <= row.value <= row.high + 1e-9, row


@settings(max_examples=15, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_units_do_not_matter(rows: list[Any], random: Any) -> None:
    options: dict[str, Any] = {"groups": ["g", "h"], "label": "y", "prediction": "p", "unit": "unit"}
    first = evaluate(count(frame(rows), **options), replicates=100)
    shuffled = random.sample(rows, len(rows))
    other = frame(shuffled).assign(unit=lambda each: [f"u{9 - number}" for number in each["unit"]])
    second = evaluate(count(other, **options), replicates=100)
    assert second.canonical() == first.canonical()
