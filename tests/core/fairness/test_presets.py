"""Presets make the goals they say they make, and judge nothing that has no mark."""

import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, evaluate
from evenhand.fairness.judging.presets import preset, presets
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
        if each.fields is not None:
            assert each.goal("sex", threshold=0.5).by == ("sex",)
    with pytest.raises(InputError, match="there are four_fifths"):
        preset("fairness")
