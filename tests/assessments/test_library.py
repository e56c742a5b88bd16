"""The evidence library: one item for the same bytes, revisions that change nothing attached, reuse, retiring."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from assessments import services
from assessments.models import Assessment, Evidence, EvidenceItem, EvidenceRevision
from assessments.services.library import newer_than, uses_of, with_newest
from audits import recorder
from evenhand.ledger.canonical import sha256_hex
from governance.errors import ConflictError, DomainError, InvalidError, NotAllowedError, TooLargeError
from governance.models import Notice, Team, User
from tests.threads import in_thread

NEXT_YEAR = datetime.date(2027, 11, 30)


def paper(text: str = "first", name: str = "policy.pdf") -> ContentFile[bytes]:
    return ContentFile(text.encode(), name=name)


def bytes_of(piece: Evidence) -> bytes:
    with piece.file.open("rb") as file:
        return bytes(file.read())


def kept_files() -> list[str]:
    folder = Path(settings.MEDIA_ROOT)
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


@pytest.fixture
def item(team: Team, compliance: User) -> EvidenceItem:
    return services.add_item(
        team=team, by=compliance, file=paper(), title="Data policy", valid_until=NEXT_YEAR, description="Signed."
    )


def test_what_is_added_to_an_answer_goes_into_the_library(draft: Assessment, compliance: User) -> None:
    piece = services.add_evidence(
        assessment=draft, question_id="purpose", file=paper(), title="Brief", valid_until=NEXT_YEAR, by=compliance
    )
    revision = EvidenceRevision.objects.get()
    assert piece.revision == revision
    assert (revision.number, revision.sha256, revision.size) == (1, sha256_hex(b"first"), 5)
    assert (revision.item.title, revision.item.owner, revision.valid_until) == ("Brief", compliance, NEXT_YEAR)
    assert kept_files() == ["policy.pdf"]  # the bytes are there once
    assert bytes_of(piece) == b"first"


def test_the_same_bytes_in_the_team_are_the_same_item(
    draft: Assessment, own_practice: Assessment, item: EvidenceItem, compliance: User
) -> None:
    first = services.add_evidence(assessment=draft, question_id="purpose", file=paper(name="other.pdf"), by=compliance)
    again = services.add_evidence(assessment=draft, question_id="purpose", file=paper(), by=compliance)
    second = services.add_evidence(assessment=draft, question_id="in_place", file=paper(), by=compliance)
    assert first == again
    assert EvidenceItem.objects.get() == item
    assert {first.title, second.title} == {"Data policy"}
    assert first.valid_until == NEXT_YEAR  # the library knows until when
    assert services.add_item(team=item.team, by=compliance, file=paper()) == item
    assert list(uses_of(item)) == [second, first]
    assert len(kept_files()) == 1


def test_another_team_has_a_library_of_its_own(item: EvidenceItem, other_team: Team, stranger: User) -> None:
    theirs = services.add_item(team=other_team, by=stranger, file=paper())
    assert theirs != item
    with pytest.raises(NotAllowedError):
        services.add_item(team=item.team, by=stranger, file=paper("x"))
    with pytest.raises(NotAllowedError):
        services.revise_item(item=item, by=stranger, file=paper("x"))


def test_a_link_is_an_item_too(draft: Assessment, compliance: User) -> None:
    link = "https://example.org/register"
    first = services.add_evidence(assessment=draft, question_id="purpose", link=link, by=compliance)
    second = services.add_evidence(assessment=draft, question_id="in_place", link=link, by=compliance)
    assert first.revision == second.revision
    assert EvidenceItem.objects.get().title == link


def test_several_pieces_for_one_answer(draft: Assessment, item: EvidenceItem, compliance: User) -> None:
    for text in ("a", "b"):
        services.add_evidence(assessment=draft, question_id="purpose", file=paper(text), by=compliance)
    services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=compliance)
    services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=compliance)
    assert draft.evidence.filter(question_id="purpose").count() == 3


def test_a_new_revision_changes_nothing_that_is_signed(
    complete: Assessment, item: EvidenceItem, compliance: User, approver: User
) -> None:
    piece = services.attach_from_library(assessment=complete, question_id="purpose", item=item, by=compliance)
    services.submit_assessment(assessment=complete, by=compliance)
    services.sign_off(assessment=complete, by=approver)
    complete.refresh_from_db()
    before = services.content_sha256(complete)
    services.revise_item(item=item, by=compliance, file=paper("second"), valid_until=NEXT_YEAR)
    piece.refresh_from_db()
    assert (piece.sha256, bytes_of(piece)) == (sha256_hex(b"first"), b"first")
    assert services.content_sha256(complete) == before
    assert not Notice.objects.filter(kind="evidence_newer").exists()
    with pytest.raises(DomainError):
        services.take_newest_revision(evidence=piece, by=compliance)


def test_open_assessments_are_told_of_a_newer_revision_and_can_take_it(
    draft: Assessment, item: EvidenceItem, compliance: User, engineer: User
) -> None:
    old = services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=engineer)
    newer = services.revise_item(
        item=item, by=engineer, file=paper("second"), valid_until=NEXT_YEAR, note="Section 4 is new."
    )
    (notice,) = Notice.objects.filter(kind="evidence_newer")
    assert (notice.user, notice.team) == (compliance, item.team)  # who revised it knows
    assert "Data policy" in notice.title
    assert newer_than(with_newest(Evidence.objects.all()).get(pk=old.pk)) == newer.number == 2
    new = services.take_newest_revision(evidence=old, by=engineer)
    old.refresh_from_db()
    assert old.withdrawn_at is not None
    assert (new.revision, new.sha256, new.title) == (newer, sha256_hex(b"second"), "Data policy")
    assert newer_than(with_newest(Evidence.objects.all()).get(pk=new.pk)) is None
    with pytest.raises(ConflictError, match="newest revision"):
        services.take_newest_revision(evidence=new, by=engineer)
    assert [entry.event for entry in recorder.history(old.uid)] == ["evidence.added", "evidence.withdrawn"]


def test_a_longer_date_on_the_same_bytes_is_a_revision(item: EvidenceItem, compliance: User) -> None:
    longer = datetime.date(2029, 1, 1)
    assert services.revise_item(item=item, by=compliance, file=paper(), valid_until=NEXT_YEAR).number == 1
    assert services.revise_item(item=item, by=compliance, file=paper(), valid_until=longer).number == 2
    assert item.revisions.count() == 2


def test_bytes_of_another_item_are_no_revision(item: EvidenceItem, team: Team, compliance: User) -> None:
    services.add_item(team=team, by=compliance, file=paper("other"), title="Other policy")
    with pytest.raises(ConflictError, match="as Other policy"):
        services.revise_item(item=item, by=compliance, file=paper("other"))


def test_a_retired_item_is_offered_no_longer(draft: Assessment, item: EvidenceItem, compliance: User) -> None:
    piece = services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=compliance)
    services.retire_item(item=item, by=compliance)
    item.refresh_from_db()
    for act in (
        lambda: services.attach_from_library(assessment=draft, question_id="in_place", item=item, by=compliance),
        lambda: services.add_evidence(assessment=draft, question_id="in_place", file=paper(), by=compliance),
        lambda: services.revise_item(item=item, by=compliance, file=paper("new")),
        lambda: services.retire_item(item=item, by=compliance),
    ):
        with pytest.raises(ConflictError, match="retired"):
            act()
    piece.refresh_from_db()
    assert piece.withdrawn_at is None
    services.bring_back_item(item=item, by=compliance)
    item.refresh_from_db()
    services.attach_from_library(assessment=draft, question_id="in_place", item=item, by=compliance)
    assert [entry.event for entry in recorder.history(item.uid)] == [
        "evidence_item.added", "evidence_item.retired", "evidence_item.changed",
    ]  # fmt: skip


def test_describing_an_item_anew(item: EvidenceItem, compliance: User, engineer: User, stranger: User) -> None:
    changed = services.change_item(item=item, by=compliance, title="Data policy 2026", owner=engineer)
    assert (changed.title, changed.owner) == ("Data policy 2026", engineer)
    with pytest.raises(InvalidError, match="no role"):
        services.change_item(item=item, by=compliance, title="x", owner=stranger)
    with pytest.raises(InvalidError, match="title"):
        services.change_item(item=item, by=compliance, title="  ")


def test_a_revision_is_never_changed_in_the_database(item: EvidenceItem) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        EvidenceRevision.objects.update(sha256="0" * 64)


@pytest.mark.parametrize(
    ("brought", "error"),
    [
        ({}, "a file or give a link"),
        ({"file": paper("x"), "link": "https://example.org"}, "one of the two"),
        ({"link": "javascript:alert(1)"}, "starts with https"),
        ({"link": "https://["}, "starts with https"),
        ({"file": paper("", "empty.pdf")}, "is empty"),
        ({"file": paper("x", "model.pkl")}, "pickle"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    brought: dict[str, Any], error: str, draft: Assessment, compliance: User
) -> None:
    with pytest.raises(InvalidError, match=error):
        services.add_evidence(assessment=draft, question_id="purpose", by=compliance, **brought)
    assert not EvidenceItem.objects.exists()
    assert kept_files() == []


def test_a_file_that_is_too_large_is_refused(draft: Assessment, compliance: User, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 3
    with pytest.raises(TooLargeError):
        services.add_evidence(assessment=draft, question_id="purpose", file=paper(), by=compliance)


def test_no_bytes_stay_behind_what_is_rolled_back(
    draft: Assessment, compliance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConflictError("The record cannot be written.")

    monkeypatch.setattr("assessments.services.evidence.note_author", refuse)
    with pytest.raises(ConflictError):
        services.add_evidence(assessment=draft, question_id="purpose", file=paper(), by=compliance)
    assert not EvidenceItem.objects.exists()
    assert kept_files() == []


def test_the_same_bytes_twice_at_once_are_one_item(committed_db: str, tmp_path: Path) -> None:
    from governance import services as registry

    team = registry.create_team(slug="t", name="T", by=None)
    user = registry.create_person(email="a@example.org", name="A", password=None, by=None)
    registry.grant_role(team=team, user=user, role="compliance", by=None)
    assert user.roles_in(team)  # read once, before the threads share it
    futures = [in_thread(lambda: services.add_item(team=team, by=user, file=paper()).pk, wait=False) for _ in range(4)]
    assert len({future.result(timeout=30) for future in futures}) == 1


def test_pieces_of_before_the_library_are_known_by_their_bytes(
    draft: Assessment, item: EvidenceItem, compliance: User
) -> None:
    old = Evidence.objects.create(
        assessment=draft, question_id="purpose", title="Old", file_name="p.pdf", sha256=sha256_hex(b"first"), size=5,
        added_by=compliance,
    )  # fmt: skip
    assert list(uses_of(item)) == [old]
    assert services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=compliance) == old
