"""The gallery in a real browser, under the real content policy: nothing serious from axe, no message, no overflow."""

import functools
import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.looks import gallery

AXE = gallery.ROOT / "node_modules/axe-core/axe.min.js"
VENDOR = gallery.ROOT / "config/static/vendor/tabler.min.css"
CHROMIUM = os.environ.get("EVENHAND_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
RUN_AXE = """;axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    .then(result => JSON.stringify(result.violations.filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => [found.id, found.nodes.map(node => node.target.join(" "))])))"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not AXE.exists() or not VENDOR.exists(), reason="assets are missing: python -m config.assets --development"
    ),
]


def policy() -> str:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the gallery, and answers what a form saves."""

    answers: ClassVar[list[tuple[int, dict[str, Any]]]] = []
    saved: ClassVar[list[str]] = []

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", policy())
        super().end_headers()

    def do_POST(self) -> None:
        self.saved.append(self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace"))
        status, answer = self.answers.pop(0) if self.answers else (200, {"saved_at": "09:52"})
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: a failing test shows the browser's messages instead."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("gallery")
    (folder / "static").symlink_to(gallery.ROOT / "config/static")
    for page in gallery.PAGES:
        (folder / f"{page}.html").write_text(gallery.render(page))
    (folder / "polled.html").write_text('<div id="job-1" role="status">Evaluation completed</div>')
    (folder / "polled-queued.html").write_text('<div id="job-2">Report queued</div>')
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


VIEWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("view", VIEWS)
def test_pages_are_accessible_quiet_and_fit(site: str, browser: Browser, view: str) -> None:
    context = browser.new_context(**VIEWS[view])
    for name in gallery.PAGES:
        page = context.new_page()
        messages = listen(page)
        page.goto(f"{site}/{name}.html")
        assert evaluate(page, AXE.read_text() + RUN_AXE) == "[]", name
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        assert messages == [], name
        page.close()
    context.close()


def listen(page: Page) -> list[str]:
    """Everything the browser complains about from now on."""
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    return messages


def evaluate(page: Page, expression: str) -> str:
    """Run a check from outside the page's own content policy, which forbids eval."""
    session = page.context.new_cdp_session(page)
    told = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    return str(told["result"]["value"])


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_slash_goes_to_the_search_but_not_while_writing(site: str, page: Page) -> None:
    page.goto(f"{site}/components.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.locator("#id_text").first.fill("")
    page.locator("#id_text").first.press("/")
    assert page.locator("#id_text").first.input_value() == "/"


def test_the_choice_of_dark_is_kept(site: str, page: Page) -> None:
    page.goto(f"{site}/home.html")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-theme-toggle]:visible").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_without_script_the_system_decides_and_the_menu_opens(site: str, browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{site}/home.html")
    page.locator("details.menu > summary").click()
    assert page.get_by_role("navigation", name="Menu").get_by_role("link", name="Reports").is_visible()
    pixel = page.screenshot(clip={"x": 5, "y": 300, "width": 1, "height": 1})
    context.close()
    assert pixel != _white_pixel(browser)


def _white_pixel(browser: Browser) -> bytes:
    page = browser.new_page()
    page.set_content("<body bgcolor='#f7f8fa'>")
    pixel = page.screenshot(clip={"x": 5, "y": 300, "width": 1, "height": 1})
    page.close()
    return pixel


def test_an_answer_is_saved_as_it_is_written(site: str, page: Page) -> None:
    page.goto(f"{site}/question.html")
    Handler.saved.clear()
    page.locator("#id_text").fill("Held before trial although they would not reoffend.")
    page.get_by_text("Saved at 09:52").wait_for()
    assert "Held before trial" in Handler.saved[-1]


def test_a_failed_save_says_so_keeps_the_text_and_tries_again(site: str, page: Page) -> None:
    page.clock.install()
    page.goto(f"{site}/question.html")
    Handler.answers[:] = [(503, {})]
    page.locator("#id_text").fill("Kept text")
    page.clock.run_for(1_000)
    page.get_by_text(
        "Not saved since 09:41. Your text stays on this page and is tried again every 10 seconds."
    ).wait_for()
    assert page.locator("#id_text").input_value() == "Kept text"
    page.clock.run_for(11_000)
    page.get_by_text("Saved at 09:52").wait_for()


def test_somebody_elses_answer_is_never_overwritten(site: str, page: Page) -> None:
    page.goto(f"{site}/question.html")
    Handler.answers[:] = [(409, {"message": "Jonas Weber changed this answer at 09:50.", "url": "/both"})]
    page.locator("#id_text").fill("Mine")
    page.get_by_text("Jonas Weber changed this answer at 09:50.").wait_for()
    assert page.get_by_role("link", name="Look at both").get_attribute("href") == "/both"


def test_the_reason_opens_when_a_question_does_not_apply(site: str, page: Page) -> None:
    page.goto(f"{site}/question.html")
    assert not page.locator("#id_reason").is_visible()
    page.get_by_text("This question does not apply").click()
    assert page.locator("#id_reason").is_visible()


def test_a_job_tells_its_state_by_itself_and_stops_asking_when_done(site: str, page: Page) -> None:
    messages = listen(page)
    page.goto(f"{site}/components.html")
    page.get_by_text("counting part 3 of 8").wait_for()
    page.get_by_text("Evaluation completed").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert asked == []
    assert messages == []


def test_a_refused_form_is_read_from_its_summary(site: str, page: Page) -> None:
    page.goto(f"{site}/components.html")
    assert page.evaluate("document.activeElement.textContent.includes('need a correction')")
