"""``evenhand schema NAME``: the published JSON Schema of each kind of document."""

import json
from importlib.resources import files
from typing import Annotated

import typer

from evenhand.cli.output import ExitCode, write_json
from evenhand.errors import InputError

# name -> (package that owns the document, file inside it)
SCHEMAS: dict[str, tuple[str, str]] = {
    "counts": ("evenhand.fairness", "schemas/counts.schema.json"),
    "goal": ("evenhand.fairness", "schemas/goal.schema.json"),
    "result": ("evenhand.fairness", "schemas/result.schema.json"),
    "public": ("evenhand.fairness", "schemas/public.schema.json"),
    "pairs": ("evenhand.fairness", "schemas/pairs.schema.json"),
    "pairs-result": ("evenhand.fairness", "schemas/pairs_result.schema.json"),
    "card": ("evenhand.modelcard", "schemas/card.schema.json"),
    "framework": ("evenhand.questionnaire", "schemas/framework.schema.json"),
}


def register(app: typer.Typer) -> None:
    """Add ``schema`` to the command line."""
    app.command("schema")(print_schema)


def print_schema(
    name: Annotated[str, typer.Argument(help="One of: " + ", ".join(SCHEMAS) + ".")],
) -> ExitCode:
    """Print the JSON Schema of a kind of document."""
    if name not in SCHEMAS:
        raise InputError(f"There is no schema called {name!r}; choose one of {', '.join(SCHEMAS)}.")
    package, path = SCHEMAS[name]
    write_json(json.loads((files(package) / path).read_text(encoding="utf-8")), "-")
    return ExitCode.GOOD
