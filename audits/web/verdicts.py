"""An evaluation's goals as the page shows them: the sentence, the chart, the widest gap, what would settle it."""

from dataclasses import dataclass
from typing import Any

from audits.models import Evaluation
from audits.reports.goal_limits import band_of, kind_of, limit_label, metrics_of, minimum_of
from audits.services.drawing import drawings_of, question_of, rows_of
from evenhand.fairness.plots.rows import GroupRow, reference_of
from evenhand.fairness.plots.scale import Unit, value_text
from evenhand.fairness.plots.words import SHARES

GRAVITY = {"not_met": 0, "inconclusive": 1, "met": 2}
# Which people stand below the line of each rate; the others count everybody.
COUNTED = {
    "true_positive_rate": "outcome",
    "false_negative_rate": "outcome",
    "false_positive_rate": "no_outcome",
    "true_negative_rate": "no_outcome",
    "positive_predictive_value": "selects",
    "false_discovery_rate": "selects",
    "negative_predictive_value": "rejects",
    "false_omission_rate": "rejects",
}
HEADS = ["Group", "People", "Of these", "Rate", "95% interval", "Gap", "Interval of the gap", "Verdict"]
WORDS = {"not_met": "not met", "too_few": "not enough data", "not_judged": "not judged"}


@dataclass(frozen=True)
class GoalLine:
    """One goal in the table of goals (layouts/goals.html)."""

    name: str
    metric: str
    limit: str
    view: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    kind: str
    verdict: str
    more: str
    afterwards: bool
    sentence: str
    key: str
    document: dict[str, Any]
    url: str = ""


def goal_lines(evaluation: Evaluation) -> list[GoalLine]:
    """The goals that judged, gravest first."""
    lines = [_line(evaluation.result or {}, snapshot) for snapshot in evaluation.goals]
    return sorted(lines, key=lambda line: GRAVITY.get(line.verdict, 3))


def _line(result: dict[str, Any], snapshot: dict[str, Any]) -> GoalLine:
    document = snapshot["document"]
    rows = [row for row in result.get("verdicts", []) if row["goal"] == document["id"] and row["metric"] is not None]
    whole = next((row for row in rows if row["group"] is None), rows[0] if rows else {})
    pair = next((row for row in rows if row["group"] and row["value"] == whole.get("value")), whole)
    return GoalLine(
        name=snapshot["name"],
        metric=document["metric"],
        limit=limit_words(document),
        view=document.get("view", ""),
        group=_pair_label(pair, document),
        value=whole.get("value"),
        low=whole.get("low"),
        high=whole.get("high"),
        kind="plain" if kind_of(document) == "ratio" else "points",
        verdict=whole.get("verdict") or "not_judged",
        more=_more(whole),
        afterwards=not snapshot["agreed_before"],
        sentence=whole.get("sentence", ""),
        key=document["id"],
        document=document,
    )


def _label(group: dict[str, Any] | None) -> str:
    return ", ".join(str(level) for level in (group or {}).values())


def limit_words(document: dict[str, Any]) -> str:
    """The agreed limit as a person would say it: "within 5 points either way", "at most 10 points below"."""
    band, label = band_of(document), limit_label(document)
    if kind_of(document) == "ratio" or metrics_of(document)[0] not in SHARES:
        return label
    if band.low is not None and band.high is not None:
        return f"{label} either way"
    side, limit = ("above", band.high) if band.high is not None else ("below", -(band.low or 0.0))
    return f"at most {100 * limit:g} points {side}" if limit >= 0 else label


def _pair_label(pair: dict[str, Any], document: dict[str, Any]) -> str:
    """The group of the widest gap; where every pair is judged, the other one too."""
    group, other = _label(pair.get("group")), _label(pair.get("reference"))
    return f"{group} over {other}" if other and document.get("reference") == "all_pairs" else group


def _more(row: dict[str, Any]) -> str:
    if row.get("verdict") != "inconclusive":
        return ""
    needed = row.get("more_needed")
    return (
        f"Settled by about {needed:,} more people" if isinstance(needed, int) and needed > 0 else row.get("reason", "")
    )


def glance(evaluation: Evaluation, line: GoalLine) -> dict[str, Any]:
    """A goal with its chart and the same as a table (layouts/glance.html)."""
    charts = drawings_of(evaluation, line.document)
    return {
        "code": line.verdict,
        "goal": line.name,
        "sentence": line.sentence or "The engine gives no verdict on this goal.",
        "chart": charts["page"].svg if charts else "",
        "phone_charts": [charts["phone"].svg] if charts else [],
        "chart_label": charts["page"].alt if charts else "",
        "foot": _foot(evaluation, line),
        "columns": HEADS,
        "rows": [_cells(row, line) for row in rows_of(evaluation, line.document)] if charts else [],
    }


def _foot(evaluation: Evaluation, line: GoalLine) -> str:
    result = evaluation.result or {}
    return (
        f"People: {people_counted(line.document)}. Lines show {100 * result.get('confidence', 0.95):g}% intervals. "
        f"Groups under {minimum_of(line.document)} people get no verdict. {result.get('n_rows', 0):,} rows."
        f"{_pairs(evaluation, line)}"
    )


def _pairs(evaluation: Evaluation, line: GoalLine) -> str:
    """Where every pair is judged, the chart can show each group only against one other."""
    document = line.document
    if document.get("reference") != "all_pairs" or len(rows_of(evaluation, document)) < 3:
        return ""
    compared = reference_of(evaluation.result or {}, question_of(document).shown)
    shown = (
        f": the chart shows each against {compared.label}, its verdict is that of the gravest pair" if compared else ""
    )
    return f" Every pair of groups is judged{shown}."


def people_counted(document: dict[str, Any]) -> str:
    """Whom a goal's metric counts, in the goal's own words: "defendants who did not reoffend"."""
    words = document.get("words") or {}
    people, subject = words.get("people") or "people", words.get("subject") or "the model"
    counted = {
        "outcome": f"{people} who {words.get('outcome') or 'have the outcome'}",
        "no_outcome": f"{people} who {words.get('no_outcome') or 'do not have the outcome'}",
        "selects": f"{people} {subject} {words.get('selects') or 'selects'}",
        "rejects": f"{people} {subject} {words.get('rejects') or 'does not select'}",
    }
    return counted.get(COUNTED.get(metrics_of(document)[0], ""), f"all {people}")


def _cells(row: GroupRow, line: GoalLine) -> list[str]:
    metric = metrics_of(line.document)[0]
    unit, gap_unit = Unit.of(metric), Unit.of_gap(metric, kind_of(line.document))
    few = row.rate is None or row.state == "too_few"
    return [
        row.label,
        f"{row.people:,}",
        "" if row.denominator is None else f"{row.denominator:,}",
        "" if few else value_text(row.rate.value, unit, digits=2 if unit.suffix else None),  # type: ignore[union-attr]  # not few
        "" if few else _between(row.rate, unit),
        "" if few or row.gap is None else value_text(row.gap.value, gap_unit),
        "" if few else _between(row.gap, gap_unit),
        WORDS.get(row.state, row.state),
    ]


def _between(found: Any, unit: Unit) -> str:
    if found is None or found.low is None or found.high is None:
        return ""
    return f"{value_text(found.low, unit)} to {value_text(found.high, unit)}"
