"""A question as form fields: one small template per kind, named by `Field.template`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evenhand.questionnaire.answers import is_unknown
from evenhand.questionnaire.schema import Choice, Question, QuestionType
from evenhand.questionnaire.texts import NO_TEXT, Text

BLANK_ROWS = 1
YES, NO = Text.of({"en": "Yes", "fr": "Oui"}), Text.of({"en": "No", "fr": "Non"})
_ONE_CONTROL = (QuestionType.MULTI, QuestionType.MATRIX, QuestionType.FILE)


@dataclass(frozen=True)
class Option:
    """One answer to pick."""

    value: str
    label: Text
    help: Text
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One row of a repeated group; the last one is blank and waits to be filled."""

    number: int
    fields: tuple["Field", ...]
    remove_name: str
    is_blank: bool


@dataclass(frozen=True)
class Field:
    """One control, or a group of them, with everything its template needs."""

    name: str
    kind: str
    label: Text
    help: Text = NO_TEXT
    value: Any = None
    errors: tuple[str, ...] = ()
    is_required: bool = False
    options: tuple[Option, ...] = ()
    second_options: tuple[Option, ...] = ()  # severity, beside likelihood
    parts: tuple["Field", ...] = ()
    rows: tuple[Row, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: str = "any"
    max_length: int | None = None
    is_unknown: bool = False  # "don't know yet" inside a part or a row
    is_inner: bool = False

    @property
    def unknown_name(self) -> str:
        return f"{self.name}-unknown"

    @property
    def template(self) -> str:
        return f"assessments/fields/{self.kind}.html"

    @property
    def is_wide(self) -> bool:
        """Whether it needs the whole width of a row."""
        return self.kind in ("longtext", "matrix", "multi")

    @property
    def count_name(self) -> str:
        return f"{self.name}-rows"

    @property
    def described_by(self) -> str:
        ids = [f"{self.name}-hint"] if self.help else []
        return " ".join([*ids, f"{self.name}-error"] if self.errors else ids)


@dataclass(frozen=True)
class Context:
    """What fields need besides their question: errors by path, and the files that can answer a file question."""

    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Sequence[tuple[str, str]] = ()  # (sha256, name)


def name_of(question_id: str) -> str:
    return f"a-{question_id}"


def field_of(question: Question, value: Any, context: Context, name: str = "", path: str = "") -> Field:
    """The field of a question with its present value, as typed."""
    name, path = name or name_of(question.id), path or question.id
    unknown, value = is_unknown(value), None if is_unknown(value) else value
    made = Field(
        name=name,
        kind=question.type.value,
        label=question.prompt,
        help=question.help,
        value=value,
        errors=tuple(
            message
            for place, messages in context.errors.items()
            if place == path or (question.type in _ONE_CONTROL and place.startswith(f"{path}."))
            for message in messages
        ),
        is_unknown=unknown,
        is_inner=path != question.id,
        is_required=question.is_required or question.required_if is not None,
        unit=str(question.unit),
        minimum=question.minimum,
        maximum=question.maximum,
        step="1" if question.is_whole else "any",
        max_length=question.max_length,
    )
    extra = _EXTRAS.get(question.type)
    return made if extra is None else _with(made, **extra(question, value, context, name, path))


def _with(made: Field, **changes: Any) -> Field:
    return Field(**{**{key: getattr(made, key) for key in made.__dataclass_fields__}, **changes})


def _options(choices: Sequence[Choice], chosen: Any) -> tuple[Option, ...]:
    picked = chosen if isinstance(chosen, list) else [chosen]
    return tuple(Option(choice.id, choice.label, choice.help, is_chosen=choice.id in picked) for choice in choices)


def _choice_extras(question: Question, value: Any, *_: Any) -> dict[str, Any]:
    return {"options": _options(question.choices, value)}


def _boolean_extras(question: Question, value: Any, *_: Any) -> dict[str, Any]:
    yes, no = (replace(word, preferred=question.prompt.preferred) for word in (YES, NO))
    return {"options": (Option("yes", yes, NO_TEXT, value is True), Option("no", no, NO_TEXT, value is False))}


def _matrix_extras(question: Question, value: Any, *_: Any) -> dict[str, Any]:
    value = value if isinstance(value, dict) else {}
    return {
        "options": _options(question.likelihood, value.get("likelihood")),
        "second_options": _options(question.severity, value.get("severity")),
    }


def _file_extras(_question: Question, value: Any, context: Context, *_: Any) -> dict[str, Any]:
    chosen = value.get("sha256") if isinstance(value, dict) else None
    return {
        "options": tuple(Option(sha256, Text.of(label), NO_TEXT, sha256 == chosen) for sha256, label in context.files)
    }


def _parts_extras(question: Question, value: Any, context: Context, name: str, path: str) -> dict[str, Any]:
    value = value if isinstance(value, dict) else {}
    parts = (
        field_of(part, value.get(part.id), context, f"{name}-{part.id}", f"{path}.{part.id}")
        for part in question.questions
    )
    return {"parts": tuple(parts)}


def _group_extras(question: Question, value: Any, context: Context, name: str, path: str) -> dict[str, Any]:
    filled = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    room = BLANK_ROWS if question.max_rows is None else min(BLANK_ROWS, max(question.max_rows - len(filled), 0))
    rows = []
    for number, row in enumerate([*filled, *({} for _ in range(room))]):
        columns = (
            field_of(
                column, row.get(column.id), context, f"{name}-{number}-{column.id}", f"{path}.{number + 1}.{column.id}"
            )
            for column in question.questions
        )
        rows.append(Row(number, tuple(columns), f"{name}-{number}-remove", is_blank=number >= len(filled)))
    return {"rows": tuple(rows)}


_EXTRAS: dict[QuestionType, Any] = {
    QuestionType.SINGLE: _choice_extras,
    QuestionType.MULTI: _choice_extras,
    QuestionType.BOOLEAN: _boolean_extras,
    QuestionType.MATRIX: _matrix_extras,
    QuestionType.FILE: _file_extras,
    QuestionType.PARTS: _parts_extras,
    QuestionType.GROUP: _group_extras,
}
