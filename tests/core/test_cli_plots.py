"""``evenhand plot``: each kind from counts, those that can from a result, and what is refused."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evenhand.cli import main
from evenhand.cli.plots import KINDS
from tests.core.fairness.plots import samples

SIZES = {"Alpha": 600, "Beta": 400}


@pytest.fixture(scope="module")
def counts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("counts") / "counts.json"
    path.write_text(json.dumps(samples.scored(SIZES).to_json()), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_drawn_from_counts(
    kind: str, counts_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    svg, table = tmp_path / "plot.svg", tmp_path / "table.tsv"
    assert main(["plot", kind, str(counts_file), "-o", str(svg), "--table", str(table)]) == 0
    root = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
    assert root.get("aria-label") == capsys.readouterr().out.strip()
    assert "Alpha" in table.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def result_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("result") / "result.json"
    path.write_text(json.dumps(samples.compas_result().to_json()), encoding="utf-8")
    return path


def test_result_is_drawn_with_its_goals_line(result_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "interval", str(result_file), "-o", "-"]) == 0
    out = capsys.readouterr().out
    assert "goal: at most +5" in out
    assert out.startswith("<svg ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pie"], "There is no plot 'pie'"),
        (["roc"], "This plot needs counts, and this file is a result"),
        (["matrix", "--by", "age"], "there are no groups by 'age'; there are race"),
        (["matrix", "--width", "huge"], "There is no width 'huge'"),
        (["interval", "--goal-id", "none"], "its goals are alarms"),
        (["interval", "--reference", "overall"], "A result was compared and judged already"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    arguments: list[str], sentence: str, result_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, *options = arguments
    assert main(["plot", kind, str(result_file), "-o", "never.svg", *options]) == 2
    assert sentence in capsys.readouterr().err
    assert not Path("never.svg").exists()
