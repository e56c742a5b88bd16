"""The sign-offs of a round as rows: which function, who may, what was decided, what it waits for."""

import datetime
from dataclasses import dataclass

from assessments.models import SignOff, SignOffStep
from assessments.seats import Table
from governance.models import User


@dataclass(frozen=True)
class SigningRow:
    """One step of the route as people see it."""

    step: SignOffStep
    state: str  # in the words of config/states.py
    signed: tuple[SignOff, ...]
    waits_for: str
    due_on: datetime.date | None
    is_mine: bool

    @property
    def needed(self) -> str:
        return f"{self.step.quorum} people" if self.step.quorum > 1 else ""


def rows_of(table: Table, user: User) -> list[SigningRow]:
    """Every step of this round, in order."""
    mine = {seat.step.pk for seat in table.seats(user)}
    return [_row(table, step, is_mine=step.pk in mine) for step in table.steps]


def _row(table: Table, step: SignOffStep, *, is_mine: bool) -> SigningRow:
    signed, is_open = table.signed(step), step in table.open_steps
    state = (
        "signed" if step.completed_at else "to_sign" if is_open else "cannot_start" if table.is_open else "not_started"
    )
    people = [_named(table, step, person) for person in table.left(step)] if is_open else []
    shown = ", ".join(people[:3]) + (f" and {len(people) - 3} more" if len(people) > 3 else "")
    waits = shown or ("nobody: give an approver this function" if is_open else "")
    return SigningRow(step, state, signed, waits, step.due_on, is_mine)


def _named(table: Table, step: SignOffStep, person: User) -> str:
    stand_ins = table.stand_ins(step, person)
    return f"{person} (or {', '.join(map(str, stand_ins))} in their place)" if stand_ins else str(person)
