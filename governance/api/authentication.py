"""Who is calling and how far their token reaches. Imports no viewsets: DRF loads this by name."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.request import Request

from governance import events, services
from governance.models import ApiToken, Scope, User


class BearerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer evh_...`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = services.authenticate_token(secret.strip())
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, revoked or expired.", code="bad_token")
        events.current().token = token
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="evenhand"'


class SignedInWithScope(permissions.BasePermission):
    """Deny unless signed in; a token also needs the scope of the view for what it does."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken):
            needed = Scope.READ if request.method in permissions.SAFE_METHODS else view.write_scope
            if needed not in request.auth.scopes and Scope.ADMIN not in request.auth.scopes:
                raise exceptions.PermissionDenied(f"This token lacks the scope {needed}.", code="scope_missing")
        return True


class TokenThrottle(throttling.SimpleRateThrottle):
    scope = "token"
    cache = caches["process"]

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        ident = request.auth.pk if isinstance(request.auth, ApiToken) else request.user.pk or self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}
