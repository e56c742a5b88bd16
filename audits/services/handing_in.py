"""Handing in evidence: counts made at home, or a file the worker counts and then deletes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction

from audits.models import Evaluation, EvaluationStatus, Grade, Plan
from audits.services import headers
from audits.services.evaluation_rows import create_evaluation, queue_evaluation
from audits.services.owing import OVER
from evenhand.errors import InputError
from evenhand.fairness import Counts
from governance.errors import ConflictError, InvalidError
from governance.events import snapshot
from governance.models import DecisionRule, User, Version
from governance.permissions import require
from governance.services.files import check_upload, digest_of

ROLES = ("label", "prediction", "score", "decision", "unit", "weight")
SUFFIXES = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class Provenance:
    """What the sender says of the data: when it was drawn, and the total it must reconcile to."""

    extracted_on: datetime.date | None = None
    control_total: int | None = None
    control_source: str = ""


@dataclass(frozen=True)
class FileColumns:
    """Which columns of a file mean what."""

    groups: tuple[str, ...]
    label: str = ""
    prediction: str = ""
    score: str = ""
    positive: str = ""
    decision: str = ""
    unit: str = ""
    weight: str = ""
    threshold: Decimal | None = None
    filter: str = ""

    @property
    def roles(self) -> dict[str, str]:
        """The column of each role that has one."""
        return {role: name for role in ROLES if (name := getattr(self, role))}

    def as_json(self) -> dict[str, Any]:
        positive = {"positive": self.positive} if self.positive else {}
        return {"groups": list(self.groups), **self.roles, **positive}


@transaction.atomic
def hand_in_counts(
    *,
    version: Version,
    counts: dict[str, Any],
    by: User,
    rule: DecisionRule | None = None,
    plan: Plan | None = None,
    provenance: Provenance | None = None,
) -> Evaluation:
    """Hand in counts made where the data lie. They fill the waiting evaluation they match, or make an extra one."""
    version, rule = _open_to_evidence(version, rule, by)
    provenance = provenance or Provenance()
    found = Counts.from_json(counts)
    if found.columns.threshold is not None:
        _check_threshold(rule, Decimal(str(found.columns.threshold)))
    _check_control_total(found, provenance)
    roles: dict[str, Any] = {role: getattr(found.columns, role) or "" for role in ROLES}
    said = FileColumns(
        groups=found.columns.groups,
        **roles,
        positive=found.columns.positive,
        filter=" and ".join(str(condition) for condition in found.filters),
    )
    evaluation = _slot(version, rule, plan, said, by)
    before = None if evaluation._state.adding else snapshot(evaluation)
    evaluation.counts, evaluation.counts_sha256 = found.to_json(), found.sha256
    evaluation.grade = Grade.CLIENT if is_counted_from_files(found) else Grade.DECLARED
    _describe_source(evaluation, found, provenance)
    return _queued(evaluation, said, by, before)


@transaction.atomic
def hand_in_file(
    *,
    version: Version,
    content: File[bytes],
    name: str,
    columns: FileColumns,
    by: User,
    rule: DecisionRule | None = None,
    plan: Plan | None = None,
    provenance: Provenance | None = None,
) -> Evaluation:
    """Hand in a file of predictions. A worker counts it; its rows are deleted then, unless the system keeps them."""
    version, rule = _open_to_evidence(version, rule, by)
    provenance = provenance or Provenance()
    check_upload(content, name, suffixes=SUFFIXES)
    if columns.threshold is not None:
        _check_threshold(rule, columns.threshold)
    _check_columns(content, name, columns)
    evaluation = _slot(version, rule, plan, columns, by)
    before = None if evaluation._state.adding else snapshot(evaluation)
    evaluation.grade = Grade.SERVER
    evaluation.source_name, evaluation.source_sha256 = name, digest_of(content)
    evaluation.extracted_on = provenance.extracted_on
    evaluation.control_total, evaluation.control_source = provenance.control_total, provenance.control_source
    evaluation.upload.save(name, content, save=False)
    try:
        return _queued(evaluation, columns, by, before)
    except Exception:  # rows of people must not stay behind a hand-in that is rolled back
        evaluation.upload.delete(save=False)
        raise


def is_counted_from_files(counts: Counts) -> bool:
    """Whether the counts carry our engine's mark: each source is a file known by its digest."""
    return bool(counts.sources) and all(source.sha256 for source in counts.sources)


def _open_to_evidence(version: Version, rule: DecisionRule | None, by: User) -> tuple[Version, DecisionRule]:
    version = Version.objects.select_for_update(of=("self",)).select_related("model__system").get(pk=version.pk)
    require(by, "evaluation.hand_in", version)
    if version.status in OVER:
        raise ConflictError(f"{version} is {version.status}; it takes no more evaluations.")
    rule = rule or DecisionRule.objects.filter(model=version.model, is_current=True).first()
    if rule is None:
        raise InvalidError(
            f"{version.model.name} has no decision rule. Set one first: fairness is a property of version and rule.",
            fields={"rule": ["required"]},
        )
    if rule.model_id != version.model_id:
        raise InvalidError("This rule belongs to another model.", fields={"rule": ["another model's"]})
    return version, rule


def _check_threshold(rule: DecisionRule, threshold: Decimal) -> None:
    if rule.threshold != threshold:
        says = f"sets {rule.threshold.normalize():f}" if rule.threshold is not None else "sets no threshold"
        raise InvalidError(
            f"The threshold {threshold.normalize():f} contradicts the decision rule {rule.name}, which {says}.",
            code="threshold_contradicts_rule",
            fields={"threshold": [f"the rule {says}"]},
        )


def _check_control_total(counts: Counts, provenance: Provenance) -> None:
    rows = sum(source.n_rows for source in counts.sources)
    if provenance.control_total is not None and provenance.control_total != rows:
        raise InvalidError(
            f"The counts come from {rows:,} rows but the control total is {provenance.control_total:,}.",
            code="control_total",
            fields={"control_total": [f"{rows} rows were counted"]},
        )


def _check_columns(content: File[bytes], name: str, columns: FileColumns) -> None:
    if not columns.groups:
        raise InvalidError("Name at least one group column.", fields={"group": ["required"]})
    there = headers.column_names(content, name)
    roles = [*(("group", group) for group in columns.groups), *columns.roles.items()]
    for role, column in roles:
        if column not in there:
            listed = ", ".join(there[:20])
            raise InvalidError(
                f"{name} has no column {column!r}. Its columns are: {listed}.", fields={role: [f"no column {column}"]}
            )


def _slot(version: Version, rule: DecisionRule, plan: Plan | None, said: FileColumns, by: User) -> Evaluation:
    """The waiting evaluation this evidence is owed for, or an extra one."""
    waiting = Evaluation.objects.owed().filter(version=version, rule=rule).select_related("plan__data_set")
    if plan is not None:
        waiting = waiting.filter(plan=plan)
        if plan.model_id != version.model_id or not _fits(plan, said):
            raise InvalidError(
                f"This evidence does not have the groups, label and filter of the plan {plan.name}.",
                fields={"plan": ["does not match"]},
            )
    for owed in waiting.order_by("number").select_for_update(of=("self",)):
        evaluation: Evaluation = owed
        if evaluation.plan is not None and _fits(evaluation.plan, said):
            return evaluation
    return _extra(version, rule, plan or _matching_plan(version, said), by)


def _extra(version: Version, rule: DecisionRule, plan: Plan | None, by: User) -> Evaluation:
    earlier = None
    if plan is not None:
        tried = Evaluation.objects.filter(version=version, rule=rule, plan=plan)
        open_or_void = (EvaluationStatus.WAITING, EvaluationStatus.CANCELLED)
        earlier = tried.exclude(status__in=open_or_void).order_by("number").last()
    fields = {"data_set": plan.data_set, "options": plan.options} if plan else {}
    return create_evaluation(
        version=version, rule=rule, plan=plan, is_extra=True, replaces=earlier, requested_by=by, **fields
    )


def _matching_plan(version: Version, said: FileColumns) -> Plan | None:
    plans = Plan.objects.filter(model=version.model_id, is_current=True).select_related("data_set").order_by("number")
    return next((plan for plan in plans if _fits(plan, said)), None)


def _fits(plan: Plan, said: FileColumns) -> bool:
    return (
        set(plan.groups) == set(said.groups)
        and plan.columns.get("label", "") == said.label
        and plan.filter.replace(" ", "") == said.filter.replace(" ", "")
    )


def _describe_source(evaluation: Evaluation, counts: Counts, provenance: Provenance) -> None:
    sources = counts.sources
    evaluation.source_name = ", ".join(source.name for source in sources)[:300]
    evaluation.source_sha256 = sources[0].sha256 or "" if len(sources) == 1 else ""
    evaluation.row_total = sum(source.n_rows for source in sources)
    stated = [source.control_total for source in sources if source.control_total is not None]
    evaluation.control_total = provenance.control_total if provenance.control_total is not None else sum(stated) or None
    evaluation.control_source = provenance.control_source
    dates = sorted(source.extracted_on for source in sources if source.extracted_on)
    evaluation.extracted_on = provenance.extracted_on or (_date(dates[-1]) if dates else None)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"The counts were extracted on {text!r}, which is not a date (YYYY-MM-DD).")


def _queued(evaluation: Evaluation, said: FileColumns, by: User, before: dict[str, Any] | None) -> Evaluation:
    evaluation.columns = {**said.as_json(), **_features(evaluation)}
    evaluation.filter = said.filter[:500]
    evaluation.requested_by = by
    return queue_evaluation(evaluation=evaluation, by=by, event="evaluation.handed_in", before=before)


def _features(evaluation: Evaluation) -> dict[str, Any]:
    features = evaluation.columns.get("features")
    return {"features": features} if features else {}


def groups_said(values: Sequence[str]) -> tuple[str, ...]:
    """Group columns as they come from a form: repeated, or one value with commas between the names."""
    if len(values) == 1:
        return tuple(name.strip() for name in values[0].split(",") if name.strip())
    return tuple(value for value in values if value)
