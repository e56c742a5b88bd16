"""Controls of OSCAL: their parts as questions and help, their parameters written into the text."""

import re
from collections.abc import Iterator
from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.importing.imported import Notes
from evenhand.questionnaire.importing.names import Names
from evenhand.questionnaire.importing.texts import LONGEST, Texts

Question = dict[str, Any]

_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([^\s}]{1,200})\s*\}\}")
_OBJECTIVES = ("assessment-objective", "objective")
_METHODS = ("assessment-method", "assessment-objects", "assessment")
_KNOWN_PARTS = ("statement", "guidance", "item", "overview", "instruction", *_OBJECTIVES, *_METHODS)
_STATES = (
    ("met", "Met"),
    ("partly", "Partly met"),
    ("not_met", "Not met"),
    ("planned", "Planned"),
)
_MOST_PARTS = 12
_READ_PROPS = {"label", "sort-id", "status"}


class Controls:
    """Reads controls; keeps them as a list, with the one choice set all their questions share."""

    def __init__(self, notes: Notes, texts: Texts) -> None:
        self._notes, self._texts = notes, texts
        self._names = Names()
        self._params: dict[str, str] = {}
        self._ids: set[str] = set()
        self.controls: list[dict[str, Any]] = []
        self.places: dict[str, Path] = {}
        states = [{"id": identifier, "label": label} for identifier, label in _STATES]
        self.choice_sets = [{"id": "state", "title": "How far it is met", "choices": states}]

    # --- parameters

    def read_params(self, holder: Any, path: Path) -> None:
        """Every parameter anywhere in the file: controls may refer to each other's."""
        waiting: list[tuple[Any, Path]] = [(holder, path)]
        while waiting:
            item, here = waiting.pop()
            if not isinstance(item, dict):
                continue
            for position, param in enumerate(item.get("params") or () if isinstance(item.get("params"), list) else ()):
                if isinstance(param, dict):
                    self.set_param(param, (*here, "params", position), identifier=str(param.get("id")))
            for key in ("groups", "controls"):
                inner = item.get(key)
                waiting += [(child, here) for child in (inner if isinstance(inner, list) else ())]

    def set_param(self, param: dict[str, Any], path: Path, *, identifier: str | None = None) -> None:
        """What stands in the text for a parameter: its value, its choices, or its label in square brackets."""
        name = identifier or str(param.get("param-id"))
        values, select = param.get("values"), param.get("select")
        if isinstance(values, list) and values:
            self._params[name] = ", ".join(str(value) for value in values)
        elif isinstance(select, dict) and isinstance(select.get("choice"), list):
            self._params[name] = f"[choose: {'; '.join(str(choice) for choice in select['choice'])}]"
        elif param.get("label"):
            self._params[name] = f"[{param['label']}]"
        if param.get("constraints"):
            self._notes.add((*path, "constraints"), "constraints of a parameter are not carried over.", name=name)

    def _filled(self, text: str) -> str:
        for _ in range(3):  # a parameter's choices may hold parameters
            text = _INSERT.sub(lambda found: self._params.get(found.group(1), f"[{found.group(1)}]"), text)
        return text

    # --- controls

    def of(self, control: dict[str, Any], path: Path) -> list[Question]:
        """The questions of a control: one for each objective, or one for the control."""
        source = str(control.get("id") or "control")
        if _is_withdrawn(control):
            self._notes.add(path, "this control is withdrawn and is left out.", name=source)
            return []
        if source in self._ids:
            self._notes.add(path, "a control with this id was read already; this one is left out.", name=source)
            return []
        self._ids.add(source)
        reference = source.replace(":", ".")[:100]
        title = self._filled(str(control.get("title") or source))
        self.controls.append({"id": reference, "title": self._texts.read(title, path) or source})
        self._note_unread(control, path, source)
        parts = _parts(control)
        objectives = list(self._objectives(parts))
        if not objectives:
            prompt = self._prose_of(parts, ("statement",)) or title
            objectives = [(source, prompt)]
        return [
            self._question(source, reference, control, path, identifier, prompt, is_first=position == 0)
            for position, (identifier, prompt) in enumerate(objectives)
        ]

    def _question(
        self,
        source: str,
        reference: str,
        control: dict[str, Any],
        path: Path,
        identifier: str,
        prompt: str,
        *,
        is_first: bool,
    ) -> Question:
        parts = _parts(control)
        title = self._filled(str(control.get("title") or ""))
        statement = self._prose_of(parts, ("statement",))
        guidance = self._prose_of(parts, ("guidance", "overview", "instruction"))
        told = [text for text in (title, statement, guidance) if text and text != prompt] if is_first else []
        evidence = self._prose_of(parts, _METHODS)
        name = self._names.make(identifier, otherwise="control")
        self.places[name] = path
        question = {
            "id": name,
            "type": "single",
            "prompt": self._texts.read(prompt[:LONGEST], path, name=source),
            "code": _code(control, source),
            "help": self._texts.read("\n\n".join(told)[:LONGEST], path, name=source),
            "evidence": self._texts.read(evidence[:LONGEST], path, name=source),
            "choices": "state",
            "tally": True,
            "refs": [reference],
            "source_id": identifier,
        }
        return {key: value for key, value in question.items() if value}

    def _objectives(self, parts: list[dict[str, Any]], depth: int = 0) -> Iterator[tuple[str, str]]:
        """The objectives with a text of their own; one that only gathers others is not asked."""
        for part in parts:
            inner = [item for item in part.get("parts") or () if isinstance(item, dict)]
            if part.get("name") in _OBJECTIVES:
                below = list(self._objectives(inner, depth + 1)) if depth < _MOST_PARTS else []
                prose = self._filled(str(part.get("prose") or "")).strip()
                if below:
                    yield from ((name, f"{prose} {text}".strip()) for name, text in below)
                elif prose:
                    yield str(part.get("id") or prose[:40]), prose
            elif depth < _MOST_PARTS:
                yield from self._objectives(inner, depth + 1)

    # --- texts

    def prose(self, holder: dict[str, Any], path: Path) -> Any:
        """The explanation of a group."""
        texts = [self._whole(part, 0) for part in _parts(holder)]
        return self._texts.read("\n\n".join(filter(None, texts))[:LONGEST], path)

    def _prose_of(self, parts: list[dict[str, Any]], names: tuple[str, ...]) -> str:
        return "\n\n".join(filter(None, (self._whole(part, 0) for part in parts if part.get("name") in names)))

    def _whole(self, part: dict[str, Any], depth: int) -> str:
        """The prose of a part and of the parts in it."""
        label = next((str(prop.get("value")) for prop in _props(part) if prop.get("name") == "label"), "")
        own = " ".join(filter(None, [label, self._filled(str(part.get("prose") or "")).strip()]))
        inner = [item for item in part.get("parts") or () if isinstance(item, dict)]
        lines = [self._whole(item, depth + 1) for item in inner] if depth < _MOST_PARTS else []
        return "\n".join(filter(None, [own, *lines]))

    def _note_unread(self, control: dict[str, Any], path: Path, name: str) -> None:
        for part in _parts(control):
            kind = str(part.get("name"))
            if kind not in _KNOWN_PARTS:
                self._notes.add(path, f"the part {kind!r} has no counterpart here and is left out.", name=name)
        props = {str(prop.get("name")) for prop in _props(control)} - _READ_PROPS
        if props:
            message = f"the properties {', '.join(sorted(props))} of a control are left out."
            self._notes.add((*path, "props"), message, name=name)
        if control.get("links"):
            self._notes.add((*path, "links"), "links of a control are left out.", name=name)


def _parts(holder: dict[str, Any]) -> list[dict[str, Any]]:
    parts = holder.get("parts")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _props(holder: dict[str, Any]) -> list[dict[str, Any]]:
    props = holder.get("props")
    return [prop for prop in props if isinstance(prop, dict)] if isinstance(props, list) else []


def _is_withdrawn(control: dict[str, Any]) -> bool:
    return any(
        prop.get("name") == "status" and str(prop.get("value")).lower() == "withdrawn" for prop in _props(control)
    )


def _code(control: dict[str, Any], source: str) -> str:
    label = next((str(prop.get("value")) for prop in _props(control) if prop.get("name") == "label"), source)
    return " ".join(label.split())[:60]
