"""Comparing stated results with those computed again: every difference is named, the engine's name is not one."""

from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts
from evenhand.verify.findings import Verification
from evenhand.verify.results import check_results, differences, recomputed

COUNTS = Counts.from_cells(
    [
        {"sex": sex, "y": label, "p": prediction, "n": n}
        for sex, label, prediction, n in (
            ("f", 1, 1, 9),
            ("f", 0, 1, 3),
            ("f", 0, 0, 8),
            ("m", 1, 0, 4),
            ("m", 0, 0, 16),
        )
    ],
    groups=["sex"],
    label="y",
    prediction="p",
)


def evaluation(**changes: Any) -> dict[str, Any]:
    result = recomputed(COUNTS, {"options": {"seed": 1}})
    made = {"number": "E-1", "counts": "counts-1.json", "counts_sha256": COUNTS.sha256, "result": result, "goals": []}
    return {**made, "options": {"seed": 1}, **changes}


def checked(section: dict[str, Any], files: dict[str, bytes] | None = None) -> Verification:
    from evenhand.ledger.canonical import canonical_bytes

    given = {"counts-1.json": COUNTS.canonical(), "result-1.json": canonical_bytes(section["result"])}
    found = Verification("x")
    check_results({"evaluations": [section]}, given if files is None else files, found)
    return found


def test_honest_results_hold() -> None:
    assert checked(evaluation()).is_good


@pytest.mark.parametrize(
    ("stated", "again", "said"),
    [
        ({"a": 1.0}, {"a": 1.0 + 1e-12}, []),
        ({"engine": "x"}, {"engine": "y"}, []),
        ({"a": [1, 2]}, {"a": [1]}, ["a is [1, 2], the counts give [1]"]),
        ({"a": None}, {"a": 0}, ["a is null, the counts give 0"]),
        ({"a": {"b": 0.2}}, {"a": {"b": 0.25}}, ["a.b is 0.2, the counts give 0.25"]),
        ({"a": True}, {"a": 1}, ["a is true, the counts give 1"]),
        ({}, {"new": 1}, ["new is null, the counts give 1"]),
    ],
)
def test_differences_are_named_with_their_place(stated: Any, again: Any, said: list[str]) -> None:
    assert list(differences(stated, again)) == said


def test_left_out_warning_is_a_difference() -> None:
    section = evaluation()
    section["result"] = {**section["result"], "warnings": ["nothing to see"]}
    assert [check.name for check in checked(section).failures] == ["results E-1"]


def test_counts_with_another_digest_are_named() -> None:
    section = evaluation()
    section["result"] = {**section["result"], "counts_sha256": "00" * 32}
    assert [check.name for check in checked(section).failures] == ["counts E-1"]


def test_missing_counts_are_named() -> None:
    assert "are not attached" in checked(evaluation(), files={}).failures[0].sentence


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"schema": "evenhand.counts/1"}', b"[" * 100_000, b"\xff"])
def test_broken_counts_fail_without_a_traceback(broken: bytes) -> None:
    assert checked(evaluation(), files={"counts-1.json": broken}).failures


def test_unknown_option_is_refused() -> None:
    with pytest.raises(InputError, match="replicates"):
        recomputed(COUNTS, {"options": {"replicates": 10**12}})
