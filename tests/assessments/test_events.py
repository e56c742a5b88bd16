"""Every write is announced in its own transaction: one entry for each, with the state before and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from assessments import services
from assessments.apps import EVENTS
from assessments.models import Assessment, FrameworkEdition
from audits.models.records import Entry
from evenhand.questionnaire.shipped import shipped_ids
from governance import permissions
from governance.models import System, User

Since = Callable[[], list[str]]


@pytest.fixture
def since(request: pytest.FixtureRequest) -> Since:
    """The events published after the fixtures of the test were made."""
    last: list[Any] = []

    def names() -> list[str]:
        found = Entry.objects.order_by("id")
        if not last:
            last.append(found.last())
            return []
        return list(found.filter(id__gt=last[0].pk).values_list("event", flat=True))

    return names


def test_starting(signed_practice: Assessment, system: System, compliance: User, since: Since) -> None:
    since()
    services.start_assessment(edition=signed_practice.edition, system=system, by=compliance)
    assert since() == ["assessment.started", "answer.copied", "answer.copied"]


def test_writing(draft: Assessment, compliance: User, since: Since) -> None:
    since()
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    services.mark_not_applicable(assessment=draft, question_id="watched", reason="Nothing runs.", by=compliance)
    piece = services.add_evidence(assessment=draft, question_id="purpose", link="https://example.org", by=compliance)
    services.withdraw_evidence(evidence=piece, by=compliance)
    services.add_comment(assessment=draft, text="Good.", by=compliance)
    services.assign(assessment=draft, section_id="use_1", assignee=compliance, by=compliance)
    assert since() == [
        "answer.saved", "answer.saved", "evidence_item.added", "evidence_item.revised", "evidence.added",
        "evidence.withdrawn", "comment.written", "assessment.assigned",
    ]  # fmt: skip


def test_deciding(complete: Assessment, compliance: User, approver: User, since: Since) -> None:
    since()
    services.submit_assessment(assessment=complete, by=compliance)
    services.withdraw_assessment(assessment=complete, by=compliance)
    services.submit_assessment(assessment=complete, by=compliance)
    services.return_for_changes(assessment=complete, by=approver, comment="Too short.")
    services.submit_assessment(assessment=complete, by=compliance)
    services.sign_off(assessment=complete, by=approver)
    assert since() == [
        "assessment.submitted", "step.opened", "assessment.withdrawn",
        "assessment.submitted", "step.opened", "signoff.signed", "assessment.returned",
        "assessment.submitted", "step.opened", "signoff.signed", "step.completed", "assessment.approved",
    ]  # fmt: skip


def test_superseding(approved: Assessment, compliance: User, approver: User, since: Since) -> None:
    newer = services.start_assessment(edition=approved.edition, system=approved.system, by=compliance)
    since()
    from tests.assessments.filling import signed

    signed(newer, author=compliance, signer=approver)
    assert since()[-4:] == ["signoff.signed", "step.completed", "assessment.approved", "assessment.superseded"]


def test_a_refused_save_leaves_no_trace(draft: Assessment, auditor: User, since: Since) -> None:
    from governance.errors import NotAllowedError

    since()
    with pytest.raises(NotAllowedError):
        services.save_answer(assessment=draft, question_id="purpose", value="Mine.", by=auditor)
    assert since() == []


def test_every_event_name_is_published_somewhere() -> None:
    folder = Path(__file__).parents[2] / "assessments"
    source = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "apps.py")
    assert [name for name in EVENTS if f'"{name}"' not in source] == []


def test_every_action_is_in_the_table() -> None:
    from evenhand.questionnaire.workflow import TRANSITIONS

    assert {step.action for step in TRANSITIONS.values()} <= set(permissions.actions())


def test_loading_frameworks_twice_changes_nothing(db: None, since: Since) -> None:
    call_command("load_frameworks", verbosity=0)
    count = FrameworkEdition.objects.count()
    assert count == len(shipped_ids())
    assert FrameworkEdition.objects.filter(framework_id="nist-ai-rmf").exists()
    since()
    call_command("load_frameworks", verbosity=0)
    assert since() == []
