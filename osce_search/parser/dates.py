"""Dates: a date or a range of dates as typed → the days that it covers.

Dates may be in ISO 8601 (`2015`, `2015-04`, `2015-04-07`, `2015..2017`, `2015-04/2016`), comparisons (`>=2015-04`),
with English months (`April 2015`, `Tuesday, 7th of April 2015`), or relative to `today` (`30 days ago`,
`last 3 months`, `last week`). Weeks begin on Monday.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import NoReturn

from osce_search.errors import QueryError
from osce_search.query import period, print_tree
from osce_search.vocabulary.written_dates import month_name, month_number

Days = tuple[dt.date | None, dt.date | None]
"""The first and the last day of a period; None if that end is open."""

_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:T[\d:.]+Z?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]* (?=.*[a-z])")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_NAMED = re.compile(
    rf"(?:(?:the )?{_DAY} (?:of )?)?([^\W\d_]+)\.?,? (\d{{4}})|([^\W\d_]+)\.? (?:the )?{_DAY},? (\d{{4}})"
)
_AGO = re.compile(r"(\d{1,6}|a|an|one)\s+(day|week|month|year)s?\s+ago")
_LAST = re.compile(r"(?:the )?(?:last|past)\s+(\d{1,6})\s+(day|week|month|year)s?")
_CALENDAR = re.compile(r"(this|last|past|previous)\s+(week|month|year)")
_COMPARED = re.compile(r"(>=|<=|≥|≤|>|<|=)\s*(.*)", re.DOTALL)
_BRACKETED = re.compile(r"[\[{]\s*(.*?)\s+TO\s+(.*?)\s*[\]}]", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(
    r"(\d{4}[-\d]*|\.\.)/(\d{4}[-\d]*|\.\.)"  # 2015-04/2016, the interval of ISO 8601
    r"|(\d{4})[-–—](\d{4})"  # 2015-2017
    r"|(\d{4}[-\d]*)[–—](\d{4}[-\d]*)"  # 2015-04–2016
    r"|(.*?)\s*\.\.\.?\s*(.*)"  # 2015..2017
    r"|(\S.*?)\s+(?:to|until|-|–|—)\s+(\S.*)",  # 2015 to 2017
    re.DOTALL,
)
_MAX_LENGTH = 80  # characters of a date
_EXAMPLE = "2015, 2015-04, 2015-04-07 or 2015..2017"


def parse_range(text: str, *, today: dt.date | None = None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a date or of a range of dates.

    Raise QueryError, with position and suggestion, for an impossible date (2015-13), a range with its ends in the wrong
    order, or a range with an open end.

    >>> parse_range("2016-02")
    (datetime.date(2016, 2, 1), datetime.date(2016, 2, 29))
    >>> parse_range("30 days ago", today=dt.date(2024, 3, 30))[0]
    datetime.date(2024, 2, 29)
    """
    since, until = parse_days(text, today=today)
    if since is None or until is None:
        _refuse(f"{text.strip()!r} has no {'last' if since else 'first'} day", 0, None)
    if since > until:
        _refuse(
            f"the range {text.strip()!r} ends before it begins",
            0,
            print_tree(period(since, until)).removeprefix("date:"),
        )
    return since, until


def parse_days(text: str, *, today: dt.date | None = None) -> Days:
    """Return the ends of a date or of a range of dates as typed: open ends are None, and the order may be wrong.

    >>> parse_days("<2016"), parse_days("2016-05..")
    ((None, datetime.date(2015, 12, 31)), (datetime.date(2016, 5, 1), None))
    >>> parse_days("2017..2015")
    (datetime.date(2017, 12, 31), datetime.date(2015, 1, 1))
    """
    body = text.strip()
    start = text.index(body) if body else 0
    today = today or dt.date.today()
    if len(body) > _MAX_LENGTH:
        _refuse(f"{body[:_MAX_LENGTH]}… is not a date; dates are written {_EXAMPLE}", start, None)
    compared = _COMPARED.fullmatch(body)
    if compared:
        return _compare(compared[1], *_parse_point(compared[2], start + compared.start(2), today))
    between = _BRACKETED.fullmatch(body) or _BETWEEN.fullmatch(body)
    if not between:
        return _parse_point(body, start, today)
    left, right = (number for number, part in enumerate(between.groups(), 1) if part is not None)
    since = until = None
    if between[left] not in ("", "*", ".."):
        since, _ = _parse_point(between[left], start + between.start(left), today)
    if between[right] not in ("", "*", ".."):
        _, until = _parse_point(between[right], start + between.start(right), today)
    if since is None and until is None:
        _refuse(f"{body!r} names no date", start, None)
    if since and until and since > until:
        # 2017..2015 covers whole years, like 2015..2017.
        _, until = _parse_point(between[left], start, today)
        since, _ = _parse_point(between[right], start, today)
        return until, since
    return since, until


def _compare(sign: str, first: dt.date, last: dt.date) -> Days:
    try:
        match sign:
            case ">=" | "≥":
                return first, None
            case "<=" | "≤":
                return None, last
            case ">":
                return last + dt.timedelta(days=1), None
            case "<":
                return None, first - dt.timedelta(days=1)
    except OverflowError:
        _refuse(f"no day is {sign} {first.isoformat()}", 0, None)
    return first, last


def _parse_point(text: str, position: int, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a single date."""
    if found := _ISO.fullmatch(text):
        return _days_of(text, position, found[1], found[3], found[4])
    if found := _COMPACT.fullmatch(text):
        return _days_of(text, position, *found.groups())
    if found := _DOTTED.fullmatch(text):
        return _days_of(text, position, *found.groups()[::-1])
    if found := _SLASHED.fullmatch(text):
        first, second, year_text = found.groups()
        if int(first) > 12 >= int(second):
            return _days_of(text, position, year_text, second, first)
        if int(second) > 12 >= int(first):
            return _days_of(text, position, year_text, first, second)
        _refuse(
            f"{text!r} can be read in two ways, day or month first",
            position,
            f"{year_text}-{second:0>2}-{first:0>2}",
        )
    lowered = " ".join(text.lower().split())
    if found := _NAMED.fullmatch(_WEEKDAY.sub("", lowered, count=1)):
        day, month, year = found.group(1, 2, 3) if found[3] else found.group(5, 4, 6)
        if number := month_number(month, "en"):
            return _days_of(text, position, year, str(number), day)
    days = _relative(lowered, today)
    if days is None:
        _refuse(f"{text!r} is not a date; dates are written {_EXAMPLE}", position, None)
    return days


def _days_of(
    text: str, position: int, year_text: str, month_text: str | None, day_text: str | None
) -> tuple[dt.date, dt.date]:
    year = int(year_text)
    if not year:
        _refuse(f"there is no year 0 in {text!r}", position, None)
    if month_text is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    month = int(month_text)
    if not 1 <= month <= 12:
        _refuse(
            f"there is no month {month_text} in {text!r}",
            position,
            f"{year_text}-{min(max(month, 1), 12):02}",
        )
    last = calendar.monthrange(year, month)[1]
    if day_text is None:
        return dt.date(year, month, 1), dt.date(year, month, last)
    day = int(day_text)
    if not 1 <= day <= last:
        _refuse(
            f"there is no day {day_text} in {text!r}: {month_name(month)} {year} has {last} days",
            position,
            f"{year_text}-{month:02}-{min(max(day, 1), last):02}",
        )
    return dt.date(year, month, day), dt.date(year, month, day)


def _relative(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    if text == "today":
        return today, today
    try:
        if text == "yesterday":
            day = today - dt.timedelta(days=1)
            return day, day
        if found := _AGO.fullmatch(text):
            day = _before(today, int(found[1]) if found[1].isdigit() else 1, found[2])
            return day, day
        if found := _LAST.fullmatch(text):
            return _before(today, int(found[1]), found[2]), today
        if found := _CALENDAR.fullmatch(text):
            return _around(today if found[1] == "this" else _before(today, 1, found[2]), found[2])
    except (OverflowError, ValueError):
        return None
    return None


def _around(day: dt.date, unit: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the week, month or year of a day."""
    if unit == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    if unit == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


def _before(today: dt.date, count: int, unit: str) -> dt.date:
    """Return the day a number of days, weeks, months or years before; in a shorter month, its last day."""
    if unit in ("day", "week"):
        return today - dt.timedelta(days=count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _refuse(problem: str, position: int, suggestion: str | None) -> NoReturn:
    raise QueryError(problem, position=position, suggestion=suggestion)
