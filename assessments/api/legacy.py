"""Earlier assessments, entered afterwards."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.models import LegacyRecord
from assessments.services.legacy import add_legacy_record
from governance.api.base import EvenhandViewSet
from governance.models import System
from governance.permissions import require


class LegacyRecordSerializer(serializers.ModelSerializer[LegacyRecord]):
    """``occurred_on`` is what the document claims; ``created_at`` is when it was entered."""

    system = serializers.UUIDField(source="system.uid", allow_null=True, default=None)
    team = serializers.UUIDField(source="team.uid")
    added_by = serializers.UUIDField(source="added_by.uid")
    entered_afterwards = serializers.BooleanField(default=True, read_only=True)

    class Meta:
        model = LegacyRecord
        fields = [
            "uid", "team", "system", "title", "framework", "result", "decided_by", "occurred_on", "created_at",
            "entered_afterwards", "file_name", "sha256", "size", "added_by",
        ]  # fmt: skip


class NewLegacyRecord(serializers.Serializer[Any]):
    system = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    title = serializers.CharField(max_length=200)
    occurred_on = serializers.DateField()
    framework = serializers.CharField(max_length=200, required=False, allow_blank=True)
    result = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    decided_by = serializers.CharField(max_length=200, required=False, allow_blank=True)
    file = serializers.FileField()


class LegacyRecordViewSet(EvenhandViewSet[LegacyRecord]):
    row = LegacyRecord
    serializer_class = LegacyRecordSerializer
    related = ("team", "system", "added_by")
    filterset_fields = ["system__uid", "sha256"]
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": NewLegacyRecord})
    def create(self, request: Request) -> Response:
        data = self.parsed(NewLegacyRecord)
        system_uid, team_uid = data.pop("system", None), data.pop("team", None)
        system = self.chosen(System.objects, system_uid, "system") if system_uid else None
        team = system.team if system else self.own_team(team_uid)
        record = add_legacy_record(team=team, system=system, by=self.user, file_name=data["file"].name, **data)
        shown = LegacyRecordSerializer(record).data
        return Response(shown, status=201, headers={"Location": f"/api/v1/legacy-records/{record.uid}"})

    @extend_schema(responses={(200, "application/octet-stream"): bytes})
    @action(detail=True)
    def file(self, request: Request, uid: str) -> FileResponse:
        """The document as it was handed in."""
        record = self.get_object()
        require(self.user, "legacy.download", record)
        return FileResponse(record.file.open("rb"), as_attachment=True, filename=record.file_name)
