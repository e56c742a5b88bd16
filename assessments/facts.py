"""What the registry's pages ask of the assessments."""

from typing import Any


def system_panels(system: Any, user: Any) -> list[Any]:
    return []


def waiting_for(user: Any) -> list[Any]:
    return []


def due_for(user: Any) -> list[Any]:
    return []


def search(user: Any, text: str) -> list[Any]:
    return []
