"""``evenhand score``, ``framework check`` and ``schema`` as a script sees them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.output import run
from evenhand.cli.questionnaire import register
from evenhand.cli.schemas import register as register_schemas
from tests.core.questionnaire.hiring import HIRING

Evenhand = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evenhand(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Evenhand:
    import typer

    (tmp_path / "hiring.yaml").write_text(HIRING, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    register(app)
    register_schemas(app)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(app, arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_scoring_a_file_prints_the_result_as_json(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text('{"phase": "live"}', encoding="utf-8")
    code, out, _ = evenhand("score", "hiring.yaml", "answers.json", "--json", "-")
    found = json.loads(out)
    assert (code, found["scores"]["risk"], found["outcomes"]) == (0, {"value": 4, "max": 7}, {"level": "medium"})
    assert found["missing"][0]["question"] == "harms"


def test_scoring_a_framework_we_ship_by_its_id(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text("{}", encoding="utf-8")
    code, out, _ = evenhand("score", "nist-ai-rmf", "answers.json", "--scope", "organisation", "--json", "-")
    assert code == 0
    assert len(json.loads(out)["missing"]) == 19


def test_a_broken_rule_or_a_failed_expression_is_not_good(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "rule.json").write_text('{"phase": "design", "automated": true}', encoding="utf-8")
    (tmp_path / "failed.json").write_text('{"phase": "design", "people": 0}', encoding="utf-8")
    code, out, _ = evenhand("score", "hiring.yaml", "rule.json")
    assert (code, "error: A design decides nothing." in out) == (1, True)
    code, out, _ = evenhand("score", "hiring.yaml", "failed.json")
    assert (code, "not computed: per_head" in out) == (1, True)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ('{"phase": "dead"}', "phase: 'dead' is not one of the choices"),
        ('{"nobody": 1}', "nobody: there is no such question"),
        ("[1]", "must be a JSON object"),
        ('{"answers": [1]}', "'answers' must be a JSON object"),
        ('{"answers": {"nobody": 1}}', "nobody: there is no such question"),
        ("{", "answers.json, line 1: is not valid JSON"),
        ('{"phase": "live",\n "phase": "design"}', "the key 'phase' is given twice"),
        ('{"people": NaN}', "NaN is not a number"),
        ("[" * 100_000, "nested deeper than 40 levels"),
        ('{"people": "' + "x" * 2_000_001 + '"}', "bytes long; at most 2,000,000 are read"),
    ],
)
def test_bad_answers_end_with_2_and_one_line(evenhand: Evenhand, tmp_path: Path, answers: Any, said: str) -> None:
    (tmp_path / "answers.json").write_text(answers, encoding="utf-8")
    code, out, err = evenhand("score", "hiring.yaml", "answers.json", "--json", "-")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_answers_by_source_id_are_scored_with_a_note_on_what_was_left_out(evenhand: Evenhand, tmp_path: Path) -> None:
    text = HIRING.replace("        required: true\n", "        required: true\n        source_id: q1-RS\n", 1)
    text = text.replace("{id: live,", "{id: live, source_id: item2-4,", 1)
    (tmp_path / "hiring.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "answers.json").write_text('{"q1-RS": "item2-4", "automated": true}', encoding="utf-8")
    code, out, err = evenhand("score", "hiring.yaml", "answers.json", "--json", "-")
    found = json.loads(out)
    assert (code, found["scores"]["risk"]["value"], found["notes"], err) == (0, 7, [], "")
    (tmp_path / "answers.json").write_text('{"answers": {"q1-RS": "item9-4"}}', encoding="utf-8")
    code, out, err = evenhand("score", "hiring.yaml", "answers.json", "--json", "-")
    found = json.loads(out)
    assert (code, found["scores"]["risk"]["value"]) == (0, 0)
    assert found["notes"] == ["q1-RS: 'item9-4' is not one of the choices and was left out."]
    assert "note: q1-RS" in err


def test_a_profile_that_is_not_there_ends_with_2(evenhand: Evenhand, tmp_path: Path) -> None:
    text = HIRING.replace("scores:\n", "profiles: [{id: short, title: Short, only: [automated]}]\nscores:\n", 1)
    (tmp_path / "hiring.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "answers.json").write_text('{"automated": true}', encoding="utf-8")
    code, out, _ = evenhand("score", "hiring.yaml", "answers.json", "--profile", "short", "--json", "-")
    assert (code, json.loads(out)["missing"], json.loads(out)["scores"]["risk"]) == (0, [], {"value": 3, "max": 3})
    code, _, err = evenhand("score", "hiring.yaml", "answers.json", "--profile", "long")
    assert (code, "has no profile 'long'; there are: short." in err) == (2, True)


def test_an_unknown_framework_ends_with_2(evenhand: Evenhand, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text("{}", encoding="utf-8")
    code, _, err = evenhand("score", "canada", "answers.json")
    assert (code, "nist-ai-rmf" in err) == (2, True)


def test_checking_a_good_framework(evenhand: Evenhand) -> None:
    code, out, err = evenhand("framework", "check", "hiring.yaml")
    assert (code, err) == (0, "")
    assert "hiring 2.1 is good: 11 questions" in out


def test_checking_a_bad_framework_shows_every_fault_with_its_line(evenhand: Evenhand, tmp_path: Path) -> None:
    text = HIRING.replace("if: raised > 6.0", "if: raisd > 6.0").replace("raised > 2.0", "raised + 1.0")
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    code, _, err = evenhand("framework", "check", "bad.yaml")
    lines = err.splitlines()
    assert (code, len(lines)) == (2, 2)
    assert all(line.startswith("bad.yaml, line ") for line in lines)
    code, out, _ = evenhand("framework", "check", "bad.yaml", "--json", "-")
    assert [problem["where"] for problem in json.loads(out)["problems"]] == ["level.high.if", "level.medium.if"]


@pytest.mark.parametrize("name", ["framework", "card"])
def test_the_schemas_are_printed(evenhand: Evenhand, name: str) -> None:
    code, out, _ = evenhand("schema", name)
    assert code == 0
    assert json.loads(out)["title"].startswith("Evenhand")
