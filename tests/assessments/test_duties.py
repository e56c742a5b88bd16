"""Duties of an approved assessment are tasks: opened, given to people, settled, kept or lapsed by the next one."""

from __future__ import annotations

import datetime

import pytest

from assessments import services
from assessments.models import Assessment, DutyTask
from assessments.services.duties import change_duty, settle_duty
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import System, User
from tests.assessments.classifying import approved_with, published


@pytest.fixture
def approved(system: System, compliance: User, approver: User) -> Assessment:
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    return approved_with(started, author=compliance, signer=approver)


def duties(system: System) -> dict[str, DutyTask]:
    return {row.duty_id: row for row in DutyTask.objects.filter(system=system)}


def next_one(approved: Assessment, by: User, signer: User, **answers: object) -> Assessment:
    """The next assessment, every answer given anew."""
    again = services.start_assessment(edition=approved.edition, system=approved.system, by=by)
    services.confirm_answers(
        assessment=again, question_ids=["aim", "people", "domain", "oversight", "places", "log"], by=by
    )
    return approved_with(again, author=by, signer=signer, **answers)


def test_an_approval_opens_them_with_their_dates(approved: Assessment, system: System) -> None:
    found = duties(system)
    assert set(found) == {"tell", "file", "keep"}
    assert found["tell"].starts_on == datetime.date(2026, 8, 2)
    assert found["tell"].refs == ["law:26"]
    assert found["keep"].help == "For five years."
    assert {row.status for row in found.values()} == {"open"}


def test_a_duty_that_still_follows_keeps_its_person_and_state(
    approved: Assessment, system: System, compliance: User, approver: User, engineer: User
) -> None:
    change_duty(duty=duties(system)["keep"], owner=engineer, due_on=datetime.date(2026, 12, 1), by=compliance)
    settle_duty(duty=duties(system)["tell"], status="done", note="Letter sent.", by=compliance)
    again = next_one(approved, compliance, approver)
    found = duties(system)
    assert (found["keep"].owner, found["keep"].due_on) == (engineer, datetime.date(2026, 12, 1))
    assert (found["tell"].status, found["tell"].note) == ("done", "Letter sent.")
    assert {row.assessment for row in found.values()} == {again}
    assert DutyTask.objects.count() == 3


def test_one_that_follows_no_longer_lapses(
    approved: Assessment, system: System, compliance: User, approver: User
) -> None:
    settle_duty(duty=duties(system)["tell"], status="done", by=compliance)
    next_one(approved, compliance, approver, domain="leisure")
    found = duties(system)
    assert {name: row.status for name, row in found.items()} == {"tell": "done", "file": "lapsed", "keep": "open"}
    with pytest.raises(ConflictError, match="follows no longer"):
        settle_duty(duty=found["file"], status="done", by=compliance)


def test_setting_aside_says_why_and_may_be_undone(approved: Assessment, system: System, compliance: User) -> None:
    duty = duties(system)["file"]
    with pytest.raises(InvalidError, match="Say why"):
        settle_duty(duty=duty, status="set_aside", by=compliance)
    settle_duty(duty=duty, status="set_aside", note="Sold.", by=compliance)
    assert duties(system)["file"].settled_by == compliance
    with pytest.raises(ConflictError, match="open it again"):
        change_duty(duty=duty, owner=None, due_on=None, by=compliance)
    settle_duty(duty=duty, status="open", note="Bought back.", by=compliance)
    assert duties(system)["file"].settled_by is None


def test_its_owner_settles_it_and_nobody_else_without_a_role(
    approved: Assessment, system: System, compliance: User, contributor: User, auditor: User, stranger: User
) -> None:
    duty = duties(system)["tell"]
    with pytest.raises(NotAllowedError):
        settle_duty(duty=duty, status="done", by=auditor)
    with pytest.raises(InvalidError, match="has no role in"):
        change_duty(duty=duty, owner=stranger, due_on=None, by=compliance)
    change_duty(duty=duty, owner=contributor, due_on=None, by=compliance)
    assert settle_duty(duty=duty, status="done", by=contributor).status == "done"
