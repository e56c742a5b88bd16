"""Reading YAML and JSON documents that people write: safe, bounded, and with the line of every value.

No tags, anchors or aliases (so no YAML bombs), no repeated keys, no deep nesting. Only ``true``, ``false``, ``null``
and numbers are anything but text: ``yes`` and ``2026-01-01`` stay what was typed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from evenhand.errors import InputError

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_PROBLEMS = 100
MAX_VALUES = 200_000

Path = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a document: where, and what to do."""

    file: str
    line: int | None
    where: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        return {"file": self.file, "line": self.line, "where": self.where, "message": self.message}


class DocumentError(InputError):
    """A document cannot be used; ``problems`` has each reason with its line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems


@dataclass(frozen=True)
class Document:
    """A parsed document: its plain value, and the line of every path in it (none for JSON kept in a database)."""

    name: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        while path not in self.lines:
            if not path:
                return None
            path = path[:-1]
        return self.lines[path]


def read_document(
    content: bytes | str, *, name: str, max_bytes: int = MAX_BYTES, first_line: int = 1, syntax: str | None = None
) -> Document:
    """Parse YAML, or JSON when the text starts with ``{`` or ``[`` and is JSON. Raises ``DocumentError``.

    ``first_line`` is the line on which the content starts in its file (front matter starts on line 2); ``syntax``
    (``yaml`` or ``json``) settles which of the two it must be.
    """
    text = _decoded(content, name=name, max_bytes=max_bytes)
    looks_like_json = text.lstrip()[:1] in ("{", "[")
    if syntax == "json" or (syntax is None and looks_like_json):
        return _read_json(text, name)
    value, lines = _read_yaml(text, name, first_line)
    return Document(name, value, lines)


def read_file(path: FilePath, *, max_bytes: int = MAX_BYTES) -> bytes:
    """What is in a file; one that is too large is not read. Raises ``DocumentError``, or ``OSError``."""
    size = path.stat().st_size
    if size > max_bytes:
        raise _error(str(path), None, f"is {size:,} bytes long; at most {max_bytes:,} are read.")
    with path.open("rb") as file:
        return file.read(max_bytes + 1)


def _decoded(content: bytes | str, *, name: str, max_bytes: int) -> str:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise _error(name, None, f"is {size:,} bytes long; at most {max_bytes:,} are read.")
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(name, content[: error.start].count(b"\n") + 1, "is not UTF-8 text; save it as UTF-8.")


def _error(name: str, line: int | None, message: str) -> DocumentError:
    return DocumentError((Problem(name, line, "", message),))


# --- JSON


def _read_json(text: str, name: str) -> Document:
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_bounded_int)
    except json.JSONDecodeError as error:
        raise _error(name, error.lineno, f"is not valid JSON: {error.msg} at column {error.colno}.")
    except ValueError as error:
        raise _error(name, None, f"is not usable JSON: {error}.")
    except RecursionError:
        raise _error(name, None, f"is nested deeper than {MAX_DEPTH} levels.")
    if _is_deeper_than(value, MAX_DEPTH):
        raise _error(name, None, f"is nested deeper than {MAX_DEPTH} levels.")
    try:  # JSON is nearly YAML: where it is, every value gets its line
        lines = _read_yaml(text, name, 1)[1]
    except DocumentError:
        lines = {}
    return Document(name, value, lines)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return found


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a number")


def _bounded_int(text: str) -> int:
    if len(text) > 19:
        raise ValueError(f"the number {text[:12]}... is too long")
    return int(text)


def _is_deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


# --- YAML, built from the parser's events: no recursion, no memory beyond the text


@dataclass
class _Open:
    """A mapping or list that is being filled."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


def _read_yaml(text: str, name: str, first_line: int) -> tuple[Any, dict[Path, int]]:
    builder = _Builder(name, first_line)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = first_line + mark.line if mark is not None else None
        raise _error(name, line, f"is not valid YAML: {reason}.")
    return builder.root, builder.lines


class _Builder:
    def __init__(self, name: str, first_line: int) -> None:
        self.name, self.first_line = name, first_line
        self.root: Any = None
        self.lines: dict[Path, int] = {}
        self._stack: list[_Open] = []
        self._documents = 0
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        """Take the parser's next event."""
        if isinstance(event, yaml.AliasEvent):
            raise self._refused(event, "aliases (*name) are not allowed; write the value out")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refused(event, "holds more than one document")
        if isinstance(event, yaml.NodeEvent):
            self._check(event)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._stack.pop()

    def _check(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            raise self._refused(event, "anchors (&name) are not allowed; write the value out")
        if getattr(event, "tag", None) is not None:
            raise self._refused(event, "tags (!name) are not allowed")
        if len(self._stack) > MAX_DEPTH:
            raise self._refused(event, f"is nested deeper than {MAX_DEPTH} levels")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            key = str(event.value)
            if key in top.value:
                raise self._refused(event, f"the key {key!r} is given twice")
            top.key = key
            self.lines[(*top.path, key)] = self._line(event)
            return
        self._place(_plain(event.value) if event.implicit[0] else event.value, event)

    def _open(self, event: yaml.Event) -> None:
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(value, event)
        self._stack.append(_Open(value, path))

    def _place(self, value: Any, event: yaml.Event) -> Path:
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._refused(event, f"holds more than {MAX_VALUES:,} values")
        if not self._stack:
            self.root = value
            self.lines[()] = self._line(event)
            return ()
        top = self._stack[-1]
        if isinstance(top.value, list):
            path = (*top.path, len(top.value))
            self.lines[path] = self._line(event)
            top.value.append(value)
            return path
        if top.key is None:
            raise self._refused(event, "a key must be plain text")
        path = (*top.path, top.key)
        top.value[top.key] = value
        top.key = None
        return path

    def _line(self, event: yaml.Event) -> int:
        mark = event.start_mark
        return self.first_line + (mark.line if mark is not None else 0)

    def _refused(self, event: yaml.Event, message: str) -> DocumentError:
        return _error(self.name, self._line(event), f"{message}.")


def _plain(text: str) -> Any:
    """A plain (unquoted) scalar by the rules of YAML 1.2, without its rarer spellings."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


class _Writer(yaml.SafeDumper):
    """Quotes every text that would be read back as something else."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_text = isinstance(_plain(text), str)
    style = "|" if "\n" in text else None if is_text else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _represent_text)


def write_yaml(value: Any) -> str:
    """YAML that ``read_document`` reads back as the same value; keys stay in their order."""
    return str(yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110))
