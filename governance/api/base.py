"""What every API resource shares: rows the person may see, cursors, idempotency, ETags."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar, TypeVar, cast

from django.db import models, transaction
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from governance.errors import ConflictError, InvalidError, StaleError
from governance.models import ApiToken, IdempotencyKey, Scope, Team, User

Row = TypeVar("Row", bound=models.Model)
LONGEST_KEY = 200


class EvenhandViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Row]):
    """Lists and details of what the person may see, by uid. Writes are added by each resource."""

    lookup_field = "uid"
    lookup_value_regex = "[0-9a-fA-F-]{32,36}"
    write_scope: ClassVar[str] = Scope.REGISTER
    row: ClassVar[type[models.Model]]
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self) -> models.QuerySet[Row]:
        rows = self.visible(self.row._default_manager)
        return cast("models.QuerySet[Row]", rows.select_related(*self.related))

    def visible(self, rows: Any) -> Any:
        """The rows this person may see; a token of one team never reaches into another team of its person."""
        visible = rows.visible_to(self.request.user)
        auth = self.request.auth
        if not isinstance(auth, ApiToken):
            return visible
        path = getattr(visible.model, "TEAM_PATH", "team")
        return visible.filter(**{"pk" if path == "self" else path: auth.team_id})

    def parsed(self, serializer_class: type[serializers.Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The request's data, validated; unknown fields are refused rather than ignored."""
        serializer = serializer_class(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        unknown = sorted(set(self.request.data) - set(serializer.fields))
        if unknown:
            raise InvalidError(f"Unknown field: {unknown[0]}.", fields={key: ["unknown field"] for key in unknown})
        return dict(serializer.validated_data)

    def chosen(self, rows: Any, uid: Any, field: str) -> Any:
        """A row named in the request that the person may see, or a 422 that names the field."""
        found = self.visible(rows).filter(uid=uid).first()
        if found is None:
            raise InvalidError(f"{field}: there is no such thing, or not for you.", fields={field: ["not found"]})
        return found

    @property
    def user(self) -> User:
        return cast("User", self.request.user)

    def own_team(self, uid: Any) -> Team:
        """The team named, or the token's, or the person's only one."""
        if uid is not None:
            return cast("Team", self.chosen(Team.objects, uid, "team"))
        if isinstance(self.request.auth, ApiToken):
            return self.request.auth.team
        teams = list(Team.objects.visible_to(self.request.user)[:2])
        if len(teams) != 1:
            raise InvalidError("Say which team it belongs to.", fields={"team": ["required"]})
        return teams[0]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        response["ETag"] = etag(response.data)
        return response

    def check_match(self, data: Any) -> None:
        """Refuse an update made on an older state than the present one."""
        expected = self.request.headers.get("If-Match")
        if expected and expected != "*" and expected != etag(data):
            raise StaleError("Somebody changed this since you read it. Read it again and repeat your change.")

    def request_facts(self) -> Any:
        """What makes two requests the same request. Views that take files say it with the file's digest."""
        return _plain(self.request.data)

    def answer_once(self, status: int, make: Any) -> Response:
        """Run `make` once for each Idempotency-Key; the same request again gets the same answer."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return self._answer(status, make)
        if len(key) > LONGEST_KEY:
            raise InvalidError(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
        # The team is part of it: an answer kept for one token is never given to a token of another team.
        team = self.request.auth.team_id if isinstance(self.request.auth, ApiToken) else None
        digest = hashlib.sha256(repr((self.request.path, team, self.request_facts())).encode()).hexdigest()
        with transaction.atomic():
            user = cast("User", self.request.user)
            IdempotencyKey.objects.get_or_create(user=user, key=key, defaults={"request_sha256": digest})
            kept = IdempotencyKey.objects.select_for_update().get(user=user, key=key)
            if kept.request_sha256 != digest:
                raise ConflictError("This Idempotency-Key was used for another request.", code="idempotency_conflict")
            if kept.status is not None:
                headers = {"Location": kept.location} if kept.location else None
                return Response(kept.body, status=kept.status, headers=headers)
            response = self._answer(status, make)
            kept.status, kept.body = response.status_code, _plain(response.data)
            kept.location = response.get("Location", "")
            kept.save()
        return response

    def _answer(self, status: int, make: Any) -> Response:
        made = make()
        if isinstance(made, Response):
            return made
        data = self.get_serializer(made).data
        return Response(
            data, status=status, headers={"Location": f"{self.request.path}/{made.uid}", "ETag": etag(data)}
        )


def etag(data: Any) -> str:
    return '"' + hashlib.sha256(repr(_plain(data)).encode()).hexdigest()[:32] + '"'


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data, cls=JSONEncoder, sort_keys=True))
