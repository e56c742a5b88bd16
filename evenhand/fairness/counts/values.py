"""Reading values of a counts document that somebody else may have written: each checked, or refused by name."""

from typing import Any, NoReturn

from evenhand.errors import InputError

SAFE = 2**53 - 1
LARGEST = 1_000_000.0


def refuse(what: str) -> NoReturn:
    """Raise the one error of an unusable document."""
    raise InputError(f"This is not a usable counts document: {what}.")


def whole(value: Any, what: str) -> int:
    """A whole number of 0 or more that JSON holds exactly."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= SAFE:
        refuse(f"{what} is {value!r}, not a whole number of 0 or more")
    return int(value)


def decimal(text: Any, what: str = "a sum of scores") -> int:
    """A whole number of any size, written as a decimal string."""
    if not isinstance(text, str) or not text.removeprefix("-").isdecimal() or len(text) > 40:
        refuse(f"{what} is {text!r}, not a decimal string")
    return int(text)


def string(value: Any, what: str) -> str:
    """A text."""
    return value if isinstance(value, str) else refuse(f"{what} is {value!r}, not text")


def optional(value: Any, what: str) -> str | None:
    """A text or nothing."""
    return None if value is None else string(value, what)


def listed(value: dict[str, Any], name: str) -> list[Any]:
    """The list under a name."""
    found = value.get(name)
    return found if isinstance(found, list) else refuse(f"{name!r} is not a list")


def number(value: Any, what: str) -> float:
    """A number of ordinary size."""
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > LARGEST:
        refuse(f"{what} must be a number")
    return float(value)


def group(value: Any, by: tuple[str, ...]) -> tuple[str, ...]:
    """One level for each attribute."""
    if not isinstance(value, list) or len(value) != len(by):
        refuse(f"a group has not one value for each of {', '.join(by) or 'no columns'}")
    return tuple(string(name, "a group") for name in value)
