"""The pages around an assessment: section, outcome, comparison, duties, risks, and the home page that leads there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from assessments import services
from assessments.models import Assessment, DutyTask, Risk
from governance import services as registry
from governance.models import System, User
from tests.assessments.classifying import approved_with, published

Browser = Callable[[User], Client]


@pytest.fixture
def last(system: System, compliance: User, approver: User) -> Assessment:
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    return approved_with(started, author=compliance, signer=approver)


@pytest.fixture
def again(last: Assessment, system: System, compliance: User) -> Assessment:
    return services.start_assessment(edition=last.edition, system=system, by=compliance)


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_a_carried_answer_is_confirmed_on_its_page(again: Assessment, compliance: User, client_of: Browser) -> None:
    browser, at = client_of(compliance), f"/assessments/{again.uid}/questions/aim/"
    text = page(browser, at)
    assert "Carried over from the assessment approved" in text
    assert "is-carried" in text
    done = browser.post(f"{at}confirm/", {"question": "aim", "revision": "1"}, follow=True)
    assert "Confirmed. You are its author now." in done.content.decode()
    assert "Not confirmed yet" not in page(browser, at)


def test_a_stale_confirmation_is_told_and_nothing_changes(
    again: Assessment, compliance: User, client_of: Browser
) -> None:
    done = client_of(compliance).post(
        f"/assessments/{again.uid}/questions/aim/confirm/", {"question": "aim", "revision": "9"}, follow=True
    )
    assert "Somebody changed this answer after you read it" in done.content.decode()
    assert again.look_agains.filter(question_id="aim", settled_at=None).exists()


def test_a_section_confirms_and_fills_at_once(
    again: Assessment, system: System, compliance: User, client_of: Browser
) -> None:
    browser, at = client_of(compliance), f"/assessments/{again.uid}/sections/use/"
    assert "Confirm 3 answers" in page(browser, at)
    assert "3 answers confirmed." in browser.post(at, {"do": "confirm"}, follow=True).content.decode()
    services.save_answer(assessment=again, question_id="aim", value=None, by=compliance)
    assert "Fill 1 answer from the registry" in page(browser, at)
    assert "1 answers filled from the registry" in browser.post(at, {"do": "fill"}, follow=True).content.decode()
    assert again.answers.get(question_id="aim").value == system.purpose
    page(browser, f"/assessments/{again.uid}/sections/nonsense/", 404)
    assert browser.post(at, {"do": "nonsense"}).status_code == 302


def test_an_offer_is_used_with_one_click(
    again: Assessment, system: System, compliance: User, client_of: Browser
) -> None:
    browser, at = client_of(compliance), f"/assessments/{again.uid}/questions/aim/"
    assert "Answered already in the registry" in page(browser, at)
    form = {"question": "aim", "path": "aim", "key": "system.purpose", "revision": "1"}
    assert "Taken over." in browser.post(f"{at}offer/", form, follow=True).content.decode()
    assert again.answers.get(question_id="aim").value == system.purpose


def test_a_contributor_without_the_part_gets_no_buttons_and_no_change(
    again: Assessment, contributor: User, client_of: Browser
) -> None:
    browser, at = client_of(contributor), f"/assessments/{again.uid}/questions/aim/"
    text = page(browser, at)
    assert "Confirm this answer" not in text
    assert "Use this answer" not in text
    browser.post(f"{at}confirm/", {"question": "aim"})
    assert again.answers.get(question_id="aim").revision == 1


def test_sections_say_who_is_waited_for(
    again: Assessment, compliance: User, contributor: User, client_of: Browser
) -> None:
    services.assign(assessment=again, section_id="care", assignee=contributor, by=compliance)
    text = page(client_of(compliance), f"/assessments/{again.uid}/")
    assert "needs review" in text  # everything that is answered in "The use" waits to be confirmed
    services.save_answer(assessment=again, question_id="oversight", value=None, by=compliance)
    assert "waiting for Contributor" in page(client_of(compliance), f"/assessments/{again.uid}/")
    assert "waiting for Contributor" not in page(client_of(contributor), f"/assessments/{again.uid}/")


def test_the_outcome_page_says_why(last: Assessment, compliance: User, client_of: Browser) -> None:
    text = page(client_of(compliance), f"/assessments/{last.uid}/outcome/")
    for words in ("Class: High risk", "C3: Hiring", "gives Low risk", "Tell the people it judges", "2 August 2027"):
        assert words in text, words


def test_a_follow_up_is_started_from_there(last: Assessment, compliance: User, client_of: Browser) -> None:
    second = published("second")
    browser = client_of(compliance)
    assert f"framework={second.uid}" in page(browser, f"/assessments/{last.uid}/outcome/")
    assert last.system is not None
    form = page(browser, f"/assessments/start/?framework={second.uid}&about=system:{last.system.uid}")
    assert 'name="evaluation"' in form
    services.start_assessment(edition=second, system=last.system, by=compliance)
    assert f"framework={second.uid}" not in page(browser, f"/assessments/{last.uid}/outcome/")


def test_starting_offers_profile_and_version(last: Assessment, compliance: User, client_of: Browser) -> None:
    browser = client_of(compliance)
    assert last.system is not None
    about = {"framework": str(last.edition.uid), "about": f"system:{last.system.uid}"}
    shown = browser.post("/assessments/start/", {**about, "go": "look"}).content.decode()
    assert "It starts from the assessment approved" in shown
    assert '<option value="full" selected>' in shown
    started = browser.post("/assessments/start/", {**about, "profile": "short"}, follow=True)
    assert "answers are carried over" in started.content.decode()
    assert Assessment.objects.get(based_on=last).profile == "short"


def test_what_it_is_about_changes_while_it_is_open(
    again: Assessment, last: Assessment, compliance: User, contributor: User, client_of: Browser
) -> None:
    browser, at = client_of(compliance), f"/assessments/{again.uid}/about/"
    assert '<option value="all" selected>' in page(browser, at)
    browser.post(at, {"title": "Yearly check", "due_on": "2026-12-31", "profile": "short"})
    again.refresh_from_db()
    assert (again.title, again.profile, str(again.due_on)) == ("Yearly check", "short", "2026-12-31")
    refused = browser.post(at, {"title": "x", "profile": "nonsense"})
    assert refused.status_code == 422
    client_of(contributor).post(at, {"title": "Mine"})
    browser.post(f"/assessments/{last.uid}/about/", {"title": "Mine"})
    again.refresh_from_db()
    last.refresh_from_db()
    assert (again.title, last.title) == ("Yearly check", "Class check")


def test_the_comparison_shows_both_texts(again: Assessment, compliance: User, client_of: Browser) -> None:
    services.save_answer(assessment=again, question_id="aim", value="Sells shoes.", by=compliance)
    text = page(client_of(compliance), f"/assessments/{again.uid}/compare/")
    assert "Sells shoes." in text
    assert "Sorts applications." in text


def test_a_changed_fact_stands_on_signed_answers_and_on_the_home_page(
    last: Assessment, system: System, engineer: User, compliance: User, client_of: Browser
) -> None:
    registry.change_system(system=system, purpose="Advises judges.", by=engineer)
    text = page(client_of(compliance), f"/assessments/{last.uid}/questions/aim/")
    assert "Now it is “Advises judges.”" in text
    assert "Start a re-assessment" in text
    assert "1 answer to look at again" in page(client_of(compliance), "/")
    assert "1 answer to look at again" not in page(client_of(engineer), "/")


def test_duties_are_listed_given_and_settled(last: Assessment, compliance: User, client_of: Browser) -> None:
    browser = client_of(compliance)
    assert "Tell the people it judges" in page(browser, "/duties/")
    assert "Tell the people it judges" not in page(browser, "/duties/?when=settled")
    duty = DutyTask.objects.get(duty_id="tell")
    at = f"/duties/{duty.uid}/"
    browser.post(at, {"do": "change", "duty-owner": str(compliance.uid), "duty-due_on": "2026-12-24"})
    assert "Duty, done by" in page(browser, "/")
    refused = browser.post(at, {"do": "settle", "settle-status": "set_aside", "settle-note": ""})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    browser.post(at, {"do": "settle", "settle-status": "done", "settle-note": "Letter sent."})
    assert "Letter sent." in page(browser, at)
    assert "Tell the people it judges" in page(browser, "/duties/?when=settled")


def test_a_risk_is_raised_from_an_answer_and_stands_in_the_register(
    last: Assessment, system: System, compliance: User, approver: User, client_of: Browser
) -> None:
    browser = client_of(compliance)
    link = f"/systems/{system.uid}/risks/new/?assessment={last.uid}&question=people"
    assert link.replace("&", "&amp;") in page(browser, f"/assessments/{last.uid}/questions/people/")
    form = {
        "title": "Women are passed over", "harm": "allocative", "falls_on": "Women", "likelihood_before": "4",
        "severity_before": "4", "likelihood_after": "", "severity_after": "",
    }  # fmt: skip
    missing = browser.post(link, {**form, "falls_on": ""})
    assert missing.status_code == 422
    assert "Women are passed over" in missing.content.decode()  # nothing typed is lost
    browser.post(link, form)
    risk = Risk.objects.get()
    assert (risk.assessment, risk.question_id) == (last, "people")
    register = page(browser, f"/systems/{system.uid}/risks/")
    assert "weight-high" in register
    assert "Women are passed over" in register
    at = f"/risks/{risk.uid}/"
    browser.post(at, {"do": "plan", "plan-text": "Leave names out."})
    assert "Leave names out." in page(browser, at)
    browser.post(f"/mitigations/{risk.mitigations.get().uid}/done/")
    client_of(approver).post(at, {"do": "move", "move-status": "accepted", "move-reason": "Small."})
    risk.refresh_from_db()
    assert (risk.status, risk.status_reason) == ("accepted", "Small.")


def test_the_systems_page_says_why_this_tier(
    last: Assessment, system: System, compliance: User, client_of: Browser
) -> None:
    text = page(client_of(compliance), f"/systems/{system.uid}/")
    assert "Class: High risk" in text
    assert "Tell the people it judges" in text


def test_strangers_see_none_of_it(last: Assessment, system: System, stranger: User, client_of: Browser) -> None:
    browser = client_of(stranger)
    duty = DutyTask.objects.first()
    assert duty is not None
    for path in (
        f"/assessments/{last.uid}/outcome/",
        f"/assessments/{last.uid}/compare/",
        f"/assessments/{last.uid}/sections/use/",
        f"/duties/{duty.uid}/",
        f"/systems/{system.uid}/risks/",
        f"/systems/{system.uid}/risks/new/",
    ):
        page(browser, path, 404)
    assert "Tell the people it judges" not in page(browser, "/duties/")


def test_a_question_page_takes_at_most_twelve_queries_with_everything_on_it(
    again: Assessment, compliance: User, client_of: Browser, system: System
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    second = services.start_assessment(edition=published("second"), system=system, by=compliance)
    services.save_answer(assessment=second, question_id="who", value="Applicants.", by=compliance)
    browser = client_of(compliance)
    for path in ("questions/people/", "questions/aim/", "sections/use/"):
        at = f"/assessments/{again.uid}/{path}"
        browser.get(at)
        with CaptureQueriesContext(connection) as queries:
            text = page(browser, at)
        assert "confirm" in text.lower()
        assert len(queries) <= 12, [query["sql"][:110] for query in queries]
