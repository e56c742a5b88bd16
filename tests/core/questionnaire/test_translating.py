"""The same questions in the reader's language, with the gaps shown."""

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.editions import digest
from evenhand.questionnaire.parsing import load_framework, parse_framework
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.texts import Text
from evenhand.questionnaire.translating import in_language
from tests.core.questionnaire.hiring import HIRING

FORM = parse_framework(HIRING)


def test_texts_are_in_the_language_and_those_without_it_say_so() -> None:
    french = in_language(FORM, "fr")
    phase = french.question("phase")
    assert (str(french.title), str(phase.prompt)) == ("Contrôle d'embauche", "Quelle phase?")
    assert (phase.prompt.shown.language, phase.prompt.shown.is_fallback) == ("fr", False)
    label = phase.choices_by_id["design"].label
    assert (str(label), label.shown.language, label.shown.is_fallback) == ("Design", "en", True)


def test_a_region_falls_back_to_its_language_and_english_changes_nothing() -> None:
    assert str(in_language(FORM, "fr-CA").title) == "Contrôle d'embauche"
    assert in_language(FORM, "en") is FORM
    assert str(FORM.title) == "Hiring check"


def test_a_text_given_in_another_language_only_is_shown_with_its_language() -> None:
    text = Text.of({"de": "Prüfung"})
    assert (str(text), text.shown.language, text.shown.is_fallback) == ("Prüfung", "de", True)


def test_columns_and_parts_are_turned_too() -> None:
    screening: Framework = in_language(load_framework("screening"), "fr")
    who = screening.question("fails").parts_by_id["who"]
    assert (str(who.prompt), str(who.prompt.localized("en").text)) == ("Qui", "Who")


def test_what_is_computed_and_signed_is_the_same_in_every_language() -> None:
    french, given = in_language(FORM, "fr"), {"phase": "live", "harms": {"state": "open"}}
    assert digest(french) == digest(FORM)
    there, here = score(french, read_answers(french, given)), score(FORM, read_answers(FORM, given))
    assert (there.scores, there.outcomes, there.values) == (here.scores, here.outcomes, here.values)
    assert [item.path for item in there.missing] == [item.path for item in here.missing]


def test_scopes_and_profiles_can_be_taken_afterwards() -> None:
    nist = in_language(load_framework("nist-ai-rmf"), "fr")
    system = nist.for_scope("system")
    assert len(system.questions) == len(load_framework("nist-ai-rmf").for_scope("system").questions)
    assert system.questions[0].prompt.shown.is_fallback
