"""Every plot: safe and steady SVG, an accessible name, token colours, a table, and nothing told of few people."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, evaluate
from evenhand.fairness.judging.impossibility import impossibility
from evenhand.fairness.judging.thresholds import threshold_study
from evenhand.fairness.plots import (
    Plot,
    Question,
    calibration_plot,
    funnel_plot,
    impossibility_plot,
    interval_plot,
    matrix_plot,
    roc_plot,
    thresholds_plot,
)
from tests.core.fairness.plots import samples

NASTY = "\"><script>alert(1)</script> & \x01'`"
FEW = "Very few"
SIZES = {NASTY: 900, "Alpha": 700, "Beta": 400, FEW: 11}
MANY = {**SIZES, "Gamma": 300, "Delta": 250, "Epsilon": 200}
CSS = Path(__file__).parents[4] / "config" / "static" / "css" / "parts.css"

Draw = Callable[..., Plot]


def _interval(counts: Counts, result: Evaluation, width: str) -> Plot:
    return interval_plot(result, Question.about("false_positive_rate", ["team"]), width=width)


PLOTS: dict[str, Callable[[Counts, Evaluation, str], Plot]] = {
    "interval": _interval,
    "funnel": lambda counts, result, width: funnel_plot(result, "selection_rate", ["team"], width=width),
    "matrix": lambda counts, result, width: matrix_plot(result, ["team"], width=width),
    "roc": lambda counts, result, width: roc_plot(counts, ["team"], width=width),
    "calibration": lambda counts, result, width: calibration_plot(counts, ["team"], width=width),
    "thresholds": lambda counts, result, width: thresholds_plot(threshold_study(counts, "team"), width=width),
    "impossibility": lambda counts, result, width: impossibility_plot(impossibility(counts, "team"), width=width),
}


@pytest.fixture(scope="module")
def both() -> dict[str, tuple[Counts, Evaluation]]:
    counts = {"four": samples.scored(SIZES), "many": samples.scored(MANY)}
    return {name: (each, evaluate(each, replicates=100)) for name, each in counts.items()}


@pytest.fixture(params=list(PLOTS))
def draw(request: pytest.FixtureRequest, both: dict[str, tuple[Counts, Evaluation]]) -> Draw:
    kind = PLOTS[request.param]
    return lambda groups="four", width="page": kind(*both[groups], width)


@pytest.mark.parametrize("width", ["page", "print", "phone"])
@pytest.mark.parametrize("groups", ["four", "many"])
def test_picture_is_one_svg_whose_name_is_the_finding(draw: Draw, groups: str, width: str) -> None:
    plot = draw(groups, width)
    root = ElementTree.fromstring(plot.svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == plot.alt.replace("\x01", "\ufffd")
    assert float(root.get("width", "0")) <= {"page": 1130, "print": 700, "phone": 700}[width]
    assert any(text.startswith("Alpha") or text.endswith("Alpha") for text in samples.texts(plot))


def test_names_with_markup_stay_text(draw: Draw) -> None:
    plot = draw()
    root = ElementTree.fromstring(plot.svg)
    assert not [node for node in root.iter() if node.tag.rpartition("}")[2] in ("script", "foreignObject", "image")]
    assert "<script>" not in plot.svg
    assert any("<script>" in row[0] for row in plot.table.rows)


def test_colours_are_tokens_that_pages_re_ink_in_the_dark(draw: Draw) -> None:
    inked = set(re.findall(r'\.plot \[fill="(#[0-9a-f]{6})"\]', CSS.read_text(encoding="utf-8")))
    for groups in ("four", "many"):
        assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]{3,8})"', draw(groups).svg)) <= inked


def test_table_has_one_cell_for_each_head_in_every_row(draw: Draw) -> None:
    table = draw().table
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert table.text().count("\n") == len(table.rows)


def test_few_people_are_named_and_no_rate_of_theirs_is_told(draw: Draw) -> None:
    plot = draw()
    assert FEW in plot.alt or any(FEW in text for text in samples.texts(plot))
    told = [cell for row in plot.table.rows if row[0] == FEW for cell in row[1:]]
    assert not [cell for cell in told if "%" in cell]
    assert not re.search(rf"{FEW}[:,]? \d+\.\d%", plot.alt)


def test_same_counts_give_the_same_bytes(draw: Draw) -> None:
    assert draw() == draw()


def test_bytes_are_the_same_in_another_process(both: dict[str, tuple[Counts, Evaluation]]) -> None:
    code = (
        "from tests.core.fairness.plots.test_every_plot import PLOTS, SIZES, samples, evaluate;import hashlib;"
        "c = samples.scored(SIZES); r = evaluate(c, replicates=100);"
        "print([hashlib.sha256(PLOTS[k](c, r, 'page').svg.encode()).hexdigest() for k in ('matrix', 'roc')])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 128


def test_without_altair_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, draw: Draw) -> None:
    for module in ("altair", "vl_convert"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=r"pip install evenhand\[plots\]"):
        draw()


def test_importing_the_plots_brings_no_drawing_library() -> None:
    code = (
        "import sys, evenhand.fairness.plots, evenhand.cli.plots;"
        "print([name in sys.modules for name in ('altair', 'vl_convert')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False, False]"
