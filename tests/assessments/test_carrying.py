"""A new assessment starts from the last approved one; carried answers wait until somebody confirms them."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from assessments import services
from assessments.errors import IncompleteAnswersError
from assessments.models import AnswerAuthor, Assessment, FrameworkEdition, Origin
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import System, Team, User
from tests.assessments.classifying import approved_with, published


@pytest.fixture
def first_edition(db: None) -> FrameworkEdition:
    return published("classify")


@pytest.fixture
def last(first_edition: FrameworkEdition, system: System, compliance: User, approver: User) -> Assessment:
    """Last year's assessment, approved, with a file as evidence."""
    started = services.start_assessment(edition=first_edition, system=system, by=compliance)
    proof = ContentFile(b"the brief", name="brief.txt")
    services.add_evidence(assessment=started, question_id="aim", file=proof, by=compliance)
    return approved_with(started, author=compliance, signer=approver)


@pytest.fixture
def again(last: Assessment, first_edition: FrameworkEdition, system: System, second_officer: User) -> Assessment:
    return services.start_assessment(edition=first_edition, system=system, by=second_officer)


def test_it_starts_from_the_last_approved_one(again: Assessment, last: Assessment) -> None:
    assert again.based_on == last
    carried = {answer.question_id: answer for answer in again.answers.all()}
    assert set(carried) == {"aim", "people", "domain", "oversight", "places", "log", "kept"}  # not "anew": never
    assert carried["aim"].value == "Sorts applications."
    assert carried["aim"].origin == Origin.CARRIED
    assert (carried["aim"].origin_source or {})["assessment"] == str(last.uid)


def test_carried_answers_stand_before_submission_until_confirmed(again: Assessment, second_officer: User) -> None:
    standing = services.standing_of(again)
    waiting = {item.question for item in standing.missing}
    assert waiting == {"aim", "people", "domain", "oversight", "places", "log"}
    assert all(row.state != "done" for row in standing.progress)
    with pytest.raises(IncompleteAnswersError):
        services.submit_assessment(assessment=again, by=second_officer)
    services.confirm_answers(assessment=again, question_ids=sorted(waiting), by=second_officer)
    assert services.missing_in(again) == ()
    assert services.submit_assessment(assessment=again, by=second_officer).status == "submitted"


def test_an_answer_to_be_kept_needs_no_confirming(again: Assessment) -> None:
    assert services.standing_of(again).state_of(again.framework.question("kept")) == "answered"


def test_who_confirms_is_the_author_and_who_wrote_it_before_is_not(
    again: Assessment, compliance: User, second_officer: User
) -> None:
    assert not again.authors.filter(user=second_officer).exists()
    services.confirm_answers(assessment=again, question_ids=["aim"], by=second_officer)
    confirmed = again.answers.get(question_id="aim")
    assert confirmed.answered_by == second_officer
    assert confirmed.origin == Origin.CARRIED
    assert confirmed.revision == 2
    authors = set(again.authors.filter(act=AnswerAuthor.Act.ANSWERED).values_list("user", flat=True))
    assert authors == {second_officer.pk, compliance.pk}  # compliance for "kept", which nobody has to confirm


def test_changing_a_carried_answer_settles_it_too(again: Assessment, second_officer: User) -> None:
    services.save_answer(assessment=again, question_id="aim", value="Sorts and ranks.", by=second_officer)
    saved = again.answers.get(question_id="aim")
    assert saved.origin == Origin.WRITTEN
    assert not again.look_agains.filter(question_id="aim", settled_at=None).exists()


def test_the_same_words_sent_again_confirm_nothing(again: Assessment, second_officer: User) -> None:
    services.save_answer(assessment=again, question_id="aim", value="Sorts applications.", by=second_officer)
    assert again.look_agains.filter(question_id="aim", settled_at=None).exists()


def test_confirming_twice_or_on_an_older_text_is_told(
    again: Assessment, second_officer: User, compliance: User
) -> None:
    services.save_answer(assessment=again, question_id="people", value="Applicants.", by=compliance)
    assert services.confirm_answers(assessment=again, question_ids=["people"], by=second_officer) == 0
    with pytest.raises(ConflictError, match="changed this answer"):
        services.confirm_answers(assessment=again, question_ids=["aim"], by=second_officer, revision=7)
    with pytest.raises(InvalidError, match="no answer to confirm"):
        services.confirm_answers(assessment=again, question_ids=["anew"], by=second_officer)


def test_a_contributor_confirms_only_what_is_theirs(again: Assessment, contributor: User, compliance: User) -> None:
    with pytest.raises(NotAllowedError):
        services.confirm_answers(assessment=again, question_ids=["aim"], by=contributor)
    services.assign(assessment=again, section_id="use", question_id="aim", assignee=contributor, by=compliance)
    assert services.confirm_answers(assessment=again, question_ids=["aim"], by=contributor) == 1


def test_evidence_is_carried_with_the_same_bytes(again: Assessment, last: Assessment) -> None:
    old, new = last.evidence.get(), again.evidence.get()
    assert (new.sha256, new.file_name, new.question_id) == (old.sha256, old.file_name, "aim")
    with new.file.open("rb") as kept:
        assert kept.read() == b"the brief"
    assert new.pk != old.pk


def test_it_carries_into_a_newer_edition_what_still_fits(last: Assessment, system: System, compliance: User) -> None:
    newer = published(
        "classify",
        ('version: "1"', 'version: "2"'),
        ("{id: hiring, label: Hiring, points: 6}", "{id: work, label: Work, points: 6}"),
        ("prompt: What is it for?", "prompt: What does it do?"),
    )
    again = services.start_assessment(edition=newer, system=system, by=compliance)
    carried = set(again.answers.values_list("question_id", flat=True))
    assert "domain" not in carried  # its choice is gone
    assert {"aim", "people", "log"} <= carried
    assert "reads differently" in again.look_agains.get(question_id="aim").reason
    assert "reads differently" not in again.look_agains.get(question_id="people").reason


def test_forms_that_repeat_start_anew_and_stand_beside_each_other(
    system: System, compliance: User, approver: User
) -> None:
    repeating = published("classify", ("  scope: system\nscores", "  scope: system\n  repeats: true\nscores"))
    first = services.start_assessment(edition=repeating, system=system, by=compliance)
    approved_with(first, author=compliance, signer=approver)
    second = services.start_assessment(edition=repeating, system=system, by=compliance)
    third = services.start_assessment(edition=repeating, system=system, by=compliance)
    assert second.based_on is None
    assert not second.answers.exists()
    assert third.status == "draft"
    approved_with(second, author=compliance, signer=approver)
    first.refresh_from_db()
    assert first.status == "approved"  # the second is about another event and replaces nothing


def test_only_one_may_be_open_otherwise(
    again: Assessment, first_edition: FrameworkEdition, system: System, compliance: User
) -> None:
    with pytest.raises(ConflictError, match="under way already"):
        services.start_assessment(edition=first_edition, system=system, by=compliance)


def test_the_profile_follows_the_tier_and_may_be_changed(
    last: Assessment, first_edition: FrameworkEdition, system: System, compliance: User
) -> None:
    system.refresh_from_db()
    assert system.tier == "high"
    started = services.start_assessment(edition=first_edition, system=system, by=compliance)
    assert started.profile == "full"
    services.change_assessment(assessment=started, by=compliance, profile="short")
    started.refresh_from_db()
    assert [section.id for section in started.framework.sections] == ["use"]
    assert started.answers.filter(question_id="log").exists()  # kept, not asked
    with pytest.raises(InvalidError, match="no profile nonsense; it has short, full"):
        services.change_assessment(assessment=started, by=compliance, profile="nonsense")


def test_another_systems_version_is_refused(
    first_edition: FrameworkEdition, system: System, team: Team, engineer: User, compliance: User
) -> None:
    from governance import services as registry

    other = registry.register_system(team=team, name="Other", purpose="Else.", by=engineer)
    model = registry.register_model(system=other, name="M", origin="own", by=engineer)
    version, _ = registry.register_version(model=model, name="1", by=engineer)
    with pytest.raises(InvalidError, match="is no version of"):
        services.start_assessment(edition=first_edition, system=system, version=version, by=compliance)
    assert not Assessment.objects.filter(system=system).exists()
