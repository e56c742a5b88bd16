"""Unseen outcomes and missing groups: bounds against every possible truth, tried one by one."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.fairness import Cell, Columns, Counts, evaluate
from evenhand.fairness.counts.columns import MISSING
from evenhand.fairness.measuring.bounds import unseen_limits
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.missing import missing_bounds
from evenhand.fairness.measuring.rates import RATES, unseen

Person = tuple[int, int]


def rate_of(people: list[Person], metric: str) -> float | None:
    """A rate from people one by one: label and prediction, by its definition."""
    chosen = {
        "selection_rate": [p for _, p in people],
        "base_rate": [y for y, _ in people],
        "accuracy": [int(y == p) for y, p in people],
        "true_positive_rate": [p for y, p in people if y],
        "false_positive_rate": [p for y, p in people if not y],
        "negative_predictive_value": [1 - y for y, p in people if not p],
        "positive_predictive_value": [y for y, p in people if p],
    }[metric]
    return sum(chosen) / len(chosen) if chosen else None


def selected_only(table: dict[str, tuple[int, int, int]]) -> Counts:
    """Each group's rejected people (label unseen), false positives and true positives."""
    columns = Columns(groups=("g",), label="y", prediction="p", observed="selected")
    cells = [
        Cell((group,), label, prediction, n)
        for group, numbers in table.items()
        for (label, prediction), n in zip(((None, 0), (0, 1), (1, 1)), numbers, strict=True)
        if n
    ]
    return Counts(columns=columns, cells=tuple(sorted(cells, key=lambda cell: cell.key)))


UNSEEN = ("base_rate", "accuracy", "true_positive_rate", "false_positive_rate", "negative_predictive_value")


@pytest.mark.parametrize("metric", UNSEEN)
@pytest.mark.parametrize("numbers", [(3, 2, 4), (4, 0, 2), (2, 1, 0), (0, 2, 3), (3, 0, 0)])
def test_bounds_of_unseen_outcomes_are_those_of_all_possible_labels(metric: str, numbers: tuple[int, int, int]) -> None:
    rejected, wrong, right = numbers
    found = [
        rate_of([(0, 1)] * wrong + [(1, 1)] * right + [(label, 0) for label in labels], metric)
        for labels in product((0, 1), repeat=rejected)
    ]
    possible = [value for value in found if value is not None]
    table = margin(selected_only({"a": numbers}), finest(selected_only({"a": numbers})), ("g",))
    limits = unseen_limits(table, RATES[metric])
    if not possible:
        assert np.isnan(limits.low[0])
        return
    assert (limits.low[0], limits.high[0]) == pytest.approx((min(possible), max(possible)))


def test_error_rates_are_bounds_and_never_computed_as_if_unseen_labels_were_negative() -> None:
    """TP 40, FP 10, 50 rejected: TPR between 40 / 90 and 1, FPR between 10 / 60 and 1, base rate 0.4 to 0.9."""
    counts = selected_only({"a": (50, 10, 40), "b": (20, 20, 60)})
    found = evaluate(counts, replicates=100)
    metrics = found.group(g="a").metrics
    for name, low, high in (
        ("true_positive_rate", 40 / 90, 1),
        ("false_positive_rate", 10 / 60, 1),
        ("base_rate", 0.4, 0.9),
        ("accuracy", 0.4, 0.9),
        ("negative_predictive_value", 0, 1),
        ("false_omission_rate", 0, 1),
    ):
        metric = metrics[name]
        assert metric.value is None
        assert (metric.low, metric.high) == pytest.approx((low, high))
        assert metric.method == "worst case, outcome unseen for 50"
    assert metrics["positive_predictive_value"].value == pytest.approx(0.8)
    assert metrics["positive_predictive_value"].method == "wilson"
    assert metrics["selection_rate"].value == pytest.approx(0.5)
    assert {row.metric for row in found.comparisons}.isdisjoint(rate.name for rate in unseen(counts.columns))
    assert any("the outcome of 70 people is unseen" in warning for warning in found.warnings)


def test_bounds_of_weighted_people_are_in_weights() -> None:
    """Weight 3 rejected, 1 wrongly and 2 rightly selected: the true positive rate lies between 2 / 5 and 1."""
    columns = Columns(groups=("g",), label="y", prediction="p", observed="selected", weight="w")
    cells = [
        Cell(("a",), label, prediction, 4, sums=(weight * 1_000_000, weight**2 * 1_000_000**2 // 2))
        for label, prediction, weight in ((None, 0, 3), (0, 1, 1), (1, 1, 2))
    ]
    counts = Counts(columns=columns, cells=tuple(cells))
    limits = unseen_limits(margin(counts, finest(counts), ("g",)), RATES["true_positive_rate"])
    assert (limits.low[0], limits.high[0]) == pytest.approx((0.4, 1.0))


def test_the_command_shows_bounds_where_there_is_no_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("a", "", 0)] * 50 + [("a", 0, 1)] * 10 + [("a", 1, 1)] * 40
    lines = ["g,y,p", *(",".join(map(str, row)) for row in rows)]
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n")
    command = ["evaluate", str(tmp_path / "people.csv"), "--group", "g", "--label", "y", "--prediction", "p"]
    assert main([*command, "--label-observed", "selected"]) == 0
    assert "unseen (0.444-1.000)" in capsys.readouterr().out


def counted(people: list[tuple[Any, ...]], groups: tuple[str, ...]) -> Counts:
    rows = [{**dict(zip(groups, levels, strict=True)), "y": y, "p": p, "n": 1} for *levels, y, p in people]
    return Counts.from_cells(
        [{**row, **{name: row[name] or None for name in groups}} for row in rows],
        groups=groups,
        label="y",
        prediction="p",
    )


PEOPLE = [
    *[("a", *each) for each in [(1, 1), (1, 0), (0, 0), (0, 1), (1, 1)]],
    *[("b", *each) for each in [(1, 0), (0, 0), (0, 1), (1, 1)]],
    *[(None, *each) for each in [(1, 1), (0, 1), (1, 0), (0, 0), (0, 1)]],
]


@pytest.mark.parametrize("metric", ["selection_rate", "accuracy", "true_positive_rate", "positive_predictive_value"])
def test_bounds_of_missing_groups_are_those_of_all_assignments(metric: str) -> None:
    """Each of the five people of unknown group is tried in a, in b and in a third group: 243 possible truths."""
    known = {group: [(y, p) for g, y, p in PEOPLE if g == group] for group in ("a", "b", None)}
    seen: list[tuple[float, float]] = []
    for choice in product(("a", "b", "other"), repeat=5):
        rates = [
            rate_of(
                [*known[group], *(each for each, of in zip(known[None], choice, strict=True) if of == group)], metric
            )
            for group in ("a", "b")
        ]
        if rates[0] is not None and rates[1] is not None:
            seen.append((rates[0], rates[1]))
    found = missing_bounds(counted(PEOPLE, ("g",)), "g", metric)
    assert found.n_missing == 5
    for place, bounds in enumerate(found.groups):
        values = [pair[place] for pair in seen]
        assert (bounds.low, bounds.high) == pytest.approx((min(values), max(values)))
        assert bounds.value == pytest.approx(rate_of(known[bounds.group["g"]], metric))
    differences = [one - other for one, other in seen]
    assert found.difference({"g": "a"}, {"g": "b"}) == pytest.approx((min(differences), max(differences)))
    ratios = [one / other for one, other in seen if other]
    low, high = found.ratio({"g": "a"}, {"g": "b"})
    assert low == pytest.approx(min(ratios))
    assert high is None if any(not other for _, other in seen) else high == pytest.approx(max(ratios))
    low, high = found.spread
    assert high == pytest.approx(max(abs(value) for value in differences))
    assert low is not None
    assert low <= min(abs(value) for value in differences)


def test_people_join_only_groups_that_fit_what_is_known() -> None:
    """A person of race a and unknown sex may be (a, f) or (a, m), never of race b."""
    people = [("a", "f", 0, 1), ("a", "m", 0, 0), ("b", "f", 0, 0), ("b", "m", 0, 1), ("a", None, 0, 1)]
    found = missing_bounds(counted(people, ("race", "sex")), ("race", "sex"), "selection_rate")
    assert found.difference({"race": "a", "sex": "m"}, {"race": "b", "sex": "f"}) == (0.0, 0.5)
    bounds = {tuple(each.group.values()): (each.low, each.high) for each in found.groups}
    assert bounds == {("a", "f"): (1, 1), ("a", "m"): (0, 0.5), ("b", "f"): (0, 0), ("b", "m"): (1, 1)}
    assert all(MISSING not in each.group.values() for each in found.groups)


def test_bounds_refuse_what_was_not_counted() -> None:
    with pytest.raises(InputError, match="'h' was not counted"):
        missing_bounds(counted(PEOPLE, ("g",)), "h", "accuracy")
    with pytest.raises(InputError, match="'auc' is no rate"):
        missing_bounds(counted(PEOPLE, ("g",)), "g", "auc")
    with pytest.raises(InputError, match="no known group g=c"):
        missing_bounds(counted(PEOPLE, ("g",)), "g", "accuracy").difference({"g": "c"}, {"g": "a"})
