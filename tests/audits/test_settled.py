"""What was settled stays, whatever the code above the database does."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audits.models import Audit, Evaluation, Goal
from audits.services.audits import conclude_audit, open_audit
from audits.services.goals import agree_goal, propose_goal, retire_goal
from audits.services.handing_in import hand_in_counts
from governance.errors import ConflictError, NotAllowedError
from governance.models import Model, User, Version
from tests.audits.conftest import GOAL

Work = Callable[[Evaluation], Evaluation]


def refused(rows: Any, **changes: Any) -> None:
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows.update(**changes)


def test_a_goal_s_document_and_agreement_never_change(goal: Goal, engineer: User) -> None:
    rows = Goal.objects.filter(pk=goal.pk)
    refused(rows, document={**goal.document, "threshold": 0.5})
    refused(rows, name="Something milder")
    refused(rows, agreed_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    retired = retire_goal(goal=goal, reason="Another law.", by=goal.agreed_by or engineer)
    assert retired.status == "retired"


def test_nobody_agrees_their_own_goal(model: Model, compliance: User, approver: User, stranger: User) -> None:
    own = propose_goal(model=model, document=GOAL, by=compliance)
    for person in (compliance, stranger):
        with pytest.raises(NotAllowedError):
            agree_goal(goal=own, by=person)
    with pytest.raises(IntegrityError, match="goal_agreed_by_another"), transaction.atomic():
        Goal.objects.filter(pk=own.pk).update(agreed_by=compliance)
    assert agree_goal(goal=own, by=approver).status == "agreed"
    with pytest.raises(ConflictError, match="agreed already"):
        agree_goal(goal=own, by=approver)


def test_a_goal_of_the_same_name_waits_until_the_first_is_retired(goal: Goal, engineer: User, compliance: User) -> None:
    with pytest.raises(ConflictError, match="has a goal called"):
        propose_goal(model=goal.model, document=GOAL, by=engineer)
    retire_goal(goal=goal, reason="Too wide.", by=compliance)
    assert propose_goal(model=goal.model, document={**GOAL, "threshold": 0.02}, by=engineer).number == 2


def test_a_result_never_changes(version: Version, counts: dict[str, Any], engineer: User, work: Work) -> None:
    done = work(hand_in_counts(version=version, counts=counts, by=engineer))
    rows = Evaluation.objects.filter(pk=done.pk)
    refused(rows, result={"verdicts": []})
    refused(rows, counts_sha256="0" * 64)
    refused(rows, goals=[])


def test_a_concluded_audit_never_changes(version: Version, compliance: User) -> None:
    audit = open_audit(version=version, title="One", scope="All.", tested_on=datetime.date(2026, 1, 1), by=compliance)
    conclude_audit(audit=audit, conclusion="Good.", by=compliance)
    refused(Audit.objects.filter(pk=audit.pk), conclusion="Better.")
