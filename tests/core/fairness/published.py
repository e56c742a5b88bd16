"""Published confusion counts, expanded to rows where a test needs rows.

COMPAS: J. Larson, S. Mattu, L. Kirchner, J. Angwin, "How We Analyzed the COMPAS Recidivism Algorithm", ProPublica,
23 May 2016; all 7,214 people, positive = decile score of 5 or more. The six races add up to the published total.
"""

from typing import Any

# race -> true negatives, false positives, false negatives, true positives
COMPAS = {
    "African-American": (990, 805, 532, 1369),
    "Asian": (21, 2, 3, 6),
    "Caucasian": (1139, 349, 461, 505),
    "Hispanic": (318, 87, 129, 103),
    "Native American": (5, 3, 1, 9),
    "Other": (208, 36, 90, 43),
}
CLASSES = ((0, 0), (0, 1), (1, 0), (1, 1))


def cells(table: dict[str, tuple[int, int, int, int]], attribute: str = "race") -> list[dict[str, Any]]:
    """A table of confusion counts as rows of cells."""
    return [
        {attribute: level, "label": label, "prediction": prediction, "n": n}
        for level, counts in table.items()
        for (label, prediction), n in zip(CLASSES, counts, strict=True)
    ]


def people(table: dict[str, tuple[int, int, int, int]], attribute: str = "race") -> dict[str, list[Any]]:
    """The same with one row a person, as columns."""
    columns: dict[str, list[Any]] = {attribute: [], "label": [], "prediction": []}
    for cell in cells(table, attribute):
        for name, column in columns.items():
            column.extend([cell[name]] * cell["n"])
    return columns


def csv_text(columns: dict[str, list[Any]]) -> str:
    """Columns as CSV text."""
    lines = [",".join(columns), *(",".join(str(value) for value in row) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"
