"""The shapes of assessments in JSON. Reading shapes come from rows, writing shapes from what a person may say."""

from typing import Any

from rest_framework import serializers

from assessments.models import (
    Answer,
    Assessment,
    Assignment,
    Comment,
    CopiedAnswer,
    Evidence,
    FrameworkEdition,
)
from governance.api.serializers import uid_of


class FrameworkSerializer(serializers.ModelSerializer[FrameworkEdition]):
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = FrameworkEdition
        fields = ["uid", "framework_id", "version", "title", "scopes", "sha256", "published_at"]


class FrameworkDetailSerializer(FrameworkSerializer):
    class Meta(FrameworkSerializer.Meta):
        fields = [*FrameworkSerializer.Meta.fields, "document"]


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    team = uid_of()
    system = uid_of()
    framework = uid_of(source="edition")
    framework_id = serializers.CharField(source="edition.framework_id", read_only=True)
    framework_version = serializers.CharField(source="edition.version", read_only=True)
    started_by = uid_of()
    submitted_by = uid_of()
    superseded_by = uid_of()
    based_on = uid_of()
    version = uid_of()

    class Meta:
        model = Assessment
        fields = [
            "uid", "title", "status", "scope", "team", "system", "framework", "framework_id", "framework_version",
            "started_by", "submitted_by", "submitted_at", "decided_at", "due_on", "answers_sha256", "superseded_by",
            "profile", "based_on", "version", "evaluation_uid", "created_at",
        ]  # fmt: skip


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    answered_by = uid_of()

    class Meta:
        model = Answer
        fields = [
            "uid", "question_id", "value", "not_applicable", "na_reason", "dont_know", "revision", "answered_by",
            "origin", "origin_source", "updated_at",
        ]  # fmt: skip


class CopiedAnswerSerializer(serializers.ModelSerializer[CopiedAnswer]):
    source = uid_of()  # type: ignore[assignment]  # a field of the row that DRF has a property for
    stale = serializers.SerializerMethodField()

    class Meta:
        model = CopiedAnswer
        fields = ["question_id", "content", "sha256", "source", "copied_at", "stale"]

    def get_stale(self, copied: CopiedAnswer) -> bool:
        return copied.question_id in self.context.get("stale_copies", ())


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    assessment = uid_of()
    added_by = uid_of()
    revision = uid_of()

    class Meta:
        model = Evidence
        fields = [
            "uid", "assessment", "question_id", "title", "file_name", "sha256", "size", "link", "valid_until",
            "revision", "added_by", "withdrawn_at", "created_at",
        ]  # fmt: skip


class CommentSerializer(serializers.ModelSerializer[Comment]):
    author = uid_of()
    settled_by = uid_of()
    mentions = serializers.SlugRelatedField(slug_field="uid", many=True, read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Comment
        fields = [
            "uid", "question_id", "text", "for_report", "mentions", "asks_for_change", "settled_at", "settled_by",
            "author", "created_at",
        ]  # fmt: skip


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    assignee = uid_of()

    class Meta:
        model = Assignment
        fields = ["uid", "section_id", "question_id", "assignee", "due_on"]


class MissingSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    path = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field that DRF has a property for
    reason = serializers.CharField()
    message = serializers.CharField()


class AnswersSerializer(serializers.Serializer[Any]):
    """Everything said in an assessment, and what is still missing."""

    answers = AnswerSerializer(many=True)
    copied = CopiedAnswerSerializer(many=True)
    missing = MissingSerializer(many=True)
    content_sha256 = serializers.CharField()


class TakenOverSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()


# --- what a person may say


class NewAssessment(serializers.Serializer[Any]):
    framework = serializers.CharField(help_text="The uid of an edition, or a framework's id for its newest edition.")
    system = serializers.UUIDField(required=False, allow_null=True)
    team = serializers.UUIDField(required=False, help_text="For the organisation's own assessment.")
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    profile = serializers.CharField(
        max_length=80, required=False, allow_null=True, allow_blank=True,
        help_text="A profile of the framework; left out, the one meant for the system's tier; blank asks everything.",
    )  # fmt: skip
    version = serializers.UUIDField(required=False, allow_null=True)
    evaluation = serializers.UUIDField(required=False, allow_null=True)


class NewAnswer(serializers.Serializer[Any]):
    value = serializers.JSONField(required=False, allow_null=True)
    dont_know = serializers.BooleanField(required=False, default=False)
    not_applicable = serializers.BooleanField(required=False, default=False)
    na_reason = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    revision = serializers.IntegerField(
        required=False, min_value=0, help_text="The revision this answer was written on; 0 where there was none."
    )


class NewEvidence(serializers.Serializer[Any]):
    question_id = serializers.CharField(max_length=80)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    file = serializers.FileField(required=False)
    link = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class NewComment(serializers.Serializer[Any]):
    question_id = serializers.CharField(max_length=80, required=False, allow_blank=True)
    text = serializers.CharField()
    for_report = serializers.BooleanField(required=False, default=False)
    mentions = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=50, help_text="People of the team who are told."
    )


class NewAssignment(serializers.Serializer[Any]):
    section_id = serializers.CharField(max_length=80)
    question_id = serializers.CharField(max_length=80, required=False, allow_blank=True)
    assignee = serializers.UUIDField(allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)
