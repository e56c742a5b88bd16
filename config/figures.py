"""Numbers and dates in words, as every page and report writes them. No request, no database."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

Number = int | float | Decimal


def rounded(value: Number, places: int) -> Decimal:
    """The number as printed: halves go up, as people expect from 44.85."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def is_figure(value: object) -> bool:
    """Whether the value can be printed as a number; None, NaN and infinity cannot."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and isfinite(value)


def signed(number: Decimal) -> str:
    """With its sign: +21.4, a true minus for negatives, 0.0 without one."""
    if number == 0:
        return str(abs(number))
    return f"+{number}" if number > 0 else f"{MINUS}{-number}"


def points(value: Number | None, places: int = 1) -> str:
    """A difference of two rates in percentage points: 0.2140 is +21.4. Nothing for an undefined one."""
    return signed(rounded(Decimal(str(value)) * 100, places)) if is_figure(value) and value is not None else ""


def percent(value: Number | None, places: int = 1) -> str:
    """A rate as a percentage: 0.4485 is 44.9%, with places=2 44.85%."""
    if value is None or not is_figure(value):
        return ""
    number = rounded(Decimal(str(value)) * 100, places)
    return f"{MINUS}{-number}%" if number < 0 else f"{number}%"


def plain(value: Number | None, places: int = 2) -> str:
    """A ratio or score: 0.80, with a true minus."""
    if value is None or not is_figure(value):
        return ""
    number = rounded(value, places)
    return f"{MINUS}{-number}" if number < 0 else str(number)


def interval(low: Number | None, high: Number | None, kind: str = "points", places: int | None = None) -> str:
    """An interval in words, "+18.2 to +24.5". Kinds: points (differences), percent (rates), plain (ratios, scores)."""
    if not is_figure(low) or not is_figure(high):
        return ""
    write = {"points": points, "percent": percent, "plain": plain}[kind]
    decimals = places if places is not None else (2 if kind == "plain" else 1)
    return f"{write(low, decimals)} to {write(high, decimals)}".replace(" ", NO_BREAK)


def of_hundred(value: Number | None) -> str:
    """A rate in people: 0.4485 is "45 of 100"; tiny and nearly full rates keep their meaning."""
    if value is None or not is_figure(value):
        return ""
    whole = rounded(Decimal(str(value)) * 100, 0)
    if whole == 0 and value > 0:
        return "fewer than 1 of 100"
    if whole == 100 and value < 1:
        return "more than 99 of 100"
    return f"{whole} of 100"


def digits(value: Number | None) -> str:
    """A whole number with thousands separated: 18204 is 18,204."""
    return f"{int(value):,}".replace("-", MINUS) if value is not None and is_figure(value) else ""


def short_hash(value: str | None, length: int = 8) -> str:
    """The head and tail of a digest, enough to recognise it: 4be1…90d7. Never for checking."""
    text = (value or "").removeprefix("sha256:")
    half = max(length // 2, 1)
    return text if len(text) <= length + 1 else f"{text[:half]}…{text[-half:]}"


def long_hash(value: str | None) -> str:
    """The whole digest in groups of four, readable aloud."""
    text = (value or "").removeprefix("sha256:")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def file_size(n_bytes: int | None) -> str:
    """A size as people say it: 412 KB, 1.9 MB."""
    if n_bytes is None:
        return ""
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    size = Decimal(n_bytes)
    for unit in ("KB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            return f"{rounded(size, 0 if size >= 100 or unit == 'KB' else 1)} {unit}"
    raise AssertionError("unreachable")


def day(value: dt.date | None) -> str:
    """The date in words: 23 November 2026."""
    return f"{value.day} {LONG_MONTHS[value.month - 1]} {value.year}" if value else ""


def short_day(value: dt.date | None, today: dt.date) -> str:
    """The date as tables write it: 9 Nov, with the year where it is another one."""
    if value is None:
        return ""
    text = f"{value.day} {MONTHS[value.month - 1]}"
    return text if value.year == today.year else f"{text} {value.year}"


def clock(value: dt.datetime) -> str:
    """The time of day: 09:41."""
    return f"{value.hour:02d}:{value.minute:02d}"


def moment(value: dt.datetime | None, now: dt.datetime) -> str:
    """When something happened: today at 09:41, yesterday at 16:20, 3 November 2026 at 10:00. Both in one time zone."""
    if value is None:
        return ""
    away = (now.date() - value.date()).days
    named = {0: "today", 1: "yesterday"}.get(away) or day(value.date())
    return f"{named} at {clock(value)}"


def ago(value: dt.datetime | None, now: dt.datetime) -> str:
    """How long ago: just now, 12 minutes ago, 3 hours ago, 5 days ago, then the date."""
    if value is None:
        return ""
    seconds = int((now - value).total_seconds())
    if seconds < 60:
        return "just now"
    for limit, size, unit in ((3600, 60, "minute"), (86400, 3600, "hour"), (31 * 86400, 86400, "day")):
        if seconds < limit:
            return f"{counted(seconds // size, unit)} ago"
    return day(value.date())


def due(value: dt.date | None, today: dt.date) -> str:
    """How far away a date is: 14 days late, today, tomorrow, in 18 days. Beyond two months the date itself says it."""
    if value is None:
        return ""
    left = (value - today).days
    if left < 0:
        return f"{counted(-left, 'day')} late"
    if left > 60:
        return ""
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 finding, 3 findings, 1,204 entries."""
    return f"{digits(number)} {noun if number == 1 else plural or noun + 's'}"
