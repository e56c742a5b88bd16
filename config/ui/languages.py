"""Texts of questionnaires in their reader's language, marked up so that screen readers say them right."""

from django.conf.locale import LANG_INFO
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from config.ui.library import register
from evenhand.questionnaire.texts import DEFAULT_LANGUAGE, Text


@register.filter
def shown(text: Text | str) -> SafeString:
    """The text with the language it is in; where the reader's language is missing, a note says which one it is."""
    if not isinstance(text, Text):
        return conditional_escape(text)
    found = text.shown
    if not found.is_fallback and found.language == DEFAULT_LANGUAGE:
        return conditional_escape(found.text)
    marked = format_html('<span lang="{}">{}</span>', found.language, found.text)
    if not found.is_fallback or not found.text:
        return marked
    return format_html('{} <span class="note">in {}</span>', marked, language_name(found.language))


@register.filter
def language_name(language: str) -> str:
    """What a language is called in English; its code where nobody knows it."""
    info = LANG_INFO.get(language.lower()) or LANG_INFO.get(language.partition("-")[0].lower()) or {}
    return str(info.get("name") or language)


@register.filter
def own_name(language: str) -> str:
    """What people who speak a language call it."""
    info = LANG_INFO.get(language.lower()) or LANG_INFO.get(language.partition("-")[0].lower()) or {}
    return str(info.get("name_local") or language).capitalize()
