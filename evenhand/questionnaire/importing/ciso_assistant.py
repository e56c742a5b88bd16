"""CISO Assistant libraries: requirement nodes become sections and controls, their questions questions.

A framework without questions gets one question for each requirement that can be assessed: how far it is met.
"""

from typing import Any

from evenhand.documents import Document, Path
from evenhand.questionnaire.importing.ciso_conditions import Conditions
from evenhand.questionnaire.importing.ciso_questions import Questions
from evenhand.questionnaire.importing.ciso_results import Results
from evenhand.questionnaire.importing.imported import Imported, Notes, Wishes, finish, refuse
from evenhand.questionnaire.importing.names import Names, slug
from evenhand.questionnaire.importing.nodes import Node, nodes_of, section_owner
from evenhand.questionnaire.importing.texts import Texts, TextValue

_OTHER_OBJECTS = (
    "requirement_mapping_set",
    "requirement_mapping_sets",
    "risk_matrix",
    "risk_matrices",
    "threats",
    "reference_controls",
    "metric_definitions",
    "quick_form",
    "quick_forms",
)


def import_ciso_assistant(document: Document, wishes: Wishes) -> Imported:
    """A framework from the YAML of a CISO Assistant library."""
    found = _framework(document)
    if found is None:
        hint = "there is no 'framework' with 'requirement_nodes' under 'objects' in it."
        raise refuse(document, "a CISO Assistant library with a framework", hint)
    return _Library(document, wishes, *found).read()


def _framework(document: Document) -> tuple[dict[str, Any], Path] | None:
    objects = document.value.get("objects") if isinstance(document.value, dict) else None
    if not isinstance(objects, dict):
        return None
    several, one = objects.get("frameworks"), objects.get("framework")
    path: Path = ("objects", "framework")
    if isinstance(several, list) and several:
        one, path = several[0], ("objects", "frameworks", 0)
    if not isinstance(one, dict) or not isinstance(one.get("requirement_nodes"), list):
        return None
    return one, path


class _Library:
    def __init__(self, document: Document, wishes: Wishes, framework: dict[str, Any], path: Path) -> None:
        self._root: dict[str, Any] = document.value
        self._document, self._wishes, self._framework, self._path = document, wishes, framework, path
        self._notes = Notes(document)
        self._texts = Texts(self._notes, str(self._root.get("locale") or "en"))
        self._nodes = nodes_of(framework["requirement_nodes"], (*path, "requirement_nodes"), self._notes)
        self._names = Names()
        self._questions = Questions(self._notes, self._texts, self._names, framework)

    def read(self) -> Imported:
        self._note_other_objects()
        sections = self._sections()
        if not sections:
            raise refuse(self._document, "a CISO Assistant library that can be used", "nothing in it can be assessed.")
        results = Results(self._notes, self._texts, self._questions, self._framework, self._path)
        outcomes = results.of_requirements(self._nodes)
        conditions = Conditions(self._notes, self._questions, results.by_requirement)
        conditions.translate(self._nodes, self._framework, self._path)
        outcomes += results.of_rules(conditions)
        built = {
            "evenhand_framework": 1,
            "framework": self._head(),
            "controls": self._questions.controls,
            "choice_sets": self._questions.choice_sets,
            "scores": self._questions.scores(),
            "sections": sections,
            "outcomes": outcomes,
            "profiles": conditions.profiles,
        }
        places = {question: node.path for question, node in self._questions.nodes.items()} | results.places
        return finish({key: value for key, value in built.items() if value}, self._notes, places)

    def _head(self) -> dict[str, Any]:
        texts, root, framework = self._texts, self._root, self._framework
        title = self.localized(framework, "name", self._path) or self.localized(root, "name", ())
        reference = str(framework.get("ref_id") or root.get("ref_id") or framework.get("urn") or "library")
        source = {
            "name": str(root.get("provider") or root.get("packager") or "CISO Assistant library")[:200],
            "ref": str(framework.get("urn") or root.get("urn") or ""),
            "licence": texts.read(root.get("copyright"), ("copyright",)),
        }
        head: dict[str, Any] = {
            "id": self._wishes.id or slug(reference.rpartition(":")[2]),
            "version": self._wishes.version or str(root.get("version") or "1"),
            "title": title or reference,
            "summary": self.localized(framework, "description", self._path),
            "source": {key: str(value) for key, value in source.items() if value and isinstance(value, str)},
        }
        return {key: value for key, value in head.items() if value}

    def localized(self, item: dict[str, Any], key: str, path: Path) -> TextValue | None:
        return self._questions.localized(item, key, path)

    def _sections(self) -> list[dict[str, Any]]:
        names, sections = Names(), dict[str, dict[str, Any]]()
        for node in self._nodes:
            self._questions.add_control(node)
            if not node.is_assessable:
                continue
            owner = section_owner(node)
            key = owner.urn if owner else ""
            if key not in sections:
                sections[key] = self._section(owner, names)
            sections[key]["questions"] += self._questions.of(node, section=sections[key])
        return [section for section in sections.values() if section["questions"]]

    def _section(self, owner: Node | None, names: Names) -> dict[str, Any]:
        if owner is None:
            return {"id": names.make("general"), "title": "General", "questions": []}
        section: dict[str, Any] = {
            "id": names.make(owner.reference, otherwise="section"),
            "title": self.localized(owner.item, "name", owner.path) or owner.reference,
            "code": owner.code,
            "help": self.localized(owner.item, "description", owner.path),
            "questions": [],
        }
        return {key: value for key, value in section.items() if value is not None and value != ""}

    def _note_other_objects(self) -> None:
        for key in _OTHER_OBJECTS:
            if self._root.get("objects", {}).get(key):
                self._notes.add(("objects", key), f"'{key}' are not part of a questionnaire and are left out.")
        several = self._root["objects"].get("frameworks")
        if isinstance(several, list) and len(several) > 1:
            message = f"only the first of {len(several)} frameworks is read; put the others into files of their own."
            self._notes.add(("objects", "frameworks"), message)
