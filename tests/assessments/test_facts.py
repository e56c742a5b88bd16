"""What the registry's pages learn: what waits for whom, what is due, panels, search."""

from __future__ import annotations

import datetime
from typing import Any

from assessments import facts, services
from assessments.models import Assessment
from governance.models import System, User


def verbs(user: User) -> list[tuple[str, str]]:
    return [(item.verb, item.system_name) for item in facts.waiting_for(user)]


def test_a_draft_waits_for_who_started_it(draft: Assessment, compliance: User, approver: User) -> None:
    assert verbs(compliance) == [("Continue", "Recidivism risk score")]
    assert verbs(approver) == []


def test_a_submitted_one_waits_for_those_who_may_sign(
    submitted: Assessment, compliance: User, approver: User, auditor: User, stranger: User
) -> None:
    assert verbs(approver) == [("Review", "Recidivism risk score")]
    assert [verbs(person) for person in (compliance, auditor, stranger)] == [[], [], []]


def test_a_returned_one_waits_for_its_authors_with_the_comment(
    submitted: Assessment, compliance: User, approver: User
) -> None:
    services.return_for_changes(assessment=submitted, by=approver, comment="Say which years.")
    (item,) = facts.waiting_for(compliance)
    assert (item.verb, item.detail) == ("Correct", "Returned by Approver: Say which years.")
    assert verbs(approver) == []


def test_what_is_due_comes_by_date(draft: Assessment, compliance: User, contributor: User) -> None:
    Assessment.objects.filter(pk=draft.pk).update(due_on=datetime.date(2026, 1, 31))
    part: dict[str, Any] = {"assessment": draft, "by": compliance, "assignee": contributor}
    services.assign(section_id="use_2", due_on=datetime.date(2025, 12, 1), **part)
    services.assign(section_id="use_1", due_on=datetime.date(2025, 12, 2), **part)
    found = facts.due_for(contributor)
    assert [item.due_on.isoformat() for item in found if item.due_on] == ["2025-12-01", "2025-12-02", "2026-01-31"]
    assert all(item.late for item in found)


def test_the_systems_page_and_the_search_see_them(
    draft: Assessment, system: System, compliance: User, stranger: User
) -> None:
    (panel,) = [each for each in facts.system_panels(system, compliance) if "assessments" in each.context]
    assert panel.context["assessments"] == [draft]
    assert [hit.url for hit in facts.search(compliance, "recidivism")] == [f"/assessments/{draft.uid}/"]
    assert facts.search(stranger, "recidivism") == []
