"""Evaluations in the browser: what was found, how sure that is, and how it came about."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audits.models import Evaluation, EvaluationStatus
from audits.services.evaluations import cancel_evaluation, invalidate_evaluation, retry_evaluation
from audits.services.report_content import overall_sentence
from audits.services.usage import usage_sentence
from audits.web.forms import ReasonForm
from audits.web.jobs import describe, evaluation_job, job_line
from audits.web.matrices import matrix, partitions
from audits.web.record import row_history
from audits.web.verdicts import glance, goal_lines
from governance.web.base import Crumb, Page
from governance.web.systems import FormPage
from governance.web.versions import version_crumbs

PER_PAGE = 50
RELATED = ("version__model__system__team", "rule", "plan", "data_set", "replaces", "requested_by")


class EvaluationList(Page):
    template = "audits/evaluation_list.html"
    nav = "evaluations"
    title = "Evaluations"

    def crumbs(self) -> list[Crumb]:
        return [("Evaluations", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        status = request.GET.get("status", "")
        rows = Evaluation.objects.visible_to(self.user).select_related(*RELATED).with_replacements().defer("counts")
        if status in EvaluationStatus.values:
            rows = rows.filter(status=status)
        page = Paginator(rows.order_by("-created_at"), PER_PAGE).get_page(request.GET.get("page"))
        lines = [(evaluation, describe(evaluation)) for evaluation in page]
        return self.show(page_obj=page, lines=lines, chosen_status=status, statuses=EvaluationStatus.choices)


class EvaluationPage(FormPage):
    """A page about one evaluation."""

    row = Evaluation
    nav = "evaluations"

    def open(self, uid: Any) -> Evaluation:
        found: Evaluation = self.get_row(uid)
        self.evaluation = found
        return found

    def crumbs(self) -> list[Crumb]:
        url = reverse("audits:evaluation-detail", args=[self.evaluation.uid])
        return [*version_crumbs(self.evaluation.version), (self.evaluation.label, url)]


class EvaluationDetail(EvaluationPage):
    template = "audits/evaluation_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        evaluation = self.open(uid)
        others = Evaluation.objects.of_version(evaluation.version).exclude(pk=evaluation.pk).order_by("-number")
        context = self.results(evaluation, request.GET.get("by", "")) if evaluation.result else {}
        return self.show(
            evaluation=evaluation,
            version=evaluation.version,
            usage=usage_sentence(evaluation),
            others=[job_line(other) for other in others],
            later=evaluation.replaced_by,
            panels=row_history(evaluation, self.user),
            push_command=push_command(evaluation),
            title=f"{evaluation.label}: fairness of {evaluation.version}",
            **evaluation_job(evaluation),
            **context,
        )

    def results(self, evaluation: Evaluation, by: str) -> dict[str, Any]:
        result = evaluation.result or {}
        lines, splits = goal_lines(evaluation), partitions(result)
        chosen = by if by in splits else splits[0]
        return {
            "sentence": overall_sentence(evaluation),
            "goals": lines,
            "glances": [glance(evaluation, line) for line in lines],
            "partitions": [(split, split.replace(",", " and ").replace("_", " ")) for split in splits],
            "chosen": chosen,
            "matrix": matrix(result, chosen),
            "warnings": result.get("warnings", []),
        }


def push_command(evaluation: Evaluation) -> str:
    """What CI runs to hand in the counts this evaluation waits for."""
    version = evaluation.version
    return (
        f"evenhand push counts.json --model {version.model.system.slug}/{version.model.slug} --version {version.name}"
    )


class EvaluationJob(EvaluationPage):
    """The job alone, asked for again every few seconds; when it is over the page is loaded once more."""

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        evaluation = self.open(uid)
        answer = render(request, "components/job.html", evaluation_job(evaluation))
        if not evaluation.is_under_way:
            answer["HX-Refresh"] = "true"
        return answer


class EvaluationFile(EvaluationPage):
    """Counts and result as one JSON file: everything a recomputation needs."""

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        evaluation = self.open(uid)
        if evaluation.counts is None:
            raise Http404
        body = {"counts": evaluation.counts, "goals": evaluation.goals, "result": evaluation.result}
        name = f"{evaluation.label}-{evaluation.counts_sha256[:12]}.json"
        answer = HttpResponse(json.dumps(body, indent=1), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class EvaluationRetry(EvaluationPage):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        again = retry_evaluation(evaluation=self.open(uid), by=self.user)
        return redirect("audits:evaluation-detail", uid=again.uid)

    def back_to(self) -> str:
        return reverse("audits:evaluation-detail", args=[self.kwargs["uid"]])


class EvaluationClose(EvaluationPage):
    """Cancel what waits, or declare void what is completed; both with a reason that stays."""

    template = "audits/evaluation_close.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        return self.show_form(ReasonForm())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        evaluation = self.open(uid)
        return self.tried(ReasonForm(request.POST), lambda data: self.close(evaluation, data["reason"]))

    def close(self, evaluation: Evaluation, reason: str) -> HttpResponse:
        done = evaluation.status == EvaluationStatus.COMPLETED
        act = invalidate_evaluation if done else cancel_evaluation
        act(evaluation=evaluation, reason=reason, by=self.user)
        messages.success(self.request, f"{evaluation.label} is closed. It stays listed with your reason.")
        return redirect("audits:evaluation-detail", uid=evaluation.uid)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        evaluation = self.evaluation
        verb = "Declare it void" if evaluation.status == EvaluationStatus.COMPLETED else "Cancel it"
        return super().show_form(
            form, status=status, evaluation=evaluation, verb=verb, title=f"{verb}: {evaluation.label}", **context
        )
