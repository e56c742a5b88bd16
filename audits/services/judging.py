"""Which goals judge an evaluation, and whether each was agreed before its data came in."""

from typing import Any

from django.db.models import Min

from audits.models import Evaluation, EvaluationStatus, Goal, GoalStatus
from audits.services.evaluation_rows import repeat_evaluation
from audits.services.owing import OVER
from audits.services.usage import data_sha256
from governance.models import User


def goals_for(evaluation: Evaluation) -> list[Goal]:
    """The agreed goals: of the plan, or without one those of the model whose groups were counted."""
    if evaluation.plan is not None:
        return list(evaluation.plan.goals.filter(status=GoalStatus.AGREED).order_by("number"))
    counted = set(evaluation.columns.get("groups", []))
    agreed = Goal.objects.filter(model=evaluation.version.model_id, status=GoalStatus.AGREED).order_by("number")
    return [goal for goal in agreed if counted.issuperset(goal.document.get("by", []))]


def common_reference(goals: list[Goal]) -> dict[str, str]:
    """The reference group the goals name, so that tables compare with the same; empty where goals differ."""
    found: dict[str, str] = {}
    for goal in goals:
        named = goal.document.get("reference")
        for column, level in named.items() if isinstance(named, dict) else ():
            if found.setdefault(column, level) != level:
                return {}
    return found


def goals_snapshot(evaluation: Evaluation, goals: list[Goal]) -> list[dict[str, Any]]:
    """The goals as they judge: with their digest, and marked when agreed after this data was first handed in."""
    first = first_handed_in(evaluation)
    return [
        {
            "uid": str(goal.uid),
            "number": goal.number,
            "name": goal.name,
            "sha256": goal.sha256,
            "document": goal.document,
            "agreed_at": goal.agreed_at.isoformat() if goal.agreed_at else None,
            "agreed_before": bool(goal.agreed_at and first and goal.agreed_at <= first),
        }
        for goal in goals
    ]


def first_handed_in(evaluation: Evaluation) -> Any:
    """When this data was first handed in for this model: handing it in once more does not make a goal older."""
    digest = data_sha256(evaluation)
    if not digest:
        return evaluation.handed_in_at
    same = Evaluation.objects.with_data(digest).filter(version__model=evaluation.version.model_id)
    earliest = same.aggregate(first=Min("handed_in_at"))["first"]
    return min((moment for moment in (earliest, evaluation.handed_in_at) if moment), default=None)


def judge_late_goal(*, goal: Goal, by: User) -> list[Evaluation]:
    """Judge again what was evaluated without this goal; the new verdicts say that the goal came after the data."""
    of_record = Evaluation.objects.of_record().filter(version__model=goal.model_id, counts__isnull=False)
    candidates = of_record.exclude(version__status__in=OVER).select_related("plan", "version__model__system")
    return [
        repeat_evaluation(evaluation=evaluation, by=by)
        for evaluation in candidates
        if goal in goals_for(evaluation) and not _has_judged(evaluation, goal)
    ]


def _has_judged(evaluation: Evaluation, goal: Goal) -> bool:
    # A queued repetition reads the goals when it runs, so it will see this one; a running one has read them.
    queued = evaluation.replacements.filter(status=EvaluationStatus.QUEUED)
    return queued.exists() or any(judged["uid"] == str(goal.uid) for judged in evaluation.goals)
