"""The last step of an import: the built document must read cleanly; a condition that cannot is taken out and named."""

from typing import Any

from evenhand.documents import Document, DocumentError, Path
from evenhand.errors import InputError
from evenhand.questionnaire.plan import Fault
from evenhand.questionnaire.plans import plan_of
from evenhand.questionnaire.reading import FrameworkReader
from evenhand.questionnaire.schema import Framework
from evenhand.reading import Problems

_CONDITIONS = ("visible_if", "required_if")


def settled(document: dict[str, Any], *, name: str) -> tuple[Framework, tuple[Fault, ...]]:
    """The framework of a built document, and the conditions that had to be left out of it.

    Conditions of another format may go in circles, read later rows or be too long; each round takes out what is wrong.
    """
    dropped: list[Fault] = []
    while True:
        problems = Problems(Document(name, document))
        reader = FrameworkReader(Document(name, document), problems)
        framework = reader.framework()
        _raise_if_any(problems, name)
        faults = plan_of(framework).faults
        if not faults:
            return framework, tuple(dropped)
        dropped += [_take_out(document, fault, reader.places, name) for fault in faults]


def _raise_if_any(problems: Problems, name: str) -> None:
    try:
        problems.raise_if_any()
    except DocumentError as error:
        problem = error.problems[0]
        raise InputError(f"{name} cannot be turned into a framework: {problem.where}: {problem.message}")


def _take_out(document: dict[str, Any], fault: Fault, places: dict[str, Path], name: str) -> Fault:
    path = places.get(fault.where) or places.get(fault.where.rpartition(".")[0]) or ()
    item = _mapping_at(document, path)
    found = [key for key in _CONDITIONS if key in item]
    if not found:
        raise InputError(f"{name} cannot be turned into a framework: {fault.where}: {fault.message}.")
    key = fault.where.rpartition(".")[2]
    del item[key if key in found else found[0]]
    return fault


def _mapping_at(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """The innermost mapping on the way to a place."""
    item: Any = document
    found = document
    for step in path:
        item = item[step] if isinstance(item, list) and isinstance(step, int) else item.get(str(step))
        if not isinstance(item, dict | list):
            break
        found = item if isinstance(item, dict) else found
    return found
