"""Refusals with a reason. An edge turns them into problem JSON or a message on the page."""

import traceback
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError

from evenhand.errors import EvenhandError

log = structlog.get_logger(__name__)


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


def refusal_of(error: Exception) -> DomainError | None:
    """The refusal that an error of a library or of PostgreSQL amounts to; None for what is a fault of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, EvenhandError):
        return InvalidError(str(error), code=getattr(error, "code", "") or "invalid")
    if isinstance(error, RequestDataTooBig):
        return TooLargeError("This is more than one request may hold. Send a file, or less at a time.")
    if isinstance(error, RecursionError):
        log.warning("nested_too_deeply")
        return InvalidError("The JSON is nested too deeply.", code="invalid")
    if isinstance(error, IntegrityError):
        _note(error)
        return ConflictError("Somebody did the same at this moment, or the record forbids it. Read it again.")
    if isinstance(error, DataError):
        _note(error)
        return InvalidError("A value is too long, or holds characters that cannot be kept.")
    return None


def _note(error: Exception) -> None:
    """Which rule and where, without the values: PostgreSQL's own sentence may name people."""
    found = getattr(error.__cause__, "diag", None)
    last = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in last if "site-packages" not in frame.filename]
    log.warning(
        "refused_by_the_database",
        kind=type(error).__name__,
        constraint=getattr(found, "constraint_name", None),
        table=getattr(found, "table_name", None),
        where=ours[-3:],
    )
