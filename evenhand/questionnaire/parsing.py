"""A framework from YAML or JSON, checked in full; errors name file, line, id and reason."""

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from evenhand.documents import Document, Path, read_document, read_file
from evenhand.errors import InputError
from evenhand.questionnaire.languages import language_faults
from evenhand.questionnaire.plan import Fault, NodeKind
from evenhand.questionnaire.plans import checked_plan_of, plan_of
from evenhand.questionnaire.reading import FrameworkReader
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.shipped import shipped_ids, shipped_text
from evenhand.reading import Problems

MAX_BYTES = 2_000_000


def parse_framework(content: bytes | str, *, name: str = "framework") -> Framework:
    """Read and check a framework. Raises ``DocumentError`` with every problem and its line."""
    return _checked(read_document(content, name=name, max_bytes=MAX_BYTES))


def framework_from_document(
    value: Mapping[str, Any], *, name: str = "framework", is_checked: bool = False
) -> Framework:
    """A framework from its JSON value; ``is_checked`` skips what was checked when an edition was stored."""
    document = Document(name, dict(value))
    if not is_checked:
        return _checked(document)
    problems = Problems(document)
    framework = FrameworkReader(document, problems).framework()
    problems.raise_if_any()
    return framework


def load_framework(path_or_id: str | FilePath) -> Framework:
    """A framework by the id of one we ship (``nist-ai-rmf``) or by path."""
    if isinstance(path_or_id, str) and path_or_id in shipped_ids():
        return parse_framework(shipped_text(path_or_id), name=f"{path_or_id}.yaml")
    path = FilePath(path_or_id)
    try:
        return parse_framework(read_file(path, max_bytes=MAX_BYTES), name=str(path))
    except OSError as error:
        raise InputError(
            f"{path} is neither a file nor a framework we ship ({', '.join(shipped_ids())}): {error.strerror}."
        )


def warnings_of(framework: Framework) -> tuple[str, ...]:
    """Doubts about a framework that do not stop it from loading."""
    found = [f"{warning.where}: {warning.message}" for warning in plan_of(framework).warnings]
    for profile in framework.profiles:
        found += _warnings_of_profile(framework.for_profile(profile.id))
    return tuple(found)


def _warnings_of_profile(framework: Framework) -> list[str]:
    """Questions of a profile that show by the answer to one it leaves out."""
    left_out = {question.id for section in framework.skipped for question in section.questions}
    return [
        f"profile {framework.only_profile}: {node.id} shows by the answer to {name}, which this profile does not ask."
        for node in plan_of(framework).nodes
        if node.kind is NodeKind.QUESTION
        for name in sorted({path.partition(".")[0] for path in node.reads} & left_out)
    ]


def _checked(document: Document) -> Framework:
    problems = Problems(document)
    reader = FrameworkReader(document, problems)
    framework = reader.framework()
    problems.raise_if_any()
    _report(tuple(language_faults(framework)), reader.places, problems)
    _report(checked_plan_of(framework).faults, reader.places, problems)
    if len(framework.scopes) > 1:
        for scope in framework.scopes:
            _report(checked_plan_of(framework.for_scope(scope)).faults, reader.places, problems)
    problems.raise_if_any()
    return framework


def _report(faults: tuple[Fault, ...], places: Mapping[str, Path], problems: Problems) -> None:
    for fault in faults:
        problems.add(
            _path_of(fault.where, places),
            fault.where,
            fault.message if fault.message.endswith("?") else f"{fault.message}.",
        )


def _path_of(where: str, places: Mapping[str, Path]) -> Path:
    """Where something stands: its own place, else the field of what it belongs to, else that itself."""
    if where in places:
        return places[where]
    owner, _, key = where.rpartition(".")
    while owner and owner not in places:
        owner, _, key = owner.rpartition(".")
    return (*places.get(owner, ()), key) if owner else tuple(where.split("."))
