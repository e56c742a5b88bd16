"""The evidence library over HTTP."""

from typing import Any

from django.db import models
from django.http import FileResponse, Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import services
from assessments.api.serializers import EvidenceSerializer
from assessments.models import Assessment, EvidenceItem, EvidenceRevision
from assessments.services.library import uses_of
from governance.api.base import EvenhandViewSet
from governance.api.serializers import uid_of
from governance.errors import InvalidError
from governance.models import User
from governance.permissions import require


class RevisionSerializer(serializers.ModelSerializer[EvidenceRevision]):
    added_by = uid_of()

    class Meta:
        model = EvidenceRevision
        fields = [
            "uid", "number", "file_name", "sha256", "size", "link", "valid_until", "note", "added_by", "created_at",
        ]  # fmt: skip


class ItemSerializer(serializers.ModelSerializer[EvidenceItem]):
    team = uid_of()
    owner = uid_of()
    revisions = RevisionSerializer(many=True, read_only=True)

    class Meta:
        model = EvidenceItem
        fields = ["uid", "team", "title", "description", "owner", "retired_at", "created_at", "revisions"]


class NewRevision(serializers.Serializer[Any]):
    file = serializers.FileField(required=False)
    link = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class NewItem(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    file = serializers.FileField(required=False)
    link = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class ItemChange(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    owner = serializers.UUIDField(required=False, allow_null=True)


class Attachment(serializers.Serializer[Any]):
    assessment = serializers.UUIDField()
    question_id = serializers.CharField(max_length=80)


UPLOAD = {"multipart/form-data": NewItem, "application/json": NewItem}
UPLOAD_REVISION = {"multipart/form-data": NewRevision, "application/json": NewRevision}


class LibraryViewSet(EvenhandViewSet[EvidenceItem]):
    """Files and links that a team can attach to answers again and again."""

    row = EvidenceItem
    serializer_class = ItemSerializer
    related = ("team", "owner")
    filterset_fields = ["team__uid", "revisions__sha256"]

    def get_queryset(self) -> models.QuerySet[EvidenceItem]:
        return super().get_queryset().prefetch_related("revisions__added_by").distinct()

    @extend_schema(request=UPLOAD)
    def create(self, request: Request) -> Response:
        """Put a file or a link in. The same bytes again answer with the item that has them."""
        data = self.parsed(NewItem)
        item = services.add_item(team=self.own_team(data.pop("team", None)), by=self.user, **data)
        return Response(self.get_serializer(item).data, status=201, headers={"Location": f"/api/v1/library/{item.uid}"})

    @extend_schema(request=ItemChange)
    def partial_update(self, request: Request, uid: str) -> Response:
        item = self.get_object()
        self.check_match(self.get_serializer(item).data)
        present = {"title": item.title, "description": item.description, "owner": item.owner}
        data = self.parsed(ItemChange, partial=True)
        if "owner" in data:
            data["owner"] = self.member(item, data["owner"])
        return self.shown(services.change_item(item=item, by=self.user, **{**present, **data}))

    @extend_schema(request=UPLOAD_REVISION, responses={201: RevisionSerializer})
    @action(detail=True, methods=["post"], pagination_class=None, filterset_fields=None)
    def revisions(self, request: Request, uid: str) -> Response:
        """Add the next state. What is attached stays as it is; open assessments are told."""
        revision = services.revise_item(item=self.get_object(), by=self.user, **self.parsed(NewRevision))
        return Response(RevisionSerializer(revision).data, status=201)

    @extend_schema(responses={(200, "application/octet-stream"): bytes})
    @action(detail=True, url_path="revisions/(?P<number>[0-9]{1,6})/file", filterset_fields=None)
    def file(self, request: Request, uid: str, number: str) -> FileResponse:
        item = self.get_object()
        require(self.user, "evidence.download", item)
        revision = item.revisions.filter(number=int(number)).first()
        if revision is None or not revision.file:
            raise Http404
        return FileResponse(revision.file.open("rb"), as_attachment=True, filename=revision.file_name)

    @extend_schema(responses=EvidenceSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def uses(self, request: Request, uid: str) -> Response:
        """Where it is attached, newest first."""
        return Response(EvidenceSerializer(list(uses_of(self.get_object())), many=True).data)

    @extend_schema(request=Attachment, responses={201: EvidenceSerializer})
    @action(detail=True, methods=["post"])
    def attach(self, request: Request, uid: str) -> Response:
        """Attach the newest revision to an answer."""
        data = self.parsed(Attachment)
        piece = services.attach_from_library(
            item=self.get_object(),
            assessment=self.chosen(Assessment.objects, data["assessment"], "assessment"),
            question_id=data["question_id"],
            by=self.user,
        )
        return Response(
            EvidenceSerializer(piece).data, status=201, headers={"Location": f"/api/v1/evidence/{piece.uid}"}
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, uid: str) -> Response:
        return self.shown(services.retire_item(item=self.get_object(), by=self.user))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, uid: str) -> Response:
        return self.shown(services.bring_back_item(item=self.get_object(), by=self.user))

    def shown(self, item: EvidenceItem) -> Response:
        return Response(self.get_serializer(item).data)

    def member(self, item: EvidenceItem, uid: Any) -> User | None:
        if uid is None:
            return None
        found = User.objects.filter(memberships__team=item.team, memberships__is_active=True, uid=uid).first()
        if found is None:
            raise InvalidError("owner: there is no such person in the team.", fields={"owner": ["not found"]})
        return found
