"""Every component renders, nothing is inline, and each file says which variables it expects."""

import re
from pathlib import Path

import pytest

from tests.looks import gallery, icons

TEMPLATES = gallery.ROOT / "config/templates"
PARTS = sorted([*TEMPLATES.glob("components/*.html"), *TEMPLATES.glob("layouts/*.html")])
SHOWN_ELSEWHERE = {  # by a page test or by the element templates of allauth
    "components/action.html",
    "components/account_tabs.html",
    "components/messages.html",
}


@pytest.mark.parametrize("page", gallery.PAGES)
def test_a_page_keeps_to_the_content_policy(page: str) -> None:
    html = gallery.render(page)
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert not re.search(r"<style|javascript:|<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize("page", gallery.PAGES)
def test_a_page_shows_no_template_syntax_and_no_unlabelled_field(page: str) -> None:
    html = gallery.render(page)
    assert not re.search(r"{%|%}|{#|#}|\bNone\b(?! prohibited)", html)
    ids = set(re.findall(r"<(?:input|select|textarea)(?![^>]*type=\"(?:hidden|search)\")[^>]*\sid=\"([^\"]+)\"", html))
    assert ids <= set(re.findall(r"<label[^>]* for=\"([^\"]+)\"", html))


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.name)
def test_a_part_begins_with_what_it_is_and_what_it_expects(path: Path) -> None:
    text = path.read_text()
    assert re.match(r"({#|{% comment %})", text), "begin with a comment"
    assert re.search(r"[Vv]ariables|No variables", text.split("#}")[0].split("{% endcomment %}")[0])


def test_every_part_is_in_the_gallery() -> None:
    shown = set().union(*(_parts_of(page) for page in gallery.PAGES))
    assert {str(path.relative_to(TEMPLATES)) for path in PARTS} - shown - SHOWN_ELSEWHERE == set()


def _parts_of(page: str) -> set[str]:
    """The templates a page includes, by their text, followed downwards."""
    start = Path(__file__).parent / f"templates/looks/{page}.html"
    seen: set[str] = set()
    todo = [start.read_text(), (TEMPLATES / "base.html").read_text(), (TEMPLATES / "base_bare.html").read_text()]
    while todo:
        for name in re.findall(r"{% include \"([^\"]+)\"", todo.pop()):
            if name not in seen:
                seen.add(name)
                todo.append((TEMPLATES / name).read_text())
    if re.search(r"{% field ", start.read_text()) or "components/form.html" in seen:
        seen |= {"components/field.html", "components/field_error.html"}
    return seen


def test_every_icon_is_kept_when_the_sprites_are_cut() -> None:
    kept = icons.kept()
    missing = {name: where for name, where in icons.used().items() if name not in kept}
    assert missing == {}, "add them to config/static/icons.txt and run python -m config.assets"


def test_no_template_of_any_app_carries_inline_style_or_script() -> None:
    for app in icons.APPS:
        for path in (icons.ROOT / app).rglob("templates/**/*.html"):
            if "reports" in path.relative_to(icons.ROOT / app / "templates").parts:
                continue  # the PDF is no web page; WeasyPrint reads it
            text = path.read_text()
            assert not re.search(r"<[a-z][^>]*\sstyle=\"", text), path
            assert not re.search(r"<[a-z][^>]*\son(click|load|change|submit)=", text), path
