"""Evaluations attach themselves: each version owes one for every current plan, under the current rule."""

from collections.abc import Callable

from django.db.models import Q

from audits.models import Evaluation, EvaluationStatus, Plan
from audits.services.evaluation_rows import close_waiting, create_evaluation, queue_evaluation
from governance.events import Event, publish
from governance.models import DataSet, DecisionRule, Model, User, Version, VersionFile, VersionStatus

OVER = (VersionStatus.RETIRED, VersionStatus.REJECTED)
MODEL_SUFFIX = ".skops"


def follow(event: Event) -> None:
    """Called for every event, in its transaction: create what is owed, start what has its data here."""
    reaction = REACTIONS.get(event.name)
    if reaction is not None:
        reaction(event)


def owe(model: Model, *, by: User | None) -> list[Evaluation]:
    """Create the missing evaluations of a model's versions; those of replaced plans and rules are no longer owed."""
    rule = DecisionRule.objects.filter(model=model, is_current=True).first()
    plans = list(Plan.objects.filter(model=model, is_current=True).select_related("data_set"))
    _release(model, rule, by=by)
    if rule is None:
        return []
    versions = Version.objects.filter(model=model).exclude(status__in=OVER).order_by("created_at")
    owed = [evaluation for version in versions for evaluation in _owe_version(version, rule, plans, by=by)]
    for evaluation in owed:
        start_if_at_hand(evaluation)
    return owed


def _owe_version(version: Version, rule: DecisionRule, plans: list[Plan], *, by: User | None) -> list[Evaluation]:
    there = set(
        Evaluation.objects.filter(version=version, rule=rule, plan__in=plans, is_extra=False).values_list(
            "plan_id", flat=True
        )
    )
    owed = []
    for plan in plans:
        if plan.pk not in there:
            fields = {
                "columns": plan.columns,
                "filter": plan.filter,
                "options": plan.options,
                "data_set": plan.data_set,
            }
            evaluation = create_evaluation(version=version, rule=rule, plan=plan, **fields)
            publish("evaluation.owed", subject=evaluation, by=by)
            owed.append(evaluation)
    return owed


def _release(model: Model, rule: DecisionRule | None, *, by: User | None) -> None:
    waiting = Evaluation.objects.owed().filter(version__model=model, is_extra=False).select_related("rule", "plan")
    outdated = Q(plan__is_current=False) | (~Q(rule=rule) if rule else Q())
    for evaluation in waiting.filter(outdated):
        what = "plan" if evaluation.plan and not evaluation.plan.is_current else "decision rule"
        close_waiting(evaluation=evaluation, reason=f"No longer owed: the {what} was replaced.", by=by)


def model_file(version: Version) -> VersionFile | None:
    """The version's stored model file the worker can predict with, if there is exactly one."""
    here = VersionFile.objects.filter(version=version, name__iendswith=MODEL_SUFFIX).exclude(content="")
    return here.first() if here.count() == 1 else None


def start_if_at_hand(evaluation: Evaluation) -> bool:
    """Queue a waiting evaluation whose data and model file both lie here."""
    if evaluation.status != EvaluationStatus.WAITING or evaluation.data_set is None or not evaluation.data_set.content:
        return False
    if model_file(evaluation.version) is None:
        return False
    queue_evaluation(evaluation=evaluation, by=None, event="evaluation.started", before=None)
    return True


def _start_waiting(**which: Version | DataSet) -> None:
    waiting = Evaluation.objects.owed().filter(**which).select_related("version__model__system", "data_set")
    for evaluation in waiting.select_for_update(of=("self",)):
        start_if_at_hand(evaluation)


def _of_subject(event: Event) -> Model:
    model = event.subject.model  # type: ignore[attr-defined]  # version, plan and rule have a model
    assert isinstance(model, Model)
    return model


REACTIONS: dict[str, Callable[[Event], object]] = {
    "version.registered": lambda event: owe(_of_subject(event), by=event.by),
    "plan.set": lambda event: owe(_of_subject(event), by=event.by),
    "rule.set": lambda event: owe(_of_subject(event), by=event.by),
    "version_file.attached": lambda event: _start_waiting(version=event.subject.version),  # type: ignore[attr-defined]
    "dataset.filled": lambda event: _start_waiting(data_set=event.subject),  # type: ignore[arg-type]
}
