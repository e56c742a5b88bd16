"""The shapes of deciding in JSON: sign-offs, steps, routes, signatories, delegations, conditions of use."""

from typing import Any

from rest_framework import serializers

from assessments.models import (
    Decision,
    Delegation,
    Recusal,
    Route,
    RouteStep,
    Signatory,
    SignOff,
    SignOffStep,
    UseCondition,
)
from governance.api.serializers import uid_of

AGREEING = [Decision.APPROVED.value, Decision.APPROVED_WITH_CONDITIONS.value]


class UseConditionSerializer(serializers.ModelSerializer[UseCondition]):
    assessment = uid_of()
    signoff = uid_of()
    owner = uid_of()
    met_by = uid_of()

    class Meta:
        model = UseCondition
        fields = ["uid", "assessment", "signoff", "text", "owner", "due_on", "met_at", "met_by", "met_note"]


class SignOffSerializer(serializers.ModelSerializer[SignOff]):
    assessment = uid_of()
    person = uid_of()
    step = uid_of()
    on_behalf_of = uid_of()
    round = serializers.IntegerField(source="step.round", read_only=True, default=None)
    use_conditions = UseConditionSerializer(many=True, read_only=True)
    stale = serializers.SerializerMethodField()

    class Meta:
        model = SignOff
        fields = [
            "uid", "assessment", "step", "round", "function", "person", "on_behalf_of", "decision", "conditions",
            "use_conditions", "comment", "minutes", "attestation", "signed_sha256", "signed_at", "stale",
        ]  # fmt: skip

    def get_stale(self, signoff: SignOff) -> bool:
        return bool(signoff.signed_sha256 != self.context["digests"][signoff.assessment_id])


class StepSerializer(serializers.ModelSerializer[SignOffStep]):
    assessment = uid_of()
    route = uid_of()
    assignee = uid_of()

    class Meta:
        model = SignOffStep
        fields = [
            "uid", "assessment", "round", "position", "function", "quorum", "needs_minutes", "due_on", "route",
            "assignee", "completed_at",
        ]  # fmt: skip


class RecusalSerializer(serializers.ModelSerializer[Recusal]):
    user = uid_of()

    class Meta:
        model = Recusal
        fields = ["uid", "user", "reason", "created_at"]


class RouteStepSerializer(serializers.ModelSerializer[RouteStep]):
    class Meta:
        model = RouteStep
        fields = ["position", "function", "quorum", "needs_minutes", "within_days"]


class RouteSerializer(serializers.ModelSerializer[Route]):
    team = uid_of()
    steps = RouteStepSerializer(many=True, read_only=True)

    class Meta:
        model = Route
        fields = ["uid", "team", "title", "framework_id", "tier", "is_active", "steps", "created_at"]


class SignatorySerializer(serializers.ModelSerializer[Signatory]):
    team = uid_of()
    user = uid_of()

    class Meta:
        model = Signatory
        fields = ["uid", "team", "function", "user", "is_active"]


class DelegationSerializer(serializers.ModelSerializer[Delegation]):
    team = uid_of()
    giver = uid_of()
    holder = uid_of()

    class Meta:
        model = Delegation
        fields = ["uid", "team", "giver", "holder", "function", "starts_on", "ends_on", "reason", "ended_at"]


# --- what a person may say


class NewSubmission(serializers.Serializer[Any]):
    attestation = serializers.CharField(
        required=False,
        max_length=2_000,
        help_text="What you state by handing in. Left out, it is: I have checked these answers. To the best of my "
        "knowledge they are complete and true.",
    )


class NewSignature(serializers.Serializer[Any]):
    """What every decision may say."""

    function = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="In which function, where you have several."
    )
    instead_of = serializers.UUIDField(required=False, help_text="The person who gave you their place, if any.")
    attestation = serializers.CharField(
        required=False,
        max_length=2_000,
        help_text="Left out, it is: I have read the answers and the evidence. I wrote none of them.",
    )


class NewReturn(NewSignature):
    comment = serializers.CharField(allow_blank=True)
    changes = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="What has to change, by question id."
    )


class NewRejection(NewSignature):
    comment = serializers.CharField(allow_blank=True)
    minutes = serializers.CharField(required=False, allow_blank=True)
    signed_sha256 = serializers.CharField(required=False, max_length=64)


class NewUseCondition(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2_000)
    owner = serializers.UUIDField()
    due_on = serializers.DateField()


class NewSignOff(NewSignature):
    decision = serializers.ChoiceField(choices=AGREEING, required=False)
    conditions = NewUseCondition(many=True, required=False)
    comment = serializers.CharField(required=False, allow_blank=True)
    minutes = serializers.CharField(required=False, allow_blank=True)
    signed_sha256 = serializers.CharField(
        required=False, max_length=64, help_text="The digest of what you read; anything else now is refused."
    )


class NewRecusal(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True)


class NewRouteStep(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="Steps with the same position are signed side by side.")
    function = serializers.CharField(max_length=80)
    quorum = serializers.IntegerField(required=False, default=1)
    needs_minutes = serializers.BooleanField(required=False, default=False)
    within_days = serializers.IntegerField(required=False, allow_null=True)


class NewRoute(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    framework_id = serializers.CharField(required=False, allow_blank=True, max_length=80)
    tier = serializers.CharField(required=False, allow_blank=True, max_length=20)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    steps = NewRouteStep(many=True)


class NewSignatory(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    function = serializers.CharField(max_length=80)
    user = serializers.UUIDField()


class NewDelegation(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    giver = serializers.UUIDField(required=False, help_text="Yourself, if left out.")
    holder = serializers.UUIDField()
    function = serializers.CharField(required=False, allow_blank=True, max_length=80)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    reason = serializers.CharField(required=False, allow_blank=True)


class NewStepAssignment(serializers.Serializer[Any]):
    assignee = serializers.UUIDField(allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class MetCondition(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True)
