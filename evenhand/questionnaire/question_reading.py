"""From a parsed document to questions and their choices, with the rules each type of question has."""

import re
from collections.abc import Collection, Mapping

from evenhand.questionnaire.declared import Declared
from evenhand.questionnaire.kinds import FUNCTIONS
from evenhand.questionnaire.localizing import localized
from evenhand.questionnaire.origins import read_origins
from evenhand.questionnaire.schema import (
    Carry,
    Choice,
    ChoiceSet,
    ExpectedEvidence,
    Level,
    NotApplicable,
    Points,
    Question,
    QuestionType,
)
from evenhand.questionnaire.texts import Text
from evenhand.reading import IDENTIFIER, Reader

RESERVED = frozenset(FUNCTIONS) | frozenset(
    word
    for line in (
        "as break const continue else false for function if import in let loop namespace null package return true",
        "var void while has all exists exists_one map filter not_applicable unknown",
    )
    for word in line.split()
)
VARIABLE = IDENTIFIER
CHOICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
CODE = re.compile(r"[^\n]{1,60}")
MATRIX_POINTS = "value"
MAX_ROWS = 500

_TYPES_WITH_CHOICES = (QuestionType.SINGLE, QuestionType.MULTI)
_TYPES_WITH_QUESTIONS = (QuestionType.GROUP, QuestionType.PARTS)
_NOT_INSIDE_PARTS = (QuestionType.PARTS,)
_NOT_INSIDE_GROUP = (QuestionType.PARTS, QuestionType.GROUP, QuestionType.INFO)


def read_choices(
    item: Reader, key: str, default_scores: tuple[str, ...], scores: Collection[object]
) -> tuple[Choice, ...]:
    """The list of choices under a key."""
    choices: dict[str, Choice] = {}
    source_ids: set[str | None] = set()
    for child in item.items(key):
        identifier = child.required_string("id", pattern=CHOICE_ID)
        if identifier in choices:
            child.problem(f"the choice {identifier!r} is given twice.", "id")
        source_id = child.string("source_id")
        if source_id is not None and source_id in source_ids:
            child.problem(f"the source id {source_id!r} is given twice.", "source_id")
        source_ids.add(source_id)
        choices[identifier] = Choice(
            id=identifier,
            label=localized(child, "label", required=True),
            help=localized(child, "help"),
            points=read_points(child, "points", default_scores, scores),
            source_id=source_id,
            is_exclusive=child.boolean("exclusive"),
        )
        child.close()
    return tuple(choices.values())


def read_points(item: Reader, key: str, default_scores: tuple[str, ...], scores: Collection[object]) -> Points:
    """Points as a number (for the scores of the question) or as a mapping of scores to numbers."""
    value = item.raw(key)
    if isinstance(value, dict):
        child = item.child(value, key)
        for score in (score for score in value if score not in scores):
            child.problem(f"there is no score {score!r}.", score)
        return tuple((str(score), child.number(score) or 0.0) for score in value)
    number = item.number(key)
    if number is None:
        return ()
    if not default_scores:
        item.problem("has points, but the question has no 'score' for them to count in.", key)
    return tuple((score, number) for score in default_scores)


class QuestionReader:
    """Reads questions, parts and columns."""

    def __init__(self, choice_sets: Mapping[str, ChoiceSet], declared: Declared) -> None:
        self._choice_sets, self._declared = choice_sets, declared

    def question(self, item: Reader, *, owner: str = "", in_row: bool = False) -> Question:
        """One question; ``owner`` is the id of the question it is a part or column (``in_row``) of."""
        identifier = item.required_string("id", pattern=VARIABLE)
        if identifier in RESERVED:
            item.problem(f"{identifier!r} is a word of the expression language; choose another id.", "id")
        path = f"{owner}.{identifier}" if owner else identifier
        item.named(path if identifier else item.where)
        if "type" not in item and item.is_mapping:
            item.problem(f"needs 'type', one of {', '.join(QuestionType)}.")
        kind = item.one_of("type", QuestionType, QuestionType.INFO)
        fields = self._common(item, kind, path)
        fields |= {} if owner else self._of_a_topic(item, kind, path)
        fields |= {} if in_row else read_origins(item, kind, self._declared.framework_id, path)
        fields |= self._of_choices(item, kind)
        fields |= self._of_points(item, kind)
        fields |= self._of_type(item, kind)
        fields |= self._of_questions(item, kind, path)
        question = Question(id=identifier, type=kind, prompt=localized(item, "prompt", required=True), **fields)  # type: ignore[arg-type]
        self._check(item, question)
        item.close()
        return question

    def _common(self, item: Reader, kind: QuestionType, path: str) -> dict[str, object]:
        fields: dict[str, object] = {
            "help": localized(item, "help"),
            "visible_if": self._declared.expression(item, "visible_if", f"{path}.visible_if"),
            "source_id": item.string("source_id"),
        }
        if kind is not QuestionType.INFO:
            fields["is_required"] = item.boolean("required")
            fields["required_if"] = self._declared.expression(item, "required_if", f"{path}.required_if")
        return fields

    def _of_a_topic(self, item: Reader, kind: QuestionType, path: str) -> dict[str, object]:
        """Fields that only a question of its own has, not a part or a column."""
        return {
            "code": item.string("code", pattern=CODE),
            "why": localized(item, "why"),
            "who": localized(item, "who"),
            "evidence": self._evidence(item, path),
            "na": item.one_of("na", NotApplicable, NotApplicable.REASON),
            "carry": item.one_of("carry", Carry, Carry.CONFIRM),
            "topic": item.string("topic", pattern=IDENTIFIER),
            "refs": self._declared.refs(item),
            "tags": item.strings("tags"),
        }

    def _evidence(self, item: Reader, path: str) -> ExpectedEvidence:
        value = item.raw("evidence")
        if value is None:
            return ExpectedEvidence()
        if isinstance(value, str):
            return ExpectedEvidence(Text.of(value))
        child = item.child(value, "evidence")
        required_if = self._declared.expression(child, "required_if", f"{path}.evidence")
        found = ExpectedEvidence(localized(child, "expected"), required_if)
        child.close()
        return found

    def _of_choices(self, item: Reader, kind: QuestionType) -> dict[str, object]:
        if kind not in _TYPES_WITH_CHOICES:
            return {}
        tallied = item.boolean("tally") if kind is QuestionType.SINGLE else False
        name = item.raw("choices")
        if isinstance(name, str):
            if name not in self._choice_sets:
                item.problem(f"there is no choice set {name!r}.", "choices")
                return {}
            return {"choice_set": name, "choices": self._choice_sets[name].choices, "is_tallied": tallied}
        if tallied:
            item.problem("only questions with a shared choice set can be tallied.", "tally")
        choices = read_choices(item, "choices", item.strings("score"), self._declared.scores)
        if not choices:
            item.problem("needs choices.", "choices")
        return {"choices": choices}

    def _of_points(self, item: Reader, kind: QuestionType) -> dict[str, object]:
        if kind not in (*_TYPES_WITH_CHOICES, QuestionType.BOOLEAN):
            return {}
        scores = item.strings("score")
        for score in (score for score in scores if score not in self._declared.scores):
            item.problem(f"there is no score {score!r}.", "score")
        points = item.mapping("points") if kind is QuestionType.BOOLEAN else None
        if points is None:
            return {}
        given = {
            True: read_points(points, "yes", scores, self._declared.scores),
            False: read_points(points, "no", scores, self._declared.scores),
        }
        points.close()
        return {"points": tuple(given.items())}

    def _of_type(self, item: Reader, kind: QuestionType) -> dict[str, object]:
        match kind:
            case QuestionType.NUMBER:
                return {
                    "minimum": item.number("min"),
                    "maximum": item.number("max"),
                    "is_whole": item.boolean("whole"),
                    "unit": localized(item, "unit"),
                }
            case QuestionType.TEXT | QuestionType.LONGTEXT:
                return {"max_length": item.whole("max_length", least=1, most=50_000)}
            case QuestionType.MATRIX:
                return {
                    "likelihood": _scale(item, "likelihood"),
                    "severity": _scale(item, "severity"),
                    "levels": tuple(_read_levels(item)),
                }
            case QuestionType.GROUP:
                return {
                    "min_rows": item.whole("min_rows", most=MAX_ROWS),
                    "max_rows": item.whole("max_rows", least=1, most=MAX_ROWS),
                    "item_title": item.string("item_title"),
                }
            case _:
                return {}

    def _of_questions(self, item: Reader, kind: QuestionType, path: str) -> dict[str, object]:
        if kind not in _TYPES_WITH_QUESTIONS:
            return {}
        refused = _NOT_INSIDE_GROUP if kind is QuestionType.GROUP else _NOT_INSIDE_PARTS
        what = "column" if kind is QuestionType.GROUP else "part"
        found: dict[str, Question] = {}
        for child in item.items("questions"):
            inner = self.question(child, owner=path, in_row=kind is QuestionType.GROUP)
            if inner.id in found:
                child.problem(f"the {what} {inner.id!r} is given twice.", "id")
            if inner.type in refused:
                child.problem(f"a {what} cannot be a {inner.type} question.", "type")
            if kind is QuestionType.GROUP and inner.required_if:
                child.problem("a column cannot be required by a condition; use 'required'.", "required_if")
            found[inner.id] = inner
        if not found:
            item.problem(f"needs questions, one for each {what}.", "questions")
        return {"questions": tuple(found.values())}

    def _check(self, item: Reader, question: Question) -> None:
        if question.minimum is not None and question.maximum is not None and question.minimum > question.maximum:
            item.problem("is above the largest number allowed.", "min")
        if question.min_rows is not None and question.min_rows > (question.max_rows or MAX_ROWS):
            item.problem("is above the largest number of rows allowed.", "min_rows")
        if question.type is QuestionType.SINGLE and any(choice.is_exclusive for choice in question.choices):
            item.problem("only a choice of a multi question can be exclusive.", "choices")
        for level in _levels_never_reached(question):
            item.problem(f"the level {level!r} is never reached by any product of likelihood and severity.", "levels")
        if question.item_title is not None and question.item_title not in question.parts_by_id:
            item.problem(f"there is no column {question.item_title!r}.", "item_title")


def _scale(item: Reader, key: str) -> tuple[Choice, ...]:
    """One side of a matrix; its choices count 1, 2, 3, ... unless they have points."""
    choices = read_choices(item, key, (MATRIX_POINTS,), (MATRIX_POINTS,))
    if len(choices) < 2:
        item.problem("needs at least two choices.", key)
    return tuple(
        Choice(choice.id, choice.label, choice.help, choice.points or ((MATRIX_POINTS, float(position)),))
        for position, choice in enumerate(choices, start=1)
    )


def _levels_never_reached(question: Question) -> list[str]:
    if not question.levels:
        return []
    scales = [
        [dict(choice.points).get(MATRIX_POINTS, 0.0) for choice in side]
        for side in (question.likelihood, question.severity)
    ]
    products = {one * other for one in scales[0] for other in scales[1]}
    limits = [level.up_to for level in question.levels]
    if limits != sorted(set(limits)):
        return []  # that is said elsewhere
    missed, below = [], float("-inf")
    for level in question.levels:
        above = float("inf") if level is question.levels[-1] else level.up_to
        if products and not any(below < product <= above for product in products):
            missed.append(level.id)
        below = level.up_to
    return missed


def _read_levels(item: Reader) -> list[Level]:
    levels: list[Level] = []
    for child in item.items("levels"):
        limit = child.number("up_to")
        if limit is None:
            child.problem("needs 'up_to', the largest product of this level.")
        elif levels and limit <= levels[-1].up_to:
            child.problem("must be above the level before it.", "up_to")
        identifier = child.required_string("id", pattern=CHOICE_ID)
        levels.append(Level(identifier, localized(child, "label") or Text.of(identifier), limit or 0.0))
        child.close()
    if not levels:
        item.problem("needs levels.", "levels")
    return levels
