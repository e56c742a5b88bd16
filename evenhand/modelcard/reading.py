"""From a parsed document to a model card: each section against the table of fields."""

from collections.abc import Iterator
from typing import Any

from evenhand.modelcard.schema import CardContent, CardSection, ExtraSection
from evenhand.modelcard.sections import DESCRIPTION, RESULT_COLUMNS, SECTIONS, FieldKind, FieldSpec, SectionSpec
from evenhand.reading import LANGUAGE, Reader

REGISTRATION_KEYS = ("system", "model", "version", "rule", "plan")
MAX_TEXT = 100_000
MAX_ITEMS = 500


def read_content(root: Reader) -> CardContent:
    """What the card of a mapping says; registration blocks in it are left to ``registration``."""
    content = CardContent(
        name=root.string("name", max_length=200) or _name_in(root, "model"),
        version=_version(root),
        language=root.string("language", pattern=LANGUAGE) or "",
        sections=tuple(section for spec in SECTIONS if (section := _read_section(root, spec)).values),
        extras=tuple(_read_extras(root)),
    )
    root.close(also_known=REGISTRATION_KEYS)
    return content


def _name_in(root: Reader, key: str) -> str:
    """The name in a registration block, so that it need not be said twice."""
    block = root.raw(key)
    name = block.get("name") if isinstance(block, dict) else None
    return name.strip() if isinstance(name, str) else ""


def _version(root: Reader) -> str:
    return _name_in(root, "version") if isinstance(root.raw("version"), dict) else root.string("version") or ""


def _read_section(root: Reader, spec: SectionSpec) -> CardSection:
    value = root.raw(spec.id)
    if value is None:
        return CardSection(spec, {})
    if isinstance(value, str):
        text = root.string(spec.id, max_length=MAX_TEXT)
        return CardSection(spec, {DESCRIPTION: text} if text else {})
    item = root.child(value, spec.id)
    values = {field.id: _read_field(item, field) for field in spec.fields}
    item.close()
    return CardSection(spec, {key: found for key, found in values.items() if found})


def _read_field(item: Reader, spec: FieldSpec) -> Any:
    match spec.kind:
        case FieldKind.LIST:
            texts = item.strings(spec.id)
            if len(texts) > MAX_ITEMS:
                item.problem(f"has {len(texts):,} items; at most {MAX_ITEMS} are allowed.", spec.id)
            return texts
        case FieldKind.DATE:
            return item.day(spec.id)
        case FieldKind.RESULTS:
            return tuple(_read_results(item, spec.id))
        case _:
            return item.string(spec.id, max_length=MAX_TEXT)


def _read_results(item: Reader, key: str) -> Iterator[dict[str, Any]]:
    for row in item.items(key, most=MAX_ITEMS):
        value = row.raw("value")
        found: dict[str, Any] = {
            "metric": row.required_string("metric", max_length=200),
            "value": value if isinstance(value, str) else row.number("value"),
            "group": row.string("group", max_length=200),
            "data_set": row.string("data_set", max_length=200),
            "low": row.number("low"),
            "high": row.number("high"),
        }
        if value is None:
            row.problem("needs 'value'.")
        row.close()
        yield {name: found[name] for name in RESULT_COLUMNS if found[name] is not None}


def _read_extras(root: Reader) -> Iterator[ExtraSection]:
    for item in root.items("more", most=100):
        title, text = item.required_string("title", max_length=200), item.required_string("text", max_length=MAX_TEXT)
        item.close()
        yield ExtraSection(title, text)
