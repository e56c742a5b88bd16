"""Every metric has a methods page, and every test such a page names exists."""

import re
from pathlib import Path

import pytest

from evenhand.fairness.measuring.rates import RATES

METHODS = Path(__file__).parents[3] / "docs" / "methods"
PAGES = [page for folder in ("metrics", "intervals", "comparing") for page in sorted((METHODS / folder).glob("*.md"))]
OTHERS = {
    "count",
    "balanced_accuracy",
    "f1_score",
    "treatment_equality",
    "auc",
    "brier_score",
    "calibration_error",
    "calibration_gap",
    "mean_score",
}


def test_every_metric_has_a_page() -> None:
    assert {page.stem for page in (METHODS / "metrics").glob("*.md")} >= {*RATES, *OTHERS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_formula_edge_cases_source_and_tests_that_exist(page: Path) -> None:
    text = page.read_text()
    for part in ("**Formula.**", "**Edge cases.**", "**Source.**", "**Pinned by**"):
        assert part in text
    named = re.findall(r"`(test_\w+\.py)::(\w+)`", text)
    assert named
    for file, name in named:
        assert f"def {name}(" in (Path(__file__).parent / file).read_text(), f"{page.name} names {file}::{name}"
    for link in re.findall(r"\]\(([^)]+\.md)\)", text):
        assert (page.parent / link).exists(), f"{page.name} links {link}"


def test_the_index_lists_every_page() -> None:
    index = (METHODS / "README.md").read_text()
    missing = [page.stem for page in PAGES if f"{page.parent.name}/{page.name}" not in index]
    assert not missing
