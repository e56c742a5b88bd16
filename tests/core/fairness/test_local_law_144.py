"""The selection-rate example of New York City's final rule (6 RCNY 5-300 to 5-304, April 2023): printed impact ratios.

People of unknown category are left out of its tables; the rule has no pass mark, so nothing is judged here.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.fairness import Counts, count, evaluate
from evenhand.fairness.judging.ll144 import BiasAudit, bias_audit_tables

# category: applicants, selected, printed impact ratio
BY_SEX = {("Male",): (1390, 667, 1.000), ("Female",): (1181, 555, 0.979)}
BY_RACE = {
    ("Hispanic or Latino",): (408, 204, 0.97),
    ("White",): (797, 412, 1.00),
    ("Black or African American",): (390, 170, 0.84),
    ("Native Hawaiian or Pacific Islander",): (119, 52, 0.85),
    ("Asian",): (616, 302, 0.95),
    ("Native American or Alaska Native",): (41, 18, 0.85),
    ("Two or more races",): (213, 96, 0.87),
}
BY_BOTH = {
    ("Male", "Hispanic or Latino"): (205, 90, 0.841),
    ("Female", "Hispanic or Latino"): (190, 82, 0.827),
    ("Male", "White"): (412, 215, 1.000),
    ("Male", "Black"): (226, 95, 0.806),
    ("Male", "Native Hawaiian or Pacific Islander"): (87, 37, 0.815),
    ("Male", "Asian"): (321, 167, 0.997),
    ("Male", "Native American or Alaska Native"): (24, 11, 0.878),
    ("Male", "Two or more races"): (114, 51, 0.857),
    ("Female", "White"): (385, 197, 0.981),
    ("Female", "Black"): (164, 75, 0.876),
    ("Female", "Native Hawaiian or Pacific Islander"): (32, 15, 0.898),
    ("Female", "Asian"): (295, 135, 0.877),
    ("Female", "Native American or Alaska Native"): (17, 7, 0.789),
    ("Female", "Two or more races"): (98, 44, 0.860),
}


@pytest.mark.parametrize(
    ("attributes", "table", "decimals"),
    [(("sex",), BY_SEX, 3), (("race",), BY_RACE, 2), (("sex", "race"), BY_BOTH, 3)],
)
def test_impact_ratios_come_out_as_printed(
    attributes: tuple[str, ...], table: dict[tuple[str, ...], tuple[int, int, float]], decimals: int
) -> None:
    rows = [
        {**dict(zip(attributes, group, strict=True)), "selected": selected, "n": n}
        for group, (applicants, chosen, _) in table.items()
        for selected, n in ((1, chosen), (0, applicants - chosen))
    ]
    found = evaluate(Counts.from_cells(rows, groups=attributes, prediction="selected"), replicates=100)
    ratios = {
        tuple(row.group.values()): row.value
        for row in found.comparisons
        if row.metric == "impact_ratio" and row.by == attributes and row.group is not None
    }
    printed = {group: ratio for group, (_, _, ratio) in table.items() if ratio < 1}
    assert {group: round(value or 0, decimals) for group, value in ratios.items()} == printed


# category: applicants, above the sample's median, printed impact ratio (the first seven rows of the rule's example)
SCORES_BY_SEX = {"Male": (92, 50, 1.00), "Female": (76, 34, 0.82)}
SCORES_BY_RACE = {
    "Hispanic or Latino": (28, 18, 1.00),
    "White": (40, 15, 0.58),
    "Black or African American": (32, 16, 0.78),
    "Native Hawaiian or Pacific Islander": (8, 5, 0.97),
    "Asian": (24, 10, 0.65),
}


def audited(rows: list[tuple[str, str, int, int]], **options: object) -> BiasAudit:
    """The audit of (sex, race, selected, people)."""
    cells = [{"sex": sex, "race": race, "selected": s, "n": n} for sex, race, s, n in rows]
    counts = Counts.from_cells(cells, groups=["sex", "race"], prediction="selected")
    return bias_audit_tables(counts, sex="sex", race="race", **options)  # type: ignore[arg-type]


def published_rows() -> list[tuple[str, str, int, int]]:
    return [
        (sex, race, selected, n)
        for (sex, race), (people, chosen, _) in BY_BOTH.items()
        for selected, n in ((1, chosen), (0, people - chosen))
    ]


def test_all_three_tables_are_there_with_the_printed_ratios_and_the_unknown() -> None:
    unknown = [("(missing)", "White", 1, 120), ("Female", "(missing)", 0, 100), ("(missing)", "(missing)", 1, 30)]
    rows = [(sex.replace("(missing)", ""), race.replace("(missing)", ""), s, n) for sex, race, s, n in unknown]
    found = audited([*published_rows(), *rows])
    assert [table.by for table in found.tables] == [("sex",), ("race",), ("sex", "race")]
    assert found.unknown == 250
    assert [table.unknown for table in found.tables] == [150, 130, 250]
    both = {tuple(row.group.values()): row for row in found.tables[2].categories}
    assert {key: round(row.impact_ratio or 0, 3) for key, row in both.items()} == {
        k: r for k, (_, _, r) in BY_BOTH.items()
    }
    assert both["Female", "White"].applicants == 385
    assert found.tables[2].highest == {"sex": "Male", "race": "White"}
    assert "no pass mark" in found.statements[-1]
    assert "250 of 2,820 people" in found.statements[0]


def test_a_level_called_unknown_is_no_category() -> None:
    found = audited([*published_rows(), ("Unknown", "Unknown", 1, 250)], unknown=["Unknown"])
    assert found.unknown == 250
    assert [len(table.categories) for table in found.tables] == [2, 7, 14]


def test_small_categories_are_left_out_only_with_a_reason_and_stay_with_count_and_rate() -> None:
    whole = audited(published_rows())
    assert not any(row.left_out for table in whole.tables for row in table.categories)
    found = audited(published_rows(), left_out_reason="too few to say anything")
    left_out = {tuple(row.group.values()): row for table in found.tables for row in table.categories if row.left_out}
    assert set(left_out) == {  # under 2 % of 2,570 is 51 people or fewer
        ("Native American or Alaska Native",),
        ("Female", "Native Hawaiian or Pacific Islander"),
        ("Male", "Native American or Alaska Native"),
        ("Female", "Native American or Alaska Native"),
    }
    small = left_out["Female", "Native American or Alaska Native"]
    assert (small.applicants, small.chosen, small.impact_ratio) == (17, 7, None)
    assert any("17 people, under 2% of the data; selection rate 41.2%. Reason: too few" in s for s in found.statements)


def test_a_category_that_was_left_out_never_sets_the_benchmark() -> None:
    rows = [("Male", "A", 1, 500), ("Male", "A", 0, 500), ("Female", "B", 1, 400), ("Female", "B", 0, 600)]
    tiny = [("Female", "C", 1, 9)]
    assert audited([*rows, *tiny]).tables[1].highest == {"race": "C"}
    found = audited([*rows, *tiny], left_out_reason="nine people")
    assert found.tables[1].highest == {"race": "A"}
    assert [row.impact_ratio for row in found.tables[1].categories] == [1.0, 0.8, None]


def test_exactly_two_percent_is_not_under_two_percent() -> None:
    rows = [("Male", "A", 1, 490), ("Male", "A", 0, 490), ("Female", "B", 1, 10), ("Female", "B", 0, 10)]
    found = audited(rows, left_out_reason="small")
    assert not any(row.left_out for table in found.tables for row in table.categories)


def test_scoring_rates_come_out_as_printed() -> None:
    """Above the median of the whole sample (0.5 here), not of the category. 18 of 28 is printed as 64.2 (truncated)."""
    for attribute, printed in (("sex", SCORES_BY_SEX), ("race", SCORES_BY_RACE)):
        frame = pd.DataFrame(
            [
                {"sex": "Male", "race": "White", attribute: level, "score": score}
                for level, (people, above, _) in printed.items()
                for score in [0.9] * above + [0.1] * (people - above)
            ]
        )
        counts = count(frame, groups=["sex", "race"], score="score", median=0.5)
        found = bias_audit_tables(counts, sex="sex", race="race")
        (table,) = [each for each in found.tables if each.rate == "scoring_rate" and each.by == (attribute,)]
        rows = {row.group[attribute]: row for row in table.categories}
        assert {
            level: (row.applicants, row.chosen, round(row.impact_ratio or 0, 2)) for level, row in rows.items()
        } == printed
        assert found.median == 0.5


def test_an_audit_without_what_the_rule_asks_for_is_refused() -> None:
    counts = Counts.from_cells([{"sex": "a", "race": "b", "y": 1, "n": 5}], groups=["sex", "race"], label="y")
    with pytest.raises(InputError, match="needs a prediction"):
        bias_audit_tables(counts, sex="sex", race="race")
    with pytest.raises(InputError, match="'gender' was not counted"):
        bias_audit_tables(counts, sex="gender", race="race")


def test_the_audit_is_json() -> None:
    found = audited(published_rows()).to_json()
    assert found["tables"][0]["categories"][0]["group"] == {"sex": "Female"}
    assert found["tables"][0]["highest"] == {"sex": "Male"}


def test_the_command_prints_and_writes_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "applicants.csv"
    rows = [(sex, race, s) for sex, race, s, n in published_rows() for _ in range(n)]
    pd.DataFrame([*rows, (None, "White", 1)], columns=["sex", "race", "hired"]).to_csv(data, index=False)
    arguments = ["bias-audit", str(data), "--sex", "sex", "--race", "race", "--prediction", "hired"]
    assert main([*arguments, "--leave-out-small", "too few"]) == 0
    shown = capsys.readouterr().out
    assert "race=Black, sex=Male" in shown or "sex=Male, race=Black" in shown
    assert "0.806" in shown
    assert "Unknown: 1" in shown
    assert "Reason: too few" in shown
    assert main([*arguments, "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["unknown"] == 1


def test_the_command_finds_the_median_of_the_whole_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scores 1 to 8: the median is 4.5, above which men have 3 of 4 and women 1 of 4."""
    data = tmp_path / "scores.csv"
    scores = {"Male": (2, 6, 7, 8), "Female": (1, 3, 4, 5)}
    rows = [(sex, "White", score) for sex, each in scores.items() for score in each]
    pd.DataFrame(rows, columns=["sex", "race", "score"]).to_csv(data, index=False)
    assert main(["bias-audit", str(data), "--sex", "sex", "--race", "race", "--score", "score", "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["median"] == 4.5
    by_sex = {row["group"]["sex"]: (row["chosen"], row["impact_ratio"]) for row in found["tables"][0]["categories"]}
    assert by_sex == {"Male": (3, 1.0), "Female": (1, 1 / 3)}
