"""Frameworks over the API: published editions, and publishing a team's own from its YAML or JSON text."""

import hashlib
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import services
from assessments.api import serializers as shapes
from assessments.models import FrameworkEdition
from evenhand.documents import write_yaml
from evenhand.questionnaire.parsing import MAX_BYTES
from governance.api.base import EvenhandViewSet
from governance.errors import InvalidError
from governance.models import ApiToken


class TextParser(BaseParser):
    """The body as it came, so that every fault can be told with its line; never more than a framework may have."""

    media_type = "application/yaml"

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> dict[str, bytes]:
        return {"document": stream.read(MAX_BYTES + 1)}


class PlainTextParser(TextParser):
    media_type = "text/yaml"


class JsonTextParser(TextParser):
    media_type = "application/json"


class NewFramework(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="A YAML or JSON file, at most 2 MB.")
    team = serializers.UUIDField(required=False)
    change_note = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


TEAM = OpenApiParameter(
    "team", OpenApiTypes.UUID, description="Whose framework it becomes; the token's team if left out."
)
NOTE = OpenApiParameter("change_note", str, description="What is new, for those who use it.")
BODY = {
    "application/yaml": OpenApiTypes.STR,
    "application/json": OpenApiTypes.OBJECT,
    "multipart/form-data": NewFramework,
}


class FrameworkViewSet(EvenhandViewSet[FrameworkEdition]):
    """Published frameworks: those that come with Evenhand, and those the token's team wrote."""

    row = FrameworkEdition
    filterset_fields = ["framework_id", "version"]

    def get_queryset(self) -> models.QuerySet[FrameworkEdition]:
        rows = FrameworkEdition.objects.visible_to(self.request.user)
        auth = self.request.auth
        return rows.filter(Q(team=None) | Q(team=auth.team_id)) if isinstance(auth, ApiToken) else rows

    def get_serializer_class(self) -> type[shapes.FrameworkSerializer]:
        return shapes.FrameworkDetailSerializer if self.action == "retrieve" else shapes.FrameworkSerializer

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser(), JsonTextParser(), TextParser(), PlainTextParser()]

    def request_facts(self) -> Any:
        return {"content": hashlib.sha256(self.content()).hexdigest(), "query": dict(self.request.query_params.lists())}

    def content(self) -> bytes:
        """The text that was sent: the body, or the file of a form."""
        data: Any = self.request.data
        found = data.get("document")
        if isinstance(found, bytes):
            return found
        upload = data.get("file")
        if not isinstance(upload, UploadedFile):
            raise InvalidError(
                "Send the framework as the body, or as the form field `file`.", fields={"file": ["missing"]}
            )
        upload.seek(0)
        return bytes(upload.read(MAX_BYTES + 1))

    @extend_schema(request=BODY, parameters=[TEAM, NOTE], responses={201: shapes.FrameworkSerializer})
    def create(self, request: Request) -> Response:
        """Publish a framework for the team. Faults answer 422, each with its line."""
        data: Any = request.data
        said: Any = request.query_params if isinstance(data.get("document"), bytes) else data
        form = _Said(data={name: said[name] for name in ("team", "change_note") if name in said})
        form.is_valid(raise_exception=True)
        team, note = self.own_team(form.validated_data.get("team")), form.validated_data.get("change_note", "")
        content = self.content()
        return self.answer_once(
            201,
            lambda: services.publish_team_framework(team=team, content=content, by=self.user, change_note=note),
        )

    @extend_schema(
        parameters=[OpenApiParameter("syntax", str, enum=["json", "yaml"], description="json unless you say yaml.")],
        responses={200: OpenApiTypes.OBJECT, (200, "application/yaml"): OpenApiTypes.STR},
    )
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def document(self, request: Request, uid: str) -> HttpResponse:
        """The document of an edition, as JSON or (`?syntax=yaml`) as YAML."""
        edition = self.get_object()
        if request.query_params.get("syntax") == "yaml":
            return HttpResponse(write_yaml(edition.document), content_type="application/yaml; charset=utf-8")
        return Response(edition.document)


class _Said(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    change_note = serializers.CharField(required=False, allow_blank=True, max_length=2_000)
