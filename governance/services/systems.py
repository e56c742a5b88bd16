"""Systems: registered, changed, moved through their life."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import DeploymentMethod, Hosting, System, SystemStatus, Team, User
from governance.permissions import require

CHANGEABLE = (
    "name", "purpose", "people_affected", "decision", "deployment_method", "hosting",
    "human_oversight", "jurisdictions", "owner", "keep_uploads_days",
)  # fmt: skip

LONGEST_NOTE = 2_000
MOVES: dict[str, tuple[str, ...]] = {
    SystemStatus.PROPOSED: ("in_assessment", "rejected", "not_ai"),
    SystemStatus.IN_ASSESSMENT: ("in_use", "rejected", "not_ai"),
    SystemStatus.IN_USE: ("suspended", "retired"),
    SystemStatus.SUSPENDED: ("in_use", "retired"),
    SystemStatus.REJECTED: ("proposed",),
    SystemStatus.NOT_AI: ("proposed",),
    SystemStatus.RETIRED: (),
}


@transaction.atomic
def register_system(*, team: Team, name: str, purpose: str, by: User, slug: str = "", **fields: Any) -> System:
    """Register a system of a team. Its short name is unique within the team."""
    require(by, "system.register", team)
    slug = slug or slugify(name)[:80]
    if System.objects.filter(team=team, slug=slug).exists():
        raise ConflictError(
            f"The team {team.name} has a system with the short name {slug} already. Choose another.",
            fields={"slug": ["already in use"]},
        )
    system = System(team=team, slug=slug, name=name, purpose=purpose, **fields)
    _check(system)
    system.save()
    publish("system.registered", subject=system, by=by)
    return system


@transaction.atomic
def change_system(*, system: System, by: User, **changes: Any) -> System:
    """Change what is said of a system. State and tier have their own ways."""
    system = System.objects.select_for_update().get(pk=system.pk)
    require(by, "system.change", system)
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InvalidError(
            f"These cannot be changed here: {', '.join(unknown)}.", fields={key: ["fixed"] for key in unknown}
        )
    before = snapshot(system)
    for name, value in changes.items():
        setattr(system, name, value)
    _check(system)
    if snapshot(system) != before:
        system.save()
        publish("system.changed", subject=system, by=by, before=before)
    return system


@transaction.atomic
def confirm_system(*, system: System, by: User, note: str = "") -> System:
    """Say that a system's entry is right as it stands; the record keeps what it said then."""
    system = System.objects.select_for_update(no_key=True).get(pk=system.pk)
    require(by, "system.confirm", system)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidError(f"A note has at most {LONGEST_NOTE:,} characters.", fields={"note": ["too long"]})
    publish("system.confirmed", subject=system, by=by, data={"note": note} if note else None)
    return system


@transaction.atomic
def change_system_status(*, system: System, status: str, reason: str, by: User) -> System:
    """Move a system to another state, by an allowed move and with its reason."""
    system = System.objects.select_for_update().get(pk=system.pk)
    require(by, "system.retire" if status in ("retired", "rejected", "not_ai") else "system.change", system)
    if status not in MOVES[system.status]:
        ways = ", ".join(MOVES[system.status]) or "nothing"
        raise ConflictError(f"A system that is {system.status} can become {ways}, not {status}.")
    if not reason.strip() and status != SystemStatus.IN_ASSESSMENT:
        raise InvalidError("Say why: the reason goes on the record.", fields={"reason": ["required"]})
    before = snapshot(system)
    system.status, system.status_reason = status, reason
    system.save(update_fields=["status", "status_reason"])
    publish("system.moved", subject=system, by=by, before=before)
    return system


@transaction.atomic
def set_tier(*, system: System, tier: str, basis: list[dict[str, Any]], by: User | None) -> System:
    """Set the risk tier that approved assessments give a system, with each one that speaks. Nobody types a tier.

    The decision on the assessment was allowed or refused before; this is what follows from it.
    """
    system = System.objects.select_for_update(no_key=True).get(pk=system.pk)
    if (system.tier, system.tier_basis) != (tier, basis):
        before = snapshot(system)
        system.tier, system.tier_basis = tier, basis
        system.save(update_fields=["tier", "tier_basis"])
        publish("system.tier_set", subject=system, by=by, before=before)
    return system


def _check(system: System) -> None:
    problems: dict[str, list[str]] = {}
    if not system.name.strip():
        problems["name"] = ["give the system a name"]
    if not system.purpose.strip():
        problems["purpose"] = ["say what the system is for"]
    for field, choices in (("deployment_method", DeploymentMethod), ("hosting", Hosting)):
        value = getattr(system, field)
        if value and value not in choices.values:
            problems[field] = [f"choose one of {', '.join(choices.values)}"]
    if problems:
        first = next(iter(problems))
        raise InvalidError(f"{first}: {problems[first][0]}.", fields=problems)
