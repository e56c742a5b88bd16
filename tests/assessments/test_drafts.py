"""Frameworks a team writes itself: kept with their faults, published without any, seen by its own people."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments import services
from assessments.errors import FaultyFrameworkError
from assessments.models import FrameworkDraft, FrameworkEdition
from audits.models.records import Entry
from evenhand.questionnaire.shipped import shipped_text
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import System, Team, User

SMALL = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")
OURS = SMALL.replace("id: small-check", "id: house-check").replace("title: Small check", "title: House check")
FAULTY = OURS.replace("visible_if: automatic", "visible_if: automatc")


@pytest.fixture
def text_draft(team: Team, compliance: User) -> FrameworkDraft:
    return services.save_framework_draft(text=OURS, team=team, by=compliance)


def test_a_draft_is_kept_with_its_faults_and_named_by_its_title(team: Team, compliance: User) -> None:
    draft = services.save_framework_draft(text=FAULTY, team=team, by=compliance)
    assert (draft.title, draft.text, draft.revision) == ("House check", FAULTY, 1)
    assert [problem.line for problem in services.reading_of(FAULTY).problems] == [47]
    again = services.save_framework_draft(text="sections: [", draft=draft, revision=1, by=compliance)
    assert (again.title, again.text, again.revision) == ("House check", "sections: [", 2)
    untitled = services.save_framework_draft(text="", team=team, by=compliance)
    assert untitled.title == "Framework without a title yet"


def test_the_same_text_again_changes_nothing(text_draft: FrameworkDraft, compliance: User) -> None:
    n_entries = Entry.objects.count()
    assert services.save_framework_draft(text=OURS, draft=text_draft, revision=1, by=compliance).revision == 1
    assert Entry.objects.count() == n_entries


def test_a_save_on_an_older_text_is_refused_and_can_be_repeated(
    text_draft: FrameworkDraft, compliance: User, second_officer: User
) -> None:
    services.save_framework_draft(text=OURS + "\n# one", draft=text_draft, revision=1, by=second_officer)
    with pytest.raises(ConflictError, match="Second-Officer saved this draft"):
        services.save_framework_draft(text=OURS + "\n# two", draft=text_draft, revision=1, by=compliance)
    text_draft.refresh_from_db()
    assert text_draft.text.endswith("# one")
    services.save_framework_draft(text=OURS + "\n# two", draft=text_draft, revision=2, by=compliance)
    text_draft.refresh_from_db()
    assert text_draft.text.endswith("# two")


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: " + "x" * 2_000_000, "2,000,003 bytes"), ("a: 1\nb: \0", "Line 2 holds a character"), ("\ud800", "Line 1")],
)
def test_what_is_no_text_or_far_too_long_is_refused(team: Team, compliance: User, text: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        services.save_framework_draft(text=text, team=team, by=compliance)
    assert not FrameworkDraft.objects.exists()


def test_compliance_staff_and_administrators_write_frameworks(
    text_draft: FrameworkDraft, team: Team, engineer: User, auditor: User, stranger: User, admin: User
) -> None:
    for outsider in (engineer, auditor, stranger):
        with pytest.raises(NotAllowedError):
            services.save_framework_draft(text=OURS, team=team, by=outsider)
        with pytest.raises(NotAllowedError):
            services.publish_framework_draft(draft=text_draft, by=outsider)
        with pytest.raises(NotAllowedError):
            services.discard_framework_draft(draft=text_draft, by=outsider)
    assert services.publish_framework_draft(draft=text_draft, by=admin).team == team


def test_publishing_makes_an_edition_of_the_team_and_closes_the_draft(
    text_draft: FrameworkDraft, team: Team, compliance: User, stranger: User, auditor: User
) -> None:
    edition = services.publish_framework_draft(draft=text_draft, by=compliance, change_note="First one.")
    text_draft.refresh_from_db()
    assert (edition.team, edition.version, edition.change_note) == (team, "1", "First one.")
    assert text_draft.published_as == edition
    assert list(FrameworkEdition.objects.visible_to(auditor)) == [edition]
    assert not FrameworkEdition.objects.visible_to(stranger).exists()
    assert Entry.objects.filter(event="framework.published", team_uid=team.uid).count() == 1
    with pytest.raises(ConflictError, match="is published as House check 1"):
        services.save_framework_draft(text=OURS, draft=text_draft, by=compliance)


def test_a_text_with_faults_is_not_published_and_each_fault_has_its_line(team: Team, compliance: User) -> None:
    draft = services.save_framework_draft(text=FAULTY, team=team, by=compliance)
    with pytest.raises(FaultyFrameworkError, match="line 47") as caught:
        services.publish_framework_draft(draft=draft, by=compliance)
    assert caught.value.status == 422
    assert "line 47" in next(iter(caught.value.fields.values()))[0]
    assert not FrameworkEdition.objects.exists()


def test_ids_of_frameworks_that_come_with_evenhand_are_reserved(team: Team, compliance: User) -> None:
    with pytest.raises(ConflictError, match="The id screening belongs to a framework that your team did not write"):
        services.publish_team_framework(team=team, content=shipped_text("screening"), by=compliance)


def test_an_id_belongs_to_the_team_that_published_it_first(
    text_draft: FrameworkDraft, other_team: Team, compliance: User, stranger: User
) -> None:
    services.publish_framework_draft(draft=text_draft, by=compliance)
    newer = OURS.replace('version: "1"', 'version: "2"')
    with pytest.raises(ConflictError, match="benefits-house-check"):
        services.publish_team_framework(team=other_team, content=newer, by=stranger)
    assert services.publish_team_framework(team=text_draft.team, content=newer, by=compliance).version == "2"


def test_other_content_needs_a_new_version(text_draft: FrameworkDraft, compliance: User) -> None:
    services.publish_framework_draft(draft=text_draft, by=compliance)
    changed = OURS.replace("What is the system for?", "What is it for?")
    with pytest.raises(ConflictError, match="Give it a new version"):
        services.publish_team_framework(team=text_draft.team, content=changed, by=compliance)


def test_a_discarded_draft_leaves_and_cannot_be_changed(text_draft: FrameworkDraft, compliance: User) -> None:
    services.discard_framework_draft(draft=text_draft, by=compliance)
    text_draft.refresh_from_db()
    assert (text_draft.text, text_draft.discarded_at is None) == (OURS, False)
    with pytest.raises(ConflictError, match="was discarded"):
        services.save_framework_draft(text=OURS, draft=text_draft, by=compliance)


def test_another_teams_framework_cannot_be_answered(
    text_draft: FrameworkDraft, compliance: User, stranger: User, other_team: Team
) -> None:
    edition = services.publish_framework_draft(draft=text_draft, by=compliance)
    theirs = System.objects.create(team=other_team, slug="x", name="X", purpose="P")
    with pytest.raises(InvalidError, match="House check 1"):
        services.start_assessment(edition=edition, system=theirs, by=stranger)
