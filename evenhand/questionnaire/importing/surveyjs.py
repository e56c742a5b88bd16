"""SurveyJS forms: pages become sections, elements questions, ``visibleIf`` conditions."""

from typing import Any

from evenhand.documents import Document, Path
from evenhand.questionnaire.expressions import ExpressionError, Node
from evenhand.questionnaire.importing.imported import Imported, Notes, Wishes, finish, refuse
from evenhand.questionnaire.importing.names import Names, slug
from evenhand.questionnaire.importing.surveyjs_conditions import Translation
from evenhand.questionnaire.importing.surveyjs_elements import Elements, Pending, Question
from evenhand.questionnaire.importing.surveyjs_grammar import Untranslatable
from evenhand.questionnaire.importing.surveyjs_keys import LOOKS
from evenhand.questionnaire.importing.surveyjs_kinds import READERS
from evenhand.questionnaire.importing.targets import Target
from evenhand.questionnaire.importing.texts import Texts
from evenhand.questionnaire.importing.writing import all_of, write_expression

_LISTS = ("elements", "questions")
_OF_FORM = ("title", "description", "locale", "pages", *_LISTS)
_OF_PAGE = ("name", "title", "description", "visibleIf", "enableIf", *_LISTS)
_OF_PANEL = (*_OF_PAGE, "type", "isRequired", "requiredIf")
_LOOKS = tuple(
    word
    for line in (
        "show progress logo width header theme background question page complete start edit preview text required",
        "check focus first mode fit key font autoFocus",
    )
    for word in line.split()
)
_MEANING = ("completedHtml", "completedHtmlOnCondition", "completedBeforeHtml", "questionsOnPageMode")
Sources = tuple[tuple[str, Path], ...]


def import_surveyjs(document: Document, wishes: Wishes) -> Imported:
    """A framework from the JSON of a SurveyJS form."""
    root = document.value
    pages = _pages(root)
    if pages is None:
        raise refuse(document, "a SurveyJS form", "there is no list of 'pages' or 'elements' in it.")
    return _Survey(document, wishes).read(root, pages)


def _pages(root: Any) -> list[tuple[Any, Path]] | None:
    if not isinstance(root, dict):
        return None
    if isinstance(root.get("pages"), list):
        return [(page, ("pages", position)) for position, page in enumerate(root["pages"])]
    for key in _LISTS:
        if isinstance(root.get(key), list):
            return [({"name": "page1", key: root[key]}, ())]
    return None


class _Survey:
    def __init__(self, document: Document, wishes: Wishes) -> None:
        self._document, self._wishes = document, wishes
        self._notes = Notes(document)
        language = str(document.value.get("locale") or "en")
        self._texts = Texts(self._notes, language)
        self._elements = Elements(self._notes, self._texts, wishes.points, READERS)
        for score in wishes.points.scores if wishes.points.pattern else ():
            self._elements.names.claim(score)
        self._section_names = Names()

    def read(self, root: dict[str, Any], pages: list[tuple[Any, Path]]) -> Imported:
        self._note_unread(root, (), _OF_FORM, "the form")
        sections = [section for page, path in pages if (section := self._section(page, path))]
        if not sections:
            raise refuse(self._document, "a SurveyJS form that can be used", "no page of it asks anything.")
        for waiting in self._elements.pending:
            self._translate(waiting)
        built = {
            "evenhand_framework": 1,
            "framework": self._head(root),
            "scores": [{"id": score} for score in self._wishes.points.scores if score in self._elements.scores],
            "sections": sections,
        }
        if self._wishes.points.pattern and not built["scores"]:
            self._notes.add((), "no choice fits the points rule, so there is no score.")
        return finish({key: value for key, value in built.items() if value}, self._notes, self._elements.places)

    def _head(self, root: dict[str, Any]) -> dict[str, Any]:
        title = self._texts.read(root.get("title"), ("title",))
        stem = self._document.name.rpartition("/")[2].partition(".")[0]
        named = title if isinstance(title, str) else next(iter(title.values())) if title else stem
        head = {
            "id": self._wishes.id or slug(named),
            "version": self._wishes.version or "1",
            "title": title or stem or "Imported form",
            "summary": self._texts.read(root.get("description"), ("description",)),
            "source": {"name": f"SurveyJS form {self._document.name}"},
        }
        return {key: value for key, value in head.items() if value}

    # --- pages and panels

    def _section(self, page: Any, path: Path) -> dict[str, Any] | None:
        if not isinstance(page, dict):
            self._notes.add(path, "this page is not a mapping and is left out.")
            return None
        name = str(page.get("name") or f"page{len(path) and int(path[-1]) + 1}")
        if path:
            self._note_unread(page, path, _OF_PAGE, "a page")
        questions = self._questions(page, path, (name,), ())
        if not questions:
            self._notes.add(path, "this page asks nothing and is left out.", name=name)
            return None
        section: dict[str, Any] = {
            "id": self._section_names.make(name, otherwise="page"),
            "title": self._texts.read(page.get("title"), path, name=name) or name,
        }
        if said := self._texts.read(page.get("description"), path, name=name):
            section["help"] = said
        if conditions := self._conditions(page, path, name):
            self._elements.pending.append(Pending(section, "visible_if", conditions, name))
        self._elements.places[f"section {section['id']}"] = path
        section["questions"] = questions
        return section

    def _questions(
        self, holder: dict[str, Any], path: Path, around: tuple[str, ...], shared: Sources
    ) -> list[Question]:
        found: list[Question] = []
        for key in _LISTS:
            for position, element in enumerate(holder.get(key) or () if isinstance(holder.get(key), list) else ()):
                here = (*path, key, position)
                if not isinstance(element, dict):
                    self._notes.add(here, "this element is not a mapping and is left out.")
                elif element.get("type") == "panel":
                    found += self._panel(element, here, around, shared)
                else:
                    found += self._question(element, here, around, shared)
        return found

    def _panel(self, panel: dict[str, Any], path: Path, around: tuple[str, ...], shared: Sources) -> list[Question]:
        name = str(panel.get("name") or "panel")
        self._note_unread(panel, path, _OF_PANEL, "a panel")
        conditions = (*shared, *self._conditions(panel, path, name))
        if panel.get("isRequired") or panel.get("requiredIf"):
            self._notes.add(path, "a panel cannot be required as a whole here.", name=name)
        inner = self._questions(panel, path, (name, *around), conditions)
        title = self._texts.read(panel.get("title"), path, name=name)
        said = self._texts.read(panel.get("description"), path, name=name)
        if not inner or not (title or said):
            return inner
        identifier = self._elements.names.make(f"{name}_heading", otherwise="panel")
        self._elements.places[identifier] = path
        heading: Question = {"id": identifier, "type": "info", "prompt": title or said}
        heading |= {"help": said} if title and said else {}
        if conditions:
            self._elements.pending.append(Pending(heading, "visible_if", conditions, name))
        return [heading, *inner]

    def _question(
        self, element: dict[str, Any], path: Path, around: tuple[str, ...], shared: Sources
    ) -> list[Question]:
        questions = self._elements.question(element, path, around)
        name = str(element.get("name") or "")
        conditions = (*shared, *self._conditions(element, path, name))
        if conditions:
            for question in questions:
                self._elements.pending.append(Pending(question, "visible_if", conditions, name))
        if questions and isinstance(element.get("requiredIf"), str):
            sources = ((element["requiredIf"], (*path, "requiredIf")),)
            self._elements.pending.append(Pending(questions[0], "required_if", sources, name))
        return questions

    def _conditions(self, item: dict[str, Any], path: Path, name: str) -> Sources:
        found = []
        for key in ("visibleIf", "enableIf"):
            if isinstance(item.get(key), str) and item[key].strip():
                found.append((item[key], (*path, key)))
                if key == "enableIf":
                    message = "what the source greys out is hidden here while the condition does not hold."
                    self._notes.add((*path, key), message, name=name)
        return tuple(found)

    def _note_unread(self, item: dict[str, Any], path: Path, read: tuple[str, ...], what: str) -> None:
        """Name what is neither read nor only a matter of looks."""
        for key, value in item.items():
            is_look = key in LOOKS or (key.startswith(_LOOKS) and key not in _MEANING)
            if key not in read and not is_look and value not in (None, False, [], {}):
                message = f"'{key}' of {what} has no counterpart here and is left out."
                self._notes.add((*path, key), message, name=str(item.get("name") or ""))

    # --- conditions

    def _translate(self, waiting: Pending) -> None:
        nodes = [node for source, path in waiting.sources if (node := self._condition(source, path, waiting))]
        if not nodes:
            return
        text = write_expression(all_of(nodes))
        already = waiting.item.get(waiting.key)
        waiting.item[waiting.key] = f"({text}) && {already}" if already else text

    def _condition(self, source: str, path: Path, waiting: Pending) -> Node | None:
        translation = Translation(lambda name: self._resolve(name, waiting.row))
        try:
            node = translation.of(source)
            write_expression(node)
        except (Untranslatable, ExpressionError) as error:
            what = "always asked" if waiting.key == "visible_if" else "never required because of it"
            shown = source if len(source) <= 200 else f"{source[:197]}..."
            message = f"the condition {shown!r} is left out, so this is {what}: {error}."
            self._notes.add(path, message, name=waiting.name)
            return None
        for doubt in translation.doubts:
            self._notes.add(path, f"{doubt}.", name=waiting.name)
        return node

    def _resolve(self, name: str, row: dict[str, Target] | None) -> Target | None:
        prefix, _, rest = name.partition(".")
        if row is not None and prefix in ("panel", "row"):
            return row.get(rest)
        targets = self._elements.targets
        return targets.get(name) or next(
            (target for known, target in targets.items() if known.casefold() == name.casefold()), None
        )
