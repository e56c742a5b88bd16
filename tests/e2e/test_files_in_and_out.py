"""Answers go out as a table and come back; an assessment from before is entered. Every page is checked by axe."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import check_accessible
from tests.e2e.choosing import start
from tests.e2e.conftest import Installation

Picture = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def system(installation: Installation) -> dict[str, Any]:
    with installation.api("compliance") as api:
        answer = api.post("systems", json={"name": "Parcel router", "purpose": "Chooses which depot a parcel goes to."})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def filled_in(path: Path, **answers: str) -> bytes:
    """The exported table with some answers written into it."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row["Answer"] = answers.get(row["Question"], row["Answer"])
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def test_answers_go_out_and_come_back(system: dict[str, Any], signed_in: Callable[..., Page], picture: Picture) -> None:
    page = signed_in("compliance")
    address = start(page, "Algorithmic Impact Assessment", system["name"])
    page.goto(address)
    check_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    table = filled_in(
        Path(download.value.path()), project_details_title="Parcel routing", project_details_phase="item1"
    )
    page.get_by_role("link", name="Import answers from a table").click()
    check_accessible(page)
    page.get_by_label("The filled-in table").set_input_files(
        {"name": "answers.csv", "mimeType": "text/csv", "buffer": table.replace(b"item1", b"item9")}
    )
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.get_by_text("'item9' is not one of the choices").first).to_be_visible()
    check_accessible(page)
    page.get_by_label("The filled-in table").set_input_files(
        {"name": "answers.csv", "mimeType": "text/csv", "buffer": table}
    )
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.get_by_text("Parcel routing").first).to_be_visible()
    check_accessible(page)
    picture(page, "import")
    page.get_by_role("button", name="Save 2 answers").click()
    expect(page.get_by_text("2 answers saved from answers.csv")).to_be_visible()


def test_an_assessment_from_before_is_entered(
    system: dict[str, Any], signed_in: Callable[..., Page], picture: Picture
) -> None:
    page = signed_in("compliance")
    page.goto("/assessments/")
    page.get_by_role("link", name="Enter an earlier one").click()
    check_accessible(page)
    page.get_by_label("What it was about").select_option(label=system["name"])
    page.get_by_label("Title").fill("Privacy review of 2022")
    page.get_by_label("Decided on").fill("2022-03-09")
    page.get_by_label("What came out").fill("Go, with a yearly review")
    page.get_by_label("The document").set_input_files(
        {"name": "review.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 an old review"}
    )
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_text("Entered afterwards.")).to_be_visible()
    check_accessible(page)
    picture(page, "earlier")
    page.get_by_role("link", name=system["name"]).first.click()
    expect(page.get_by_role("link", name="Privacy review of 2022")).to_be_visible()
