"""Answers an assessment in the browser by the words on its pages: what is not named is answered in the plainest way."""

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page

TEXT = "As the team wrote it down in its file on this system."


def start(page: Page, framework: str, about: str) -> str:
    """Start an assessment from the form; its address."""
    page.goto("/assessments/start/")
    page.get_by_label("Framework").select_option(label=_option(page, framework))
    page.get_by_label("What is assessed").select_option(label=about)
    page.locator("main form").get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/assessments/[0-9a-f-]{36}/$"))
    return page.url


def _option(page: Page, framework: str) -> str:
    names = page.get_by_label("Framework").locator("option").all_inner_texts()
    return next(name for name in names if name.startswith(framework))


def answer_pages(page: Page, address: str, choices: Mapping[str, Sequence[str]]) -> list[str]:
    """Walk every page that is shown, from the first; the ids of the pages in the order they came."""
    page.goto(address)
    page.locator('main a[href*="/questions/"]').first.click()
    seen: list[str] = []
    while "/questions/" in page.url:
        page_id = page.url.rstrip("/").rsplit("/", 1)[-1]
        assert page_id not in seen, f"{page_id} comes twice"
        seen.append(page_id)
        answer_page(page, choices.get(page_id, ()))
        page.locator("button[value=next]").click()
        page.wait_for_load_state()
    return seen


def answer_page(page: Page, wanted: Sequence[str]) -> None:
    """Choose what is wanted, or else the last choice of each group; write something into every empty field."""
    form = page.locator("#ask")
    for words in wanted:
        form.get_by_label(re.compile(f"^{re.escape(words)}")).first.check()
    for group in form.locator("fieldset:has(> .opts input)").all():
        if group.locator("> .opts input:checked").count() == 0:
            group.locator("> .opts label").filter(has_not_text="Don't know yet").last.click()
    for field in form.locator("textarea, input.form-control").all():
        _fill(field)


def _fill(field: Locator) -> None:
    if field.is_visible() and not field.input_value():
        kind = field.get_attribute("type") or "text"
        field.fill({"number": "3", "date": "2026-11-02", "url": "https://example.org/file"}.get(kind, TEXT))
