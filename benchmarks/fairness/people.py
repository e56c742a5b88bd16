"""Made-up people with the proportions of the Adult census data: seeded, written in parts, nothing downloaded."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20_260_101
PART = 1_000_000  # rows made at a time, so that memory does not grow with the file
RACES = ("White", "Black", "Asian-Pac-Islander", "Amer-Indian-Eskimo", "Other")
SEXES = ("Male", "Female")
RACE_SHARES = (0.854, 0.096, 0.031, 0.010, 0.009)
MALE_SHARES = (0.69, 0.51, 0.66, 0.61, 0.62)
# Chance of an income over 50,000 dollars, by race, for men and for women.
POSITIVE_SHARES = ((0.32, 0.12), (0.19, 0.06), (0.34, 0.14), (0.12, 0.10), (0.13, 0.06))
GROUPED = {"age": 10, "place": 20, "job": 10}  # attributes with their levels: 2,000 intersections
SCHEMA = pa.schema(
    [
        ("race", pa.string()),
        ("sex", pa.string()),
        ("label", pa.int64()),
        ("prediction", pa.int64()),
        ("score", pa.float64()),
    ]
)


def parts(rows: int, *, seed: int = SEED) -> Iterator[pa.Table]:
    """Tables of at most a million people each, ``rows`` in all."""
    for number, start in enumerate(range(0, rows, PART)):
        yield _part(min(PART, rows - start), np.random.default_rng([seed, number]))


def write_file(path: Path, rows: int) -> None:
    """One Parquet file, written part by part."""
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for part in parts(rows):
            writer.write_table(part)


def write_folder(folder: Path, rows: int, *, files: int) -> None:
    """A folder of Parquet files of equal length."""
    folder.mkdir(parents=True)
    for number in range(files):
        with pq.ParquetWriter(folder / f"part-{number:04}.parquet", SCHEMA) as writer:
            for part in parts(rows // files, seed=SEED + number):
                writer.write_table(part)


def many_groups(people: int = 1_000_000) -> list[dict[str, Any]]:
    """A table of counts with 2,000 groups of uneven size, each with 4 cells."""
    random = np.random.default_rng(SEED)
    levels = list(product(*(range(n) for n in GROUPED.values())))
    sizes = 40 + random.multinomial(people, random.dirichlet(np.full(len(levels), 2.0)))
    found = []
    for places, size in zip(levels, sizes, strict=True):
        group = {name: f"{name} {place}" for name, place in zip(GROUPED, places, strict=True)}
        for cell, n in enumerate(random.multinomial(size, random.dirichlet((6.0, 1.0, 1.5, 2.0)))):
            found.append({**group, "label": cell // 2, "prediction": cell % 2, "n": int(n)})
    return found


def _part(rows: int, random: np.random.Generator) -> pa.Table:
    race = random.choice(len(RACES), size=rows, p=RACE_SHARES).astype(np.int8)
    female = (random.random(rows) >= np.array(MALE_SHARES)[race]).astype(np.int8)
    label = random.random(rows) < np.array(POSITIVE_SHARES)[race, female]
    # A score in thousandths that separates the classes about as well as a good model of these data does.
    score = np.where(label, random.beta(4.0, 2.2, rows), random.beta(1.3, 4.5, rows)).round(3)
    columns = (
        pa.DictionaryArray.from_arrays(race, list(RACES)).cast(pa.string()),
        pa.DictionaryArray.from_arrays(female, list(SEXES)).cast(pa.string()),
        label.astype(np.int64),
        (score >= 0.5).astype(np.int64),
        score,
    )
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=SCHEMA)
