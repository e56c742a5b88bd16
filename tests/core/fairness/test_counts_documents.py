"""Counts as documents: they come back equal, match their schema, and a changed one is refused."""

import copy
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pandas as pd
import pytest

from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, Source, count, evaluate
from evenhand.fairness.scanning.recounting import differences
from tests.core.fairness.published import COMPAS, cells


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "g": ["a", "b"] * 40,
            "h": ["x", "x", "y", "y"] * 20,
            "y": [0, 1, 1, 0, 0] * 16,
            "s": [index / 79 for index in range(80)],
        }
    )


def counted(data: pd.DataFrame | None = None, **options: Any) -> Counts:
    settings: dict[str, Any] = {"groups": ["g", "h"], "label": "y", "score": "s", "threshold": 0.5, **options}
    return count(frame() if data is None else data, **settings)


def schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files("evenhand.fairness") / f"schemas/{name}.schema.json").read_text())
    return content


def test_counts_survive_json() -> None:
    counts = counted(filters=["s >= 0.1"], extracted_on="2026-11-01", control_total=80)
    again = Counts.from_json(json.loads(json.dumps(counts.to_json())))
    assert again == counts
    assert again.sha256 == counts.sha256
    assert again.document_sha256 == counts.document_sha256


def test_digest_survives_json_and_adding_whatever_attributes_are_called() -> None:
    data, named = frame(), {"groups": ["h", "g"], "min_bin": 1}
    counts = counted(data, **named)
    assert Counts.from_json(counts.to_json()).sha256 == counts.sha256
    assert (counted(data.iloc[:33], **named) + counted(data.iloc[33:], **named)).sha256 == counts.sha256


def test_documents_match_their_schemas() -> None:
    counts = counted()
    jsonschema.validate(counts.to_json(), schema("counts"))
    goal = FairnessGoal.from_dict({"id": "x", "metric": "selection_rate", "by": ["g"], "threshold": 0.1})
    jsonschema.validate(goal.to_dict(), schema("goal"))
    found = evaluate(counts, goals=[goal], replicates=100)
    jsonschema.validate(found.to_json(), schema("result"))
    assert Evaluation.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_document_of_every_option_matches_its_schema() -> None:
    data = frame().assign(
        person=[index % 9 for index in range(80)],
        w=1.5,
        n=2,
        human=[0, 1] * 40,
        age=[index % 60 for index in range(80)],
    )
    counts = counted(
        data,
        groups=["g", "age"],
        bands={"age": [30]},
        decision="human",
        unit="person",
        weight="w",
        people="n",
        median="sample",
        observed="selected",
    )
    document = json.loads(json.dumps(counts.to_json()))
    jsonschema.validate(document, schema("counts"))
    assert Counts.from_json(document) == counts
    for column, value, said in (
        ("decision", 7, "not 0 or 1"),
        ("weight_sum", "-5", "below 0"),
        ("weight_squares", "1", "contradict"),
        ("above", "999", "above the median"),
    ):
        with pytest.raises(InputError, match=said):
            Counts.from_json(_set(document, "cells", 0, document["cell_columns"].index(column), to=value))


def test_digest_ignores_row_order_and_source_but_not_a_person() -> None:
    counts = counted()
    assert counted(frame().iloc[::-1]).sha256 == counts.sha256
    assert counted(source_name="another").sha256 == counts.sha256
    assert counted(source_name="another").document_sha256 != counts.document_sha256
    assert counted(frame().iloc[1:]).sha256 != counts.sha256


def test_counts_add_up_in_any_order() -> None:
    first, second = counted(frame().iloc[:30], source_name="one"), counted(frame().iloc[30:], source_name="two")
    assert first + second == second + first
    total = first + second
    assert total.n_rows == 80
    assert total.cells == counted().cells
    assert sum(source.n_rows for source in total.sources) == 80
    assert Counts.from_json(total.to_json()) == total


def test_unlike_counts_do_not_add_up() -> None:
    with pytest.raises(IncompatibleCountsError, match="columns differ"):
        counted() + counted(threshold=0.6)
    with pytest.raises(IncompatibleCountsError, match="filters differ"):
        counted() + counted(filters=["s > 0"])
    source = Source("day one", n_rows=7214, sha256="ab" * 32)
    same = Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction", source=source)
    with pytest.raises(IncompatibleCountsError, match="day one is in both"):
        same + same


def test_auc_of_merged_bins_stays_exact_and_cannot_be_forged() -> None:
    counts = counted()
    raw = counted(min_bin=1)
    exact = evaluate(raw, replicates=100).group(g="a").metrics["auc"].value
    assert evaluate(counts, replicates=100).group(g="a").metrics["auc"].value == exact
    document = counts.to_json()
    document["score_bins"][1]["ranks"][0] = "999999"
    with pytest.raises(InputError, match="ranks of score bins contradict"):
        Counts.from_json(document)


def _set(document: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return changed


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("schema",), "evenhand.counts/9", "make it with evenhand count"),
        (("n_rows",), 81, "n_rows is 81 but the cells add up to 80"),
        (("cells", 0, 3), -1, "not a whole number"),
        (("cells", 0, 3), 7.5, "not a whole number"),
        (("cells", 0, 1), 2, "not 0 or 1"),
        (("cells", 0, 0), ["a"], "one value for each of g, h"),
        (("cells", 0, 4), "1.5", "not a decimal string"),
        (("cells", 0), [], "a cell has not 6 values"),
        (("columns", "groups"), [], "Name at least one group"),
        (("columns", "score_range"), None, "score_range must be two numbers"),
        (("score_bins", 0, "bins", 0, 4), "1", "do not add up"),
        (("score_bins", 0, "bins", 0, 1), 2000, "is not possible"),
        (("score_bins", 0, "by"), ["z"], "not all group columns"),
        (("sources", 0, "n_rows"), None, "not a whole number"),
        (("filters",), "none", "'filters' is not a list"),
        (("cells",), None, "'cells' is not a list"),
    ],
)
def test_changed_documents_are_refused(path: tuple[Any, ...], to: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        Counts.from_json(_set(counted().to_json(), *path, to=to))
    assert said in str(caught.value)


@pytest.mark.parametrize("value", [None, [], {}, "counts", {"schema": "evenhand.counts/1"}])
def test_other_documents_are_refused(value: Any) -> None:
    with pytest.raises(InputError, match="not a usable counts document"):
        Counts.from_json(value)


def test_recount_names_the_cell_that_differs() -> None:
    assert differences(counted(), frame()) == []
    document = counted().to_json()
    document["cells"][0][3] += 1
    document["n_rows"] += 1
    document["score_bins"] = []
    (said,) = differences(Counts.from_json(document), frame())
    cell = counted().cells[0]
    assert said == f"Cell g=a, h=x, label 0, prediction 0: counted {cell.n + 1}, the rows hold {cell.n}."


def test_recount_names_scores_that_differ() -> None:
    other = frame()
    other.loc[0, "s"], other.loc[8, "s"] = 0.05, 0.11
    found = differences(counted(), other)
    assert found
    assert all("sums of scores differ" in said for said in found)
