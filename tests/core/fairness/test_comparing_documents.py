"""New fields of comparisons in JSON, in results written before them, and from the command line."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.cli import main
from evenhand.cli.schemas import SCHEMAS
from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, count, evaluate
from tests.core.fairness.test_comparing_in_strata import BERKELEY, counts_of

ADDED = ("q_value", "expected", "detectable", "within")
departments = st.dictionaries(
    st.sampled_from("ABCD"),
    st.tuples(*[st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda each: (each[0], sum(each)))] * 2),
    min_size=1,
)


def schema() -> Any:
    package, path = SCHEMAS["result"]
    return json.loads((files(package) / path).read_text())


@pytest.fixture
def applications(tmp_path: Path) -> Path:
    rows = [
        {"sex": sex, "department": department, "admitted": admitted}
        for department, groups in BERKELEY.items()
        for sex, (positive, people) in zip(("Male", "Female"), groups, strict=True)
        for admitted, n in ((1, positive), (0, people - positive))
        for _ in range(n)
    ]
    path = tmp_path / "applications.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_every_field_is_written_and_read_back() -> None:
    found = evaluate(counts_of(BERKELEY), within="department", reference="all_pairs", replicates=100)
    document = json.loads(json.dumps(found.to_json()))
    jsonschema.validate(document, schema())
    assert all(name in row for row in document["comparisons"] for name in ADDED)
    assert all("shrunken" in row for row in document["groups"])
    assert Evaluation.from_json(document) == found


def test_results_written_before_are_still_read() -> None:
    document = json.loads(json.dumps(evaluate(counts_of(BERKELEY), replicates=100).to_json()))
    for row in document["comparisons"]:
        for name in ADDED:
            del row[name]
    for row in document["groups"]:
        del row["shrunken"]
    jsonschema.validate(document, schema())
    read = Evaluation.from_json(document)
    assert {(row.q_value, row.expected, row.detectable, row.within) for row in read.comparisons} == {
        (None, None, None, ())
    }
    assert {len(each.shrunken) for each in read.groups} == {0}


@settings(max_examples=40, deadline=None)
@given(departments, st.sampled_from(["largest", "all_pairs"]), st.booleans())
def test_no_table_fails_and_every_figure_stays_in_range(table: Any, reference: str, stratified: bool) -> None:
    if not any(people for groups in table.values() for _, people in groups):
        return
    found = evaluate(counts_of(table), reference=reference, within=["department"] if stratified else (), replicates=100)
    for row in found.comparisons:
        for p_value in (row.p_value, row.p_adjusted, row.q_value):
            assert p_value is None or 0 <= p_value <= 1
        if row.p_value is not None:
            assert row.q_value is not None
            assert row.q_value >= row.p_value - 1e-12
        for share in (row.expected, row.detectable):
            assert share is None or 0 <= share <= 1
        if row.within and None not in (row.value, row.low, row.high):
            assert (row.low or 0) <= (row.value or 0) <= (row.high or 0)
    assert (
        found.canonical()
        == evaluate(
            counts_of(table), reference=reference, within=["department"] if stratified else (), replicates=100
        ).canonical()
    )


def test_command_line_compares_all_pairs_and_within(applications: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["--group", "sex,department", "--prediction", "admitted", "--json", "-"]
    assert main(["evaluate", str(applications), *columns, "--within", "department", "--reference", "all_pairs"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {tuple(row["within"]) for row in result["comparisons"]} == {(), ("department",)}
    pairs = [row for row in result["comparisons"] if row["of"] == "pair" and row["by"] == ["department"]]
    assert len([row for row in pairs if (row["metric"], row["kind"]) == ("selection_rate", "ratio")]) == 15
    assert any("effects differ between strata of department" in warning for warning in result["warnings"])


def test_command_line_refuses_strata_that_were_not_counted(
    applications: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ["--group", "sex", "--prediction", "admitted"]
    assert main(["evaluate", str(applications), *columns, "--within", "department"]) == 2
    assert "'department' is not a group column (sex)" in capsys.readouterr().err


def test_rows_of_units_and_weights_are_neither_dealt_nor_pooled() -> None:
    frame = pd.DataFrame(
        {
            "sex": ["f", "m"] * 200,
            "area": ["x", "x", "y", "y"] * 100,
            "person": [f"p{i // 4}" for i in range(400)],
            "weight": [1.0, 2.0, 1.5, 1.0] * 100,
            "p": [0, 1, 1, 0, 0, 1, 0, 0] * 50,
        }
    )
    for options in ({"unit": "person"}, {"weight": "weight"}):
        counts: Counts = count(frame, groups=["sex", "area"], prediction="p", **options)  # type: ignore[arg-type]
        found = evaluate(counts, replicates=100)
        spreads = [row for row in found.comparisons if row.of == "max_min"]
        assert spreads
        assert {row.expected for row in spreads} == {None}
        with pytest.raises(InputError, match="independent people of equal weight"):
            evaluate(counts, within="area", replicates=100)
