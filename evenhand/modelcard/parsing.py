"""A card from Markdown with a YAML head, from YAML or from JSON. Errors name the file and the line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evenhand.documents import Document, DocumentError, Path, Problem, read_document
from evenhand.modelcard.card import ModelCard
from evenhand.modelcard.registration import Registration, read_registration
from evenhand.modelcard.sections import DESCRIPTION, SECTIONS
from evenhand.reading import Problems, Reader

MAX_BYTES = 1_000_000
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"(#{1,2})[ \t]+(.+?)[ \t]*#*[ \t]*\Z")


@dataclass(frozen=True)
class CardFile:
    """What a card file holds: the card, and what to register, if anything."""

    card: ModelCard
    registration: Registration | None


@dataclass(frozen=True)
class _Block:
    """A heading of the Markdown (level 0 before the first) and the text under it."""

    level: int
    title: str
    text: str
    line: int


def parse_text(content: bytes | str, *, name: str = "card") -> ModelCard:
    """The card in a text, whatever its form. Raises ``DocumentError``."""
    return parse_file(content, name=name).card


def parse_file(content: bytes | str, *, name: str = "card") -> CardFile:
    """The card and the registration in a text: Markdown with or without a YAML head, YAML, or JSON."""
    document = _document(content, name)
    problems = Problems(document)
    root = Reader(document.value, problems)
    registration = read_registration(root)
    card = ModelCard.read(root)
    problems.raise_if_any()
    return CardFile(card, registration)


def _document(content: bytes | str, name: str) -> Document:
    if name.endswith((".yaml", ".yml", ".json")):
        syntax = "json" if name.endswith(".json") else "yaml"
        return read_document(content, name=name, max_bytes=MAX_BYTES, syntax=syntax)
    text = _text(content, name)
    if text.lstrip().startswith("{"):
        return read_document(text, name=name, max_bytes=MAX_BYTES, syntax="json")
    lines = text.split("\n")
    if lines and lines[0].rstrip() == "---":
        return _with_head(lines, name)
    if not name.endswith((".md", ".markdown")) and not any(_heading(line) for line in lines):
        return read_document(text, name=name, max_bytes=MAX_BYTES, syntax="yaml")
    return _merged(Document(name, {}), _blocks(lines, 1))


def _text(content: bytes | str, name: str) -> str:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise _error(name, None, f"is {size:,} bytes long; a card may have at most {MAX_BYTES:,}.")
    text = content if isinstance(content, str) else _decoded(content, name)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        raise _error(name, None, "is empty.")
    return text


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _error(name, content[: error.start].count(b"\n") + 1, "is not UTF-8 text; save it as UTF-8.")


def _error(name: str, line: int | None, message: str) -> DocumentError:
    return DocumentError((Problem(name, line, "", message),))


def _with_head(lines: list[str], name: str) -> Document:
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise _error(name, 1, "the YAML head starts with '---' here and is never closed by another '---'.")
    head = read_document("\n".join(lines[1:end]), name=name, max_bytes=MAX_BYTES, first_line=2, syntax="yaml")
    if head.value is None:
        head = Document(name, {}, head.lines)
    if not isinstance(head.value, dict):
        raise _error(name, 2, "the YAML head must be a mapping of names to values.")
    return _merged(head, _blocks(lines[end + 1 :], end + 2))


def _heading(line: str) -> re.Match[str] | None:
    return _HEADING.match(line)


def _blocks(lines: list[str], first_line: int) -> Iterator[_Block]:
    """The Markdown cut at its first and second level headings, fenced code left whole."""
    level, title, start, found, in_fence = 0, "", first_line, list[str](), ""
    for number, line in enumerate(lines, start=first_line):
        fence = _FENCE.match(line)
        if fence and (not in_fence or fence.group(1) == in_fence):
            in_fence = "" if in_fence else fence.group(1)
        heading = None if in_fence else _heading(line)
        if heading is None:
            found.append(line)
            continue
        yield _Block(level, title, "\n".join(found).strip(), start)
        level, title, start, found = len(heading.group(1)), heading.group(2), number, []
    yield _Block(level, title, "\n".join(found).strip(), start)


def _merged(head: Document, blocks: Iterator[_Block]) -> Document:
    """The head with the sections of the Markdown put in; a section described twice is refused."""
    value: dict[str, Any] = dict(head.value)
    lines: dict[Path, int] = dict(head.lines)
    for block in blocks:
        if block.level < 2:
            if block.title and "name" not in value:
                value["name"] = block.title
                lines["name",] = block.line
            if block.text:
                _put(value, lines, "details", block, head.name)
            continue
        section = _SECTION_OF.get(_key(block.title))
        if section is not None:
            _put(value, lines, section, block, head.name)
        elif block.text:
            _put_extra(value, lines, block)
    return Document(head.name, value, lines)


def _put(value: dict[str, Any], lines: dict[Path, int], section: str, block: _Block, name: str) -> None:
    given = value.get(section)
    if not block.text:
        return
    if given is None:
        given = {}
    if not isinstance(given, dict) or DESCRIPTION in given:
        raise _error(name, block.line, f"the section {section!r} is described twice; keep one of the two.")
    value[section] = {**given, DESCRIPTION: block.text}
    lines.setdefault((section,), block.line)
    lines[section, DESCRIPTION] = block.line


def _put_extra(value: dict[str, Any], lines: dict[Path, int], block: _Block) -> None:
    extras = value.setdefault("more", [])
    if isinstance(extras, list):
        lines["more", len(extras)] = block.line
        value["more"] = [*extras, {"title": block.title, "text": block.text}]


def _key(title: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", title.casefold().replace("&", " and ")))


_SECTION_OF = {
    _key(title): section.id for section in SECTIONS for title in (section.id, section.title, *section.also_called)
}
