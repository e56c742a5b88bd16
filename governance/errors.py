"""Refusals with a reason. An edge turns them into problem JSON or a message on the page."""

from typing import Any


class DomainError(Exception):
    """A business rule says no. `message` is one clear sentence for the person who asked."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, *, code: str = "", fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = fields or {}


class InvalidError(DomainError):
    """What was sent cannot be accepted as it is."""


class ConflictError(DomainError):
    """It contradicts what is on the record already."""

    code = "conflict"
    status = 409


class StaleError(DomainError):
    """Somebody else changed it in between (If-Match)."""

    code = "stale"
    status = 412


class TooLargeError(DomainError):
    """More than the limit allows."""

    code = "too_large"
    status = 413


class NotAllowedError(DomainError):
    """This person may not do this. The refused attempt goes on the record."""

    code = "not_allowed"
    status = 403

    def __init__(self, message: str, *, action: str = "", subject: Any = None, code: str = "") -> None:
        super().__init__(message, code=code)
        self.action = action
        self.subject = subject
