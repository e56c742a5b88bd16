"""Answers a whole assessment in the browser, one topic a page, as a person would: read, pick, type, next."""

from playwright.sync_api import Locator, Page

TEXT = "Written down in our handbook, reviewed each spring by the people named there."


def answer_everything(page: Page) -> int:
    """From the first question to the page that checks the answers; the number of pages answered."""
    answered = 0
    while "/questions/" in page.url:
        answer_page(page)
        page.locator("button[value=next]").click()
        page.wait_for_load_state()
        answered += 1
        assert answered < 100, "the questions never end"
    return answered


def answer_page(page: Page) -> None:
    form = page.locator("#ask")
    for group in form.locator("fieldset:has(input[type=radio])").all():
        if group.locator("input[type=radio]:checked").count() == 0:
            group.locator("input[type=radio]").first.check()
    for group in form.locator("fieldset:not(:has(input[type=radio])):has(> .opts input[type=checkbox])").all():
        group.locator("> .opts input[type=checkbox]").first.check()
    for field in form.locator("textarea, input.form-control").all():
        _fill(field)
    for choice in form.locator("select").all():
        if not choice.input_value() and choice.locator("option").count() > 1:
            choice.select_option(index=1)


def _fill(field: Locator) -> None:
    if not field.is_visible() or field.input_value():
        return
    kind = field.get_attribute("type") or "text"
    field.fill({"number": "3", "date": "2026-11-02", "url": "https://example.org/handbook"}.get(kind, TEXT))
