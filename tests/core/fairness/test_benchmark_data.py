"""The benchmarks' made-up people are the same every time, and their arithmetic is what the page says."""

from pathlib import Path

import pytest

from benchmarks.fairness import people, report
from evenhand.fairness import Counts, count


def test_people_are_the_same_every_time_and_near_the_stated_proportions(tmp_path: Path) -> None:
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    for path in (first, second):
        people.write_file(path, 40_000)
    assert first.read_bytes() == second.read_bytes()
    counts = count(first, groups="race", label="label", prediction="prediction")
    shares = dict.fromkeys(people.RACES, 0)
    for cell in counts.cells:
        shares[cell.group[0]] += cell.n
    assert [n / 40_000 for n in shares.values()] == pytest.approx(people.RACE_SHARES, abs=0.005)


def test_a_folder_holds_as_many_people_as_asked_and_no_two_files_alike(tmp_path: Path) -> None:
    people.write_folder(tmp_path / "parts", 3_000, files=3)
    files = sorted((tmp_path / "parts").iterdir())
    assert len({file.read_bytes() for file in files}) == 3
    assert count(tmp_path / "parts", groups="sex", label="label").n_rows == 3_000


def test_there_are_two_thousand_groups_of_four_cells() -> None:
    counts = Counts.from_cells(
        people.many_groups(100_000), groups=list(people.GROUPED), label="label", prediction="prediction"
    )
    assert len({cell.group for cell in counts.cells}) == 2_000
    assert len(counts.cells) == 8_000
    assert counts.n_rows == 180_000


def test_the_time_of_a_hundred_replicates_is_scaled_from_two() -> None:
    assert report.scaled({"points": {"wall": 10.0}, "bootstrap of 2": {"wall": 12.0}}) == 110.0


def test_peers_that_found_something_else_are_named() -> None:
    found = {
        "evenhand": {"tpr": {"Male White": 0.5}},
        "fairlearn": {"tpr": {"Male White": 0.5}},
        "aequitas": {"tpr": {"Male White": 0.6}},
    }
    assert report.disagreements(found) == ["aequitas"]
