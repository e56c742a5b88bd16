"""The main job, start to end, by three people: register, assess, evaluate, sign, report, check without the server."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.answering import answer_everything
from tests.e2e.conftest import Installation
from tests.e2e.slice_card import CARD, write_predictions

FIGURES = ("44.85", "23.45")
FIRST_QUESTION = 'main a[href*="/questions/"]'
SLOW = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engineer's working copy: a card and predictions."""
    made = tmp_path_factory.mktemp("ci")
    (made / "card.md").write_text(CARD)
    write_predictions(made / "predictions.csv")
    return made


@pytest.fixture(scope="module")
def registered(installation: Installation, folder: Path) -> dict[str, Any]:
    """Step 1: system, model, rule, plan and version by one command."""
    done = installation.evenhand("engineer", "register", "card.md", "--json", "-", folder=folder)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.fixture(scope="module")
def agreed(installation: Installation, registered: dict[str, Any]) -> str:
    """The goal is agreed by somebody else than its proposer, before any number is handed in."""
    with installation.api("compliance") as api:
        goal = api.get("goals", params={"model__uid": registered["model"]["uid"]}).json()["results"][0]
        answer = api.post(f"goals/{goal['uid']}/agree")
    assert answer.status_code == 200, answer.text
    return str(goal["uid"])


@pytest.fixture(scope="module")
def evaluated(installation: Installation, registered: dict[str, Any], agreed: str, folder: Path) -> dict[str, Any]:
    """Steps 2 and 3: counted at home, handed in, evaluated by a worker. Not met is exit code 1."""
    columns = ("--group", "race", "--label", "two_year_recid", "--prediction", "flagged")
    counted = installation.evenhand(
        "engineer", "count", "predictions.csv", *columns, "-o", "counts.json", folder=folder
    )
    assert counted.returncode == 0, counted.stderr
    to = ("--model", "bail-advice/scale", "--version", "2.1", "--control-total", "7214", "--json", "-")
    pushed = installation.evenhand("engineer", "push", "counts.json", *to, folder=folder)
    assert pushed.returncode == 1, pushed.stderr
    evaluation: dict[str, Any] = json.loads(pushed.stdout)
    return evaluation


def check_accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    serious = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious, [(each["id"], each["nodes"][0]["html"]) for each in serious]


def test_registering_owes_the_evaluation(registered: dict[str, Any], evaluated: dict[str, Any]) -> None:
    assert "version" in registered["created"]
    assert evaluated["is_extra"] is False
    assert evaluated["grade"] == "client"
    assert evaluated["source"]["row_total"] == evaluated["source"]["control_total"] == 7214


def test_the_same_card_again_changes_nothing(
    installation: Installation, registered: dict[str, Any], folder: Path
) -> None:
    again = installation.evenhand("engineer", "register", "card.md", "--json", "-", folder=folder)
    assert again.returncode == 0, again.stderr
    made = json.loads(again.stdout)
    assert (made["created"], made["version"]["uid"]) == ([], registered["version"]["uid"])


def test_the_published_figures_come_out(evaluated: dict[str, Any]) -> None:
    rates = {
        group["group"]["race"]: (
            round(100 * group["metrics"]["false_positive_rate"]["value"], 2),
            round(100 * group["metrics"]["false_negative_rate"]["value"], 2),
        )
        for group in evaluated["result"]["groups"]
        if group["group"]
    }
    assert rates["African-American"] == (44.85, 27.99)
    assert rates["Caucasian"] == (23.45, 47.72)
    assert evaluated["verdict"] == "not_met"


def test_the_version_page_says_so(
    signed_in: Callable[..., Page],
    registered: dict[str, Any],
    evaluated: dict[str, Any],
    picture: Callable[[Page, str], None],
) -> None:
    page = signed_in("engineer")
    page.goto(f"/versions/{registered['version']['uid']}/")
    expect(page.get_by_text("Equal false alarms: not met")).to_be_visible()
    page.get_by_text("Show as a table").first.click()
    for figure in FIGURES:
        expect(page.get_by_text(f"{figure}%").first).to_be_visible()
    check_accessible(page)
    picture(page, "version")


def test_the_fairness_page_follows_choices_with_and_without_script(
    signed_in: Callable[..., Page], evaluated: dict[str, Any], picture: Callable[[Page, str], None]
) -> None:
    page, said = signed_in("auditor"), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"/evaluations/{evaluated['uid']}/")
    page.get_by_role("link", name="Explore fairness").click()
    expect(page.get_by_role("heading", name="Why not every goal at once")).to_be_visible()
    page.get_by_label("Compared with").focus()
    page.get_by_label("Compared with").select_option("overall")
    expect(
        page.get_by_text("+12.5", exact=True)
    ).to_be_visible()  # 805 of 1,795 flagged wrongly, of everyone 1,282 of 3,963
    expect(page.get_by_label("Compared with")).to_be_focused()
    check_accessible(page)
    picture(page, "fairness")
    assert said == []
    plain = signed_in("auditor", java_script_enabled=False)
    plain.goto(f"/evaluations/{evaluated['uid']}/explore/")
    plain.get_by_label("Confidence").select_option("0.99")
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_text("Lines are 99% intervals")).to_be_visible()


def answered(page: Page, url: str) -> None:
    """Every question of an assessment, then hand in."""
    page.goto(url)
    page.locator(FIRST_QUESTION).first.click()
    answer_everything(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("submitted").first).to_be_visible()


def signed(page: Page, url: str) -> None:
    page.goto(f"{url}review/")
    page.get_by_label("Approve", exact=True).check()
    page.get_by_label("I have read the answers and the evidence").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("approved").first).to_be_visible()


def start_assessment(installation: Installation, system: str) -> str:
    """An assessment of the system, started by the API as CI would; it copies what the organisation signed."""
    with installation.api("compliance") as api:
        framework = api.get("frameworks", params={"framework_id": "nist-ai-rmf"}).json()["results"][0]
        answer = api.post("assessments", json={"framework": framework["uid"], "system": system})
    assert answer.status_code == 201, answer.text
    return f"/assessments/{answer.json()['uid']}/"


def organisation_assessment(installation: Installation) -> str:
    with installation.api("compliance") as api:
        found = [each for each in api.get("assessments").json()["results"] if each["system"] is None]
    return f"/assessments/{found[0]['uid']}/"


def test_compliance_assesses_and_the_approver_signs(
    installation: Installation,
    signed_in: Callable[..., Page],
    registered: dict[str, Any],
    evaluated: dict[str, Any],
    tmp_path: Path,
    picture: Callable[[Page, str], None],
) -> None:
    compliance, approver, auditor = signed_in("compliance"), signed_in("approver"), signed_in("auditor")
    own = organisation_assessment(installation)
    compliance.goto(own)
    check_accessible(compliance)
    picture(compliance, "task-list")
    answered(compliance, own)
    compliance.goto(f"{own}review/")
    expect(compliance.get_by_role("button", name="Sign", exact=True)).to_have_attribute("aria-disabled", "true")
    signed(approver, own)

    assessed = start_assessment(installation, registered["system"]["uid"])
    compliance.goto(assessed)
    compliance.locator(FIRST_QUESTION).first.click()
    check_accessible(compliance)
    picture(compliance, "question")
    answered(compliance, assessed)
    approver.goto(f"{assessed}review/")
    check_accessible(approver)
    picture(approver, "review")
    signed(approver, assessed)

    report = audit_and_report(compliance, registered, picture)
    take_it_home(installation, auditor, report, tmp_path, picture)


def audit_and_report(page: Page, registered: dict[str, Any], picture: Callable[[Page, str], None]) -> str:
    """Step 5: an audit with its conclusion, and its report from the worker."""
    page.goto(f"/systems/{registered['system']['uid']}/audits/new/")
    check_accessible(page)
    page.get_by_label("Title").fill("First audit of bail advice")
    page.get_by_label("Scope").fill("Whether false alarms fall evenly on groups by race.")
    page.get_by_label("Data used").fill("Broward County, two years, 7,214 people.")
    page.get_by_label("Population gaps").fill("Asian and Native American defendants are too few.")
    page.locator("main form button[type=submit]").click()
    page.get_by_label("Conclusion").fill("False alarms do not fall evenly. The score must not be used as it is.")
    page.get_by_label("Next audit").fill("2027-05-03")
    page.get_by_role("button", name="Conclude the audit").click()
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_text("Issued and signed")).to_be_visible(timeout=SLOW)
    check_accessible(page)
    picture(page, "report")
    return page.url


def take_it_home(
    installation: Installation, page: Page, report: str, folder: Path, picture: Callable[[Page, str], None]
) -> None:
    """Step 6: the auditor downloads the PDF and checks it without the server."""
    page.goto(report)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download PDF")).click()
    path = folder / "report.pdf"
    download.value.save_as(path)
    if "EVENHAND_PICTURES" in os.environ:
        shutil.copy(path, os.environ["EVENHAND_PICTURES"])

    checked = installation.evenhand("auditor", "verify", "report.pdf", folder=folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.startswith("signer: not confirmed, compare fingerprint")
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    for figure in (*FIGURES, "must not be used as it is", "GOVERN 1.1", "MANAGE 4.3"):
        assert figure in text, figure
    signature = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in signature

    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "changed.pdf").write_bytes(content)
    changed = installation.evenhand("auditor", "verify", "changed.pdf", folder=folder)
    assert changed.returncode in (1, 2)
    page.goto("/record/")
    check_accessible(page)
    picture(page, "record")


def test_a_stranger_sees_nothing_of_it(installation: Installation, registered: dict[str, Any]) -> None:
    """Somebody without a role in the team gets 404 for the rows, by page and API alike."""
    made = installation.manage(
        "shell",
        "-c",
        "from governance import services;from governance.models import *;"
        "t=services.create_team(slug='else',name='Else',by=None);"
        "u=services.create_person(email='x@else.example',name='X',password='correct horse battery',by=None);"
        "services.grant_role(team=t,user=u,role='admin',by=None);"
        "print(services.issue_token(user=u,team=t,name='t',scopes=['read'],by=u)[1])",
    )
    secret = made.stdout.split()[-1]

    headers = {"Authorization": f"Bearer {secret}"}
    for path in (f"versions/{registered['version']['uid']}", f"systems/{registered['system']['uid']}"):
        assert httpx.get(f"{installation.url}/api/v1/{path}", headers=headers).status_code == 404
    assert httpx.get(f"{installation.url}/api/v1/evaluations", headers=headers).json()["results"] == []


def test_the_ledger_verifies(installation: Installation, evaluated: dict[str, Any]) -> None:
    time.sleep(4)  # sealed within a few seconds of the last write
    done = installation.manage("verify_ledger")
    assert done.returncode == 0, done.stdout + done.stderr
