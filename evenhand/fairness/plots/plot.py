"""What every plot function returns: the picture, the finding in words, and the figures behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

Cells = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures of a plot, printed as the plot prints them; every row is as long as the head."""

    head: Cells
    rows: tuple[Cells, ...]

    def text(self) -> str:
        """The table as tab-separated lines, the head first. Tabs and line breaks in names become spaces."""
        return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in (self.head, *self.rows))


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A drawn plot.

    ``svg`` is a whole SVG document whose accessible name is ``alt``; the same figures give the same bytes with the
    same versions of Altair, vl-convert and fonts. ``alt`` is the finding for who cannot see the picture, and
    ``table`` holds the figures.
    """

    svg: str
    alt: str
    table: Table


def in_words(sentences: Sequence[str]) -> str:
    """Sentences as one text, empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)
