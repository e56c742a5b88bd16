"""How large a spread over groups noise alone makes: ten groups differ, however fair a model is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.bootstrap import REPLICATES, SEED
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.rates import RATES, available, parts
from evenhand.fairness.results import Kind

MOST_PEOPLE = 1_000_000_000
FEWEST_DEALS, MOST_DEALS = 200, 2_000
GROUPS_DEALT = 400_000  # groups of all deals together
FARTHER = 1e-9  # relative: a deal this close to what was seen is as far from parity, and was parted by rounding only


@dataclass(frozen=True, slots=True)
class ParitySpread:
    """A max-min figure as seen, and as chance makes it when every group has the same rate.

    ``expected`` is the average under parity, ``unusual`` the value beyond which chance goes with ``1 - confidence``,
    and ``p_value`` that of the permutation test.
    """

    metric: str
    by: tuple[str, ...]
    kind: Kind
    groups: int
    value: float
    expected: float
    unusual: float
    p_value: float


def expected_under_parity(
    counts: Counts,
    by: str | Sequence[str],
    metric: str,
    *,
    kind: Kind = "difference",
    min_group: int = 1,
    confidence: float = 0.95,
    seed: int = SEED,
    replicates: int = REPLICATES,
) -> ParitySpread | None:
    """What dealing the same outcomes at random to the same groups gives; None where two groups cannot be compared.

    Group sizes and the total stay as they are (multivariate hypergeometric draws), so this is the permutation test. A
    ratio is None too where nobody is counted.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    rates = {rate.name: rate for rate in available(counts.columns)}
    for name in names:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if metric not in RATES:
        raise InputError(f"Metric {metric!r} is no rate; use one of {', '.join(RATES)}.")
    if metric not in rates:
        raise InputError(f"Metric {metric!r} needs a label, prediction or decision that was not counted.")
    if counts.columns.unit is not None or counts.columns.weight is not None:
        raise InputError("Draws under parity need independent people of equal weight; leave out the unit or weight.")
    table = margin(counts, finest(counts), names)
    x, n = parts(table.cells, rates[metric])
    eligible = references.enough(table, rates[metric], min_group=min_group)
    x, n = x[eligible], n[eligible]
    if len(n) < 2 or (kind == "ratio" and not x.sum()):
        return None
    draws = deal(x, n, random=np.random.default_rng(seed), replicates=replicates)
    seen, drawn = float(_spread(x[None, :], n, kind)[0]), _spread(draws, n, kind)
    sign = 1 if kind == "difference" else -1
    beyond = int((sign * drawn >= sign * seen - 1e-12).sum())
    return ParitySpread(
        metric=metric,
        by=names,
        kind=kind,
        groups=len(n),
        value=seen,
        expected=float(drawn.mean()),
        unusual=float(np.quantile(drawn, confidence if kind == "difference" else 1 - confidence)),
        p_value=(beyond + 1) / (replicates + 1),
    )


@dataclass(frozen=True)
class Dealt:
    """The same outcomes dealt at random to the same groups, time and again.

    ``highest`` and ``lowest`` are the extreme rates of each deal, ``p_value`` that of the permutation test with the
    chi-square statistic, which holds however few people a group has.
    """

    highest: Array
    lowest: Array
    p_value: float

    def of_rest(self) -> "Dealt":
        """The same for the opposite outcome, such as false negatives for true positives."""
        return Dealt(1 - self.lowest, 1 - self.highest, self.p_value)


def deal(
    x: NDArray[np.int64], n: NDArray[np.int64], *, random: np.random.Generator, replicates: int
) -> NDArray[np.int64]:
    """``x.sum()`` outcomes dealt at random to groups of ``n`` people: whole numbers of shape (replicates, groups).

    Multivariate hypergeometric; from a billion people on, which NumPy does not take, each group is drawn by itself.
    """
    if n.sum() >= MOST_PEOPLE:
        return random.binomial(n, x.sum() / n.sum(), size=(replicates, len(n)))
    return random.multivariate_hypergeometric(n, int(x.sum()), size=replicates, method="marginals")


def deals(groups: int) -> int:
    """How many deals there are in an evaluation: 2,000 for up to 200 groups, fewer for more, at least 200."""
    return min(MOST_DEALS, max(FEWEST_DEALS, GROUPS_DEALT // groups))


def dealt(x: NDArray[np.int64], n: NDArray[np.int64], *, random: np.random.Generator) -> Dealt:
    """The extremes of all deals, and how many are at least as far from parity as what was seen."""
    draws = deal(x, n, random=random, replicates=deals(len(n)))
    rates = draws / n
    expected = n * (x.sum() / n.sum())
    seen, drawn = (float(((x - expected) ** 2 / n).sum()), ((draws - expected) ** 2 / n).sum(axis=1))
    beyond = int((drawn >= seen * (1 - FARTHER)).sum())
    return Dealt(rates.max(axis=1), rates.min(axis=1), (beyond + 1) / (len(draws) + 1))


def _spread(x: NDArray[np.int64], n: NDArray[np.int64], kind: Kind) -> Array:
    """Highest minus lowest rate, or lowest over highest, in each row. Somebody is counted in every row of a ratio."""
    rates = x / n
    high, low = rates.max(axis=1), rates.min(axis=1)
    return np.asarray(high - low if kind == "difference" else low / high)
