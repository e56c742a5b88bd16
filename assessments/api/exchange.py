"""Assessments out as files and answers in from files, as part of the resource of assessments."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.services.exporting import Kind, export_assessment
from assessments.services.importing import import_answers, plan_import, read_handed_in

AS = OpenApiParameter(
    "as", str, enum=[str(kind) for kind in Kind], description="Which kind of file; json if not given."
)


class NewAnswersFile(serializers.Serializer[Any]):
    """A table of answers; without ``apply`` nothing is saved."""

    file = serializers.FileField()
    apply = serializers.BooleanField(required=False, default=False)


class PlannedAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(source="question.id")
    effect = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    rows = serializers.ListField(child=serializers.IntegerField())
    note = serializers.CharField()


class RefusedSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    question = serializers.CharField()
    reason = serializers.CharField()


class ImportPlanSerializer(serializers.Serializer[Any]):
    """What a file does, or would do."""

    applied = serializers.BooleanField()
    changes = PlannedAnswerSerializer(many=True)
    refused = RefusedSerializer(many=True)


class ExchangeMixin:
    """The two ways; each calls one service."""

    @extend_schema(parameters=[AS], responses={(200, "application/octet-stream"): bytes})
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def export(self: Any, request: Request, uid: str) -> HttpResponse:
        """The assessment as a file: json, csv, xlsx, docx, or oscal assessment results."""
        kind = request.query_params.get("as", str(Kind.JSON))
        found = export_assessment(assessment=self.get_object(), kind=kind, by=self.user)
        response = HttpResponse(found.content, content_type=found.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
        return response

    @extend_schema(request={"multipart/form-data": NewAnswersFile}, responses=ImportPlanSerializer)
    @action(detail=True, methods=["post"], url_path="import", parser_classes=[MultiPartParser])
    def import_answers(self: Any, request: Request, uid: str) -> Response:
        """A table of answers: what it would do, or with ``apply`` all of it at once."""
        assessment, data = self.get_object(), self.parsed(NewAnswersFile)
        handed = read_handed_in(content=data["file"].read(), name=data["file"].name)
        act = import_answers if data["apply"] else plan_import
        plan = act(assessment=assessment, handed=handed, by=self.user)
        shown = {"applied": data["apply"], "changes": plan.changes, "refused": plan.refused}
        return Response(ImportPlanSerializer(shown).data)
