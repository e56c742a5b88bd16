"""Routes of sign-offs as data: which functions sign what, who signs in a function, and the steps of one round."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, FrameworkEdition, Route, RouteStep, Signatory, SignOffStep
from assessments.seats import same, table_of
from evenhand.questionnaire.facts import SETTABLE
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import Role, Team, User
from governance.permissions import require

DEFAULT_FUNCTION = "second line"
TIER = "risk_tier"
TIERS = SETTABLE[TIER]
MOST_STEPS, LARGEST_QUORUM, LONGEST_WAIT = 20, 50, 365


@dataclass(frozen=True)
class NewStep:
    """One function of a route, as somebody sets it."""

    position: int
    function: str
    quorum: int = 1
    needs_minutes: bool = False
    within_days: int | None = None


@transaction.atomic
def set_route(
    *, team: Team, by: User, steps: Sequence[NewStep], framework_id: str = "", tier: str = "", title: str = ""
) -> Route:
    """Set who signs assessments by a framework (or all) at a tier (or any). It ends the route that stood there.

    Assessments that are handed in already keep the steps they were handed in with.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    require(by, "route.set", team)
    _check_place(by, framework_id, tier)
    wanted = [_checked(step, number) for number, step in enumerate(steps, start=1)]
    _check_together(wanted)
    former = Route.objects.filter(team=team, framework_id=framework_id, tier=tier, is_active=True).first()
    if former is not None:
        _end(former, by)
    route = Route.objects.create(
        team=team, title=(title.strip() or _title(framework_id, tier))[:200], framework_id=framework_id, tier=tier
    )
    RouteStep.objects.bulk_create(RouteStep(route=route, **vars(step)) for step in wanted)
    publish("route.set", subject=route, by=by, data={"steps": [vars(step) for step in wanted]})
    return route


@transaction.atomic
def end_route(*, route: Route, by: User) -> Route:
    """End a route; the next more general one counts from now on, or the one step that always stands there."""
    route = Route.objects.select_for_update().select_related("team").get(pk=route.pk)
    require(by, "route.set", route)
    if not route.is_active:
        raise ConflictError("This route has ended already.")
    return _end(route, by)


@transaction.atomic
def name_signatory(*, team: Team, function: str, user: User, by: User) -> Signatory:
    """Name a person who signs in a function. From then on only those named sign in it."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    require(by, "signatory.name", team)
    function = checked_function(function)
    if Role.APPROVER not in user.roles_in(team):
        raise InvalidError(
            f"{user} is no approver of {team.name}. Give them that role first.", fields={"user": ["not an approver"]}
        )
    named = Signatory.objects.filter(team=team, function__iexact=function, user=user).first()
    if named is not None and named.is_active:
        return named
    before = snapshot(named) if named else None
    named = named or Signatory(team=team, function=function, user=user)
    named.is_active = True
    named.save()
    publish("signatory.named", subject=named, by=by, before=before)
    return named


@transaction.atomic
def remove_signatory(*, signatory: Signatory, by: User) -> Signatory:
    """Somebody no longer signs in this function. Where nobody is left, every approver of the team may."""
    signatory = Signatory.objects.select_for_update(of=("self",)).select_related("team", "user").get(pk=signatory.pk)
    require(by, "signatory.name", signatory)
    if not signatory.is_active:
        raise ConflictError(f"{signatory.user} signs in this function no longer.")
    before = snapshot(signatory)
    signatory.is_active = False
    signatory.save(update_fields=["is_active"])
    publish("signatory.removed", subject=signatory, by=by, before=before)
    return signatory


def route_for(assessment: Assessment, tier: str) -> Route | None:
    """The most specific active route: framework and tier, framework, tier, any. None: the one built-in step."""
    active = Route.objects.filter(
        team=assessment.team,
        is_active=True,
        framework_id__in=["", assessment.edition.framework_id],
        tier__in=["", tier],
    )
    return max(active, key=lambda route: (bool(route.framework_id), bool(route.tier)), default=None)


def tier_at_stake(assessment: Assessment) -> str:
    """The tier that what was handed in would set, or else the one the system has."""
    sets = (assessment.result or {}).get("sets", {})
    if TIER in sets:
        return str(sets[TIER]["value"])
    return assessment.system.tier if assessment.system else ""


def write_steps(assessment: Assessment) -> list[SignOffStep]:
    """The steps of the round that begins, as the route stands today."""
    route = route_for(assessment, tier_at_stake(assessment))
    wanted = list(route.steps.filter(removed_at=None)) if route else [RouteStep(position=1, function=DEFAULT_FUNCTION)]
    steps = [
        SignOffStep(
            assessment=assessment,
            round=assessment.round,
            position=step.position,
            function=step.function,
            quorum=step.quorum,
            needs_minutes=step.needs_minutes,
            route=route,
        )
        for step in wanted
    ]
    return SignOffStep.objects.bulk_create(steps)


def open_steps(assessment: Assessment, by: User | None) -> list[SignOffStep]:
    """Ask for the sign-offs that are open now. The days each has begin today."""
    opened = list(table_of(assessment).open_steps)
    days = _days_of(opened)
    for step in opened:
        before = snapshot(step)
        if step.due_on is None and step.function.casefold() in days:
            step.due_on = timezone.localdate() + datetime.timedelta(days=days[step.function.casefold()])
            step.save(update_fields=["due_on"])
        publish("step.opened", subject=step, by=by, before=before)
    return opened


def _days_of(steps: Sequence[SignOffStep]) -> dict[str, int]:
    """How many days the route gives each of these functions."""
    if not steps or steps[0].route_id is None:
        return {}
    rows = RouteStep.objects.filter(route=steps[0].route_id, position=steps[0].position, within_days__isnull=False)
    return {row.function.casefold(): row.within_days or 0 for row in rows}


def checked_function(function: str) -> str:
    """The name of a function, without stray blanks."""
    function = " ".join(function.split())
    if not function or len(function) > 80:
        raise InvalidError(
            "Name the function (such as privacy or legal) in at most 80 characters.", fields={"function": ["required"]}
        )
    return function


def _end(route: Route, by: User) -> Route:
    before = snapshot(route)
    route.is_active = False
    route.save(update_fields=["is_active"])
    publish("route.ended", subject=route, by=by, before=before)
    return route


def _title(framework_id: str, tier: str) -> str:
    what = framework_id or "Every framework"
    return f"{what}, tier {tier}" if tier else f"{what}, every tier"


def _check_place(by: User, framework_id: str, tier: str) -> None:
    if framework_id and not FrameworkEdition.objects.visible_to(by).filter(framework_id=framework_id).exists():
        raise InvalidError(f"There is no framework {framework_id}.", fields={"framework_id": ["unknown"]})
    if tier and tier not in TIERS:
        raise InvalidError(f"{tier} is no tier; choose one of {', '.join(TIERS)}.", fields={"tier": ["unknown"]})


def _checked(step: NewStep, number: int) -> NewStep:
    function = checked_function(step.function)
    place = f"Step {number} ({function})"
    if not 1 <= step.position <= MOST_STEPS:
        raise InvalidError(f"{place}: its place is a number from 1 to {MOST_STEPS}.", fields={"steps": ["position"]})
    if not 1 <= step.quorum <= LARGEST_QUORUM:
        raise InvalidError(f"{place}: from 1 to {LARGEST_QUORUM} people have to agree.", fields={"steps": ["quorum"]})
    if step.within_days is not None and not 1 <= step.within_days <= LONGEST_WAIT:
        raise InvalidError(f"{place}: give from 1 to {LONGEST_WAIT} days.", fields={"steps": ["within_days"]})
    return NewStep(step.position, function, step.quorum, step.needs_minutes, step.within_days)


def _check_together(steps: Sequence[NewStep]) -> None:
    if not 1 <= len(steps) <= MOST_STEPS:
        raise InvalidError(f"A route has from 1 to {MOST_STEPS} steps.", fields={"steps": ["count"]})
    for number, step in enumerate(steps):
        if any(step.position == other.position and same(step.function, other.function) for other in steps[:number]):
            raise InvalidError(
                f"{step.function} stands twice in place {step.position}. Ask for more people instead.",
                fields={"steps": ["twice"]},
            )
