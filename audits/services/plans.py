"""Plans: which goals and which data every version of a model owes an evaluation."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from audits.models import Goal, GoalStatus, Plan
from audits.querysets import next_number
from evenhand.errors import InputError
from evenhand.fairness.counts.columns import Filter
from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import DataSet, Model, User
from governance.permissions import require

COLUMN_ROLES = ("label", "prediction", "score", "positive", "decision", "unit", "weight")
OPTIONS = ("reference", "confidence", "order")


@transaction.atomic
def set_plan(
    *,
    model: Model,
    name: str,
    data_set: DataSet,
    columns: dict[str, Any],
    by: User,
    goals: Sequence[Goal] = (),
    filter: str = "",
    options: dict[str, Any] | None = None,
) -> Plan:
    """Set a plan of the model. The same plan again changes nothing; another of the name takes its place.

    What subscribes to `plan.set` creates the evaluations that registered versions owe under it.
    """
    model = Model.objects.select_for_update().get(pk=model.pk)
    require(by, "plan.set", model)
    columns, options = _checked_columns(columns), _checked_options(options or {})
    _check(model, name, data_set, filter)
    _check_goals(model, goals, columns["groups"])
    current = Plan.objects.filter(model=model, name=name, is_current=True).first()
    if current is not None:
        content = (data_set, columns, filter, options, {goal.pk for goal in goals})
        if content == (current.data_set, current.columns, current.filter, current.options, _keys(current)):
            return current
        before = snapshot(current)
        current.is_current = False
        current.save(update_fields=["is_current"])
        publish("plan.replaced", subject=current, by=by, before=before)
    plan = Plan.objects.create(
        model=model,
        number=next_number(Plan.objects.filter(model=model)),
        name=name,
        data_set=data_set,
        columns=columns,
        filter=filter,
        options=options,
        set_by=by,
    )
    plan.goals.set(goals)
    publish("plan.set", subject=plan, by=by, data={"goals": [str(goal.uid) for goal in goals]})
    return plan


def _keys(plan: Plan) -> set[int]:
    return set(plan.goals.values_list("pk", flat=True))


def _check(model: Model, name: str, data_set: DataSet, filter: str) -> None:
    if not name.strip():
        raise InvalidError("Give the plan a name.", fields={"name": ["required"]})
    if data_set.team_id != model.system.team_id:
        raise InvalidError("The data set belongs to another team.", fields={"data_set": ["another team's"]})
    if filter:
        try:
            Filter.parse(filter)
        except InputError as error:
            raise InvalidError(str(error), fields={"filter": ["not understood"]})


def _check_goals(model: Model, goals: Sequence[Goal], groups: list[str]) -> None:
    for goal in goals:
        if goal.model_id != model.pk or goal.status == GoalStatus.RETIRED:
            raise InvalidError(
                f"{goal.name} is no goal of {model.name}, or retired.",
                fields={"goals": [f"{goal.name} does not apply"]},
            )
        missing = [column for column in goal.document.get("by", []) if column not in groups]
        if missing:
            raise InvalidError(
                f"{goal.name} compares groups of {missing[0]}, which the plan does not count. Add it to its groups.",
                fields={"columns": [f"{missing[0]} is missing"]},
            )


def _checked_columns(columns: dict[str, Any]) -> dict[str, Any]:
    groups = columns.get("groups")
    if not isinstance(groups, list) or not groups or not all(isinstance(name, str) and name for name in groups):
        raise InvalidError("Name at least one group column.", fields={"columns": ["groups must name columns"]})
    unknown = sorted(set(columns) - {"groups", "features", *COLUMN_ROLES})
    if unknown:
        raise InvalidError(f"Unknown column role: {unknown[0]}.", fields={"columns": [f"unknown: {unknown[0]}"]})
    roles = {role: str(columns[role]) for role in COLUMN_ROLES if columns.get(role) not in (None, "")}
    if not {"label", "prediction", "score"}.intersection(roles):
        raise InvalidError(
            "Name a label, a prediction or a score column.", fields={"columns": ["label, prediction or score"]}
        )
    features = [str(name) for name in columns.get("features") or []]
    return {"groups": groups, **roles, **({"features": features} if features else {})}


def _checked_options(options: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise InvalidError(f"Unknown option: {unknown[0]}.", fields={"options": [f"unknown: {unknown[0]}"]})
    confidence = options.get("confidence", 0.95)
    if not isinstance(confidence, int | float) or not 0.5 <= confidence < 1:
        raise InvalidError("The confidence lies between 0.5 and 1.", fields={"options": ["confidence"]})
    return options
