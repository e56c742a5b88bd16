"""What axe-core says of a page: nothing serious, and on pages of assessments nothing moderate either."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("moderate", "serious", "critical")


def check_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA or of good practice that is at least moderate."""
    found = Axe().run(page, options={"runOnly": RULES})
    bad = [each for each in found.response["violations"] if each["impact"] in GRAVE]
    assert not bad, [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in bad]
