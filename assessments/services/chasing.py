"""Telling the people whom a campaign asks: at its start, before and after its day, and when somebody asks for it."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from assessments.models import Campaign, CampaignItem
from governance.errors import ConflictError
from governance.models import Notice, Role, Team, User
from governance.permissions import require
from governance.queue import enqueue
from governance.services import notify

REMIND_TASK = "assessments.remind_campaign"
NAMED = 10
WEEK = 7


def remind_due(campaign: Campaign) -> int:
    """Chase who has not: a week before, a day before, then every week. Each is told once; says how many were."""
    since = stage_since(campaign.due_on, timezone.localdate())
    if campaign.closed_at is not None or since is None or since <= timezone.localdate(campaign.created_at):
        return 0  # who was asked within the same days knows
    return _tell_all(campaign, open_items(campaign), key=f"campaign:{campaign.uid}:{since}")


def chase_campaign(*, campaign_id: int) -> int:
    """The reminders of one campaign that are due today. Running it twice, or at the same time, tells nobody twice."""
    campaign = Campaign.objects.select_related("team", "started_by").filter(pk=campaign_id).first()
    return remind_due(campaign) if campaign else 0


@transaction.atomic
def sweep_campaigns() -> int:
    """Nudge every open campaign whose day is near or past; says how many."""
    until = timezone.localdate() + datetime.timedelta(days=WEEK)
    near = list(Campaign.objects.filter(closed_at=None, due_on__lte=until).values_list("pk", flat=True))
    for pk in near:
        enqueue(REMIND_TASK, pk)
    return len(near)


def stage_since(due_on: datetime.date, today: datetime.date) -> datetime.date | None:
    """The day since which the present reminder is due: 7 days before, 1 day before, the day after and every week."""
    left = (due_on - today).days
    if left > WEEK:
        return None
    if left >= 0:
        return due_on - datetime.timedelta(days=WEEK if left > 1 else 1)
    return due_on + datetime.timedelta(days=1 + (-left - 1) // WEEK * WEEK)


@transaction.atomic
def remind_item(*, item: CampaignItem, by: User) -> list[User]:
    """Remind whom this system waits for now. At most once a day."""
    item = CampaignItem.objects.select_related("campaign__team", "system", "owner").get(pk=item.pk)
    require(by, "campaign.run", item)
    _refuse_closed(item.campaign)
    if item.settled_at is not None:
        raise ConflictError(f"{item.system.name} is settled, so there is nothing to remind of.")
    people = asked_people(item, leads_of(item.campaign.team))
    told = [
        person
        for person in people
        if not _reminded_today(item.campaign, item, person) and _tell(item.campaign, person, [item], _key_of(item))
    ]
    if not told:
        names = ", ".join(str(person) for person in people) or "Nobody"
        raise ConflictError(f"{names}: reminded of {item.system.name} today already. Once a day is enough.")
    return told


@transaction.atomic
def remind_campaign(*, campaign: Campaign, by: User) -> int:
    """Remind everybody who has not, in one message each, at most once a day. Says how many people were told."""
    campaign = Campaign.objects.select_related("team").get(pk=campaign.pk)
    require(by, "campaign.run", campaign)
    _refuse_closed(campaign)
    return _tell_all(campaign, open_items(campaign), key=_key_of(campaign), is_by_hand=True)


def tell_of_start(campaign: Campaign) -> int:
    """Say to everybody asked what they are asked for, in one message each."""
    return _tell_all(campaign, open_items(campaign), key=f"campaign:{campaign.uid}:start")


def tell_about_item(item: CampaignItem, person: User, *, by: User, since: str) -> None:
    """Say to somebody that it is now for them to do. `since` is the entry on the record that made it so."""
    campaign = item.campaign
    notify(
        user=person,
        team=campaign.team,
        kind="campaign",
        key=f"campaign-given:{item.uid}:{since}",
        title=f"{campaign.title}: {item.system.name} is yours to answer",
        detail=f"{by} gave it to you. {what_is_asked(campaign)}",
        url=url_of_item(item),
    )


def open_items(campaign: Campaign) -> list[CampaignItem]:
    """The systems of a campaign that have not answered yet."""
    rows = campaign.items.filter(settled_at=None).select_related("campaign__team", "system", "owner")
    return list(rows.order_by("system__name", "pk"))


def asked_people(item: CampaignItem, leads: Iterable[User]) -> list[User]:
    """Its owner; compliance staff of the team where it has none, or where the owner has left the team."""
    owner = item.owner
    if owner is not None and owner.is_active and owner.roles_in(item.campaign.team):
        return [owner]
    return list(leads)


def leads_of(team: Team) -> list[User]:
    """Compliance staff of a team; its administrators where it has none."""
    for role in (Role.COMPLIANCE, Role.ADMIN):
        held = Q(memberships__team=team, memberships__role=role, memberships__is_active=True)
        people = list(User.objects.filter(held, is_active=True).distinct())
        if people:
            return people
    return []


def what_is_asked(campaign: Campaign) -> str:
    """What to do and by when, in one sentence."""
    what = (
        "Please check the entry and confirm that it is right"
        if campaign.asks == Campaign.Asks.INVENTORY
        else "Please hand in the assessment"
    )
    return f"{what}, by {campaign.due_on.day} {campaign.due_on:%B %Y}."


def url_of_item(item: CampaignItem) -> str:
    return reverse("assessments:campaign-item", args=[item.uid])


def _tell_all(campaign: Campaign, items: list[CampaignItem], *, key: str, is_by_hand: bool = False) -> int:
    waiting: dict[User, list[CampaignItem]] = {}
    leads = leads_of(campaign.team)
    for item in items:
        for person in asked_people(item, leads):
            if not (is_by_hand and _reminded_today(campaign, item, person)):
                waiting.setdefault(person, []).append(item)
    return sum(_tell(campaign, person, own, key) for person, own in waiting.items())


def _tell(campaign: Campaign, person: User, items: list[CampaignItem], key: str) -> bool:
    """One message about all that waits for this person; False where it was told before."""
    late = (timezone.localdate() - campaign.due_on).days
    subject = items[0].system.name if len(items) == 1 else f"{len(items)} systems"
    when = f", {late} day{'' if late == 1 else 's'} late" if late > 0 else ""
    names = [f"- {item.system.name}{'' if item.owner else ' (it has no owner)'}" for item in items[:NAMED]]
    more = [f"- and {len(items) - NAMED} more"] if len(items) > NAMED else []
    message = [f"{campaign.started_by} writes: {campaign.message}"] if campaign.message else []
    notice = notify(
        user=person,
        team=campaign.team,
        kind="campaign",
        key=key,
        title=f"{campaign.title}: {subject} {'waits' if len(items) == 1 else 'wait'} for you{when}",
        detail="\n".join([what_is_asked(campaign), *message, *names, *more]),
        url=url_of_item(items[0]),
    )
    return notice is not None


def reminded_today(campaign: Campaign, items: Iterable[CampaignItem]) -> set[int]:
    """The items, by key, of which somebody was reminded by hand today: for pages that list them."""
    keys = {_key_of(item): item for item in items}
    told = list(Notice.objects.filter(key__in=[*keys, _key_of(campaign)]).values_list("key", "user"))
    everybody = {user for key, user in told if key == _key_of(campaign)}
    own = {keys[key].pk for key, _ in told if key in keys}
    return own | {item.pk for item in keys.values() if item.owner_id in everybody or (everybody and not item.owner_id)}


def _reminded_today(campaign: Campaign, item: CampaignItem, person: User) -> bool:
    return Notice.objects.filter(user=person, key__in=[_key_of(item), _key_of(campaign)]).exists()


def _key_of(what: CampaignItem | Campaign) -> str:
    return f"campaign-now:{what.uid}:{timezone.localdate()}"


def _refuse_closed(campaign: Campaign) -> None:
    if campaign.closed_at is not None:
        raise ConflictError("This campaign is closed: nobody is reminded any more.")
