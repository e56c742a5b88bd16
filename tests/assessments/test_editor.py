"""The framework editor without script: faults beside their lines, nothing typed is lost, the form to try out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments import services
from assessments.models import Assessment, FrameworkDraft, FrameworkEdition
from evenhand.documents import read_document
from evenhand.questionnaire.parsing import load_framework, parse_framework
from governance.models import Team, User
from tests.assessments.test_drafts import FAULTY, OURS
from tests.assessments.test_upgrading import SECOND

ClientOf = Callable[[User], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def draft_row(team: Team, compliance: User) -> FrameworkDraft:
    return services.save_framework_draft(text=OURS, team=team, by=compliance)


def at(row: FrameworkDraft, page: str = "") -> str:
    return f"/framework-drafts/{row.uid}/{page}"


def test_starting_from_a_published_one_from_a_file_and_from_the_example(
    edition: FrameworkEdition, team: Team, compliance: User, client_of: ClientOf
) -> None:
    client = client_of(compliance)
    for form in (
        {"start_from": str(edition.uid)},
        {"file": SimpleUploadedFile("ours.yaml", OURS.encode())},
        {},
    ):
        made = client.post("/framework-drafts/new/", {"team": str(team.uid), **form})
        assert made.status_code == 302
    example, ours, copy = FrameworkDraft.objects.order_by("-id")
    assert (example.title, ours.text) == ("Our check", OURS)
    for row in (example, copy):
        assert services.reading_of(row.text).problems == ()
    assert read_document(copy.text, name="copy").value == edition.document
    assert all(row.title in html(client.get("/frameworks/")) for row in (example, ours, copy))


def test_faults_stand_under_their_lines_and_saving_works_with_them(
    draft_row: FrameworkDraft, compliance: User, client_of: ClientOf
) -> None:
    client = client_of(compliance)
    saved = client.post(at(draft_row), {"text": FAULTY.replace("\n", "\r\n"), "revision": "1", "go": "save"})
    assert saved.status_code == 302
    draft_row.refresh_from_db()
    assert draft_row.text == FAULTY
    page = html(client.get(at(draft_row)))
    assert 'class="faulty" id="line-47"' in page
    assert page.index("visible_if: automatc</code>") < page.index(
        "unknown id &#x27;automatc&#x27;", page.index("faulty")
    )
    assert 'href="#line-47"' in page
    for other in ("form", "publish"):
        assert client.get(at(draft_row, f"{other}/")).headers["Location"] == at(draft_row)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &x [1]\nb: [*x, *x]", 1, "anchors (&amp;name) are not allowed"),
        ("evenhand_framework: 1\nframework: {id: x\n", None, "is not valid YAML"),
        ("- " * 60 + "x", 1, "nested deeper"),
        ("a: 1\na: 2", 2, "is given twice"),
    ],
)
def test_yaml_bombs_and_broken_yaml_are_faults_with_their_line(
    draft_row: FrameworkDraft, compliance: User, client_of: ClientOf, text: str, line: int | None, said: str
) -> None:
    client = client_of(compliance)
    client.post(at(draft_row), {"text": text, "revision": "1"})
    page = html(client.get(at(draft_row)))
    assert said in page
    assert line is None or f'id="line-{line}"' in page


def test_a_file_of_50_mb_is_refused_and_the_typed_text_stays(
    draft_row: FrameworkDraft, compliance: User, client_of: ClientOf
) -> None:
    big = SimpleUploadedFile("big.yaml", b"a: " + b"x" * 50_000_000)
    page = client_of(compliance).post(at(draft_row), {"text": OURS + "# kept", "revision": "1", "file": big})
    assert (page.status_code, "50,000,003 bytes long" in html(page)) == (422, True)
    assert "# kept" in html(page)
    draft_row.refresh_from_db()
    assert draft_row.text == OURS


def test_a_file_that_is_no_text_names_its_line(
    draft_row: FrameworkDraft, compliance: User, client_of: ClientOf
) -> None:
    odd = SimpleUploadedFile("odd.yaml", b"a: 1\nb: \xff")
    page = client_of(compliance).post(at(draft_row), {"text": OURS, "revision": "1", "file": odd})
    assert (page.status_code, "odd.yaml, line 2: is not UTF-8 text" in html(page)) == (422, True)


def test_two_people_lose_nothing(
    draft_row: FrameworkDraft, compliance: User, second_officer: User, client_of: ClientOf
) -> None:
    client_of(second_officer).post(at(draft_row), {"text": OURS + "# theirs", "revision": "1"})
    client = client_of(compliance)
    page = client.post(at(draft_row), {"text": OURS + "# mine", "revision": "1"})
    assert page.status_code == 409
    assert all(text in html(page) for text in ("# theirs", "# mine", 'name="revision" value="2"'))
    assert client.post(at(draft_row), {"text": OURS + "# mine", "revision": "2"}).status_code == 302


def test_trying_it_out_computes_on_the_server_and_keeps_nothing(
    team: Team, compliance: User, client_of: ClientOf
) -> None:
    from evenhand.questionnaire.shipped import shipped_text

    row = services.save_framework_draft(text=shipped_text("screening"), team=team, by=compliance)
    client = client_of(compliance)
    empty = html(client.get(at(row, "form/")))
    assert "nothing yet" in empty
    form = {"a-method": "learned", "a-simpler-state": "would_do"}
    tried = html(client.post(at(row, "form/"), form))
    assert "Stop. AI is not needed" in tried
    assert '<input type="radio"' in tried
    wrong = html(client.post(at(row, "form/"), {"a-method": "magic"}))
    assert "is not one of the choices" in wrong
    row.refresh_from_db()
    assert (row.revision, Assessment.objects.count()) == (1, 0)


def test_a_published_edition_can_be_tried_out_too(
    edition: FrameworkEdition, compliance: User, stranger: User, client_of: ClientOf
) -> None:
    page = html(client_of(compliance).post(f"/frameworks/{edition.uid}/form/", {"a-automatic": "yes"}))
    assert "is-hidden" not in page
    assert "is-hidden" in html(client_of(stranger).get(f"/frameworks/{edition.uid}/form/"))


def test_publishing_says_what_changes_and_for_whom_and_then_does_it(
    draft_row: FrameworkDraft, compliance: User, client_of: ClientOf, engineer: User
) -> None:
    client = client_of(compliance)
    assert "The first edition of house-check" in html(client.get(at(draft_row, "publish/")))
    done = client.post(at(draft_row, "publish/"), {"change_note": "First."})
    edition = FrameworkEdition.objects.get(framework_id="house-check")
    assert done.headers["Location"] == f"/frameworks/{edition.uid}/"
    own = services.start_assessment(edition=edition, team=draft_row.team, by=compliance)
    newer = OURS.replace('version: "1"', 'version: "2"').replace("Is there a rule?", "Is there a written rule?")
    second = services.save_framework_draft(text=newer, team=draft_row.team, by=compliance)
    preview = html(client.get(at(second, "publish/")))
    assert "<del>Is there a rule?</del>" in preview
    assert own.title in preview
    client.post(at(second, "publish/"))
    latest = FrameworkEdition.objects.get(framework_id="house-check", version="2")
    changes = html(client_of(engineer).get(f"/frameworks/{latest.uid}/changes/"))
    assert f"/assessments/{own.uid}/upgrade/" in changes
    assert "Published as" in html(client.get(at(second)))


def test_a_refused_publication_says_why_and_keeps_the_draft(team: Team, compliance: User, client_of: ClientOf) -> None:
    text = OURS.replace("id: house-check", "id: screening")
    row = services.save_framework_draft(text=text, team=team, by=compliance)
    page = client_of(compliance).post(at(row, "publish/"), {"change_note": "Mine."})
    assert (page.status_code, "belongs to a framework that your team did not write" in html(page)) == (409, True)
    assert "Mine." in html(page)


def test_drafts_are_for_those_who_write_frameworks_of_the_team(
    draft_row: FrameworkDraft, compliance: User, engineer: User, stranger: User, client_of: ClientOf
) -> None:
    for page in ("", "form/", "publish/"):
        assert client_of(stranger).get(at(draft_row, page)).status_code == 404
        assert client_of(engineer).get(at(draft_row, page)).status_code == 403
    assert draft_row.title not in html(client_of(engineer).get("/frameworks/"))
    client_of(compliance).post(at(draft_row, "discard/"))
    draft_row.refresh_from_db()
    assert draft_row.discarded_at is not None


def test_an_edition_is_read_in_a_language_and_downloaded(compliance: User, client_of: ClientOf) -> None:
    edition = services.publish_edition(framework=load_framework("screening"), by=None)
    client = client_of(compliance)
    assert '<span lang="fr">Comment parvient-il' in html(client.get(f"/frameworks/{edition.uid}/form/?lang=fr"))
    page = html(client.get(f"/frameworks/{edition.uid}/"))
    assert '<h1><span lang="fr">Examen préalable' in page
    for kind in ("yaml", "json"):
        response = client.get(f"/frameworks/{edition.uid}/{kind}/")
        assert f'filename="screening-1.0.{kind}"' in response.headers["Content-Disposition"]
        assert parse_framework(response.content).id == "screening"


def test_moving_an_assessment_to_a_newer_edition_by_its_page(
    draft: Assessment, compliance: User, engineer: User, client_of: ClientOf
) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    path = f"/assessments/{draft.uid}/upgrade/"
    assert client_of(compliance).get(path).status_code == 302
    second = services.publish_edition(framework=parse_framework(SECOND), by=None)
    preview = html(client_of(compliance).get(path))
    assert "What is the system for, and for whom?" in preview
    assert 'aria-disabled="true"' in html(client_of(engineer).get(path))
    client_of(engineer).post(path, {"edition": str(second.uid)})
    draft.refresh_from_db()
    assert draft.edition.version == "1"
    client_of(compliance).post(path, {"edition": str(second.uid)})
    draft.refresh_from_db()
    assert draft.edition == second
