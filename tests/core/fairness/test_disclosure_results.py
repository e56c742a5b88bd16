"""What a public edition still says: every number in it is the one that the full counts give."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.fairness import Comparison, Counts, Evaluation, count, evaluate
from evenhand.fairness.comparing.references import Reference
from evenhand.fairness.disclosure import PublicEdition, Shown, disclosure, public_result, publish
from tests.core.fairness.published import COMPAS, cells
from tests.core.fairness.readers import tables
from tests.core.fairness.test_local_law_144 import BY_BOTH

KEY = "0123456789abcdef" * 4


def compas() -> Counts:
    return Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")


def scored(n: int = 3_000) -> pd.DataFrame:
    """Three by two groups, the smallest of about 15 people, with labels that follow the score."""
    draws = np.random.default_rng(5)
    score = draws.beta(2, 2, n).round(3)
    return pd.DataFrame(
        {
            "g": draws.choice(["a", "b", "c"], n, p=[0.6, 0.39, 0.01]),
            "h": draws.choice(["x", "y"], n),
            "y": (draws.random(n) < score).astype(int),
            "s": score,
        }
    )


def row_key(row: Comparison) -> tuple[Any, ...]:
    return (row.metric, row.by, row.kind, row.of, str(row.group), str(row.reference))


def check(counts: Counts, found: Evaluation, full: Evaluation) -> int:
    """Every number that is shown is the full evaluation's; the number of metrics that have a value."""
    metrics = 0
    for each in found.groups:
        whole = full.group(**each.group)
        assert each.n == whole.n
        for name, metric in each.metrics.items():
            for field in ("value", "low", "high", "numerator", "denominator"):
                if (shown := getattr(metric, field)) is not None:
                    assert shown == pytest.approx(getattr(whole.metrics[name], field), rel=1e-12), (each.group, name)
            metrics += metric.value is not None
    rows = {row_key(row): row for row in full.comparisons}
    for row in found.comparisons:
        for field in ("value", "low", "high", "p_value", "p_adjusted", "q_value", "expected", "detectable"):
            if (shown := getattr(row, field)) is not None:
                assert shown == pytest.approx(getattr(rows[row_key(row)], field), rel=1e-12), (row_key(row), field)
    return metrics


@pytest.mark.parametrize("reference", ["largest", "overall", "best_eligible", "all_pairs", {"race": "Hispanic"}])
def test_compas_figures_are_those_of_the_full_counts(reference: Reference) -> None:
    counts = compas()
    found = public_result(publish(counts), reference=reference)
    full = evaluate(counts, reference=reference, replicates=100)
    # Four groups keep 15 metrics, Other its number and two rates, Asian and Native American their number.
    assert check(counts, found, full) == 4 * 15 + 3 + 1 + 1
    assert round(found.group(race="Caucasian").metrics["false_positive_rate"].value or 0, 4) == 0.2345
    assert found.group(race="Asian").n == 32
    assert found.group(race="Asian").metrics["selection_rate"].value is None
    assert any(text.startswith("race=Asian: withheld: fewer than 10 people") for text in found.warnings)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(attributes=2, most=40))
def test_whatever_the_table_shown_figures_are_those_of_the_full_counts(counts: Counts) -> None:
    found = public_result(publish(counts, minimum=5))
    check(counts, found, evaluate(counts, replicates=100))


def test_scores_keep_what_exact_sums_settle() -> None:
    counts = count(scored(), groups=["g", "h"], label="y", score="s", threshold=0.5)
    edition = publish(counts)
    found = public_result(edition)
    check(counts, found, evaluate(counts, replicates=100))
    everyone = found.group().metrics
    assert everyone["auc"].low is not None
    assert everyone["brier_score"].value is not None
    assert everyone["brier_score"].low is None
    assert everyone["calibration_error"].value is None
    assert any(each.what == "Score axes" for each in edition.left_out)


def test_scores_are_shown_only_of_people_whose_number_is() -> None:
    counts = count(scored(), groups=["g", "h"], label="y", score="s", threshold=0.5)
    for row in publish(counts).to_json()["groups"]:
        assert ("scores" in row) == (row["n"] is not None)
        if "scores" in row and row["label"] is None:
            assert row["scores"]["by_label"] is row["scores"]["ranks"] is None


def test_a_group_that_might_be_the_best_leaves_no_impact_ratio() -> None:
    rows = [
        {"g": g, "p": p, "n": n}
        for g, ns in (("a", (60, 40)), ("b", (50, 30)), ("c", (40, 5)))
        for p, n in enumerate(ns)
    ]
    counts = Counts.from_cells(rows, groups=["g"], prediction="p")
    found = public_result(publish(counts))
    assert found.group(g="c").metrics["selection_rate"].value is None
    assert not [row for row in found.comparisons if row.metric == "impact_ratio"]


def test_units_leave_values_without_intervals() -> None:
    data = scored()
    data["person"] = np.arange(len(data)) // 2
    counts = count(data, groups=["g"], label="y", score="s", threshold=0.5, unit="person")
    found = public_result(publish(counts))
    rate = found.group(g="a").metrics["selection_rate"]
    assert rate.value == evaluate(counts, replicates=100).group(g="a").metrics["selection_rate"].value
    assert rate.low is rate.high is None


def test_many_rows_of_a_few_people_are_as_small_as_the_people() -> None:
    data = pd.DataFrame({"g": ["a"] * 60 + ["b"] * 60 + ["c"] * 90, "p": [0, 1] * 105})
    data["person"] = [*(index // 20 for index in range(60)), *range(100, 250)]  # a: three people with 20 rows each
    edition = publish(count(data, groups=["g"], prediction="p", unit="person"))
    assert [each.n for each in edition.groups] == [210, None, None, 90]
    assert disclosure(count(data, groups=["g"], prediction="p", unit="person")).tables[1].small_groups == 1
    assert publish(count(data, groups=["g"], prediction="p")).is_complete


@pytest.mark.parametrize(
    ("options", "left_out"),
    [
        ({"label": "y", "prediction": "p", "decision": "d"}, "The human's final decisions"),
        ({"label": "y", "prediction": "p", "observed": "selected"}, None),
        ({"label": "c", "prediction": "c2", "outcome": "classes"}, None),
        ({"label": "s", "prediction": "s2", "outcome": "numeric"}, "Sums of quantities"),
        ({"label": "y", "score": "s", "median": "sample"}, "Score axes"),
        ({"rank": "r", "top": 300}, "Sums of quantities"),
    ],
)
def test_every_kind_of_count_has_a_public_edition(options: dict[str, Any], left_out: str | None) -> None:
    data, draws = scored(), np.random.default_rng(6)
    data = data.assign(s2=data["s"].iloc[::-1].to_numpy(), r=np.arange(1, len(data) + 1))
    for name in ("p", "d"):
        data[name] = draws.integers(0, 2, len(data))
    for name in ("c", "c2"):
        data[name] = draws.choice(["u", "v", "w"], len(data))
    counts = count(data, groups=["g", "h"], **options)
    edition = publish(counts)
    assert PublicEdition.from_json(edition.to_json()) == edition
    assert left_out is None or left_out in [each.what for each in edition.left_out]
    check(counts, public_result(edition), evaluate(counts, replicates=100))


def test_a_reference_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no group race=Martian"):
        public_result(publish(compas()), reference={"race": "Martian"})


def test_weighted_counts_are_refused() -> None:
    data = scored()
    data["w"] = 1.5
    counts = count(data, groups=["g"], label="y", score="s", threshold=0.5, weight="w")
    with pytest.raises(InputError, match="Weighted counts"):
        publish(counts)


# --- Local Law 144


def law() -> Counts:
    rows = [
        {"sex": sex, "race": race, "selected": selected, "n": n}
        for (sex, race), (applicants, chosen, _) in BY_BOTH.items()
        for selected, n in ((1, chosen), (0, applicants - chosen))
    ]
    return Counts.from_cells(rows, groups=["sex", "race"], prediction="selected")


def test_the_law_has_every_count_and_rate_shown_and_its_2_percent_rule_instead_of_a_minimum() -> None:
    edition = publish(law(), preset="nyc_ll144")
    assert edition.is_complete
    found = public_result(edition)
    for (sex, race), (applicants, chosen, ratio) in BY_BOTH.items():
        group = {"sex": sex, "race": race}
        result = found.group(**group)
        assert (result.n, result.metrics["selection_rate"].numerator) == (applicants, chosen)
        ratios = [
            round(row.value or 0, 3) for row in found.comparisons if (row.metric, row.group) == ("impact_ratio", group)
        ]
        is_left_out = applicants * 50 < 2370  # the sum of the rule's table by both
        assert (group in [each.group for each in edition.excluded]) == is_left_out
        assert ratios == ([] if is_left_out or ratio == 1 else [ratio])
    small = {"sex": "Female", "race": "Native American or Alaska Native"}  # 17 applicants, 7 of them selected
    reasons = {str(each.group): each.reason for each in edition.shown}
    assert "Local Law 144" in reasons[str(small)]
    assert "2 %" in next(each.reason for each in edition.excluded if each.group == small)


def test_without_the_law_the_same_small_number_is_withheld() -> None:
    row = next(
        row
        for row in publish(law()).to_json()["groups"]
        if row["group"] == ["Female", "Native American or Alaska Native"]
    )
    assert row["prediction"] is None


# --- The document


def test_editions_survive_json_and_match_their_schema() -> None:
    counts = count(scored(), groups=["g", "h"], label="y", score="s", threshold=0.5, filters=["s >= 0.1"], note="2025")
    schema = json.loads((files("evenhand.fairness") / "schemas/public.schema.json").read_text())
    for options in ({}, {"preset": "nyc_ll144"}, {"show": [Shown({"g": "c"}, "Asked.")], "key": KEY}):
        edition = publish(counts, **options)
        document = json.loads(json.dumps(edition.to_json()))
        jsonschema.validate(document, schema)
        again = PublicEdition.from_json(document)
        assert again == edition
        assert again.sha256 == edition.sha256


def test_no_digest_lets_a_reader_try_what_was_withheld(tmp_path: Any) -> None:
    scored().to_csv(tmp_path / "rows.csv", index=False)
    counts = count(tmp_path / "rows.csv", groups=["g", "h"], label="y", score="s", threshold=0.5)
    edition = publish(counts, key=KEY)
    text = edition.canonical().decode()
    for digest in (counts.sha256, counts.document_sha256, counts.sources[0].sha256 or "none"):
        assert digest not in text
    assert edition.is_of(counts, key=KEY)
    assert not edition.is_of(counts, key=KEY[::-1])
    assert not edition.is_of(compas(), key=KEY)
    assert publish(counts).commitment is None


def changed(**fields: Any) -> dict[str, Any]:
    document = publish(compas()).to_json()
    for path, value in fields.items():
        *steps, last = path.split("__")
        target: Any = document
        for step in steps:
            target = target[int(step) if step.isdecimal() else step]
        target[int(last) if last.isdecimal() else last] = value
    return document


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"schema": "evenhand.counts/1"}, "evenhand publish"),
        ({"n_rows": 7215}, "everyone"),
        ({"groups__0__n": -1}, "whole number"),
        ({"groups__1__cells__0": 991}, "add up"),
        ({"groups__1__label": None}, "shows its cells but not its label"),
        ({"groups__2__n": 31}, "do not add up to n_rows"),
        ({"groups__2__prediction": [24, 8]}, "fewer than 10 people without a reason"),
        ({"groups__2__group": ["Caucasian"]}, "twice"),
        ({"groups__1__by": ["sex"]}, "not group columns"),
        ({"commitment": "xyz"}, "not a SHA-256"),
        ({"sources": [{"name": "x", "sha256": "00"}]}, "a source says more"),
        ({"shown": [{"group": {"sex": "x"}, "reason": "y"}]}, "no group column"),
        ({"left_out": ["x"]}, "not a list of objects"),
    ],
)
def test_changed_editions_are_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        PublicEdition.from_json(changed(**fields))


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({"total": ["1", "0"]}, "not possible"),
        ({"by_label": [["0", "0"]]}, "once for each label"),
        ({"by_label": [["0", "0"], ["0", "0"]]}, "do not add up"),
        ({"ranks": ["99999999999", "0", "0"]}, "not possible"),
        ({"ranks": ["5", "0", "0"]}, "not possible"),
        ({"total": [1.5, "0"]}, "decimal"),
    ],
)
def test_impossible_scores_are_refused(scores: dict[str, Any], said: str) -> None:
    document = publish(count(scored(), groups=["g"], label="y", score="s", threshold=0.5)).to_json()
    document["groups"][0]["scores"] |= scores
    with pytest.raises(InputError, match=said):
        PublicEdition.from_json(document)


def test_the_report_counts_small_cells() -> None:
    found = disclosure(compas())
    # Asian: 2, 3, 6. Native American: 5, 3, 1, 9.
    assert [(each.by, each.cells, each.small_cells, each.single_cells) for each in found.tables] == [
        ((), 4, 0, 0),
        (("race",), 24, 7, 1),
    ]
    assert found.to_json()["tables"][1]["groups"] == 6


def test_the_report_looks_into_score_bins() -> None:
    found = disclosure(count(scored(), groups=["g"], label="y", score="s", threshold=0.5))
    assert 0 < found.small_score_bins < found.score_bins


# --- The command line


def test_counts_become_a_public_edition_that_evaluates(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    full, public = tmp_path / "counts.json", tmp_path / "public.json"
    full.write_text(json.dumps(compas().to_json()))
    assert main(["disclosure", str(full)]) == 1
    assert "race" in capsys.readouterr().out
    assert main(["publish", str(full), "-o", str(public), "--key", KEY]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(public), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == public_result(PublicEdition.from_json(json.loads(public.read_text()))).to_json()


def test_groups_are_shown_with_a_reason_only(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    full = tmp_path / "counts.json"
    full.write_text(json.dumps(law().to_json()))
    group = "sex=Female,race=Native American or Alaska Native"
    assert main(["publish", str(full), "--show", group]) == 2
    assert "--reason" in capsys.readouterr().err
    assert main(["publish", str(full), "--show", group, "--reason", "They asked for it."]) == 0
    shown = json.loads(capsys.readouterr().out)["shown"]
    assert shown == [
        {"group": {"sex": "Female", "race": "Native American or Alaska Native"}, "reason": "They asked for it."}
    ]


def test_goals_are_not_judged_on_a_public_edition(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    public, goal = tmp_path / "public.json", tmp_path / "goal.yaml"
    public.write_text(json.dumps(publish(compas()).to_json()))
    goal.write_text("{id: x, metric: selection_rate, by: [race], threshold: 0.1}")
    assert main(["evaluate", str(public), "--goal", str(goal)]) == 2
    assert "full counts" in capsys.readouterr().err
