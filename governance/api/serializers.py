"""The shapes of the registry in JSON. Reading shapes come from rows, writing shapes from what a person may say."""

from typing import Any

from rest_framework import serializers

from governance.models import (
    ApiToken,
    ChangeClass,
    DataSet,
    DecisionRule,
    DeploymentMethod,
    Hosting,
    Membership,
    Model,
    ModelCard,
    Scope,
    System,
    Team,
    Version,
    VersionFile,
)
from governance.services.datasets import KNOWN_BY

Uid = serializers.SlugRelatedField


def uid_of(**options: Any) -> serializers.SlugRelatedField[Any]:
    """A related row, shown by its uid."""
    return serializers.SlugRelatedField(slug_field="uid", read_only=True, **options)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    name = serializers.CharField(source="user.name", read_only=True)
    user = uid_of()

    class Meta:
        model = Membership
        fields = ["uid", "user", "name", "role"]


class TeamSerializer(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ["uid", "slug", "name", "created_at"]


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    team = uid_of()

    class Meta:
        model = ApiToken
        fields = [
            "uid", "team", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
        ]  # fmt: skip


class NewToken(serializers.Serializer[Any]):
    team = serializers.UUIDField()
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False)
    days = serializers.IntegerField(default=90, min_value=1, max_value=366)


class SystemSerializer(serializers.ModelSerializer[System]):
    team = uid_of()
    owner = uid_of()

    class Meta:
        model = System
        fields = [
            "uid", "team", "slug", "name", "purpose", "people_affected", "decision", "deployment_method", "hosting",
            "human_oversight", "jurisdictions", "owner", "status", "status_reason", "tier", "keep_uploads_days",
            "is_demo", "created_at",
        ]  # fmt: skip


class SystemFields(serializers.Serializer[Any]):
    """What may be said of a system when it is registered or changed."""

    name = serializers.CharField(max_length=200)
    purpose = serializers.CharField()
    people_affected = serializers.CharField(required=False, allow_blank=True)
    decision = serializers.CharField(required=False, allow_blank=True)
    deployment_method = serializers.ChoiceField(choices=DeploymentMethod.choices, required=False)
    hosting = serializers.ChoiceField(choices=Hosting.choices, required=False)
    human_oversight = serializers.CharField(required=False, allow_blank=True)
    jurisdictions = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    keep_uploads_days = serializers.IntegerField(min_value=0, max_value=3650, required=False)


class NewSystem(SystemFields):
    team = serializers.UUIDField(required=False)
    slug = serializers.SlugField(max_length=80, required=False)


class SystemMove(serializers.Serializer[Any]):
    status = serializers.CharField()
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class ModelSerializer(serializers.ModelSerializer[Model]):
    system = uid_of()

    class Meta:
        model = Model
        fields = ["uid", "system", "slug", "name", "origin", "vendor", "description", "created_at"]


class NewModel(serializers.Serializer[Any]):
    system = serializers.UUIDField()
    slug = serializers.SlugField(max_length=80, required=False)
    name = serializers.CharField(max_length=200)
    origin = serializers.ChoiceField(choices=Model.Origin.choices, default=Model.Origin.OWN)
    vendor = serializers.CharField(required=False, allow_blank=True, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True)


class RuleSerializer(serializers.ModelSerializer[DecisionRule]):
    model = uid_of()

    class Meta:
        model = DecisionRule
        fields = [
            "uid", "model", "number", "name", "threshold", "score_minimum", "score_maximum", "positive_means",
            "human_action", "post_processing", "overrides", "is_current", "created_at",
        ]  # fmt: skip


class NewRule(serializers.Serializer[Any]):
    model = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    human_action = serializers.CharField()
    threshold = serializers.DecimalField(max_digits=20, decimal_places=6, required=False, allow_null=True)
    score_minimum = serializers.DecimalField(max_digits=20, decimal_places=6, required=False)
    score_maximum = serializers.DecimalField(max_digits=20, decimal_places=6, required=False)
    positive_means = serializers.CharField(required=False, allow_blank=True, max_length=200)
    post_processing = serializers.CharField(required=False, allow_blank=True)
    overrides = serializers.CharField(required=False, allow_blank=True)


class FileSerializer(serializers.ModelSerializer[VersionFile]):
    is_here = serializers.SerializerMethodField()

    class Meta:
        model = VersionFile
        fields = ["uid", "name", "sha256", "size", "media_type", "is_here"]

    def get_is_here(self, file: VersionFile) -> bool:
        return bool(file.content)


class CardSerializer(serializers.ModelSerializer[ModelCard]):
    version = uid_of()

    class Meta:
        model = ModelCard
        fields = ["uid", "version", "number", "document", "sha256", "created_at"]


class VersionSerializer(serializers.ModelSerializer[Version]):
    model = uid_of()
    training_data = uid_of()
    files = FileSerializer(many=True, read_only=True)

    class Meta:
        model = Version
        fields = [
            "uid", "model", "name", "status", "change_class", "commit", "run_url", "training_data", "content_sha256",
            "files", "created_at",
        ]  # fmt: skip


class NewFile(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=300)
    sha256 = serializers.RegexField("^[0-9a-f]{64}$")
    size = serializers.IntegerField(min_value=1)
    media_type = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class NewVersion(serializers.Serializer[Any]):
    model = serializers.UUIDField()
    name = serializers.CharField(max_length=80)
    change_class = serializers.ChoiceField(choices=ChangeClass.choices, required=False)
    commit = serializers.CharField(required=False, allow_blank=True, max_length=200)
    run_url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    files = NewFile(many=True, required=False)
    training_data = serializers.UUIDField(required=False, allow_null=True)
    card = serializers.JSONField(required=False, help_text="A model card: an object, or its Markdown as text.")


class NewCard(serializers.Serializer[Any]):
    version = serializers.UUIDField()
    document = serializers.JSONField(help_text="A model card: an object, or its Markdown as text.")


class AttributeSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(max_length=200)
    label = serializers.CharField(max_length=200, required=False)  # type: ignore[assignment]  # the field's own name
    known_by = serializers.ChoiceField(choices=[(word, word) for word in KNOWN_BY])


class DataSetSerializer(serializers.ModelSerializer[DataSet]):
    team = uid_of()
    is_here = serializers.SerializerMethodField()

    class Meta:
        model = DataSet
        fields = [
            "uid", "team", "slug", "name", "description", "source", "collected", "representation", "gaps",
            "attributes", "sha256", "n_rows", "is_here", "created_at",
        ]  # fmt: skip

    def get_is_here(self, dataset: DataSet) -> bool:
        return bool(dataset.content)


class NewDataSet(serializers.Serializer[Any]):
    team = serializers.UUIDField(required=False)
    slug = serializers.SlugField(max_length=80, required=False)
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(required=False, allow_blank=True)
    source = serializers.CharField(required=False, allow_blank=True)  # type: ignore[assignment]  # the field's own name
    collected = serializers.CharField(required=False, allow_blank=True, max_length=200)
    representation = serializers.CharField(required=False, allow_blank=True)
    gaps = serializers.CharField(required=False, allow_blank=True)
    attributes = AttributeSerializer(many=True, required=False)
