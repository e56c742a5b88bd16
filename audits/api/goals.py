"""Goals and plans over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api import serializers as shapes
from audits.models import Goal, Plan
from audits.services.goals import agree_goal, propose_goal, retire_goal
from audits.services.plans import set_plan
from governance.api.base import EvenhandViewSet
from governance.errors import InvalidError
from governance.models import DataSet, Model


class GoalViewSet(EvenhandViewSet[Goal]):
    row = Goal
    serializer_class = shapes.GoalSerializer
    related = ("model", "proposed_by", "agreed_by")
    filterset_fields = ["model__uid", "status"]

    @extend_schema(request=shapes.NewGoal)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewGoal)
        model = self.chosen(Model.objects, data.pop("model"), "model")
        if not isinstance(data["document"], dict):
            raise InvalidError("The goal is not a JSON object.", fields={"document": ["not an object"]})
        return self.answer_once(201, lambda: propose_goal(model=model, by=self.user, **data))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, uid: str) -> Response:
        return Response(self.get_serializer(agree_goal(goal=self.get_object(), by=self.user)).data)

    @extend_schema(request=shapes.Reason)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.Reason)
        return Response(self.get_serializer(retire_goal(goal=self.get_object(), by=self.user, **data)).data)


class PlanViewSet(EvenhandViewSet[Plan]):
    row = Plan
    serializer_class = shapes.PlanSerializer
    related = ("model", "data_set")
    filterset_fields = ["model__uid", "is_current"]

    @extend_schema(request=shapes.NewPlan)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewPlan)
        model = self.chosen(Model.objects, data.pop("model"), "model")
        data_set = self.chosen(DataSet.objects, data.pop("data_set"), "data_set")
        goals = [self.chosen(Goal.objects, uid, "goals") for uid in data.pop("goals", [])]
        options = data.pop("options", {})
        if not isinstance(options, dict):
            raise InvalidError("options is a JSON object.", fields={"options": ["not an object"]})
        columns = dict(data.pop("columns"))
        return self.answer_once(
            201,
            lambda: set_plan(
                model=model, data_set=data_set, columns=columns, goals=goals, options=options, by=self.user, **data
            ),
        )
