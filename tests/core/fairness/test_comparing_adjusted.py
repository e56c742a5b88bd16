"""Adjusted figures from cells equal those of row-level regressions, and R's for Berkeley."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.fairness import Counts, count
from evenhand.fairness.comparing.adjusted import adjusted
from tests.core.fairness.test_comparing_in_strata import BERKELEY, counts_of


def people(seed: int, n: int = 3000) -> Any:
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "race": generator.choice(["black", "hispanic", "white"], n, p=[0.3, 0.2, 0.5]),
            "sex": generator.choice(["f", "m"], n),
            "age": generator.choice(["old", "young"], n),
            "y": generator.integers(0, 2, n),
        }
    )
    chance = 0.2 + 0.15 * (frame.race == "black") + 0.2 * (frame.age == "young") + 0.1 * (frame.sex == "m")
    frame["p"] = generator.binomial(1, chance)
    return frame


@pytest.mark.parametrize(("metric", "label"), [("selection_rate", None), ("false_positive_rate", 0)])
def test_cells_give_what_rows_give(metric: str, label: int | None) -> None:
    frame = people(3)
    counts = count(frame, groups=["race", "sex", "age"], label="y", prediction="p")
    found = adjusted(counts, "race", adjusted_for=["sex", "age"], metric=metric, reference={"race": "white"})
    rows = frame if label is None else frame[frame.y == label]
    fit: Any = smf.logit("p ~ C(race, Treatment('white')) + sex + age", rows).fit(disp=0, tol=1e-12)
    assert [each.group["race"] for each in found] == ["black", "hispanic"]
    for each in found:
        term = f"C(race, Treatment('white'))[T.{each.group['race']}]"
        assert each.odds_ratio.value == pytest.approx(np.exp(fit.params[term]))
        low, high = np.exp(fit.conf_int().loc[term])
        assert [each.odds_ratio.low, each.odds_ratio.high] == pytest.approx([low, high])
        assert each.p_value == pytest.approx(fit.pvalues[term])
        put = [fit.predict(rows.assign(race=race)).mean() for race in (each.group["race"], "white")]
        assert each.difference.value == pytest.approx(put[0] - put[1])


def test_berkeley_by_regression() -> None:
    """R: glm(cbind(Admitted, Rejected) ~ Gender + Dept, binomial): female 0.0999 (0.0808); Agresti (2002), 6.4."""
    (found,) = adjusted(
        counts_of(BERKELEY), "sex", adjusted_for="department", metric="selection_rate", reference={"sex": "Male"}
    )
    assert found.odds_ratio.value is not None
    assert found.odds_ratio.high is not None
    assert np.log(found.odds_ratio.value) == pytest.approx(0.0999, abs=5e-5)
    assert np.log(found.odds_ratio.high / found.odds_ratio.value) / 1.959964 == pytest.approx(0.0808, abs=5e-5)


def test_standardised_differences_hold_the_truth_in_nineteen_of_twenty_data_sets() -> None:
    """The truth: the average over everyone of two known curves; 400 data sets, so +- 3 points."""
    generator = np.random.default_rng(9)
    held = 0
    cells = [(g, s) for g in (0, 1) for s in range(4)]
    sizes = generator.integers(40, 160, len(cells))
    rates = [1 / (1 + np.exp(1.2 - 0.7 * g - 0.6 * s)) for g, s in cells]
    of_all = np.array([sum(sizes[i] for i, (_, t) in enumerate(cells) if t == s) for s in range(4)]) / sizes.sum()
    curves = np.array([[1 / (1 + np.exp(1.2 - 0.7 * g - 0.6 * s)) for s in range(4)] for g in (0, 1)])
    truth = float(of_all @ (curves[1] - curves[0]))
    for _ in range(400):
        chosen = generator.binomial(sizes, rates)
        rows = [
            {"g": str(g), "s": str(s), "p": p, "n": int(n)}
            for (g, s), x, size in zip(cells, chosen, sizes, strict=True)
            for p, n in ((1, x), (0, size - x))
        ]
        counts = Counts.from_cells(rows, groups=["g", "s"], prediction="p")
        (found,) = adjusted(counts, "g", adjusted_for="s", metric="selection_rate", reference={"g": "0"})
        assert found.difference.low is not None
        assert found.difference.high is not None
        held += found.difference.low <= truth <= found.difference.high
    assert held / 400 == pytest.approx(0.95, abs=0.03)


def test_a_group_with_none_has_no_adjusted_figure() -> None:
    table = {**BERKELEY}
    rows = [{"department": d, "sex": "none", "admitted": 0, "n": 30} for d in table]
    counts = counts_of(table) + Counts.from_cells(rows, groups=["sex", "department"], prediction="admitted")
    found = adjusted(counts, "sex", adjusted_for="department", metric="selection_rate", reference={"sex": "Male"})
    by_sex = {each.group["sex"]: each for each in found}
    assert (by_sex["none"].odds_ratio.value, by_sex["none"].difference.value, by_sex["none"].p_value) == (None,) * 3
    assert by_sex["Female"].odds_ratio.value == pytest.approx(np.exp(0.0999), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 1)), min_size=1, max_size=40))
def test_any_table_is_refused_or_has_limits_around_its_figures(people: list[tuple[str, str, int]]) -> None:
    rows = [{"g": g, "h": h, "p": p, "n": 1} for g, h, p in people]
    counts = Counts.from_cells(rows, groups=["g", "h"], prediction="p")
    try:
        found = adjusted(counts, "g", adjusted_for="h", metric="selection_rate")
    except InputError:
        return
    for each in found:
        for figure in (each.odds_ratio, each.difference):
            if figure.value is not None and figure.low is not None and figure.high is not None:
                assert figure.low <= figure.value <= figure.high
        assert each.difference.value is None or abs(each.difference.value) <= 1


def test_what_cannot_be_held_alike_is_refused() -> None:
    rows = [{"a": a, "b": a, "p": p, "n": 10} for a in "xy" for p in (0, 1)]
    with pytest.raises(InputError, match="b cannot be held alike"):
        adjusted(
            Counts.from_cells(rows, groups=["a", "b"], prediction="p"), "a", adjusted_for="b", metric="selection_rate"
        )
    counts = counts_of(BERKELEY)
    for options, said in (
        ({"adjusted_for": "sex"}, "none may be both"),
        ({"adjusted_for": "faculty"}, "was not counted"),
        ({"adjusted_for": "department", "reference": "overall"}, "compare with one group"),
    ):
        with pytest.raises(InputError, match=said):
            adjusted(counts, "sex", metric="selection_rate", **options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no rate that was counted"):
        adjusted(counts, "sex", adjusted_for="department", metric="accuracy")
