"""``evenhand verify``: is this report or bundle genuine, complete, and computed from the evidence it carries?"""

from importlib import import_module
from typing import Annotated

import typer

from evenhand.cli.output import ExitCode, say, write_json


def register(app: typer.Typer) -> None:
    """Add ``verify`` to the command line."""
    app.command("verify")(verify)


def verify(
    file: Annotated[str, typer.Argument(help="REPORT.pdf or BUNDLE.zip.", metavar="FILE")],
    key: Annotated[
        str | None, typer.Option("--key", help="Fingerprint (SHA-256) or certificate file of the expected signer.")
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", help="An older checkpoint you kept: the ledger must continue it.")
    ] = None,
    json: Annotated[str | None, typer.Option("--json", help="Write the outcome as JSON to a file, or - here.")] = None,
) -> ExitCode:
    """Check a report or bundle offline: signature, ledger, counts, and every number computed again."""
    outcome = import_module("evenhand.verify").verify(file, key=key, checkpoint=checkpoint)  # costs a second to import
    if json is not None:
        write_json(outcome.to_json(), json)
    if json != "-":
        for line in outcome.lines():
            say(line)
    return ExitCode.GOOD if outcome.is_good else ExitCode.NOT_GOOD
