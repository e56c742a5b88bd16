"""``evenhand memberships``: rates of groups that are known by probability only."""

from dataclasses import asdict
from typing import Annotated

import typer

from evenhand.cli import counting
from evenhand.cli.evaluating import Json
from evenhand.cli.output import ExitCode, say, table, write_json
from evenhand.errors import InputError
from evenhand.fairness import count_memberships, membership_differences, membership_rates
from evenhand.fairness.measuring.probable import BIAS

Membership = Annotated[
    str,
    typer.Option(
        "--membership",
        metavar="ATTRIBUTE:LEVEL=COLUMN,...",
        help="The column of probabilities of each level, such as race:White=p_white,Black=p_black.",
    ),
]
Level = Annotated[str | None, typer.Option("--reference", help="Also compare every level with this one.")]
Confidence = Annotated[float, typer.Option("--confidence", help="Of the intervals, 0.5 to under 1.")]


def register(app: typer.Typer) -> None:
    """Add ``memberships`` to the command line."""
    app.command("memberships")(estimate)


def estimate(
    data: counting.Data,
    *,
    membership: Membership,
    label: counting.Label = None,
    prediction: counting.Prediction = None,
    positive: counting.Positive = None,
    reference: Level = None,
    confidence: Confidence = 0.95,
    encoding: counting.Encoding = "utf-8",
    json_file: Json = None,
) -> ExitCode:
    """Estimates weighted by membership probability, with what they assume and how far the truth could be from them."""
    if not 0.5 <= confidence < 1:
        raise InputError(f"The confidence {confidence:g} must be at least 0.5 and under 1.")
    attribute, levels = parsed(membership)
    counts = count_memberships(
        data,
        attribute=attribute,
        levels=levels,
        label=label,
        prediction=prediction,
        positive=positive,
        encoding=encoding,
    )
    rates = [asdict(row) for row in membership_rates(counts, confidence=confidence)]
    differences = (
        []
        if reference is None
        else [asdict(row) for row in membership_differences(counts, reference, confidence=confidence)]
    )
    if json_file is not None:
        found = {"attribute": attribute, "n_rows": counts.n_rows, "confidence": confidence, "rates": rates}
        write_json({**found, "differences": differences, "warnings": [BIAS]}, json_file)
    if json_file != "-":
        head = ["metric", "level", "estimate", "low", "high", "lowest", "highest"]
        for rows in (rates, differences):
            if rows:
                said = [[row["metric"], _level(row), *(_number(row[name]) for name in COLUMNS)] for row in rows]
                say(table(head, said, numeric=frozenset(range(2, 7))) + "\n")
        say(BIAS)
    return ExitCode.GOOD


COLUMNS = ("value", "low", "high", "lowest", "highest")


def parsed(text: str) -> tuple[str, dict[str, str]]:
    """An attribute and its levels' columns from ``race:White=p_white,Black=p_black``."""
    attribute, colon, rest = text.partition(":")
    pairs = [part.partition("=") for part in rest.split(",")]
    if not colon or not attribute or not all(level and column for level, _, column in pairs):
        raise InputError(f"Membership {text!r} is not understood; write race:White=p_white,Black=p_black.")
    levels = {level.strip(): column.strip() for level, _, column in pairs}
    if len(levels) < len(pairs):
        raise InputError(f"Membership {text!r} names a level twice; name each once.")
    return attribute.strip(), levels


def _level(row: dict[str, object]) -> str:
    return f"{row['level']} - {row['reference']}" if "reference" in row else str(row["level"])


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
