"""Dates: a date as written → year, month and day, as far as they were written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from osce_search.extraction.months import month_number
from osce_search.release import Precision

__all__ = ["WrittenDate", "find_dates", "read_date"]

EARLIEST, LATEST = 1900, 2100
"""Years outside of these are numbers of something else."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as far as it was written: any of its parts may be None, but not all. `start` and `end` are offsets."""

    year: int | None
    month: int | None
    day: int | None
    start: int = 0
    end: int = 0

    @property
    def date(self) -> dt.date | None:
        """The first day it names, or None where no year was written."""
        if self.year is None:
            return None
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def precision(self) -> Precision:
        """`day`, `month` or `year`."""
        return "day" if self.day else "month" if self.month else "year"

    def agrees(self, other: dt.date) -> bool:
        """Whether every part that was written is that of the other date.

        >>> WrittenDate(None, 8, 23).agrees(dt.date(2022, 8, 23))
        True
        """
        return all(
            mine is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


_YEAR_WORD = r"(?:\.?\s*(?:года|году|г\.|року|р\.|години|година|годину|године|godine|viti|ж\.)(?!\w))?"
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon monday",
            "tue tues tuesday",
            "wed wednesday",
            "thu thur thurs thursday",
            "fri friday",
            "sat saturday",
            "sun sunday",
        )
    )
    for name in names.split()
}

_ORDINAL = r"(?:st|nd|rd|th|er|-?го|-?е|\.|º)?"
_RANGE = rf"(?:\s*(?:[-–/]|and|to|i|и|та|dhe)\s*\d{{1,2}}{_ORDINAL})?"
_YEAR = rf"(?:(?:,?\s*|-)(?:de\s+)?(?P<year>\d{{4}})(?!\d){_YEAR_WORD})"
# What stands at the first number of a date. Names of months are looked up: hundreds of alternatives are slow.
_FORMS = (
    # 14 March 2005 · 14-Mar-2005 · 17 October, 2000 · 1st May · 5. maja 2010. · 10 de mayo de 2012
    # 15 апреля 2015 года · 5-6 May
    re.compile(
        rf"(?P<day>\d{{1,2}}){_ORDINAL}{_RANGE}(?:\s*(?:of\s+|de\s+)?|-)(?P<month>[^\W\d_]{{3,12}})(?!\w)\.?{_YEAR}?",
        re.IGNORECASE,
    ),
    # 2005-03-14 · 2005-03 · 2005-03-14T10:00
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\d-])"),
    # 2005/03/14
    re.compile(r"(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})(?![\d/])"),
    # 14.03.2005 · 14/03/2005 · 03/14/2005 · 14. 3. 2005
    re.compile(r"(?P<a>\d{1,2})(?:\.\s?|/|-)(?P<b>\d{1,2})(?:\.\s?|/|-)(?P<year>\d{4})(?!\d)"),
)
# The month before the number: March 14, 2005 · Sept. 9-10, 2015 · March 2005
_MONTH_BEFORE = re.compile(r"(?<![\w./-])([^\W\d_]{3,12})\.?,?\s+\Z")
# As mail archives print it (C's asctime): Wed Mar 12 14:02:11 CET 2003
_CLOCK = r"\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s[A-Z]{2,5})?\s"
_DAY_YEAR = re.compile(
    rf"(?P<day>\d{{1,2}})(?!\d){_ORDINAL}(?:\s*[-–]\s*\d{{1,2}})?(?!\d)(?:(?:,?\s+|{_CLOCK})(?P<year>\d{{4}})(?!\d))?"
)
_BARE_YEAR = re.compile(rf"(?P<year>\d{{4}})(?!\d){_YEAR_WORD}", re.IGNORECASE)
_UNTIL = re.compile(r"\s*[-–]\s*(?=\d{1,2}\D)")
_NUMBER = re.compile(r"(?<![\w./-])\d")
_WEEKDAY_BEFORE = re.compile(r"(\w+)[,.]?\s*\Z")


def find_dates(text: str, language: str | None = None) -> Iterator[WrittenDate]:
    """The dates written in a text, in their order; numbers that make no date (31 June) are passed over.

    >>> [(d.year, d.month, d.day) for d in find_dates("From 5 May to 31 June, and on Sept. 9-10, 2015")]
    [(None, 5, 5), (2015, 9, 9)]
    """
    end = 0
    for number in _NUMBER.finditer(text):
        if number.start() >= end:
            date, end = _date_at(text, number.start(), end, language)
            if date is not None:
                yield date


def read_date(text: str, language: str | None = None) -> WrittenDate | None:
    """The first date written in a text, or its bare year, or None.

    Two numbers before a year are day and month, unless that makes no date or a weekday printed before says otherwise.

    >>> read_date("Thu, 07/15/2021 - 17:53").date, read_date("Mon, 17/11/2025 - 11:02").date
    (datetime.date(2021, 7, 15), datetime.date(2025, 11, 17))
    >>> read_date("Wed, 03/04/2024").date  # a Wednesday in April there was, but not in March
    datetime.date(2024, 4, 3)
    >>> read_date("tetor 2012").precision
    'month'
    """
    found = next(find_dates(text, language), None)
    if found is None:
        year = re.fullmatch(r"\W*(\d{4})\W*", text)
        if year and EARLIEST <= int(year[1]) <= LATEST:
            return WrittenDate(int(year[1]), None, None, *year.span(1))
    return found


def _date_at(text: str, start: int, floor: int, language: str | None) -> tuple[WrittenDate | None, int]:
    """The date whose first number begins at `start`, and up to where the text is read.

    A month's name may stand before the number, but not before `floor`. Of an impossible date (31 June) nothing is left.
    """
    for form in _FORMS:
        match = form.match(text, start)
        if match is None:
            continue
        parts = match.groupdict()
        year = int(parts["year"]) if parts["year"] else None
        month: int
        day: int | None
        if "a" in parts:
            month, day = _order(text, match)
        else:
            name = match["month"]
            found = int(name) if name.isdigit() else month_number(name, language)
            if found is None:
                continue
            month, day = found, int(parts["day"]) if parts["day"] else None
        if not _exists(year, month, day):
            return None, match.end()
        date = WrittenDate(year, month, day, start, match.end())
        if year is None and (closed := _closed(text, date, language)):
            date = closed
        return date, date.end
    before = _MONTH_BEFORE.search(text, max(floor, start - 16), start)
    named = month_number(before[1], language) if before else None
    match = _BARE_YEAR.match(text, start) or _DAY_YEAR.match(text, start)
    if before is None or named is None or match is None:
        return None, floor
    parts = match.groupdict()
    year, day = int(parts["year"]) if parts["year"] else None, int(parts["day"]) if parts.get("day") else None
    if not _exists(year, named, day):
        return None, match.end()
    return WrittenDate(year, named, day, before.start(), match.end()), match.end()


def _closed(text: str, opening: WrittenDate, language: str | None) -> WrittenDate | None:
    """The first day of a span whose year stands behind its last: 29 April–1 May 2010."""
    until = _UNTIL.match(text, opening.end)
    last = _date_at(text, until.end(), until.end(), language)[0] if until else None
    if last is None or last.year is None or not _exists(last.year, opening.month, opening.day):
        return None
    is_later = (last.month or 0, last.day or 0) > (opening.month or 0, opening.day or 0)
    return replace(opening, year=last.year, end=last.end) if is_later else None


def _order(text: str, match: re.Match[str]) -> tuple[int, int]:
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    weekday = _WEEKDAY_BEFORE.search(text, 0, match.start())
    named = _WEEKDAYS.get(weekday[1].casefold()) if weekday else None
    for day, month in ((a, b), (b, a)):
        if _exists(year, month, day) and (named is None or dt.date(year, month, day).weekday() == named):
            return month, day
    return (b, a) if _exists(year, b, a) else (a, b)


def _exists(year: int | None, month: int | None, day: int | None) -> bool:
    if year is not None and not EARLIEST <= year <= LATEST:
        return False
    try:
        # A leap year, so that 29 February may stand without its year.
        dt.date(year or 2000, month if month is not None else 1, day if day is not None else 1)
    except ValueError:
        return False
    return True
