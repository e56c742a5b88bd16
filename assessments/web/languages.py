"""In which language a person reads questionnaires: chosen by a link, remembered for the session."""

from dataclasses import dataclass

from django.http import HttpRequest

from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.texts import DEFAULT_LANGUAGE
from evenhand.reading import LANGUAGE

KEY = "reading_language"


@dataclass(frozen=True)
class LanguageOption:
    """One language of the switch."""

    code: str
    is_current: bool


def preferred_language(request: HttpRequest) -> str:
    """What the person chose, now (``?lang=fr``) or earlier."""
    wanted = request.GET.get("lang", "")
    if LANGUAGE.fullmatch(wanted):
        request.session[KEY] = wanted
    return str(request.session.get(KEY, DEFAULT_LANGUAGE))


def language_for(request: HttpRequest, framework: Framework) -> str:
    """The language in which to show a framework; empty for English, and where the framework has not the chosen one."""
    wanted = preferred_language(request)
    fits = {wanted, wanted.partition("-")[0]} & set(framework.languages)
    return wanted if fits and wanted != DEFAULT_LANGUAGE else ""


def language_options(framework: Framework, current: str) -> list[LanguageOption]:
    """The switch; nothing where there is one language only."""
    if len(framework.languages) < 2:
        return []
    here = current or DEFAULT_LANGUAGE
    return [LanguageOption(code, code == here) for code in framework.languages]
