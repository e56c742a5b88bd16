"""What was counted, from where and under which conditions, as JSON values and back."""

from typing import Any

from evenhand.fairness.counts.cells import Source
from evenhand.fairness.counts.columns import OPERATORS, Bands, Columns, Filter
from evenhand.fairness.counts.values import listed, number, optional, refuse, string, whole

# Written only where they are used, so that a count without them keeps the digest it always had.
NAMED = ("decision", "unit", "weight", "people", "rank")


def columns_out(columns: Columns) -> dict[str, Any]:
    """The columns as JSON values."""
    span = columns.score_range
    found: dict[str, Any] = {
        "groups": list(columns.groups),
        "label": columns.label,
        "prediction": columns.prediction,
        "score": columns.score,
        "threshold": columns.threshold,
        "positive": columns.positive,
        "score_range": None if span is None else list(span),
    }
    found |= {name: getattr(columns, name) for name in NAMED if getattr(columns, name) is not None}
    if columns.bands:
        found["bands"] = [{"column": each.column, "cuts": list(each.cuts)} for each in columns.bands]
    if columns.median is not None:
        found["median"] = columns.median
    if columns.observed != "all":
        found["observed"] = columns.observed
    if columns.outcome != "binary":
        found["outcome"] = columns.outcome
    if columns.classes:
        found["classes"] = list(columns.classes)
    if columns.top is not None:
        found["top"] = columns.top
    return found


def columns_in(value: Any) -> Columns:
    """The columns of a document, checked."""
    if not isinstance(value, dict):
        refuse("it has no columns")
    return Columns(
        groups=tuple(string(name, "a group column") for name in listed(value, "groups")),
        label=optional(value.get("label"), "label"),
        prediction=optional(value.get("prediction"), "prediction"),
        score=optional(value.get("score"), "score"),
        threshold=_number_or_none(value, "threshold"),
        positive=string(value.get("positive"), "positive"),
        score_range=_range(value),
        bands=tuple(_bands(each) for each in listed(value, "bands")) if "bands" in value else (),
        median=_number_or_none(value, "median"),
        observed=string(value.get("observed", "all"), "observed"),
        outcome=string(value.get("outcome", "binary"), "outcome"),
        classes=tuple(string(each, "a class") for each in listed(value, "classes")) if "classes" in value else (),
        top=None if value.get("top") is None else whole(value["top"], "top"),
        **{name: optional(value.get(name), name) for name in NAMED},
    )


def source_out(source: Source) -> dict[str, Any]:
    """A source as JSON values."""
    return {
        "name": source.name,
        "n_rows": source.n_rows,
        "sha256": source.sha256,
        "extracted_on": source.extracted_on,
        "control_total": source.control_total,
        "note": source.note,
    }


def source_in(value: Any) -> Source:
    """A source of a document, checked."""
    if not isinstance(value, dict):
        refuse("a source is not an object")
    total = value.get("control_total")
    return Source(
        name=string(value.get("name"), "the name of a source"),
        n_rows=whole(value.get("n_rows"), "the rows of a source"),
        sha256=optional(value.get("sha256"), "sha256"),
        extracted_on=optional(value.get("extracted_on"), "extracted_on"),
        control_total=None if total is None else whole(total, "control_total"),
        note=optional(value.get("note"), "note"),
    )


def filter_in(value: Any) -> Filter:
    """A filter of a document, checked."""
    if not isinstance(value, dict) or value.get("operator") not in OPERATORS:
        refuse(f"filter {value!r} has no known operator")
    parts = (string(value.get(name), f"the {name} of a filter") for name in ("column", "operator", "value"))
    return Filter(*parts)


def _range(value: dict[str, Any]) -> tuple[float, float] | None:
    span = value.get("score_range")
    if span is None and value.get("score") is None:
        return None
    if not isinstance(span, list) or len(span) != 2:
        refuse("score_range must be two numbers")
    low, high = (number(each, "a bound of score_range") for each in span)
    return (low, high)


def _bands(value: Any) -> Bands:
    if not isinstance(value, dict):
        refuse("bands name a column and its cuts")
    cuts = tuple(number(each, "a cut of bands") for each in listed(value, "cuts"))
    return Bands(string(value.get("column"), "the column of bands"), cuts)


def _number_or_none(value: dict[str, Any], name: str) -> float | None:
    return None if value.get(name) is None else number(value[name], name)
