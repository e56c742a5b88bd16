"""``evenhand plot``: a picture of counts or of a result, with the finding in words and its figures as a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.output import ExitCode, read_json, say, write_text
from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, evaluate, read_goals
from evenhand.fairness.comparing.references import parsed
from evenhand.fairness.judging.impossibility import impossibility
from evenhand.fairness.judging.thresholds import threshold_study
from evenhand.fairness.plots import (
    Plot,
    Question,
    calibration_plot,
    funnel_plot,
    impossibility_plot,
    interval_plot,
    matrix_plot,
    roc_plot,
    thresholds_plot,
)
from evenhand.fairness.plots.groups import scored_groups
from evenhand.fairness.plots.rows import MINIMUM
from evenhand.fairness.plots.rowwise import LAYOUTS
from evenhand.fairness.plots.thresholds import SHOWN as RATES_SHOWN

REPLICATES = 1_000  # the pictures show no figure that is drawn at random, so few draws do


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the command line asked for; exactly one of ``counts`` and ``result`` was handed in."""

    counts: Counts | None
    result: Evaluation
    by: tuple[str, ...]
    metrics: tuple[str, ...]
    goals: tuple[FairnessGoal, ...]
    goal_id: str
    at: float | None
    size: Mapping[str, Any]

    def counted(self) -> Counts:
        """The counts, which some pictures need."""
        if self.counts is None:
            raise InputError("This plot needs counts, and this file is a result; make counts with evenhand count.")
        return self.counts


def register(app: typer.Typer) -> None:
    """Add ``plot`` to the command line."""
    app.command("plot")(plot)


def plot(
    kind: Annotated[str, typer.Argument(help="interval, funnel, matrix, roc, calibration, thresholds, impossibility.")],
    data: Annotated[str, typer.Argument(metavar="FILE", help="Counts or a result, as JSON.")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="The SVG; - is standard output.")],
    by: Annotated[list[str] | None, typer.Option("--by", help="Whose groups: a column, or several crossed.")] = None,
    metric: Annotated[list[str] | None, typer.Option("--metric", help="Which metric; a matrix takes several.")] = None,
    goal: Annotated[list[str] | None, typer.Option("--goal", metavar="FILE", help="A goal file, with counts.")] = None,
    goal_id: Annotated[str, typer.Option("--goal-id", help="Which goal's line an interval chart shows.")] = "",
    reference: Annotated[
        list[str] | None,
        typer.Option("--reference", help="With counts: as in evenhand evaluate."),
    ] = None,
    confidence: Annotated[float, typer.Option("--confidence", help="With counts: of the intervals.")] = 0.95,
    at: Annotated[float | None, typer.Option("--at", help="The threshold a threshold study marks.")] = None,
    minimum: Annotated[int, typer.Option("--minimum", help="Groups with fewer people are named, not drawn.")] = MINIMUM,
    width: Annotated[str, typer.Option("--width", help="page, print or phone.")] = "page",
    fonts: Annotated[Path | None, typer.Option("--fonts", help="A folder of typefaces to measure text with.")] = None,
    table: Annotated[str, typer.Option("--table", metavar="FILE", help="Also write the figures, tab-separated.")] = "",
) -> ExitCode:
    """Draw a plot as SVG. Prints what it shows in words."""
    if kind not in KINDS:
        raise InputError(f"There is no plot {kind!r}; choose one of {', '.join(KINDS)}.")
    if width not in LAYOUTS:
        raise InputError(f"There is no width {width!r}; choose one of {', '.join(LAYOUTS)}.")
    counts, result, goals = _read(data, goal or (), reference or (), confidence)
    names = [name for row in result.groups for name in row.group] if counts is None else list(counts.attributes)
    asked = Asked(
        counts=counts,
        result=result,
        by=_named(by, names),
        metrics=tuple(metric or ()),
        goals=goals,
        goal_id=goal_id,
        at=at,
        size={"minimum": minimum, "width": width, "fonts": fonts},
    )
    drawn = KINDS[kind](asked)
    write_text(drawn.svg + "\n", output)
    if table:
        write_text(drawn.table.text() + "\n", table)
    if "-" not in (output, table):
        say(drawn.alt)
    return ExitCode.GOOD


def _read(
    path: str, goal_files: Sequence[str], reference: Sequence[str], confidence: float
) -> tuple[Counts | None, Evaluation, tuple[FairnessGoal, ...]]:
    value = read_json(path)
    if isinstance(value, dict) and "comparisons" in value:
        if goal_files or reference:
            raise InputError("A result was compared and judged already; use --goal and --reference with counts.")
        return None, Evaluation.from_json(value), ()
    counts, goals = Counts.from_json(value), tuple(each for name in goal_files for each in read_goals(name))
    result = evaluate(
        counts, goals=goals, reference=parsed(list(reference)), confidence=confidence, replicates=REPLICATES
    )
    return counts, result, goals


def _named(by: Sequence[str] | None, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that were named, or the first there is."""
    if not by:
        return tuple(names[:1])
    found = [part.strip() for text in by for part in ([text] if text in names else text.split(","))]
    for name in found:
        if name not in names:
            raise InputError(f"--by: there are no groups by {name!r}; there are {', '.join(dict.fromkeys(names))}.")
    return tuple(found)


def _interval(asked: Asked) -> Plot:
    size = dict(asked.size)
    minimum, metric = size.pop("minimum"), next(iter(asked.metrics), "")
    goal = asked.goal_id or next(
        (
            row.goal or ""
            for row in asked.result.verdicts
            if row.group and set(row.by) == set(asked.by) and metric in ("", row.metric)
        ),
        "",
    )
    if goal:
        question = Question.of_goal(asked.result, goal, metric=metric, minimum=minimum)
    else:
        question = Question.about(metric or _first_metric(asked), asked.by, minimum=minimum)
    return interval_plot(asked.result, question, **size)


def _first_metric(asked: Asked) -> str:
    measured = asked.result.groups[0].metrics
    return next((name for name in ("selection_rate", "base_rate") if name in measured), next(iter(measured)))


def _funnel(asked: Asked) -> Plot:
    return funnel_plot(asked.result, next(iter(asked.metrics), _first_metric(asked)), asked.by, **asked.size)


def _matrix(asked: Asked) -> Plot:
    return matrix_plot(asked.result, asked.by, metrics=asked.metrics, **asked.size)


def _roc(asked: Asked) -> Plot:
    return roc_plot(asked.counted(), asked.by, confidence=asked.result.confidence, **asked.size)


def _calibration(asked: Asked) -> Plot:
    return calibration_plot(asked.counted(), asked.by, confidence=asked.result.confidence, **asked.size)


def _thresholds(asked: Asked) -> Plot:
    counts = asked.counted()
    goals = [goal for goal in asked.goals if goal.by == asked.by]
    study = threshold_study(counts, asked.by, goals=goals)
    fewest = {group.label: min(group.positives, group.negatives) for group in scored_groups(counts, asked.by)}
    return thresholds_plot(study, metrics=asked.metrics or RATES_SHOWN, at=asked.at, fewest=fewest, **asked.size)


def _impossibility(asked: Asked) -> Plot:
    size = dict(asked.size)
    minimum = size.pop("minimum")
    if asked.counts is not None:
        found = impossibility(asked.counts, asked.by, goals=asked.goals, min_group=minimum)
        return impossibility_plot(found, **size)
    panel = next((each for each in asked.result.impossibility if set(each.by) == set(asked.by)), None)
    if panel is None:
        raise InputError(f"This result says nothing of criteria by {', '.join(asked.by)}; draw it from counts.")
    return impossibility_plot(panel, **size)


KINDS: dict[str, Callable[[Asked], Plot]] = {
    "interval": _interval,
    "funnel": _funnel,
    "matrix": _matrix,
    "roc": _roc,
    "calibration": _calibration,
    "thresholds": _thresholds,
    "impossibility": _impossibility,
}
