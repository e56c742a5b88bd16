"""``evenhand pairs``: the same cases with one attribute swapped, and whether decisions or scores change with it."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli import counting
from evenhand.cli.output import ExitCode, note, read_json, say, table, write_json
from evenhand.errors import InputError
from evenhand.fairness.counts.groups import described
from evenhand.fairness.pairs.comparing import PairComparison, PairedEvaluation, evaluate_pairs
from evenhand.fairness.pairs.counting import count_pairs
from evenhand.fairness.pairs.tables import PairedCounts

Data = Annotated[str, typer.Argument(metavar="DATA", help="CSV, Parquet, or matched pairs counted before (.json).")]
Pair = Annotated[str | None, typer.Option("--pair", help="The column that says which rows are the same case.")]
Group = Annotated[str | None, typer.Option("--group", help="The column of the attribute that was swapped.")]
Reference = Annotated[
    str | None, typer.Option("--reference", metavar="LEVEL", help="Compare with this level only (default: all pairs).")
]


def register(app: typer.Typer) -> None:
    """Add ``pairs`` to the command line."""
    app.command("pairs")(compare_pairs)


def compare_pairs(
    data: Data,
    pair: Pair = None,
    group: Group = None,
    prediction: counting.Prediction = None,
    score: counting.Score = None,
    threshold: counting.Threshold = None,
    positive: counting.Positive = None,
    reference: Reference = None,
    filters: counting.Filters = None,
    encoding: counting.Encoding = "utf-8",
    confidence: Annotated[float, typer.Option("--confidence", help="Of the intervals.")] = 0.95,
    counts_file: Annotated[
        str | None, typer.Option("--counts", metavar="FILE", help="Also write what was counted, without any row.")
    ] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the result as JSON; - is standard output.")
    ] = None,
) -> ExitCode:
    """Compare matched pairs: McNemar's test, differences and odds ratios, differences of scores."""
    if Path(data).suffix.lower() == ".json":
        if any((pair, group, prediction, score, threshold, positive, reference, filters)):
            raise InputError("These pairs are counted already; leave out the options that say how.")
        counts = PairedCounts.from_json(read_json(data))
    elif pair is None or group is None:
        raise InputError("Name the column of the pairs (--pair) and of the attribute that was swapped (--group).")
    else:
        counts = count_pairs(
            data,
            pair=pair,
            group=group,
            prediction=prediction,
            score=score,
            threshold=threshold,
            positive=positive,
            reference=reference,
            filters=filters or (),
            encoding=encoding,
        )
    found = evaluate_pairs(counts, confidence=confidence)
    if counts_file is not None:
        write_json(counts.to_json(), counts_file)
    if json_file is not None:
        write_json(found.to_json(), json_file)
    if "-" not in (json_file, counts_file):
        _show(found)
    return ExitCode.GOOD


def _show(found: PairedEvaluation) -> None:
    head = ["figure", "of", "against", "value", "interval", "p"]
    say(table(head, [_row(each) for each in found.comparisons], numeric=frozenset({3, 4, 5})))
    say(f"\n{found.n_pairs:,} pairs. Intervals are {100 * found.confidence:g}%. Counts {found.counts_sha256}")
    for warning in found.warnings:
        note(f"Note: {warning}")


def _row(each: PairComparison) -> list[str]:
    return [
        f"{each.metric.replace('_', ' ')}, {each.kind.replace('_', ' ')}",
        described(each.group),
        described(each.reference),
        "-" if each.value is None else f"{each.value:.4f}",
        "-" if each.low is None else f"{each.low:.4f} to {'-' if each.high is None else f'{each.high:.4f}'}",
        "-" if each.p_value is None else f"{each.p_value:.4g}",
    ]
