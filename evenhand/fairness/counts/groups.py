"""Which groups there are: single attributes, their intersections, and each one's people."""

from collections.abc import Sequence
from itertools import combinations

Group = dict[str, str]


def subsets(attributes: Sequence[str], *, order: int) -> tuple[tuple[str, ...], ...]:
    """Every combination of up to ``order`` attributes: single ones first, in the order they were named."""
    return tuple(chosen for size in range(1, order + 1) for chosen in combinations(attributes, size))


def described(group: Group) -> str:
    """A group in words for warnings and tables: ``race=Asian, sex=Female``."""
    return ", ".join(f"{name}={value}" for name, value in group.items()) or "everyone"
