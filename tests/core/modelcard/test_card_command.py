"""``evenhand card`` as a script sees it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from evenhand.cli.card import register
from evenhand.cli.output import run
from evenhand.modelcard.sections import SECTIONS

Evenhand = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evenhand(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Evenhand:
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(app, arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_card_with_gaps_ends_with_1_and_names_them(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "card.md").write_text("## Intended use\nAdvice.\n")
    code, out, _ = evenhand("card", "check", "card.md")
    assert (code, "1 of 12 sections" in out, "empty: Training data." in out) == (1, True, True)


def test_a_full_card_ends_with_0(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text(json.dumps({section.id: "Said." for section in SECTIONS}))
    code, out, _ = evenhand("card", "check", "card.json", "--json", "-")
    assert (code, json.loads(out)["missing"]) == (0, [])


def test_a_broken_card_ends_with_2_and_its_line(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "card.md").write_text("---\ndetailz: x\n---\n")
    code, _, err = evenhand("card", "check", "card.md")
    assert (code, err.startswith("card.md, line 2: detailz:")) == (2, True)
    code, _, err = evenhand("card", "show", "nothing.md")
    assert (code, "cannot be read" in err) == (2, True)


def test_a_card_is_shown_as_markdown_or_json(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text("details: A score.\n")
    code, out, _ = evenhand("card", "show", "card.yaml")
    assert (code, "## Model details\n\nA score." in out) == (0, True)
    assert json.loads(evenhand("card", "show", "card.yaml", "--json", "-")[1]) == {
        "details": {"description": "A score."}
    }
