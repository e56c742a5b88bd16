"""Campaigns: the owners of a team's systems confirm their entries, or hand in assessments, by a date."""

import datetime
from collections.abc import Collection

from django.db import models, transaction
from django.utils import timezone

from assessments.models import Assessment, AssessmentStatus, Campaign, CampaignItem, FrameworkEdition, Scope
from assessments.services.chasing import tell_about_item, tell_of_start
from governance.errors import ConflictError, InvalidError
from governance.events import Event, publish, snapshot
from governance.models import System, SystemStatus, Team, User
from governance.permissions import allowed, require
from governance.services.systems import confirm_system

LONGEST = 2_000
ENDED = (SystemStatus.REJECTED, SystemStatus.RETIRED, SystemStatus.NOT_AI)
Asks = Campaign.Asks


@transaction.atomic
def start_campaign(
    *,
    team: Team,
    title: str,
    asks: str,
    due_on: datetime.date,
    by: User,
    systems: Collection[System] | None = None,
    message: str = "",
    framework_id: str = "",
) -> Campaign:
    """Ask the owners of these systems, or of all the team's, for something by a date. Each is told once."""
    require(by, "campaign.run", team)
    campaign = Campaign(
        team=team,
        title=title.strip(),
        asks=asks,
        due_on=due_on,
        message=message.strip(),
        framework_id=framework_id if asks == Asks.ASSESSMENT else "",
        started_by=by,
    )
    _check(campaign)
    chosen = list(running_systems(team)) if systems is None else list(systems)
    _check_systems(team, chosen)
    campaign.save()
    publish("campaign.started", subject=campaign, by=by, data={"systems": [str(system.uid) for system in chosen]})
    for system in chosen:
        _add(campaign, system, by)
    tell_of_start(campaign)
    return campaign


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: User) -> Campaign:
    """End a campaign. Who has not answered stays on the page; nobody is reminded any more."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("team").get(pk=campaign.pk)
    require(by, "campaign.run", campaign)
    if campaign.closed_at is not None:
        raise ConflictError("This campaign is closed already.")
    before = snapshot(campaign)
    campaign.closed_at = timezone.now()
    campaign.save(update_fields=["closed_at"])
    publish("campaign.closed", subject=campaign, by=by, before=before)
    return campaign


@transaction.atomic
def confirm_item(*, item: CampaignItem, by: User, note: str = "") -> CampaignItem:
    """Confirm that a system's entry is right, and with it settle what the campaign asks. Saying it twice is refused."""
    System.objects.select_for_update(no_key=True).get(pk=item.system_id)  # before its items, as a change of it does
    item = _locked(item)
    require(by, "campaign_item.settle", item)
    _refuse_ended(item)
    if item.campaign.asks != Asks.INVENTORY:
        raise ConflictError("This campaign asks for an assessment: it is settled when the assessment is handed in.")
    confirm_system(system=item.system, by=by, note=note)
    return _settle(item, by=by, note=note.strip())


@transaction.atomic
def give_item(*, item: CampaignItem, by: User, owner: User | None, is_announced: bool = True) -> CampaignItem:
    """Ask another person of the team instead; nobody leaves it to compliance staff."""
    item = _locked(item)
    require(by, "campaign_item.change", item)
    _refuse_ended(item)
    if owner is not None and not may_settle(item.campaign, item.system, owner):
        raise InvalidError(
            f"{owner} cannot be asked: a role in {item.campaign.team.name} is needed, and more than an auditor's.",
            fields={"owner": ["not possible"]},
        )
    if item.owner != owner:
        since = _change_owner(item, owner, by)
        if owner is not None and owner != by and is_announced:
            tell_about_item(item, owner, by=by, since=since)
    return item


def running_systems(team: Team) -> Collection[System]:
    """The systems a campaign may be about: those that are not retired, rejected or found to be no AI."""
    return System.objects.filter(team=team).exclude(status__in=ENDED).select_related("team", "owner").order_by("name")


def newest_edition(team: Team, framework_id: str) -> FrameworkEdition | None:
    """The newest edition a team may use of a framework."""
    editions = FrameworkEdition.objects.usable_by(team).filter(framework_id=framework_id).defer("document")
    return editions.order_by("-published_at", "-id").first()


def may_settle(campaign: Campaign, system: System, person: User) -> bool:
    """Whether somebody can do what this campaign asks about a system, once it is theirs."""
    if not person.is_active:
        return False
    if campaign.asks == Asks.INVENTORY:
        return allowed(person, "system.confirm", system)
    return bool(person.roles_in(campaign.team))


def follow(event: Event) -> None:
    """Settle what a hand-in answers, ask again after a return, and follow a system to its new owner or its end."""
    subject = event.subject
    if isinstance(subject, Assessment) and event.name == "assessment.submitted":
        _settle_by(subject, event.by)
    elif isinstance(subject, Assessment) and event.name in ("assessment.withdrawn", "assessment.returned"):
        _ask_again(subject, event.by)
    elif isinstance(subject, System) and event.name == "system.changed":
        _follow_owner(subject, event)
    elif isinstance(subject, System) and event.name == "system.moved" and subject.status in ENDED:
        for item in _open_items(system=subject):
            _settle(item, by=event.by, note=f"The system is {subject.get_status_display().lower()}.")


def _settle_by(assessment: Assessment, by: User | None) -> None:
    if assessment.system_id is None:
        return
    asked = _open_items(system=assessment.system, campaign__framework_id=assessment.edition.framework_id)
    for item in asked.filter(campaign__asks=Asks.ASSESSMENT):
        _settle(item, by=by, assessment=assessment)


def _ask_again(assessment: Assessment, by: User | None) -> None:
    answered = CampaignItem.objects.filter(assessment=assessment, campaign__closed_at=None, settled_at__isnull=False)
    for item in answered.select_related("campaign__team", "system", "owner").select_for_update(of=("self",)):
        before = snapshot(item)
        item.assessment = item.settled_at = item.settled_by = None
        item.save(update_fields=["assessment", "settled_at", "settled_by"])
        publish("campaign_item.changed", subject=item, by=by, before=before)


def _follow_owner(system: System, event: Event) -> None:
    before = (event.before or {}).get("owner")
    if before == event.after.get("owner"):
        return
    for item in _open_items(system=system):
        present = str(item.owner.uid) if item.owner else None
        owner = system.owner if system.owner and may_settle(item.campaign, system, system.owner) else None
        if present == before and item.owner != owner:
            since = _change_owner(item, owner, event.by)
            if owner is not None and event.by is not None and owner != event.by:
                tell_about_item(item, owner, by=event.by, since=since)


def _add(campaign: Campaign, system: System, by: User) -> None:
    """Put a system into a campaign. What was handed in and waits for its decision answers it already."""
    owner = system.owner if system.owner and may_settle(campaign, system, system.owner) else None
    item = CampaignItem.objects.create(campaign=campaign, system=system, owner=owner)
    waiting = system.assessments.filter(
        edition__framework_id=campaign.framework_id, status=AssessmentStatus.SUBMITTED
    ).first()
    if campaign.asks == Asks.ASSESSMENT and waiting is not None:
        _settle(item, by=by, assessment=waiting, note="It was handed in when the campaign started.")


def _settle(
    item: CampaignItem, *, by: User | None, note: str = "", assessment: Assessment | None = None
) -> CampaignItem:
    before = snapshot(item)
    item.settled_at, item.settled_by, item.note = timezone.now(), by, note
    item.assessment = assessment
    item.save(update_fields=["settled_at", "settled_by", "note", "assessment"])
    publish("campaign_item.settled", subject=item, by=by, before=before)
    return item


def _change_owner(item: CampaignItem, owner: User | None, by: User | None) -> str:
    """Ask somebody else; answers with the entry on the record, by which the same person can be told again."""
    before = snapshot(item)
    item.owner = owner
    item.save(update_fields=["owner"])
    return str(publish("campaign_item.changed", subject=item, by=by, before=before).entry_uid)


def _refuse_ended(item: CampaignItem) -> None:
    if item.campaign.closed_at is not None:
        raise ConflictError("This campaign is closed.")
    if item.settled_at is not None:
        who = f" by {item.settled_by}" if item.settled_by else ""
        raise ConflictError(f"{item.system.name} is settled already{who}.")


def _check(campaign: Campaign) -> None:
    if not campaign.title or len(campaign.title) > 200:
        raise InvalidError("Give it a title of at most 200 characters.", fields={"title": ["required"]})
    if len(campaign.message) > LONGEST:
        raise InvalidError(f"A message has at most {LONGEST:,} characters.", fields={"message": ["too long"]})
    if campaign.asks not in Asks.values:
        raise InvalidError(f"Choose {' or '.join(Asks.values)}.", fields={"asks": ["unknown"]})
    if campaign.due_on < timezone.localdate():
        raise InvalidError("The day by which it is due is past.", fields={"due_on": ["past"]})
    if campaign.asks == Asks.ASSESSMENT:
        _check_framework(campaign)


def _check_framework(campaign: Campaign) -> None:
    newest = newest_edition(campaign.team, campaign.framework_id) if campaign.framework_id else None
    if newest is None:
        raise InvalidError("Choose the framework to answer.", fields={"framework_id": ["required"]})
    if Scope.SYSTEM not in newest.scopes:
        raise InvalidError(
            f"{newest.title} asks nothing about a system.", fields={"framework_id": ["asks nothing about a system"]}
        )


def _check_systems(team: Team, systems: Collection[System]) -> None:
    if not systems:
        raise InvalidError("Choose at least one system.", fields={"systems": ["required"]})
    if len({system.pk for system in systems}) != len(systems):
        raise InvalidError("A system is named twice.", fields={"systems": ["twice"]})
    for system in systems:
        if system.team_id != team.pk:
            raise InvalidError(f"{system.name} belongs to another team.", fields={"systems": ["another team"]})
        if system.status in ENDED:
            state = system.get_status_display().lower()
            raise InvalidError(f"{system.name} is {state}: there is nothing to ask.", fields={"systems": [state]})


def _open_items(**of: object) -> models.QuerySet[CampaignItem]:
    rows = CampaignItem.objects.filter(settled_at=None, campaign__closed_at=None, **of)
    found: models.QuerySet[CampaignItem] = rows.select_related("campaign__team", "system", "owner")
    return found.select_for_update(of=("self",)).order_by("pk")


def _locked(item: CampaignItem) -> CampaignItem:
    related = ("campaign__team", "system__team", "owner", "settled_by")
    found: CampaignItem = CampaignItem.objects.select_related(*related).select_for_update(of=("self",)).get(pk=item.pk)
    return found
