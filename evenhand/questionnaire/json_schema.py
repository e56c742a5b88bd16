"""The JSON Schema of a framework file: its shape. Ids, references and expressions are checked by ``parsing``."""

from typing import Any

from evenhand.questionnaire.facts import FACTS, SETTABLE
from evenhand.questionnaire.origins import TARGET
from evenhand.questionnaire.question_reading import CHOICE_ID, MAX_ROWS
from evenhand.questionnaire.schema import Carry, NotApplicable, QuestionType, Scope, ScoreMaximum
from evenhand.reading import IDENTIFIER, SLUG

_STRING: dict[str, Any] = {"type": "string"}
_TEXT: dict[str, Any] = {"$ref": "#/$defs/text"}
_ID: dict[str, Any] = {"$ref": "#/$defs/id"}
_EXPRESSION: dict[str, Any] = {"$ref": "#/$defs/expression"}
_STRINGS: dict[str, Any] = {"anyOf": [_STRING, {"type": "array", "items": _STRING}]}
_BOOLEAN: dict[str, Any] = {"type": "boolean"}
_NUMBER: dict[str, Any] = {"type": "number"}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}
_FACT: dict[str, Any] = {"enum": sorted(FACTS)}
_SCOPE: dict[str, Any] = {"enum": [str(scope) for scope in Scope]}


def framework_json_schema() -> dict[str, Any]:
    """The schema; the published copy in ``schemas/framework.schema.json`` is this."""
    lists = {
        "chapters": _object({"id": _ID, "code": _STRING, "title": _TEXT, "help": _TEXT}, "id", "title"),
        "controls": _object({"id": _STRING, "title": _TEXT, "url": _STRING}, "id"),
        "choice_sets": _object({"id": _ID, "title": _TEXT, "choices": _list("choice")}, "id", "choices"),
        "sections": _section(),
        **_results(),
        "profiles": _profile(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Evenhand framework",
        "description": "A questionnaire with conditions, scores, outcomes and duties. See docs/questionnaires.md.",
        **_object(
            {
                "evenhand_framework": {"const": 1},
                "framework": _head(),
                **{key: {"type": "array", "items": item} for key, item in lists.items()},
            },
            "evenhand_framework",
            "framework",
            "sections",
        ),
        "$defs": {
            "text": {
                "description": "English, or a mapping of languages.",
                "anyOf": [_STRING, {"type": "object", "additionalProperties": _STRING}],
            },
            "id": {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"},
            "expression": {"description": "CEL, at most 2,000 characters.", "type": ["string", "boolean"]},
            "points": {
                "description": "For the scores of the question, or by score.",
                "anyOf": [_NUMBER, {"type": "object", "additionalProperties": _NUMBER}],
            },
            "choice": _choice(),
            "question": _question(),
        },
    }


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": list(required),
    }


def _list(definition: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{definition}"}}


def _head() -> dict[str, Any]:
    source = {"name": _STRING, "ref": _STRING, "url": _STRING, "licence": _STRING, "note": _TEXT}
    head = {
        "id": {"type": "string", "pattern": f"^{SLUG.pattern}$"},
        "version": _STRING,
        "title": _TEXT,
        "summary": _TEXT,
        "scope": _SCOPE,
        "repeats": _BOOLEAN,
        "final_needs_signoff": _BOOLEAN,
        "languages": _STRINGS,
        "dates": _object({"published": _DATE, "effective": _DATE}),
        "source": _object(source, "name"),
    }
    return _object(head, "id", "version", "title")


def _section() -> dict[str, Any]:
    section = {"id": _ID, "code": _STRING, "title": _TEXT, "help": _TEXT, "chapter": _STRING, "scope": _SCOPE}
    return _object({**section, "visible_if": _EXPRESSION, "questions": _list("question")}, "id", "title")


def _choice() -> dict[str, Any]:
    choice = {
        "id": {"type": "string", "pattern": f"^{CHOICE_ID.pattern}$"},
        "label": _TEXT,
        "help": _TEXT,
        "points": {"$ref": "#/$defs/points"},
        "source_id": _STRING,
        "exclusive": _BOOLEAN,
    }
    return _object(choice, "id", "label")


def _question() -> dict[str, Any]:
    points = {"$ref": "#/$defs/points"}
    rows = {"type": "integer", "minimum": 0, "maximum": MAX_ROWS}
    same = _object(
        {"question": {"type": "string", "pattern": f"^{TARGET.pattern}$"}, "basis": _TEXT}, "question", "basis"
    )
    level = _object({"id": _STRING, "label": _TEXT, "up_to": _NUMBER}, "id", "up_to")
    question = {
        "id": _ID,
        "type": {"enum": [str(kind) for kind in QuestionType]},
        "code": _STRING,
        "prompt": _TEXT,
        "help": _TEXT,
        "why": _TEXT,
        "who": _TEXT,
        "evidence": {"anyOf": [_STRING, _object({"expected": _TEXT, "required_if": _EXPRESSION})]},
        "required": _BOOLEAN,
        "required_if": _EXPRESSION,
        "visible_if": _EXPRESSION,
        "na": {"enum": [str(option) for option in NotApplicable]},
        "carry": {"enum": [str(option) for option in Carry]},
        "topic": _ID,
        "refs": _STRINGS,
        "tags": _STRINGS,
        "source_id": _STRING,
        "prefill": _FACT,
        "relies_on": {"anyOf": [_FACT, {"type": "array", "items": _FACT}]},
        "same_as": {"type": "array", "items": same},
        "choices": {"anyOf": [_STRING, _list("choice")]},
        "tally": _BOOLEAN,
        "score": _STRINGS,
        "points": _object({"yes": points, "no": points}),
        "min": _NUMBER,
        "max": _NUMBER,
        "whole": _BOOLEAN,
        "unit": _TEXT,
        "max_length": {"type": "integer", "minimum": 1},
        "min_rows": rows,
        "max_rows": rows,
        "item_title": _STRING,
        "questions": _list("question"),
        "likelihood": _list("choice"),
        "severity": _list("choice"),
        "levels": {"type": "array", "items": level},
    }
    return _object(question, "id", "type", "prompt")


def _profile() -> dict[str, Any]:
    fact = {
        name: {"anyOf": [{"enum": list(v)}, {"type": "array", "items": {"enum": list(v)}}]}
        for name, v in SETTABLE.items()
    }
    return _object({"id": _ID, "title": _TEXT, "help": _TEXT, "for": _object(fact), "only": _STRINGS}, "id", "title")


def _results() -> dict[str, Any]:
    common = {"id": _ID, "title": _TEXT, "scope": _SCOPE}
    maximum = {"anyOf": [_NUMBER, {"enum": [str(option) for option in ScoreMaximum]}]}
    option = _object({"id": _STRING, "label": _TEXT, "help": _TEXT, "if": _EXPRESSION}, "id", "if")
    facts = _object(
        {fact: {"type": "object", "additionalProperties": {"enum": list(SETTABLE[fact])}} for fact in SETTABLE}
    )
    follow_up = {**common, "framework": {"type": "string", "pattern": f"^{SLUG.pattern}$"}, "if": _EXPRESSION}
    duty = {**common, "if": _EXPRESSION, "help": _TEXT, "refs": _STRINGS, "from": _DATE, "until": _DATE}
    check = {"id": _ID, "scope": _SCOPE, "if": _EXPRESSION, "message": _TEXT, "questions": _STRINGS}
    return {
        "scores": _object({**common, "max": maximum, "na_counts_zero": _BOOLEAN}, "id"),
        "values": _object({**common, "expr": _EXPRESSION}, "id", "expr"),
        "outcomes": _object({**common, "options": {"type": "array", "items": option}, "sets": facts}, "id", "options"),
        "duties": _object({**duty, "owner": _STRING}, "id", "if", "title"),
        "follow_ups": _object({**follow_up, "why": _TEXT}, "id", "framework", "if", "why"),
        "checks": _object({**check, "level": {"enum": ["warning", "error"]}}, "id", "if", "message"),
    }
