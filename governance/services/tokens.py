"""API tokens: shown once, kept as a hash, limited by scope, team and time."""

import datetime
import hashlib
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from governance.errors import InvalidError, NotAllowedError
from governance.events import publish, snapshot
from governance.models import ApiToken, Scope, Team, User
from governance.permissions import require

PREFIX = "evh_"
LONGEST_DAYS = 366
USE_IS_NOTED_EVERY = datetime.timedelta(minutes=1)


@transaction.atomic
def issue_token(
    *, user: User, team: Team, name: str, scopes: Sequence[str], days: int = 90, by: User | None
) -> tuple[ApiToken, str]:
    """Make a token; the secret is in the answer and nowhere else. It can never do more than its person."""
    if by is not None:
        require(by, "token.issue", team)
        if by.pk != user.pk:
            raise NotAllowedError("A token is made by the person who will use it.", action="token.issue", subject=team)
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        known = ", ".join(Scope.values)
        raise InvalidError(
            f"Unknown or missing scope. Scopes are {known}.", fields={"scopes": [f"choose from {known}"]}
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidError(f"A token lasts 1 to {LONGEST_DAYS} days.", fields={"days": ["out of range"]})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        team=team,
        name=name,
        prefix=secret[:10],
        token_hash=_hash(secret),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    publish("token.issued", subject=token, by=by or user)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """End a token at once. Its person or an administrator of its team may."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.user_id != by.pk:
        require(by, "team.manage", token)
    if token.revoked_at is None:
        before = snapshot(token)
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        publish("token.revoked", subject=token, by=by, before=before)
    return token


def authenticate_token(secret: str) -> ApiToken | None:
    """The usable token with this secret, or None. Notes its use at most once a minute."""
    token = ApiToken.objects.select_related("user", "team").filter(token_hash=_hash(secret)).first()
    if token is None or not token.is_usable or not token.user.is_active:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _hash(secret: str) -> str:
    # The secret has 256 random bits, so a plain hash cannot be searched; a slow one would only slow us.
    return hashlib.sha256(secret.encode()).hexdigest()
