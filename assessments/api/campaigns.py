"""Campaigns and their items, in JSON."""

from typing import Any

from django.db import models
from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.risks import member
from assessments.models import Campaign, CampaignItem
from assessments.services import campaigns, chasing
from governance.api.base import EvenhandViewSet, etag
from governance.api.serializers import uid_of
from governance.errors import InvalidError
from governance.models import System


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    team = uid_of()
    started_by = uid_of()
    n_items = serializers.IntegerField(read_only=True)
    n_settled = serializers.IntegerField(read_only=True)

    class Meta:
        model = Campaign
        fields = [
            "uid", "team", "title", "message", "asks", "framework_id", "due_on", "started_by", "closed_at", "n_items",
            "n_settled", "created_at",
        ]  # fmt: skip


class CampaignItemSerializer(serializers.ModelSerializer[CampaignItem]):
    campaign = uid_of()
    system = uid_of()
    owner = uid_of()
    assessment = uid_of()
    settled_by = uid_of()

    class Meta:
        model = CampaignItem
        fields = ["uid", "campaign", "system", "owner", "assessment", "note", "settled_at", "settled_by"]


class NewCampaign(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    title = serializers.CharField(max_length=200)
    asks = serializers.ChoiceField(choices=Campaign.Asks.choices)
    due_on = serializers.DateField()
    message = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    framework_id = serializers.CharField(
        required=False, allow_blank=True, max_length=80, help_text="Where an assessment is asked for."
    )
    systems = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=1000,
        help_text="Every system of the team that is not retired or rejected, unless some are named.",
    )


class ItemConfirmation(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class Giving(serializers.Serializer[Any]):
    owner = serializers.UUIDField(allow_null=True, help_text="Null leaves it to compliance staff.")


class RemindedSerializer(serializers.Serializer[Any]):
    n_told = serializers.IntegerField(help_text="How many people got a message.")


class CampaignViewSet(EvenhandViewSet[Campaign]):
    row = Campaign
    serializer_class = CampaignSerializer
    related = ("team", "started_by")
    filterset_fields = ["asks", "framework_id"]

    def get_queryset(self) -> models.QuerySet[Campaign]:
        settled = Count("items", filter=Q(items__settled_at__isnull=False))
        return super().get_queryset().annotate(n_items=Count("items"), n_settled=settled)

    @extend_schema(request=NewCampaign, responses={201: CampaignSerializer})
    def create(self, request: Request) -> Response:
        data = self.parsed(NewCampaign)
        data["team"] = self.own_team(data.pop("team", None))
        if "systems" in data:
            data["systems"] = self.systems_named(data["systems"])
        return self.answer_once(201, lambda: self.again(campaigns.start_campaign(by=self.user, **data)))

    def systems_named(self, uids: list[Any]) -> list[System]:
        found = {
            row.uid: row for row in self.visible(System.objects).filter(uid__in=uids).select_related("team", "owner")
        }
        missing = [str(uid) for uid in uids if uid not in found]
        if missing:
            raise InvalidError(
                f"systems: there is no {missing[0]}, or not for you.", fields={"systems": [f"not found: {missing[0]}"]}
            )
        return [found[uid] for uid in uids]

    def again(self, campaign: Campaign) -> Campaign:
        """The row with its counts."""
        return self.get_queryset().get(pk=campaign.pk)

    @extend_schema(responses=CampaignItemSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def items(self, request: Request, uid: str) -> Response:
        """Every system that was asked about; those that have not answered first."""
        rows = self.get_object().items.select_related(*CampaignItemViewSet.related)
        ordered = rows.order_by(models.F("settled_at").asc(nulls_first=True), "pk")
        return Response(CampaignItemSerializer(ordered, many=True).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, uid: str) -> Response:
        """Nobody is reminded any more, and nobody can answer."""
        closed = self.again(campaigns.close_campaign(campaign=self.get_object(), by=self.user))
        data = self.get_serializer(closed).data
        return Response(data, headers={"ETag": etag(data)})

    @extend_schema(request=None, responses=RemindedSerializer)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, uid: str) -> Response:
        """Remind everybody who has not, at most once a day."""
        return Response({"n_told": chasing.remind_campaign(campaign=self.get_object(), by=self.user)})


class CampaignItemViewSet(EvenhandViewSet[CampaignItem]):
    row = CampaignItem
    serializer_class = CampaignItemSerializer
    related = ("campaign__team", "system__team", "owner", "assessment", "settled_by")
    filterset_fields = ["campaign__uid", "system__uid", "owner__uid"]

    def get_queryset(self) -> models.QuerySet[CampaignItem]:
        return super().get_queryset().defer("assessment__result", "system__tier_basis")

    @extend_schema(request=ItemConfirmation)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, uid: str) -> Response:
        """The system's entry is right as it stands."""
        item = self.get_object()
        return self.shown(campaigns.confirm_item(item=item, by=self.user, **self.parsed(ItemConfirmation)))

    @extend_schema(request=Giving)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, uid: str) -> Response:
        """Ask another person of the team instead."""
        item, data = self.get_object(), self.parsed(Giving)
        owner = member(item.campaign.team, data["owner"])
        return self.shown(campaigns.give_item(item=item, by=self.user, owner=owner))

    @extend_schema(request=None, responses=RemindedSerializer)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, uid: str) -> Response:
        """Remind whom this system waits for, at most once a day."""
        return Response({"n_told": len(chasing.remind_item(item=self.get_object(), by=self.user))})

    def shown(self, item: CampaignItem) -> Response:
        data = self.get_serializer(self.get_queryset().get(pk=item.pk)).data
        return Response(data, headers={"ETag": etag(data)})
