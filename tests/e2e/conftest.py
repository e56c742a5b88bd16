"""One installation with the demo for all journeys, and a Chromium to look at it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.process.runs import Run, clean_environment, running

expect.set_options(timeout=20_000)  # two cores may be busy with the other tests
ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all journeys: they share the installation."""
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("e2e"))


@dataclass(frozen=True)
class Installation:
    """A running Evenhand: its address, its folder, its people."""

    url: str
    home: Path
    accounts: dict[str, dict[str, str]]

    def api(self, role: str) -> httpx.Client:
        token = self.accounts[role]["token"]
        return httpx.Client(base_url=f"{self.url}/api/v1/", headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def evenhand(self, role: str, *arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        """Run the installed command line as this person's CI would."""
        environment = clean_environment(EVENHAND_URL=self.url, EVENHAND_TOKEN=self.accounts[role]["token"])
        return subprocess.run(
            [sys.executable, "-m", "evenhand", *arguments],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=clean_environment(EVENHAND_HOME=str(self.home)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="evh-e2e-"))
    folder.chmod(0o755)
    home = folder / "var"
    try:
        with running(home, EVENHAND_DEMO="1") as run:
            yield _installation(run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _installation(run: Run) -> Installation:
    accounts = json.loads((run.home / "demo-accounts.json").read_text())
    return Installation(f"http://127.0.0.1:{run.port}", run.home, accounts)


@pytest.fixture(scope="module")  # its event loop must be gone before other tests use the database
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def signed_in(installation: Installation, browser: Browser) -> Iterator[Callable[..., Page]]:
    """signed_in("compliance") is that person's browser, at the home page."""
    contexts = []

    def make(role: str, **options: Any) -> Page:
        context = browser.new_context(base_url=installation.url, viewport={"width": 1440, "height": 1000}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(installation.accounts[role]["email"])
        page.get_by_label("Password", exact=True).fill(installation.accounts[role]["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{installation.url}/")
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """picture(page, "home") keeps a screenshot where EVENHAND_PICTURES says; nothing otherwise."""
    folder = os.environ.get("EVENHAND_PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
