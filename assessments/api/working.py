"""The parts of an assessment's API about answers that exist already, doubts, outcome and comparison."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import services
from assessments.models import Assessment, LookAgain
from assessments.services.comparing import Comparison, comparable, compare_assessments
from assessments.services.offering import Offered, fill_from_registry, gaps_in, offers_for, take_offer
from assessments.services.outcome import Outlook, outlook_of
from governance.api.serializers import uid_of
from governance.errors import InvalidError
from governance.models import Version


class AssessmentChange(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    profile = serializers.CharField(max_length=80, required=False, allow_blank=True, help_text="Blank asks everything.")
    version = serializers.UUIDField(required=False, allow_null=True)
    evaluation = serializers.UUIDField(required=False, allow_null=True)


class Confirmation(serializers.Serializer[Any]):
    revision = serializers.IntegerField(required=False, min_value=0, help_text="The revision that was read.")


class SectionConfirmation(serializers.Serializer[Any]):
    questions = serializers.ListField(child=serializers.CharField(max_length=80), max_length=1000)


class TakenOffer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200, help_text="The key of the offer, as it was listed.")
    path = serializers.CharField(max_length=200, required=False, allow_blank=True)
    revision = serializers.IntegerField(required=False, min_value=0)


class Filling(serializers.Serializer[Any]):
    section = serializers.CharField(max_length=80, required=False, allow_blank=True)


class LookAgainSerializer(serializers.ModelSerializer[LookAgain]):
    settled_by = uid_of()

    class Meta:
        model = LookAgain
        fields = ["uid", "question_id", "kind", "about", "reason", "source", "raised_at", "settled_at", "settled_by"]


class WorkingMixin:
    """Actions on an assessment that the form has too. Each calls the service the page calls."""

    @extend_schema(request=AssessmentChange)
    def partial_update(self, request: Request, uid: str) -> Response:
        """Change what an open assessment is about."""
        view: Any = self
        assessment = view.get_object()
        view.check_match(view.get_serializer(assessment).data)
        data = view.parsed(AssessmentChange, partial=True)
        if "version" in data:
            data["version"] = view.chosen(Version.objects, data["version"], "version") if data["version"] else None
        if "evaluation" in data:
            data["evaluation_uid"] = data.pop("evaluation")
        response: Response = view.shown(services.change_assessment(assessment=assessment, by=view.user, **data))
        return response

    @extend_schema(responses=LookAgainSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None, url_path="look-again")
    def look_again(self, request: Request, uid: str) -> Response:
        """Doubts about answers, open and settled."""
        view: Any = self
        rows = view.get_object().look_agains.select_related("settled_by")
        return Response(LookAgainSerializer(rows, many=True).data)

    @extend_schema(request=Confirmation, responses={200: None})
    @action(detail=True, methods=["post"], url_path="answers/(?P<question_id>[^/]+)/confirm")
    def confirm(self, request: Request, uid: str, question_id: str) -> Response:
        """Say that one carried, offered or doubted answer holds."""
        view: Any = self
        data = view.parsed(Confirmation)
        count = services.confirm_answers(
            assessment=view.get_object(), question_ids=[question_id], by=view.user, revision=data.get("revision")
        )
        return Response({"confirmed": count})

    @extend_schema(request=SectionConfirmation, responses={200: None})
    @action(detail=True, methods=["post"], url_path="confirm")
    def confirm_several(self, request: Request, uid: str) -> Response:
        """Say that several answers hold."""
        view: Any = self
        data = view.parsed(SectionConfirmation)
        count = services.confirm_answers(assessment=view.get_object(), question_ids=data["questions"], by=view.user)
        return Response({"confirmed": count})

    @extend_schema(methods=["GET"], responses={200: None})
    @extend_schema(methods=["POST"], request=TakenOffer, responses={200: None})
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filterset_fields=None,
        url_path="answers/(?P<question_id>[^/]+)/offers",
    )
    def offers(self, request: Request, uid: str, question_id: str) -> Response:
        """What is offered to a question; posting the key of an offer takes it over."""
        view: Any = self
        assessment: Assessment = view.get_object()
        if request.method == "POST":
            data = view.parsed(TakenOffer)
            saved = take_offer(assessment=assessment, question_id=question_id, by=view.user, **data)
            return Response({"question_id": saved.question_id, "value": saved.value, "revision": saved.revision})
        standing = services.standing_of(assessment)
        question = standing.framework.questions_by_id.get(question_id)
        if question is None:
            raise InvalidError(f"{question_id} is not asked in this assessment.", fields={"question": ["not asked"]})
        return Response([_offer_json(offer) for offer in offers_for(standing, [question]).get(question_id, ())])

    @extend_schema(request=Filling, responses={200: None})
    @action(detail=True, methods=["post"])
    def fill(self, request: Request, uid: str) -> Response:
        """Answer what is open from the registry, in a section or everywhere; each answer waits to be confirmed."""
        view: Any = self
        section = view.parsed(Filling).get("section", "")
        filled = fill_from_registry(assessment=view.get_object(), section_id=section, by=view.user)
        gaps = [{"question": gap.question.id, "fact": gap.fact} for gap in filled.gaps]
        return Response({"taken": [question.id for question in filled.taken], "gaps": gaps})

    @extend_schema(responses={200: None})
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def outcome(self, request: Request, uid: str) -> Response:
        """What follows from the answers now, and what drives it."""
        view: Any = self
        standing = services.standing_of(view.get_object())
        outlook = outlook_of(standing)
        gaps = [{"question": gap.question.id, "fact": gap.fact} for gap in gaps_in(standing)]
        return Response({**outlook_json(outlook), "gaps": gaps})

    @extend_schema(
        parameters=[OpenApiParameter("with", str, description="The older assessment's uid.")], responses={200: None}
    )
    @action(detail=True, pagination_class=None, filterset_fields=None)
    def compare(self, request: Request, uid: str) -> Response:
        """What differs from an older assessment of the same subject; by default the one it started from."""
        view: Any = self
        newer: Assessment = view.get_object()
        wanted = request.query_params.get("with") or (str(newer.based_on.uid) if newer.based_on else "")
        older = next((row for row in view.visible(comparable(newer)) if str(row.uid) == wanted), None)
        if older is None:
            raise InvalidError(
                "with: name another assessment of the same subject by the same framework.",
                fields={"with": ["not found"]},
            )
        return Response(_comparison_json(compare_assessments(older, newer)))


def outlook_json(outlook: Outlook) -> dict[str, Any]:
    """The result as `evenhand score` prints it, with what drives each outcome."""
    return {
        **outlook.result.to_json(),
        "provisional": outlook.is_provisional,
        "why": {
            each.outcome.id: {
                "drivers": [driver.to_json() for driver in each.drivers],
                "distance": [item.to_json() for item in each.distances],
            }
            for each in outlook.conclusions
        },
    }


def _offer_json(offer: Offered) -> dict[str, Any]:
    return {
        "key": offer.key,
        "path": offer.path,
        "where": offer.where,
        "state": offer.state,
        "on": offer.on,
        "basis": offer.basis,
        "text": offer.text,
        "value": offer.value,
        "fits": offer.is_takeable,
        "source": offer.source,
    }


def _comparison_json(found: Comparison) -> dict[str, Any]:
    def words(side: Any) -> list[dict[str, str]]:
        return [{"label": part.label, "text": part.text} for part in side]

    return {
        "older": str(found.older.uid),
        "newer": str(found.newer.uid),
        "same": found.n_same,
        "answers": [
            {
                "question": each.question.id,
                "change": each.change,
                "before": words(each.before),
                "after": words(each.after),
            }
            for each in found.answers
        ],
        "scores": [vars(each) for each in found.scores],
        "outcomes": [vars(each) for each in found.outcomes],
        "edition": [
            {"change": each.change, "kind": each.kind, "id": each.id, "fields": list(each.fields)}
            for each in found.edition
        ],
    }
