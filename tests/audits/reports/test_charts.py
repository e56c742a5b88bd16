"""Interval charts: rows, states, the goal's sides, widths, and what a reader who sees no picture is told."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from audits.reports.charts import MOST_ROWS, Question, interval_chart
from audits.reports.goal_limits import band_of, limit_label
from evenhand.fairness import Counts, FairnessGoal, evaluate
from evenhand.fairness.plots.rows import Band, GroupRow, Partition, interval_rows
from evenhand.fairness.plots.scale import Unit, axis_from_zero, axis_over, value_text
from evenhand.fairness.plots.theme import BAD, BEYOND, DOUBT, GOOD
from tests.audits.reports import builders

# group: negatives not flagged, negatives flagged; the last has too few
GROUPS = {"large": (700, 100), "same": (349, 51), "far above": (200, 200), "far below": (398, 2), "few": (9, 3)}


def goal(**changes: Any) -> dict[str, Any]:
    return {
        "id": "g",
        "metric": "false_positive_rate",
        "by": ["team"],
        "threshold": 0.05,
        "reference": {"team": "large"},
        **changes,
    }


def result_of(document: dict[str, Any], groups: dict[str, tuple[int, int]] = GROUPS) -> dict[str, Any]:
    rows = [
        {"team": name, "y": 0, "p": flagged, "n": n}
        for name, (passed, hit) in groups.items()
        for flagged, n in ((0, passed), (1, hit))
    ]
    rows += [{"team": name, "y": 1, "p": 1, "n": 40} for name in groups]
    counts = Counts.from_cells(rows, groups=["team"], label="y", prediction="p")
    return evaluate(counts, goals=[FairnessGoal.from_dict(document)], replicates=200).to_json()


def question(document: dict[str, Any]) -> Question:
    return Question(
        shown=Partition(metric="false_positive_rate", by=("team",), goal="g"),
        by_label="Team",
        band=band_of(document),
        limit_label=limit_label(document),
    )


def states(document: dict[str, Any]) -> dict[str, str]:
    return {row.label: row.state for row in interval_rows(result_of(document), question(document).shown)}


def test_equal_goal_is_missed_on_both_sides() -> None:
    found = states(goal(side="two_sided"))
    assert found["far above"] == found["far below"] == "not_met"
    assert found["large"] == "reference"
    assert found["few"] == "too_few"


def test_goal_with_one_side_is_missed_on_that_side_only() -> None:
    assert states(goal(side="at_most"))["far below"] == "met"
    assert states(goal(side="at_least", threshold=-0.05))["far above"] == "met"


def test_goal_over_all_pairs_is_shown_against_one_group() -> None:
    document = goal(side="two_sided", reference="all_pairs")
    rows = {row.label: row for row in interval_rows(result_of(document), question(document).shown)}
    reference = next(row for row in rows.values() if row.state == "reference")
    above = rows["far above"]
    assert above.gap is not None
    assert above.rate is not None
    assert reference.rate is not None
    assert above.gap.value == pytest.approx(above.rate.value - reference.rate.value)
    assert above.gap.low is not None
    assert above.gap.low < above.gap.value < (above.gap.high or 0)
    assert above.state == rows["far below"].state == "not_met"


@pytest.mark.parametrize(
    ("changes", "label", "band"),
    [
        ({"side": "at_most"}, "at most +5", Band(low=None, high=0.05)),
        ({"side": "at_least", "threshold": -0.1}, "at least \u221210", Band(low=-0.1, high=None)),
        ({"side": "equal", "reference": {"team": "large"}}, "within 5 points", Band(low=-0.05, high=0.05)),
        ({"kind": "ratio", "side": "at_least", "threshold": 0.8}, "at least 0.80", Band(low=0.8, high=None)),
        ({"kind": "ratio", "side": "two_sided", "threshold": 0.8}, "0.80 to 1.25", Band(low=0.8, high=1.25)),
    ],
)
def test_limits_are_said_as_agreed(changes: dict[str, Any], label: str, band: Band) -> None:
    assert limit_label(goal(**changes)) == label
    assert band_of(goal(**changes)) == band


@pytest.mark.parametrize("width", ["page", "print", "phone"])
def test_each_width_is_drawn_with_marks_goal_and_words(width: str) -> None:
    document = goal(side="two_sided")
    chart = interval_chart(result_of(document), question(document), width=width, fonts=builders.FONTS_FOLDER)
    root = ElementTree.fromstring(chart.svg)
    texts = {"".join(each.itertext()) for each in root.iter() if each.tag.endswith("text")}
    assert "far above" in texts
    assert "50.0%" in texts
    assert any(text.startswith("goal: within 5 points") for text in texts)
    assert chart.svg.count(BEYOND) == 2
    assert BAD in chart.svg
    assert float(root.attrib["width"]) <= {"page": 1100, "print": 690, "phone": 352}[width]


def test_finding_is_told_in_words() -> None:
    document = goal(side="two_sided")
    chart = interval_chart(result_of(document), question(document))
    assert chart.alt.startswith("False positive rate by team with intervals. Goal: within 5 points.")
    assert "far above: 50.0%, not met." in chart.alt
    assert "few: not enough data." in chart.alt


def test_same_numbers_give_the_same_picture() -> None:
    document = goal()
    result = result_of(document)
    assert interval_chart(result, question(document)).svg == interval_chart(result, question(document)).svg


def test_names_with_markup_and_quotes_stay_text() -> None:
    nasty = {'"><script>x</script>': (350, 50), "a & b 'c' \\ </svg>": (300, 100)}
    document = goal(side="two_sided", reference="largest")
    chart = interval_chart(result_of(document, nasty), question(document))
    root = ElementTree.fromstring(chart.svg)
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    assert '"><script>x</script>' in "".join(root.itertext())


def test_more_groups_than_fit_keep_the_missed_ones() -> None:
    many = {f"group {number:02}": (340, 60) for number in range(30)} | {"far above": (200, 200)}
    document = goal(reference={"team": "group 00"}, side="at_most")
    chart = interval_chart(result_of(document, many), question(document))
    assert len(chart.rows) == 31
    assert chart.left_out == 31 - MOST_ROWS
    assert ">far above<" in chart.svg


def test_result_without_a_goal_is_drawn_without_verdicts() -> None:
    document = goal()
    result = {**result_of(document), "verdicts": []}
    shown = Partition(metric="false_positive_rate", by=("team",))
    chart = interval_chart(result, Question(shown=shown, by_label="Team"))
    assert {row.state for row in chart.rows} == {"not_judged", "reference", "too_few"}
    assert GOOD not in chart.svg
    assert DOUBT not in chart.svg


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.44846797, Unit.of("false_positive_rate"), "44.8%"),
        (-0.0199, Unit.of_gap("false_positive_rate", "difference"), "\u22122.0"),
        (0.2139, Unit.of_gap("false_positive_rate", "difference"), "+21.4"),
        (-0.00001, Unit.of_gap("accuracy", "difference"), "0.0"),
        (0.8, Unit.of_gap("selection_rate", "ratio"), "0.80"),
        (0.7043, Unit.of("auc"), "0.704"),
    ],
)
def test_values_are_printed_as_agreed(value: float, unit: Unit, text: str) -> None:
    assert value_text(value, unit) == text


@pytest.mark.parametrize("values", [[0.0], [-13.2, 24.5, 0.0], [0.001, 0.002], [5.0, 5.0]])
def test_axes_hold_every_value(values: list[float]) -> None:
    whole, from_zero = axis_over(values), axis_from_zero(values, room=0.3)
    for axis in (whole, from_zero):
        assert axis.low <= min(values)
        assert axis.high >= max(values)
        assert len(axis.ticks) <= 8
    assert whole.ticks[-1] == whole.high


def test_rows_are_plain_values() -> None:
    rows = interval_rows(result_of(goal()), Partition(metric="false_positive_rate", by=("team",), goal="g"))
    assert all(isinstance(row, GroupRow) for row in rows)
    assert rows[-1].label == "few"
    assert (rows[-1].numerator, rows[-1].denominator) == (3, 12)
