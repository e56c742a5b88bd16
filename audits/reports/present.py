"""From content to what the templates print: charts, tables and words, all as text. No markup is made here."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from audits.reports.charts import Chart, Partition, Question, interval_chart
from audits.reports.content import EvaluationSection, GoalSection, RecordProof, ReportContent, ReportKind
from audits.reports.goal_limits import band_of, kind_of, limit_label, metrics_of, minimum_of
from audits.reports.goal_verdicts import deciding_pair, goal_verdict
from evenhand.fairness.plots.rows import Estimate, GroupRow
from evenhand.fairness.plots.scale import Unit, value_text
from evenhand.fairness.plots.words import group_label, metric_in_words, metric_name

KINDS = {
    ReportKind.MANAGEMENT_RECORD: (
        "Management record",
        "This is a management record. The organisation that runs the system drew it up from its own records. "
        "Nobody outside that line of work has reviewed it, and it gives no opinion and no assurance.",
    ),
    ReportKind.SECOND_LINE_REVIEW: (
        "Second-line review",
        "This is a second-line review. A control function of the same organisation, apart from those who built and run "
        "the system, reviewed it. It is not an audit and gives no assurance to third parties.",
    ),
    ReportKind.INTERNAL_AUDIT: (
        "Internal audit",
        "This is an internal audit report. The organisation's own audit function drew it up. "
        "It is not an independent engagement and gives no assurance to third parties.",
    ),
    ReportKind.INDEPENDENT_ENGAGEMENT: (
        "Independent engagement",
        "This report records an independent engagement. Any opinion in it is the named auditor's, over the auditor's "
        "own signature; the signature of this file is the organisation's and says only that the file is unchanged.",
    ),
}

BASIS = {  # what the denominator counts, and which of them the numerator
    "base_rate": ("People", "of these positive"),
    "selection_rate": ("People", "of these flagged"),
    "accuracy": ("People", "of these right"),
    "true_positive_rate": ("Actual positives", "of these flagged"),
    "false_negative_rate": ("Actual positives", "of these missed"),
    "false_positive_rate": ("Actual negatives", "of these flagged"),
    "true_negative_rate": ("Actual negatives", "of these passed"),
    "positive_predictive_value": ("Flagged", "of these right"),
    "false_discovery_rate": ("Flagged", "of these wrong"),
    "negative_predictive_value": ("Passed", "of these right"),
    "false_omission_rate": ("Passed", "of these wrong"),
}
STATE_WORDS = {
    "met": "met",
    "not_met": "not met",
    "inconclusive": "inconclusive",
    "reference": "",
    "not_judged": "",
    "too_few": "too few people",
    "none": "not judged",
}
MEASURES = (
    "base_rate",
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "positive_predictive_value",
    "accuracy",
)


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """A line of the table under a goal's chart, as printed."""

    label: str
    denominator: str
    numerator: str
    rate: str
    rate_interval: str
    gap: str
    gap_interval: str
    state: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One metric of a goal: its chart and the counts behind it."""

    metric_name: str
    denominator_head: str
    numerator_head: str
    gap_head: str
    chart: Chart
    chart_url: str
    rows: tuple[CountRow, ...]


@dataclass(frozen=True, kw_only=True)
class GoalPage:
    """One goal on its page."""

    section: str
    goal: GoalSection
    anchor: str
    metric_name: str
    by_label: str
    state: str
    word: str
    sentence: str
    settles: str
    widest: str
    widest_interval: str
    interval_label: str
    all_pairs: bool
    panels: tuple[Panel, ...]
    evaluation: EvaluationSection | None


@dataclass(frozen=True, kw_only=True)
class MeasureTable:
    """All usual measures by one partition of an evaluation."""

    by_label: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class EvaluationPage:
    """An evaluation with its tables."""

    evaluation: EvaluationSection
    tables: tuple[MeasureTable, ...]
    warnings: tuple[str, ...]
    engine: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything the templates need, ready to print."""

    content: ReportContent
    proof: RecordProof
    kind_word: str
    kind_sentence: str
    goals: tuple[GoalPage, ...]
    evaluations: tuple[EvaluationPage, ...]
    images: dict[str, bytes] = field(default_factory=dict)


def present(content: ReportContent, proof: RecordProof, *, fonts: Path | None) -> Page:
    """Draw the charts and word the tables of a report."""
    word, sentence = KINDS[content.kind]
    goals = tuple(_goal_page(index, goal, content, fonts) for index, goal in enumerate(content.goals, start=1))
    return Page(
        content=content,
        proof=proof,
        kind_word=word,
        kind_sentence=sentence,
        goals=goals,
        evaluations=tuple(_evaluation_page(found) for found in content.evaluations),
        images={panel.chart_url: panel.chart.svg.encode() for page in goals for panel in page.panels},
    )


def _goal_page(index: int, goal: GoalSection, content: ReportContent, fonts: Path | None) -> GoalPage:
    evaluation = next((found for found in content.evaluations if found.number == goal.evaluation), None)
    result = evaluation.result if evaluation else None
    verdict, pair = goal_verdict(result, goal.key), deciding_pair(result, goal.key)
    state = verdict.get("verdict") or "none"
    unit = Unit.of_gap(metrics_of(goal.document)[0], kind_of(goal.document))
    return GoalPage(
        section=f"3.{index}",
        goal=goal,
        anchor=f"goal-{index}",
        metric_name=metric_name(goal.metric),
        by_label=_by_label(goal.by),
        state=state,
        word=STATE_WORDS[state],
        sentence=verdict.get("sentence") or "No completed evaluation has judged this goal.",
        settles=_settles(verdict),
        widest=_widest(pair, unit),
        widest_interval=_interval(pair.get("low"), pair.get("high"), unit),
        interval_label=f"{(result or {}).get('confidence', 0.95) * 100:g}%",
        all_pairs=goal.document.get("reference") == "all_pairs",
        panels=_panels(index, goal, result, fonts) if result else (),
        evaluation=evaluation,
    )


def _panels(index: int, goal: GoalSection, result: dict[str, Any], fonts: Path | None) -> tuple[Panel, ...]:
    made = (_panel(f"{index}-{name}", name, goal, result, fonts) for name in metrics_of(goal.document))
    return tuple(panel for panel in made if any(row.rate for row in panel.rows))


def _panel(key: str, metric: str, goal: GoalSection, result: dict[str, Any], fonts: Path | None) -> Panel:
    kind = kind_of(goal.document)
    shown = Partition(metric=metric, by=goal.by, kind=kind, goal=goal.key, minimum=minimum_of(goal.document))
    question = Question(
        shown=shown, by_label=_by_label(goal.by), band=band_of(goal.document), limit_label=limit_label(goal.document)
    )
    chart = interval_chart(result, question, width="print", fonts=fonts)
    gap_unit, heads = Unit.of_gap(metric, kind), BASIS.get(metric, ("People", ""))
    return Panel(
        metric_name=metric_name(metric),
        denominator_head=heads[0],
        numerator_head=heads[1],
        gap_head=_gap_head(gap_unit),
        chart=chart,
        chart_url=f"evenhand:chart/{key}.svg",
        rows=tuple(_count_row(row, metric, gap_unit) for row in chart.rows),
    )


def _settles(verdict: dict[str, Any]) -> str:
    """Why a goal stays undecided and what would settle it."""
    return str(verdict["reason"]) if verdict.get("verdict") == "inconclusive" else ""


def _widest(verdict: dict[str, Any], unit: Unit) -> str:
    if verdict.get("value") is None:
        return ""
    label, reference = (group_label(verdict[side]) if verdict.get(side) else "" for side in ("group", "reference"))
    between = f"{label} to {reference}" if label and reference else label
    return f"{between} {value_text(verdict['value'], unit)}".strip()


def _interval(low: float | None, high: float | None, unit: Unit) -> str:
    if low is None or high is None:
        return ""
    return f"{value_text(low, unit)} to {value_text(high, unit)}"


def _bare_interval(found: Estimate, unit: Unit) -> str:
    """The interval of a rate without its unit, which stands beside it."""
    return _interval(found.low, found.high, replace(unit, suffix=""))


def _gap_head(unit: Unit) -> str:
    if unit.ratio:
        return "Ratio"
    return "Points" if unit.scale == 100 else "Difference"


def _by_label(by: tuple[str, ...]) -> str:
    text = " and ".join(column.replace("_", " ") for column in by)
    return text[:1].upper() + text[1:]


def _count_row(row: GroupRow, metric: str, gap_unit: Unit) -> CountRow:
    unit = Unit.of(metric)
    digits = 2 if unit.suffix else unit.digits
    shown = row.rate if row.state != "too_few" else None
    gap = row.gap if row.state not in ("too_few", "reference") else None
    return CountRow(
        label=row.label,
        denominator=f"{row.people if row.denominator is None else row.denominator:,}",
        numerator="" if row.numerator is None else f"{row.numerator:,}",
        rate=value_text(shown.value, unit, digits=digits) if shown else "",
        rate_interval=_bare_interval(shown, unit) if shown else "",
        gap="reference" if row.state == "reference" else value_text(gap.value, gap_unit) if gap else "",
        gap_interval=_interval(gap.low, gap.high, gap_unit) if gap else "",
        state=row.state,
        word=STATE_WORDS[row.state],
    )


def _evaluation_page(evaluation: EvaluationSection) -> EvaluationPage:
    result = evaluation.result or {}
    return EvaluationPage(
        evaluation=evaluation,
        tables=_measure_tables(result),
        warnings=tuple(str(warning) for warning in result.get("warnings", [])),
        engine=_engine(result.get("engine")),
    )


def _engine(engine: Any) -> str:
    if isinstance(engine, dict):
        return " ".join(str(part) for part in engine.values())
    return str(engine or "")


def _measure_tables(result: dict[str, Any]) -> tuple[MeasureTable, ...]:
    partitions: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for group in result.get("groups", []):
        partitions.setdefault(tuple(group["group"]), []).append(group)
    overall = partitions.pop((), [])
    return tuple(_measure_table(by, overall + _largest_first(groups)) for by, groups in partitions.items())


def _largest_first(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(groups, key=lambda group: -group["n"])


def _measure_table(by: tuple[str, ...], groups: list[dict[str, Any]]) -> MeasureTable:
    present_metrics = [name for name in MEASURES if any(name in group["metrics"] for group in groups)]
    rows = tuple(
        (
            ", ".join(str(level) for level in group["group"].values()) or "Everybody",
            f"{group['n']:,}",
            tuple(_measure(group["metrics"].get(name), name) for name in present_metrics),
        )
        for group in groups
    )
    heads = tuple((metric_in_words(name), metric_name(name)) for name in present_metrics)
    return MeasureTable(by_label=_by_label(by), heads=heads, rows=rows)


def _measure(found: dict[str, Any] | None, metric: str) -> str:
    if not found or found.get("value") is None:
        return ""
    return value_text(found["value"], Unit.of(metric), digits=2)
