"""From a parsed document to a framework: its head, sections and profiles."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from evenhand.documents import Document, Path
from evenhand.questionnaire.declared import Declared, listed
from evenhand.questionnaire.facts import SETTABLE
from evenhand.questionnaire.languages import languages_used
from evenhand.questionnaire.localizing import localized
from evenhand.questionnaire.question_reading import CODE, QuestionReader, read_choices
from evenhand.questionnaire.result_reading import ResultReader
from evenhand.questionnaire.schema import (
    Chapter,
    ChoiceSet,
    Control,
    Framework,
    Profile,
    Question,
    QuestionType,
    Scope,
    Section,
    Source,
)
from evenhand.questionnaire.texts import DEFAULT_LANGUAGE
from evenhand.reading import IDENTIFIER, LANGUAGE, SLUG, Problems, Reader

FORMAT = 1


class FrameworkReader:
    """Reads one framework; ``places`` tells where each expression stands, for errors found later."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self._problems = problems
        self._root = Reader(document.value, problems)
        self._declared = Declared()
        self._choice_sets: dict[str, ChoiceSet] = {}

    @property
    def places(self) -> dict[str, Path]:
        return self._declared.places

    def framework(self) -> Framework:
        """The framework; its problems, if any, are with ``Problems``."""
        root = self._root
        if root.whole("evenhand_framework") != FORMAT and root.is_mapping:
            root.problem(f"must start with 'evenhand_framework: {FORMAT}', the number of this format.")
        head = root.child(root.raw("framework"), "framework")
        declared = self._declared
        declared.framework_id = head.required_string("id", pattern=SLUG)
        declared.scope = head.one_of("scope", Scope, Scope.SYSTEM)
        declared.scores = {item.get("id") for item in _mappings(root.raw("scores"))}
        dates = head.child(head.raw("dates") or {}, "dates")
        controls = tuple(self._read_controls())
        choice_sets = tuple(self._read_choice_sets())
        chapters = tuple(self._read_chapters())
        sections = tuple(self._read_sections({chapter.id for chapter in chapters}))
        if not sections and root.is_mapping:
            root.problem("needs at least one section.", "sections")
        results = ResultReader(root, declared)
        framework = Framework(
            id=declared.framework_id,
            version=head.required_string("version", max_length=40),
            title=localized(head, "title", required=True),
            scope=declared.scope,
            summary=localized(head, "summary"),
            source=self._read_source(head),
            languages=self._read_languages(head),
            published_on=dates.day("published"),
            effective_on=dates.day("effective"),
            chapters=chapters,
            controls=controls,
            choice_sets=choice_sets,
            sections=sections,
            scores=tuple(results.scores()),
            values=tuple(results.values()),
            outcomes=tuple(results.outcomes()),
            duties=tuple(results.duties()),
            checks=tuple(results.checks({q.id for section in sections for q in section.questions})),
            follow_ups=tuple(results.follow_ups()),
            profiles=tuple(self._read_profiles(sections)),
            repeats=head.boolean("repeats"),
            final_needs_signoff=head.raw("final_needs_signoff") is None or head.boolean("final_needs_signoff"),
        )
        if not framework.languages:
            framework = replace(framework, languages=languages_used(framework) or (DEFAULT_LANGUAGE,))
        self._check_own_targets(framework)
        dates.close()
        head.close()
        root.close()
        return framework

    def _read_languages(self, head: Reader) -> tuple[str, ...]:
        languages = head.strings("languages")
        if len(set(languages)) < len(languages):
            head.problem("names a language twice.", "languages")
        for language in languages:
            if not LANGUAGE.fullmatch(language):
                head.problem(f"{language!r} is not a language code such as 'en' or 'fr-CA'.", "languages")
        return languages

    def _read_source(self, head: Reader) -> Source | None:
        item = head.mapping("source")
        if item is None:
            return None
        source = Source(
            name=item.required_string("name"),
            ref=item.string("ref"),
            url=item.string("url"),
            licence=item.string("licence"),
            note=localized(item, "note"),
        )
        item.close()
        return source

    def _read_controls(self) -> Iterator[Control]:
        for item in self._root.items("controls"):
            control = Control(item.required_string("id", max_length=100), localized(item, "title"), item.string("url"))
            if control.id in self._declared.controls:
                item.problem(f"the control {control.id!r} is given twice.", "id")
            self._declared.controls.add(control.id)
            item.close()
            yield control

    def _read_choice_sets(self) -> Iterator[ChoiceSet]:
        for item in self._root.items("choice_sets"):
            identifier = item.required_string("id", pattern=IDENTIFIER)
            if identifier in self._choice_sets:
                item.problem(f"the choice set {identifier!r} is given twice.", "id")
            found = ChoiceSet(
                identifier, read_choices(item, "choices", (), self._declared.scores), localized(item, "title")
            )
            self._choice_sets[identifier] = found
            item.close()
            yield found

    def _read_chapters(self) -> Iterator[Chapter]:
        seen: set[str] = set()
        for item in self._root.items("chapters"):
            identifier = item.required_string("id", pattern=IDENTIFIER)
            if identifier in seen:
                item.problem(f"the chapter {identifier!r} is given twice.", "id")
            seen.add(identifier)
            yield Chapter(
                id=identifier,
                title=localized(item, "title", required=True),
                code=item.string("code", pattern=CODE),
                help=localized(item, "help"),
            )
            item.close()

    # --- sections and questions

    def _read_sections(self, chapters: set[str]) -> Iterator[Section]:
        seen: set[str] = set()
        for item in self._root.items("sections"):
            identifier = item.required_string("id", pattern=IDENTIFIER)
            if identifier in seen:
                item.problem(f"the section {identifier!r} is given twice.", "id")
            seen.add(identifier)
            item.named(f"section {identifier}" if identifier else item.where)
            self.places[f"section {identifier}"] = item.path
            chapter = item.string("chapter")
            if chapter is not None and chapter not in chapters:
                item.problem(f"there is no chapter {chapter!r}.", "chapter")
            section = Section(
                id=identifier,
                title=localized(item, "title", required=True),
                code=item.string("code", pattern=CODE),
                help=localized(item, "help"),
                chapter=chapter,
                scope=item.one_of("scope", Scope, self._declared.scope),
                visible_if=self._declared.expression(item, "visible_if", f"section {identifier}.visible_if"),
                questions=tuple(self._read_questions(item)),
            )
            item.close()
            yield section

    def _read_questions(self, section: Reader) -> Iterator[Question]:
        reader = QuestionReader(self._choice_sets, self._declared)
        for item in section.items("questions"):
            question = reader.question(item)
            self._declared.claim(item, question.id, "question")
            self._declared.count_question(item, question.source_id)
            if question.type is QuestionType.PARTS and question.id:
                self.places[question.id] = item.path
            yield question

    def _check_own_targets(self, framework: Framework) -> None:
        """``same_as`` may name a question of this file; one of another framework is checked by ``references``."""
        for question in framework.questions:
            for asked in (question, *question.questions):
                for same in asked.same_as:
                    if same.framework_id == framework.id and same.question_id not in framework.questions_by_id:
                        path = (*self.places[question.id], "same_as")
                        self._problems.add(path, question.id, f"there is no question {same.question!r}.")

    # --- profiles

    def _read_profiles(self, sections: tuple[Section, ...]) -> Iterator[Profile]:
        seen: set[str] = set()
        known = {section.id for section in sections} | {q.id for section in sections for q in section.questions}
        for item in self._root.items("profiles"):
            identifier = listed(item, seen, "profile")
            item.named(f"profile {identifier}")
            only = item.strings("only")
            for unknown in (target for target in only if target not in known):
                item.problem(f"there is no section or question {unknown!r}.", "only")
            if "only" in item and not only:
                item.problem("names no section or question; leave it out to ask everything.", "only")
            yield Profile(
                id=identifier,
                title=localized(item, "title", required=True),
                help=localized(item, "help"),
                applies_to=tuple(_read_conditions_of_use(item)),
                only=only,
            )
            item.close()


def _read_conditions_of_use(profile: Reader) -> Iterator[tuple[str, tuple[str, ...]]]:
    """``for: {risk_tier: [high]}``: the facts of a system a profile is for."""
    facts = profile.mapping("for")
    for fact in facts.value if facts else ():
        values = facts.strings(fact) if facts else ()
        if fact not in SETTABLE and facts:
            facts.problem(f"is no fact a profile can be chosen by; these are: {', '.join(SETTABLE)}.", fact)
        for value in (value for value in values if value not in SETTABLE.get(fact, values) and facts):
            profile.problem(f"{value!r} is not one of {', '.join(SETTABLE[fact])}.", "for", fact)
        yield fact, values


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
