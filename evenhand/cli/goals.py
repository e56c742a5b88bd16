"""``evenhand goal``: goal files to start from, and the presets there are."""

from typing import Annotated

import typer

from evenhand.cli import counting
from evenhand.cli.output import ExitCode, note, say, write_text
from evenhand.errors import InputError
from evenhand.fairness.judging.presets import Preset, preset, presets
from evenhand.fairness.judging.starters import starter

Chosen = Annotated[str | None, typer.Argument(metavar="PRESET", help="See --list.")]
By = Annotated[
    list[str] | None, typer.Option("--by", help="The attributes whose groups are compared, crossed if several.")
]
Threshold = Annotated[float | None, typer.Option("--threshold", help="How large a gap may be, or a ratio.")]
Listed = Annotated[bool, typer.Option("--list", help="Say which presets there are and what each claims.")]


def register(app: typer.Typer) -> None:
    """Add ``goal`` to the command line."""
    app.command("goal")(write_goal)


def write_goal(
    name: Chosen = None,
    by: By = None,
    threshold: Threshold = None,
    output: counting.Output = "-",
    listed: Listed = False,  # noqa: FBT002 - an option of the command line
) -> ExitCode:
    """Write a goal file to start from: a common reading of fairness, with what is still to be agreed."""
    if listed:
        for each in presets().values():
            _show(each)
        return ExitCode.GOOD
    if name is None:
        raise InputError(f"Name a preset: {', '.join(presets())} (evenhand goal --list says what each claims).")
    attributes = [part.strip() for text in by or () for part in text.split(",") if part.strip()]
    if not attributes:
        raise InputError("Say whose groups are compared (--by race).")
    write_text(starter(preset(name), attributes, threshold=threshold), output)
    if output != "-":
        note(f"Wrote {output}. Fill in whose view it is, who was asked and why; then evaluate with --goal {output}.")
    return ExitCode.GOOD


def _show(each: Preset) -> None:
    limit = "reported, never judged" if not each.fields else f"threshold {each.threshold or 'to be said'}"
    say(f"{each.id}: {each.name} ({limit})")
    say(f"  Claims: {each.claims}")
    say(f"  Does not claim: {each.does_not_claim}")
    say(f"  Source: {each.source}")
