"""The selection-rate example of New York City's final rule (6 RCNY 5-300 to 5-304, April 2023): printed impact ratios.

People of unknown category are left out of its tables; the rule has no pass mark, so nothing is judged here.
"""

import pytest

from evenhand.fairness import Counts, evaluate

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
