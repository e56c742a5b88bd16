"""Starting an assessment from the last one, and changing what it is about."""

import datetime
import uuid
from typing import Any

from django.db import transaction

from assessments.models import Assessment, FrameworkEdition, Scope
from assessments.services.carrying import carry_answers
from assessments.services.copying import copy_signed_answers
from assessments.services.locking import locked
from assessments.services.looking import compare_facts
from evenhand.questionnaire.schema import Profile
from governance import facts
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import System, Team, User, Version
from governance.permissions import require

DECIDED = ("approved", "superseded", "rejected")
CHANGEABLE = ("title", "due_on", "profile", "version", "evaluation_uid")


@transaction.atomic
def start_assessment(
    *,
    edition: FrameworkEdition,
    by: User,
    system: System | None = None,
    team: Team | None = None,
    title: str = "",
    due_on: datetime.date | None = None,
    profile: str | None = None,
    version: Version | None = None,
    evaluation_uid: uuid.UUID | None = None,
) -> Assessment:
    """Start answering a framework for a system, or for the team's organisation itself.

    It starts from the last approved one, whose answers wait to be confirmed. One open one at a time, unless the
    framework repeats. No profile takes the one meant for the system's tier; an empty one asks everything.
    """
    scope = Scope.SYSTEM if system else Scope.ORGANISATION
    team = system.team if system else team
    if team is None:
        raise InvalidError(
            "Name the system, or the team whose own practice is assessed.", fields={"system": ["missing"]}
        )
    require(by, "assessment.start", team)
    if scope not in edition.scopes:
        raise InvalidError(
            f"{edition} has no questions for {scope.label}.", fields={"framework": ["asks nothing of this"]}
        )
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # one at a time: only one may be under way
    if not edition.framework.repeats:
        _refuse_second(edition, team, system)
    assessment = Assessment(
        team=team,
        system=system,
        edition=edition,
        scope=scope,
        title=title.strip() or edition.title,
        started_by=by,
        due_on=due_on,
        profile=suggested_profile(edition, system) if profile is None else profile,
        version=version,
        evaluation_uid=evaluation_uid,
        based_on=last_approved(edition, team, system),
    )
    _check(assessment)
    assessment.save()
    publish("assessment.started", subject=assessment, by=by)
    if system is not None:
        copy_signed_answers(assessment, by)
    if assessment.based_on is not None:
        carry_answers(assessment=assessment, source=assessment.based_on, by=by)
    return assessment


@transaction.atomic
def change_assessment(*, assessment: Assessment, by: User, **changes: Any) -> Assessment:
    """Change what an open assessment is about: its title, date, profile, version or evaluation. Answers are kept."""
    assessment = locked(assessment)
    require(by, "assessment.change", assessment)
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InvalidError(f"These cannot be changed here: {', '.join(unknown)}.", fields={unknown[0]: ["fixed"]})
    before = snapshot(assessment)
    for name, value in changes.items():
        setattr(assessment, name, value)
    assessment.title = assessment.title.strip() or assessment.edition.title
    _check(assessment)
    if snapshot(assessment) != before:
        assessment.save(update_fields=CHANGEABLE)
        publish("assessment.changed", subject=assessment, by=by, before=before)
        compare_facts(assessment=assessment, by=by)
    return assessment


def suggested_profile(edition: FrameworkEdition, system: System | None) -> str:
    """The first profile meant for a system of this tier; none asks everything."""
    known = {"risk_tier": system.tier} if system and system.tier else {}
    meant = (profile for profile in profiles_of(edition) if profile.applies_to and profile.fits(known))
    return next((profile.id for profile in meant), "")


def profiles_of(edition: FrameworkEdition) -> tuple[Profile, ...]:
    """The parts of a framework that may be asked instead of all of it."""
    return edition.framework.profiles


def last_approved(edition: FrameworkEdition, team: Team, system: System | None) -> Assessment | None:
    """The approved assessment a new one starts from. One that repeats is about another event and starts anew."""
    if edition.framework.repeats:
        return None
    rows = _same_subject(edition, team, system).filter(status="approved").select_related("edition", "team", "system")
    found: Assessment | None = rows.defer("edition__document").order_by("-decided_at", "-id").first()
    return found


def _refuse_second(edition: FrameworkEdition, team: Team, system: System | None) -> None:
    if _same_subject(edition, team, system).exclude(status__in=DECIDED).exists():
        raise ConflictError(
            f"An assessment of {system or team} by {edition.title} is under way already. Finish that one first.",
            fields={"framework": ["under way already"]},
        )


def _same_subject(edition: FrameworkEdition, team: Team, system: System | None) -> Any:
    scope = Scope.SYSTEM if system else Scope.ORGANISATION
    return Assessment.objects.filter(edition__framework_id=edition.framework_id, team=team, system=system, scope=scope)


def _check(assessment: Assessment) -> None:
    """What it is about must belong to its system, and its profile to its framework."""
    edition, system, version = assessment.edition, assessment.system, assessment.version
    if not edition.is_usable_by(assessment.team):
        raise InvalidError(
            f"{edition} belongs to another team, so {assessment.team.name} cannot answer it.",
            fields={"framework": ["of another team"]},
        )
    if assessment.profile and assessment.profile not in edition.framework.profiles_by_id:
        known = ", ".join(edition.framework.profiles_by_id) or "none"
        raise InvalidError(
            f"{edition} has no profile {assessment.profile}; it has {known}.", fields={"profile": ["unknown"]}
        )
    if assessment.profile and not assessment.framework.questions:
        raise InvalidError(f"The profile {assessment.profile} asks nothing here.", fields={"profile": ["empty"]})
    if version is not None and version.model.system_id != assessment.system_id:
        raise InvalidError(f"{version} is no version of {system}.", fields={"version": ["of another system"]})
    if assessment.evaluation_uid is not None:
        known_uids = {row.uid for row in facts.ask("assessment.evaluations", system)} if system else set()
        if assessment.evaluation_uid not in known_uids:
            raise InvalidError(
                f"{system or assessment.team} has no such completed evaluation.", fields={"evaluation": ["not found"]}
            )
