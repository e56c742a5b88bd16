"""One topic a page: its answer, the two honest ways out, evidence, comments. Saved as people write."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from assessments import services
from assessments.errors import AnswerConflictError
from assessments.models import Answer, AnswerDraft
from assessments.services.offering import offers_for
from assessments.services.standing import Standing
from assessments.services.wording import Words, words_of
from assessments.web.base import AssessmentPage
from assessments.web.blocks import Saving, block_of, files_of
from assessments.web.forms import CommentForm, ExitsForm
from assessments.web.pages import Place, label_of, page_of
from assessments.web.problems import problems_of
from assessments.web.threads import shown_comment, with_those_told
from assessments.web.typed import TypedForm
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.answers import AnswersError, AnswerState, read_answer
from evenhand.questionnaire.schema import Page, Question
from governance.errors import DomainError
from governance.permissions import allowed, refusal


class ShownQuestion(AssessmentPage):
    """Finds a page of the form and shows it."""

    template = "assessments/question.html"

    surroundings = True

    def find(self, uid: str, page_id: str) -> tuple[Standing, Place]:
        standing = services.standing_of(self.open(uid))
        place = page_of(standing, page_id)
        if place is None:
            raise Http404("There is no such question here.")
        self.title = label_of(place.page)  # type: ignore[misc]  # each page of the form has its own title
        return standing, place

    def show_page(
        self,
        standing: Standing,
        place: Place,
        saving: Saving,
        status: int = 200,
        comment_form: CommentForm | None = None,
    ) -> HttpResponse:
        is_single = len(place.page.questions) == 1
        offered = offers_for(standing, place.page.questions) if self.assessment.is_open else {}
        blocks = [
            block_of(
                standing,
                question,
                saving,
                user=self.user,
                is_single=is_single,
                offers=offered.get(question.id, ()),
            )
            for question in place.page.questions
        ]
        first = place.page.questions[0]
        comments = self.assessment.comments.filter(question_id__in=[q.id for q in place.page.questions])
        answered_at = [answer.updated_at for q in place.page.questions if (answer := standing.answers.get(q.id))]
        mine = (place.page.section.id, "")
        given = (row["who"] for row in self.assessment.parts_given if (row["section"], row["question"]) == mine)
        may_settle = allowed(self.user, "comment.settle", self.assessment)
        return self.show(
            status=status,
            assessment=self.assessment,
            place=place,
            blocks=blocks,
            main=blocks[0],
            is_single=is_single,
            page_id=place.page.id,
            risk_url=self.risk_url(first),
            saving=saving,
            problems=problems_of(place.page.questions, saving.errors),
            locked=any(block.refusal for block in blocks),
            saved_at=timezone.localtime(max(answered_at)).strftime("%H:%M") if answered_at else "",
            who=next(given, ""),
            previous_code=label_of(place.previous),
            next_code=label_of(place.next),
            previous_url=self.url("assessment-question", place.previous.id) if place.previous else "",
            next_url=self.url("assessment-question", place.next.id) if place.next else "",
            check_url=self.url("assessment-check"),
            comments=[shown_comment(comment, may_settle=may_settle) for comment in with_those_told(comments)],
            all_comments_url=self.url("comment-list"),
            people_url=f"{self.url('assessment-people')}?section={place.page.section.id}",
            comment_form=None
            if refusal(self.user, "assessment.comment", self.assessment)
            else comment_form or CommentForm(self.assessment),
            comment_question=first.id,
            page_title=f"{label_of(place.page)}, {self.assessment.title}",
        )

    def risk_url(self, question: Question) -> str:
        """Where a risk is raised from this answer; nothing where there is no system, or not by this person."""
        system = self.assessment.system
        if system is None or not allowed(self.user, "risk.raise", system):
            return ""
        about = f"assessment={self.assessment.uid}&question={question.id}"
        return f"{reverse('assessments:risk-create', args=[system.uid])}?{about}"


class QuestionPage(ShownQuestion):
    """Shows a page, and saves it without script."""

    def back_to(self) -> str:
        return self.url("assessment-question", self.kwargs["page"]) if self.assessment else super().back_to()

    def get(self, request: HttpRequest, uid: str, page: str) -> HttpResponse:
        standing, place = self.find(uid, page)
        return self.show_page(standing, place, Saving())

    def post(self, request: HttpRequest, uid: str, page: str) -> HttpResponse:
        hidden = self.hidden(uid, page)
        if hidden is not None:
            return self.show_hidden(hidden)
        standing, place = self.find(uid, page)
        saving = self.save(standing, place)
        if saving.conflicts:
            return redirect(self.url("assessment-conflict", page))
        if saving.errors:
            return self.show_page(standing, place, saving, status=422)
        if request.POST.get("go") == "stay":
            return redirect(self.url("assessment-question", page))
        return redirect(self.url_after(page))

    def url_after(self, page: str) -> str:
        """The page that comes next now: what was just answered may show further questions."""
        place = page_of(services.standing_of(self.assessment), page)
        if place is None or place.next is None:
            return self.url("assessment-check")
        return self.url("assessment-question", place.next.id)

    def hidden(self, uid: str, page_id: str) -> Page | None:
        """The page, if it was asked before and other answers have hidden it since."""
        standing = services.standing_of(self.open(uid))
        if page_of(standing, page_id) is not None:
            return None
        return next((page for page in standing.framework.pages if page.id == page_id), None)

    def show_hidden(self, page: Page) -> HttpResponse:
        """Nothing is saved, and nothing typed is lost: it stands there to be copied."""
        self.template = "assessments/question_hidden.html"  # type: ignore[misc]  # the same view, another answer
        form = TypedForm(self.request.POST)
        typed = [
            (question, Said(value)) for question in page.questions if (value := form.value_of(question)) is not None
        ]
        pairs = [(question, _shown_typed(question, said)) for question, said in typed]
        return self.show(status=422, assessment=self.assessment, page=page, pairs=pairs, title=label_of(page))

    def save(self, standing: Standing, place: Place, *, is_autosave: bool = False) -> Saving:
        """Save every question of the page; one that cannot be accepted does not hold up the others."""
        saving = Saving(self.request.POST)
        for question in (question for question in place.page.questions if question.takes_answer):
            exits = ExitsForm(self.request.POST, prefix=question.id)
            value = TypedForm(self.request.POST, files_of(standing, question)).value_of(question)
            saving.typed[question.id] = value
            if not exits.is_valid():
                saving.errors.setdefault(question.id, []).append("the reason is longer than 2,000 characters.")
                continue
            said = {name: exits.cleaned_data[name] for name in ("dont_know", "not_applicable", "na_reason")}
            try:
                answer = services.save_answer(
                    assessment=self.assessment,
                    question_id=question.id,
                    by=self.user,
                    value=value,
                    revision=exits.cleaned_data["revision"] or 0,
                    is_autosave=is_autosave,
                    **said,
                )
            except AnswerConflictError as conflict:
                saving.conflicts.append(conflict)
            except DomainError as error:
                if error.status != 422:
                    raise
                for path, problems in (error.fields or {question.id: [error.message]}).items():
                    saving.errors[f"{question.id}.na_reason" if path == "na_reason" else path] = problems
            else:
                saving.saved.append(answer)
        return saving


class AutosaveQuestion(QuestionPage):
    """The same by script: says when it was saved, or why not."""

    def post(self, request: HttpRequest, uid: str, page: str) -> HttpResponse:
        if self.hidden(uid, page) is not None:
            message = "Not saved: this question is not asked any more, because other answers have changed."
            return JsonResponse({"message": message}, status=422)
        standing, place = self.find(uid, page)
        saving = self.save(standing, place, is_autosave=True)
        if saving.conflicts:
            message = saving.conflicts[0].message
            return JsonResponse({"message": message, "url": self.url("assessment-conflict", page)}, status=409)
        if saving.errors:
            if any(path.endswith(".na_reason") for path in saving.errors):
                return JsonResponse({"message": "Not saved yet: say why this question does not apply."}, status=422)
            problem = problems_of(place.page.questions, saving.errors)[0]
            return JsonResponse({"message": f"Not saved: {problem.label} {problem.text}"}, status=422)
        return JsonResponse(
            {
                "saved_at": timezone.localtime().strftime("%H:%M"),
                "fields": {f"{answer.question_id}-revision": str(answer.revision) for answer in saving.saved},
            }
        )

    def refused(self, error: DomainError) -> HttpResponse:
        return JsonResponse({"message": error.message}, status=409 if error.status == 409 else 422)


class ConflictPage(QuestionPage):
    """Two people, one answer: both texts, two buttons, nothing lost."""

    template = "assessments/question_conflict.html"

    def get(self, request: HttpRequest, uid: str, page: str) -> HttpResponse:
        standing, place = self.find(uid, page)
        drafts = self.drafts(place)
        if not drafts:
            return redirect(self.url("assessment-question", page))
        pairs = [self.pair(standing, draft) for draft in drafts]
        return self.show(assessment=self.assessment, place=place, pairs=pairs)

    def post(self, request: HttpRequest, uid: str, page: str) -> HttpResponse:
        _, place = self.find(uid, page)
        for draft in self.drafts(place):
            if draft.question_id != request.POST.get("question"):
                continue
            if request.POST.get("keep") == "mine":
                kept = {key: value for key, value in draft.content.items() if key != "revision"}
                revision = request.POST.get("revision", "")
                services.save_answer(
                    assessment=self.assessment,
                    question_id=draft.question_id,
                    by=self.user,
                    revision=int(revision) if revision.isdecimal() else 0,
                    **kept,
                )
            else:
                services.discard_draft(assessment=self.assessment, question_id=draft.question_id, by=self.user)
            messages.success(request, "Settled. Both texts are on the record only as far as they were saved.")
        return redirect(self.url("assessment-conflict", page))

    def drafts(self, place: Place) -> list[AnswerDraft]:
        ids = [question.id for question in place.page.questions]
        return list(AnswerDraft.objects.filter(assessment=self.assessment, user=self.user, question_id__in=ids))

    def pair(self, standing: Standing, draft: AnswerDraft) -> dict[str, Any]:
        question = standing.framework.question(draft.question_id)
        saved = standing.answers[draft.question_id]
        mine = Answer(**{key: value for key, value in draft.content.items() if key != "revision"})
        return {
            "question": question,
            "saved": saved,
            "theirs": _shown(question, saved.said()),
            "mine": _shown(question, mine.said()),
            "mine_at": draft.saved_at,
        }


def _shown_typed(question: Question, said: Said) -> tuple[Words, ...]:
    """What was typed, in words; as it stands where it is no valid answer."""
    try:
        read = read_answer(question, said.value)
    except AnswersError:
        return (Words("", str(said.value)),)
    return words_of(question, read)


def _shown(question: Question, said: Said) -> tuple[Words, ...]:
    if said.state is AnswerState.NOT_APPLICABLE:
        return (Words("Does not apply", said.reason),)
    if said.state is AnswerState.UNKNOWN:
        return (Words("", "Don't know yet"),)
    return words_of(question, said) or (Words("", "No answer"),)
