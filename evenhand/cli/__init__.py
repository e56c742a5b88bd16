"""The ``evenhand`` command: one module per group of commands, each exposing ``register(app)``."""

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
    "evenhand.cli.pairs",
    "evenhand.cli.plots",
    "evenhand.cli.questionnaire",
    "evenhand.cli.schemas",
    "evenhand.cli.thresholds",
    "evenhand.cli.verify",
)


def build_app() -> typer.Typer:
    """The typer application with every command registered."""
    app = typer.Typer(
        name="evenhand",
        help="Count, evaluate, register and verify: evidence about how an AI system treats people.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_about)
    for name in COMMAND_MODULES:
        import_module(name).register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (0 good, 1 anything but good, 2 bad input, 3 server or network)."""
    code = run(build_app(), arguments)
    if arguments is None:
        leave(code)
    return code


def _about() -> None:
    """Evidence about how an AI system treats people."""


__all__ = ["ExitCode", "build_app", "main"]
