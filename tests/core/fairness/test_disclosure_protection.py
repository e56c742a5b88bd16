"""Nothing small can be worked out from a public edition: checked by a reader who has only the document."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.fairness import Counts
from evenhand.fairness.disclosure import Shown, publish
from tests.core.fairness.published import COMPAS, cells
from tests.core.fairness.readers import Reader, shown_numbers, small_numbers, tables, true_numbers

PATIENT = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

MOST_ASKED = 12  # small numbers a table is asked for, spread over all of them


def compas() -> Counts:
    return Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")


@PATIENT
@given(tables(attributes=1, most=25))
def test_single_attribute_keeps_small_numbers_within_a_wide_range(counts: Counts) -> None:
    check(counts, minimum=5)


@PATIENT
@given(tables(attributes=2, most=25))
def test_intersections_keep_small_numbers_within_a_wide_range(counts: Counts) -> None:
    check(counts, minimum=5)


@settings(PATIENT, max_examples=5)
@given(tables(attributes=3, most=15, levels=2))
def test_three_attributes_keep_small_numbers_within_a_wide_range(counts: Counts) -> None:
    check(counts, minimum=4)


@PATIENT
@given(tables(attributes=2, most=25))
def test_single_attributes_of_two_are_judged_with_every_combination_in_mind(counts: Counts) -> None:
    check(counts, minimum=5, order=1)


def check(counts: Counts, *, minimum: int, **options: Any) -> None:
    document = publish(counts, minimum=minimum, **options).to_json()
    true = true_numbers(counts, document)
    reader = Reader(document)
    assert all(true[number] == n for number, n in reader.known.items())
    small = list(small_numbers(true, minimum))
    assert not reader.known.keys() & set(small)
    for number in small[:: 1 + len(small) // MOST_ASKED]:
        low, high = reader.span(number)
        assert low <= true[number] <= high
        assert high - low >= minimum, number


@settings(PATIENT, max_examples=8)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_every_table_that_fits_was_counted_one_by_one(ns: list[int]) -> None:
    """Selected people of two by two groups of 12: all tables are tried, without any solver."""
    minimum, size = 3, 12
    selected = dict(zip(product("ab", "xy"), ns, strict=True))
    rows = [{"g": g, "h": h, "p": p, "n": n if p else size - n} for (g, h), n in selected.items() for p in (0, 1)]
    counts = Counts.from_cells(rows, groups=["g", "h"], prediction="p")
    document = publish(counts, minimum=minimum).to_json()
    shown = {(tuple(row["by"]), tuple(row["group"])): row["prediction"] for row in document["groups"]}
    tables_that_fit = [
        dict(zip(selected, guess, strict=True))
        for guess in product(range(size + 1), repeat=4)
        if all(numbers is None or summed(selected, guess, *group) == numbers[1] for group, numbers in shown.items())
    ]
    for key, n in selected.items():
        if 0 < n < minimum:
            possible = [table[key] for table in tables_that_fit]
            assert max(possible) - min(possible) >= minimum


def summed(keys: Any, guess: tuple[int, ...], by: tuple[str, ...], group: tuple[str, ...]) -> int:
    places = ["gh".index(name) for name in by]
    return sum(n for key, n in zip(keys, guess, strict=True) if tuple(key[place] for place in places) == group)


@settings(PATIENT, max_examples=8)
@given(tables(attributes=2, most=25))
def test_what_a_group_is_shown_for_does_not_weaken_the_others(counts: Counts) -> None:
    last = next(cell for cell in reversed(counts.cells) if cell.n)
    group = dict(zip(counts.attributes, last.group, strict=True))
    document = publish(counts, minimum=5, show=[Shown(group, "They asked for it.")]).to_json()
    row = next(row for row in document["groups"] if dict(zip(row["by"], row["group"], strict=True)) == group)
    assert None not in [row[part] for part in ("n", "label", "prediction", "cells")]
    assert document["shown"] == [{"group": group, "reason": "They asked for it."}]
    true = true_numbers(counts, document)
    reader = Reader(document)
    for number in small_numbers(true, 5):
        if dict(zip(number[0], number[1], strict=True)) != group:
            assert number not in reader.known


def test_compas_by_race_withholds_two_groups_and_one_that_protects_them() -> None:
    document = publish(compas()).to_json()
    withheld = {
        row["group"][0]: [part for part in ("n", "label", "prediction", "cells") if row[part] is None]
        for row in document["groups"]
        if row["by"]
    }
    assert withheld == {
        "African-American": [],
        "Asian": ["label", "prediction", "cells"],
        "Caucasian": [],
        "Hispanic": [],
        "Native American": ["label", "prediction", "cells"],
        # Without this one the two others' false positives would be known to be 5 together.
        "Other": ["cells"],
    }


def test_the_one_number_left_over_is_protected_by_a_second() -> None:
    rows = [{"g": g, "p": p, "n": n} for g, n in (("a", 60), ("b", 40), ("c", 4)) for p in (0, 1)]
    document = publish(Counts.from_cells(rows, groups=["g"], prediction="p")).to_json()
    people = {row["group"][0]: row["n"] for row in document["groups"] if row["by"]}
    # 208 people in all: without b withheld too, c would be the rest. b says less of fewer people than a.
    assert people == {"a": 120, "b": None, "c": None}


def test_what_follows_from_the_rest_is_not_withheld_for_nothing() -> None:
    """In h = x and y of group a somebody is few; the number of a itself follows from b and everyone, so it is shown."""
    people = {("a", "x"): 8, ("a", "y"): 30, ("b", "x"): 200, ("b", "y"): 150}
    rows = [{"g": g, "h": h, "p": p, "n": n} for (g, h), n in people.items() for p in (0, 1)]
    document = publish(Counts.from_cells(rows, groups=["g", "h"], prediction="p")).to_json()
    reader = Reader({**document, "groups": [{**row, "label": None, "cells": None} for row in document["groups"]]})
    for row in document["groups"]:
        number = (tuple(row["by"]), tuple(row["group"]), "n", 0)
        low, high = reader.span(number)
        assert (row["n"] is None) == (low < high), number


def test_nothing_small_means_nothing_withheld() -> None:
    rows = [{"g": g, "p": p, "n": 10} for g in "ab" for p in (0, 1)]
    edition = publish(Counts.from_cells(rows, groups=["g"], prediction="p"))
    assert edition.is_complete
    assert [each.what for each in edition.left_out] == ["Digests and row totals of counts and files"]


def test_nobody_selected_is_said_of_a_group_unless_it_is_to_be_hidden() -> None:
    rows = [
        {"g": g, "p": p, "n": n}
        for g, ns in (("a", (50, 0)), ("b", (30, 40)), ("c", (35, 45)))
        for p, n in enumerate(ns)
    ]
    counts = Counts.from_cells(rows, groups=["g"], prediction="p")
    assert {"prediction": [50, 0]}.items() <= row_of(publish(counts), "a").items()
    hidden = publish(counts, hide_uniform=True)
    assert row_of(hidden, "a")["prediction"] is None
    assert [row_of(hidden, g)["prediction"] for g in "bc"].count(None) == 1


def row_of(edition: Any, group: str) -> dict[str, Any]:
    row: dict[str, Any] = next(row for row in edition.to_json()["groups"] if row["group"] == [group])
    return row


def test_tables_that_cannot_be_protected_are_not_published() -> None:
    rows = [{"g": f"l{index}", "p": index % 2, "n": 1} for index in range(11)]
    edition = publish(Counts.from_cells(rows, groups=["g"], prediction="p"))
    # Eleven people in eleven groups: each group is known to have exactly one.
    assert (edition.order, len(edition.groups)) == (0, 1)
    assert "Intersections of more than 0 attributes" in [each.what for each in edition.left_out]


def test_large_tables_are_published_with_fewer_attributes_crossed_where_it_would_take_too_long() -> None:
    draws = np.random.default_rng(3)
    names = [f"a{place}" for place in range(4)]
    levels = [draws.integers(0, size, 30_000) for size in (10, 10, 5, 4)]
    outcome = draws.integers(0, 2, (2, 30_000))
    found: dict[tuple[int, ...], int] = {}
    for key in zip(*levels, *outcome, strict=True):
        found[tuple(map(int, key))] = found.get(tuple(map(int, key)), 0) + 1
    rows = [
        {**dict(zip([*names, "y", "p"], [*map(str, key[:4]), *key[4:]], strict=True)), "n": n}
        for key, n in found.items()
    ]
    counts = Counts.from_cells(rows, groups=names, label="y", prediction="p")
    assert len({cell.group for cell in counts.cells}) == 2_000
    edition = publish(counts)
    assert edition.order == 2
    assert edition.is_complete
    assert any("too long" in each.why for each in edition.left_out)


def test_the_same_counts_give_the_same_bytes() -> None:
    assert publish(compas()).canonical() == publish(compas()).canonical()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"minimum": 1}, "2 or more"),
        ({"minimum": 8_000}, "nothing of it can be published"),
        ({"preset": "gdpr"}, "no publishing preset"),
        ({"order": -1}, "0 or more"),
        ({"key": "short"}, "32 to 128 hexadecimal"),
        ({"show": [Shown({"race": "Martian"}, "because")]}, "no group race=Martian"),
        ({"show": [Shown({"sex": "x"}, "because")]}, "not counted"),
        ({"show": [Shown({"race": "Asian"}, " ")]}, "Say why"),
    ],
)
def test_what_cannot_be_done_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        publish(compas(), **options)


def test_shown_numbers_of_compas_are_the_published_ones() -> None:
    shown = shown_numbers(publish(compas()).to_json())
    assert shown[("race",), ("Caucasian",), "cells", 1] == 349
    assert shown[("race",), ("African-American",), "cells", 1] == 805
