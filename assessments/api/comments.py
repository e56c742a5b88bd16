"""Remarks over HTTP: read them, and settle what one asks for."""

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import services
from assessments.api.serializers import CommentSerializer
from assessments.models import Comment
from governance.api.base import EvenhandViewSet


class CommentViewSet(EvenhandViewSet[Comment]):
    """Remarks on the assessments of the person's teams; new ones are posted to their assessment."""

    row = Comment
    serializer_class = CommentSerializer
    related = ("author", "settled_by")
    filterset_fields = ["assessment__uid", "question_id", "asks_for_change"]

    def get_queryset(self) -> models.QuerySet[Comment]:
        return super().get_queryset().prefetch_related("mentions")

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, uid: str) -> Response:
        """Say that what it asks for is done."""
        comment = services.settle_comment(comment=self.get_object(), by=self.user)
        return Response(self.get_serializer(comment).data)
