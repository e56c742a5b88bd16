"""Every address of the site, read from the resolver, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OUTSIDE = ("accounts/", "operator/", "healthz", "readyz", "api/v1/schema")  # sign-in, operator, and what is public
WORDS = {
    "page": "purpose",
    "question_id": "purpose",
    "name": "m.skops",
    "kind": "csv",
    "number": "1",
    "section_id": "use_1",
    "mitigation": "00000000-0000-4000-8000-000000000000",
}
UID = "{uid}"


@dataclass(frozen=True)
class Address:
    """A path with a hole for the uid, and the methods of an API resource."""

    path: str
    methods: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def is_about_one_row(self) -> bool:
        return UID in self.path

    @property
    def noun(self) -> str:
        """The first word of the path: what the uid is the uid of."""
        return self.path.removeprefix("/api/v1").split("/")[1]

    def at(self, uid: object) -> str:
        return self.path.replace(UID, str(uid))


def addresses() -> list[Address]:
    return [Address("/" + _plain(route), methods) for route, methods in _walk(get_resolver(), "")]


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if route.startswith(OUTSIDE):
            continue
        if isinstance(pattern, URLPattern):
            yield route, tuple(_actions(pattern.callback)) or ("get",)
        else:
            yield from _walk(pattern, route)


def _actions(callback: Any) -> dict[str, str]:
    return getattr(callback, "actions", None) or {}


def _plain(route: str) -> str:
    route = re.sub(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\])*\)", r"<\1>", route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: UID if found[1] == "uid" else WORDS[found[1]], route)
    return route.replace("^", "").replace("$", "")
