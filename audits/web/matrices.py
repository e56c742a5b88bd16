"""Groups by metrics, as layouts/matrix.html wants it: each value with its interval, its gap and its mark."""

from typing import Any

from evenhand.fairness.plots.words import SHARES

METRICS = (
    "base_rate",
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "positive_predictive_value",
    "accuracy",
)
NEEDED = 30
Result = dict[str, Any]
Pairs = dict[Any, Result]
Judged = dict[Any, str]


def partitions(result: Result) -> list[str]:
    """The attributes and their crossings, as `race` or `race,sex`."""
    found = {",".join(group["group"]): None for group in result["groups"] if group["group"]}
    return sorted(found, key=lambda key: (key.count(","), key))


def matrix(result: Result, chosen: str) -> dict[str, Any]:
    """One partition of the result. The reference is the one the engine compared with."""
    by = chosen.split(",")
    groups = [row for row in result["groups"] if row["group"] and set(row["group"]) == set(by)]
    metrics = [name for name in METRICS if any(name in row["metrics"] for row in groups)]
    pairs = _pairs(result, by)
    judged = _judged(result, by)
    reference = next((row["reference"] for row in pairs.values() if row["reference"]), None)
    with_goal = {metric for metric, _ in judged}
    rows = sorted(groups, key=lambda row: -row["n"])
    return {
        "attribute": _words(by),
        "columns": [{"metric": name, "has_goal": name in with_goal} for name in metrics],
        "rows": [_row(row, metrics, pairs, judged, with_goal, reference) for row in rows],
        "reference": _label(reference),
        "needed": NEEDED,
    }


def _row(
    row: Result, metrics: list[str], pairs: Pairs, judged: Judged, with_goal: set[str], reference: Any
) -> dict[str, Any]:
    return {
        "group": _label(row["group"]),
        "n": row["n"],
        "is_reference": row["group"] == reference,
        "cells": [_cell(row, metric, pairs, judged) | {"has_goal": metric in with_goal} for metric in metrics],
    }


def _cell(row: Result, metric: str, pairs: Pairs, judged: Judged) -> dict[str, Any]:
    found = row["metrics"].get(metric) or {}
    key = (metric, _key(row["group"]))
    people = found.get("denominator")
    few = found.get("value") is None or (people if people is not None else row["n"]) < NEEDED
    return {
        "value": None if few else found["value"],
        "low": found.get("low"),
        "high": found.get("high"),
        "gap": None if few else (pairs.get(key) or {}).get("value"),
        "kind": "percent" if metric in SHARES else "plain",
        "verdict": "" if few else judged.get(key, ""),
        "n": people if people is not None else row["n"],
    }


def _pairs(result: Result, by: list[str]) -> Pairs:
    return {
        (row["metric"], _key(row["group"])): row
        for row in result["comparisons"]
        if row["of"] == "pair"
        and row["kind"] == "difference"
        and row["group"]
        and set(row["by"]) == set(by)
        and not row.get("within")
    }


def _judged(result: Result, by: list[str]) -> Judged:
    """What goals say of single groups; a group judged by several shows the gravest."""
    order = {"not_met": 0, "inconclusive": 1, "met": 2}
    found: Judged = {}
    for row in result["verdicts"]:
        if row["metric"] is None or row["group"] is None or set(row["by"]) != set(by):
            continue
        key = (row["metric"], _key(row["group"]))
        if order.get(row["verdict"], 3) < order.get(found.get(key, ""), 4):
            found[key] = row["verdict"]
    return found


def _key(group: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(group.items()))


def _label(group: dict[str, Any] | None) -> str:
    return ", ".join(str(level) for level in (group or {}).values())


def _words(by: list[str]) -> str:
    text = " and ".join(column.replace("_", " ") for column in by)
    return text[:1].upper() + text[1:]
