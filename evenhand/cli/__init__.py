"""The ``evenhand`` command: one module per group of commands, each exposing ``register(app)``."""

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from evenhand.cli.output import ExitCode, leave, run

# Each line is one module of this package with a function ``register(app: typer.Typer) -> None``.
COMMAND_MODULES = (
    "evenhand.cli.bias_audit",
    "evenhand.cli.card",
    "evenhand.cli.client",
    "evenhand.cli.counting",
    "evenhand.cli.disclosure",
    "evenhand.cli.evaluating",
    "evenhand.cli.goals",
    "evenhand.cli.memberships",
    "evenhand.cli.pairs",
    "evenhand.cli.plots",
    "evenhand.cli.questionnaire",
    "evenhand.cli.schemas",
    "evenhand.cli.thresholds",
    "evenhand.cli.verify",
)


# Commands that need their own module alone: the others load libraries that take a second.
ALONE = {
    "count": "evenhand.cli.counting",
    "recount": "evenhand.cli.counting",
    "evaluate": "evenhand.cli.evaluating",
    "push": "evenhand.cli.client",
    "register": "evenhand.cli.client",
    "score": "evenhand.cli.questionnaire",
    "framework": "evenhand.cli.questionnaire",
    "verify": "evenhand.cli.verify",
}


def build_app(command: str | None = None) -> typer.Typer:
    """The typer application: with every command, or with those of the one module that ``command`` needs."""
    app = typer.Typer(
        name="evenhand",
        help="Count, evaluate, register and verify: evidence about how an AI system treats people.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_about)
    for name in (ALONE[command],) if command in ALONE else COMMAND_MODULES:
        import_module(name).register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (0 good, 1 anything but good, 2 bad input, 3 server or network)."""
    asked = sys.argv[1:] if arguments is None else arguments
    code = run(build_app(asked[0] if asked else None), arguments)
    if arguments is None:
        leave(code)
    return code


def _about() -> None:
    """Evidence about how an AI system treats people."""


__all__ = ["ExitCode", "build_app", "main"]
