"""Random frameworks with every type of question, conditions, scores and results, and random answers to them."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from evenhand.questionnaire.schema import Framework, NotApplicable, Question, QuestionType

Document = dict[str, Any]
SCORES = ("alpha", "beta", "gamma")
CHOICES = ("a", "b", "c")
PLAIN = ("single", "multi", "boolean", "text", "longtext", "number", "date", "person", "file", "link", "matrix")


@st.composite
def frameworks(draw: st.DrawFn) -> Document:
    """The document of a framework that loads."""
    sections: list[Document] = []
    conditions = ["true"]
    for number in range(3):
        questions: list[Document] = []
        for position in range(draw(st.integers(2, 4))):
            question = draw(_question(f"q{number}_{position}", conditions))
            questions.append(question)
            conditions += _conditions_on(question, question["id"])
        section: Document = {"id": f"s{number}", "title": f"Section {number}", "questions": questions}
        if number and draw(st.booleans()):
            section["visible_if"] = draw(_condition(conditions_before(sections)))
        sections.append(section)
    asked = [question["id"] for section in sections for question in section["questions"]]
    late = {"id": "late", "type": "text", "prompt": "Late", "visible_if": "level == 'high'"}
    return {
        "evenhand_framework": 1,
        "framework": {"id": "generated", "version": "1", "title": {"en": "Generated", "fr": "Généré"}},
        "choice_sets": [{"id": "shared", "choices": [{"id": c, "label": c.upper()} for c in CHOICES]}],
        "scores": [draw(_score(identifier)) for identifier in SCORES],
        "sections": [*sections, {"id": "end", "title": "End", "questions": [late]}],
        "values": [
            {"id": "twice", "expr": "alpha.value * 2.0 + beta.value"},
            {"id": "share", "expr": "alpha.value / alpha.max"},
        ],
        "outcomes": [
            {
                "id": "level",
                "options": [{"id": "high", "if": draw(_result_condition(conditions))}, {"id": "low", "if": "true"}],
                "sets": {"risk_tier": {"high": "high"}},
            },
            {"id": "other", "options": [{"id": "x", "if": "share > 0.5"}, {"id": "y", "if": "level == 'low'"}]},
        ],
        "duties": [{"id": "duty", "if": draw(_condition(conditions)), "title": "Duty"}],
        "checks": [{"id": "check", "if": draw(_condition(conditions)), "message": "Check"}],
        "follow_ups": [{"id": "next", "framework": "other", "if": draw(_condition(conditions)), "why": "Why"}],
        "profiles": [{"id": "part", "title": "Part", "only": draw(st.lists(st.sampled_from(asked), min_size=1))}],
    }


def conditions_before(sections: list[Document]) -> list[str]:
    """What conditions may say about the questions of these sections."""
    found = ["true"]
    for section in sections:
        for question in section["questions"]:
            found += _conditions_on(question, question["id"])
    return found


@st.composite
def _score(draw: st.DrawFn, identifier: str) -> Document:
    maximum = draw(st.sampled_from(["visible_questions", "all_questions", 3, None]))
    score: Document = {"id": identifier, "na_counts_zero": draw(st.booleans())}
    return score if maximum is None else {**score, "max": maximum}


@st.composite
def _question(draw: st.DrawFn, identifier: str, conditions: list[str]) -> Document:
    kind = draw(st.sampled_from([*PLAIN, "info", *["single", "multi", "boolean", "group", "parts", "parts"] * 2]))
    question = draw(_plain(identifier, kind))
    if kind == "group":
        question["questions"] = draw(_columns())
    elif kind == "parts":
        question["questions"] = draw(_parts(identifier))
    if draw(st.sampled_from([False, False, True])):
        question["visible_if"] = draw(_condition(conditions))
    if kind != "info":
        question["required"] = draw(st.booleans())
        question["na"] = draw(st.sampled_from(["never", "allowed", "reason"]))
    return question


@st.composite
def _plain(draw: st.DrawFn, identifier: str, kind: str) -> Document:
    question: Document = {"id": identifier, "type": kind, "prompt": f"Prompt of {identifier}"}
    points = st.sampled_from([7, 2, 1, 0.5, 0, -2])
    if kind in ("single", "multi") and draw(st.sampled_from([False, False, True])):
        question["choices"] = "shared"
        question |= {"tally": True} if kind == "single" else {}
    elif kind in ("single", "multi"):
        question["score"] = draw(st.lists(st.sampled_from(SCORES), min_size=1, unique=True))
        question["choices"] = [{"id": choice, "label": choice, "points": draw(points)} for choice in CHOICES]
        if kind == "multi":
            question["choices"][2]["exclusive"] = draw(st.booleans())
    elif kind == "boolean":
        question |= {"score": draw(st.sampled_from(SCORES)), "points": {"yes": draw(points), "no": draw(points)}}
    elif kind == "number":
        question |= {"min": -3, "max": 10}
    elif kind == "matrix":
        scale = [{"id": choice, "label": choice} for choice in CHOICES]
        levels = [{"id": "low", "up_to": 3}, {"id": "high", "up_to": 9}]
        question |= {"likelihood": scale, "severity": scale, "levels": levels}
    return question


@st.composite
def _columns(draw: st.DrawFn) -> list[Document]:
    columns = [draw(_plain("first", draw(st.sampled_from(PLAIN)))), draw(_plain("second", "boolean"))]
    if draw(st.booleans()):
        columns[1]["visible_if"] = draw(st.sampled_from(_conditions_on(columns[0], "row.first")))
    return columns


@st.composite
def _parts(draw: st.DrawFn, identifier: str) -> list[Document]:
    first = draw(_plain("first", draw(st.sampled_from(PLAIN))))
    rows = {"id": "rows", "type": "group", "prompt": "Rows", "questions": draw(_columns())}
    second = draw(_plain("second", "single"))
    for part in (rows, second):
        if draw(st.booleans()):
            part["visible_if"] = draw(st.sampled_from(_conditions_on(first, f"{identifier}.first")))
    return [first, rows, second]


def _conditions_on(question: Document, path: str) -> list[str]:
    match question["type"]:
        case "single":
            return [f"{path} == 'a'", f"{path} in ['b', 'c']", f"{path} != null"]
        case "multi":
            return [f"'a' in {path}", f"size({path}) > 1", f"{path}.exists(x, x == 'b')"]
        case "boolean":
            return [f"{path} == true", f"{path} != null && {path}"]
        case "number":
            return [f"{path} > 2.0", f"{path} != null && round_half_up({path}) >= 1.0"]
        case "date":
            return [f"{path} > '2026-01-01'", f"{path} == null"]
        case "matrix":
            return [f"{path}.level == 'high'", f"{path}.score > 2.0", f"{path}.likelihood == 'a'"]
        case "file":
            return [f"{path}.name != null"]
        case "group":
            return [f"size({path}) > 1", f"{path}.exists(x, x.second == true)"]
        case "parts":
            return [f"{path}.second == 'a'", f"size({path}.rows) > 0"]
        case "info":
            return ["true"]
        case _:
            return [f"{path} == 'x'", f"{path} != null"]


@st.composite
def _condition(draw: st.DrawFn, conditions: list[str]) -> str:
    one, other = draw(st.sampled_from(conditions)), draw(st.sampled_from(conditions))
    return draw(st.sampled_from([one, one, one, f"!({one})", f"({one}) && ({other})", f"({one}) || !({other})"]))


@st.composite
def _result_condition(draw: st.DrawFn, conditions: list[str]) -> str:
    condition = draw(_condition(conditions))
    return draw(st.sampled_from(["alpha.value > 2.0", "twice >= 4.0", f"({condition}) || gamma.value > 1.0"]))


# --- answers


@st.composite
def answers_to(draw: st.DrawFn, framework: Framework) -> Document:
    """Answers to most of the questions, hidden ones too, as JSON."""
    asked = [question for question in framework.questions if question.takes_answer]
    left_out = draw(st.lists(st.sampled_from([question.id for question in asked]), max_size=3))
    return {question.id: draw(answer_to(question)) for question in asked if question.id not in left_out}


def answer_to(question: Question) -> st.SearchStrategy[Any]:
    """One answer to a question, as JSON."""
    other: list[Any] = [{"unknown": True}]
    if question.na is not NotApplicable.NEVER:
        other.append({"not_applicable": "no such thing"})
    return st.integers(0, 7).flatmap(lambda number: _value(question) if number else st.sampled_from(other))


def _value(question: Question) -> st.SearchStrategy[Any]:
    inner = {part.id: _value(part) for part in question.questions}
    match question.type:
        case QuestionType.GROUP:
            return st.lists(st.fixed_dictionaries({}, optional=inner), min_size=1, max_size=3)
        case QuestionType.PARTS:
            return st.fixed_dictionaries({}, optional=inner)
        case _:
            return _VALUES[question.type](question)


def _multi(question: Question) -> st.SearchStrategy[Any]:
    together = [choice.id for choice in question.choices if not choice.is_exclusive]
    return st.lists(st.sampled_from(together), min_size=1, unique=True)


_TEXT = st.sampled_from(["x", "é and ü", "42"])
_VALUES: dict[QuestionType, Callable[[Question], st.SearchStrategy[Any]]] = {
    QuestionType.SINGLE: lambda question: st.sampled_from([choice.id for choice in question.choices]),
    QuestionType.MULTI: _multi,
    QuestionType.BOOLEAN: lambda _: st.booleans(),
    QuestionType.TEXT: lambda _: _TEXT,
    QuestionType.LONGTEXT: lambda _: _TEXT,
    QuestionType.PERSON: lambda _: _TEXT,
    QuestionType.NUMBER: lambda _: st.sampled_from([-3, 0, 0.5, 2, 10]),
    QuestionType.DATE: lambda _: st.sampled_from(["2025-12-31", "2026-08-02"]),
    QuestionType.LINK: lambda _: st.just("https://example.org/a"),
    QuestionType.FILE: lambda _: st.just({"name": "a.pdf", "sha256": "0" * 64}),
    QuestionType.MATRIX: lambda _: st.fixed_dictionaries(
        {"likelihood": st.sampled_from(CHOICES)}, optional={"severity": st.sampled_from(CHOICES)}
    ),
}
