"""Which languages a framework has, and where a translation is missing."""

# ruff: noqa: E501

import pytest

from evenhand.documents import DocumentError
from evenhand.questionnaire.languages import MissingTranslation, missing_translations, texts_of
from evenhand.questionnaire.parsing import load_framework, parse_framework
from evenhand.questionnaire.shipped import shipped_ids
from tests.core.questionnaire.hiring import HIRING

NAMED = HIRING.replace('  version: "2.1"', '  version: "2.1"\n  languages: [en, fr]')


def test_languages_that_are_not_named_are_those_of_the_texts() -> None:
    assert parse_framework(HIRING).languages == ("en", "fr")
    plain = HIRING.replace("{en: Hiring check, fr: Contrôle d'embauche}", "Hiring check")
    assert parse_framework(plain.replace("{en: Which phase?, fr: Quelle phase?}", "Which phase?")).languages == ("en",)


def test_every_text_is_found_where_it_stands() -> None:
    found = dict(texts_of(parse_framework(HIRING)))
    assert {
        "framework.title", "section start.title", "phase.prompt", "phase.design.label", "harms.why.prompt", "people.unit",
        "harms.rows.rating.grave.label", "practice.done.label", "level.high.label", "ask.title", "odd.message",
        "basics.title", "harms.evidence.expected",
    } <= found.keys()  # fmt: skip
    assert str(found["phase.prompt"]) == "Which phase?"


def test_missing_translations_say_where_and_what_is_shown_instead() -> None:
    framework = parse_framework(NAMED)
    found = missing_translations(framework)
    assert MissingTranslation("fr", "automated.prompt", "Does it decide alone?") in found
    assert not any(item.where in ("framework.title", "phase.prompt") for item in found)
    assert {item.language for item in found} == {"fr"}
    assert missing_translations(framework, "en") == ()
    assert len(missing_translations(framework, "de")) == len(list(texts_of(framework)))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "{en: Which phase?, fr: Quelle phase?}",
            "{en: Which phase?, de: Welche?}",
            "prompt: {en: Which",
            "text in 'de'",
        ),
        ("{id: live, label: Live,", "{id: live, label: {en: Live, it: Vivo},", "id: phase", "text in 'it'"),
        ("languages: [en, fr]", "languages: [en, fr, es]", "languages:", "names 'es', but no text is in it"),
        ("languages: [en, fr]", "languages: [en, fr, fr]", "languages:", "names a language twice"),
        ("languages: [en, fr]", "languages: [en, french]", "languages:", "'french' is not a language code"),
    ],
)
def test_languages_are_checked_at_load(old: str, new: str, line: str, said: str) -> None:
    text = NAMED.replace(old, new, 1)
    with pytest.raises(DocumentError) as caught:
        parse_framework(text, name="x.yaml")
    (problem,) = [problem for problem in caught.value.problems if said in problem.message]
    at = (problem.line or 0) - 1
    assert any(line in shown for shown in text.splitlines()[at - 3 : at + 7]), problem


@pytest.mark.parametrize("framework_id", shipped_ids())
def test_the_english_of_what_we_ship_is_complete(framework_id: str) -> None:
    assert missing_translations(load_framework(framework_id), "en") == ()
