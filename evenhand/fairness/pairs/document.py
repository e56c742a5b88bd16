"""The document of matched pairs: written as JSON values, and read back with every check an outside file needs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evenhand.errors import InputError
from evenhand.fairness.counts.cells import Source
from evenhand.fairness.counts.columns import Filter
from evenhand.fairness.counts.columns_document import filter_in, source_in, source_out
from evenhand.fairness.counts.values import decimal, listed, number, optional, refuse, string, whole

if TYPE_CHECKING:
    from evenhand.fairness.pairs.tables import PairColumns, PairTable

SCHEMA = "evenhand.pairs/1"
COUNTED = ("n11", "n10", "n01", "n00")


def written(
    columns: "PairColumns", tables: "Iterable[PairTable]", filters: Iterable[Filter], sources: Iterable[Source]
) -> dict[str, Any]:
    """The document; sums are decimal strings because they may exceed what JSON numbers hold exactly."""
    return {
        "schema": SCHEMA,
        "columns": {
            "pair": columns.pair,
            "group": columns.group,
            "prediction": columns.prediction,
            "score": columns.score,
            "threshold": columns.threshold,
            "positive": columns.positive,
        },
        "filters": [{"column": each.column, "operator": each.operator, "value": each.value} for each in filters],
        "sources": [source_out(source) for source in sources],
        "tables": [
            {
                "first": table.first,
                "second": table.second,
                **{name: getattr(table, name) for name in COUNTED},
                "score_sum": str(table.score_sum),
                "score_squares": str(table.score_squares),
            }
            for table in tables
        ],
    }


def read(value: Any) -> tuple[dict[str, Any], list[dict[str, Any]], tuple[Filter, ...], tuple[Source, ...]]:
    """The columns and tables of a document as fields, its filters and its sources, each checked."""
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise InputError(f'This is no document of matched pairs: it does not say "schema": "{SCHEMA}".')
    tables = [_table(row) for row in listed(value, "tables")]
    compared = [(table["first"], table["second"]) for table in tables]
    if len(set(compared)) != len(compared):
        refuse("two levels are compared twice")
    return (
        _columns(value.get("columns")),
        tables,
        tuple(filter_in(each) for each in listed(value, "filters")),
        tuple(source_in(each) for each in listed(value, "sources")),
    )


def _columns(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        refuse("it has no columns")
    threshold = value.get("threshold")
    return {
        "pair": string(value.get("pair"), "the pair column"),
        "group": string(value.get("group"), "the group column"),
        "prediction": optional(value.get("prediction"), "prediction"),
        "score": optional(value.get("score"), "score"),
        "threshold": None if threshold is None else number(threshold, "threshold"),
        "positive": string(value.get("positive"), "positive"),
    }


def _table(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        refuse("a table is not an object")
    found: dict[str, Any] = {name: string(row.get(name), f"the {name} level") for name in ("first", "second")}
    if found["first"] == found["second"]:
        refuse(f"the level {found['first']!r} is compared with itself")
    found |= {name: whole(row.get(name), name) for name in COUNTED}
    found |= {name: decimal(row.get(name), name) for name in ("score_sum", "score_squares")}
    n = sum(found[name] for name in COUNTED)
    if found["score_squares"] < 0 or found["score_sum"] ** 2 > n * found["score_squares"]:
        refuse("the sums of score differences are not possible")
    return found
