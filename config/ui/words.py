"""Numbers and dates in words. The rules are in config/figures.py; here they only meet the template and the clock."""

import datetime as dt
from typing import Any

from django.utils import timezone

from config import figures
from config.ui.library import register
from evenhand.fairness.plots import words


@register.filter
def points(value: figures.Number | None, places: int = 1) -> str:
    """0.2140 becomes +21.4, with a true minus for negatives."""
    return figures.points(value, places)


@register.filter
def percent(value: figures.Number | None, places: int = 1) -> str:
    """0.4485 becomes 44.9%; percent:2 gives 44.85%."""
    return figures.percent(value, places)


@register.filter
def plain(value: figures.Number | None, places: int = 2) -> str:
    """0.8 becomes 0.80."""
    return figures.plain(value, places)


@register.filter
def of_hundred(value: figures.Number | None) -> str:
    """0.4485 becomes "45 of 100"."""
    return figures.of_hundred(value)


@register.filter
def digits(value: figures.Number | None) -> str:
    """18204 becomes 18,204."""
    return figures.digits(value)


@register.filter
def counted(number: int, noun: str) -> str:
    """{{ 3|counted:"finding" }} is "3 findings"; an odd plural follows a comma: "entry,entries"."""
    singular, _, plural = noun.partition(",")
    return figures.counted(number, singular, plural)


@register.filter
def short_hash(value: str | None, length: int = 8) -> str:
    """4be1…90d7: enough to recognise a digest, never to check it."""
    return figures.short_hash(value, length)


@register.filter
def long_hash(value: str | None) -> str:
    """The whole digest in groups of four."""
    return figures.long_hash(value)


@register.filter
def file_size(n_bytes: int | None) -> str:
    """412 KB, 1.9 MB."""
    return figures.file_size(n_bytes)


@register.simple_tag
def interval(low: figures.Number | None, high: figures.Number | None, kind: str = "points", places: Any = None) -> str:
    """The interval in words: +18.2 to +24.5. Kinds: points, percent, plain."""
    return figures.interval(low, high, kind, places)


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _date(value: dt.date | dt.datetime | None) -> dt.date | None:
    return _local(value).date() if isinstance(value, dt.datetime) else value


@register.simple_tag
def today() -> dt.date:
    """The date of today in the organisation's time zone."""
    return timezone.localdate()


@register.filter
def day(value: dt.date | None) -> str:
    """23 November 2026."""
    return figures.day(_date(value))


@register.filter
def short_day(value: dt.date | None) -> str:
    """9 Nov; with the year where it is another one."""
    return figures.short_day(_date(value), timezone.localdate())


@register.filter
def moment(value: dt.datetime | None) -> str:
    """today at 09:41; 3 November 2026 at 10:00."""
    return figures.moment(_local(value), timezone.localtime()) if value else ""


@register.filter
def ago(value: dt.datetime | None) -> str:
    """12 minutes ago."""
    return figures.ago(value, timezone.now()) if value else ""


@register.filter
def due(value: dt.date | None) -> str:
    """14 days late; in 18 days."""
    return figures.due(_date(value), timezone.localdate())


@register.filter
def is_late(value: dt.date | None) -> bool:
    """Whether the date has passed."""
    found = _date(value)
    return found is not None and found < timezone.localdate()


# Metrics ------------------------------------------------------------------------------------------------------------


@register.filter
def plainly(metric: str) -> str:
    """false_positive_rate becomes "Wrongly flagged": the same words as in the report."""
    return words.metric_in_words(metric)


@register.filter
def metric_name(metric: str) -> str:
    """false_positive_rate becomes "false positive rate"."""
    return words.metric_name(metric)
