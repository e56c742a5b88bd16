"""What every command shares: exit codes, one-line errors, JSON and files out."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from evenhand.errors import EvenhandError, InputError


class ExitCode(IntEnum):
    """What the exit code of ``evenhand`` tells a script."""

    GOOD = 0
    NOT_GOOD = 1
    BAD_INPUT = 2
    REMOTE = 3


def run(app: typer.Typer, arguments: Sequence[str] | None) -> int:
    """Run the application; every expected failure becomes one line on standard error and an exit code.

    A command returns an ``ExitCode`` (or nothing, which is good) and raises ``EvenhandError`` for what it refuses.
    """
    args = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        outcome = get_command(app).main(args=args, prog_name="evenhand", standalone_mode=False)
    except EvenhandError as error:
        return _refused(error.sentence, error.exit_code)
    except TyperException as error:
        return _refused(_usage_sentence(error), ExitCode.BAD_INPUT)
    except BrokenPipeError:  # the reader of our output (such as head) has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.GOOD
    except KeyboardInterrupt:
        return 130
    return int(outcome) if isinstance(outcome, int) else ExitCode.GOOD


def leave(code: int) -> NoReturn:
    """End the process at once. The usual end unloads DuckDB after NumPy, and then prints pages of "leaked" remarks."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def say(text: str = "") -> None:
    """One line on standard output."""
    typer.echo(text)


def note(text: str) -> None:
    """One line on standard error: progress or a warning, never a result."""
    typer.echo(text, err=True)


def write_json(value: Any, destination: str) -> None:
    """Write JSON to a file, or to standard output where the destination is ``-``."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    write_text(text, destination)


def write_text(text: str, destination: str) -> None:
    """Write text to a file, or to standard output where the destination is ``-``."""
    if destination == "-":
        typer.echo(text, nl=False)
        return
    try:
        Path(destination).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{destination} cannot be written: {error.strerror}; choose another path.")


def read_json(path: str) -> Any:
    """The JSON value of a file."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text, so it is not JSON.")
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.")
    except RecursionError:
        raise InputError(f"{path} is nested too deeply.")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: frozenset[int] = frozenset()) -> str:
    """A plain text table: first line the head, columns aligned, ``numeric`` ones to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in numeric else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _refused(sentence: str, code: int) -> int:
    typer.echo(f"evenhand: {sentence}", err=True)
    return int(code)


def _usage_sentence(error: TyperException) -> str:
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    return " ".join(str(message).split()) + " See evenhand --help."
