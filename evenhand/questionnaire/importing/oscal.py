"""OSCAL catalogs and profiles: groups become sections, controls controls, assessment objectives questions.

A profile is read with what it holds itself (its choice of controls, changed texts): the catalog it imports is another
file. A control without assessment objectives gets one question: how far it is met.
"""

from collections.abc import Iterator
from typing import Any

from evenhand.documents import Document, Path
from evenhand.questionnaire.importing.imported import Imported, Notes, Wishes, finish, refuse
from evenhand.questionnaire.importing.names import Names, slug
from evenhand.questionnaire.importing.oscal_controls import Controls
from evenhand.questionnaire.importing.texts import Texts

_OTHER_MODELS = (
    "component-definition",
    "system-security-plan",
    "assessment-plan",
    "assessment-results",
    "plan-of-action-and-milestones",
    "mapping-collection",
)
_MOST_DEPTH = 12


def import_oscal(document: Document, wishes: Wishes) -> Imported:
    """A framework from an OSCAL catalog or profile."""
    root = document.value if isinstance(document.value, dict) else {}
    for kind in ("catalog", "profile"):
        if isinstance(root.get(kind), dict):
            return _Reader(document, wishes, root[kind], kind).read()
    for kind in _OTHER_MODELS:
        if kind in root:
            raise refuse(document, "an OSCAL catalog or profile", f"it is an OSCAL {kind.replace('-', ' ')}.")
    raise refuse(document, "an OSCAL catalog or profile", "there is no 'catalog' or 'profile' at its top.")


class _Reader:
    def __init__(self, document: Document, wishes: Wishes, root: dict[str, Any], kind: str) -> None:
        self._document, self._wishes, self._root, self._kind = document, wishes, root, kind
        self._notes = Notes(document)
        self._texts = Texts(self._notes, _language(root))
        self._controls = Controls(self._notes, self._texts)
        self._sections: list[dict[str, Any]] = []
        self._section_names = Names()

    def read(self) -> Imported:
        self._controls.read_params(self._root, (self._kind,))
        if self._kind == "catalog":
            self._holder(self._root, ("catalog",), (), 0)
        else:
            self._profile()
        if not self._sections:
            hint = "no control in it asks anything."
            raise refuse(self._document, f"an OSCAL {self._kind} that can be used", hint)
        for key in ("back-matter",):
            if self._root.get(key):
                self._notes.add((self._kind, key), "citations and attachments are left out.")
        built = {
            "evenhand_framework": 1,
            "framework": self._head(),
            "controls": self._controls.controls,
            "choice_sets": self._controls.choice_sets,
            "sections": self._sections,
        }
        return finish(built, self._notes, self._controls.places)

    def _head(self) -> dict[str, Any]:
        given = self._root.get("metadata")
        metadata: dict[str, Any] = given if isinstance(given, dict) else {}
        path = (self._kind, "metadata")
        title = self._texts.read(metadata.get("title"), (*path, "title")) or "OSCAL import"
        named = title if isinstance(title, str) else next(iter(title.values()))
        published = str(metadata.get("published") or "")[:10]
        reference = {"ref": str(self._root["uuid"])} if self._root.get("uuid") else {}
        head: dict[str, Any] = {
            "id": self._wishes.id or slug(named),
            "version": self._wishes.version or str(metadata.get("version") or "1")[:40],
            "title": title,
            "summary": self._texts.read(metadata.get("remarks"), (*path, "remarks")),
            "source": {"name": f"OSCAL {self._kind}", **reference},
            "dates": {"published": published} if len(published) == 10 and published[4] == "-" else None,
        }
        return {key: value for key, value in head.items() if value}

    # --- catalogs

    def _holder(self, holder: dict[str, Any], path: Path, titles: tuple[str, ...], depth: int) -> None:
        """The controls right under a catalog or group make a section; its groups come after it."""
        controls = list(self._all_controls(holder, path, depth))
        questions = [question for control, here in controls for question in self._controls.of(control, here)]
        if questions:
            self._add_section(holder, path, titles, questions)
        for group, here in _listed(holder, "groups", path):
            title = str(group.get("title") or group.get("id") or "Group")
            if depth >= _MOST_DEPTH:
                self._notes.add(here, "it is nested too deep and is left out.", name=title)
                continue
            self._holder(group, here, (*titles, title), depth + 1)

    def _all_controls(self, holder: dict[str, Any], path: Path, depth: int) -> Iterator[tuple[dict[str, Any], Path]]:
        """The controls of a group and their enhancements."""
        for control, here in _listed(holder, "controls", path):
            yield control, here
            if depth < _MOST_DEPTH:
                yield from self._all_controls(control, here, depth + 1)

    def _add_section(
        self, holder: dict[str, Any], path: Path, titles: tuple[str, ...], questions: list[dict[str, Any]]
    ) -> None:
        name = str(holder.get("id") or (titles[-1] if titles else "controls"))
        section: dict[str, Any] = {
            "id": self._section_names.make(name, otherwise="group"),
            "title": ": ".join(self._named(title, path) for title in titles) or "Controls",
            "help": self._controls.prose(holder, path),
            "questions": questions,
        }
        self._sections.append({key: value for key, value in section.items() if value})

    def _named(self, title: str, path: Path) -> str:
        text = self._texts.read(title, path)
        return text if isinstance(text, str) else next(iter(text.values())) if text else title

    # --- profiles

    def _profile(self) -> None:
        changed = self._changes()
        for item, path in _listed(self._root, "imports", ("profile",)):
            href = str(item.get("href") or "")
            chosen = list(_chosen_ids(item))
            if "include-all" in item or not chosen:
                self._notes.add(
                    path, f"it takes every control of {href!r}, which is another file: import that catalog."
                )
            if item.get("exclude-controls"):
                self._notes.add((*path, "exclude-controls"), "controls left out by pattern are not carried over.")
            questions = []
            for control, here in chosen:
                made = {"id": control, **changed.get(control, {"title": control})}
                questions += self._controls.of(made, (*path, *here))
            if questions:
                message = f"the texts of its controls stand in {href!r}; here they are only named by their ids."
                self._notes.add(path, message)
                self._add_section({"id": f"import_{len(self._sections) + 1}"}, path, ("Chosen controls",), questions)
        merge = self._root.get("merge")
        if isinstance(merge, dict) and merge.get("custom"):
            self._notes.add(("profile", "merge"), "the profile's own order of controls is not carried over.")

    def _changes(self) -> dict[str, dict[str, Any]]:
        """What a profile adds to controls: parts and titles."""
        modify = self._root.get("modify")
        found: dict[str, dict[str, Any]] = {}
        if not isinstance(modify, dict):
            return found
        for setting, path in _listed(modify, "set-parameters", ("profile", "modify")):
            self._controls.set_param(setting, path)
        for alter, path in _listed(modify, "alters", ("profile", "modify")):
            control = found.setdefault(str(alter.get("control-id")), {"title": str(alter.get("control-id"))})
            if alter.get("removes"):
                self._notes.add((*path, "removes"), "what a profile takes out of a control is not carried over.")
            for add, _ in _listed(alter, "adds", path):
                control["title"] = add.get("title") or control["title"]
                control.setdefault("parts", []).extend(add.get("parts") or ())
        return found


def _listed(holder: dict[str, Any], key: str, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    items = holder.get(key)
    for position, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield item, (*path, key, position)


def _chosen_ids(item: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    for choice, path in _listed(item, "include-controls", ()):
        ids = choice.get("with-ids")
        yield from ((str(identifier), path) for identifier in (ids if isinstance(ids, list) else ()))


def _language(root: dict[str, Any]) -> str:
    metadata = root.get("metadata")
    props = metadata.get("props") if isinstance(metadata, dict) else None
    for prop in props if isinstance(props, list) else ():
        if isinstance(prop, dict) and prop.get("name") == "language":
            return str(prop.get("value") or "en")[:2].lower()
    return "en"
