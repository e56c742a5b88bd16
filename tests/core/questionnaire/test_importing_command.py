"""``evenhand framework import`` as a script sees it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.cli import main

Evenhand = Callable[..., tuple[int, str, str]]
SURVEY = {
    "title": "Small form",
    "pages": [
        {
            "name": "one",
            "elements": [
                {"type": "radiogroup", "name": "a-RS", "choices": ["item1-3", "item2-0"]},
                {"type": "text", "name": "b", "visibleIf": "{a-RS} = 'item1-3'", "defaultValue": "x"},
            ],
        }
    ],
}


@pytest.fixture
def evenhand(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Evenhand:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "form.json").write_text(json.dumps(SURVEY), encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_result_passes_our_own_check_and_scores(evenhand: Evenhand, tmp_path: Path) -> None:
    rule = ("--points", "-([0-9]+)$", "--score", "RS=raw", "--id", "small", "--version", "2")
    code, out, err = evenhand("framework", "import", "form.json", "--from", "surveyjs", "-o", "small.yaml", *rule)
    assert (code, out) == (0, "small.yaml: small 2, 2 questions in 1 sections; 1 notes\n")
    assert err.startswith("note: form.json, line 1: pages.0.elements.1.defaultValue (b): 'defaultValue'")
    code, out, _ = evenhand("framework", "check", "small.yaml")
    assert (code, "small 2 is good: 2 questions" in out) == (0, True)
    (tmp_path / "answers.json").write_text('{"a-RS": "item1-3", "b": "yes"}', encoding="utf-8")
    code, out, _ = evenhand("score", "small.yaml", "answers.json", "--json", "-")
    assert json.loads(out)["scores"] == {"raw": {"value": 3, "max": 3}}


def test_without_a_file_the_framework_goes_to_standard_output(evenhand: Evenhand) -> None:
    code, out, _ = evenhand("framework", "import", "form.json", "--from", "surveyjs")
    assert (code, out.startswith("evenhand_framework: 1\n")) == (0, True)


def test_notes_as_json(evenhand: Evenhand) -> None:
    code, out, _ = evenhand("framework", "import", "form.json", "--from", "surveyjs", "-o", "small.yaml", "--json", "-")
    (note,) = json.loads(out)["notes"]
    assert (code, note["where"]) == (0, "pages.0.elements.1.defaultValue (b)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.json", "--from", "oscal"), "gone.json cannot be read"),
        (("form.json", "--from", "oscal"), "form.json is not an OSCAL catalog or profile"),
        (("form.json", "--from", "ciso-assistant"), "form.json is not a CISO Assistant library"),
        (("form.json", "--from", "word"), "'word' is not one of"),
        (("form.json", "--from", "surveyjs", "--id", "Not so"), "small letters, digits and hyphens"),
        (("form.json", "--from", "surveyjs", "--points", "x"), "needs a group"),
        (("form.json", "--from", "surveyjs", "--score", "RS=raw"), "need a points rule"),
        (("form.json", "--from", "oscal", "--points", "(x)"), "are for surveyjs"),
        (("form.json", "--from", "surveyjs", "--json", "-"), "not both"),
        (("form.json", "--from", "surveyjs", "-o", "no/such/folder.yaml"), "cannot be written"),
    ],
)
def test_what_is_refused_is_one_line_and_exit_2(evenhand: Evenhand, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = evenhand("framework", "import", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_file_of_50_megabytes_and_a_bomb_are_refused_at_once(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"a: " + b"x" * 50_000_000)
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    (tmp_path / "bomb.yaml").write_text(bomb, encoding="utf-8")
    for source in ("oscal", "surveyjs", "ciso-assistant"):
        code, _, err = evenhand("framework", "import", "big.yaml", "--from", source)
        assert (code, "at most 5,000,000 are read" in err) == (2, True)
        code, _, err = evenhand("framework", "import", "bomb.yaml", "--from", source)
        assert (code, "bomb.yaml, line 1: anchors" in err) == (2, True)
