"""``evenhand count`` and ``evenhand recount``: rows into counts, and counts checked against the rows."""

from typing import Annotated

import typer

from evenhand.cli.asking import Request
from evenhand.cli.output import ExitCode, note, read_json, say, write_json
from evenhand.fairness import Counts
from evenhand.fairness.scanning.recounting import differences

Data = Annotated[str, typer.Argument(metavar="DATA", help="CSV or Parquet: a file, a folder or a glob.")]
Group = Annotated[
    list[str] | None,
    typer.Option("--group", help="Group columns, as a comma list or repeated (for a name that holds a comma)."),
]
Label = Annotated[str | None, typer.Option("--label", help="The two-valued column of what happened.")]
Prediction = Annotated[str | None, typer.Option("--prediction", help="The two-valued column of what was decided.")]
Score = Annotated[str | None, typer.Option("--score", help="The column of scores.")]
Threshold = Annotated[float | None, typer.Option("--threshold", help="Selected is a score of at least this.")]
Positive = Annotated[str | None, typer.Option("--positive", help="The positive value, where columns are not 0 and 1.")]
ScoreRange = Annotated[
    str | None, typer.Option("--score-range", metavar="LOW,HIGH", help="The lowest and highest possible score.")
]
Decision = Annotated[str | None, typer.Option("--decision", help="The human's final decision beside the model's.")]
Unit = Annotated[
    str | None,
    typer.Option(
        "--unit", help="The person, site or employer whose rows belong together; intervals then allow for it."
    ),
]
Weight = Annotated[str | None, typer.Option("--weight", help="The column of survey weights.")]
People = Annotated[
    str | None, typer.Option("--people", help="Of a ready count table: the column that says how many people.")
]
BandsOption = Annotated[
    list[str] | None,
    typer.Option("--bands", metavar="COLUMN=CUTS", help="Cut a numeric group column, such as age=25,40,60."),
]
ScoringRate = Annotated[bool, typer.Option("--scoring-rate", help="Count who scores above the whole sample's median.")]
Median = Annotated[
    float | None, typer.Option("--median", help="Count who scores above this instead, so that parts add up.")
]
LabelObserved = Annotated[
    str | None, typer.Option("--label-observed", help="all, or selected: labels are known only of selected people.")
]
Filters = Annotated[list[str] | None, typer.Option("--filter", help="Only rows with column=value (or != < <= > >=).")]
Outcome = Annotated[str, typer.Option("--outcome", help="binary, classes (more than two) or numeric (quantities).")]
Classes = Annotated[
    list[str] | None,
    typer.Option("--classes", help="All class names, as a comma list or repeated, where parts may not hold every one."),
]
Rank = Annotated[str | None, typer.Option("--rank", help="The column of ranks in a list, 1 = first.")]
Top = Annotated[int | None, typer.Option("--top", help="How many first places of a list count as selected.")]
Encoding = Annotated[str, typer.Option("--encoding", help="utf-8, utf-16, latin-1 or windows-1252.")]
Order = Annotated[int | None, typer.Option("--order", help="How many attributes are crossed at most.")]
ControlTotal = Annotated[int | None, typer.Option("--control-total", help="How many rows there must be.")]
ExtractedOn = Annotated[
    str | None, typer.Option("--extracted-on", metavar="DATE", help="When the rows were extracted.")
]
Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where to write; - is standard output.")]


def register(app: typer.Typer) -> None:
    """Add ``count`` and ``recount`` to the command line."""
    app.command("count")(count_rows)
    app.command("recount")(recount_rows)


def count_rows(
    data: Data,
    *,
    group: Group = None,
    label: Label = None,
    prediction: Prediction = None,
    score: Score = None,
    threshold: Threshold = None,
    positive: Positive = None,
    score_range: ScoreRange = None,
    decision: Decision = None,
    unit: Unit = None,
    weight: Weight = None,
    people: People = None,
    bands: BandsOption = None,
    scoring_rate: ScoringRate = False,
    median: Median = None,
    label_observed: LabelObserved = None,
    outcome: Outcome = "binary",
    classes: Classes = None,
    rank: Rank = None,
    top: Top = None,
    filters: Filters = None,
    order: Order = None,
    control_total: ControlTotal = None,
    extracted_on: ExtractedOn = None,
    encoding: Encoding = "utf-8",
    output: Output = "-",
) -> ExitCode:
    """Count rows by group, label and prediction. The counts hold no rows and can leave the house."""
    request = Request(
        group=group,
        label=label,
        prediction=prediction,
        score=score,
        threshold=threshold,
        positive=positive,
        score_range=score_range,
        decision=decision,
        unit=unit,
        weight=weight,
        people=people,
        bands=bands,
        scoring_rate=scoring_rate,
        median=median,
        label_observed=label_observed,
        outcome=outcome,
        classes=classes,
        rank=rank,
        top=top,
        filters=filters,
        order=order,
        encoding=encoding,
    )
    counts = request.counted(data, control_total=control_total, extracted_on=extracted_on)
    write_json(counts.to_json(), output)
    if output != "-":
        note(f"Counted {counts.n_rows:,} rows in {len(counts.cells)} cells: {output}, sha256 {counts.sha256}")
    return ExitCode.GOOD


def recount_rows(
    data: Data,
    counts_file: Annotated[str, typer.Argument(metavar="COUNTS", help="The counts to check.")],
    encoding: Encoding = "utf-8",
) -> ExitCode:
    """Count DATA again exactly as COUNTS says it was counted, and name each cell that differs."""
    claimed = Counts.from_json(read_json(counts_file))
    found = differences(claimed, data, encoding=encoding)
    for line in found:
        say(line)
    if not found:
        say(f"The counts hold: {claimed.n_rows:,} rows, {len(claimed.cells)} cells, sha256 {claimed.sha256}")
    return ExitCode.NOT_GOOD if found else ExitCode.GOOD
