"""What a careful reader can still work out: for each withheld number the range that fits everything shown.

The reader's knowledge is a set of linear equations over people who are not shown one by one. Its bounds are found by
linear programs (HiGHS); only whole-number tables that were checked exactly, in integers, count as proof that a number
may be so low or so high (Fischetti and Salazar 2001 for the method; the exact check is ours).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.disclosure.lattice import Lattice
from evenhand.fairness.disclosure.shape import CELLS, FINER, N, Whole

NEARLY = 0.3  # how far from the very end branch and bound may stop: any table far enough from the true one will do
TOLERANCE = 1e-9
SAME = 1e-6  # people apart, below which a linear program's two ends are one
NODES = 200  # of branch and bound, where a linear program's answer is no whole-number table


@dataclass(frozen=True)
class Span:
    """The lowest and highest a number was proven to may be, and the groups whose shown numbers hold it there."""

    low: int
    high: int
    held_by: tuple[int, ...]

    @property
    def width(self) -> int:
        """How far apart they are."""
        return self.high - self.low


@dataclass
class Audit:
    """The reader's problem while parts are withheld one by one. Withholding only widens, so what was proven stays."""

    lattice: Lattice
    shown: NDArray[np.bool_]  # (groups, parts)
    low: Whole = field(init=False)
    high: Whole = field(init=False)
    _equations: "Equations | None" = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.low = self.lattice.values.reshape(-1).copy()
        self.high = self.low.copy()

    def is_shown(self, group: int, part: str) -> bool:
        """Whether a part of a group is shown."""
        return bool(self.shown[group, self.lattice.shape.parts.index(part)])

    def withhold(self, group: int, part: str) -> None:
        """Withhold a part, and every part that would give it away."""
        for each in FINER.get(part, (part,)):
            if each in self.lattice.shape.parts:
                self.shown[group, self.lattice.shape.parts.index(each)] = False
        self._equations = None

    def show(self, group: int, part: str) -> None:
        """Show a part after all, because somebody says that it must be."""
        self.shown[group, self.lattice.shape.parts.index(part)] = True
        self._equations = None

    def span(self, number: int, *, enough: int) -> Span:
        """How far a number can be from what it is; stops looking once the range is ``enough`` wide."""
        held_by: dict[int, None] = {}
        if self._width(number) < enough:
            for sign in (-1, 1):
                held_by |= self._push(number, sign)
                if self._width(number) >= enough:
                    break
        return Span(int(self.low[number]), int(self.high[number]), tuple(held_by))

    def is_known(self, number: int) -> bool:
        """Whether a withheld number follows from what is shown."""
        if self._width(number):
            return False
        aim = self.lattice.rows[[number]].toarray()[0]
        return self._current().settles(aim)

    def _current(self) -> "Equations":
        if self._equations is None:
            self._equations = Equations.of(self.lattice, self.shown)
        return self._equations

    def _width(self, number: int) -> int:
        return int(self.high[number] - self.low[number])

    def _push(self, number: int, sign: int) -> dict[int, None]:
        aim = sign * self.lattice.rows[[number]].toarray()[0]
        table, held_by = self._current().solved(aim)
        if table is not None:
            seen = self.lattice.rows @ table
            self.low, self.high = np.minimum(self.low, seen), np.maximum(self.high, seen)
        return dict.fromkeys(held_by)


@dataclass(frozen=True)
class Equations:
    """Everything shown, as ``matrix @ unknown = people``; ``group`` names whose number each equation is."""

    matrix: Any
    people: Whole
    group: NDArray[np.intp]
    atoms: Any

    @classmethod
    def of(cls, lattice: Lattice, shown: NDArray[np.bool_]) -> "Equations":
        """The equations of what is shown, without those that follow from others of the same group."""
        from scipy import sparse

        width = len(lattice.shape.masks)
        chosen = np.array(
            [number for group in range(len(lattice.groups)) for number in _independent(lattice, shown, group)],
            dtype=np.intp,
        )
        matrix, people = lattice.rows[chosen], lattice.values.reshape(-1)[chosen]
        if len(lattice.linked) > 1:
            matrix = sparse.vstack([matrix, lattice.links], format="csr")
            people = np.concatenate([people, np.zeros(lattice.links.shape[0], dtype=np.int64)])
        owners = np.full(len(people), -1, dtype=np.intp)
        owners[: len(chosen)] = chosen // width
        kinds = lattice.people.shape[1]
        ones = sparse.csr_array(np.ones((1, kinds), dtype=np.int64))
        atoms = sparse.kron(sparse.eye_array(len(lattice.people), dtype=np.int64), ones, format="csr")
        return cls(matrix, people, owners, atoms)

    def settles(self, aim: NDArray[np.int64]) -> bool:
        """Whether everything that fits has the same ``aim``."""
        low, high = self._smallest(aim), self._smallest(-aim)
        return bool(low.success and high.success and abs(low.fun + high.fun) < SAME)

    def solved(self, aim: NDArray[np.int64]) -> tuple[Whole | None, list[int]]:
        """A whole-number table that fits and makes ``aim`` small, and the groups whose equations hold it up."""
        found = self._smallest(aim)
        if not found.success:  # the true table fits, so this is the solver's trouble: nothing is proven
            return None, list(dict.fromkeys(int(group) for group in self.group if group >= 0))
        holding = self.group[np.abs(found.eqlin.marginals) > TOLERANCE]
        table = self._whole(found.x)
        if table is None:
            table = self._branched(aim)
        return table, [int(group) for group in dict.fromkeys(holding.tolist()) if group >= 0]

    def _smallest(self, aim: NDArray[np.int64]) -> Any:
        """The linear program of the smallest ``aim`` that fits."""
        from scipy.optimize import linprog  # slow to import: only when something is published

        some = -np.ones(self.atoms.shape[0])  # a group that is listed has somebody in it
        return linprog(
            aim, A_ub=-self.atoms, b_ub=some, A_eq=self.matrix, b_eq=self.people, bounds=(0, None), method="highs"
        )

    def _branched(self, aim: NDArray[np.int64]) -> Whole | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        found = milp(
            aim,
            integrality=np.ones(len(aim)),
            bounds=Bounds(0, np.inf),
            constraints=[
                LinearConstraint(self.matrix, self.people, self.people),
                LinearConstraint(self.atoms, np.ones(self.atoms.shape[0]), np.inf),
            ],
            options={"node_limit": NODES, "mip_rel_gap": NEARLY},
        )
        return None if found.x is None else self._whole(found.x)

    def _whole(self, unknown: NDArray[np.float64]) -> Whole | None:
        """The table rounded, if it still fits exactly."""
        table = np.rint(unknown).astype(np.int64)
        fits = (table >= 0).all() and (self.matrix @ table == self.people).all() and (self.atoms @ table >= 1).all()
        return table if fits else None


def _independent(lattice: Lattice, shown: NDArray[np.bool_], group: int) -> list[int]:
    """The numbers of what is shown of a group, without those that the others add up to."""
    shape = lattice.shape
    visible = {part for part, is_shown in zip(shape.parts, shown[group], strict=True) if is_shown}
    if not visible:
        return []
    first = CELLS if CELLS in visible else N
    rest = [part for part in shape.parts if part in visible and part not in (CELLS, N)]
    if first == CELLS:
        rest = [part for part in rest if part not in FINER]
    places = [(first, place) for place in range(len(shape.blocks[first]))]
    places += [(part, place) for part in rest for place in range(1, len(shape.blocks[part]))]
    return [lattice.number(group, part, place) for part, place in places]
