"""What assessments are offered of evaluations and goals: figures and names, as they stand now."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models.fields.json import KeyTransform

from audits.models import Evaluation, EvaluationStatus, Goal, GoalStatus
from governance.facts import Choosable, Fact
from governance.models import System, Version


def evaluations_of(system: System) -> list[Choosable]:
    """Completed evaluations of a system's versions, the newest first."""
    return [
        Choosable(row.uid, f"{row.label} of {row.version}, {row.verdict.replace('_', ' ') or 'not judged'}")
        for row in _completed(system).select_related("version__model").defer("counts", "result")
    ]


def facts_of(system: System, version: Version | None, evaluation_uid: uuid.UUID | None) -> list[Fact]:
    """Facts of the chosen evaluation, or of the newest of the version; and of the goals agreed for the system."""
    median = KeyTransform("median", KeyTransform("columns", "counts"))
    rows = _completed(system).defer("counts").select_related("data_set").annotate(median=median)
    if evaluation_uid is not None:
        rows = rows.filter(uid=evaluation_uid)
    elif version is not None:
        rows = rows.filter(version=version)
    evaluation = rows.first()
    found = list(_of_evaluation(evaluation)) if evaluation else []
    goals = Goal.objects.filter(model__system=system, status=GoalStatus.AGREED).order_by("model", "number")
    return [*found, *_of_goals(list(goals))]


def _completed(system: System) -> Any:
    rows = Evaluation.objects.filter(version__model__system=system, status=EvaluationStatus.COMPLETED)
    return rows.order_by("-finished_at", "-id")


def _of_evaluation(evaluation: Any) -> Iterator[Fact]:
    result = evaluation.result or {}
    if evaluation.finished_at:
        yield Fact("evaluation.date", (evaluation.extracted_on or evaluation.finished_at.date()).isoformat())
    name = str(evaluation.data_set) if evaluation.data_set else evaluation.source_name
    if name:
        yield Fact("evaluation.data_name", name)
    groups = [row for row in result.get("groups", []) if row["group"]]
    yield Fact("evaluation.n_rows", result.get("n_rows", evaluation.row_total))
    yield Fact("evaluation.n_unknown", _n_unknown(groups))
    yield Fact("evaluation.groups", [_group_name(row["group"]) for row in groups])
    rates = [_rate_row(row) for row in groups if "selection_rate" in row["metrics"]]
    if rates:
        yield Fact("evaluation.selection_rates", rates)
        yield Fact("evaluation.impact_ratios", _impact_ratios(groups))
    if evaluation.median is not None:
        yield Fact("evaluation.scoring_median", evaluation.median)


def _n_unknown(groups: list[dict[str, Any]]) -> int:
    """People of whom an attribute is missing; the attribute that is missing most often counts."""
    missing: dict[str, int] = {}
    for row in groups:
        for attribute, level in row["group"].items():
            if len(row["group"]) == 1 and level == "(missing)":
                missing[attribute] = missing.get(attribute, 0) + row["n"]
    return max(missing.values(), default=0)


def _rate_row(row: dict[str, Any]) -> dict[str, Any]:
    rate = row["metrics"]["selection_rate"]
    found = {"group": _group_name(row["group"]), "n": row["n"], "selected": rate.get("numerator")}
    return _without_gaps({**found, "rate": rate["value"], "low": rate.get("low"), "high": rate.get("high")})


def _impact_ratios(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each group's selection rate over the highest among the groups of the same attributes."""
    highest: dict[tuple[str, ...], float] = {}
    rates = [(row["group"], row["metrics"].get("selection_rate", {}).get("value")) for row in groups]
    for group, rate in rates:
        if rate is not None:
            highest[tuple(group)] = max(rate, highest.get(tuple(group), 0.0))
    return [
        {"group": _group_name(group), "ratio": round(rate / highest[tuple(group)], 6)}
        for group, rate in rates
        if rate is not None and highest[tuple(group)]
    ]


def _group_name(group: dict[str, Any]) -> str:
    return ", ".join(str(level) for level in group.values())


def _without_gaps(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 6) if isinstance(value, float) else value for key, value in row.items() if value is not None
    }


def _of_goals(goals: list[Goal]) -> Iterator[Fact]:
    if not goals:
        return
    documents = [goal.document for goal in goals]
    yield Fact("goals.names", [goal.name for goal in goals])
    yield Fact("goals.metrics", _each(str(document.get("metric", "")) for document in documents))
    yield Fact("goals.groups", _each(", ".join(document.get("by", [])) for document in documents))
    yield Fact("goals.views", _each(str(document.get("view", "")) for document in documents))
    yield Fact(
        "goals.thresholds",
        [
            f"{goal.name}: {goal.document.get('side', 'at_most').replace('_', ' ')} {goal.document.get('threshold')}"
            for goal in goals
        ],
    )


def _each(texts: Iterator[str]) -> list[str]:
    """Every text once, in order, without empty ones."""
    return list(dict.fromkeys(text for text in texts if text))
