"""Counts of repeated and of weighted rows, made here by plain loops over rows and not by the scanner."""

from collections import defaultdict
from typing import Any

import pandas as pd

from evenhand.fairness import Cell, Columns, Counts
from evenhand.fairness.counts.units import UnitGroup, made

MICRO = 1_000_000


def counts_of_units(frame: pd.DataFrame) -> Counts:
    """Counts of the columns g, y, p with the units of column unit."""
    columns = Columns(groups=("g",), label="y", prediction="p", unit="unit")
    rows = list(zip(frame["g"], frame["y"], frame["p"], frame["unit"], strict=True))
    keys = sorted({(g, y, p) for g, y, p, _ in rows})
    place = {key: index for index, key in enumerate(keys)}
    held: dict[Any, list[int]] = defaultdict(lambda: [0] * len(keys))
    for g, y, p, unit in rows:
        held[unit][place[g, y, p]] += 1
    pairs = [
        (i, j, total)
        for i in range(len(keys))
        for j in range(i, len(keys))
        if (total := sum(each[i] * each[j] for each in held.values()))
    ]
    groups = [UnitGroup((), (), len(held))]
    for level in sorted({g for g, *_ in rows}):
        own = [index for index, key in enumerate(keys) if key[0] == level]
        groups.append(UnitGroup(("g",), (level,), sum(any(each[i] for i in own) for each in held.values())))
    cells = tuple(Cell((g,), int(y), int(p), sum(each[place[g, y, p]] for each in held.values())) for g, y, p in keys)
    return Counts(columns=columns, cells=cells, units=made(groups, pairs))


def counts_of_weights(frame: pd.DataFrame) -> Counts:
    """Counts of the columns g, y, p with the weights of column w (whole millionths)."""
    columns = Columns(groups=("g",), label="y", prediction="p", weight="w")
    held: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for g, y, p, w in zip(frame["g"], frame["y"], frame["p"], frame["w"], strict=True):
        weight, row = round(w * MICRO), held[g, int(y), int(p)]
        row[0], row[1], row[2] = row[0] + 1, row[1] + weight, row[2] + weight**2
    return Counts(
        columns=columns,
        cells=tuple(Cell((g,), y, p, n, sums=(w, squares)) for (g, y, p), (n, w, squares) in sorted(held.items())),
    )
