"""The counting options of the command line, and what bad tables get from it: one line naming the fault, exit code 2."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evenhand.cli import main
from evenhand.fairness import Counts, count

SURVEY = pd.DataFrame(
    {
        "g": ["a", "b"] * 30,
        "age": [20 + index % 50 for index in range(60)],
        "y": [index % 3 % 2 for index in range(60)],
        "p": [index % 5 % 2 for index in range(60)],
        "human": [index % 4 % 2 for index in range(60)],
        "s": [index / 59 for index in range(60)],
        "person": [f"p{index % 17}" for index in range(60)],
        "w": [1 + index % 3 / 2 for index in range(60)],
    }
)
BASE = ["--group", "g,age", "--bands", "age=25,40", "--label", "y", "--prediction", "p"]
FURTHER = ["--decision", "human", "--unit", "person", "--weight", "w", "--score", "s", "--scoring-rate"]


@pytest.fixture
def survey(tmp_path: Path) -> str:
    path = tmp_path / "survey.csv"
    SURVEY.to_csv(path, index=False)
    return str(path)


def counted(data: str, *options: str, capsys: pytest.CaptureFixture[str]) -> Counts:
    assert main(["count", data, *options]) == 0
    return Counts.from_json(json.loads(capsys.readouterr().out))


def test_every_option_reaches_the_counts(survey: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts = counted(survey, *BASE, *FURTHER, capsys=capsys)
    asked: dict[str, Any] = {"decision": "human", "unit": "person", "weight": "w", "score": "s", "median": "sample"}
    known = count(SURVEY, groups=["g", "age"], bands={"age": [25, 40]}, label="y", prediction="p", **asked)
    assert counts.sha256 == known.sha256
    assert counts.columns.median == 0.5


def test_recount_performs_every_option_again(survey: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "counts.json")
    assert main(["count", survey, *BASE, *FURTHER, "-o", out]) == 0
    assert main(["recount", survey, out]) == 0
    SURVEY.assign(person="one").to_csv(survey, index=False)
    capsys.readouterr()
    assert main(["recount", survey, out]) == 1
    assert "Units of everyone: counted 17, the rows hold 1." in capsys.readouterr().out


def test_a_ready_table_and_labels_of_selected_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("g,granted,repaid,people\na,1,1,30\na,1,0,10\na,0,,60\nb,0,,40\nb,1,1,20\n")
    options = ["--group", "g", "--label", "repaid", "--prediction", "granted", "--people", "people"]
    counts = counted(str(path), *options, "--label-observed", "selected", capsys=capsys)
    assert counts.n_rows == 160
    assert {(cell.group[0], cell.label): cell.n for cell in counts.cells if cell.prediction == 0} == {
        ("a", None): 60,
        ("b", None): 40,
    }
    assert main(["count", str(path), *options]) == 2
    assert "Column 'repaid' is empty in 2 rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "shown"),
    [
        (["--decision", "p"], "--decision says otherwise than the counts, which were made with human"),
        (["--unit", "site"], "made with person"),
        (["--weight", "v"], "made with w"),
        (["--people", "n"], "made with none"),
        (["--bands", "age=30"], "made with age=25,40"),
        (["--median", "0.4"], "made with 0.5"),
        (["--label-observed", "selected"], "made with all"),
        (["--group", "g"], "made with age,g"),
        (["--positive", "yes"], "made with 1"),
        (["--score-range", "0,10"], "made with 0,1"),
        (["--filter", "w > 1"], "made with none"),
    ],
)
def test_options_may_only_repeat_what_counts_were_made_of(
    option: list[str], shown: str, survey: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "counts.json")
    assert main(["count", survey, *BASE, *FURTHER, "-o", out]) == 0
    capsys.readouterr()
    assert main(["evaluate", out, *option]) == 2
    assert shown in capsys.readouterr().err


def _csv(text: str | bytes) -> Any:
    def write(folder: Path) -> str:
        path = folder / "bad.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def _many_levels(folder: Path) -> str:
    rows = "".join(f"level {index},{index % 2}\n" for index in range(10_000))
    return str(_csv("g,y\n" + rows)(folder))


def _cut_parquet(folder: Path) -> str:
    path = folder / "bad.parquet"
    pq.write_table(pa.table({"g": ["a", "b"] * 500, "y": [1, 0] * 500}), path)
    path.write_bytes(path.read_bytes()[:-100])
    return str(path)


def _damaged_parquet(folder: Path) -> str:
    """Cut within and closed again: the ends look whole, the middle is not."""
    path = folder / "bad.parquet"
    pq.write_table(pa.table({"g": ["a", "b"] * 5000, "y": list(range(10_000))}), path)
    content = path.read_bytes()
    path.write_bytes(content[:200] + content[2000:])
    return str(path)


def _parquet_without_label(folder: Path) -> str:
    path = folder / "bad.parquet"
    pq.write_table(pa.table({"g": ["a"], "Y": [1]}), path)
    return str(path)


def _nowhere(_: Path) -> str:
    return "https://example.org/rows.parquet"


GROUPED = ["--group", "g", "--label", "y"]
BAD: dict[str, tuple[Any, list[str], str]] = {
    "missing column": (_csv("h,y\na,1\n"), GROUPED, "bad.csv has no column 'g'; it has h, y"),
    "missing column of Parquet": (_parquet_without_label, GROUPED, "has no column 'y'; it has g, Y"),
    "duplicate column": (_csv("g,y,g\na,1,b\n"), GROUPED, "column 'g' appears twice in the first line"),
    "one column in two roles of groups": (_csv("g,y\na,1\n"), ["--label", "y"], "Name at least one group column"),
    "three labels": (_csv("g,y\na,1\nb,0\nb,2\n"), GROUPED, "Column 'y' holds '0', '1', '2'"),
    "three labels and a positive": (
        _csv("g,y\na,yes\nb,no\nb,maybe\n"),
        [*GROUPED, "--positive", "yes"],
        "it must be two-valued",
    ),
    "no positive": (_csv("g,y\na,yes\nb,no\n"), GROUPED, "say which value is positive (--positive)"),
    "three decisions": (
        _csv("g,y,d\na,1,1\nb,0,2\nb,0,3\n"),
        [*GROUPED, "--decision", "d"],
        "Column 'd' holds '1', '2', '3'",
    ),
    "empty decision": (_csv("g,y,d\na,1,1\nb,0,\n"), [*GROUPED, "--decision", "d"], "Column 'd' is empty in 1 rows"),
    "NaN score": (_csv("g,y,s\na,1,nan\nb,0,0.5\n"), [*GROUPED, "--score", "s"], "the first found is nan"),
    "score out of range": (_csv("g,y,s\na,1,1.5\nb,0,0.5\n"), [*GROUPED, "--score", "s"], "the first found is 1.5"),
    "text as score": (_csv("g,y,s\na,1,high\n"), [*GROUPED, "--score", "s"], "column 's' holds 'high'"),
    "10,000 levels": (_many_levels, GROUPED, "Column 'g' has 10000 different values and may have 1000"),
    "a real (missing)": (_csv("g,y\n(missing),1\nb,0\n"), GROUPED, "Column 'g' holds the value '(missing)'"),
    "negative count": (_csv("g,y,n\na,1,-3\nb,0,1\n"), [*GROUPED, "--people", "n"], "(the first found is -3)"),
    "fractional count": (_csv("g,y,n\na,1,2.5\nb,0,1\n"), [*GROUPED, "--people", "n"], "(the first found is 2.5)"),
    "empty count": (_csv("g,y,n\na,1,\nb,0,1\n"), [*GROUPED, "--people", "n"], "(the first found is empty)"),
    "text as count": (_csv("g,y,n\na,1,many\n"), [*GROUPED, "--people", "n"], "column 'n' holds 'many'"),
    "weight of 0": (_csv("g,y,w\na,1,0\nb,0,1\n"), [*GROUPED, "--weight", "w"], "not a weight over 0"),
    "infinite weight": (_csv("g,y,w\na,1,inf\nb,0,1\n"), [*GROUPED, "--weight", "w"], "(the first found is inf)"),
    "empty unit": (_csv("g,y,u\na,1,\nb,0,x\n"), [*GROUPED, "--unit", "u"], "Column 'u' is empty in 1 rows"),
    "truncated Parquet": (_cut_parquet, GROUPED, "is not a complete Parquet file"),
    "damaged Parquet": (_damaged_parquet, GROUPED, "bad.parquet: "),
    "unclosed quote": (_csv('g,y\na,"1\nb,0\n'), GROUPED, 'has a quote (") that is never closed'),
    "quote inside": (_csv('g,y\n"a"b",1\nb,0\n'), GROUPED, "bad.csv"),
    "ragged line": (_csv("g,y\na,1\nb,0,7\n"), GROUPED, "line 3: 3 values where the first line names 2 columns"),
    "windows-1252 unsaid": (_csv("g,y\nMüller,1\n".encode("cp1252")), GROUPED, "state its encoding (--encoding"),
    "wrong encoding said": (_csv("g,y\nMüller,1\n".encode("cp1252")), [*GROUPED, "--encoding", "utf-16"], "utf-16"),
    "unknown encoding": (_csv("g,y\na,1\n"), [*GROUPED, "--encoding", "ebcdic"], "'ebcdic' is not accepted"),
    "web address": (_nowhere, GROUPED, "does not exist; give the path of a CSV or Parquet file"),
    "bands without numbers": (_csv("g,y\na,1\n"), [*GROUPED, "--bands", "g=ten"], "'ten' is not a number"),
    "bands of text": (_csv("g,y\na,1\n"), [*GROUPED, "--bands", "g=10"], "column 'g' holds 'a'"),
    "bands unlike bands": (_csv("g,y\na,1\n"), [*GROUPED, "--bands", "g"], "write each column once, such as age=25,40"),
    "median without score": (
        _csv("g,y\na,1\n"),
        [*GROUPED, "--scoring-rate"],
        "A median needs a score column (--score)",
    ),
    "observed by nobody": (_csv("g,y\na,1\n"), [*GROUPED, "--label-observed", "none"], "all or selected people"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_tables_get_one_line_and_exit_code_2(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, options, said = BAD[case]
    command = "evaluate" if len(case) % 3 == 0 else "count"  # both read tables the same way
    assert main([command, make(tmp_path), *options]) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert said in heard.err
    assert len(heard.err.strip().splitlines()) == 1


def test_names_with_quotes_and_sql_are_only_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "y\"'; DROP TABLE t; --"
    frame = pd.DataFrame({'say "x"': ["a", "b"], name: [1, 0], "n'": [3, 4], "u;": ["p", "q"]})
    frame.to_csv(tmp_path / "odd.csv", index=False)
    frame.to_parquet(tmp_path / "odd.parquet")
    options = ["--group", 'say "x"', "--label", name, "--people", "n'", "--unit", "u;"]
    found = [counted(str(tmp_path / f"odd.{kind}"), *options, capsys=capsys) for kind in ("csv", "parquet")]
    assert found[0].sha256 == found[1].sha256
    assert found[0].n_rows == 7
