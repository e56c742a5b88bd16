"""The ledger over HTTP: entries the person may see, the signed head, proofs."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, pagination, serializers
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.services import ledger
from governance.models import ApiToken, Scope, User


class EntryFilters(serializers.Serializer[Any]):
    subject = serializers.UUIDField(required=False, help_text="Entries about this object.")
    kind = serializers.CharField(required=False, help_text="Entries about objects of this kind, such as system.")
    event = serializers.CharField(required=False, help_text="Entries of this event, such as assessment.approved.")
    correlation = serializers.UUIDField(required=False, help_text="Entries of one request or task.")
    since = serializers.DateTimeField(required=False, help_text="Recorded at or after this moment.")


class ChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class EntrySerializer(serializers.Serializer[Any]):
    """`entry` is exactly what is hashed; the rest is said beside it and can be erased."""

    uid = serializers.UUIDField()
    entry = serializers.DictField()
    leaf_hash = serializers.CharField()
    index = serializers.IntegerField(allow_null=True)
    event_label = serializers.CharField()
    actor = serializers.CharField()
    subject = serializers.CharField()
    changes = ChangeSerializer(many=True)
    details = serializers.DictField()
    content_erased = serializers.BooleanField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        line, sealable = ledger.line_of(instance), instance.as_sealable()
        return {
            "uid": str(line.uid),
            "entry": sealable.to_json(),
            "leaf_hash": sealable.leaf_hash().hex(),
            "index": None if line.number is None else line.number - 1,
            "event_label": line.verb,
            "actor": line.actor,
            "subject": line.subject,
            "changes": [{"field": each.field, "before": each.before, "after": each.after} for each in line.changes],
            "details": line.data,
            "content_erased": line.is_erased,
        }


class InclusionSerializer(serializers.Serializer[Any]):
    entry = serializers.DictField()
    proof = serializers.DictField()
    checkpoint = serializers.CharField()


class ConsistencySerializer(serializers.Serializer[Any]):
    proof = serializers.DictField()
    first_checkpoint = serializers.CharField(allow_null=True)
    second_checkpoint = serializers.CharField(allow_null=True)


class Sizes(serializers.Serializer[Any]):
    first = serializers.IntegerField(min_value=0)
    second = serializers.IntegerField(min_value=0)


class EntryQuestion(serializers.Serializer[Any]):
    entry = serializers.UUIDField()


class EntryCursor(pagination.CursorPagination):
    """Newest first; a page stays the same while entries are added."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


def asked(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The query's parameters, validated."""
    serializer = shape(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def visible_entries(request: Request, **filters: Any) -> Any:
    """What the person may see; a token of one team never reaches into another."""
    if isinstance(request.auth, ApiToken):
        filters["team_uid"] = request.auth.team.uid
    return ledger.entries(user=cast("User", request.user), **filters)


class EntryList(generics.GenericAPIView[Any]):
    write_scope = Scope.ADMIN
    serializer_class = EntrySerializer
    pagination_class = EntryCursor
    filter_backends = ()

    def get_queryset(self) -> Any:
        given = asked(self.request, EntryFilters)
        names = {"kind": "subject_kind", "correlation": "correlation_uid", "since": "recorded_at__gte"}
        return visible_entries(
            self.request,
            event=given.get("event", ""),
            subject_uid=given.get("subject"),
            **{column: given[name] for name, column in names.items() if name in given},
        )

    @extend_schema(operation_id="ledger_entries", parameters=[EntryFilters], responses=EntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CheckpointNote(APIView):
    """The latest signed head, as a C2SP signed note. It says nothing about anybody, so every person may keep it."""

    write_scope = Scope.ADMIN

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002
        return JSONRenderer(), "application/json"  # errors are JSON; the note itself is always plain text

    @extend_schema(operation_id="ledger_checkpoint", responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(ledger.checkpoint_note(), content_type="text/plain; charset=utf-8")


class InclusionProofView(APIView):
    write_scope = Scope.ADMIN

    @extend_schema(operation_id="ledger_inclusion", parameters=[EntryQuestion], responses=InclusionSerializer)
    def get(self, request: Request) -> Response:
        uid = asked(request, EntryQuestion)["entry"]
        entry = visible_entries(request, uid=uid).first()
        if entry is None:
            raise NotFound("There is nothing here, or not for you.")
        return Response(ledger.inclusion_evidence(entry))


class ConsistencyProofView(APIView):
    write_scope = Scope.ADMIN

    @extend_schema(
        operation_id="ledger_consistency",
        parameters=[OpenApiParameter("first", int, required=True), OpenApiParameter("second", int, required=True)],
        responses=ConsistencySerializer,
    )
    def get(self, request: Request) -> Response:
        return Response(ledger.consistency_evidence(**asked(request, Sizes)))


urlpatterns = [
    path("ledger/entries", EntryList.as_view(), name="ledger-entries"),
    path("ledger/checkpoint", CheckpointNote.as_view(), name="ledger-checkpoint"),
    path("ledger/proofs/inclusion", InclusionProofView.as_view(), name="ledger-inclusion"),
    path("ledger/proofs/consistency", ConsistencyProofView.as_view(), name="ledger-consistency"),
]
