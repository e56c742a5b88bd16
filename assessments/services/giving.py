"""How each kind of open task goes to another person: through the service of its own noun, so that its rules hold.

Each answers with nothing, or with the sentence that says why the task is left without anybody.
"""

from collections.abc import Callable

from django.db import transaction

from assessments.models import (
    Assignment,
    CampaignItem,
    DutyTask,
    EvidenceItem,
    Mitigation,
    Risk,
    SignOffStep,
    UseCondition,
)
from assessments.services.assigning import assign
from assessments.services.campaigns import give_item, may_settle
from assessments.services.delegating import assign_step
from assessments.services.duties import change_duty
from assessments.services.library import change_item
from assessments.services.risks import change_risk
from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import System, User
from governance.services import change_system

Giver = Callable[..., str]  # (row=, receiver=, by=)


def give_part(*, row: Assignment, receiver: User, by: User) -> str:
    assign(
        assessment=row.assessment,
        section_id=row.section_id,
        question_id=row.question_id,
        assignee=receiver,
        due_on=row.due_on,
        by=by,
        is_announced=False,
    )
    return ""


def give_step(*, row: SignOffStep, receiver: User, by: User) -> str:
    try:
        with transaction.atomic():
            assign_step(step=row, assignee=receiver, due_on=row.due_on, by=by)
    except InvalidError:
        assign_step(step=row, assignee=None, due_on=row.due_on, by=by)
        return (
            f"{receiver} cannot sign this as {row.function}: not an approver named for it, or had a hand in the "
            "assessment. It is left to everybody who may."
        )
    return ""


def give_risk(*, row: Risk, receiver: User, by: User) -> str:
    change_risk(risk=row, owner=receiver, by=by)
    return ""


def give_mitigation(*, row: Mitigation, receiver: User, by: User) -> str:
    """No rule of its own: whoever may give all of somebody's tasks may give this one."""
    row = (
        Mitigation.objects.select_related("risk__system__team", "owner").select_for_update(of=("self",)).get(pk=row.pk)
    )
    before = snapshot(row)
    row.owner = receiver
    row.save(update_fields=["owner"])
    publish("mitigation.changed", subject=row, by=by, before=before)
    return ""


def give_duty(*, row: DutyTask, receiver: User, by: User) -> str:
    change_duty(duty=row, owner=receiver, due_on=row.due_on, by=by)
    return ""


def give_condition(*, row: UseCondition, receiver: User, by: User) -> str:
    """Its words and its day stay as they were signed; only who sees to it changes."""
    rows = UseCondition.objects.select_related("assessment__team", "owner").select_for_update(of=("self",))
    row = rows.get(pk=row.pk)
    before = snapshot(row)
    row.owner = receiver
    row.save(update_fields=["owner"])
    publish("use_condition.changed", subject=row, by=by, before=before)
    return ""


def give_campaign_item(*, row: CampaignItem, receiver: User, by: User) -> str:
    if not may_settle(row.campaign, row.system, receiver):
        give_item(item=row, owner=None, by=by)
        return f"{receiver} cannot answer for a system. It is left to compliance staff."
    give_item(item=row, owner=receiver, by=by, is_announced=False)
    return ""


def give_system(*, row: System, receiver: User, by: User) -> str:
    change_system(system=row, owner=receiver, by=by)
    return ""


def give_evidence(*, row: EvidenceItem, receiver: User, by: User) -> str:
    change_item(item=row, title=row.title, description=row.description, owner=receiver, by=by)
    return ""
