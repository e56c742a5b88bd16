"""What is measured: the largest framework we ship, answered from end to end."""

import random
from typing import Any

from evenhand.questionnaire.answers import Answer, read_answer
from evenhand.questionnaire.evaluation import Evaluation, evaluate
from evenhand.questionnaire.parsing import load_framework
from evenhand.questionnaire.questions import Question, QuestionType
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.shipped import shipped_ids


def largest() -> Framework:
    """The framework with the most questions."""
    return max((load_framework(identifier) for identifier in shipped_ids()), key=lambda found: len(found.questions))


def answered(framework: Framework, *, seed: int) -> Evaluation:
    """Every question that shows answered at random, in the order of the form."""
    random_ = random.Random(seed)
    state = evaluate(framework, {})
    for question in framework.questions:
        answer = some_answer(question, random_)
        if answer is not None and question.id in state.visible:
            state = state.with_answer(question.id, answer)
    return state


def some_answer(question: Question, random_: random.Random) -> Answer | None:
    """A random answer; none for types without a simple one."""
    raw: Any = None
    if question.type is QuestionType.SINGLE:
        raw = random_.choice(question.choices).id
    elif question.type is QuestionType.MULTI:
        open_choices = [choice.id for choice in question.choices if not choice.is_exclusive]
        raw = random_.sample(open_choices, random_.randint(1, len(open_choices)))
    elif question.type is QuestionType.BOOLEAN:
        raw = random_.random() < 0.5
    elif question.type in (QuestionType.TEXT, QuestionType.LONGTEXT):
        raw = "some words"
    return None if raw is None else read_answer(question, raw)


def conditions(framework: Framework) -> tuple[str, ...]:
    """The different conditions that decide what shows."""
    found = [question.visible_if for question in framework.questions]
    found += [section.visible_if for section in framework.sections]
    return tuple(dict.fromkeys(source for source in found if source is not None))
