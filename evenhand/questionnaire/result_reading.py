"""From a parsed document to what follows from answers: scores, values, outcomes, duties, checks, follow-ups."""

from collections.abc import Iterator

from evenhand.questionnaire.declared import Declared, listed
from evenhand.questionnaire.facts import SETTABLE
from evenhand.questionnaire.localizing import localized
from evenhand.questionnaire.question_reading import CHOICE_ID
from evenhand.questionnaire.schema import (
    Check,
    Duty,
    FollowUp,
    Outcome,
    OutcomeOption,
    Scope,
    Score,
    ScoreMaximum,
    Value,
)
from evenhand.questionnaire.texts import Text
from evenhand.reading import SLUG, Reader


class ResultReader:
    """Reads what is computed from the answers."""

    def __init__(self, root: Reader, declared: Declared) -> None:
        self._root, self._declared = root, declared

    def scores(self) -> Iterator[Score]:
        for item in self._root.items("scores"):
            identifier = self._declared.variable(item, "score")
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
                scope=item.one_of("scope", Scope, self._declared.scope),
            )
            item.close()

    def values(self) -> Iterator[Value]:
        for item in self._root.items("values"):
            identifier = self._declared.variable(item, "value")
            yield Value(
                id=identifier,
                expression=self._declared.expression(item, "expr", f"{identifier}.expr", required=True) or "null",
                title=localized(item, "title"),
                scope=item.one_of("scope", Scope, self._declared.scope),
            )
            item.close()

    def outcomes(self) -> Iterator[Outcome]:
        for item in self._root.items("outcomes"):
            identifier = self._declared.variable(item, "outcome")
            options = tuple(self._read_options(item, identifier))
            if not options:
                item.problem("needs at least one option.", "options")
            yield Outcome(
                identifier, options, localized(item, "title"), item.one_of("scope", Scope, self._declared.scope)
            )
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
            condition = self._declared.expression(item, "if", f"{outcome_id}.{identifier}.if", required=True) or "false"
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

    def duties(self) -> Iterator[Duty]:
        seen: set[str] = set()
        for item in self._root.items("duties"):
            identifier = listed(item, seen, "duty")
            duty = Duty(
                id=identifier,
                condition=self._declared.expression(item, "if", f"duty {identifier}.if", required=True) or "false",
                title=localized(item, "title", required=True),
                help=localized(item, "help"),
                refs=self._declared.refs(item),
                starts_on=item.day("from"),
                ends_on=item.day("until"),
                owner=item.string("owner"),
                scope=item.one_of("scope", Scope, self._declared.scope),
            )
            if duty.starts_on and duty.ends_on and duty.ends_on < duty.starts_on:
                item.problem("ends before it starts.", "until")
            item.close()
            yield duty

    def checks(self, questions: set[str]) -> Iterator[Check]:
        seen: set[str] = set()
        for item in self._root.items("checks"):
            identifier = listed(item, seen, "check")
            level = item.string("level") or "warning"
            if level not in ("warning", "error"):
                item.problem(f"must be warning or error, not {level!r}.", "level")
            about = item.strings("questions")
            for unknown in (question for question in about if question not in questions):
                item.problem(f"there is no question {unknown!r}.", "questions")
            yield Check(
                id=identifier,
                condition=self._declared.expression(item, "if", f"check {identifier}.if", required=True) or "false",
                message=localized(item, "message", required=True),
                is_error=level == "error",
                questions=about,
                scope=item.one_of("scope", Scope, self._declared.scope),
            )
            item.close()

    def follow_ups(self) -> Iterator[FollowUp]:
        seen: set[str] = set()
        for item in self._root.items("follow_ups"):
            identifier = listed(item, seen, "follow-up")
            framework = item.required_string("framework", pattern=SLUG)
            if framework and framework == self._declared.framework_id:
                item.problem("a framework cannot follow itself.", "framework")
            yield FollowUp(
                id=identifier,
                framework=framework,
                condition=self._declared.expression(item, "if", f"follow_up {identifier}.if", required=True) or "false",
                why=localized(item, "why", required=True),
                title=localized(item, "title"),
                scope=item.one_of("scope", Scope, self._declared.scope),
            )
            item.close()


def _sets_by_option(outcome: Reader) -> dict[str, dict[str, str]]:
    """``sets: {risk_tier: {option: high}}`` turned round, by option."""
    by_option: dict[str, dict[str, str]] = {}
    facts = outcome.mapping("sets")
    if facts is None:
        return {}
    for fact in facts.value:
        options = facts.mapping(fact)
        if fact not in SETTABLE:
            facts.problem(f"cannot be set by an outcome; these can: {', '.join(SETTABLE)}.", fact)
        elif options is not None:
            for option, value in _settings(options, SETTABLE[fact]):
                by_option.setdefault(option, {})[fact] = value
    return by_option


def _settings(options: Reader, allowed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for option in options.value:
        value = options.string(option)
        if value is not None and value not in allowed:
            options.problem(f"must be one of {', '.join(allowed)}, not {value!r}.", option)
        elif value is not None:
            yield option, value
