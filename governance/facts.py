"""Where lower pages ask what higher apps know. Providers register in `ready()`; none registered is a check error."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Provider = Callable[..., list[Any]]
PORTS = (
    "system.panels",
    "team.panels",
    "team.tasks",  # what a person has open in a team
    "version.panels",
    "home.waiting",
    "home.due",
    "home.record",
    "search",
    "health",  # what /readyz stops for
    "findings",  # what /readyz and doctor tell besides
    "as_of",
    "assessment.facts",  # facts of a system, version and evaluation that answers are offered from
    "assessment.evaluations",  # the evaluations an assessment may be about
    "assessment.files",  # links to files of an assessment that another app makes
)
_providers: dict[str, list[Provider]] = {port: [] for port in PORTS}


@dataclass(frozen=True)
class Panel:
    """A part of a page that another app draws: a template and its context."""

    template: str
    context: dict[str, Any]
    order: int = 50


@dataclass(frozen=True)
class WaitingItem:
    """Something a person should do: shown on the home page, late ones first."""

    title: str
    detail: str
    url: str
    verb: str
    system_name: str = ""
    due_on: datetime.date | None = None
    late: bool = False


@dataclass(frozen=True)
class OpenTask:
    """Something that is somebody's to do, as who gives it to another person needs to see it."""

    kind: str
    title: str
    url: str
    due_on: datetime.date | None = None


@dataclass(frozen=True)
class Found:
    """A search hit."""

    title: str
    detail: str
    url: str
    kind: str = field(default="")


@dataclass(frozen=True)
class Health:
    """One line of /readyz and doctor."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Fact:
    """Something the records say, by the name under which answers are offered from it."""

    name: str
    value: Any


@dataclass(frozen=True)
class Choosable:
    """A row of another app that a person may choose, by its uid."""

    uid: uuid.UUID
    label: str


def register(port: str, provider: Provider) -> None:
    if provider not in _providers[port]:
        _providers[port].append(provider)


def ask(port: str, *args: Any) -> list[Any]:
    """Everything the providers of this port answer, in order of registration."""
    return [item for provider in _providers[port] for item in provider(*args)]


def unanswered() -> list[str]:
    return [port for port, providers in _providers.items() if not providers]
