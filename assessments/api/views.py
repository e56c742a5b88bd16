"""The resources of the assessments. Each write parses, finds rows the person may see, calls one service, answers."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import FileResponse, Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import services
from assessments.api import serializers as shapes
from assessments.api.deciding import DecidingActions
from assessments.api.exchange import ExchangeMixin
from assessments.api.working import WorkingMixin
from assessments.models import Assessment, Comment, Evidence, FrameworkEdition
from governance.api.base import EvenhandViewSet, etag
from governance.api.views import AsOfMixin
from governance.errors import InvalidError
from governance.models import System, User, Version
from governance.permissions import require

UPLOAD = {"multipart/form-data": shapes.NewEvidence, "application/json": shapes.NewEvidence}


class AssessmentViewSet(DecidingActions, WorkingMixin, ExchangeMixin, AsOfMixin, EvenhandViewSet[Assessment]):
    row = Assessment
    serializer_class = shapes.AssessmentSerializer
    related = (
        "team", "system__team", "system__owner", "edition", "started_by", "submitted_by", "superseded_by",
        "version__model", "based_on",
    )  # fmt: skip
    filterset_fields = ["status", "scope", "system__uid", "edition__framework_id"]

    def get_queryset(self) -> models.QuerySet[Assessment]:
        return super().get_queryset().defer("edition__document")

    @extend_schema(request=shapes.NewAssessment)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewAssessment)
        edition = self.edition_named(data.pop("framework"))
        system_uid = data.pop("system", None)
        if system_uid is not None:
            data["system"] = self.chosen(System.objects, system_uid, "system")
            data.pop("team", None)
        else:
            data["team"] = self.own_team(data.pop("team", None))
        if data.get("version"):
            data["version"] = self.chosen(Version.objects, data["version"], "version")
        data["evaluation_uid"] = data.pop("evaluation", None)
        return self.answer_once(201, lambda: services.start_assessment(edition=edition, by=self.user, **data))

    def edition_named(self, name: str) -> FrameworkEdition:
        visible = FrameworkEdition.objects.visible_to(self.user)
        found = visible.filter(framework_id=name).order_by("-published_at", "-id").first()
        if found is None and _is_uid(name):
            found = visible.filter(uid=name).first()
        if found is None:
            raise InvalidError(f"There is no framework {name}.", fields={"framework": ["not found"]})
        return found

    @extend_schema(responses=shapes.AnswersSerializer)
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def answers(self, request: Request, uid: str) -> Response:
        """Every answer, what was copied from the organisation, and what is still missing."""
        assessment = self.get_object()
        context = {"stale_copies": services.stale_copies(assessment)}
        copied = assessment.copied_answers.select_related("source")
        return Response(
            {
                "answers": shapes.AnswerSerializer(assessment.answers.select_related("answered_by"), many=True).data,
                "copied": shapes.CopiedAnswerSerializer(copied, many=True, context=context).data,
                "missing": shapes.MissingSerializer(services.missing_in(assessment), many=True).data,
                "content_sha256": services.content_sha256(assessment),
            }
        )

    @extend_schema(request=shapes.NewAnswer, responses=shapes.AnswerSerializer)
    @action(detail=True, methods=["put"], url_path="answers/(?P<question_id>[^/]+)")
    def answer(self, request: Request, uid: str, question_id: str) -> Response:
        data = self.parsed(shapes.NewAnswer)
        saved = services.save_answer(assessment=self.get_object(), question_id=question_id, by=self.user, **data)
        shown = shapes.AnswerSerializer(saved).data
        return Response(shown, headers={"ETag": etag(shown)})

    @extend_schema(methods=["GET"], responses=shapes.EvidenceSerializer(many=True))
    @extend_schema(methods=["POST"], request=UPLOAD, responses={201: shapes.EvidenceSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=None)
    def evidence(self, request: Request, uid: str) -> Response:
        assessment = self.get_object()
        if request.method == "GET":
            pieces = assessment.evidence.select_related("assessment", "added_by", "revision")
            return Response(shapes.EvidenceSerializer(pieces, many=True).data)
        piece = services.add_evidence(assessment=assessment, by=self.user, **self.parsed(shapes.NewEvidence))
        return self.made(shapes.EvidenceSerializer(piece).data, f"/api/v1/evidence/{piece.uid}")

    @extend_schema(methods=["GET"], responses=shapes.CommentSerializer(many=True))
    @extend_schema(methods=["POST"], request=shapes.NewComment, responses={201: shapes.CommentSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=None)
    def comments(self, request: Request, uid: str) -> Response:
        assessment = self.get_object()
        if request.method == "GET":
            return Response(shapes.CommentSerializer(assessment_comments(assessment), many=True).data)
        data = self.parsed(shapes.NewComment)
        data["mentions"] = people_named(assessment, data.get("mentions", ()), "mentions")
        return self.answer_once(
            201,
            lambda: self.made(
                shapes.CommentSerializer(services.add_comment(assessment=assessment, by=self.user, **data)).data
            ),
        )

    @extend_schema(methods=["GET"], responses=shapes.AssignmentSerializer(many=True))
    @extend_schema(methods=["POST"], request=shapes.NewAssignment, responses={201: shapes.AssignmentSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=None)
    def assignments(self, request: Request, uid: str) -> Response:
        assessment = self.get_object()
        if request.method == "GET":
            given = assessment.assignments.select_related("assignee")
            return Response(shapes.AssignmentSerializer(given, many=True).data)
        data = self.parsed(shapes.NewAssignment)
        person = data.pop("assignee")
        members = User.objects.filter(memberships__team=assessment.team, memberships__is_active=True)
        data["assignee"] = members.filter(uid=person).first() if person else None
        if person and data["assignee"] is None:
            raise InvalidError("assignee: there is no such person in the team.", fields={"assignee": ["not found"]})
        made = services.assign(assessment=assessment, by=self.user, **data)
        return Response(shapes.AssignmentSerializer(made).data, status=201)

    @extend_schema(request=None, responses=shapes.TakenOverSerializer)
    @action(detail=True, methods=["post"], url_path="take-over")
    def take_over(self, request: Request, uid: str) -> Response:
        """Take over the organisation's newest signed answers."""
        return Response({"changed": services.take_over_answers(assessment=self.get_object(), by=self.user)})

    def shown(self, assessment: Assessment) -> Response:
        data = self.get_serializer(assessment).data
        return Response(data, headers={"ETag": etag(data)})

    def made(self, data: Any, location: str = "") -> Response:
        return Response(data, status=201, headers={"Location": location} if location else None)


class EvidenceViewSet(EvenhandViewSet[Evidence]):
    row = Evidence
    serializer_class = shapes.EvidenceSerializer
    related = ("assessment", "added_by", "revision")
    filterset_fields = ["assessment__uid", "question_id", "sha256"]

    @extend_schema(responses={(200, "application/octet-stream"): bytes})
    @action(detail=True)
    def file(self, request: Request, uid: str) -> FileResponse:
        piece = self.get_object()
        require(self.user, "evidence.download", piece)
        if not piece.file:
            raise Http404
        return FileResponse(piece.file.open("rb"), as_attachment=True, filename=piece.file_name)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uid: str) -> Response:
        piece = services.withdraw_evidence(evidence=self.get_object(), by=self.user)
        return Response(shapes.EvidenceSerializer(piece).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def newest(self, request: Request, uid: str) -> Response:
        """Put the newest revision of the library's item in its place."""
        piece = services.take_newest_revision(evidence=self.get_object(), by=self.user)
        return Response(shapes.EvidenceSerializer(piece).data)


def assessment_comments(assessment: Assessment) -> models.QuerySet[Comment]:
    """The remarks on an assessment with everybody they name."""
    return assessment.comments.select_related("author", "settled_by").prefetch_related("mentions")


def people_named(assessment: Assessment, uids: Iterable[uuid.UUID], field: str) -> list[User]:
    """People of the assessment's team by uid, or a 422 that names the field."""
    wanted = set(uids)
    members = User.objects.filter(memberships__team=assessment.team, memberships__is_active=True, uid__in=wanted)
    found = list(members.distinct())
    if len(found) != len(wanted):
        raise InvalidError(f"{field}: there is no such person in the team.", fields={field: ["not found"]})
    return found


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
