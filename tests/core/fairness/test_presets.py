"""Presets make the goals they say they make, and judge nothing that has no mark."""

import json
from pathlib import Path

import pytest

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.fairness import Counts, evaluate, read_goals
from evenhand.fairness.judging.presets import preset, preset_goals, presets
from tests.core.fairness.published import COMPAS, cells

EEOC = {"White": 600, "American Indian": 450, "Hispanic": 480, "Black": 510}  # of 1,000 each: Question 11's rates


def hired(scale: int) -> Counts:
    rows = [
        {"race": race, "hired": taken, "n": (n if taken else 1000 - n) * scale}
        for race, n in EEOC.items()
        for taken in (0, 1)
    ]
    return Counts.from_cells(rows, groups=["race"], prediction="hired")


def test_four_fifths_finds_the_group_of_question_11_and_leaves_the_edge_open() -> None:
    found = evaluate(hired(10), goals=[preset("four_fifths").goal("race")], replicates=100)
    states = {(v.group or {})["race"]: v.verdict for v in found.verdicts if v.group}
    assert states == {"American Indian": "not_met", "Hispanic": "inconclusive", "Black": "met"}
    assert found.overall is not None
    assert found.overall.verdict == "not_met"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("equal_opportunity", "not_met"), ("equalized_odds", "not_met"), ("predictive_parity", "inconclusive")],
)
def test_compas_by_each_reading(name: str, verdict: str) -> None:
    """Northpointe and ProPublica both had a point: of the large groups, errors differ and predictive values hardly."""
    two = {race: COMPAS[race] for race in ("African-American", "Caucasian")}
    counts = Counts.from_cells(cells(two), groups=["race"], label="label", prediction="prediction")
    goal = preset(name).goal(["race"], threshold=0.05, view="Defendants")
    found = evaluate(counts, goals=[goal], replicates=100)
    assert (goal.side, goal.reference, goal.view) == ("two_sided", "all_pairs", "Defendants")
    assert found.overall is not None
    assert found.overall.verdict == verdict


def test_local_law_144_is_reported_and_never_judged() -> None:
    with pytest.raises(InputError, match="sets no mark"):
        preset("nyc_ll144").goal("sex")


def test_a_margin_must_be_said_where_the_reading_has_none() -> None:
    with pytest.raises(InputError, match="say how large a gap may be"):
        preset("equalized_odds").goal("sex")
    assert preset("four_fifths").goal("sex", threshold=0.9, id="strict").threshold == 0.9


def test_every_preset_says_what_it_does_not_claim() -> None:
    for each in presets().values():
        assert len(each.claims) > 20
        assert len(each.does_not_claim) > 20
        assert each.source
        if each.fields:
            assert {goal.by for goal in each.goals("sex", threshold=0.5)} == {("sex",)}
    with pytest.raises(InputError, match="there are four_fifths"):
        preset("fairness")


def test_exactly_four_fifths_is_never_flagged() -> None:
    """Question 11: 480 of 1,000 against 600 of 1,000 is 0.80, which is not under 0.80: whole numbers, however many."""
    for scale in (1, 3, 7, 10_000):
        found = evaluate(hired(scale), goals=[preset("four_fifths").goal("race")], replicates=100)
        (row,) = [v for v in found.verdicts if v.group == {"race": "Hispanic"}]
        assert row.value == 0.8
        assert row.verdict == "inconclusive"


def test_fair_lending_says_what_became_of_the_federal_effects_test() -> None:
    lending = preset("fair_lending")
    assert "ended on 21 July 2026" in lending.does_not_claim
    assert lending.threshold is None, "no law sets one"


def test_a_starter_of_several_goals_names_each() -> None:
    goals = preset("eu_annex_iii").goals(["sex", "race"], threshold=0.05)
    assert [goal.metric for goal in goals] == [
        "demographic_parity_difference",
        "equalized_odds_difference",
        "accuracy_equality_difference",
    ]
    assert len({goal.id for goal in goals}) == 3
    with pytest.raises(InputError, match="stands for 3 goals"):
        preset("eu_annex_iii").goal("sex", threshold=0.05)


def test_a_group_to_compare_with_needs_a_reason() -> None:
    with pytest.raises(InputError, match="needs a reason"):
        preset("equal_opportunity").goal("race", threshold=0.1, reference={"race": "White"})
    goal = preset("equal_opportunity").goal(
        "race", threshold=0.1, reference={"race": "White"}, reference_reason="the group the court compares with"
    )
    assert goal.reference == {"race": "White"}


def test_presets_from_the_command_line_are_goals_for_each_attribute() -> None:
    found = preset_goals("equalized_odds:0.05", ["race", "sex"])
    assert [(goal.id, goal.by, goal.threshold) for goal in found] == [
        ("equalized_odds-race", ("race",), 0.05),
        ("equalized_odds-sex", ("sex",), 0.05),
    ]
    assert [goal.threshold for goal in preset_goals("four_fifths", ["race"])] == [0.8]
    with pytest.raises(InputError, match="write a number after the colon"):
        preset_goals("four_fifths:most", ["race"])


@pytest.mark.parametrize("name", [name for name, each in presets().items() if each.fields])
def test_a_written_goal_file_reads_back_as_the_preset(name: str, tmp_path: Path) -> None:
    path = tmp_path / "goal.yaml"
    assert main(["goal", name, "--by", "race,sex", "--threshold", "0.5", "-o", str(path)]) == 0
    assert read_goals(path) == preset(name).goals(["race", "sex"], threshold=0.5)
    assert "# What it does not claim:" in path.read_text()


def test_goal_files_are_refused_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        (["goal", "equalized_odds", "--by", "race"], "say how large a gap may be"),
        (["goal", "nyc_ll144", "--by", "race"], "sets no mark"),
        (["goal", "four_fifths"], "--by race"),
        (["goal"], "Name a preset"),
    ):
        assert main(arguments) == 2
        shown = capsys.readouterr().err
        assert said in shown
        assert shown.count("\n") == 1


def test_the_list_says_what_each_claims(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["goal", "--list"]) == 0
    shown = capsys.readouterr().out
    for each in presets().values():
        assert f"{each.id}: {each.name}" in shown
        assert each.does_not_claim in shown


def test_evaluate_judges_by_a_preset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "hired.json"
    data.write_text(json.dumps(hired(10).to_json()), encoding="utf-8")
    assert main(["evaluate", str(data), "--preset", "four_fifths", "--json", "-"]) == 1
    rows = {row["goal"]: row for row in json.loads(capsys.readouterr().out)["verdicts"] if row["group"] is None}
    assert rows["four_fifths"]["verdict"] == "not_met"
    assert main(["evaluate", str(data), "--preset", "demographic_parity:0.9", "--json", "-"]) == 0
    assert main(["evaluate", str(data), "--preset", "nyc_ll144"]) == 2
    assert "evenhand bias-audit" in capsys.readouterr().err
