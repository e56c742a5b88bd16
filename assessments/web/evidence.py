"""The small forms beside a question that add evidence, and the files themselves."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import Evidence
from assessments.web.base import AssessmentPage
from assessments.web.forms import FileForm, LinkForm
from assessments.web.pages import page_id_of
from governance.errors import DomainError
from governance.permissions import require
from governance.web.base import Page


class AddToQuestion(AssessmentPage):
    """Base of the small forms beside a question."""

    def back_to(self) -> str:
        if not self.assessment:
            return super().back_to()
        return self.url("assessment-question", page_id_of(self.assessment, self.kwargs["question_id"]))

    def read(self, form: Any) -> dict[str, Any]:
        """The form's data, or its first problem as a message on the page the person came from."""
        if form.is_valid():
            return dict(form.cleaned_data)
        name, problems = next(iter(form.errors.items()))
        raise DomainError(f"{form.fields[name].label or name.capitalize()}: {problems[0]}")


class AddEvidence(AddToQuestion):
    def post(self, request: HttpRequest, uid: str, question_id: str) -> HttpResponse:
        assessment = self.open(uid)
        if request.POST.get("kind") == "link" or f"link-{question_id}-link" in request.POST:
            data = self.read(LinkForm(request.POST, prefix=f"link-{question_id}"))
        else:
            data = self.read(FileForm(request.POST, request.FILES, prefix=f"file-{question_id}"))
            data["file_name"] = data["file"].name
        services.add_evidence(assessment=assessment, question_id=question_id, by=self.user, **data)
        messages.success(request, "Evidence added.")
        return redirect(self.back_to())


class EvidenceFile(Page):
    """The bytes of a piece of evidence, for those who may see its assessment."""

    def get(self, request: HttpRequest, uid: str) -> FileResponse:
        piece = Evidence.objects.visible_to(self.user).filter(uid=uid).first()
        if piece is None or not piece.file:
            raise Http404("There is nothing here, or not for you.")
        require(self.user, "evidence.download", piece)
        return FileResponse(piece.file.open("rb"), as_attachment=True, filename=piece.file_name)


class WithdrawEvidence(Page):
    row = Evidence

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        piece = self.get_row(uid)
        services.withdraw_evidence(evidence=piece, by=self.user)
        messages.success(request, f"{piece.title} is withdrawn. It stays on the record.")
        return redirect(self.back_to())

    def back_to(self) -> str:
        piece = (
            Evidence.objects.visible_to(self.user).select_related("assessment").filter(uid=self.kwargs["uid"]).first()
        )
        if piece is None:
            return reverse("assessments:assessment-list")
        return url_of_question(piece)


def url_of_question(piece: Evidence) -> str:
    """The page of the form on which a piece of evidence is shown."""
    page = page_id_of(piece.assessment, piece.question_id)
    return reverse("assessments:assessment-question", args=[piece.assessment.uid, page])
