"""A framework as the form people will see, to try out: answers are computed and never kept."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from assessments.web.fields import Context, Field, field_of
from assessments.web.helps import Help, help_of
from assessments.web.problems import Problem, problems_of
from assessments.web.typed import TypedForm
from evenhand.questionnaire.answers import Answer, AnswersError, read_answer
from evenhand.questionnaire.schema import Framework, Question, Section
from evenhand.questionnaire.scoring import Result, score
from evenhand.questionnaire.texts import Text


@dataclass(frozen=True)
class TriedQuestion:
    """One question of the form, with what was typed; hidden ones are shown too, and say on what they wait."""

    question: Question
    field: Field
    help: Help
    is_visible: bool


@dataclass(frozen=True)
class TriedSection:
    section: Section
    questions: tuple[TriedQuestion, ...]


@dataclass(frozen=True)
class Concluded:
    """One outcome: its title and the option that holds, or none yet."""

    title: Text | str
    label: Text | str
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tryout:
    """The whole form and what follows from what was typed."""

    sections: tuple[TriedSection, ...]
    problems: tuple[Problem, ...]
    conclusions: tuple[Concluded, ...]
    result: Result
    n_visible: int
    is_answered: bool = field(default=False)


def try_out(framework: Framework, data: QueryDict) -> Tryout:
    """Compute everything from what was typed; what cannot be accepted is named and left out."""
    typed, said, errors = _typed(framework, data)
    result = score(framework, said)
    sections = tuple(
        TriedSection(section, tuple(_tried(framework, q, typed, errors, result) for q in section.questions))
        for section in framework.sections
    )
    return Tryout(
        sections=sections,
        problems=tuple(problems_of(framework.questions, errors)),
        conclusions=tuple(_conclusions(framework, result)),
        result=result,
        n_visible=sum(question.takes_answer for question in result.evaluation.visible_questions()),
        is_answered=bool(said),
    )


def _typed(framework: Framework, data: QueryDict) -> tuple[dict[str, Any], dict[str, Answer], dict[str, list[str]]]:
    form = TypedForm(data)
    typed: dict[str, Any] = {}
    said: dict[str, Answer] = {}
    errors: dict[str, list[str]] = {}
    for question in framework.questions if data else ():
        if not question.takes_answer:
            continue
        typed[question.id] = form.value_of(question)
        try:
            answer = read_answer(question, typed[question.id])
        except AnswersError as error:
            errors |= error.fields
        else:
            said |= {question.id: answer} if answer is not None else {}
    return typed, said, errors


def _tried(
    framework: Framework, question: Question, typed: dict[str, Any], errors: dict[str, list[str]], result: Result
) -> TriedQuestion:
    return TriedQuestion(
        question=question,
        field=field_of(question, typed.get(question.id), Context(errors=errors)),
        help=help_of(framework, question),
        is_visible=question.id in result.evaluation.visible,
    )


def _conclusions(framework: Framework, result: Result) -> list[Concluded]:
    found = []
    for outcome in framework.outcomes:
        chosen = result.outcomes.get(outcome.id)
        option = next((option for option in outcome.options if option.id == chosen), None)
        title = outcome.title or outcome.id
        found.append(Concluded(title, option.label, option.sets) if option else Concluded(title, "nothing yet"))
    return found
