"""The other answers a question could have: each other choice, yes for no, one ticked choice less."""

from collections.abc import Iterator
from dataclasses import replace

from evenhand.questionnaire.answers import Answer, AnswerState
from evenhand.questionnaire.questions import Question, QuestionType
from evenhand.questionnaire.texts import Text

MAX_OTHERS = 20  # of one question

_YES, _NO = Text((("en", "Yes"), ("fr", "Oui"))), Text((("en", "No"), ("fr", "Non")))
_NOTHING = Text((("en", "No answer"), ("fr", "Sans réponse")))


def others(question: Question, answer: Answer | None) -> list[tuple[Answer | None, Text]]:
    """The other answers with their labels; empty where there is no list of answers to pick from."""
    value = answer.value if answer is not None and answer.state is AnswerState.ANSWERED else None
    match question.type:
        case QuestionType.SINGLE:
            found = [(Answer(choice.id), choice.label) for choice in question.choices if choice.id != value]
            return [*found[:MAX_OTHERS]]
        case QuestionType.BOOLEAN:
            return [
                (Answer(other), _for_reader(_YES if other else _NO, question))
                for other in (True, False)
                if other is not value
            ]
        case QuestionType.MULTI:
            return list(_fewer(question, value or []))[:MAX_OTHERS]
        case QuestionType.PARTS:
            return list(_other_parts(question, value or {}))[:MAX_OTHERS]
        case _:
            return []


def _fewer(question: Question, picked: list[str]) -> Iterator[tuple[Answer | None, Text]]:
    """Every ticked choice taken away alone, or another one ticked where none is."""
    for choice in question.choices:
        if not picked:
            yield Answer([choice.id]), choice.label
        elif choice.id in picked:
            rest = [other for other in picked if other != choice.id]
            label = ", ".join(str(question.choices_by_id[other].label) for other in rest)
            yield (Answer(rest), Text.of(label)) if rest else (None, _for_reader(_NOTHING, question))


def _other_parts(question: Question, value: dict[str, object]) -> Iterator[tuple[Answer | None, Text]]:
    """Each part with a list of answers changed alone."""
    for part in question.questions:
        given = value.get(part.id)
        for other, label in others(part, None if given is None else Answer(given)):
            rest = {key: inner for key, inner in value.items() if key != part.id}
            changed = rest if other is None else {**rest, part.id: other.value}
            yield (Answer(changed) if changed else None), Text.of(f"{part.prompt}: {label}")


def _for_reader(text: Text, question: Question) -> Text:
    """Our own words in the language the question is shown in."""
    return replace(text, preferred=question.prompt.preferred)
