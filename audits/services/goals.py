"""Fairness goals: proposed by one person, agreed by another, before the numbers are known."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from audits.models import Goal, GoalStatus
from audits.querysets import next_number
from audits.services.judging import judge_late_goal
from evenhand.errors import InputError
from evenhand.fairness import FairnessGoal
from evenhand.ledger.canonical import canonical_bytes, sha256_hex
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import Model, User
from governance.permissions import require


@transaction.atomic
def propose_goal(*, model: Model, document: dict[str, Any], by: User, name: str = "") -> Goal:
    """Propose a fairness goal. The document is checked and kept as the engine understands it."""
    require(by, "goal.propose", model)
    model = Model.objects.select_for_update().get(pk=model.pk)
    goal = _read(document, name)
    plain = goal.to_dict()
    there = Goal.objects.filter(model=model).exclude(status=GoalStatus.RETIRED)
    if there.filter(Q(name=goal.title) | Q(document__id=goal.id)).exists():
        raise ConflictError(
            f"{model.name} has a goal called {goal.title} already. Retire it first, or choose another name.",
            fields={"name": ["already in use"]},
        )
    proposed = Goal.objects.create(
        model=model,
        number=next_number(Goal.objects.filter(model=model)),
        name=goal.title,
        document=plain,
        sha256=sha256_hex(canonical_bytes(plain)),
        proposed_by=by,
    )
    publish("goal.proposed", subject=proposed, by=by, data={"sha256": proposed.sha256})
    return proposed


def _read(document: dict[str, Any], name: str) -> FairnessGoal:
    name = name or str(document.get("name") or document.get("id") or "")
    if not name.strip():
        raise InvalidError("Give the goal a name.", fields={"name": ["required"]})
    try:
        return FairnessGoal.from_dict({"id": slugify(name), **document, "name": name})
    except InputError as error:
        raise InvalidError(str(error), fields={"document": [error.field or "not a goal"]})


@transaction.atomic
def agree_goal(*, goal: Goal, by: User) -> Goal:
    """Agree a proposed goal. Its proposer may not. Evaluations handed in earlier are judged again, marked so."""
    goal = Goal.objects.select_for_update(of=("self",)).select_related("model__system__team").get(pk=goal.pk)
    require(by, "goal.agree", goal)
    if goal.status != GoalStatus.PROPOSED:
        raise ConflictError(f"{goal.name} is {goal.status} already.")
    before = snapshot(goal)
    goal.status, goal.agreed_by, goal.agreed_at = GoalStatus.AGREED, by, timezone.now()
    goal.save(update_fields=["status", "agreed_by", "agreed_at"])
    publish("goal.agreed", subject=goal, by=by, before=before, data={"sha256": goal.sha256})
    judge_late_goal(goal=goal, by=by)
    return goal


@transaction.atomic
def retire_goal(*, goal: Goal, reason: str, by: User) -> Goal:
    """Retire a goal: it judges nothing from now on; what it judged stays."""
    goal = Goal.objects.select_for_update(of=("self",)).select_related("model__system__team").get(pk=goal.pk)
    require(by, "goal.retire", goal)
    if not reason.strip():
        raise InvalidError("Say why the goal is retired.", fields={"reason": ["required"]})
    if goal.status == GoalStatus.RETIRED:
        return goal
    before = snapshot(goal)
    goal.status, goal.retired_reason = GoalStatus.RETIRED, reason.strip()
    goal.save(update_fields=["status", "retired_reason"])
    publish("goal.retired", subject=goal, by=by, before=before, data={"reason": goal.retired_reason})
    return goal
