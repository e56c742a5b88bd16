"""Duties that follow from approved assessments, in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.risks import member
from assessments.models import DutyTask
from assessments.services.duties import change_duty, settle_duty
from governance.api.base import EvenhandViewSet, etag
from governance.api.serializers import uid_of


class DutySerializer(serializers.ModelSerializer[DutyTask]):
    team = uid_of()
    system = uid_of()
    assessment = uid_of()
    owner = uid_of()
    settled_by = uid_of()

    class Meta:
        model = DutyTask
        fields = [
            "uid", "team", "system", "assessment", "framework_id", "duty_id", "title", "help", "refs", "starts_on",
            "ends_on", "owner", "due_on", "status", "note", "settled_at", "settled_by", "created_at",
        ]  # fmt: skip


class DutyChange(serializers.Serializer[Any]):
    owner = serializers.UUIDField(required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class DutySettlement(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["done", "set_aside", "open"])
    note = serializers.CharField(required=False, allow_blank=True, max_length=10_000)


class DutyViewSet(EvenhandViewSet[DutyTask]):
    row = DutyTask
    serializer_class = DutySerializer
    related = ("team", "system", "assessment", "owner", "settled_by")
    filterset_fields = ["system__uid", "status", "framework_id", "owner__uid"]

    @extend_schema(request=DutyChange)
    def partial_update(self, request: Request, uid: str) -> Response:
        duty = self.get_object()
        self.check_match(self.get_serializer(duty).data)
        data = self.parsed(DutyChange, partial=True)
        owner = member(duty.team, data["owner"]) if "owner" in data else duty.owner
        due_on = data.get("due_on", duty.due_on)
        return self.shown(change_duty(duty=duty, by=self.user, owner=owner, due_on=due_on))

    @extend_schema(request=DutySettlement)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, uid: str) -> Response:
        """Done, set aside with a reason, or open again."""
        return self.shown(settle_duty(duty=self.get_object(), by=self.user, **self.parsed(DutySettlement)))

    def shown(self, duty: DutyTask) -> Response:
        data = self.get_serializer(self.get_queryset().get(pk=duty.pk)).data
        return Response(data, headers={"ETag": etag(data)})
