"""From a submitted form back to the value of an answer.

Nothing is checked here. What was typed goes to the service as it is, and comes back with what is wrong with it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from assessments.web.fields import name_of
from evenhand.questionnaire.answers import UNKNOWN
from evenhand.questionnaire.schema import Question, QuestionType

MOST_ROWS = 1000


class TypedForm:
    """A submitted form, read question by question; None where nothing was typed."""

    def __init__(self, data: QueryDict, files: Sequence[tuple[str, str]] = ()) -> None:
        self.data = data
        self.files: Mapping[str, str] = dict(files)

    def value_of(self, question: Question, name: str = "") -> Any:
        """What was typed for a question, in the shape of its answer."""
        name = name or name_of(question.id)
        match question.type:
            case QuestionType.NUMBER:
                return self._number(name)
            case QuestionType.BOOLEAN:
                return {"yes": True, "no": False}.get(self.data.get(name, ""))
            case QuestionType.MULTI:
                return self.data.getlist(name) or None
            case QuestionType.MATRIX:
                return self._matrix(name)
            case QuestionType.FILE:
                sha256 = self.data.get(name, "")
                return {"name": self.files[sha256], "sha256": sha256} if sha256 in self.files else None
            case QuestionType.PARTS:
                return self._each(question.questions, name) or None
            case QuestionType.GROUP:
                return self._rows(question, name)
            case _:
                return self._text(name) or None

    def _text(self, name: str) -> str:
        return self.data.get(name, "").replace("\r\n", "\n").strip()

    def _number(self, name: str) -> int | float | str | None:
        """The number, or the text as it was typed where it is none: the service says what is wrong with it."""
        text = self._text(name)
        try:
            number = float(text)
        except ValueError:
            return text or None
        if not math.isfinite(number):
            return text
        return int(number) if number.is_integer() else number

    def _matrix(self, name: str) -> dict[str, str] | None:
        sides = ("likelihood", "severity")
        return {side: chosen for side in sides if (chosen := self.data.get(f"{name}-{side}"))} or None

    def _rows(self, question: Question, name: str) -> list[dict[str, Any]] | None:
        count = self.data.get(f"{name}-rows", "0")
        rows = []
        for number in range(min(int(count), MOST_ROWS) if count.isdecimal() else 0):
            row = self._each(question.questions, f"{name}-{number}")
            if row and not self.data.get(f"{name}-{number}-remove"):
                rows.append(row)
        return rows or None

    def _each(self, questions: Sequence[Question], name: str) -> dict[str, Any]:
        found = {}
        for part in (part for part in questions if part.takes_answer):
            value = self.value_of(part, f"{name}-{part.id}")
            if value is None and self.data.get(f"{name}-{part.id}-unknown"):
                value = dict(UNKNOWN)
            if value is not None:
                found[part.id] = value
        return found
