"""The pages without script: writing, errors that keep what was typed, conflicts, handing in, reviewing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments import services
from assessments.models import Answer, Assessment
from governance.models import System, User

ClientOf = Callable[[User], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


def test_starting_by_form(
    signed_practice: Assessment, system: System, compliance: User, engineer: User, client_of: ClientOf
) -> None:
    form = {
        "framework": signed_practice.edition.uid,
        "about": f"system:{system.uid}",
        "due_on": "2026-12-04",
    }
    started = client_of(compliance).post("/assessments/start/", form)
    assessment = Assessment.objects.get(system=system)
    assert started.headers["Location"] == f"/assessments/{assessment.uid}/"
    again = client_of(compliance).post("/assessments/start/", form)
    assert (again.status_code, "is under way already" in html(again)) == (409, True)
    refused = client_of(engineer).get("/assessments/start/")
    assert 'aria-disabled="true"' in html(refused)


def test_the_task_list_says_where_it_stands(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    services.save_answer(assessment=draft, question_id="in_place", dont_know=True, by=compliance)
    services.assign(assessment=draft, section_id="use_1", assignee=compliance, by=compliance)
    page = html(client_of(compliance).get(f"/assessments/{draft.uid}/"))
    for words in ("1 of 8", "questions are answered", "inherited", "1 of 3", "1 don&#x27;t know yet", "Compliance"):
        assert words in page.replace("</b>", "")
    assert f"/assessments/{draft.uid}/questions/in_place/" in page


def test_writing_page_by_page(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    client, at = client_of(compliance), f"/assessments/{draft.uid}/questions"
    saved = client.post(f"{at}/purpose/", {"a-purpose": "To rank.", "purpose-revision": "0", "go": "next"})
    assert saved.headers["Location"] == f"{at}/in_place/"
    client.post(f"{at}/in_place/", {"a-in_place": "partly"})
    shows_more = client.post(f"{at}/automatic/", {"a-automatic": "yes", "go": "next"})
    assert shows_more.headers["Location"] == f"{at}/why_automatic/"
    client.post(f"{at}/watched/", {"a-watched": ["drift", "complaints"]})
    row: dict[str, Any] = {"a-impacts-rows": "2", "a-impacts-0-what": "Held", "a-impacts-0-risk-likelihood": "rare"}
    stayed = client.post(f"{at}/impacts/", {**row, "a-impacts-1-what": "  ", "go": "stay"})
    assert stayed.headers["Location"] == f"{at}/impacts/"
    client.post(f"{at}/review/", {"a-reviewed_on": "2026-11-01", "a-reviewer": "Elena Moreau"})
    last = client.post(f"{at}/proof/", {"a-proof-cases": "12", "a-proof-page": "https://example.org"})
    assert last.headers["Location"] == f"/assessments/{draft.uid}/check/"
    values = dict(Answer.objects.filter(assessment=draft).values_list("question_id", "value"))
    assert values == {
        "purpose": "To rank.", "in_place": "partly", "automatic": True, "watched": ["drift", "complaints"],
        "impacts": [{"what": "Held", "risk": {"likelihood": "rare", "severity": None}}], "reviewed_on": "2026-11-01",
        "reviewer": "Elena Moreau", "proof": {"cases": 12, "page": "https://example.org"},
    }  # fmt: skip


def test_a_row_can_be_removed(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    rows = [{"what": "Held"}, {"what": "Freed"}]
    services.save_answer(assessment=draft, question_id="impacts", value=rows, by=compliance)
    form = {"a-impacts-rows": "3", "a-impacts-0-what": "Held", "a-impacts-0-remove": "1", "a-impacts-1-what": "Freed",
            "impacts-revision": "1"}  # fmt: skip
    client_of(compliance).post(f"/assessments/{draft.uid}/questions/impacts/", form)
    assert Answer.objects.get(assessment=draft).value == [{"what": "Freed"}]


def test_what_was_typed_is_kept_beside_the_error(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    form = {"a-proof-cases": "a dozen", "a-proof-page": "https://example.org/kept"}
    refused = client_of(compliance).post(f"/assessments/{draft.uid}/questions/proof/", form)
    page = html(refused)
    assert refused.status_code == 422
    assert 'role="alert"' in page
    assert "One thing needs a correction" in page
    assert '<a href="#a-proof-cases">Cases looked at: must be a number.</a>' in page
    assert 'id="a-proof-cases"' in page
    assert 'value="a dozen"' in page
    assert 'value="https://example.org/kept"' in page
    assert not draft.answers.exists()


def test_not_applicable_without_a_reason_keeps_the_tick(
    draft: Assessment, compliance: User, client_of: ClientOf
) -> None:
    at = f"/assessments/{draft.uid}/questions/purpose/"
    refused = client_of(compliance).post(at, {"a-purpose": "Kept.", "purpose-not_applicable": "on"})
    assert refused.status_code == 422
    assert "Kept." in html(refused)
    assert "checked" in html(refused)
    fine: dict[str, Any] = {"purpose-not_applicable": "on", "purpose-na_reason": "No aim."}
    assert client_of(compliance).post(at, fine).status_code == 302
    assert Answer.objects.get(assessment=draft).na_reason == "No aim."


def test_autosave_says_when(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    at = f"/assessments/{draft.uid}/questions/purpose/save/"
    client = client_of(compliance)
    saved = client.post(at, {"a-purpose": "To ra", "purpose-revision": "0"}).json()
    assert saved["fields"] == {"purpose-revision": "1"}
    assert len(saved["saved_at"]) == 5
    wrong = client.post(f"/assessments/{draft.uid}/questions/proof/save/", {"a-proof-cases": "-1"})
    assert (wrong.status_code, "at least 0" in wrong.json()["message"]) == (422, True)


def test_two_people_see_both_texts(draft: Assessment, compliance: User, engineer: User, client_of: ClientOf) -> None:
    at = f"/assessments/{draft.uid}/questions/purpose"
    client_of(compliance).post(f"{at}/", {"a-purpose": "Her text.", "purpose-revision": "0"})
    his = client_of(engineer)
    late = his.post(f"{at}/save/", {"a-purpose": "His text.", "purpose-revision": "0"})
    assert (late.status_code, late.json()["url"]) == (409, f"{at}/conflict/")
    page = html(his.get(f"{at}/conflict/"))
    assert "Her text." in page
    assert "His text." in page
    kept = his.post(f"{at}/conflict/", {"question": "purpose", "revision": "1", "keep": "mine"})
    assert kept.status_code == 302
    assert Answer.objects.get(assessment=draft).value == "His text."
    assert his.get(f"{at}/conflict/").headers["Location"] == f"{at}/"


def test_keeping_the_saved_text_lets_go_of_the_own(
    draft: Assessment, compliance: User, engineer: User, client_of: ClientOf
) -> None:
    at = f"/assessments/{draft.uid}/questions/purpose"
    client_of(compliance).post(f"{at}/", {"a-purpose": "Her text.", "purpose-revision": "0"})
    his = client_of(engineer)
    assert (
        his.post(f"{at}/", {"a-purpose": "His text.", "purpose-revision": "0"}).headers["Location"] == f"{at}/conflict/"
    )
    his.post(f"{at}/conflict/", {"question": "purpose", "revision": "1", "keep": "theirs"})
    assert Answer.objects.get(assessment=draft).value == "Her text."
    assert not draft.drafts.exists()


def test_evidence_and_comments_beside_a_question(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    client = client_of(compliance)
    upload: dict[str, Any] = {
        "file-purpose-file": SimpleUploadedFile("brief.pdf", b"%PDF-1.7"),
        "file-purpose-valid_until": "2020-01-01",
    }
    client.post(f"/assessments/{draft.uid}/evidence/purpose/", upload)
    client.post(f"/assessments/{draft.uid}/evidence/purpose/", {"link-purpose-link": "https://example.org/a"})
    client.post(f"/assessments/{draft.uid}/comments/purpose/", {"text": "Which years?", "for_report": "on"})
    page = html(client.get(f"/assessments/{draft.uid}/questions/purpose/"))
    for words in ("brief.pdf", "expired", "https://example.org/a", "Which years?"):
        assert words in page
    assert draft.comments.get().for_report is True
    piece = draft.evidence.get(file_name="brief.pdf")
    client.post(f"/evidence/{piece.uid}/withdraw/")
    assert f"/evidence/{piece.uid}/" not in html(client.get(f"/assessments/{draft.uid}/questions/purpose/"))
    assert client.get(f"/evidence/{piece.uid}/").getvalue() == b"%PDF-1.7"


def test_a_comment_that_cannot_be_kept_comes_back_as_typed(
    draft: Assessment, compliance: User, client_of: ClientOf
) -> None:
    at = f"/assessments/{draft.uid}/comments/purpose/"
    refused = client_of(compliance).post(at, {"text": "Which years? " * 1000, "for_report": "on"})
    page = html(refused)
    assert (refused.status_code, "Which years? Which years?" in page, "at most 10000 characters" in page) == (
        422,
        True,
        True,
    )
    assert "checked" in page.split('name="for_report"')[1][:80]
    assert not draft.comments.exists()


def test_handing_in_names_what_is_missing(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    refused = client_of(compliance).post(f"/assessments/{draft.uid}/check/")
    assert refused.status_code == 422
    assert "Not handed in" in html(refused)
    assert "USE 1.1 is not answered." in html(refused)
    assert f'href="/assessments/{draft.uid}/questions/purpose/"' in html(refused)


def test_handing_in_and_signing(complete: Assessment, compliance: User, approver: User, client_of: ClientOf) -> None:
    client_of(compliance).post(f"/assessments/{complete.uid}/check/")
    own = html(client_of(compliance).get(f"/assessments/{complete.uid}/review/"))
    assert 'aria-disabled="true"' in own
    signer, at = client_of(approver), f"/assessments/{complete.uid}/review/"
    complete.refresh_from_db()
    form = {"decision": "approved", "function": "second line", "seen_sha256": complete.answers_sha256}
    unread = signer.post(at, form)
    assert (unread.status_code, complete.signoffs.count()) == (422, 0)
    assert signer.post(at, {**form, "confirmed": "on"}).status_code == 302
    complete.refresh_from_db()
    assert complete.status == "approved"
    assert "Approved" in html(signer.get(f"/assessments/{complete.uid}/"))


def test_returning_with_a_comment(submitted: Assessment, compliance: User, approver: User, client_of: ClientOf) -> None:
    at = f"/assessments/{submitted.uid}/review/"
    said = {"decision": "returned", "confirmed": "on", "change-purpose": "Name the people."}
    silent = client_of(approver).post(at, said)
    assert silent.status_code == 422
    assert "Say what has to change." in html(silent)
    assert "Name the people.</textarea>" in html(silent)
    said["comment"] = "Say which years."
    assert client_of(approver).post(at, said).status_code == 302
    page = html(client_of(compliance).get(f"/assessments/{submitted.uid}/"))
    assert "Say which years." in page
    assert "It was returned" in page
    again = client_of(compliance).post(f"/assessments/{submitted.uid}/check/", follow=True)
    assert "a change was asked for and is not settled yet (USE 1.1)" in html(again)
    assert "Name the people." in html(client_of(compliance).get(f"/assessments/{submitted.uid}/check/"))


def test_the_submitter_sees_the_refusal_and_the_record_has_it(
    submitted: Assessment, compliance: User, client_of: ClientOf
) -> None:
    from audits.models.records import Entry

    form = {"decision": "approved", "confirmed": "on", "seen_sha256": services.content_sha256(submitted)}
    refused = client_of(compliance).post(f"/assessments/{submitted.uid}/review/", form, follow=True)
    assert "This needs an approver of the team." in html(refused)
    assert Entry.objects.filter(event="attempt.refused", subject_uid=submitted.uid).exists()
    assert not submitted.signoffs.exists()


@pytest.mark.parametrize("page", ["purpose", "in_place", "automatic", "impacts", "watched", "review", "proof"])
def test_an_auditor_reads_every_kind_of_question(
    page: str, complete: Assessment, auditor: User, client_of: ClientOf
) -> None:
    shown = client_of(auditor).get(f"/assessments/{complete.uid}/questions/{page}/")
    assert shown.status_code == 200
    assert "data-autosave=" not in html(shown)
    assert "Add a file" not in html(shown)


def test_a_hidden_question_has_no_page(complete: Assessment, compliance: User, client_of: ClientOf) -> None:
    at = f"/assessments/{complete.uid}/questions/why_automatic/"
    assert client_of(compliance).get(at).status_code == 200
    services.save_answer(assessment=complete, question_id="automatic", value=False, by=compliance)
    assert client_of(compliance).get(at).status_code == 404


def test_taking_over_by_button(complete: Assessment, compliance: User, client_of: ClientOf) -> None:
    page = client_of(compliance).get(f"/assessments/{complete.uid}/organisation/")
    assert "nothing newer is" in html(page)
    assert client_of(compliance).post(f"/assessments/{complete.uid}/organisation/").status_code == 302


def test_giving_sections_to_people(draft: Assessment, compliance: User, contributor: User, client_of: ClientOf) -> None:
    form = {"use_1-assignee": str(contributor.uid), "use_1-due_on": "2026-12-01"}
    assert client_of(compliance).post(f"/assessments/{draft.uid}/people/", form).status_code == 302
    part = draft.assignments.get()
    assert (part.section_id, part.assignee) == ("use_1", contributor)
    home = html(client_of(contributor).get("/"))
    assert f"/assessments/{draft.uid}/" in home


def test_a_question_page_needs_few_queries(
    complete: Assessment, compliance: User, client_of: ClientOf, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_of(compliance)
    at = f"/assessments/{complete.uid}/questions/purpose/"
    client.get(at)
    with django_assert_max_num_queries(12):
        client.get(at)


def test_the_next_question_is_one_that_the_person_may_answer(
    draft: Assessment, compliance: User, contributor: User, auditor: User, client_of: ClientOf
) -> None:
    at = f"/assessments/{draft.uid}/"
    assert "Continue: USE 1.1" in html(client_of(compliance).get(at))
    assert "Continue:" not in html(client_of(auditor).get(at))
    assert "Continue:" not in html(client_of(contributor).get(at))
    services.assign(assessment=draft, section_id="use_2", assignee=contributor, by=compliance)
    assert "Continue: USE 2.1" in html(client_of(contributor).get(at))


@pytest.mark.parametrize(
    ("page", "form", "anchor", "label"),
    [
        ("impacts", {"a-impacts-rows": "2", "a-impacts-0-what": "x", "a-impacts-1-what": "y" * 501},
         "a-impacts-1-what", "Harm"),
        ("impacts", {"a-impacts-rows": "1", "a-impacts-0-risk-likelihood": "often"},
         "a-impacts-0-risk-likelihood", "Likelihood"),
        ("purpose", {"purpose-not_applicable": "on"}, "id_purpose-na_reason", "Reason"),
        ("review", {"a-reviewed_on": "soon"}, "a-reviewed_on", "USE 2.3"),
    ],
)  # fmt: skip
def test_each_problem_links_to_its_control(
    page: str, form: dict[str, str], anchor: str, label: str, draft: Assessment, compliance: User, client_of: ClientOf
) -> None:
    shown = html(client_of(compliance).post(f"/assessments/{draft.uid}/questions/{page}/", form))
    assert f'<a href="#{anchor}">{label}: ' in shown
    assert f'id="{anchor}"' in shown
