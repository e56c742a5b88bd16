"""The last step of an import: the built document must read cleanly; a condition that cannot is taken out and named."""

from collections.abc import Mapping
from typing import Any

from evenhand.documents import Document, DocumentError, Path
from evenhand.errors import InputError
from evenhand.questionnaire.languages import language_faults, languages_used
from evenhand.questionnaire.plan import Fault
from evenhand.questionnaire.plans import checked_plan_of
from evenhand.questionnaire.reading import FrameworkReader
from evenhand.questionnaire.schema import Framework
from evenhand.reading import Problems

_CONDITIONS = ("visible_if", "required_if")


def settled(document: dict[str, Any], *, name: str) -> tuple[Framework, tuple[Fault, ...]]:
    """The framework of a built document, and the conditions that had to be left out of it.

    Conditions of another format may go in circles, never hold or be too long; each round takes out what is wrong.
    """
    framework, _ = _read(document, name)
    languages = list(languages_used(framework))
    if languages not in ([], ["en"]):
        document["framework"]["languages"] = languages
    dropped: list[Fault] = []
    while True:
        framework, places = _read(document, name)
        for fault in language_faults(framework):
            raise _unusable(name, fault)
        faults = checked_plan_of(framework).faults
        if not faults:
            return framework, tuple(dropped)
        dropped += [_take_out(document, fault, places, name) for fault in faults]


def _read(document: dict[str, Any], name: str) -> tuple[Framework, Mapping[str, Path]]:
    problems = Problems(Document(name, document))
    reader = FrameworkReader(Document(name, document), problems)
    framework = reader.framework()
    try:
        problems.raise_if_any()
    except DocumentError as error:
        problem = error.problems[0]
        raise InputError(f"{name} cannot be turned into a framework: {problem.where}: {problem.message}")
    return framework, reader.places


def _unusable(name: str, fault: Fault) -> InputError:
    return InputError(f"{name} cannot be turned into a framework: {fault.where}: {fault.message}.")


def _take_out(document: dict[str, Any], fault: Fault, places: Mapping[str, Path], name: str) -> Fault:
    """Remove the condition a fault is about: of a question or section, or an option of an outcome."""
    owner, _, key = fault.where.rpartition(".")
    path = places.get(fault.where) or places.get(owner) or ()
    if path[:1] == ("outcomes",) and len(path) > 3:
        options: list[Any] = document["outcomes"][path[1]]["options"]
        options[:] = [each for position, each in enumerate(options) if position != path[3]] or options[-1:]
        options[-1]["if"] = "true" if len(options) == 1 else options[-1]["if"]
        return fault
    for item in (_mapping_at(document, path), _section_of(document, path)):
        found = key if key in item else next((each for each in _CONDITIONS if each in item), None)
        if found in _CONDITIONS:
            del item[str(found)]
            return fault
    raise _unusable(name, fault)


def _section_of(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """The section around a place: a question may be hidden by the condition of its section."""
    found: dict[str, Any] = document["sections"][path[1]] if path[:1] == ("sections",) and len(path) > 1 else {}
    return found


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
