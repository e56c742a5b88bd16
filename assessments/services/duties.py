"""Duties that follow from approved assessments, as tasks: opened, kept, given to people, settled."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, DutyTask
from evenhand.questionnaire.schema import Duty
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require

Status = DutyTask.Status
ENDED = (Status.DONE, Status.SET_ASIDE)


@transaction.atomic
def open_duties(*, assessment: Assessment, duties: tuple[Duty, ...], by: User | None) -> list[DutyTask]:
    """Open a task for each duty that follows from an approved assessment.

    What the assessment it replaces asked already keeps its person, date and state; what follows no longer lapses.
    """
    earlier = {task.duty_id: task for task in DutyTask.objects.filter(assessment__superseded_by=assessment)}
    own = {task.duty_id: task for task in assessment.duty_tasks.all()}
    tasks = [_open(assessment, duty, own.get(duty.id) or earlier.get(duty.id), by) for duty in duties]
    followed = {duty.id for duty in duties}
    for duty_id, task in {**earlier, **own}.items():
        if duty_id not in followed and task.status == Status.OPEN:
            _lapse(task, by)
    return tasks


@transaction.atomic
def change_duty(*, duty: DutyTask, by: User, owner: User | None, due_on: datetime.date | None) -> DutyTask:
    """Give an open duty to a person of the team, with the date by which it is to be done."""
    duty = _locked(duty)
    require(by, "duty.change", duty)
    if duty.status != Status.OPEN:
        raise ConflictError(f"This duty is {duty.get_status_display().lower()}; open it again before you change it.")
    if owner is not None and not owner.roles_in(duty.team):
        raise InvalidError(
            f"{owner} has no role in {duty.team.name}. Give one first.", fields={"owner": ["not in the team"]}
        )
    if (duty.owner, duty.due_on) != (owner, due_on):
        before = snapshot(duty)
        duty.owner, duty.due_on = owner, due_on
        duty.save(update_fields=["owner", "due_on"])
        publish("duty.changed", subject=duty, by=by, before=before)
    return duty


@transaction.atomic
def settle_duty(*, duty: DutyTask, by: User, status: str, note: str = "") -> DutyTask:
    """Say that a duty is done, that it does not apply and why, or that it is open again."""
    duty = _locked(duty)
    require(by, "duty.settle", duty)
    note = note.strip()
    if status not in (*ENDED, Status.OPEN):
        raise InvalidError("Choose done, set_aside or open.", fields={"status": ["unknown"]})
    if duty.status == Status.LAPSED:
        raise ConflictError("This duty follows no longer from an approved assessment, so there is nothing to settle.")
    if status != Status.DONE and not note:
        raise InvalidError("Say why: the reason goes on the record.", fields={"note": ["required"]})
    before = snapshot(duty)
    duty.status, duty.note = status, note
    duty.settled_at, duty.settled_by = (timezone.now(), by) if status in ENDED else (None, None)
    if snapshot(duty) != before:
        duty.save(update_fields=["status", "note", "settled_at", "settled_by"])
        publish("duty.settled", subject=duty, by=by, before=before)
    return duty


def _open(assessment: Assessment, duty: Duty, task: DutyTask | None, by: User | None) -> DutyTask:
    before = snapshot(task) if task else None
    task = task or DutyTask(
        team=assessment.team,
        system=assessment.system,
        framework_id=assessment.edition.framework_id,
        duty_id=duty.id,
        owner=assessment.system.owner if assessment.system else None,
    )
    if task.status == Status.LAPSED:
        task.status = Status.OPEN
    task.assessment = assessment
    for name, value in _words(duty).items():
        setattr(task, name, value)
    if before is None or snapshot(task) != before:
        task.save()
        publish("duty.changed" if before else "duty.opened", subject=task, by=by, before=before)
    return task


def _lapse(task: DutyTask, by: User | None) -> None:
    before = snapshot(task)
    task.status, task.settled_at = Status.LAPSED, timezone.now()
    task.save(update_fields=["status", "settled_at"])
    publish("duty.settled", subject=task, by=by, before=before)


def _words(duty: Duty) -> dict[str, Any]:
    return {
        "title": str(duty.title)[:300],
        "help": str(duty.help),
        "refs": list(duty.refs),
        "starts_on": datetime.date.fromisoformat(duty.starts_on) if duty.starts_on else None,
        "ends_on": datetime.date.fromisoformat(duty.ends_on) if duty.ends_on else None,
    }


def _locked(duty: DutyTask) -> DutyTask:
    rows = DutyTask.objects.select_related("team", "owner").select_for_update(of=("self",))
    found: DutyTask = rows.get(pk=duty.pk)
    return found
