"""The rows of a count table and the description of where they came from."""

from dataclasses import dataclass

from evenhand.errors import InputError


@dataclass(frozen=True, slots=True)
class Cell:
    """People alike in group, label, prediction and decision.

    Score sums are whole numbers (millionths, and their squares); ``sums`` are those ``Columns.measures`` names.
    """

    group: tuple[str, ...]
    label: int | None
    prediction: int | None
    n: int
    score_sum: int = 0
    score_squares: int = 0
    decision: int | None = None
    sums: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[tuple[str, ...], int, int, int]:
        """What makes the cell unique and gives it its place in the table."""
        return (self.group, _order(self.label), _order(self.prediction), _order(self.decision))


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows came from. ``n_rows`` counts all rows read, before any filter."""

    name: str
    n_rows: int
    sha256: str | None = None
    extracted_on: str | None = None
    control_total: int | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.control_total is not None and self.control_total != self.n_rows:
            raise InputError(
                f"{self.name} has {self.n_rows} rows but the control total is {self.control_total}; "
                "find the missing or extra rows before counting."
            )


def _order(value: int | None) -> int:
    return -1 if value is None else value
