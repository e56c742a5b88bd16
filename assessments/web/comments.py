"""Comments: beside a question, and all of an assessment's on one page; who is told of them, and what they ask for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import Comment
from assessments.web.base import AssessmentPage
from assessments.web.blocks import Saving
from assessments.web.forms import CommentForm
from assessments.web.pages import page_id_of
from assessments.web.questions import ShownQuestion
from assessments.web.threads import shown_comment, with_those_told
from governance.errors import DomainError
from governance.permissions import allowed, refusal
from governance.web.base import Page


class AddComment(ShownQuestion):
    """A remark on a question; one that cannot be kept comes back with everything typed."""

    def post(self, request: HttpRequest, uid: str, question_id: str) -> HttpResponse:
        page_id = page_id_of(self.open(uid), question_id)
        form = CommentForm(self.assessment, request.POST)
        if not form.is_valid():
            standing, place = self.find(uid, page_id)
            return self.show_page(standing, place, Saving(), status=422, comment_form=form)
        services.add_comment(assessment=self.assessment, question_id=question_id, by=self.user, **form.cleaned_data)
        return redirect(self.url("assessment-question", page_id))

    def back_to(self) -> str:
        return self.url("assessment-detail") if self.assessment else super().back_to()


class CommentThread(AssessmentPage):
    """What was said about the whole assessment, then question by question."""

    template = "assessments/comment_list.html"
    title = "Comments"

    def back_to(self) -> str:
        return self.url("comment-list") if self.assessment else super().back_to()

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        return self.show_thread()

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        form = CommentForm(self.open(uid), request.POST)
        if not form.is_valid():
            return self.show_thread(form, status=422)
        try:
            services.add_comment(assessment=self.assessment, by=self.user, **form.cleaned_data)
        except DomainError as error:
            if error.status == 403:
                raise
            form.add_error(None, error.message)
            return self.show_thread(form, status=error.status)
        return redirect(self.back_to())

    def show_thread(self, form: Any = None, status: int = 200) -> HttpResponse:
        assessment = self.assessment
        may_settle = allowed(self.user, "comment.settle", assessment)
        rows = with_those_told(assessment.comments.all())
        by_place: dict[str, list[dict[str, Any]]] = {}
        for comment in rows:
            by_place.setdefault(comment.question_id, []).append(shown_comment(comment, may_settle=may_settle))
        questions = assessment.edition.framework.questions_by_id
        of_questions = [
            (questions[question_id], self.url("assessment-question", page_id_of(assessment, question_id)), said)
            for question_id, said in by_place.items()
            if question_id in questions
        ]
        order = {question_id: number for number, question_id in enumerate(questions)}
        return self.show(
            status=status,
            assessment=assessment,
            whole=by_place.get("", []),
            of_questions=sorted(of_questions, key=lambda entry: order[entry[0].id]),
            n_open=sum(comment.asks_for_change and comment.settled_at is None for comment in rows),
            comment_form=None
            if refusal(self.user, "assessment.comment", assessment)
            else form or CommentForm(assessment),
        )


class SettleComment(Page):
    """What a remark asked for is done."""

    row = Comment

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        comment = services.settle_comment(comment=self.get_row(uid), by=self.user)
        messages.success(request, f"The comment of {comment.author} is settled.")
        return redirect(self.back_to())

    def back_to(self) -> str:
        comment = Comment.objects.visible_to(self.user).select_related("assessment").filter(uid=self.kwargs["uid"])
        found = comment.first()
        if found is None:
            return reverse("assessments:assessment-list")
        return f"{reverse('assessments:comment-list', args=[found.assessment.uid])}#comment-{found.uid}"
