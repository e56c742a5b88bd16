"""The JSON Schema of a model card, made from the table of sections."""

from typing import Any

from evenhand.modelcard.registration import COLUMN_ROLES, ChangeClass, DeploymentMethod, Hosting, KnownBy, Origin
from evenhand.modelcard.sections import SECTIONS, FieldKind, FieldSpec, SectionSpec
from evenhand.reading import SHA256, SLUG

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_SLUG: dict[str, Any] = {"type": "string", "pattern": f"^{SLUG.pattern}$"}
_NUMBER: dict[str, Any] = {"type": "number"}
_DATE: dict[str, Any] = {"type": "string", "format": "date"}


def card_json_schema() -> dict[str, Any]:
    """The schema; the published copy in ``schemas/card.schema.json`` is this."""
    head = {"name": _TEXT, "version": {"anyOf": [_TEXT, {"$ref": "#/$defs/version"}]}, "language": _TEXT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Evenhand model card",
        "description": "The head of a Markdown card, or a whole card as YAML or JSON. The blocks system, model, "
        "version, rule and plan are read by `evenhand register`.",
        **_object(
            {
                **head,
                **{section.id: _section(section) for section in SECTIONS},
                "more": {"type": "array", "items": _object({"title": _TEXT, "text": _TEXT}, "title", "text")},
                "system": {"anyOf": [_SLUG, {"$ref": "#/$defs/system"}]},
                "model": {"anyOf": [_SLUG, {"$ref": "#/$defs/model"}]},
                "rule": {"$ref": "#/$defs/rule"},
                "plan": {"type": "array", "items": {"$ref": "#/$defs/planned_evaluation"}},
            }
        ),
        "$defs": _definitions(),
    }


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _words(options: Any) -> dict[str, Any]:
    return {"enum": [str(option) for option in options]}


def _section(section: SectionSpec) -> dict[str, Any]:
    fields = {spec.id: _field(spec) for spec in section.fields}
    return {"title": section.title, "description": section.asks, "anyOf": [_TEXT, _object(fields)]}


def _field(spec: FieldSpec) -> dict[str, Any]:
    result = _object(
        {
            "metric": _TEXT,
            "value": {"type": ["number", "string"]},
            "group": _TEXT,
            "data_set": _TEXT,
            "low": _NUMBER,
            "high": _NUMBER,
        },
        "metric",
        "value",
    )
    kinds = {
        FieldKind.TEXT: _TEXT,
        FieldKind.LIST: _TEXTS,
        FieldKind.DATE: _DATE,
        FieldKind.RESULTS: {"type": "array", "items": result},
    }
    return {"title": spec.label, **kinds[spec.kind]}


def _definitions() -> dict[str, Any]:
    texts = dict.fromkeys(("people_affected", "decision", "human_oversight"), _TEXT)
    system = {"slug": _SLUG, "name": _TEXT, "purpose": _TEXT, **texts, "jurisdictions": _TEXTS, "team": _SLUG}
    system |= {"deployment_method": _words(DeploymentMethod), "hosting": _words(Hosting)}
    model = {"slug": _SLUG, "name": _TEXT, "origin": _words(Origin), "vendor": _TEXT, "description": _TEXT}
    file = {"name": _TEXT, "path": _TEXT, "sha256": {"type": "string", "pattern": f"^{SHA256.pattern}$"}}
    file |= {"size": {"type": "integer", "minimum": 1}, "media_type": _TEXT}
    version = {"name": _TEXT, "change_class": _words(ChangeClass), "commit": _TEXT, "run_url": _TEXT}
    version |= {"training_data": _SLUG, "files": {"type": "array", "items": _object(file)}}
    rule = {"name": _TEXT, "human_action": _TEXT, "threshold": _NUMBER, "score_minimum": _NUMBER}
    rule |= {"score_maximum": _NUMBER, "positive_means": _TEXT, "post_processing": _TEXT, "overrides": _TEXT}
    return {
        "system": _object(system, "slug"),
        "model": _object(model, "slug"),
        "version": _object(version, "name"),
        "rule": _object(rule, "name", "human_action"),
        "planned_evaluation": _planned_evaluation(),
    }


def _planned_evaluation() -> dict[str, Any]:
    attribute = _object({"column": _TEXT, "label": _TEXT, "known_by": _words(KnownBy)}, "column", "known_by")
    described = dict.fromkeys(("name", "description", "source", "collected", "representation", "gaps"), _TEXT)
    data_set = _object({"slug": _SLUG, **described, "attributes": {"type": "array", "items": attribute}}, "slug")
    named = dict.fromkeys(COLUMN_ROLES, _TEXT)
    columns = _object(
        {"groups": _TEXTS, **named, "positive": {"type": ["string", "number", "boolean"]}, "features": _TEXTS},
        "groups",
    )
    return _object(
        {
            "name": _TEXT,
            "data_set": {"anyOf": [_SLUG, data_set]},
            "columns": columns,
            "goals": {"type": "array", "items": {"type": ["string", "object"]}},
            "filter": _TEXT,
            "reference": {"type": ["string", "object"]},
            "confidence": _NUMBER,
        },
        "data_set",
        "columns",
    )
