"""Deciding over HTTP: handing in, the four decisions, routes, signatories, delegations, conditions of use."""

from typing import TYPE_CHECKING, Any

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import services
from assessments.api import deciding_shapes as shapes
from assessments.api import serializers as read_shapes
from assessments.models import (
    Assessment,
    Decision,
    Delegation,
    Route,
    Signatory,
    SignOff,
    SignOffStep,
    UseCondition,
)
from governance.api.base import EvenhandViewSet, etag
from governance.errors import InvalidError
from governance.models import Team, User

if TYPE_CHECKING:
    Acting = EvenhandViewSet[Assessment]
else:
    Acting = object


class DecidingActions(Acting):
    """What is done with an assessment as a whole, from handing in to the decision."""

    @extend_schema(request=shapes.NewSubmission, responses=read_shapes.AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.NewSubmission)
        return self.moved(services.submit_assessment(assessment=self.get_object(), by=self.user, **data))

    @extend_schema(request=None, responses=read_shapes.AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uid: str) -> Response:
        return self.moved(services.withdraw_assessment(assessment=self.get_object(), by=self.user))

    @extend_schema(request=shapes.NewReturn, responses={201: shapes.SignOffSerializer})
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, uid: str) -> Response:
        assessment, data = self.get_object(), self.signature(shapes.NewReturn)
        return self.answer_once(
            201, lambda: signoff_made(services.return_for_changes(assessment=assessment, by=self.user, **data))
        )

    @extend_schema(request=shapes.NewRejection, responses={201: shapes.SignOffSerializer})
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, uid: str) -> Response:
        assessment, data = self.get_object(), self.signature(shapes.NewRejection)
        return self.answer_once(
            201, lambda: signoff_made(services.reject_assessment(assessment=assessment, by=self.user, **data))
        )

    @extend_schema(methods=["GET"], responses=shapes.SignOffSerializer(many=True))
    @extend_schema(methods=["POST"], request=shapes.NewSignOff, responses={201: shapes.SignOffSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=None)
    def signoffs(self, request: Request, uid: str) -> Response:
        """Every decision so far; or agree to what was handed in, with conditions of use or without."""
        assessment = self.get_object()
        if request.method == "GET":
            return Response(shown_signoffs(list(_with_parts(assessment.signoffs))))
        data = self.signature(shapes.NewSignOff)
        wanted = data.pop("conditions", [])
        data["conditions"] = [
            services.NewCondition(**{**each, "owner": member_named(assessment.team, each["owner"], "owner")})
            for each in wanted
        ]
        data.setdefault("decision", Decision.APPROVED_WITH_CONDITIONS if wanted else Decision.APPROVED)
        return self.answer_once(
            201, lambda: signoff_made(services.sign_off(assessment=assessment, by=self.user, **data))
        )

    @extend_schema(responses=shapes.StepSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def steps(self, request: Request, uid: str) -> Response:
        """Every step of every round: what had to be signed, by whom, until when."""
        rows = self.get_object().steps.select_related("assessment", "route", "assignee")
        return Response(shapes.StepSerializer(rows, many=True).data)

    @extend_schema(methods=["GET"], responses=shapes.RecusalSerializer(many=True))
    @extend_schema(methods=["POST"], request=shapes.NewRecusal, responses={201: shapes.RecusalSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=None)
    def recusals(self, request: Request, uid: str) -> Response:
        """Who stepped aside and why; or step aside."""
        assessment = self.get_object()
        if request.method == "GET":
            rows = assessment.recusals.select_related("user")
            return Response(shapes.RecusalSerializer(rows, many=True).data)
        data = self.parsed(shapes.NewRecusal)
        recusal = services.recuse(assessment=assessment, by=self.user, **data)
        return Response(shapes.RecusalSerializer(recusal).data, status=201)

    def signature(self, shape: type[shapes.NewSignature]) -> dict[str, Any]:
        """A decision as the services take it."""
        data = self.parsed(shape)
        if "signed_sha256" in data:
            data["seen_sha256"] = data.pop("signed_sha256")
        if "instead_of" in data:
            data["instead_of"] = member_named(self.get_object().team, data["instead_of"], "instead_of")
        return data

    def moved(self, assessment: Assessment) -> Response:
        data = self.get_serializer(assessment).data
        return Response(data, headers={"ETag": etag(data)})


class SignOffViewSet(EvenhandViewSet[SignOff]):
    row = SignOff
    serializer_class = shapes.SignOffSerializer
    related = ("assessment", "person", "step", "on_behalf_of")
    filterset_fields = ["assessment__uid", "decision", "function"]

    def get_queryset(self) -> models.QuerySet[SignOff]:
        rows: models.QuerySet[SignOff] = _with_parts(super().get_queryset())
        return rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(shown_signoffs(list(page or [])))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(shown_signoffs([self.get_object()])[0])


class RouteViewSet(EvenhandViewSet[Route]):
    """Who signs what. Posting a route ends the one that stood in its place; deleting ends it."""

    row = Route
    serializer_class = shapes.RouteSerializer
    related = ("team",)
    filterset_fields = ["framework_id", "tier", "is_active"]

    def get_queryset(self) -> models.QuerySet[Route]:
        return super().get_queryset().prefetch_related("steps")

    @extend_schema(request=shapes.NewRoute)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewRoute)
        team = self.own_team(data.pop("team", None))
        steps = [services.NewStep(**step) for step in data.pop("steps")]
        return self.answer_once(201, lambda: services.set_route(team=team, by=self.user, steps=steps, **data))

    def destroy(self, request: Request, uid: str) -> Response:
        services.end_route(route=self.get_object(), by=self.user)
        return Response(status=204)


class SignatoryViewSet(EvenhandViewSet[Signatory]):
    row = Signatory
    serializer_class = shapes.SignatorySerializer
    related = ("team", "user")
    filterset_fields = ["function", "is_active"]

    @extend_schema(request=shapes.NewSignatory)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewSignatory)
        team = self.own_team(data.pop("team", None))
        data["user"] = member_named(team, data["user"], "user")
        return self.answer_once(201, lambda: services.name_signatory(team=team, by=self.user, **data))

    def destroy(self, request: Request, uid: str) -> Response:
        services.remove_signatory(signatory=self.get_object(), by=self.user)
        return Response(status=204)


class DelegationViewSet(EvenhandViewSet[Delegation]):
    row = Delegation
    serializer_class = shapes.DelegationSerializer
    related = ("team", "giver", "holder")
    filterset_fields = ["giver__uid", "holder__uid"]

    @extend_schema(request=shapes.NewDelegation)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewDelegation)
        team = self.own_team(data.pop("team", None))
        data["giver"] = member_named(team, data["giver"], "giver") if "giver" in data else self.user
        data["holder"] = member_named(team, data["holder"], "holder")
        return self.answer_once(201, lambda: services.give_delegation(team=team, by=self.user, **data))

    def destroy(self, request: Request, uid: str) -> Response:
        services.end_delegation(delegation=self.get_object(), by=self.user)
        return Response(status=204)


class StepViewSet(EvenhandViewSet[SignOffStep]):
    """Steps of sign-offs: what waits for whom."""

    row = SignOffStep
    serializer_class = shapes.StepSerializer
    related = ("assessment__team", "route", "assignee")
    filterset_fields = ["assessment__uid", "function"]

    @extend_schema(request=shapes.NewStepAssignment)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, uid: str) -> Response:
        step, data = self.get_object(), self.parsed(shapes.NewStepAssignment)
        person = data["assignee"]
        data["assignee"] = member_named(step.assessment.team, person, "assignee") if person else None
        return Response(self.get_serializer(services.assign_step(step=step, by=self.user, **data)).data)


class UseConditionViewSet(EvenhandViewSet[UseCondition]):
    """Conditions of use: under what a system may be used."""

    row = UseCondition
    serializer_class = shapes.UseConditionSerializer
    related = ("assessment", "signoff", "owner", "met_by")
    filterset_fields = {"assessment__uid": ["exact"], "assessment__system__uid": ["exact"], "met_at": ["isnull"]}

    @extend_schema(request=shapes.MetCondition)
    @action(detail=True, methods=["post"])
    def meet(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.MetCondition)
        met = services.meet_condition(condition=self.get_object(), by=self.user, **data)
        return Response(self.get_serializer(met).data)


def member_named(team: Team, uid: Any, field: str) -> User:
    """A person of the team, or a 422 that names the field."""
    found = User.objects.filter(memberships__team=team, memberships__is_active=True, uid=uid).first()
    if found is None:
        raise InvalidError(f"{field}: there is no such person in the team.", fields={field: ["not found"]})
    return found


def shown_signoffs(signoffs: list[SignOff]) -> Any:
    """Sign-offs with the word whether they still cover the present content."""
    digests = services.digests_of({signoff.assessment_id for signoff in signoffs})
    return shapes.SignOffSerializer(signoffs, many=True, context={"digests": digests}).data


def signoff_made(signoff: SignOff) -> Response:
    return Response(shown_signoffs([signoff])[0], status=201, headers={"Location": f"/api/v1/signoffs/{signoff.uid}"})


def _with_parts(rows: Any) -> Any:
    parts = rows.select_related("person", "assessment", "step", "on_behalf_of")
    return parts.prefetch_related("use_conditions__owner", "use_conditions__met_by", "use_conditions__assessment")
