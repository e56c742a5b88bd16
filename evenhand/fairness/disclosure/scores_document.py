"""The score sums of a group in the document of a public edition, written and read back."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from evenhand.errors import InputError
from evenhand.fairness.counts.values import decimal, listed
from evenhand.fairness.disclosure.public import PublicScores
from evenhand.fairness.disclosure.shape import LABEL, N

Pair = tuple[int, int]


def scores_out(scores: PublicScores) -> dict[str, Any]:
    """Sums as decimal strings, because they may exceed what JSON numbers hold exactly."""
    by_label = scores.by_label
    return {
        "total": _texts(scores.total),
        "by_label": None if by_label is None else [_texts(pair) for pair in by_label],
        "ranks": None if scores.ranks is None else _texts(scores.ranks),
    }


def scores_in(value: Any, parts: Mapping[str, tuple[int, ...]]) -> PublicScores | None:
    """The sums of a group of which these parts are shown, each checked to be possible."""
    if value is None:
        return None
    if not isinstance(value, dict) or N not in parts:
        refuse("scores are given for a group whose n is withheld")
    by_label, ranks = value.get("by_label"), value.get("ranks")
    if (by_label is not None or ranks is not None) and LABEL not in parts:
        refuse("scores are given by label for a group whose labels are withheld")
    return PublicScores(
        total := _sums(value.get("total"), parts[N][0]),
        None if by_label is None else _by_label(listed(value, "by_label"), parts[LABEL], total),
        None if ranks is None else _ranks(ranks, parts[LABEL]),
    )


def _by_label(rows: Sequence[Any], people: Sequence[int], total: Pair) -> tuple[Pair, ...]:
    if len(rows) != len(people):
        refuse("the sums of scores are not given once for each label")
    found = tuple(_sums(row, n) for row, n in zip(rows, people, strict=True))
    if (sum(pair[0] for pair in found), sum(pair[1] for pair in found)) != total:
        refuse("the sums of scores by label do not add up")
    return found


def _sums(value: Any, n: int) -> Pair:
    """A sum and the sum of squares behind it: of n people they are possible only if no variance is negative."""
    total, squares = _decimals(value, 2)
    if total * total > n * squares:
        refuse("the sums of scores of a group are not possible")
    return total, squares


def _ranks(value: Any, people: Sequence[int]) -> tuple[int, int, int]:
    wins, positive, negative = _decimals(value, 3)
    if len(people) != 2 or not 0 <= wins <= 2 * people[0] * people[1]:
        refuse("the ranks of a group are not possible")
    if wins * wins > min(people[1] * positive, people[0] * negative):
        refuse("the ranks of a group are not possible")
    return wins, positive, negative


def _decimals(value: Any, length: int) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) != length:
        refuse(f"sums of scores are not {length} decimal strings")
    return tuple(decimal(text) for text in value)


def _texts(values: Sequence[int]) -> list[str]:
    return [str(value) for value in values]


def refuse(what: str) -> NoReturn:
    """Raise the one error of an unusable document."""
    raise InputError(f"This is not a usable public edition: {what}.")
