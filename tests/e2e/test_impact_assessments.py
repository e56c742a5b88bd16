"""Compliance staff in the browser: a classification with dated duties, and two people who disagree before they agree."""

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
    "exclusions": ["None of these"],
    "roles": ["Deployer"],
    "practices": ["None of these"],
    "annex_i_law": ["None of these"],
    "areas": ["Work"],
    "uses_work": ["Recruit"],
    "triggers": ["None of these"],
    "gpai_part": ["Nothing"],
    "personal_data": ["Yes"],
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
    address = start(page, "EU AI Act", system["name"])
    answer_pages(page, address, RECRUITMENT)
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.goto(f"{address}outcome/")
    expect(page.get_by_text("Annex III").first).to_be_visible()
    expect(page.get_by_text("4(a)").first).to_be_visible()
    expect(page.get_by_text("2 December 2027").first).to_be_visible()
    check_accessible(page)
    picture(page, "outcome")
