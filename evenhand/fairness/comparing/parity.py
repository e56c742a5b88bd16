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
    table = margin(counts, finest(counts), names)
    x, n = parts(table.cells, rates[metric])
    eligible = references.enough(table, rates[metric], min_group=min_group)
    x, n = x[eligible], n[eligible]
    if len(n) < 2 or (kind == "ratio" and not x.sum()):
        return None
    if n.sum() >= MOST_PEOPLE:
        raise InputError(f"Draws under parity are limited to {MOST_PEOPLE:,} people.")
    draws = np.random.default_rng(seed).multivariate_hypergeometric(
        n, int(x.sum()), size=replicates, method="marginals"
    )
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


def _spread(x: NDArray[np.int64], n: NDArray[np.int64], kind: Kind) -> Array:
    """Highest minus lowest rate, or lowest over highest, in each row. Somebody is counted in every row of a ratio."""
    rates = x / n
    high, low = rates.max(axis=1), rates.min(axis=1)
    return np.asarray(high - low if kind == "difference" else low / high)
