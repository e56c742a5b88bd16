"""Reminders of what is due, overdue or about to expire: each once, to whom it concerns. Campaigns chase by themselves.

Everything is read from rows and told under a key, so that a reminder may run any number of times: it makes good what
was lost, and tells nobody twice.
"""

import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceItem, EvidenceRevision, LookAgain
from assessments.services.chasing import WEEK, leads_of, stage_since
from assessments.services.due_dates import Due, due_in, first_present
from assessments.services.looking import raise_look_again
from governance.models import Team, User
from governance.queue import enqueue
from governance.services import notify

REMIND_TASK = "assessments.remind_team"
OPEN = ("draft", "returned")
MONTH = 30


def remind_team(*, team_id: int) -> int:
    """Everything a team's people are to be reminded of today; says how many messages that were."""
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        return 0
    raise_expired(team)
    today = timezone.localdate()
    told = sum(_remind(team, due, today) for due in due_in(team, today + datetime.timedelta(days=WEEK)))
    return told + remind_of_expiring(team)


@transaction.atomic
def sweep_reminders() -> int:
    """Nudge the reminders of every team; says how many teams."""
    teams = list(Team.objects.order_by("pk").values_list("pk", flat=True))
    for pk in teams:
        enqueue(REMIND_TASK, pk)
    return len(teams)


def raise_expired(team: Team) -> int:
    """Doubt the open answers whose evidence has expired: once for each piece, also where somebody said it holds."""
    pieces = Evidence.objects.filter(
        assessment__team=team, assessment__status__in=OPEN, withdrawn_at=None, valid_until__lt=timezone.localdate()
    ).select_related("assessment__team", "assessment__system")
    raised = 0
    for piece in pieces.defer("assessment__edition__document").order_by("pk"):
        about = {"kind": LookAgain.Kind.EVIDENCE_EXPIRED, "about": str(piece.uid)}
        if piece.valid_until is None or LookAgain.objects.filter(assessment=piece.assessment, **about).exists():
            continue
        raise_look_again(
            assessment=piece.assessment,
            question_id=piece.question_id,
            reason=f"{piece.title} expired on {piece.valid_until.day} {piece.valid_until:%B %Y}.",
            source={"evidence": str(piece.uid), "title": piece.title},
            by=None,
            **about,
        )
        raised += 1
    return raised


def remind_of_expiring(team: Team) -> int:
    """Items of the library, and pieces with a day of their own: 30 and 7 days before, and once they have expired."""
    until = timezone.localdate() + datetime.timedelta(days=MONTH)
    told = sum(_remind_of_item(team, item) for item in _expiring_items(team, until))
    return told + sum(_remind_of_piece(team, piece) for piece in _expiring_pieces(team, until))


def expiry_since(valid_until: datetime.date, today: datetime.date) -> datetime.date:
    """The day since which the present reminder of an expiry is due."""
    left = (valid_until - today).days
    if left < 0:
        return valid_until + datetime.timedelta(days=1)
    return valid_until - datetime.timedelta(days=WEEK if left <= WEEK else MONTH)


def _remind(team: Team, due: Due, today: datetime.date) -> int:
    """Tell the people of something due; when it is late for the first time, compliance staff too."""
    left = (due.due_on - today).days
    since = stage_since(due.due_on, today)
    if since is None or since <= due.known_since or (left < 0 and not due.is_chased):
        return 0
    facts = {"title": f"{due.what}: {_when(left)}", "detail": due.about, "url": due.url}
    told = _tell(team, due.people, "due" if left >= 0 else "overdue", f"due:{due.uid}:{due.due_on}:{since}", facts)
    if left < 0:
        leads = [person for person in leads_of(team) if person not in due.people]
        waits_for = ", ".join(str(person) for person in due.people) or "nobody"
        for_leads = {**facts, "detail": f"It waits for {waits_for}. {due.about}"}
        told += _tell(team, leads, "overdue", f"overdue-lead:{due.uid}:{due.due_on}", for_leads)
    return told


def _when(left: int) -> str:
    if left < 0:
        return f"{-left} day{'' if left == -1 else 's'} late"
    return {0: "due today", 1: "due tomorrow"}.get(left, f"due in {left} days")


def _expiring_items(team: Team, until: datetime.date) -> list[EvidenceItem]:
    newest = EvidenceRevision.objects.filter(item=OuterRef("pk")).order_by("-number")
    rows = EvidenceItem.objects.filter(team=team, retired_at=None).select_related("owner")
    found = rows.annotate(
        newest=Subquery(newest.values("pk")[:1]), valid_until=Subquery(newest.values("valid_until")[:1])
    )
    return list(found.filter(valid_until__lte=until).order_by("pk"))


def _expiring_pieces(team: Team, until: datetime.date) -> list[Evidence]:
    """Those that the reminder of their item does not speak of: another date, an older revision, no item at all."""
    newest = EvidenceRevision.objects.filter(item=OuterRef("revision__item")).order_by("-number").values("pk")[:1]
    rows = Evidence.objects.filter(
        assessment__team=team, assessment__status__in=OPEN, withdrawn_at=None, valid_until__lte=until
    ).annotate(newest=Subquery(newest))
    apart = Q(revision=None) | ~Q(revision=F("newest")) | ~Q(revision__valid_until=F("valid_until"))
    related = ("assessment__team", "assessment__system", "assessment__started_by", "added_by")
    return list(rows.filter(apart).select_related(*related).defer("assessment__edition__document").order_by("pk"))


def _remind_of_item(team: Team, item: EvidenceItem) -> int:
    revision = EvidenceRevision.objects.select_related("added_by").get(pk=item.newest)  # type: ignore[attr-defined]
    if revision.valid_until is None:
        return 0
    facts = {
        "title": f"{item.title}, in the evidence library, {_expires(revision.valid_until)}",
        "detail": "Add a new revision, or retire it. Open assessments that rely on it are told of a new one.",
        "url": reverse("assessments:library-item", args=[item.uid]),
    }
    people = first_present(team, (item.owner, revision.added_by))
    return _tell_of_expiry(team, people, revision, revision.valid_until, facts)


def _remind_of_piece(team: Team, piece: Evidence) -> int:
    if piece.valid_until is None:
        return 0
    facts = {
        "title": f"{piece.title}, attached to {piece.assessment.title}, {_expires(piece.valid_until)}",
        "detail": f"It is evidence of an open assessment of {piece.assessment.subject_name}.",
        "url": reverse("assessments:evidence-place", args=[piece.uid]),
    }
    people = first_present(team, (piece.added_by, piece.assessment.started_by))
    return _tell_of_expiry(team, people, piece, piece.valid_until, facts)


def _tell_of_expiry(
    team: Team,
    people: tuple[User, ...],
    row: Evidence | EvidenceRevision,
    valid_until: datetime.date,
    facts: dict[str, str],
) -> int:
    since = expiry_since(valid_until, timezone.localdate())
    if since <= row.created_at.date():
        return 0  # who brought it within these days knows
    return _tell(team, people, "expiring", f"expiring:{row.uid}:{valid_until}:{since}", facts)


def _expires(valid_until: datetime.date) -> str:
    left = (valid_until - timezone.localdate()).days
    day = f"{valid_until.day} {valid_until:%B %Y}"
    return f"expired on {day}" if left < 0 else f"expires on {day}"


def _tell(team: Team, people: tuple[User, ...] | list[User], kind: str, key: str, facts: dict[str, str]) -> int:
    """How many of these people were told now."""
    return sum(notify(user=person, team=team, kind=kind, key=key, **facts) is not None for person in people)
