"""A framework as a JSON document again: what an edition stores, and what its digest is taken over."""

from typing import Any

from evenhand.questionnaire.question_reading import MATRIX_POINTS
from evenhand.questionnaire.reading import FORMAT
from evenhand.questionnaire.schema import (
    Carry,
    Choice,
    Framework,
    NotApplicable,
    Outcome,
    Points,
    Question,
    QuestionType,
    ScoreMaximum,
    Section,
)
from evenhand.questionnaire.texts import Text


def framework_to_document(framework: Framework) -> dict[str, Any]:
    """The JSON document of a framework; reading it gives the same framework."""
    return _compact(
        {
            "evenhand_framework": FORMAT,
            "framework": _head(framework),
            "chapters": [
                _compact({"id": c.id, "code": c.code, "title": c.title, "help": c.help}) for c in framework.chapters
            ],
            "controls": [_compact({"id": c.id, "title": c.title, "url": c.url}) for c in framework.controls],
            "choice_sets": [
                _compact({"id": s.id, "title": s.title, "choices": [_choice(choice) for choice in s.choices]})
                for s in framework.choice_sets
            ],
            "sections": [_section(section) for section in framework.sections],
            "scores": [
                _compact(
                    {
                        "id": score.id,
                        "title": score.title,
                        "max": str(score.maximum) if isinstance(score.maximum, ScoreMaximum) else score.maximum,
                        "na_counts_zero": score.na_counts_zero,
                        "scope": str(score.scope),
                    }
                )
                for score in framework.scores
            ],
            "values": [
                _compact({"id": v.id, "title": v.title, "expr": v.expression, "scope": str(v.scope)})
                for v in framework.values
            ],
            "outcomes": [_outcome(outcome) for outcome in framework.outcomes],
            "duties": _duties(framework),
            "checks": _checks(framework),
            "follow_ups": _follow_ups(framework),
            "profiles": _profiles(framework),
        }
    )


def _head(framework: Framework) -> dict[str, Any]:
    source = framework.source
    unsigned = {} if framework.final_needs_signoff else {"final_needs_signoff": False}
    return unsigned | _compact(
        {
            "id": framework.id,
            "version": framework.version,
            "title": framework.title,
            "summary": framework.summary,
            "scope": str(framework.scope),
            "repeats": framework.repeats,
            "languages": list(framework.languages),
            "dates": _compact({"published": framework.published_on, "effective": framework.effective_on}),
            "source": source
            and _compact(
                {
                    "name": source.name,
                    "ref": source.ref,
                    "url": source.url,
                    "licence": source.licence,
                    "note": source.note,
                }
            ),
        }
    )


def _section(section: Section) -> dict[str, Any]:
    return _compact(
        {
            "id": section.id,
            "code": section.code,
            "title": section.title,
            "help": section.help,
            "chapter": section.chapter,
            "scope": str(section.scope),
            "visible_if": section.visible_if,
            "questions": [question_to_document(question) for question in section.questions],
        }
    )


def question_to_document(question: Question, *, is_inner: bool = False) -> dict[str, Any]:
    """The JSON document of one question, part or column."""
    document = {
        "id": question.id,
        "type": str(question.type),
        "prompt": question.prompt,
        "help": question.help,
        "required": question.is_required,
        "required_if": question.required_if,
        "visible_if": question.visible_if,
        "source_id": question.source_id,
        "tally": question.is_tallied,
        "min": question.minimum,
        "max": question.maximum,
        "whole": question.is_whole,
        "unit": question.unit,
        "max_length": question.max_length,
        "min_rows": question.min_rows,
        "max_rows": question.max_rows,
        "item_title": question.item_title,
        "prefill": question.prefill,
        "relies_on": None if question.relies_on == (question.prefill,) else list(question.relies_on),
        "same_as": [_compact({"question": same.question, "basis": same.basis}) for same in question.same_as],
        "choices": question.choice_set or [_choice(choice) for choice in question.choices],
        "points": _boolean_points(question),
        "likelihood": [_choice(choice, is_scale=True) for choice in question.likelihood],
        "severity": [_choice(choice, is_scale=True) for choice in question.severity],
        "levels": [_compact({"id": x.id, "label": x.label, "up_to": _number(x.up_to)}) for x in question.levels],
        "questions": [question_to_document(inner, is_inner=True) for inner in question.questions],
    }
    return _compact(document if is_inner else document | _topic(question))


def _topic(question: Question) -> dict[str, Any]:
    evidence = question.evidence
    return {
        "code": question.code,
        "why": question.why,
        "who": question.who,
        "evidence": _compact({"expected": evidence.expected, "required_if": evidence.required_if}),
        "na": None if question.na is NotApplicable.REASON else str(question.na),
        "carry": None if question.carry is Carry.CONFIRM else str(question.carry),
        "topic": question.topic,
        "refs": list(question.refs),
        "tags": list(question.tags),
    }


def _choice(choice: Choice, *, is_scale: bool = False) -> dict[str, Any]:
    points = dict(choice.points).get(MATRIX_POINTS) if is_scale else _points(choice.points)
    return _compact(
        {
            "id": choice.id,
            "label": choice.label,
            "help": choice.help,
            "points": points,
            "source_id": choice.source_id,
            "exclusive": choice.is_exclusive,
        }
    )


def _points(points: Points) -> dict[str, float]:
    return {score: _number(number) for score, number in points}


def _boolean_points(question: Question) -> dict[str, Any]:
    if question.type is not QuestionType.BOOLEAN:
        return {}
    return _compact({("yes" if answer else "no"): _points(points) for answer, points in question.points})


def _outcome(outcome: Outcome) -> dict[str, Any]:
    sets: dict[str, dict[str, str]] = {}
    for option in outcome.options:
        for fact, value in option.sets:
            sets.setdefault(fact, {})[option.id] = value
    options = [_compact({"id": o.id, "label": o.label, "help": o.help, "if": o.condition}) for o in outcome.options]
    return _compact(
        {"id": outcome.id, "title": outcome.title, "options": options, "sets": sets, "scope": str(outcome.scope)}
    )


def _duties(framework: Framework) -> list[dict[str, Any]]:
    return [
        _compact(
            {
                "id": duty.id,
                "if": duty.condition,
                "title": duty.title,
                "help": duty.help,
                "refs": list(duty.refs),
                "from": duty.starts_on,
                "until": duty.ends_on,
                "owner": duty.owner,
                "scope": str(duty.scope),
            }
        )
        for duty in framework.duties
    ]


def _checks(framework: Framework) -> list[dict[str, Any]]:
    return [
        _compact(
            {
                "id": check.id,
                "if": check.condition,
                "message": check.message,
                "level": "error" if check.is_error else "warning",
                "questions": list(check.questions),
                "scope": str(check.scope),
            }
        )
        for check in framework.checks
    ]


def _follow_ups(framework: Framework) -> list[dict[str, Any]]:
    return [
        _compact(
            {
                "id": item.id,
                "framework": item.framework,
                "if": item.condition,
                "why": item.why,
                "title": item.title,
                "scope": str(item.scope),
            }
        )
        for item in framework.follow_ups
    ]


def _profiles(framework: Framework) -> list[dict[str, Any]]:
    return [
        _compact(
            {
                "id": profile.id,
                "title": profile.title,
                "help": profile.help,
                "for": {fact: list(values) for fact, values in profile.applies_to},
                "only": list(profile.only),
            }
        )
        for profile in framework.profiles
    ]


def _number(number: float) -> float:
    return int(number) if number == int(number) else number


def _compact(document: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: null, false, empty texts, lists and mappings. Zero stays."""
    found = {key: value.to_json() if isinstance(value, Text) and value else value for key, value in document.items()}
    return {
        key: value
        for key, value in found.items()
        if not (value is None or value is False or value == {} or value == [] or isinstance(value, Text))
    }
