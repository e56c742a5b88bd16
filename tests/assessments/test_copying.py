"""The organisation answers once; a system's assessment copies its signed answers, and a newer one makes them stale."""

from __future__ import annotations

import pytest

from assessments import services
from assessments.models import Assessment, CopiedAnswer, FrameworkEdition
from governance.errors import InvalidError
from governance.models import System, Team, User
from tests.assessments.filling import signed


@pytest.fixture
def newer_practice(
    draft: Assessment, edition: FrameworkEdition, team: Team, compliance: User, approver: User
) -> Assessment:
    """The organisation thought again about one of its two answers, and had it signed."""
    newer = services.start_assessment(edition=edition, team=team, by=compliance)
    services.save_answer(assessment=newer, question_id="house_1_1", value="The new board.", by=compliance)
    services.save_answer(assessment=newer, question_id="house_1_2", value="yes", by=compliance)
    services.confirm_answers(assessment=newer, question_ids=["house_1_2"], by=compliance)
    services.submit_assessment(assessment=newer, by=compliance)
    services.sign_off(assessment=newer, by=approver)
    return newer


def texts(assessment: Assessment) -> dict[str, object]:
    return {copied.question_id: copied.content["value"] for copied in assessment.copied_answers.all()}


def test_starting_copies_what_is_signed(draft: Assessment, signed_practice: Assessment) -> None:
    assert set(texts(draft)) == {"house_1_1", "house_1_2"}
    assert {copied.source for copied in draft.copied_answers.all()} == {signed_practice}
    assert services.stale_copies(draft) == {}


def test_an_unsigned_assessment_is_never_copied(
    own_practice: Assessment, edition: FrameworkEdition, system: System, compliance: User
) -> None:
    services.save_answer(assessment=own_practice, question_id="house_1_1", value="Unsigned.", by=compliance)
    started = services.start_assessment(edition=edition, system=system, by=compliance)
    assert not started.copied_answers.exists()
    with pytest.raises(InvalidError, match="no signed assessment of its own"):
        services.take_over_answers(assessment=started, by=compliance)


def test_one_that_waits_gets_the_answers_once_they_are_signed(
    own_practice: Assessment, edition: FrameworkEdition, system: System, compliance: User, approver: User
) -> None:
    waiting = services.start_assessment(edition=edition, system=system, by=compliance)
    assert not waiting.copied_answers.exists()
    signed(own_practice, author=compliance, signer=approver)
    assert set(texts(waiting)) == {"house_1_1", "house_1_2"}
    assert not any(item.question == "" for item in services.missing_in(waiting))


def test_a_newer_signed_answer_makes_the_copy_stale_and_leaves_it(
    draft: Assessment, newer_practice: Assessment
) -> None:
    before = services.content_sha256(draft)
    assert services.stale_copies(draft) == {"house_1_1": newer_practice}
    assert texts(draft)["house_1_1"] == "What is done and what is missing."
    assert services.content_sha256(draft) == before


def test_taking_over_changes_only_what_differs(draft: Assessment, newer_practice: Assessment, compliance: User) -> None:
    untouched = CopiedAnswer.objects.get(assessment=draft, question_id="house_1_2").copied_at
    assert services.take_over_answers(assessment=draft, by=compliance) == 1
    assert texts(draft)["house_1_1"] == "The new board."
    assert CopiedAnswer.objects.get(assessment=draft, question_id="house_1_2").copied_at == untouched
    assert services.stale_copies(draft) == {}
    assert services.take_over_answers(assessment=draft, by=compliance) == 0


def test_a_signed_assessment_shows_staleness_but_keeps_what_was_signed(
    approved: Assessment, edition: FrameworkEdition, team: Team, compliance: User, approver: User
) -> None:
    newer = services.start_assessment(edition=edition, team=team, by=compliance)
    services.save_answer(assessment=newer, question_id="house_1_1", value="The new board.", by=compliance)
    services.save_answer(assessment=newer, question_id="house_1_2", value="yes", by=compliance)
    services.confirm_answers(assessment=newer, question_ids=["house_1_2"], by=compliance)
    services.submit_assessment(assessment=newer, by=compliance)
    services.sign_off(assessment=newer, by=approver)
    assert set(services.stale_copies(approved)) == {"house_1_1"}
    report = services.assessment_for_report(approved)
    assert [signoff.stale for signoff in report.sign_offs] == [""]
    copied = report.topics[0].questions[0]
    assert copied.parts[0].text == "What is done and what is missing."
    assert copied.note.startswith("Stale: the organisation signed a newer answer on ")


def test_another_teams_answers_are_never_copied(
    signed_practice: Assessment, edition: FrameworkEdition, other_team: Team, stranger: User
) -> None:
    from governance import services as registry

    theirs = registry.register_system(team=other_team, name="Theirs", purpose="Ranks.", by=stranger)
    started = services.start_assessment(edition=edition, system=theirs, by=stranger)
    assert not started.copied_answers.exists()
