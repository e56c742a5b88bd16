"""Typed reading of a document's mappings: each value checked where it stands, every problem collected with its line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar, cast

from evenhand.documents import MAX_PROBLEMS, Document, DocumentError, Path, Problem

E = TypeVar("E", bound=StrEnum)


class Problems:
    """What is wrong with a document, so far."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[Problem, None] = {}

    def add(self, path: Path, where: str, message: str) -> None:
        line = self._document.line(path)
        self._found[Problem(self._document.name, line, where or _dotted(path), message)] = None

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that more would help nobody."""
        return len(self._found) >= 10 * MAX_PROBLEMS

    def raise_if_any(self) -> None:
        """Raise ``DocumentError`` with all problems in the order of their lines."""
        if self._found:
            ordered = sorted(self._found, key=lambda problem: problem.line or 0)
            raise DocumentError(tuple(ordered[:MAX_PROBLEMS]))


class Reader:
    """A mapping being read. Asking for a key marks it known; ``close`` reports the keys nobody asked for."""

    def __init__(self, value: Any, problems: Problems, path: Path = (), where: str = "") -> None:
        self._problems, self.path, self.where = problems, path, where
        self._known: set[str] = set()
        self.value: Mapping[str, Any] = value if isinstance(value, dict) else {}
        self.is_mapping = isinstance(value, dict)
        if not self.is_mapping:
            self.problem(f"must be a mapping of names to values, not {_described(value)}.")

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def problem(self, message: str, *keys: str | int) -> None:
        """Report a problem here, or at a key below."""
        where = ".".join(filter(None, [self.where, *(str(key) for key in keys)]))
        self._problems.add((*self.path, *keys), where, message)

    def raw(self, key: str) -> Any:
        """The value as it stands."""
        self._known.add(key)
        return self.value.get(key)

    def string(self, key: str, *, max_length: int = 10_000, pattern: re.Pattern[str] | None = None) -> str | None:
        """A text; numbers are refused, so that versions such as 1.10 are quoted."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(f"must be text, not {_described(value)}; put it in quotes.", key)
        elif len(value) > max_length:
            self.problem(f"is {len(value):,} characters long; at most {max_length:,} are allowed.", key)
        elif pattern is not None and not pattern.fullmatch(value):
            self.problem(
                f"{value!r} is not allowed here; it must look like {_EXAMPLES.get(pattern, pattern.pattern)}.", key
            )
        else:
            return value.strip()
        return None

    def required_string(self, key: str, *, max_length: int = 10_000, pattern: re.Pattern[str] | None = None) -> str:
        value = self.string(key, max_length=max_length, pattern=pattern)
        if not value:
            if self.is_mapping and (key not in self or value == ""):
                self.problem(f"needs {key!r}.")
            return ""
        return value

    def boolean(self, key: str, *, default: bool = False) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem(f"must be true or false, not {_described(value)}.", key)
            return default
        return value

    def number(self, key: str) -> float | None:
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e15:
            self.problem(f"must be a number, not {_described(value)}.", key)
            return None
        return float(value)

    def whole(self, key: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.problem(f"must be a whole number from {least:,} to {most:,}, not {_described(value)}.", key)
            return None
        return value

    def day(self, key: str) -> str | None:
        """A date as YYYY-MM-DD, kept as text."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, str) and is_day(value):
            return value
        self.problem(f"must be a date such as 2026-08-02, not {_described(value)}.", key)
        return None

    def one_of(self, key: str, options: type[E], default: E) -> E:
        value = self.raw(key)
        if value is None:
            return default
        found = options._value2member_map_.get(value) if isinstance(value, str) else None
        if found is not None:
            return cast("E", found)
        self.problem(f"must be one of {', '.join(options)}, not {_described(value)}.", key)
        return default

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self.raw(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list):
            self.problem(f"must be a list of texts, not {_described(value)}.", key)
            return ()
        for position, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                self.problem(f"must be text, not {_described(item)}; put it in quotes.", key, position)
        return tuple(item.strip() for item in value if isinstance(item, str))

    def mapping(self, key: str) -> "Reader | None":
        value = self.raw(key)
        return None if value is None else self.child(value, key)

    def items(self, key: str, *, most: int = 2_000) -> Iterator["Reader"]:
        """A list of mappings."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.problem(f"must be a list, not {_described(value)}.", key)
            return
        if len(value) > most:
            self.problem(f"has {len(value):,} items; at most {most:,} are allowed.", key)
        for position, item in enumerate(value[:most]):
            yield self.child(item, key, position)

    def child(self, value: Any, *keys: str | int) -> "Reader":
        where = ".".join(filter(None, [self.where, *(str(key) for key in keys)]))
        return Reader(value, self._problems, (*self.path, *keys), where)

    def named(self, where: str) -> "Reader":
        """The same place under a better name, such as the id of a question."""
        self.where = where
        return self

    def close(self, also_known: Iterable[str] = ()) -> None:
        """Report every key that is not part of the format."""
        known = self._known.union(also_known)
        if self.value.keys() <= known or self._problems.is_full:
            return
        for key in self.value:
            if key not in known:
                close = get_close_matches(str(key), sorted(known), n=1)
                hint = f" Did you mean {close[0]!r}?" if close else ""
                self.problem(f"is not a field of this format.{hint}", key)


def is_day(text: str) -> bool:
    """Whether a text is a calendar date as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _described(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return repr(value if len(value) <= 40 else f"{value[:37]}...")
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _dotted(path: Path) -> str:
    return ".".join(str(key) for key in path)


IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,79}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
SHA256 = re.compile(r"[0-9a-f]{64}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_EXAMPLES = {
    IDENTIFIER: "'small_letters_and_digits'",
    SLUG: "'small-letters-and-digits'",
    SHA256: "the 64 small hexadecimal digits of a SHA-256",
    LANGUAGE: "'en' or 'fr-CA'",
}
