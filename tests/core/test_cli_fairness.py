"""The command line's counting and evaluating: what it writes, its exit codes, its one-line refusals."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evenhand.cli import main
from tests.core.fairness.published import COMPAS, csv_text, people

GOAL = """
id: flags
metric: false_positive_rate
by: [race]
side: at_most
threshold: {threshold}
reference: {{race: Caucasian}}
"""


@pytest.fixture
def compas(tmp_path: Path) -> Path:
    path = tmp_path / "compas.csv"
    path.write_text(csv_text(people(COMPAS)))
    return path


@pytest.fixture
def options() -> list[str]:
    return ["--group", "race", "--label", "label", "--prediction", "prediction"]


def goal_file(folder: Path, threshold: float) -> str:
    path = folder / "goal.yaml"
    path.write_text(GOAL.format(threshold=threshold))
    return str(path)


def test_evaluate_prints_the_published_figures(
    compas: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(compas), *options, "--json", "-"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert list(result) == [
        "counts_sha256",
        "engine",
        "n_rows",
        "confidence",
        "groups",
        "comparisons",
        "verdicts",
        "warnings",
        "impossibility",
    ]
    rates = {tuple(g["group"].values()): g["metrics"]["false_positive_rate"] for g in result["groups"]}
    assert round(rates[("African-American",)]["value"], 4) == 0.4485
    assert (rates[("Caucasian",)]["numerator"], rates[("Caucasian",)]["denominator"]) == (349, 1488)
    assert rates[()]["value"] == pytest.approx(1282 / 3963)


@pytest.mark.parametrize(("threshold", "code"), [(0.05, 1), (0.2, 1), (0.3, 0)])
def test_exit_code_follows_the_verdict(
    threshold: float, code: int, compas: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goal = goal_file(tmp_path, threshold)
    assert main(["evaluate", str(compas), *options, "--goal", goal, "--json", "-"]) == code
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    assert verdicts[-1]["metric"] is None
    assert verdicts[-1]["verdict"] == {0.05: "not_met", 0.2: "inconclusive", 0.3: "met"}[threshold]


def test_counts_evaluate_like_the_rows_they_came_from(
    compas: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = str(tmp_path / "counts.json")
    assert main(["count", str(compas), *options, "-o", counts]) == 0
    main(["evaluate", str(compas), *options, "--json", str(tmp_path / "rows.json")])
    main(["evaluate", counts, "--json", str(tmp_path / "counted.json")])
    assert (tmp_path / "rows.json").read_bytes() == (tmp_path / "counted.json").read_bytes()
    assert main(["recount", str(compas), counts]) == 0
    compas.write_text(compas.read_text() + "Asian,1,0\n")
    capsys.readouterr()
    assert main(["recount", str(compas), counts]) == 1
    assert "Cell race=Asian, label 1, prediction 0: counted 3, the rows hold 4." in capsys.readouterr().out


def test_people_read_a_table_and_a_sentence(
    compas: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(compas), *options, "--goal", goal_file(tmp_path, 0.05)]) == 1
    shown = capsys.readouterr()
    assert "flags: not met. Of the people who do not have the outcome, the model selects 45 of 100" in shown.out
    assert re.search(r"^race=African-American +3,696 ", shown.out, re.MULTILINE)
    assert "Note: race=Native American has 18 people" in shown.err


def test_groups_may_be_listed_repeated_or_hold_a_comma(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('"a,b",c,y\nu,v,1\nw,x,0\n')
    for groups in (["--group", "a,b", "--group", "c"], ["--group", "c", "--group", "a,b"]):
        assert main(["count", str(path), *groups, "--label", "y"]) == 0
        assert set(json.loads(capsys.readouterr().out)["columns"]["groups"]) == {"a,b", "c"}
    assert main(["count", str(path), "--group", "c,y", "--prediction", "y"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"]["groups"] == ["c", "y"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--group", "rice", "--label", "label"], "compas.csv has no column 'rice'"),
        (["--label", "label"], "Name at least one group column (--group)."),
        (["--group", "race"], "Name a label (--label)"),
        (["--group", "race", "--label", "race"], "Column 'race' holds"),
        (["--group", "race", "--label", "label", "--goal", "none.yaml"], "none.yaml cannot be read"),
        (
            ["--group", "race", "--label", "label", "--reference", "Caucasian"],
            "Reference 'Caucasian' is not understood",
        ),
        (["--group", "race", "--label", "label", "--confidence", "95"], "The confidence 95"),
        (["--group", "race", "--label", "label", "--confidence", "high"], "--confidence"),
        (["--group", "race", "--label", "label", "--score-range", "1"], "The score range '1'"),
        (["--group", "race", "--label", "label", "--json", "/nowhere/x.json"], "/nowhere/x.json cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str], said: str, compas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(compas), *arguments]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_options_must_agree_with_counts(
    compas: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = str(tmp_path / "counts.json")
    main(["count", str(compas), *options, "-o", counts])
    capsys.readouterr()
    assert main(["evaluate", counts, *options, "--json", "-"]) == 0
    for option, value in (
        ("--label", "other"),
        ("--positive", "yes"),
        ("--filter", "label=1"),
        ("--score-range", "0,10"),
        ("--threshold", "0.5"),
    ):
        assert main(["evaluate", counts, option, value]) == 2
        assert f"{option} says otherwise than the counts" in capsys.readouterr().err


def test_order_of_intersections_is_the_same_for_rows_and_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, counts = tmp_path / "rows.csv", tmp_path / "counts.json"
    rows.write_text("a,b,y,s\n" + "".join(f"{i % 2},{i % 3},{i % 5 % 2},0.{i:02}\n" for i in range(90)))
    options = ["--group", "a,b", "--label", "y", "--score", "s", "--order", "1"]
    assert main(["count", str(rows), *options, "-o", str(counts)]) == 0
    digest = json.loads(counts.read_text())
    capsys.readouterr()
    assert main(["evaluate", str(rows), *options, "--json", "-"]) == 0
    from_rows = json.loads(capsys.readouterr().out)
    assert {tuple(row["group"]) for row in from_rows["groups"]} == {(), ("a",), ("b",)}
    assert main(["evaluate", str(counts), "--order", "1", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == from_rows
    assert digest["columns"]["groups"] == ["a", "b"]


@pytest.mark.parametrize("name", ["counts", "goal", "result"])
def test_schemas_are_published(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(document)


def test_unknown_schema_and_command_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "weather"]) == 2
    assert main(["measure"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_runs_as_a_module_with_nothing_on_standard_error(compas: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "evenhand", "evaluate", str(compas), *options, "--json", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["n_rows"] == 7214
