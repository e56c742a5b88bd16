"""Reading what was handed in, and deciding on it: one form, four decisions; or stepping aside."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments import services
from assessments.models import Assessment, Decision
from assessments.seats import Table, table_of
from assessments.services.rounds import earlier_answers
from assessments.services.signing import why_no_seat
from assessments.web.base import AssessmentPage
from assessments.web.decision_forms import DecisionForm, conditions_of
from assessments.web.decisions import AnswerLine, answer_sections, with_earlier
from assessments.web.signing_rows import rows_of
from governance.errors import DomainError
from governance.permissions import refusal

DONE = {
    Decision.APPROVED: "Signed.",
    Decision.APPROVED_WITH_CONDITIONS: "Signed, with conditions of use.",
    Decision.RETURNED: "Returned. Those who wrote it see what has to change.",
    Decision.REJECTED: "Rejected.",
}
ONLY = ("all", "not-applicable", "changed", "comments")
CHANGE = "change-"


class Review(AssessmentPage):
    """What is to be signed, in full or in part, who signs, and the decision."""

    template = "assessments/assessment_review.html"
    title = "Review"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_review(self.open(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        table = table_of(assessment)
        form = DecisionForm(table, table.seats(self.user), request.POST)
        conditions = conditions_of(assessment, request.POST if "conditions-TOTAL_FORMS" in request.POST else None)
        wants_conditions = request.POST.get("decision") == Decision.APPROVED_WITH_CONDITIONS
        if form.is_valid() and (not wants_conditions or conditions.is_valid()):
            try:
                self.decide(assessment, form, conditions)
            except DomainError as error:
                if error.status == 403:
                    raise
                form.add_error(None, error.message)
            else:
                messages.success(request, DONE[form.cleaned_data["decision"]])
                return redirect("assessments:assessment-detail", uid=uid)
        return self.show_review(assessment, form, conditions, status=422)

    def decide(self, assessment: Assessment, form: DecisionForm, conditions: Any) -> None:
        words: dict[str, Any] = {"assessment": assessment, "by": self.user, **form.words()}
        seen = form.cleaned_data["seen_sha256"]
        match form.cleaned_data["decision"]:
            case Decision.RETURNED:
                words.pop("minutes", None)
                services.return_for_changes(**words, changes=self.changes())
            case Decision.REJECTED:
                services.reject_assessment(**words, seen_sha256=seen)
            case Decision.APPROVED_WITH_CONDITIONS:
                given = [services.NewCondition(**row.cleaned_data) for row in conditions if row.cleaned_data]
                services.sign_off(
                    **words, seen_sha256=seen, decision=Decision.APPROVED_WITH_CONDITIONS, conditions=given
                )
            case _:
                services.sign_off(**words, seen_sha256=seen)

    def changes(self) -> dict[str, str]:
        """What somebody asks to have changed, by question."""
        sent = self.request.POST
        return {key.removeprefix(CHANGE): sent[key] for key in sent if key.startswith(CHANGE) and sent[key].strip()}

    def show_review(
        self, assessment: Assessment, form: DecisionForm | None = None, conditions: Any = None, status: int = 200
    ) -> HttpResponse:
        standing = services.standing_of(assessment)
        table, present = table_of(assessment), services.content_sha256(assessment)
        earlier = earlier_answers(assessment)
        sections = with_earlier(answer_sections(standing), earlier, self.changes())
        lines = [line for _, found in sections for line in found]
        only = self.request.GET.get("only", "all")
        seats = table.seats(self.user)
        return self.show(
            status=status,
            assessment=assessment,
            sections=_only(sections, only),
            only=only if only in ONLY else "all",
            not_applicable=[line for line in lines if line.state == "not_applicable"],
            n_changed=len(earlier),
            n_comments=sum(bool(line.comments) for line in lines),
            n_evidence=sum(len(line.evidence) for line in lines),
            n_copied=len(standing.copied),
            n_stale=len(standing.stale),
            present=present,
            steps=rows_of(table, self.user),
            signoffs=[
                (signoff, signoff.signed_sha256 != present)
                for signoff in assessment.signoffs.select_related("person", "on_behalf_of", "step").prefetch_related(
                    "use_conditions__owner"
                )
            ],
            form=form or DecisionForm(table, seats, initial={"seen_sha256": present}),
            conditions=conditions or conditions_of(assessment),
            may_ask=bool(seats),
            reason=self.why_not(assessment, table),
            may_step_aside=table.is_open and not refusal(self.user, "assessment.recuse", assessment) and bool(seats),
        )

    def why_not(self, assessment: Assessment, table: Table) -> str:
        """Why this person cannot decide now; empty when they can."""
        refused = refusal(self.user, "assessment.approve", assessment)
        return refused or ("" if table.seats(self.user) else why_no_seat(table, self.user))

    def back_to(self) -> str:
        return self.url("assessment-review") if self.assessment else super().back_to()


class StepAside(AssessmentPage):
    """Somebody who could sign leaves it to others, and says why."""

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        services.recuse(assessment=self.open(uid), by=self.user, reason=request.POST.get("reason", ""))
        messages.success(request, "You stepped aside. Others who sign in this function see it.")
        return redirect("assessments:assessment-detail", uid=uid)

    def back_to(self) -> str:
        return self.url("assessment-review") if self.assessment else super().back_to()


def _only(sections: list[Any], only: str) -> list[Any]:
    tests: dict[str, Callable[[AnswerLine], bool]] = {
        "not-applicable": lambda line: line.state == "not_applicable",
        "changed": lambda line: line.has_changed,
        "comments": lambda line: bool(line.comments),
    }
    if only not in tests:
        return sections
    kept = [(section, [line for line in lines if tests[only](line)]) for section, lines in sections]
    return [(section, lines) for section, lines in kept if lines]
