"""The registry's resources. Each write parses, finds rows the person may see, calls one service, answers."""

from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evenhand import modelcard
from governance import facts, services
from governance.api import serializers as shapes
from governance.api.base import EvenhandViewSet
from governance.errors import InvalidError
from governance.models import (
    ApiToken,
    DataSet,
    DecisionRule,
    Model,
    ModelCard,
    Scope,
    System,
    Team,
    Version,
    VersionFile,
)
from governance.services.versions import FileFacts

AS_OF = OpenApiParameter("as_of", str, description="A moment in ISO 8601: the row as the record had it then.")


class AsOfMixin:
    """`?as_of=` answers with the row as the record had it at that moment."""

    @extend_schema(parameters=[AS_OF])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        text = request.query_params.get("as_of")
        if not text:
            return super().retrieve(request, *args, **kwargs)  # type: ignore[misc,no-any-return]  # mixin over a viewset
        moment = parse_datetime(text.replace(" ", "+"))
        if moment is None or moment.tzinfo is None:
            raise InvalidError(
                "as_of is a moment with its time zone, such as 2026-11-23T09:00:00Z.",
                fields={"as_of": ["not a moment"]},
            )
        row = self.get_object()  # type: ignore[attr-defined]
        return Response({"as_of": moment, "state": next(iter(facts.ask("as_of", row, moment)), None)})


class TeamViewSet(AsOfMixin, EvenhandViewSet[Team]):
    row = Team
    serializer_class = shapes.TeamSerializer
    filterset_fields = ["slug"]

    @extend_schema(responses=shapes.MemberSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def members(self, request: Request, uid: str) -> Response:
        members = self.get_object().memberships.filter(is_active=True).select_related("user")
        return Response(shapes.MemberSerializer(members, many=True).data)


class TokenViewSet(EvenhandViewSet[ApiToken]):
    row = ApiToken
    serializer_class = shapes.TokenSerializer
    write_scope = Scope.ADMIN
    related = ("team",)

    def get_queryset(self) -> models.QuerySet[ApiToken]:
        return super().get_queryset().filter(user_id=self.user.pk)

    @extend_schema(request=shapes.NewToken)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewToken)
        team = self.chosen(Team.objects, data.pop("team"), "team")
        token, secret = services.issue_token(user=self.user, team=team, by=self.user, **data)
        return Response({**self.get_serializer(token).data, "token": secret}, status=201)

    def destroy(self, request: Request, uid: str) -> Response:
        services.revoke_token(token=self.get_object(), by=self.user)
        return Response(status=204)


class SystemViewSet(AsOfMixin, EvenhandViewSet[System]):
    row = System
    serializer_class = shapes.SystemSerializer
    related = ("team", "owner")
    filterset_fields = ["slug", "status", "team__slug"]

    @extend_schema(request=shapes.NewSystem)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewSystem)
        team = self.own_team(data.pop("team", None))
        return self.answer_once(201, lambda: services.register_system(team=team, by=self.user, **data))

    @extend_schema(request=shapes.SystemFields)
    def partial_update(self, request: Request, uid: str) -> Response:
        system = self.get_object()
        self.check_match(self.get_serializer(system).data)
        data = self.parsed(shapes.SystemFields, partial=True)
        changed = services.change_system(system=system, by=self.user, **data)
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=shapes.SystemMove)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.SystemMove)
        moved = services.change_system_status(system=self.get_object(), by=self.user, **data)
        return Response(self.get_serializer(moved).data)


class ModelViewSet(EvenhandViewSet[Model]):
    row = Model
    serializer_class = shapes.ModelSerializer
    related = ("system",)
    filterset_fields = ["slug", "system__uid", "system__slug"]

    @extend_schema(request=shapes.NewModel)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewModel)
        system = self.chosen(System.objects, data.pop("system"), "system")
        return self.answer_once(201, lambda: services.register_model(system=system, by=self.user, **data))


class RuleViewSet(EvenhandViewSet[DecisionRule]):
    row = DecisionRule
    serializer_class = shapes.RuleSerializer
    related = ("model",)
    filterset_fields = ["model__uid", "is_current"]

    @extend_schema(request=shapes.NewRule)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewRule)
        model = self.chosen(Model.objects, data.pop("model"), "model")
        return self.answer_once(201, lambda: services.set_rule(model=model, by=self.user, **data))


class VersionViewSet(AsOfMixin, EvenhandViewSet[Version]):
    row = Version
    serializer_class = shapes.VersionSerializer
    related = ("model", "training_data")
    filterset_fields = ["name", "status", "model__uid", "model__slug"]

    def get_queryset(self) -> models.QuerySet[Version]:
        return super().get_queryset().prefetch_related("files")

    @extend_schema(request=shapes.NewVersion)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewVersion)
        model = self.chosen(Model.objects, data.pop("model"), "model")
        files = [FileFacts(**facts) for facts in data.pop("files", [])]
        training = data.pop("training_data", None)
        training_data = self.chosen(DataSet.objects, training, "training_data") if training else None
        card = card_from(data.pop("card", None))

        def make() -> Response:
            version, is_new = services.register_version(
                model=model, by=self.user, files=files, training_data=training_data, card=card, **data
            )
            answer = self._answer(201, lambda: version)
            answer.status_code = 201 if is_new else 200
            return answer

        return self.answer_once(201, make)

    @extend_schema(request={"multipart/form-data": {"type": "object", "properties": {"file": {"format": "binary"}}}})
    @action(detail=True, methods=["put"], url_path="files/(?P<name>[^/]+)")
    def files(self, request: Request, uid: str, name: str) -> Response:
        file = VersionFile.objects.filter(version=self.get_object(), name=name).first()
        if file is None:
            raise InvalidError(f"{name} was not announced with this version.", fields={"file": ["unknown name"]})
        upload = request.FILES.get("file")
        if upload is None:
            raise InvalidError("Send the bytes as the form field `file`.", fields={"file": ["missing"]})
        return Response(shapes.FileSerializer(services.attach_file(file=file, content=upload, by=self.user)).data)


class CardViewSet(EvenhandViewSet[ModelCard]):
    row = ModelCard
    serializer_class = shapes.CardSerializer
    related = ("version",)
    filterset_fields = ["version__uid"]

    @extend_schema(request=shapes.NewCard)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewCard)
        version = self.chosen(Version.objects, data["version"], "version")
        card = required_card(data["document"])
        return self.answer_once(201, lambda: services.publish_card(version=version, card=card, by=self.user))


@extend_schema_view(list=extend_schema(summary="Data sets of your teams"))
class DataSetViewSet(EvenhandViewSet[DataSet]):
    row = DataSet
    serializer_class = shapes.DataSetSerializer
    related = ("team",)
    filterset_fields = ["slug"]

    @extend_schema(request=shapes.NewDataSet)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewDataSet)
        team = self.own_team(data.pop("team", None))
        return self.answer_once(201, lambda: services.register_dataset(team=team, by=self.user, **data))

    @extend_schema(request={"multipart/form-data": {"type": "object", "properties": {"file": {"format": "binary"}}}})
    @action(detail=True, methods=["put"])
    def file(self, request: Request, uid: str) -> Response:
        upload = request.FILES.get("file")
        if upload is None:
            raise InvalidError("Send the rows as the form field `file`.", fields={"file": ["missing"]})
        filled = services.attach_data(
            dataset=self.get_object(), content=upload, name=upload.name or "data.csv", by=self.user
        )
        return Response(self.get_serializer(filled).data)


def required_card(document: Any) -> modelcard.ModelCard:
    card = card_from(document)
    if card is None:
        raise InvalidError("Send the card's document.", fields={"document": ["required"]})
    return card


def card_from(document: Any) -> modelcard.ModelCard | None:
    """A card from JSON: an object, or the text of a Markdown card. None stays None."""
    if document is None:
        return None
    if isinstance(document, str):
        return modelcard.parse_text(document, name="card")
    return modelcard.ModelCard.from_dict(document)
