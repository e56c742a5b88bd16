"""Refused attempts that matter: they are on the record even though nothing changed."""

from django.db import transaction

from governance.errors import NotAllowedError
from governance.events import publish
from governance.models import Recorded, User

# Reading what one may not see is answered by 404 and not noted here; these are acts on the record.
NOTED = ("approve", "sign", "submit", "return", "agree", "register", "issue", "manage", "conclude", "invalidate")


def record_refusal(*, error: NotAllowedError, by: User) -> None:
    """Write that somebody tried what they may not. Called by the edges after the change was rolled back."""
    verb = error.action.partition(".")[2]
    if not isinstance(error.subject, Recorded) or not verb.startswith(NOTED):
        return
    with transaction.atomic():
        publish(
            "attempt.refused",
            subject=error.subject,
            by=by,
            data={"action": error.action, "reason": error.message},
        )
