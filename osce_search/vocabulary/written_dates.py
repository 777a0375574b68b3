"""Written dates: a date as people write it → year, month and day, as far as they were written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from osce_search.vocabulary.table import FOLDER, read_table

Precision = Literal["day", "month", "year"]

EARLIEST, LATEST = 1900, 2100
"""Numbers outside of these are no years."""

RECENT = 75
"""A year of two digits up to this one is of this century: the OSCE's first releases are of the 1970s."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as far as it was written. Any part may be None, but not all; `start` and `end` are offsets in the text."""

    year: int | None
    month: int | None
    day: int | None
    start: int = 0
    end: int = 0

    @property
    def date(self) -> dt.date | None:
        """The first day of the date, or None if no year was written."""
        if self.year is None:
            return None
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def precision(self) -> Precision:
        """`day`, `month` or `year`."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def iso(self) -> str:
        """The date in ISO form, as far as it was written.

        >>> WrittenDate(2012, 10, None).iso
        '2012-10'
        """
        return "-".join(f"{part:02d}" for part in (self.year, self.month, self.day) if part is not None)

    def agrees(self, other: WrittenDate | dt.date) -> bool:
        """Whether every part that both dates have is the same.

        >>> WrittenDate(None, 8, 23).agrees(dt.date(2022, 8, 23))
        True
        """
        return all(
            mine is None or theirs is None or mine == theirs
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
_SHORT_YEAR = r"(?:(?:,?\s*|-)['’]?(?P<short>\d{2})(?![\d:.]))"
# The forms that begin at the first number of a date. Names of months are looked up: hundreds of alternatives are slow.
_FORMS = (
    # 14 March 2005 · 14-Mar-2005 · 17 October, 2000 · 9, March 2011 · 1st May · 5. maja 2010. · 10 de mayo de 2012
    # 15 апреля 2015 года · 5-6 May · 9 March '11
    re.compile(
        rf"(?P<day>\d{{1,2}}){_ORDINAL}{_RANGE}(?:,?\s*(?:of\s+|de\s+)?|-)(?P<month>[^\W\d_]{{3,12}})(?![^\W\d_])\.?"
        rf"(?:{_YEAR}|{_SHORT_YEAR})?",
        re.IGNORECASE,
    ),
    # 2005-03-14 · 2005-03 · 2005-03-14T10:00
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\d-])"),
    # 2005/03/14 · 2005.03.14 · 2005-3-4
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d/-])"),
    # 14.03.2005 · 14/03/2005 · 03/14/2005 · 14. 3. 2005
    re.compile(r"(?P<a>\d{1,2})(?:\.\s?|/|-)(?P<b>\d{1,2})(?:\.\s?|/|-)(?P<year>\d{4})(?!\d)"),
    # 14.III.2005 · 14/III/2005
    re.compile(r"(?P<day>\d{1,2})[./ ]\s?(?P<roman>[IVX]{1,4})[./ ]\s?(?P<year>\d{4})(?!\d)"),
    # 14/03/05 · 14.3.05: the day of a year of two digits, whose century nothing says
    re.compile(r"(?P<a>\d{1,2})(?:([./-])(?P<b>\d{1,2})\2)(?P<short>\d{2})(?![\d./:-]*\d)"),
)
_ROMAN = {name: number for number, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), 1)}  # noqa: SIM905
# 20050314, where it is the whole text
_COMPACT = re.compile(r"\W*((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4,6}Z?)?\W*")
# The month before the number: March 14, 2005 · Sept. 9-10, 2015 · March 2005
_MONTH_BEFORE = re.compile(r"(?<![\w./-])([^\W\d_]{3,12})\.?,?\s+\Z")
# As mail archives print it (C's asctime): Wed Mar 12 14:02:11 CET 2003
_CLOCK = r"\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s[A-Z]{2,5})?\s"
_DAY_YEAR = re.compile(
    rf"(?P<day>\d{{1,2}})(?!\d){_ORDINAL}(?:\s*[-–]\s*\d{{1,2}})?(?!\d)(?:(?:,?\s+|{_CLOCK})(?P<year>\d{{4}})(?!\d))?"
)
_BARE_YEAR = re.compile(rf"(?P<year>\d{{4}})(?!\d){_YEAR_WORD}", re.IGNORECASE)
_UNTIL = re.compile(r"\s*[-–]\s*(?=\d{1,2}\D)")
# A number glued to a word counts if a whole date follows: "Press release14 May 2012".
_NUMBER = re.compile(r"(?<![\w./-])\d|(?<=[^\W\d_])\d(?=\d?\s[^\W\d_]{3,12},?\s\d{4})")
_WEEKDAY_BEFORE = re.compile(r"(\w+)[,.]?\s*\Z")


def find_dates(text: str, language: str | None = None, *, short: bool = False) -> Iterator[WrittenDate]:
    """Yield the dates written in a text, in their order. Numbers that make no date (31 June) are passed over.

    `short` includes years of two digits (29/03/11). They are guesses until another date of the page supports them.

    >>> [(d.year, d.month, d.day) for d in find_dates("From 5 May to 31 June, and on Sept. 9-10, 2015")]
    [(None, 5, 5), (2015, 9, 9)]
    """
    end = 0
    for number in _NUMBER.finditer(text):
        if number.start() >= end:
            date, end = _date_at(text, number.start(), end, language, short)
            if date is not None:
                yield date


def read_date(text: str, language: str | None = None, *, short: bool = False) -> WrittenDate | None:
    """Return the first date written in a text, or its bare year, or None.

    Two numbers before a year are day and month, unless that makes no date or a weekday printed before says otherwise.

    >>> read_date("Thu, 07/15/2021 - 17:53").date, read_date("Mon, 17/11/2025 - 11:02").date
    (datetime.date(2021, 7, 15), datetime.date(2025, 11, 17))
    >>> read_date("Wed, 03/04/2024").date  # 3 April 2024 was a Wednesday, 4 March was not
    datetime.date(2024, 4, 3)
    >>> read_date("tetor 2012").precision, read_date("20121014").iso
    ('month', '2012-10-14')
    """
    found = next(find_dates(text, language, short=short), None)
    if found is not None:
        return found
    if compact := _COMPACT.fullmatch(text):
        year, month, day = map(int, compact.groups())
        return WrittenDate(year, month, day, 0, len(text)) if _exists(year, month, day) else None
    bare = re.fullmatch(r"\W*(\d{4})\W*", text)
    if bare and EARLIEST <= int(bare[1]) <= LATEST:
        return WrittenDate(int(bare[1]), None, None, *bare.span(1))
    return None


def month_number(name: str, language: str | None = None) -> int | None:
    """Return the month from 1 to 12 that a name means, in a language if it is known, or None.

    >>> month_number("listopada"), month_number("listopada", "pl"), month_number("Tetor")
    (10, 11, 10)
    """
    name = _key(name)
    if language:
        for key, forms in _months().items():
            if key.partition("-")[0] == language and name in forms:
                return forms[name]
    return all_months().get(name)


def month_name(number: int) -> str:
    """Return the English name of a month from 1 to 12."""
    return read_table(FOLDER / "months.csv", ("language",)).columns[number]


@cache
def all_months() -> dict[str, int]:
    """Return every name of a month, casefolded, with its number. The earlier row of months.csv wins."""
    merged: dict[str, int] = {}
    for forms in _months().values():
        for form, number in forms.items():
            merged.setdefault(form, number)
    return merged


@cache
def _months() -> dict[str, dict[str, int]]:
    table = read_table(FOLDER / "months.csv", ("language", "January", "December"))
    return {
        row.cells[0]: {
            _key(form): number for number, forms in enumerate(row.cells[1:], 1) for form in forms.split()
        }
        for row in table.rows
    }


def _key(name: str) -> str:
    # Turkish has an i without and one with a dot, in small letters and capitals: here they are one.
    return name.casefold().replace("ı", "i").replace("\u0307", "")


def _date_at(
    text: str, start: int, floor: int, language: str | None, short: bool
) -> tuple[WrittenDate | None, int]:
    """Return the date whose first number begins at `start`, and the offset up to which the text is read.

    A month's name may stand before the number, but not before `floor`. An impossible date (31 June) is skipped whole.
    """
    for form in _FORMS:
        match = form.match(text, start)
        if match is None:
            continue
        parts = match.groupdict()
        year = int(parts["year"]) if parts.get("year") else None
        if year is None and short and parts.get("short"):
            year = int(parts["short"]) + (2000 if int(parts["short"]) <= RECENT else 1900)
        elif year is None and "a" in parts:
            continue
        found: int | None
        day: int | None
        if "a" in parts:
            found, day = _order(text, match, year or 0)
        else:
            name = parts.get("month") or ""
            found = (
                int(name)
                if name.isdigit()
                else month_number(name, language)
                if name
                else _ROMAN.get(parts["roman"])
            )
            day = int(parts["day"]) if parts["day"] else None
        if found is None:
            continue
        if not _exists(year, found, day):
            return None, match.end()
        # A short year that does not count stays outside of the date.
        end = match.start("short") if parts.get("short") and year is None else match.end()
        date = WrittenDate(year, found, day, start, start + len(text[start:end].rstrip(" ,'’-")))
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
    """Return the first day of a span whose year stands behind its last day: 29 April–1 May 2010."""
    until = _UNTIL.match(text, opening.end)
    last = _date_at(text, until.end(), until.end(), language, False)[0] if until else None
    if last is None or last.year is None or not _exists(last.year, opening.month, opening.day):
        return None
    is_later = (last.month or 0, last.day or 0) > (opening.month or 0, opening.day or 0)
    return replace(opening, year=last.year, end=last.end) if is_later else None


def _order(text: str, match: re.Match[str], year: int) -> tuple[int, int]:
    """Return month and day of two numbers before a year."""
    a, b = int(match["a"]), int(match["b"])
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
