"""Frozen dataclasses to plain JSON values and back, driven by their type hints; anything else is an error."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

JSON = Any  # a JSON value: None, bool, int, float, str, list or dict of these
T = TypeVar("T")


class ContentError(ValueError):
    """A stored report content does not have the shape this version reads; the message names the place."""


def to_plain(value: object) -> JSON:
    """A JSON value for a dataclass, tuple, mapping, enum, date or JSON scalar."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ContentError(f"{type(value).__name__} cannot be written to a report's content")


def from_plain(kind: type[T], value: JSON, where: str = "content") -> T:
    """The dataclass of this kind from its JSON value."""
    built: T = _read(kind, value, where)
    return built


def _read(kind: Any, value: JSON, where: str) -> Any:
    if kind is Any:
        return value
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(kind, value, where)
    if origin is tuple:
        return _read_tuple(kind, value, where)
    if origin in (dict, Mapping):
        return _expect(value, dict, where)
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(kind, value, where)
    return _read_scalar(kind, value, where)


def _read_optional(kind: Any, value: JSON, where: str) -> Any:
    if value is None:
        return None
    inner = next(option for option in get_args(kind) if option is not types.NoneType)
    return _read(inner, value, where)


def _read_tuple(kind: Any, value: JSON, where: str) -> tuple[Any, ...]:
    inner = get_args(kind)[0]
    items = _expect(value, list, where)
    return tuple(_read(inner, item, f"{where}[{index}]") for index, item in enumerate(items))


def _read_dataclass(kind: Any, value: JSON, where: str) -> Any:
    found = _expect(value, dict, where)
    hints = get_type_hints(kind)
    unknown = sorted(set(found) - set(hints))
    if unknown:
        raise ContentError(f"{where}: unknown field {unknown[0]}")
    given = {name: _read(hints[name], found[name], f"{where}.{name}") for name in hints if name in found}
    try:
        return kind(**given)
    except TypeError as error:
        raise ContentError(f"{where}: {error}") from None


def _read_scalar(kind: Any, value: JSON, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is bool or kind is int or kind is float or kind is str:
        if kind is int and isinstance(value, bool):
            raise ContentError(f"{where}: expected int")
        return _expect(value, kind, where)
    try:
        text = _expect(value, str, where)
        return kind(text) if issubclass(kind, Enum) else kind.fromisoformat(text)
    except ValueError as error:
        raise ContentError(f"{where}: {error}") from None


def _expect(value: JSON, kind: type, where: str) -> Any:
    if not isinstance(value, kind):
        raise ContentError(f"{where}: expected {kind.__name__}, found {type(value).__name__}")
    return value
