"""Multinomial draws of the cells of a table: the same as drawing its rows again with replacement."""

from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

SPARE = 2.5  # standard deviations; about one replicate in 160 then has to be drawn the plain way
MOST_PEOPLE = 1 << 24  # one small number a person is held in memory: at most 64 MiB

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class CellDraws:
    """Draws of a table of ``total`` people whose cells have these ``chances``.

    ``owner`` is the cell of each person, where the quicker way below is taken, and None otherwise.
    """

    chances: NDArray[np.float64]
    total: int
    owner: NDArray[np.int32] | None

    @classmethod
    def of(cls, cells: Whole) -> Self:
        """The draws of a table of people of any shape; at least one cell has people."""
        flat, total = cells.reshape(-1), int(cells.sum())
        quick = SPARE * sqrt(total) < len(flat) and total <= MOST_PEOPLE
        return cls(flat / total, total, np.repeat(np.arange(len(flat), dtype=np.int32), flat) if quick else None)

    def draw(self, random: np.random.Generator, size: int) -> Whole:
        """``size`` replicates, of shape (size, cells); the people of each add up to ``total``.

        With many cells each is drawn as a Poisson number with a slightly lower mean, and the people still missing to
        the total are drawn one by one. Given their sum, independent Poisson numbers are a multinomial draw of that sum
        (Johnson, Kotz and Balakrishnan, Discrete Multivariate Distributions, 1997, section 35.4), and two multinomial
        draws add up to one, so this is exact, at half the cost of NumPy's draw, which goes from cell to cell. Where the
        sum exceeds the total, NumPy draws the replicate anew; this depends on the sum only, so nothing is distorted.
        """
        if self.owner is None:
            return random.multinomial(self.total, self.chances, size=size)
        cells = len(self.chances)
        means = self.chances * max(0.0, self.total - SPARE * sqrt(self.total))
        drawn = random.poisson(means, size=(size, cells))
        missing = self.total - drawn.sum(axis=1)
        further = np.maximum(missing, 0)
        whose = self.owner[random.integers(self.total, size=int(further.sum()))]
        place = np.repeat(np.arange(size) * cells, further) + whose
        drawn += np.bincount(place, minlength=size * cells).reshape(size, cells)
        over = np.flatnonzero(missing < 0)
        drawn[over] = random.multinomial(self.total, self.chances, size=len(over))
        return drawn
