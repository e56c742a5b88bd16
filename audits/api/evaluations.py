"""Evaluations over HTTP: evidence in by JSON or file, results out in the shape of `evaluate --json`."""

import uuid
from typing import Any, cast

from django.db import models
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from audits.api import serializers as shapes
from audits.models import Evaluation, Plan
from audits.services.evaluations import cancel_evaluation, invalidate_evaluation, retry_evaluation
from audits.services.handing_in import FileColumns, Provenance, groups_said, hand_in_counts, hand_in_file
from governance.api.base import EvenhandViewSet
from governance.errors import InvalidError
from governance.models import DecisionRule, Scope, Version
from governance.services.files import digest_of

NO_VERSION = uuid.UUID(int=0)  # while the API is described, no version is asked for
ROLES = ("label", "prediction", "score", "positive", "decision", "unit", "weight", "threshold", "filter")
ACCEPTED = {202: OpenApiResponse(shapes.EvaluationSerializer, description="Taken in; Location says where to look.")}


class EvaluationViewSet(EvenhandViewSet[Evaluation]):
    row = Evaluation
    serializer_class = shapes.EvaluationSerializer
    write_scope = Scope.EVALUATE
    related = ("version__model__system", "rule", "plan", "data_set", "replaces")
    filterset_fields = ["version__uid", "status", "verdict", "version__model__uid"]

    def get_queryset(self) -> models.QuerySet[Evaluation]:
        rows = super().get_queryset()
        return rows.defer("counts", "result") if self.action == "list" else rows

    def get_serializer_class(self) -> type[Any]:
        return shapes.EvaluationRow if self.action == "list" else shapes.EvaluationSerializer

    @extend_schema(responses={200: {"type": "object"}})
    @action(detail=True)
    def counts(self, request: Request, uid: str) -> Response:
        evaluation = self.get_object()
        if evaluation.counts is None:
            raise InvalidError(f"{evaluation.label} has no counts: it is {evaluation.status}.", code="no_counts")
        return Response(evaluation.counts)

    @extend_schema(request=None, responses=ACCEPTED)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, uid: str) -> Response:
        return accepted(self, retry_evaluation(evaluation=self.get_object(), by=self.user))

    @extend_schema(request=shapes.Reason)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.Reason)
        return Response(self.get_serializer(cancel_evaluation(evaluation=self.get_object(), by=self.user, **data)).data)

    @extend_schema(request=shapes.Reason)
    @action(detail=True, methods=["post"])
    def invalidate(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.Reason)
        voided = invalidate_evaluation(evaluation=self.get_object(), by=self.user, **data)
        return Response(self.get_serializer(voided).data)


class VersionEvaluationsViewSet(EvenhandViewSet[Evaluation]):
    """All evaluations of a version, and where evidence for it is handed in."""

    row = Evaluation
    serializer_class = shapes.EvaluationSerializer
    write_scope = Scope.EVALUATE
    related = ("version__model__system", "rule", "plan", "data_set", "replaces")

    def request_facts(self) -> Any:
        data = self.request.data
        if not isinstance(data, QueryDict):
            return super().request_facts()
        files = {name: digest_of(file) for name, file in self.request.FILES.items()}
        said = {name: data.getlist(name) for name in data if name not in files}
        return sorted({**said, **files}.items())

    def get_queryset(self) -> models.QuerySet[Evaluation]:
        return super().get_queryset().filter(version__uid=self.kwargs.get("uid", NO_VERSION)).defer("counts", "result")

    def get_serializer_class(self) -> type[Any]:
        return shapes.EvaluationRow if self.action == "list" else shapes.EvaluationSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.visible_version(self.kwargs["uid"])  # an unseen version is 404, not an empty list
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request={"application/json": shapes.NewCounts, "multipart/form-data": shapes.NewPredictions}, responses=ACCEPTED
    )
    def create(self, request: Request, uid: str) -> Response:
        version = self.visible_version(uid)
        if "file" in request.FILES or isinstance(request.data, QueryDict):
            return self.answer_once(202, lambda: accepted(self, self.from_file(version)))
        return self.answer_once(202, lambda: accepted(self, self.from_counts(version)))

    def from_counts(self, version: Version) -> Evaluation:
        data = self.parsed(shapes.NewCounts)
        if not isinstance(data["counts"], dict):
            raise InvalidError("The counts are not a JSON object.", fields={"counts": ["not an object"]})
        return hand_in_counts(version=version, counts=data["counts"], by=self.user, **self.circumstances(data))

    def from_file(self, version: Version) -> Evaluation:
        data = self.parsed(shapes.NewPredictions)
        said = {role: data[role] for role in ROLES if role in data}
        columns = FileColumns(groups=groups_said(data["group"]), **said)
        upload = data["file"]
        return hand_in_file(
            version=version, content=upload, name=upload.name, columns=columns, by=self.user, **self.circumstances(data)
        )

    def circumstances(self, data: dict[str, Any]) -> dict[str, Any]:
        """Rule, plan and provenance of the evidence."""
        known = ("extracted_on", "control_total", "control_source")
        return {
            "rule": self.chosen(DecisionRule.objects, data["rule"], "rule") if data.get("rule") else None,
            "plan": self.chosen(Plan.objects, data["plan"], "plan") if data.get("plan") else None,
            "provenance": Provenance(**{name: data[name] for name in known if name in data}),
        }

    def visible_version(self, uid: str) -> Version:
        """The version, if it is this person's and this token's to see; otherwise 404."""
        return cast("Version", get_object_or_404(self.visible(Version.objects), uid=uid))


def accepted(view: EvenhandViewSet[Any], evaluation: Evaluation) -> Response:
    where = reverse("evaluation-detail", kwargs={"uid": evaluation.uid})
    return Response(view.get_serializer(evaluation).data, status=202, headers={"Location": where})
