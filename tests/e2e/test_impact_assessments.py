"""Compliance staff in the browser: a classification with dated duties, and two people who agree in the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import check_accessible
from tests.e2e.choosing import answer_pages, start
from tests.e2e.conftest import Installation

RECRUITMENT = {
    "ai_system": ["Yes"],
    "eu_link": ["An organisation established"],
    "roles": ["Deployer"],
    "areas": ["Work"],
    "use_4": ["Recruiting"],
    "profiling": ["Yes"],
    "gpai_part": ["Nothing"],
    "personal_data": ["Yes"],
    "legacy": ["No, or we"],
    "deployer_kind": ["Another private"],
    "workplace": ["Yes"],
    "decides_about_people": ["Yes"],
}


@pytest.fixture(scope="module")
def system(installation: Installation) -> dict[str, Any]:
    """A system that sorts applications."""
    with installation.api("compliance") as api:
        answer = api.post("systems", json={"name": "Application sorter", "purpose": "Ranks applications for a job."})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_recruiter_is_high_risk_with_dated_duties(
    system: dict[str, Any], signed_in: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    page = signed_in("compliance")
    address = start(page, "EU AI Act: role", system["name"])
    answer_pages(page, address, RECRUITMENT)
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.goto(f"{address}outcome/")
    expect(page.get_by_text("High-risk (Annex III)").first).to_be_visible()
    expect(page.get_by_text("Annex III 4(a)").first).to_be_visible()
    duty = page.get_by_role("row").filter(has_text="Keep the logs")
    expect(duty.get_by_text("2 December 2027")).to_be_visible()
    check_accessible(page)
    picture(page, "outcome")


@pytest.fixture(scope="module")
def screened(installation: Installation) -> dict[str, Any]:
    """Another system, to be screened by two people."""
    with installation.api("compliance") as api:
        answer = api.post("systems", json={"name": "Letter sorter", "purpose": "Sorts incoming letters by topic."})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def decide(page: Page, address: str, decision: str, comment: str = "") -> None:
    page.goto(f"{address}review/")
    page.get_by_label(decision, exact=True).check()
    if comment:
        page.get_by_label("Comment").fill(comment)
    page.get_by_label("I have read the answers and the evidence").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url(address)


def test_two_people_return_correct_approve_and_assess_again(
    screened: dict[str, Any], signed_in: Callable[..., Page], picture: Callable[[Page, str], None]
) -> None:
    author, reviewer = signed_in("compliance"), signed_in("approver")
    address = start(author, "AI screening", screened["name"])
    first_page = answer_pages(author, address, {})[0]
    author.get_by_role("button", name="Hand in").click()
    expect(author.get_by_text("Handed in by Demo compliance")).to_be_visible()

    # the reviewer asks for one change, and returns it
    reviewer.goto(f"{address}review/")
    check_accessible(reviewer)
    picture(reviewer, "review")
    reviewer.get_by_text("Ask for a change").first.click()
    reviewer.get_by_label("What has to change here").first.fill("Name the letters it sees.")
    reviewer.get_by_label("Return for changes", exact=True).check()
    reviewer.get_by_label("Comment").fill("One answer is too general.")
    reviewer.get_by_label("I have read the answers and the evidence").check()
    reviewer.get_by_role("button", name="Sign", exact=True).click()
    reviewer.wait_for_url(address)

    # the author corrects it, says so, and hands it in again
    author.goto(f"{address}check/")
    expect(author.get_by_text("Name the letters it sees.").first).to_be_visible()
    author.goto(f"{address}questions/{first_page}/")
    author.locator("#ask textarea:visible").first.fill("Letters about benefits, which a person reads as well.")
    author.locator("button[value=next]").click()
    author.wait_for_load_state()
    author.goto(f"{address}check/")
    author.get_by_role("button", name=re.compile("^Settled")).click()
    author.goto(f"{address}check/")
    author.get_by_role("button", name="Hand in").click()
    expect(author.get_by_text("Handed in by Demo compliance")).to_be_visible()

    # the reviewer sees what changed, and approves
    reviewer.goto(f"{address}review/?only=changed")
    expect(reviewer.get_by_text("Letters about benefits, which a person reads as well.").first).to_be_visible()
    decide(reviewer, address, "Approve")
    expect(reviewer.get_by_text("approved").first).to_be_visible()

    # a new assessment starts from this one; its answers wait to be confirmed
    again = start(author, "AI screening", screened["name"])
    assert again != address
    author.goto(f"{again}questions/{first_page}/")
    expect(author.get_by_role("button", name="Confirm this answer").first).to_be_visible()
    check_accessible(author)
    picture(author, "carried")
    author.locator("#ask textarea:visible").first.fill(
        "Letters about benefits and taxes, which a person reads as well."
    )
    author.locator("button[value=next]").click()
    author.wait_for_load_state()
    author.goto(f"{again}compare/")
    expect(author.get_by_text("Letters about benefits and taxes, which a person reads as well.").first).to_be_visible()
    expect(author.get_by_text("Letters about benefits, which a person reads as well.").first).to_be_visible()
    check_accessible(author)
    picture(author, "compare")
