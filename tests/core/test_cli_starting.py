"""Commands that load their own module alone are found there, and it is all they load."""

import subprocess
import sys
from importlib import import_module

import pytest
import typer
from typer.main import get_command

from evenhand.cli import ALONE, COMMAND_MODULES, build_app


@pytest.mark.parametrize("command", ALONE)
def test_a_command_stands_in_the_module_that_is_named(command: str) -> None:
    alone = get_command(build_app(command))
    everything = get_command(build_app())
    assert ALONE[command] in COMMAND_MODULES
    assert command in alone.list_commands(typer.Context(alone))  # type: ignore[attr-defined]
    assert command in everything.list_commands(typer.Context(everything))  # type: ignore[attr-defined]


def test_any_other_command_finds_every_module() -> None:
    for name in COMMAND_MODULES:
        assert import_module(name)
    assert len(build_app("nonsense").registered_commands) == len(build_app().registered_commands)


def test_counting_loads_neither_the_network_nor_questionnaires() -> None:
    script = (
        "import sys; from evenhand.cli import main; main(['count', '--help']); "
        "print([name for name in ('httpx', 'cel', 'prompt_toolkit', 'scipy', 'duckdb') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
