"""The one port by which changes are announced. Higher apps subscribe; nobody below imports them."""

from __future__ import annotations

import base64
import contextvars
import copy
import datetime
import decimal
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models.fields.files import FieldFile

if TYPE_CHECKING:
    from governance.models import ApiToken, Recorded, Team, User

type_json = dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    """What the ledger answers to a change: with it a dropped entry could be proven."""

    entry_uid: uuid.UUID
    leaf_hash: str
    signature: str

    def as_header(self) -> str:
        body = json.dumps({"entry": str(self.entry_uid), "leaf_hash": self.leaf_hash, "signature": self.signature})
        return base64.b64encode(body.encode()).decode()


@dataclass(frozen=True)
class Event:
    """A change, with everything the record needs to know of it."""

    name: str
    subject: Recorded
    by: User | None
    before: type_json | None
    after: type_json
    data: type_json
    occurred_on: datetime.date | None
    interface: str
    token: ApiToken | None
    correlation_uid: uuid.UUID
    team: Team | None


@dataclass
class Acting:
    """By which interface the present work came, and the receipts of what it wrote."""

    interface: str
    token: ApiToken | None = None
    correlation_uid: uuid.UUID = field(default_factory=uuid.uuid4)
    occurred_on: datetime.date | None = None
    receipts: list[Receipt] = field(default_factory=list)


_acting: contextvars.ContextVar[Acting | None] = contextvars.ContextVar("evenhand_acting", default=None)
_labels: dict[str, str] = {}
_handlers: list[Callable[[Event], Receipt | None]] = []


@contextmanager
def acting_through(
    interface: str, *, token: ApiToken | None = None, correlation_uid: uuid.UUID | None = None
) -> Iterator[Acting]:
    """Everything written inside came by this interface: web, api, task or command."""
    acting = Acting(interface, token, correlation_uid or uuid.uuid4())
    reset = _acting.set(acting)
    try:
        yield acting
    finally:
        _acting.reset(reset)


@contextmanager
def claimed_to_have_occurred(on: datetime.date) -> Iterator[None]:
    """History entered afterwards: events inside are marked as claimed for an earlier day."""
    acting = current()
    earlier, acting.occurred_on = acting.occurred_on, on
    reset = _acting.set(acting)
    try:
        yield
    finally:
        acting.occurred_on = earlier
        _acting.reset(reset)


def current() -> Acting:
    """The present interface; `command` where nobody said otherwise (a shell, a script)."""
    return _acting.get() or Acting("command")


def register(labels: dict[str, str]) -> None:
    """Make event names known. A name is registered once, with the words people read."""
    for name, label in labels.items():
        if _labels.get(name, label) != label:
            raise ValueError(f"event {name} is registered twice with different labels")
        _labels[name] = label


def label(name: str) -> str:
    return _labels.get(name, name)


def names() -> dict[str, str]:
    return dict(_labels)


def subscribe(handler: Callable[[Event], Receipt | None], *, is_record: bool = False) -> None:
    """Call `handler` for every event, inside the transaction of the change; the record before everybody else."""
    if handler not in _handlers:
        _handlers.insert(0 if is_record else len(_handlers), handler)


def has_subscribers() -> bool:
    return bool(_handlers)


def snapshot(instance: Recorded) -> type_json:
    """The recorded fields of a row as JSON values; related rows by their uid."""
    return {
        column.name: _plain(instance, column)
        for column in instance._meta.concrete_fields
        if column.name not in instance.UNRECORDED
    }


def _plain(instance: models.Model, column: models.Field[Any, Any]) -> Any:
    if isinstance(column, models.ForeignKey):
        related = getattr(instance, column.name)
        return None if related is None else str(getattr(related, "uid", related.pk))
    value = getattr(instance, column.attname)
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    return copy.deepcopy(value)


def publish(
    event: str,
    *,
    subject: Recorded,
    by: User | None,
    before: type_json | None = None,
    data: type_json | None = None,
    occurred_on: datetime.date | None = None,
) -> Receipt:
    """Announce a change that has just been saved. If it cannot be recorded, it does not happen.

    Must be called inside the transaction of the change, after saving.
    """
    if event not in _labels:
        raise LookupError(f"event {event!r} is not registered")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"event {event!r} was published outside a transaction")
    acting = current()
    message = Event(
        name=event,
        subject=subject,
        by=by,
        before=before,
        after=snapshot(subject),
        data=data or {},
        occurred_on=occurred_on or acting.occurred_on,
        interface=acting.interface,
        token=acting.token,
        correlation_uid=acting.correlation_uid,
        team=subject.record_team(),
    )
    receipts = [receipt for handler in _handlers if (receipt := handler(message)) is not None]
    if not receipts:
        raise RuntimeError(f"event {event!r} was not recorded: no ledger is subscribed")
    acting.receipts.append(receipts[0])
    return receipts[0]
