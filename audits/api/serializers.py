"""The shapes of goals, plans, evaluations, audits and reports in JSON."""

from typing import Any

from rest_framework import serializers

from audits.models import Audit, Evaluation, Goal, Plan, Report, ReportKind
from audits.services.usage import usage_sentence
from audits.services.workers import worker_is_there
from governance.api.serializers import uid_of


class GoalSerializer(serializers.ModelSerializer[Goal]):
    model = uid_of()
    proposed_by = uid_of()
    agreed_by = uid_of()

    class Meta:
        model = Goal
        fields = [
            "uid", "model", "number", "name", "document", "sha256", "status", "proposed_by", "agreed_by", "agreed_at",
            "retired_reason", "created_at",
        ]  # fmt: skip


class NewGoal(serializers.Serializer[Any]):
    model = serializers.UUIDField()
    name = serializers.CharField(max_length=200, required=False)
    document = serializers.JSONField(help_text="A fairness goal; `evenhand schema goal` describes it.")


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField()


class PlanSerializer(serializers.ModelSerializer[Plan]):
    model = uid_of()
    data_set = uid_of()
    goals = uid_of(many=True)

    class Meta:
        model = Plan
        fields = [
            "uid", "model", "number", "name", "data_set", "columns", "filter", "options", "goals", "is_current",
            "created_at",
        ]  # fmt: skip


class PlanColumns(serializers.Serializer[Any]):
    groups = serializers.ListField(child=serializers.CharField(max_length=200), allow_empty=False)
    label = serializers.CharField(max_length=200, required=False, allow_blank=True)  # type: ignore[assignment]  # the field's own name
    prediction = serializers.CharField(max_length=200, required=False, allow_blank=True)
    score = serializers.CharField(max_length=200, required=False, allow_blank=True)
    positive = serializers.CharField(max_length=200, required=False, allow_blank=True)
    decision = serializers.CharField(max_length=200, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=200, required=False, allow_blank=True)
    weight = serializers.CharField(max_length=200, required=False, allow_blank=True)
    features = serializers.ListField(child=serializers.CharField(max_length=200), required=False)


class NewPlan(serializers.Serializer[Any]):
    model = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    data_set = serializers.UUIDField()
    columns = PlanColumns()
    filter = serializers.CharField(max_length=500, required=False, allow_blank=True)
    options = serializers.JSONField(required=False)
    goals = serializers.ListField(child=serializers.UUIDField(), required=False)


class EvaluationRow(serializers.ModelSerializer[Evaluation]):
    """An evaluation in a list: without counts and result."""

    version = uid_of()
    rule = uid_of()
    plan = uid_of()
    data_set = uid_of()
    replaces = uid_of()

    class Meta:
        model = Evaluation
        fields = [
            "uid", "label", "version", "rule", "plan", "data_set", "is_extra", "replaces", "status", "step", "progress",
            "error", "grade", "verdict", "counts_sha256", "handed_in_at", "finished_at", "created_at",
        ]  # fmt: skip


class EvaluationSerializer(EvaluationRow):
    """An evaluation complete: how it came about, and the result in the shape of `evaluate --json`."""

    grade_words = serializers.CharField(source="get_grade_display", read_only=True)
    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # the field's own name
    data_use = serializers.SerializerMethodField()
    replaced_by = serializers.SerializerMethodField()
    worker_is_there = serializers.SerializerMethodField()

    class Meta(EvaluationRow.Meta):
        fields = [
            *EvaluationRow.Meta.fields, "grade_words", "source", "data_use", "replaced_by", "worker_is_there",
            "columns", "options", "goals", "engine", "seed", "result_sha256", "result",
        ]  # fmt: skip

    def get_source(self, evaluation: Evaluation) -> dict[str, Any]:
        return {
            "name": evaluation.source_name,
            "sha256": evaluation.source_sha256,
            "model_sha256": evaluation.model_sha256,
            "filter": evaluation.filter,
            "extracted_on": evaluation.extracted_on,
            "row_total": evaluation.row_total,
            "control_total": evaluation.control_total,
            "control_source": evaluation.control_source,
            "rows_kept_until": evaluation.upload_until if evaluation.upload else None,
        }

    def get_data_use(self, evaluation: Evaluation) -> str:
        return usage_sentence(evaluation)

    def get_replaced_by(self, evaluation: Evaluation) -> str | None:
        later = evaluation.replaced_by
        return str(later.uid) if later else None

    def get_worker_is_there(self, evaluation: Evaluation) -> bool | None:
        return worker_is_there() if evaluation.is_under_way else None


class HandedIn(serializers.Serializer[Any]):
    """What may be said of evidence, whichever way it comes."""

    rule = serializers.UUIDField(required=False)
    plan = serializers.UUIDField(required=False)
    extracted_on = serializers.DateField(required=False)
    control_total = serializers.IntegerField(required=False, min_value=0)
    control_source = serializers.CharField(required=False, allow_blank=True, max_length=300)


class NewCounts(HandedIn):
    counts = serializers.JSONField(help_text="What `evenhand count` writes; `evenhand schema counts` describes it.")


class NewPredictions(HandedIn):
    file = serializers.FileField()
    group = serializers.ListField(child=serializers.CharField(max_length=200), allow_empty=False)
    label = serializers.CharField(required=False, allow_blank=True, max_length=200)  # type: ignore[assignment]  # the field's own name
    prediction = serializers.CharField(required=False, allow_blank=True, max_length=200)
    score = serializers.CharField(required=False, allow_blank=True, max_length=200)
    threshold = serializers.DecimalField(required=False, max_digits=20, decimal_places=6)
    positive = serializers.CharField(required=False, allow_blank=True, max_length=200)
    decision = serializers.CharField(required=False, allow_blank=True, max_length=200)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=200)
    weight = serializers.CharField(required=False, allow_blank=True, max_length=200)
    filter = serializers.CharField(required=False, allow_blank=True, max_length=500)


class AuditSerializer(serializers.ModelSerializer[Audit]):
    team = uid_of()
    system = uid_of()
    version = uid_of()
    opened_by = uid_of()
    concluded_by = uid_of()

    class Meta:
        model = Audit
        fields = [
            "uid", "label", "team", "system", "version", "title", "kind", "tested_on", "scope", "data_used",
            "population_gaps", "uses", "outside", "independence", "conclusion", "next_on", "state", "opened_by",
            "concluded_by", "concluded_at", "created_at",
        ]  # fmt: skip


class AuditFields(serializers.Serializer[Any]):
    """What an audit says while it is open."""

    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=ReportKind.choices, required=False)
    tested_on = serializers.DateField()
    scope = serializers.CharField()
    data_used = serializers.CharField(required=False, allow_blank=True)
    population_gaps = serializers.CharField(required=False, allow_blank=True)
    uses = serializers.CharField(required=False, allow_blank=True)
    outside = serializers.CharField(required=False, allow_blank=True)
    independence = serializers.CharField(required=False, allow_blank=True)
    next_on = serializers.DateField(required=False, allow_null=True)


class NewAudit(AuditFields):
    version = serializers.UUIDField()


class Conclusion(serializers.Serializer[Any]):
    conclusion = serializers.CharField()
    next_on = serializers.DateField(required=False, allow_null=True)


class ReportSerializer(serializers.ModelSerializer[Report]):
    audit = uid_of()
    version = uid_of()
    requested_by = uid_of()
    worker_is_there = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = [
            "uid", "label", "audit", "version", "kind", "requested_by", "status", "step", "error", "worker_is_there",
            "content_sha256", "file_sha256", "file_size", "signer_fingerprint", "checkpoint", "issued_at", "created_at",
        ]  # fmt: skip

    def get_worker_is_there(self, report: Report) -> bool | None:
        return worker_is_there() if report.is_under_way else None


class NewReport(serializers.Serializer[Any]):
    audit = serializers.UUIDField()
