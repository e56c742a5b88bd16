"""The evaluations and goals of a report: every one of the version, whatever became of it."""

import datetime
from typing import Any

from django.utils import timezone

from audits.models import Evaluation, Goal, GoalStatus
from audits.reports.content import Agreement, EvaluationSection, GoalSection, Person
from audits.reports.goal_limits import limit_label
from audits.services.counting import options_of
from audits.services.proving import entry_number
from audits.services.usage import usage_sentence
from evenhand.fairness.plots.words import metric_in_words
from governance.models import Version


def evaluation_sections(evaluations: list[Evaluation], of_record: set[int]) -> tuple[EvaluationSection, ...]:
    """A section for each evaluation; those with a result name the counts file attached for it."""
    sections: list[EvaluationSection] = []
    attached = 0
    for evaluation in evaluations:
        attached += evaluation.result is not None
        counts = f"counts-{attached}.json" if evaluation.result is not None else ""
        sections.append(_section(evaluation, counts, of_record=evaluation.pk in of_record))
    return tuple(sections)


def _section(evaluation: Evaluation, counts: str, *, of_record: bool) -> EvaluationSection:
    later = evaluation.replaced_by
    return EvaluationSection(
        number=evaluation.label,
        uid=str(evaluation.uid),
        status=evaluation.status,
        grade=evaluation.get_grade_display(),
        rule=f"R-{evaluation.rule.number}, {evaluation.rule.name}",
        counts_sha256=evaluation.counts_sha256,
        counts=counts,
        source=evaluation.source_name,
        source_sha256=evaluation.source_sha256,
        filter=evaluation.filter,
        extracted_on=evaluation.extracted_on,
        row_total=evaluation.row_total,
        control_total=evaluation.control_total,
        control_source=evaluation.control_source,
        created_at=evaluation.handed_in_at or evaluation.created_at,
        finished_at=evaluation.finished_at,
        error=evaluation.error,
        replaced_by=later.label if later else "",
        data_use=usage_sentence(evaluation),
        of_record=of_record,
        options={**options_of(evaluation), "seed": evaluation.seed} if evaluation.result is not None else None,
        goals=tuple(snapshot["document"] for snapshot in evaluation.goals),
        result=evaluation.result,
    )


def goal_sections(version: Version, judged: list[Evaluation]) -> tuple[GoalSection, ...]:
    """Each goal as it judged, then agreed goals that nothing has judged yet."""
    sections: list[GoalSection] = []
    seen: set[str] = set()
    by_uid = {str(goal.uid): goal for goal in _goals(version)}
    for evaluation in judged:
        for snapshot in evaluation.goals:
            goal = by_uid[snapshot["uid"]]
            seen.add(snapshot["uid"])
            sections.append(_goal(goal, evaluation.label, before=bool(snapshot["agreed_before"])))
    waiting = [goal for uid, goal in by_uid.items() if uid not in seen and goal.status == GoalStatus.AGREED]
    return (*sections, *(_goal(goal, "", before=True) for goal in waiting))


def _goals(version: Version) -> list[Goal]:
    rows = Goal.objects.filter(model=version.model_id).select_related("proposed_by", "agreed_by")
    return list(rows.order_by("number"))


def _goal(goal: Goal, evaluation: str, *, before: bool) -> GoalSection:
    document: dict[str, Any] = goal.document
    return GoalSection(
        number=goal.label,
        key=document["id"],
        name=goal.name,
        metric=document["metric"],
        metric_in_words=metric_in_words(document["metric"]),
        by=tuple(document["by"]),
        limit=limit_label(document),
        view=document.get("view", ""),
        reason=document.get("why", ""),
        reference_reason=document.get("reference_reason", ""),
        agreement=Agreement(
            proposed_by=Person(name=str(goal.proposed_by)),
            approved_by=Person(name=str(goal.agreed_by)) if goal.agreed_by else None,
            on=_day(goal.agreed_at),
            entry=entry_number("goal.agreed", goal),
            before_results=before,
        ),
        evaluation=evaluation,
        document=document,
    )


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(moment) if moment else None
