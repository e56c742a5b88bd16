"""The numbers of a report: counts against their digest, results computed again from the counts, and what is printed."""

import json
from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any

from evenhand.errors import EvenhandError, InputError
from evenhand.fairness import Counts, FairnessGoal, evaluate
from evenhand.ledger.canonical import canonical_bytes
from evenhand.verify.findings import Verification

TOLERANCE = 1e-9
OPTIONS = ("seed", "reference", "confidence", "order", "within")
NAMED = 5
MEASURES = (
    "base_rate",
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "positive_predictive_value",
    "accuracy",
)


def check_results(content: Mapping[str, Any], files: Mapping[str, bytes], found: Verification) -> None:
    """Check every evaluation that the report has counts of.

    Parameters
    ----------
    content
        The report's content.
    files
        The attached files.
    found
        Where to record.
    """
    evaluations = [each for each in content.get("evaluations", []) if each.get("result") is not None]
    for evaluation in evaluations:
        number = str(evaluation.get("number"))
        try:
            _check_evaluation(evaluation, number, files, found)
        except (EvenhandError, KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
            found.fails(f"results {number}", f"The results of {number} cannot be computed again: {_said(error)}.")
    if not evaluations:
        found.skips("results", "The report has no results to compute again.")


def _check_evaluation(
    evaluation: Mapping[str, Any], number: str, files: Mapping[str, bytes], found: Verification
) -> None:
    name, stated = evaluation["counts"], evaluation["result"]
    if name not in files:
        found.fails(f"counts {number}", f"The counts of {number} ({name or 'no file'}) are not attached.")
        return
    counts = Counts.from_json(json.loads(files[name]))
    if not counts.sha256 == stated["counts_sha256"] == evaluation["counts_sha256"]:
        found.fails(
            f"counts {number}", f"{name} is not the counts that {number} was computed from: its digest differs."
        )
        return
    found.holds(f"counts {number}", f"{name} has the digest that {number} states ({counts.n_rows:,} rows counted).")
    _check_attached_result(stated, name.replace("counts-", "result-", 1), number, files, found)
    _check_again(counts, evaluation, number, found)


def _check_attached_result(
    stated: Mapping[str, Any], name: str, number: str, files: Mapping[str, bytes], found: Verification
) -> None:
    if files.get(name) == canonical_bytes(dict(stated)):
        found.holds(f"result file {number}", f"{name} is the result that the report states.")
    else:
        found.fails(f"result file {number}", f"{name} is missing, or is not the result that the report states.")


def _check_again(counts: Counts, evaluation: Mapping[str, Any], number: str, found: Verification) -> None:
    stated = evaluation["result"]
    again = recomputed(counts, evaluation)
    differing = list(differences(stated, again))
    engines = f"stated by {stated.get('engine')}, computed again by {again['engine']}"
    if differing:
        named = "; ".join(differing[:NAMED])
        more = f"; and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
        found.fails(
            f"results {number}", f"The results of {number} do not follow from its counts ({engines}): {named}{more}."
        )
        return
    compared = sum(1 for _ in _numbers(again))
    found.holds(f"results {number}", f"All {compared:,} numbers of {number} follow from its counts ({engines}).")


def recomputed(counts: Counts, evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result that follows from counts, goals and options.

    Parameters
    ----------
    counts
        The attached counts.
    evaluation
        An evaluation of the content: its ``goals`` and ``options``.

    Returns
    -------
    dict[str, Any]
        In the shape of ``evaluate --json``.

    Raises
    ------
    InputError
        When a goal or an option is not one.
    """
    given = dict(evaluation.get("options") or {})
    unknown = sorted(set(given) - set(OPTIONS))
    if unknown:
        raise InputError(f"the report names an option this version does not know: {unknown[0]}")
    goals = [FairnessGoal.from_dict(goal) for goal in evaluation.get("goals", [])]
    return evaluate(counts, goals=goals, **given).to_json()


def differences(stated: Any, again: Any, where: str = "") -> Iterator[str]:
    """Yield a line for each place where two results differ; the engine's name may.

    Parameters
    ----------
    stated, again
        JSON values.
    where
        Path to them, for the lines.

    Yields
    ------
    str
        Such as ``groups[3].metrics.false_positive_rate.value is 0.31, counts give 0.4485``.
    """
    if isinstance(stated, Mapping) and isinstance(again, Mapping):
        for name in sorted(set(stated) | set(again)):
            if where or name != "engine":
                yield from differences(stated.get(name), again.get(name), f"{where}.{name}" if where else name)
    elif isinstance(stated, list) and isinstance(again, list) and len(stated) == len(again):
        for index, (left, right) in enumerate(zip(stated, again, strict=True)):
            yield from differences(left, right, f"{where}[{index}]")
    elif not _same(stated, again):
        yield f"{where} is {_short(stated)}, the counts give {_short(again)}"


def _same(left: Any, right: Any) -> bool:
    numeric = (int, float)
    if isinstance(left, numeric) and isinstance(right, numeric) and not isinstance(left, bool):
        return isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(left) is type(right) and bool(left == right)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def check_print(content: Mapping[str, Any], digest: str, text: str, found: Verification) -> None:
    """Check that the pages print what the content says: its digest, each row of measures, each goal's sentence.

    Parameters
    ----------
    content
        The report's content.
    digest
        SHA-256 of ``content.json``.
    text
        The text of all pages without white space.
    found
        Where to record.
    """
    try:
        expected = [digest, *_expected_rows(content), *_expected_sentences(content)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.fails("print", f"The content is not that of a report: {_said(error)}.")
        return
    missing = [line for line in expected if "".join(line.split()) not in text]
    if missing:
        found.fails("print", f"The pages do not print what the content says: {missing[0][:120]} is not on them.")
    else:
        found.holds("print", f"The pages print the content's digest and {len(expected) - 1} of its rows and sentences.")


def _expected_rows(content: Mapping[str, Any]) -> Iterator[str]:
    for evaluation in content["evaluations"]:
        groups = (evaluation.get("result") or {}).get("groups", [])
        shown = [name for name in MEASURES if any(name in group["metrics"] for group in groups)]
        for group in groups:
            values = [_percent(group["metrics"].get(name)) for name in shown]
            if group["group"] or len(groups) > 1:
                yield " ".join([f"{group['n']:,}", *values])


def _expected_sentences(content: Mapping[str, Any]) -> Iterator[str]:
    results = {each["number"]: each.get("result") or {} for each in content["evaluations"]}
    for goal in content["goals"]:
        for row in results.get(goal["evaluation"], {}).get("verdicts", []):
            if (
                row["goal"] == goal["key"]
                and row["metric"] is not None
                and row["group"] is None
                and row["sentence"].isascii()
            ):
                yield row["sentence"]


def _percent(measured: Mapping[str, Any] | None) -> str:
    if not measured or measured.get("value") is None:
        return ""
    return f"{measured['value'] * 100:.2f}%"


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:60]


def _said(error: Exception) -> str:
    text = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(text.split())[:300].rstrip(".")
