"""A question ready for its page: field, ways out, help, evidence; and the same in words for those who only read."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from assessments.errors import AnswerConflictError
from assessments.models import Answer, Evidence
from assessments.permissions import Part
from assessments.services.library import newer_than
from assessments.services.offering import Offered
from assessments.services.standing import Standing
from assessments.services.wording import Words, words_of
from assessments.web.fields import Context, Field, field_of
from assessments.web.forms import ExitsForm, FileForm, LinkForm
from assessments.web.helps import Help, help_of
from assessments.web.panels import Doubt, doubt_of, origin_words
from evenhand.questionnaire.schema import NotApplicable, Question
from governance.models import User
from governance.permissions import refusal

EXITS = ("dont_know", "not_applicable", "na_reason", "revision")


@dataclass
class Saving:
    """What came of saving a page: what cannot be accepted, and what somebody else changed meanwhile."""

    data: QueryDict | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    conflicts: list[AnswerConflictError] = field(default_factory=list)
    saved: list[Answer] = field(default_factory=list)
    typed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """One question of a page."""

    question: Question
    field: Field
    exits: ExitsForm
    help: Help
    evidence: list[dict[str, Any]]
    may_be_set_aside: bool
    is_bare: bool  # the page's heading is its label
    refusal: str
    state: str
    words: tuple[Words, ...]
    na_reason: str
    file_form: FileForm
    link_form: LinkForm
    revision: int
    origin: str  # where the words came from; empty where they were written here
    doubts: tuple[Doubt, ...]
    offers: tuple[Offered, ...]

    @property
    def is_confirmable(self) -> bool:
        """Whether this person may say that the answer holds."""
        return bool(self.doubts) and not self.refusal and self.state != "missing"


def block_of(
    standing: Standing,
    question: Question,
    saving: Saving,
    *,
    user: User,
    is_single: bool,
    offers: tuple[Offered, ...] = (),
) -> Block:
    """A question with its present answer, or with what was typed and what is wrong with it."""
    answer = standing.answers.get(question.id)
    value = saving.typed.get(question.id, answer.value if answer else None)
    part = Part(standing.assessment, standing.framework.sections_by_question[question.id].id, question.id)
    state = standing.state_of(question)
    why_not = refusal(user, "assessment.answer", part)
    return Block(
        question=question,
        field=field_of(question, value, Context(errors=saving.errors, files=files_of(standing, question))),
        exits=_exits(question, answer, saving),
        help=help_of(standing.framework, question),
        evidence=[
            _evidence_row(piece, user, may_answer=not why_not) for piece in standing.evidence.get(question.id, [])
        ],
        may_be_set_aside=question.na is not NotApplicable.NEVER,
        is_bare=is_single,
        refusal=why_not,
        state="missing" if state == "not_started" else state,
        words=words_of(question, answer.said()) if answer else (),
        na_reason=answer.na_reason if answer and answer.not_applicable else "",
        file_form=FileForm(prefix=f"file-{question.id}"),
        link_form=LinkForm(prefix=f"link-{question.id}"),
        revision=answer.revision if answer else 0,
        origin=origin_words(answer),
        doubts=tuple(doubt_of(row) for row in standing.doubts.get(question.id, [])),
        offers=offers,
    )


def files_of(standing: Standing, question: Question) -> list[tuple[str, str]]:
    """The files that can answer a file question: those handed in as its evidence."""
    return [(piece.sha256, piece.file_name) for piece in standing.evidence.get(question.id, []) if piece.sha256]


def _exits(question: Question, answer: Answer | None, saving: Saving) -> ExitsForm:
    if saving.data is not None:
        form = ExitsForm(saving.data, prefix=question.id)
        for problem in saving.errors.get(f"{question.id}.na_reason", []):
            form.add_error("na_reason", problem)
        return form
    initial = {name: getattr(answer, name) for name in EXITS} if answer else None
    return ExitsForm(prefix=question.id, initial=initial)


def _evidence_row(piece: Evidence, user: User, *, may_answer: bool) -> dict[str, Any]:
    may_withdraw = not refusal(user, "evidence.withdraw", piece)
    item = piece.revision.item if piece.revision else None
    newer = newer_than(piece) if piece.assessment.is_open else None
    return {
        "title": piece.title,
        "url": piece.link or reverse("assessments:evidence-detail", args=[piece.uid]),
        "origin": f"from {piece.added_by}, {piece.created_at:%-d %b %Y}",
        "sha256": piece.sha256,
        "is_file": bool(piece.sha256),
        "expires_on": piece.valid_until,
        "remove_url": reverse("assessments:evidence-withdraw", args=[piece.uid]) if may_withdraw else "",
        "library_url": reverse("assessments:library-item", args=[item.uid]) if item else "",
        "newer": newer,
        "take_url": reverse("assessments:evidence-newest", args=[piece.uid]) if newer and may_answer else "",
    }
