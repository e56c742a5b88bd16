"""``evenhand thresholds``: what other thresholds would do, as information."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli import counting
from evenhand.cli.asking import Request
from evenhand.cli.evaluating import Json
from evenhand.cli.output import ExitCode, note, read_json, say, table, write_json
from evenhand.errors import InputError
from evenhand.fairness import Counts, FairnessGoal, read_goals
from evenhand.fairness.counts.groups import described
from evenhand.fairness.curves import OwnThreshold, ThresholdStudy
from evenhand.fairness.judging.thresholds import threshold_study

ROWS = 20  # thresholds printed; the JSON has all

By = Annotated[
    str | None, typer.Option("--by", help="The attribute (or a comma list, crossed) to study; default: the goals'.")
]


def register(app: typer.Typer) -> None:
    """Add ``thresholds`` to the command line."""
    app.command("thresholds")(study_thresholds)


def study_thresholds(
    data: Annotated[str, typer.Argument(metavar="DATA", help="CSV, Parquet, or counts made by evenhand count.")],
    group: counting.Group = None,
    label: counting.Label = None,
    score: counting.Score = None,
    threshold: counting.Threshold = None,
    positive: counting.Positive = None,
    score_range: counting.ScoreRange = None,
    filters: counting.Filters = None,
    order: counting.Order = None,
    encoding: counting.Encoding = "utf-8",
    goal: Annotated[list[str] | None, typer.Option("--goal", metavar="FILE", help="A goal file (repeatable).")] = None,
    by: By = None,
    json_file: Json = None,
) -> ExitCode:
    """Every rate over all thresholds, where the goals would be met, and what it costs. Information: no verdict."""
    goals = [each for path in goal or () for each in read_goals(path)]
    request = Request(
        group=group,
        label=label,
        score=score,
        threshold=threshold,
        positive=positive,
        score_range=score_range,
        filters=filters,
        order=order,
        encoding=encoding,
    )
    if Path(data).suffix.lower() == ".json":
        counts = Counts.from_json(read_json(data))
        request.require_same(counts)
    else:
        counts = request.counted(data)
    study = threshold_study(counts, _studied(by, goals, counts), goals=goals)
    if json_file is not None:
        write_json(study.to_json(), json_file)
    if json_file != "-":
        _show(study)
    return ExitCode.GOOD


def _studied(by: str | None, goals: list[FairnessGoal], counts: Counts) -> tuple[str, ...]:
    if by is not None:
        return (by,) if by in counts.attributes else tuple(part.strip() for part in by.split(","))
    named = {each.by for each in goals} or {(name,) for name in counts.attributes}
    if len(named) > 1:
        shown = "; ".join(", ".join(each) for each in sorted(named))
        raise InputError(f"Say which groups to study (--by): {shown}.")
    return named.pop()


def _show(study: ThresholdStudy) -> None:
    step = max(1, -(-len(study.thresholds) // ROWS))
    head = ["threshold", "selected", "accuracy", *(each.goal for each in study.goals)]
    rows = [
        [
            f"{study.thresholds[index]:.9g}",
            _percent(study.selected[index]),
            _percent(study.accuracy[index]),
            *(_met(each.met[index]) for each in study.goals),
        ]
        for index in range(0, len(study.thresholds), step)
    ]
    say(table(head, rows, numeric=frozenset({0, 1, 2})))
    if step > 1:
        say(f"\nEvery {step}th of {len(study.thresholds):,} thresholds; --json has all.")
    for each in study.goals:
        say(f"\n{each.goal}: {_best(each.best, each.accuracy_paid)}")
    for own in study.own_thresholds:
        paid = _percent(own.accuracy_paid)
        say(f"\n{own.goal}, {own.metric}: a threshold for each group would cost {paid} of accuracy.")
        say(table(["group", "threshold", own.metric], [_own(row) for row in own.thresholds], numeric=frozenset({1, 2})))
        note(f"Warning: {own.warning}")
    for warning in study.warnings:
        note(f"Note: {warning}")


def _own(row: OwnThreshold) -> list[str]:
    return [described(row.group), f"{row.threshold:.9g}", f"{row.value:.4f}"]


def _best(best: float | None, paid: float | None) -> str:
    if best is None:
        return "no single threshold would meet it, by these rates as they are."
    return f"met at {best:.9g}, by these rates as they are, for {_percent(paid)} of accuracy."


def _met(state: bool | None) -> str:  # noqa: FBT001
    return {True: "met", False: "not met", None: "not known"}[state]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"
