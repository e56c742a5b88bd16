"""Audits: opened with their scope, written while open, concluded once."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, AuditState, ReportKind
from audits.querysets import next_number
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import Team, User, Version
from governance.permissions import require

TEXTS = ("title", "scope", "data_used", "population_gaps", "uses", "outside", "independence")
CHANGEABLE = frozenset({*TEXTS, "kind", "tested_on", "next_on", "conclusion"})


@transaction.atomic
def open_audit(
    *,
    version: Version,
    title: str,
    scope: str,
    tested_on: datetime.date,
    by: User,
    kind: str = ReportKind.MANAGEMENT_RECORD,
    **fields: Any,
) -> Audit:
    """Open the record of an audit. A day of testing before today is marked as claimed, not witnessed."""
    require(by, "audit.open", version)
    said = {"title": title, "scope": scope, "tested_on": tested_on, "kind": kind, **fields}
    _check(said)
    team = Team.objects.select_for_update(no_key=True).get(pk=version.model.system.team_id)
    audit = Audit.objects.create(
        team=team,
        number=next_number(Audit.objects.filter(team=team)),
        version=version,
        system=version.model.system,
        opened_by=by,
        **said,
    )
    publish("audit.opened", subject=audit, by=by, occurred_on=_claimed(tested_on))
    return audit


@transaction.atomic
def change_audit(*, audit: Audit, by: User, **fields: Any) -> Audit:
    """Change an open audit. What is concluded stays as it is."""
    audit = _open(audit)
    require(by, "audit.change", audit)
    _check(fields)
    changed = [name for name, value in fields.items() if getattr(audit, name) != value]
    if not changed:
        return audit
    before = snapshot(audit)
    for name in changed:
        setattr(audit, name, fields[name])
    audit.save(update_fields=changed)
    publish("audit.changed", subject=audit, by=by, before=before, occurred_on=_claimed(audit.tested_on))
    return audit


@transaction.atomic
def conclude_audit(*, audit: Audit, conclusion: str, by: User, next_on: datetime.date | None = None) -> Audit:
    """Conclude an audit with its conclusion and the date of the next one. From then on it stays as it is."""
    audit = _open(audit)
    require(by, "audit.conclude", audit)
    if not conclusion.strip():
        raise InvalidError("Write the conclusion.", fields={"conclusion": ["required"]})
    if next_on is not None and next_on <= audit.tested_on:
        raise InvalidError("The next audit comes after this one.", fields={"next_on": ["must be later"]})
    before = snapshot(audit)
    audit.conclusion, audit.state = conclusion.strip(), AuditState.CONCLUDED
    audit.next_on = next_on or audit.next_on
    audit.concluded_by, audit.concluded_at = by, timezone.now()
    audit.save()
    publish("audit.concluded", subject=audit, by=by, before=before)
    return audit


def _open(audit: Audit) -> Audit:
    found = Audit.objects.select_for_update(of=("self",)).select_related("team", "version", "system").get(pk=audit.pk)
    if not found.is_open:
        raise ConflictError(f"{found.label} was concluded. Open a new audit to say more.", code="concluded")
    return found


def _check(fields: dict[str, Any]) -> None:
    unknown = sorted(set(fields) - CHANGEABLE)
    if unknown:
        raise InvalidError(f"An audit has no field {unknown[0]}.", fields={unknown[0]: ["unknown"]})
    for name in ("title", "scope"):
        if name in fields and not str(fields[name]).strip():
            raise InvalidError(f"Give the audit a {name}.", fields={name: ["required"]})
    if "kind" in fields and fields["kind"] not in ReportKind.values:
        raise InvalidError(f"{fields['kind']} is no kind of report.", fields={"kind": ["unknown"]})
    tested_on = fields.get("tested_on")
    if tested_on is not None and tested_on > timezone.localdate():
        raise InvalidError("The day of testing lies in the future.", fields={"tested_on": ["in the future"]})


def _claimed(tested_on: datetime.date) -> datetime.date | None:
    return tested_on if tested_on < timezone.localdate() else None
