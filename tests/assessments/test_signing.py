"""Signing off: by somebody who wrote none of it, over exactly what was signed; the database holds the rule too."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessments import services
from assessments.models import AnswerAuthor, Assessment, SignOff
from governance import services as registry
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import Team, User
from tests.assessments.filling import signed


def insert_signoff(assessment: Assessment, person: User) -> None:
    """What a shell could try: straight into the table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessments_signoff (uid, created_at, function, decision, conditions, comment, signed_sha256,"
            " minutes, attestation, signed_at, assessment_id, person_id, step_id)"
            " VALUES (%s, now(), 'second line', 'approved', '', '', %s, '', '', now(), %s, %s, %s)",
            [uuid.uuid4(), "0" * 64, assessment.pk, person.pk, assessment.steps.latest("round").pk],
        )


def test_a_sign_off_says_who_what_and_over_what(submitted: Assessment, approver: User) -> None:
    signoff = services.sign_off(assessment=submitted, by=approver, function="model risk", comment="Read in full.")
    submitted.refresh_from_db()
    assert submitted.status == "approved"
    assert submitted.decided_at == signoff.signed_at
    assert (signoff.function, signoff.person, signoff.decision) == ("model risk", approver, "approved")
    assert signoff.signed_sha256 == submitted.answers_sha256 == services.content_sha256(submitted)
    assert abs(signoff.signed_at - timezone.now()) < timedelta(minutes=1)


def test_the_submitter_may_not_sign(submitted: Assessment, compliance: User, team: Team) -> None:
    registry.grant_role(team=team, user=compliance, role="approver", by=None)
    with pytest.raises(NotAllowedError, match="You submitted this assessment"):
        services.sign_off(assessment=submitted, by=compliance)


def test_an_author_may_not_sign_what_somebody_else_submitted(
    complete: Assessment, compliance: User, engineer: User, team: Team
) -> None:
    services.save_answer(assessment=complete, question_id="purpose", value="To rank people.", by=engineer)
    services.submit_assessment(assessment=complete, by=compliance)
    registry.grant_role(team=team, user=engineer, role="approver", by=None)
    with pytest.raises(NotAllowedError, match="You wrote part of this assessment"):
        services.sign_off(assessment=complete, by=engineer)
    with pytest.raises(NotAllowedError, match="You wrote part"):
        services.return_for_changes(assessment=complete, by=engineer, comment="Look again.")


def test_whoever_added_evidence_may_not_sign(
    complete: Assessment, compliance: User, engineer: User, team: Team
) -> None:
    services.add_evidence(assessment=complete, question_id="purpose", link="https://example.org/brief", by=engineer)
    services.submit_assessment(assessment=complete, by=compliance)
    registry.grant_role(team=team, user=engineer, role="approver", by=None)
    with pytest.raises(NotAllowedError, match="You wrote part"):
        services.sign_off(assessment=complete, by=engineer)


def test_an_earlier_submitter_may_not_sign_after_somebody_else_resubmitted(
    complete: Assessment, compliance: User, second_officer: User, team: Team
) -> None:
    services.submit_assessment(assessment=complete, by=second_officer)
    services.withdraw_assessment(assessment=complete, by=second_officer)
    services.submit_assessment(assessment=complete, by=compliance)
    registry.grant_role(team=team, user=second_officer, role="approver", by=None)
    with pytest.raises(NotAllowedError):
        services.sign_off(assessment=complete, by=second_officer)


def test_the_database_refuses_the_submitter_and_every_author(
    complete: Assessment, compliance: User, engineer: User, approver: User, second_officer: User
) -> None:
    services.save_answer(assessment=complete, question_id="purpose", value="To rank people.", by=engineer)
    services.submit_assessment(assessment=complete, by=second_officer)
    with pytest.raises(DatabaseError, match="submitter"):
        insert_signoff(complete, second_officer)
    for author in (compliance, engineer):
        with pytest.raises(DatabaseError, match="author"):
            insert_signoff(complete, author)
    insert_signoff(complete, approver)
    assert SignOff.objects.filter(assessment=complete, person=approver).exists()


def test_who_wrote_it_is_never_forgotten(complete: Assessment, compliance: User) -> None:
    rows = AnswerAuthor.objects.filter(assessment=complete, user=compliance)
    assert set(rows.values_list("act", flat=True)) == {"answered"}
    for attempt in (lambda: rows.delete(), lambda: rows.update(act="submitted")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE assessments_answerauthor")


def test_a_sign_off_and_an_edition_never_change(approved: Assessment) -> None:
    editions = type(approved.edition).objects.filter(pk=approved.edition_id)
    attempts: list[Callable[[], Any]] = [
        lambda: approved.signoffs.update(decision="returned", comment="No."),
        lambda: approved.signoffs.all().delete(),
        lambda: editions.update(document={}),
        lambda: editions.update(title="Other"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
            attempt()


def test_returning_needs_a_comment_and_lets_the_authors_correct(
    submitted: Assessment, compliance: User, approver: User
) -> None:
    with pytest.raises(InvalidError, match="Say what has to change"):
        services.return_for_changes(assessment=submitted, by=approver, comment="  ")
    services.return_for_changes(assessment=submitted, by=approver, comment="USE 1.1 is too short.")
    submitted.refresh_from_db()
    assert submitted.status == "returned"
    services.save_answer(assessment=submitted, question_id="purpose", value="To rank people on trial.", by=compliance)


def test_a_decision_is_stale_once_what_it_covers_changed(
    submitted: Assessment, compliance: User, approver: User
) -> None:
    returned = services.return_for_changes(assessment=submitted, by=approver, comment="Too short.")
    assert returned.signed_sha256 == services.content_sha256(submitted)
    services.save_answer(assessment=submitted, question_id="purpose", value="To rank people on trial.", by=compliance)
    assert returned.signed_sha256 != services.content_sha256(submitted)
    services.submit_assessment(assessment=submitted, by=compliance)
    second = services.sign_off(assessment=submitted, by=approver)
    stale = {part.decision: part.stale for part in services.assessment_for_report(submitted).sign_offs}
    assert stale == {"returned": "The answers or the evidence changed after this decision.", "approved": ""}
    assert second.signed_sha256 == services.content_sha256(submitted)


@pytest.mark.parametrize("change", ["evidence", "withdrawn", "not_applicable"])
def test_evidence_and_reasons_are_part_of_what_is_signed(complete: Assessment, compliance: User, change: str) -> None:
    link: dict[str, Any] = {"assessment": complete, "question_id": "purpose", "by": compliance}
    piece = services.add_evidence(link="https://example.org/a", **link)
    before = services.content_sha256(complete)
    if change == "evidence":
        services.add_evidence(link="https://example.org/b", **link)
    elif change == "withdrawn":
        services.withdraw_evidence(evidence=piece, by=compliance)
    else:
        services.mark_not_applicable(reason="No purpose.", **link)
    assert services.content_sha256(complete) != before


def test_a_comment_is_not_part_of_what_is_signed(submitted: Assessment, approver: User) -> None:
    before = services.content_sha256(submitted)
    services.add_comment(assessment=submitted, question_id="purpose", text="Good.", by=approver)
    assert services.content_sha256(submitted) == before


def test_signing_something_else_than_was_read_is_refused(submitted: Assessment, approver: User) -> None:
    with pytest.raises(ConflictError, match="not the one you read"):
        services.sign_off(assessment=submitted, by=approver, seen_sha256="f" * 64)


def test_answers_changed_behind_the_services_cannot_be_signed(submitted: Assessment, approver: User) -> None:
    Assessment.objects.filter(pk=submitted.pk).update(answers_sha256="f" * 64)
    with pytest.raises(ConflictError, match="not those that were handed in"):
        services.sign_off(assessment=submitted, by=approver)


def test_a_newer_approval_supersedes_the_older_one(approved: Assessment, compliance: User, approver: User) -> None:
    newer = services.start_assessment(edition=approved.edition, system=approved.system, by=compliance)
    signed(newer, author=compliance, signer=approver)
    approved.refresh_from_db()
    assert (approved.status, approved.superseded_by) == ("superseded", newer)
    with pytest.raises(NotAllowedError):
        services.sign_off(assessment=approved, by=approver)


def test_only_one_of_a_kind_is_under_way(draft: Assessment, compliance: User) -> None:
    with pytest.raises(ConflictError, match="under way already"):
        services.start_assessment(edition=draft.edition, system=draft.system, by=compliance)
