"""``evenhand bias-audit``: the tables New York City Local Law 144 asks to publish."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli import counting
from evenhand.cli.asking import Request
from evenhand.cli.evaluating import Json
from evenhand.cli.output import ExitCode, read_json, say, table, write_json
from evenhand.fairness import Counts
from evenhand.fairness.counts.groups import described
from evenhand.fairness.judging.ll144 import AuditTable, BiasAudit, bias_audit_tables

HEADS = {"selection_rate": ("selected", "selection rate"), "scoring_rate": ("above median", "scoring rate")}

Sex = Annotated[str, typer.Option("--sex", help="The column of sex.")]
Race = Annotated[str, typer.Option("--race", help="The column of race or ethnicity.")]
Unknown = Annotated[
    list[str] | None, typer.Option("--unknown", help="A level that means an unknown category (repeatable).")
]
Reason = Annotated[
    str, typer.Option("--leave-out-small", metavar="REASON", help="Leave categories under 2% out, for this reason.")
]


def register(app: typer.Typer) -> None:
    """Add ``bias-audit`` to the command line."""
    app.command("bias-audit")(audit_bias)


def audit_bias(
    data: Annotated[str, typer.Argument(metavar="DATA", help="CSV, Parquet, or counts made by evenhand count.")],
    *,
    sex: Sex,
    race: Race,
    prediction: counting.Prediction = None,
    score: counting.Score = None,
    median: counting.Median = None,
    positive: counting.Positive = None,
    score_range: counting.ScoreRange = None,
    filters: counting.Filters = None,
    encoding: counting.Encoding = "utf-8",
    unknown: Unknown = None,
    leave_out_small: Reason = "",
    json_file: Json = None,
) -> ExitCode:
    """Rates and impact ratios by sex, by race or ethnicity and by both. The law sets no mark, so nothing is judged."""
    if Path(data).suffix.lower() == ".json":
        counts = Counts.from_json(read_json(data))
    else:
        counts = Request(
            group=[sex, race],
            prediction=prediction,
            score=score,
            scoring_rate=score is not None,
            median=median,
            positive=positive,
            score_range=score_range,
            filters=filters,
            encoding=encoding,
        ).counted(data)
    found = bias_audit_tables(counts, sex=sex, race=race, unknown=unknown or (), left_out_reason=leave_out_small)
    if json_file is not None:
        write_json(found.to_json(), json_file)
    if json_file != "-":
        _show(found)
    return ExitCode.GOOD


def _show(found: BiasAudit) -> None:
    for each in found.tables:
        say(_text(each))
        say(f"Unknown: {each.unknown:,}\n")
    for statement in found.statements:
        say(statement)
    say(f"Counts {found.counts_sha256}")


def _text(each: AuditTable) -> str:
    rows = [
        [
            described(row.group),
            f"{row.applicants:,}",
            f"{row.chosen:,}",
            f"{row.rate:.1%}",
            "left out" if row.left_out else "-" if row.impact_ratio is None else f"{row.impact_ratio:.3f}",
        ]
        for row in each.categories
    ]
    return table(["category", "applicants", *HEADS[each.rate], "impact ratio"], rows, numeric=frozenset({1, 2, 3, 4}))
