"""Assessments out as files, answers in from files."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments.exchange.files import Row
from assessments.models import Assessment
from assessments.services.exporting import Exported, Kind, export_assessment
from assessments.services.importing import Effect, Handed, ImportPlan, import_answers, plan_import, read_handed_in
from assessments.web.base import AssessmentPage
from evenhand.errors import InputError
from governance.errors import DomainError, InvalidError
from governance.permissions import require

SALT = "assessments.import"
VALID_SECONDS = 3600
LONGEST_SEAL = 2_000_000
KEPT = ("question", "row", "part", "answer", "state", "reason", "revision")


def handed_out(found: Exported) -> HttpResponse:
    """A file to save, never to show in the page."""
    response = HttpResponse(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class ExportFile(AssessmentPage):
    def get(self, request: HttpRequest, uid: UUID, kind: str) -> HttpResponse:
        assessment = self.open(uid)
        if kind not in {str(known) for known in Kind}:
            raise Http404("There is no such export.")
        return handed_out(export_assessment(assessment=assessment, kind=kind, by=self.user))


class AnswersFileForm(forms.Form):
    file = forms.FileField(label="The filled-in table", help_text="CSV or XLSX, as it was exported here.")


class ImportAnswers(AssessmentPage):
    """First what the file would do, then a button that does it. Between the two the rows travel sealed in the page."""

    template = "assessments/answers_import.html"
    title = "Import answers"

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        assessment = self.open(uid)
        require(self.user, "assessment.import", assessment)
        return self.ask(AnswersFileForm())

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        assessment = self.open(uid)
        if "sealed" in request.POST:
            return self.save(assessment, request.POST["sealed"])
        form = AnswersFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.ask(form, status=422)
        file = form.cleaned_data["file"]
        try:
            handed = read_handed_in(content=file.read(), name=file.name)
            plan = plan_import(assessment=assessment, handed=handed, by=self.user)
        except InputError as error:
            form.add_error("file", error.sentence)
            return self.ask(form, status=422)
        return self.show_plan(assessment, plan)

    def save(self, assessment: Assessment, sealed: str) -> HttpResponse:
        try:
            handed = self.opened(assessment, sealed)
            plan = import_answers(assessment=assessment, handed=handed, by=self.user)
        except DomainError as error:
            return self.ask(AnswersFileForm(), status=error.status, refusal=error.message)
        left = len(plan.with_effect(Effect.CONFLICT))
        kept = f" {left} saved since by somebody else stay as they are." if left else ""
        messages.success(self.request, f"{len(plan.to_save)} answers saved from {handed.name}.{kept}")
        return redirect("assessments:assessment-detail", uid=assessment.uid)

    def ask(self, form: AnswersFileForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        return self.show(status, form=form, assessment=self.assessment, plan=None, refusal=refusal)

    def show_plan(self, assessment: Assessment, plan: ImportPlan) -> HttpResponse:
        sealed = self.sealed(assessment, plan.handed) if plan.to_save and not plan.refused else ""
        counts = [(effect, len(plan.with_effect(effect))) for effect in Effect]
        return self.show(
            422 if plan.refused else 200,
            form=AnswersFileForm(),
            assessment=assessment,
            plan=plan,
            counts=counts,
            n_to_save=len(plan.to_save),
            shown=plan.with_effect(Effect.CONFLICT, Effect.CHANGED, Effect.NEW),
            n_same=len(plan.with_effect(Effect.SAME)),
            sealed=sealed,
        )

    # --- the seal

    def sealed(self, assessment: Assessment, handed: Handed) -> str:
        rows = [[row.number, {name: row.cells[name] for name in KEPT if row.cells.get(name)}] for row in handed.rows]
        content = {"of": str(assessment.uid), "by": self.user.pk, "name": handed.name, "sha256": handed.sha256}
        text = signing.dumps({**content, "rows": rows}, salt=SALT, compress=True)
        if len(text) > LONGEST_SEAL:
            raise InvalidError("This file is too long to be taken in one step. Split it into two.")
        return text

    def opened(self, assessment: Assessment, sealed: str) -> Handed:
        try:
            content: dict[str, Any] = signing.loads(sealed, salt=SALT, max_age=VALID_SECONDS)
        except signing.BadSignature:
            raise InvalidError("This page is more than an hour old, or was changed. Choose the file again.")
        if content["of"] != str(assessment.uid) or content["by"] != self.user.pk:
            raise InvalidError("This page belongs to another assessment or person. Choose the file again.")
        rows = tuple(Row(number, dict(cells)) for number, cells in content["rows"])
        return Handed(content["name"], content["sha256"], rows)
