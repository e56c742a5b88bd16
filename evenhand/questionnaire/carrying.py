"""What becomes of answers in a newer edition, or in a new assessment of the same one, and why."""

from dataclasses import dataclass, replace
from enum import StrEnum

from evenhand.questionnaire.answers import Answer, Answers, AnswersError, AnswerState, read_answer
from evenhand.questionnaire.questions import Carry, Choice, NotApplicable, Question, QuestionType
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.texts import NO_TEXT


class Fate(StrEnum):
    """What becomes of an answer."""

    KEPT = "kept"  # counts at once
    TO_CONFIRM = "to_confirm"  # comes along, and counts once somebody confirms it
    LEFT = "left"  # does not come along


class Why(StrEnum):
    """Why an answer must be confirmed, or does not come along."""

    SAME = "same"  # the question is the same and says ``carry: keep``
    ASKS_TO_CONFIRM = "asks_to_confirm"
    REWORDED = "reworded"
    REMOVED = "removed"
    NEVER = "never"
    TYPE_CHANGED = "type_changed"
    CHOICE_GONE = "choice_gone"
    NOT_SET_ASIDE = "not_set_aside"
    DOES_NOT_FIT = "does_not_fit"


SENTENCES = {
    Why.SAME: "The question is the same.",
    Why.ASKS_TO_CONFIRM: "The question is the same; its answer is to be confirmed every time.",
    Why.REWORDED: "The question reads differently now.",
    Why.REMOVED: "The question is not asked any more.",
    Why.NEVER: "This question is to be answered anew every time.",
    Why.TYPE_CHANGED: "The question takes another kind of answer now.",
    Why.CHOICE_GONE: "A choice that was picked is not offered any more.",
    Why.NOT_SET_ASIDE: "The question cannot be set aside as not applicable any more.",
    Why.DOES_NOT_FIT: "The answer does not fit what the question allows now.",
}


@dataclass(frozen=True)
class AnswerFate:
    """What becomes of one answer, why, and for an answer that does not fit what is wrong with it."""

    question: str
    answer: Answer
    fate: Fate
    why: Why
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The reason for a page."""
        return f"{SENTENCES[self.why]} {self.detail}".strip()


@dataclass(frozen=True)
class CarriedAnswer:
    """An answer taken into a newer edition; it counts only once it is confirmed, unless the question says ``keep``."""

    question: str
    answer: Answer
    needs_confirming: bool


def fates(old: Framework, new: Framework, answers: Answers) -> tuple[AnswerFate, ...]:
    """What becomes of every answer: those to questions of the new edition in its order, then those left behind."""
    asked = [question.id for question in new.questions if question.id in answers]
    gone = [question_id for question_id in answers if question_id not in new.questions_by_id]
    return tuple(_fate(old, new, question_id, answers[question_id]) for question_id in (*asked, *gone))


def carry_over(old: Framework, new: Framework, answers: Answers) -> tuple[CarriedAnswer, ...]:
    """The answers that come along into a newer edition (or a new assessment of the same one)."""
    return tuple(
        CarriedAnswer(item.question, item.answer, needs_confirming=item.fate is Fate.TO_CONFIRM)
        for item in fates(old, new, answers)
        if item.fate is not Fate.LEFT
    )


def still_fits(question: Question, answer: Answer) -> bool:
    """Whether a question takes an answer."""
    try:
        return read_answer(question, answer.to_json()) is not None
    except AnswersError:
        return False


def asks_the_same(before: Question, after: Question) -> bool:
    """Whether two questions ask the same of whoever answers: type, words, choices, parts and limits are equal.

    Points, references, conditions and where answers are offered from may differ.
    """
    return _as_asked(before) == _as_asked(after)


# --- one answer


def _fate(old: Framework, new: Framework, question_id: str, answer: Answer) -> AnswerFate:
    before, after = old.questions_by_id.get(question_id), new.questions_by_id.get(question_id)
    if after is None or before is None:
        return AnswerFate(question_id, answer, Fate.LEFT, Why.REMOVED)
    if after.carry is Carry.NEVER:
        return AnswerFate(question_id, answer, Fate.LEFT, Why.NEVER)
    try:
        read_answer(after, answer.to_json())
    except AnswersError as error:
        why, detail = _why_not(before, after, answer, error)
        return AnswerFate(question_id, answer, Fate.LEFT, why, detail)
    if not asks_the_same(before, after):
        return AnswerFate(question_id, answer, Fate.TO_CONFIRM, Why.REWORDED)
    if after.carry is Carry.KEEP:
        return AnswerFate(question_id, answer, Fate.KEPT, Why.SAME)
    return AnswerFate(question_id, answer, Fate.TO_CONFIRM, Why.ASKS_TO_CONFIRM)


def _why_not(before: Question, after: Question, answer: Answer, error: AnswersError) -> tuple[Why, str]:
    if before.type is not after.type:
        return Why.TYPE_CHANGED, ""
    if answer.state is AnswerState.NOT_APPLICABLE and after.na is NotApplicable.NEVER:
        return Why.NOT_SET_ASIDE, ""
    if after.type in (QuestionType.SINGLE, QuestionType.MULTI):
        picked = answer.value if isinstance(answer.value, list) else [answer.value]
        gone = [str(c.label) for c in before.choices if c.id in picked and c.id not in after.choices_by_id]
        if gone:
            return Why.CHOICE_GONE, f"It was: {', '.join(gone)}."
    return Why.DOES_NOT_FIT, error.sentence


def _as_asked(question: Question) -> Question:
    """A question without what does not matter to whoever answers it."""
    return replace(
        question,
        code=None, evidence=type(question.evidence)(), required_if=None, visible_if=None, is_required=False,
        carry=Carry.CONFIRM, choice_set=None, is_tallied=False, points=(), topic=None, refs=(), tags=(), source_id=None,
        prefill=None, relies_on=(), same_as=(), who=NO_TEXT, na=NotApplicable.REASON,
        choices=tuple(_choice_as_asked(choice) for choice in question.choices),
        questions=tuple(_as_asked(inner) for inner in question.questions),
    )  # fmt: skip


def _choice_as_asked(choice: Choice) -> Choice:
    return replace(choice, points=(), source_id=None)
