"""The risk register in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.models import Assessment, HarmKind, Mitigation, Risk, RiskStatus
from assessments.services.risks import change_risk, complete_mitigation, move_risk, plan_mitigation, raise_risk
from governance.api.base import EvenhandViewSet, etag
from governance.api.serializers import uid_of
from governance.errors import InvalidError
from governance.models import System, Team, User


class MitigationSerializer(serializers.ModelSerializer[Mitigation]):
    owner = uid_of()
    done_by = uid_of()

    class Meta:
        model = Mitigation
        fields = ["uid", "text", "owner", "due_on", "done_at", "done_by", "created_at"]


class RiskSerializer(serializers.ModelSerializer[Risk]):
    system = uid_of()
    assessment = uid_of()
    owner = uid_of()
    raised_by = uid_of()
    mitigations = MitigationSerializer(many=True, read_only=True)

    class Meta:
        model = Risk
        fields = [
            "uid", "system", "assessment", "question_id", "title", "description", "harm", "falls_on",
            "likelihood_before", "severity_before", "likelihood_after", "severity_after", "owner", "due_on", "status",
            "status_reason", "raised_by", "mitigations", "created_at",
        ]  # fmt: skip


class RiskChange(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    harm = serializers.ChoiceField(choices=HarmKind.choices)
    falls_on = serializers.CharField(max_length=2_000)
    likelihood_before = serializers.IntegerField(min_value=1, max_value=5)
    severity_before = serializers.IntegerField(min_value=1, max_value=5)
    likelihood_after = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    severity_after = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    owner = serializers.UUIDField(required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class NewRisk(RiskChange):
    system = serializers.UUIDField()
    assessment = serializers.UUIDField(required=False, allow_null=True)
    question_id = serializers.CharField(max_length=80, required=False, allow_blank=True)


class RiskMove(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=RiskStatus.choices)
    reason = serializers.CharField(allow_blank=True)


class NewMitigation(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000)
    owner = serializers.UUIDField(required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class RiskViewSet(EvenhandViewSet[Risk]):
    row = Risk
    serializer_class = RiskSerializer
    related = ("system__team", "assessment", "owner", "raised_by")
    filterset_fields = ["system__uid", "status", "harm", "owner__uid"]

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("mitigations__owner", "mitigations__done_by")

    @extend_schema(request=NewRisk)
    def create(self, request: Request) -> Response:
        data = self.parsed(NewRisk)
        system = self.chosen(System.objects.select_related("team"), data.pop("system"), "system")
        data["owner"] = member(system.team, data.get("owner"))
        if data.get("assessment"):
            rows = Assessment.objects.with_parts()
            data["assessment"] = self.chosen(rows, data["assessment"], "assessment")
        return self.answer_once(201, lambda: raise_risk(system=system, by=self.user, **data))

    @extend_schema(request=RiskChange)
    def partial_update(self, request: Request, uid: str) -> Response:
        risk = self.get_object()
        self.check_match(self.get_serializer(risk).data)
        data = self.parsed(RiskChange, partial=True)
        if "owner" in data:
            data["owner"] = member(risk.system.team, data["owner"])
        return self.shown(change_risk(risk=risk, by=self.user, **data))

    @extend_schema(request=RiskMove)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, uid: str) -> Response:
        """Mitigated, accepted, closed, or open again, with the reason."""
        return self.shown(move_risk(risk=self.get_object(), by=self.user, **self.parsed(RiskMove)))

    @extend_schema(request=NewMitigation, responses={201: MitigationSerializer})
    @action(detail=True, methods=["post"])
    def mitigations(self, request: Request, uid: str) -> Response:
        risk, data = self.get_object(), self.parsed(NewMitigation)
        data["owner"] = member(risk.system.team, data.get("owner"))
        return self.answer_once(
            201,
            lambda: Response(MitigationSerializer(plan_mitigation(risk=risk, by=self.user, **data)).data, status=201),
        )

    @extend_schema(request=None, responses=MitigationSerializer)
    @action(detail=True, methods=["post"], url_path="mitigations/(?P<mitigation>[0-9a-f-]{36})/done")
    def mitigation_done(self, request: Request, uid: str, mitigation: str) -> Response:
        found = self.get_object().mitigations.filter(uid=mitigation).first()
        if found is None:
            raise InvalidError("This risk has no such mitigation.", fields={"mitigation": ["not found"]})
        return Response(MitigationSerializer(complete_mitigation(mitigation=found, by=self.user)).data)

    def shown(self, risk: Risk) -> Response:
        data = self.get_serializer(self.get_queryset().get(pk=risk.pk)).data
        return Response(data, headers={"ETag": etag(data)})


def member(team: Team, uid: Any) -> User | None:
    """A person of the team, by uid; somebody else is refused."""
    if uid is None:
        return None
    found = User.objects.filter(uid=uid, memberships__team=team, memberships__is_active=True).first()
    if found is None:
        raise InvalidError("owner: there is no such person in the team.", fields={"owner": ["not found"]})
    return found
