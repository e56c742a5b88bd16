"""``evenhand evaluate``: the whole fairness evaluation, offline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli import counting
from evenhand.cli.asking import Request
from evenhand.cli.disclosure import is_public, public_edition
from evenhand.cli.output import ExitCode, note, read_json, say, table, write_json
from evenhand.fairness import Counts, Evaluation, MetricValue, evaluate, read_goals
from evenhand.fairness.comparing.bootstrap import SEED
from evenhand.fairness.comparing.references import parsed
from evenhand.fairness.counts.groups import described
from evenhand.fairness.disclosure.result import public_result
from evenhand.fairness.judging.presets import preset_goals

HEADS = {
    "base_rate": "base rate",
    "selection_rate": "selected",
    "true_positive_rate": "TPR",
    "false_positive_rate": "FPR",
    "positive_predictive_value": "PPV",
    "auc": "AUC",
    "mean_exposure": "exposure",
    "exposure_share": "share of exposure",
    "mean_outcome": "outcome",
    "mean_prediction": "prediction",
    "mean_error": "error",
    "mean_absolute_error": "absolute error",
    "root_mean_squared_error": "RMSE",
    "r_squared": "R2",
}
CLASS_HEADS = {
    "accuracy": "accuracy",
    "macro_recall": "macro recall",
    "macro_precision": "macro precision",
    "macro_f1_score": "macro F1",
}
MOST_CLASSES_SHOWN = 6
LARGE = 1000

Json = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="Write the result as JSON; - is standard output.")
]
Reference = Annotated[
    list[str] | None,
    typer.Option(
        "--reference", help="largest, overall, best_eligible, all_pairs, or column=value (repeat for more columns)."
    ),
]
Preset = Annotated[
    list[str] | None,
    typer.Option(
        "--preset",
        metavar="NAME[:THRESHOLD]",
        help="Judge each group column by a common reading, such as four_fifths (repeatable; evenhand goal --list).",
    ),
]
Within = Annotated[
    list[str] | None,
    typer.Option(
        "--within", metavar="COLUMN", help="Also compare within the strata of this group column (repeatable)."
    ),
]


def register(app: typer.Typer) -> None:
    """Add ``evaluate`` to the command line."""
    app.command("evaluate")(evaluate_data)


def evaluate_data(
    data: Annotated[str, typer.Argument(metavar="DATA", help="CSV, Parquet, or counts made by evenhand count.")],
    *,
    group: counting.Group = None,
    label: counting.Label = None,
    prediction: counting.Prediction = None,
    score: counting.Score = None,
    threshold: counting.Threshold = None,
    positive: counting.Positive = None,
    score_range: counting.ScoreRange = None,
    decision: counting.Decision = None,
    unit: counting.Unit = None,
    weight: counting.Weight = None,
    people: counting.People = None,
    bands: counting.BandsOption = None,
    scoring_rate: counting.ScoringRate = False,
    median: counting.Median = None,
    label_observed: counting.LabelObserved = None,
    outcome: counting.Outcome = "binary",
    classes: counting.Classes = None,
    rank: counting.Rank = None,
    top: counting.Top = None,
    filters: counting.Filters = None,
    order: counting.Order = None,
    encoding: counting.Encoding = "utf-8",
    goal: Annotated[list[str] | None, typer.Option("--goal", metavar="FILE", help="A goal file (repeatable).")] = None,
    preset: Preset = None,
    reference: Reference = None,
    within: Within = None,
    confidence: Annotated[float, typer.Option("--confidence", help="Of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option("--seed", help="Of the bootstrap.")] = SEED,
    json_file: Json = None,
) -> ExitCode:
    """Metrics by group, comparisons and verdicts. Exit code 1 where a goal is not met or inconclusive."""
    goals = [each for path in goal or () for each in read_goals(path)]
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
    if Path(data).suffix.lower() == ".json":
        held = read_json(data)
        if is_public(held):
            edition = public_edition(held, judged=bool(goals or preset or within))
            request.require_same(edition)
            chosen = parsed(reference or ())
            return _told(public_result(edition, reference=chosen, confidence=confidence, order=order), json_file)
        counts = Counts.from_json(held)
        request.require_same(counts)
    else:
        counts = request.counted(data)
    compared = [name for name in counts.attributes if name not in (within or ())]
    goals += [each for text in preset or () for each in preset_goals(text, compared)]
    found = evaluate(
        counts,
        goals=goals,
        reference=parsed(reference or ()),
        confidence=confidence,
        order=order,
        within=_columns(within or (), counts),
        seed=seed,
    )
    return _told(found, json_file)


def _told(found: Evaluation, json_file: str | None) -> ExitCode:
    """Write and print a result; the exit code says whether every goal is met."""
    if json_file is not None:
        write_json(found.to_json(), json_file)
    if json_file != "-":
        _show(found)
    overall = found.overall
    return ExitCode.GOOD if overall is None or overall.verdict == "met" else ExitCode.NOT_GOOD


def _columns(texts: Sequence[str], counts: Counts) -> list[str]:
    """Columns named one an option or with commas; a counted column may have a comma in its name."""
    return [part.strip() for text in texts for part in ([text] if text in counts.attributes else text.split(","))]


def _show(found: Evaluation) -> None:
    for verdict in found.verdicts:
        if verdict.is_overall or verdict.is_goal:
            state = verdict.verdict.replace("_", " ")
            say(f"{verdict.goal or 'Overall'}: {state}. {verdict.sentence}")
            if verdict.is_goal:
                say(f"  {verdict.reason}")
    if found.verdicts:
        say()
    heads = _heads(found)
    head = ["group", "people", *heads.values()]
    rows = [
        [described(result.group), f"{result.n:,}", *(_cell(result.metrics.get(name)) for name in heads)]
        for result in found.groups
    ]
    say(table(head, rows, numeric=frozenset(range(1, len(head)))))
    say(f"\nIntervals are {100 * found.confidence:g}%. Counts {found.counts_sha256}")
    for warning in found.warnings:
        note(f"Note: {warning}")


def _heads(found: Evaluation) -> dict[str, str]:
    """The columns of the table by metric; of classes the macro averages, or the rates of the first few."""
    names = {name for result in found.groups for name in result.metrics}
    if not any("[" in name for name in names):
        return {name: head for name, head in HEADS.items() if name in names}
    if "macro_recall" in names:
        return CLASS_HEADS
    rates = [name for name in found.groups[0].metrics if name.startswith(("selection_rate[", "base_rate["))]
    return {name: name.partition("[")[2].removesuffix("]") for name in rates[:MOST_CLASSES_SHOWN]}


def _cell(metric: MetricValue | None) -> str:
    if metric is None or metric.value is None:
        bounds = None if metric is None or metric.low is None or metric.high is None else (metric.low, metric.high)
        return "-" if bounds is None else f"unseen ({bounds[0]:.3f}-{bounds[1]:.3f})"
    large = abs(metric.value) >= LARGE
    value = f"{metric.value:,.1f}" if large else f"{metric.value:.4f}"
    if metric.low is None or metric.high is None:
        return value
    low, high = (f"{each:,.1f}" if large else f"{each:.3f}" for each in (metric.low, metric.high))
    return f"{value} ({low} to {high})" if metric.low < 0 else f"{value} ({low}-{high})"
