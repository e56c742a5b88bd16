"""From a parsed document to the dataclasses of a framework: sections, scores, outcomes, duties, checks."""

from collections.abc import Iterator
from typing import Any

from evenhand.documents import Document, Path
from evenhand.questionnaire.question_reading import CHOICE_ID, CODE, VARIABLE, QuestionReader, localized, read_choices
from evenhand.questionnaire.schema import (
    Chapter,
    Check,
    ChoiceSet,
    Control,
    Duty,
    Framework,
    Outcome,
    OutcomeOption,
    Question,
    QuestionType,
    Scope,
    Score,
    ScoreMaximum,
    Section,
    Source,
    Value,
)
from evenhand.questionnaire.texts import Text
from evenhand.reading import IDENTIFIER, LANGUAGE, SLUG, Problems, Reader

FORMAT = 1


class FrameworkReader:
    """Reads one framework; ``places`` tells where each expression stands, for errors found later."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self._root = Reader(document.value, problems)
        self.places: dict[str, Path] = {}
        self._ids: dict[str, str] = {}
        self._controls: set[str] = set()
        self._choice_sets: dict[str, ChoiceSet] = {}
        self._scope = Scope.SYSTEM

    def framework(self) -> Framework:
        """The framework; its problems, if any, are with ``Problems``."""
        root = self._root
        if root.whole("evenhand_framework") != FORMAT and root.is_mapping:
            root.problem(f"must start with 'evenhand_framework: {FORMAT}', the number of this format.")
        head = root.child(root.raw("framework"), "framework")
        self._scope = head.one_of("scope", Scope, Scope.SYSTEM)
        self._score_ids = {item.get("id") for item in _mappings(root.raw("scores"))}
        dates = head.child(head.raw("dates") or {}, "dates")
        controls = tuple(self._read_controls())
        choice_sets = tuple(self._read_choice_sets())
        chapters = tuple(self._read_chapters())
        sections = tuple(self._read_sections({chapter.id for chapter in chapters}))
        if not sections and root.is_mapping:
            root.problem("needs at least one section.", "sections")
        framework = Framework(
            id=head.required_string("id", pattern=SLUG),
            version=head.required_string("version", max_length=40),
            title=localized(head, "title", required=True),
            scope=self._scope,
            summary=localized(head, "summary"),
            source=self._read_source(head),
            languages=self._read_languages(head),
            published_on=dates.day("published"),
            effective_on=dates.day("effective"),
            chapters=chapters,
            controls=controls,
            choice_sets=choice_sets,
            sections=sections,
            scores=tuple(self._read_scores()),
            values=tuple(self._read_values()),
            outcomes=tuple(self._read_outcomes()),
            duties=tuple(self._read_duties()),
            checks=tuple(self._read_checks({q.id for section in sections for q in section.questions})),
        )
        dates.close()
        head.close()
        root.close()
        return framework

    def _read_languages(self, head: Reader) -> tuple[str, ...]:
        languages = head.strings("languages") or ("en",)
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
            if control.id in self._controls:
                item.problem(f"the control {control.id!r} is given twice.", "id")
            self._controls.add(control.id)
            item.close()
            yield control

    def _read_choice_sets(self) -> Iterator[ChoiceSet]:
        for item in self._root.items("choice_sets"):
            identifier = item.required_string("id", pattern=IDENTIFIER)
            if identifier in self._choice_sets:
                item.problem(f"the choice set {identifier!r} is given twice.", "id")
            found = ChoiceSet(identifier, read_choices(item, "choices", (), self._score_ids), localized(item, "title"))
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
            chapter = item.string("chapter")
            if chapter is not None and chapter not in chapters:
                item.problem(f"there is no chapter {chapter!r}.", "chapter")
            section = Section(
                id=identifier,
                title=localized(item, "title", required=True),
                code=item.string("code", pattern=CODE),
                help=localized(item, "help"),
                chapter=chapter,
                scope=item.one_of("scope", Scope, self._scope),
                visible_if=self._expression(item, "visible_if", f"section {identifier}.visible_if"),
                questions=tuple(self._read_questions(item)),
            )
            item.close()
            yield section

    def _read_questions(self, section: Reader) -> Iterator[Question]:
        reader = QuestionReader(self._choice_sets, self._score_ids, self._controls, self.places)
        for item in section.items("questions"):
            question = reader.question(item)
            self._claim(item, question.id, "question")
            if question.type is QuestionType.PARTS and question.id:
                self.places[question.id] = item.path
            yield question

    def _claim(self, item: Reader, identifier: str, what: str) -> None:
        """Questions, scores, values and outcomes share one space of names: they are the variables of conditions."""
        if not identifier:
            return
        if identifier in self._ids:
            item.problem(f"the id {identifier!r} is already used by a {self._ids[identifier]}.", "id")
        self._ids[identifier] = what
        self.places.setdefault(identifier, item.path)

    def _variable(self, item: Reader, what: str) -> str:
        identifier = item.required_string("id", pattern=VARIABLE)
        item.named(identifier or item.where)
        self._claim(item, identifier, what)
        return identifier

    def _expression(self, item: Reader, key: str, where: str, *, required: bool = False) -> str | None:
        value = item.raw(key)
        if isinstance(value, bool):  # `if: true` needs no quotes
            value = "true" if value else "false"
        if value is None:
            if required:
                item.problem(f"needs {key!r}.")
            return None
        if not isinstance(value, str):
            item.problem("must be an expression as text; put it in quotes.", key)
            return None
        self.places[where] = (*item.path, key)
        return value.strip()

    # --- results

    def _read_scores(self) -> Iterator[Score]:
        for item in self._root.items("scores"):
            identifier = self._variable(item, "score")
            maximum: ScoreMaximum | float
            if isinstance(item.raw("max"), str):
                maximum = item.one_of("max", ScoreMaximum, ScoreMaximum.VISIBLE)
            else:
                given = item.number("max")
                maximum = ScoreMaximum.VISIBLE if given is None else given
            yield Score(
                id=identifier,
                title=localized(item, "title"),
                maximum=maximum,
                na_counts_zero=item.boolean("na_counts_zero"),
                scope=item.one_of("scope", Scope, self._scope),
            )
            item.close()

    def _read_values(self) -> Iterator[Value]:
        for item in self._root.items("values"):
            identifier = self._variable(item, "value")
            yield Value(
                id=identifier,
                expression=self._expression(item, "expr", f"{identifier}.expr", required=True) or "null",
                title=localized(item, "title"),
                scope=item.one_of("scope", Scope, self._scope),
            )
            item.close()

    def _read_outcomes(self) -> Iterator[Outcome]:
        for item in self._root.items("outcomes"):
            identifier = self._variable(item, "outcome")
            options = tuple(self._read_options(item, identifier))
            if not options:
                item.problem("needs at least one option.", "options")
            yield Outcome(identifier, options, localized(item, "title"), item.one_of("scope", Scope, self._scope))
            item.close()

    def _read_options(self, outcome: Reader, outcome_id: str) -> Iterator[OutcomeOption]:
        sets = _sets_by_option(outcome)
        seen: set[str] = set()
        always: str | None = None
        for item in outcome.items("options"):
            identifier = item.required_string("id", pattern=CHOICE_ID)
            item.named(f"{outcome_id}.{identifier}")
            if identifier in seen:
                item.problem(f"the option {identifier!r} is given twice.", "id")
            if always is not None:
                item.problem(f"is never reached: {always!r} before it always holds.")
            condition = self._expression(item, "if", f"{outcome_id}.{identifier}.if", required=True) or "false"
            always = always or (identifier if condition == "true" else None)
            seen.add(identifier)
            yield OutcomeOption(
                id=identifier,
                condition=condition,
                label=localized(item, "label") or Text.of(identifier),
                help=localized(item, "help"),
                sets=tuple(sorted(sets.pop(identifier, {}).items())),
            )
            item.close()
        for unknown in sets:
            outcome.problem(f"there is no option {unknown!r}.", "sets")

    def _read_duties(self) -> Iterator[Duty]:
        seen: set[str] = set()
        for item in self._root.items("duties"):
            identifier = self._listed(item, seen, "duty")
            duty = Duty(
                id=identifier,
                condition=self._expression(item, "if", f"{identifier}.if", required=True) or "false",
                title=localized(item, "title", required=True),
                help=localized(item, "help"),
                refs=self._refs(item),
                starts_on=item.day("from"),
                ends_on=item.day("until"),
                owner=item.string("owner"),
                scope=item.one_of("scope", Scope, self._scope),
            )
            if duty.starts_on and duty.ends_on and duty.ends_on < duty.starts_on:
                item.problem("ends before it starts.", "until")
            item.close()
            yield duty

    def _read_checks(self, questions: set[str]) -> Iterator[Check]:
        seen: set[str] = set()
        for item in self._root.items("checks"):
            identifier = self._listed(item, seen, "check")
            level = item.string("level") or "warning"
            if level not in ("warning", "error"):
                item.problem(f"must be warning or error, not {level!r}.", "level")
            about = item.strings("questions")
            for unknown in (question for question in about if question not in questions):
                item.problem(f"there is no question {unknown!r}.", "questions")
            yield Check(
                id=identifier,
                condition=self._expression(item, "if", f"{identifier}.if", required=True) or "false",
                message=localized(item, "message", required=True),
                is_error=level == "error",
                questions=about,
                scope=item.one_of("scope", Scope, self._scope),
            )
            item.close()

    def _listed(self, item: Reader, seen: set[str], what: str) -> str:
        identifier = item.required_string("id", pattern=IDENTIFIER)
        item.named(identifier or item.where)
        if identifier in seen:
            item.problem(f"the {what} {identifier!r} is given twice.", "id")
        seen.add(identifier)
        return identifier

    def _refs(self, item: Reader) -> tuple[str, ...]:
        refs = item.strings("refs")
        for ref in refs:
            if ":" not in ref and ref not in self._controls:
                item.problem(f"there is no control {ref!r}; write 'framework:clause' for one elsewhere.", "refs")
        return refs


def _sets_by_option(outcome: Reader) -> dict[str, dict[str, str]]:
    """``sets: {risk_tier: {option: high}}`` turned round, by option."""
    by_option: dict[str, dict[str, str]] = {}
    fact_map = outcome.mapping("sets")
    if fact_map is None:
        return {}
    for fact in fact_map.value:
        options = fact_map.mapping(fact)
        for option in options.value if options else ():
            value = options.string(option) if options else None
            if value is not None:
                by_option.setdefault(option, {})[fact] = value
    return by_option


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
