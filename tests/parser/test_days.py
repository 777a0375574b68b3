"""Dates as they are typed."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import QueryError
from osce_search.parser.dates import parse_days, parse_range
from osce_search.query import DateRange, period, print_tree

TODAY = dt.date(2024, 3, 31)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015", "2015-01-01", "2015-12-31"),
        ("2015-04", "2015-04-01", "2015-04-30"),
        ("2015-4", "2015-04-01", "2015-04-30"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2015-04-07", "2015-04-07", "2015-04-07"),
        (" 2015-04-07 ", "2015-04-07", "2015-04-07"),
        ("2015/04/07", "2015-04-07", "2015-04-07"),
        ("20150407", "2015-04-07", "2015-04-07"),
        ("07.04.2015", "2015-04-07", "2015-04-07"),
        ("13/04/2015", "2015-04-13", "2015-04-13"),
        ("04/13/2015", "2015-04-13", "2015-04-13"),
        ("2015-04-07T10:15:00Z", "2015-04-07", "2015-04-07"),
        ("April 2015", "2015-04-01", "2015-04-30"),
        ("7 April 2015", "2015-04-07", "2015-04-07"),
        ("Tuesday, 7 April 2015", "2015-04-07", "2015-04-07"),
        ("Tue. April 7th, 2015", "2015-04-07", "2015-04-07"),
        ("the 7th of April, 2015", "2015-04-07", "2015-04-07"),
        ("April, 2015", "2015-04-01", "2015-04-30"),
        ("1st May 2015 to 2nd of May 2015", "2015-05-01", "2015-05-02"),
        ("Apr 7, 2015", "2015-04-07", "2015-04-07"),
        ("Sept. 2015", "2015-09-01", "2015-09-30"),
        ("2015..2017", "2015-01-01", "2017-12-31"),
        ("2015 .. 2017-03", "2015-01-01", "2017-03-31"),
        ("2015-2017", "2015-01-01", "2017-12-31"),
        ("2015–2017", "2015-01-01", "2017-12-31"),
        ("2015 to 2017", "2015-01-01", "2017-12-31"),
        ("2015-04/2016", "2015-04-01", "2016-12-31"),
        ("[2015 TO 2016]", "2015-01-01", "2016-12-31"),
        ("[2011-01-01T00:00:00Z TO 2012-01-01T00:00:00Z]", "2011-01-01", "2012-01-01"),
        ("today", "2024-03-31", "2024-03-31"),
        ("yesterday", "2024-03-30", "2024-03-30"),
        ("30 days ago", "2024-03-01", "2024-03-01"),
        ("2 weeks ago", "2024-03-17", "2024-03-17"),
        ("a month ago", "2024-02-29", "2024-02-29"),
        ("13 months ago", "2023-02-28", "2023-02-28"),
        ("1 year ago", "2023-03-31", "2023-03-31"),
        ("last 3 months", "2023-12-31", "2024-03-31"),
        ("this year", "2024-01-01", "2024-12-31"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("this month", "2024-03-01", "2024-03-31"),
        ("last month", "2024-02-01", "2024-02-29"),
        ("past month", "2024-02-01", "2024-02-29"),
        ("previous year", "2023-01-01", "2023-12-31"),
        ("this week", "2024-03-25", "2024-03-31"),
        ("last week", "2024-03-18", "2024-03-24"),
        ("the last 2 weeks", "2024-03-17", "2024-03-31"),
        ("30 days ago..today", "2024-03-01", "2024-03-31"),
    ],
)
def test_a_date_covers_its_days(text: str, first: str, last: str) -> None:
    assert parse_range(text, today=TODAY) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "message", "position", "suggestion"),
    [
        ("2015-13", "there is no month 13 in '2015-13'", 0, "2015-12"),
        ("2015-00", "there is no month 00 in '2015-00'", 0, "2015-01"),
        ("2015-02-30", "there is no day 30 in '2015-02-30': February 2015 has 28 days", 0, "2015-02-28"),
        ("2015..2016-02-30", "there is no day 30 in '2016-02-30': February 2016 has 29 days", 6, "2016-02-29"),
        ("0000", "there is no year 0 in '0000'", 0, None),
        ("7/4/2015", "'7/4/2015' can be read in two ways, day or month first", 0, "2015-04-07"),
        ("2017..2015", "the range '2017..2015' ends before it begins", 0, "2015..2017"),
        ("2015..", "'2015..' has no last day", 0, None),
        ("<2015", "'<2015' has no first day", 0, None),
        ("..", "'..' names no date", 0, None),
        ("15", "'15' is not a date; dates are written 2015, 2015-04, 2015-04-07 or 2015..2017", 0, None),
        ("", "'' is not a date; dates are written 2015, 2015-04, 2015-04-07 or 2015..2017", 0, None),
        (">9999", "no day is > 9999-01-01", 0, None),
        ("99999 years ago",
         "'99999 years ago' is not a date; dates are written 2015, 2015-04, 2015-04-07 or 2015..2017", 0, None),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_place_and_advice(
    text: str, message: str, position: int, suggestion: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_range(text, today=TODAY)
    assert (str(caught.value), caught.value.position, caught.value.suggestion) == (
        message,
        position,
        suggestion,
    )


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2015..", "2015-01-01", None),
        ("..2015", None, "2015-12-31"),
        ("2015/..", "2015-01-01", None),
        ("[* TO 2016]", None, "2016-12-31"),
        (">=2015-04", "2015-04-01", None),
        ("≤ 2015-04", None, "2015-04-30"),
        (">2015-04", "2015-05-01", None),
        ("<2015-04", None, "2015-03-31"),
        ("=2015-04", "2015-04-01", "2015-04-30"),
        ("2017..2015", "2017-12-31", "2015-01-01"),
    ],
)
def test_a_range_may_be_open_or_reversed(text: str, since: str | None, until: str | None) -> None:
    assert parse_days(text) == (
        dt.date.fromisoformat(since) if since else None,
        dt.date.fromisoformat(until) if until else None,
    )


@given(st.none() | st.dates(), st.none() | st.dates())
def test_printed_days_read_back(since: dt.date | None, until: dt.date | None) -> None:
    node = period(since, until)
    if isinstance(node, DateRange):
        assert parse_days(print_tree(node).removeprefix("date:")) == (node.since, node.until)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_ends_on_its_last_day(year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    assert parse_range(f"{year:04}-{month:02}") == (dt.date(year, month, 1), dt.date(year, month, last))


@given(st.text(max_size=40) | st.text("0123456789-./ <>=[]TO", max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with contextlib.suppress(QueryError):
        parse_days(text)
