"""Messages to people: told once in their inbox, and sent once by mail. What they tell of is on the record itself."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance.models import Notice, Team, User
from governance.queue import enqueue

log = structlog.get_logger(__name__)
MAIL_TASK = "governance.mail_notice"
# A claim without its mail is one whose worker was lost or whose server refused: it is tried again, for some days.
TRY_AGAIN_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=3)
SWEPT = 500


@transaction.atomic
def notify(
    *, user: User, kind: str, key: str, title: str, detail: str = "", url: str = "", team: Team | None = None
) -> Notice | None:
    """Tell a person something once: the same key again tells nothing and returns None. The mail follows the commit."""
    if not user.is_active or Notice.objects.filter(user=user, key=key[:200]).exists():
        return None
    facts = {
        "team": team,
        "kind": kind[:40],
        "title": _one_line(title)[:200],
        "detail": detail.strip(),
        "url": url[:500],
    }
    notice, is_new = Notice.objects.get_or_create(user=user, key=key[:200], defaults=facts)
    if not is_new:  # told by another process at this moment
        return None
    enqueue(MAIL_TASK, notice.pk)
    return notice


def mail_notice(*, notice_id: int) -> bool:
    """Send one message by mail, if nobody has and nobody is about to. Says whether it was sent now."""
    if not _claim(notice_id):
        return False
    notice = Notice.objects.select_related("user", "team").get(pk=notice_id)
    if not notice.user.is_active:
        return False
    try:
        _mail_of(notice).send()
    except Exception as error:  # whatever a mail server or its library answers: tried again by the sweep
        log.warning("mail_not_sent", notice=str(notice.uid), exc_info=True)
        Notice.objects.filter(pk=notice_id).update(mail_error=f"{type(error).__name__}: {error}"[:1000])
        return False
    Notice.objects.filter(pk=notice_id).update(mailed_at=timezone.now(), mail_error="")
    return True


def sweep_notices() -> int:
    """Nudge again what was never mailed: a lost message, a lost worker, a mail server that was away."""
    now = timezone.now()
    forgotten = Notice.objects.filter(
        mailed_at=None, created_at__gt=now - GIVE_UP_AFTER, created_at__lt=now - timedelta(minutes=1)
    ).filter(_claimable())
    found = list(forgotten.order_by("pk").values_list("pk", flat=True)[:SWEPT])
    for notice_id in found:
        enqueue(MAIL_TASK, notice_id)
    return len(found)


def mark_read(*, notice: Notice, by: User) -> Notice:
    """The person has seen it. Only one's own messages are found at all (see `visible_to`)."""
    Notice.objects.filter(pk=notice.pk, user=by, read_at=None).update(read_at=timezone.now())
    notice.refresh_from_db()
    return notice


def mark_all_read(*, by: User, team: Team | None = None) -> int:
    """Everything the person was told so far is seen; says how many messages that were."""
    mine = Notice.objects.filter(user=by, read_at=None)
    return (mine.filter(team=team) if team else mine).update(read_at=timezone.now())


def _claim(notice_id: int) -> bool:
    """Take a message for mailing. Of many workers one succeeds."""
    free = Notice.objects.filter(pk=notice_id, mailed_at=None).filter(_claimable())
    return bool(free.update(mail_claimed_at=timezone.now()))


def _claimable() -> Q:
    return Q(mail_claimed_at=None) | Q(mail_claimed_at__lt=timezone.now() - TRY_AGAIN_AFTER)


def _mail_of(notice: Notice) -> EmailMessage:
    """The same Message-ID on every try, so that a second copy is known as one by mail programs."""
    address = f"{settings.EVENHAND_URL}{notice.url}" if notice.url else ""
    why = f"you have a part in {notice.team}" if notice.team else "you have an account"
    parts = [notice.title, notice.detail, address, f"-- \nEvenhand, {settings.ORGANISATION}: {why}."]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return EmailMessage(
        subject=notice.title,
        body="\n\n".join(part for part in parts if part) + "\n",
        to=[notice.user.email],
        headers={"Message-ID": f"<{notice.uid}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _one_line(text: str) -> str:
    """A subject line holds no line break."""
    return " ".join(text.split())
