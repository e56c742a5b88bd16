"""Which rows of a result speak for a goal: the one that sums it up, and the pair that decides it."""

from typing import Any

from evenhand.fairness.plots.rows import SET_ASIDE


def goal_verdict(result: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """The row that sums up a goal; where there is none, the pair that decides it; empty when nothing judged it."""
    summed = [row for row in _rows_of(result, key) if not row["group"]]
    return summed[0] if summed else deciding_pair(result, key)


def deciding_pair(result: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """The judged pair that decides a goal: the engine puts the gravest first."""
    pairs = [row for row in _rows_of(result, key) if row["group"] and not row["reason"].startswith(SET_ASIDE)]
    return pairs[0] if pairs else {}


def _rows_of(result: dict[str, Any] | None, key: str) -> list[dict[str, Any]]:
    return [row for row in (result or {}).get("verdicts", []) if row["goal"] == key and row["metric"] is not None]
