"""Goals from YAML and JSON values: each field read, checked and given its default."""

from collections.abc import Mapping, Set
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from evenhand.errors import InputError
from evenhand.fairness.comparing.references import BEST
from evenhand.fairness.judging.vocabulary import ALL_PAIRS, KIND_OF, TO_THE_BEST, Words, plain_metric

REQUIRED = ("id", "metric", "by", "threshold")


def goal_fields(value: Any, *, known: Set[str]) -> dict[str, Any]:
    """The fields of a goal, read and with defaults; raises InputError naming the field."""
    if not isinstance(value, Mapping):
        raise InputError("A goal is a list of named fields: id, metric, by, threshold and more.")
    for name in value:
        if name not in known:
            raise InputError(f"Goal field {name!r} is not known; the fields are {', '.join(sorted(known))}.")
    for name in REQUIRED:
        if value.get(name) in (None, "", []):
            raise InputError(f"A goal needs the field {name!r}.", field=name)
    return _defaults(value) | {name: _read(name, each) for name, each in value.items() if each is not None}


def listed_goals(path: str | Path) -> list[Any]:
    """The goals of a YAML or JSON file, not read yet: one goal, or a list under ``goals``."""
    try:
        value = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not YAML: {str(error).splitlines()[0]}.")
    listed = value.get("goals", [value]) if isinstance(value, Mapping) else value
    if not isinstance(listed, list) or not listed:
        raise InputError(f"{path} holds no goal; write id, metric, by and threshold.")
    return listed


def _defaults(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a named comparison, or the side ``equal``, means where the goal does not say otherwise."""
    metric = plain_metric(str(value["metric"]))
    if metric in TO_THE_BEST:
        return {"kind": "ratio", "side": "at_least", "reference": BEST}
    if metric in KIND_OF:
        return {"kind": KIND_OF[metric], "reference": ALL_PAIRS}
    return {"reference": ALL_PAIRS} if value.get("side") == "equal" else {}


def _read(name: str, value: Any) -> Any:
    if name == "by":
        return (value,) if isinstance(value, str) else tuple(_text(name, each) for each in _sequence(name, value))
    if name == "words":
        return _words(value)
    if name in ("threshold", "confidence"):
        return _number(name, value)
    if name in ("min_group", "min_denominator"):
        return _whole(name, value)
    if name == "side" and value == "equal":
        return "two_sided"
    if name == "reference" and isinstance(value, Mapping):
        return {_text(name, key): _text(name, each) for key, each in value.items()}
    if name == "consulted" and isinstance(value, list):
        return ", ".join(_text(name, each) for each in value)
    return _text(name, value)


def _words(value: Any) -> Words:
    known = {each.name for each in fields(Words)}
    if not isinstance(value, Mapping) or not set(value) <= known:
        raise InputError(f"Goal field 'words' has the parts {', '.join(sorted(known))}.", field="words")
    return replace(Words(), **{name: _text("words", each) for name, each in value.items() if each})


def _sequence(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InputError(f"Goal field {name!r} must be a list.", field=name)
    return list(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise InputError(f"Goal field {name!r} must be text.", field=name)
    return str(value)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"Goal field {name!r} must be a number; {value!r} is not.", field=name)
    return float(value)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"Goal field {name!r} must be a whole number; {value!r} is not.", field=name)
    return value
