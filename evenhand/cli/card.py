"""``evenhand card``: look at a model card and see what it lacks, without a server."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.output import ExitCode, note, say, write_json
from evenhand.documents import DocumentError
from evenhand.errors import InputError
from evenhand.modelcard import CardFile, parse_file, render_markdown

File = Annotated[str, typer.Argument(metavar="FILE", help="A card as Markdown with a YAML head, YAML or JSON.")]
Json = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="Write the result as JSON; - is standard output.")
]


def register(app: typer.Typer) -> None:
    """Add ``card`` to the command line."""
    group = typer.Typer(help="Model cards: show and check.", no_args_is_help=True)
    group.command("show")(show_card)
    group.command("check")(check_card)
    app.add_typer(group, name="card")


def show_card(file: File, json_file: Json = None) -> ExitCode:
    """Print a card as Markdown, or as JSON."""
    card = _read(file).card
    if json_file is not None:
        write_json(card.to_dict(), json_file)
    if json_file != "-":
        say(render_markdown(card).rstrip())
    return ExitCode.GOOD


def check_card(file: File, json_file: Json = None) -> ExitCode:
    """Check a card: exit code 0 when all twelve sections say something, 1 when some are empty, 2 when it is broken."""
    try:
        card = _read(file).card
    except DocumentError as error:
        if json_file is not None:
            write_json({"problems": [problem.to_json() for problem in error.problems]}, json_file)
        for problem in error.problems:
            note(str(problem))
        return ExitCode.BAD_INPUT
    complete = card.completeness()
    if json_file is not None:
        missing = [section.id for section in complete.missing]
        report = {"problems": [], "sha256": card.sha256, "filled": complete.n_filled, "sections": complete.n_sections}
        write_json({**report, "missing": missing}, json_file)
    if json_file != "-":
        say(f"{complete.n_filled} of {complete.n_sections} sections say something. SHA-256 {card.sha256}")
        for section in complete.missing:
            say(f"empty: {section.title}. {section.asks}")
    return ExitCode.GOOD if complete.is_complete else ExitCode.NOT_GOOD


def _read(file: str) -> CardFile:
    try:
        return parse_file(Path(file).read_bytes(), name=file)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.")
