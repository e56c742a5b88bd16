"""Numbers and dates as they are written."""

import datetime as dt
from decimal import Decimal
from math import inf, nan

import pytest

from config import figures

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.214, "+21.4"),
        (-0.0491, f"{MINUS}4.9"),
        (0.0, "0.0"),
        (0.00049, "0.0"),
        (Decimal("0.05"), "+5.0"),
        (None, ""),
        (nan, ""),
    ],
)
def test_points_carry_their_sign(value: float | Decimal | None, written: str) -> None:
    assert figures.points(value) == written


def test_percent_to_the_printed_digit() -> None:
    assert figures.percent(0.4485) == "44.9%"
    assert figures.percent(805 / 1795, 2) == "44.85%"
    assert figures.percent(1) == "100.0%"
    assert figures.percent(inf) == ""


def test_percent_rounds_halves_up_as_people_do() -> None:
    assert figures.percent(Decimal("0.23445"), 2) == "23.45%"


def test_interval_never_breaks_over_two_lines() -> None:
    assert figures.interval(0.182, 0.245).replace("\xa0", " ") == "+18.2 to +24.5"
    assert " " not in figures.interval(-0.127, 0.028)


@pytest.mark.parametrize(
    ("kind", "written"), [("percent", "42.6% to 47.2%"), ("plain", "0.43 to 0.47"), ("points", "+42.6 to +47.2")]
)
def test_interval_by_kind(kind: str, written: str) -> None:
    assert figures.interval(0.426, 0.472, kind).replace("\xa0", " ") == written


def test_an_undefined_interval_is_left_out() -> None:
    assert figures.interval(None, 0.2) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.4485, "45 of 100"),
        (0.004, "fewer than 1 of 100"),
        (0.9999, "more than 99 of 100"),
        (0, "0 of 100"),
        (1, "100 of 100"),
    ],
)
def test_rates_in_people_keep_their_meaning_at_the_ends(value: float, written: str) -> None:
    assert figures.of_hundred(value) == written


def test_digits_and_counts() -> None:
    assert figures.digits(18204) == "18,204"
    assert figures.digits(None) == ""
    assert figures.counted(1, "finding") == "1 finding"
    assert figures.counted(1204, "entry", "entries") == "1,204 entries"


def test_hashes() -> None:
    digest = "sha256:4be1" + "0" * 56 + "90d7"
    assert figures.short_hash(digest) == "4be1…90d7"
    assert figures.short_hash("a41f9c2") == "a41f9c2"
    assert figures.long_hash("c07e51ab") == "c07e 51ab"


@pytest.mark.parametrize(
    ("n_bytes", "written"), [(999, "999 bytes"), (412_000, "412 KB"), (1_900_000, "1.9 MB"), (2_000_000_000, "2.0 GB")]
)
def test_file_sizes(n_bytes: int, written: str) -> None:
    assert figures.file_size(n_bytes) == written


TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("on", "short", "distance"),
    [
        (dt.date(2026, 11, 9), "9 Nov", "14 days late"),
        (dt.date(2026, 11, 22), "22 Nov", "1 day late"),
        (TODAY, "23 Nov", "today"),
        (dt.date(2026, 11, 24), "24 Nov", "tomorrow"),
        (dt.date(2026, 12, 11), "11 Dec", "in 18 days"),
        (dt.date(2027, 2, 1), "1 Feb 2027", ""),
    ],
)
def test_due_dates(on: dt.date, short: str, distance: str) -> None:
    assert figures.short_day(on, TODAY) == short
    assert figures.due(on, TODAY) == distance


def test_long_dates() -> None:
    assert figures.day(TODAY) == "23 November 2026"
    assert figures.day(None) == ""


def test_moments() -> None:
    now = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
    assert figures.moment(now.replace(hour=9, minute=41), now) == "today at 09:41"
    assert figures.moment(now - dt.timedelta(days=1), now) == "yesterday at 12:00"
    assert figures.moment(now - dt.timedelta(days=20), now) == "3 November 2026 at 12:00"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (5 * 86400, "5 days ago"),
        (40 * 86400, "14 October 2026"),
    ],
)
def test_ago(seconds: int, written: str) -> None:
    now = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
    assert figures.ago(now - dt.timedelta(seconds=seconds), now) == written
