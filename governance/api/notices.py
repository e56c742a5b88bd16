"""A person's messages over HTTP: read them, and say that they are read."""

from typing import Any

from django.db import models
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from governance import services
from governance.api.base import EvenhandViewSet
from governance.api.serializers import uid_of
from governance.models import ApiToken, Notice


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    team = uid_of()

    class Meta:
        model = Notice
        fields = ["uid", "team", "kind", "title", "detail", "url", "created_at", "read_at", "mailed_at"]


class ReadSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField()


class NoticeFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter brings no types
    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields = ["kind", "unread"]


class NoticeViewSet(EvenhandViewSet[Notice]):
    """The person's own messages; with a token of a team, those about that team's things."""

    row = Notice
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    related = ("team",)

    def get_queryset(self) -> models.QuerySet[Notice]:
        return super().get_queryset().filter(user_id=self.user.pk)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, uid: str) -> Response:
        """Mark a message as read."""
        notice = services.mark_read(notice=self.get_object(), by=self.user)
        return Response(self.get_serializer(notice).data)

    @extend_schema(operation_id="notices_read_all", request=None, responses=ReadSerializer)
    @action(detail=False, methods=["post"], url_path="read", pagination_class=None, filterset_class=None)
    def read_all(self, request: Request) -> Response:
        """Mark everything as read that the person was told so far."""
        team = request.auth.team if isinstance(request.auth, ApiToken) else None
        return Response({"read": services.mark_all_read(by=self.user, team=team)})
