"""Dates: as written → as far as they were written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.vocabulary.written_dates import all_months, find_dates, month_number, read_date


def written(text: str) -> tuple[int | None, int | None, int | None] | None:
    date = read_date(text)
    return (date.year, date.month, date.day) if date else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 March 2005", (2005, 3, 14)),
        ("02 May 2014", (2014, 5, 2)),
        ("17 October, 2000", (2000, 10, 17)),
        ("1st May 1999", (1999, 5, 1)),
        ("April 2, 2016", (2016, 4, 2)),
        ("Sept. 9-10, 2015", (2015, 9, 9)),
        ("Wed Mar 12 14:02:11 CET 2003", (2003, 3, 12)),
        ("Wed Mar  5 14:02:11 2003", (2003, 3, 5)),
        ("15 Apr 2015", (2015, 4, 15)),
        ("5-6 May 2010", (2010, 5, 5)),
        ("the 3rd of June 2003", (2003, 6, 3)),
        ("10 tetor 2012", (2012, 10, 10)),
        ("3 nëntor 1998", (1998, 11, 3)),
        ("24 shkurt 2010", (2010, 2, 24)),
        ("15 апреля 2015 года", (2015, 4, 15)),
        ("15 апреля 2015 г.", (2015, 4, 15)),
        ("3 СЕНТЯБРЯ 2021", (2021, 9, 3)),
        ("3 березня 2016 р.", (2016, 3, 3)),
        ("21 листопада 2013 року", (2013, 11, 21)),
        ("5. maj 2010.", (2010, 5, 5)),
        ("12. septembra 2011. godine", (2011, 9, 12)),
        ("28. јуна 2007.", (2007, 6, 28)),
        ("9. prosinca 2004.", (2004, 12, 9)),
        ("7. Dezember 2001", (2001, 12, 7)),
        ("1er mars 2004", (2004, 3, 1)),
        ("10 de mayo de 2012", (2012, 5, 10)),
        ("19 décembre 2011", (2011, 12, 19)),
        ("2 ottobre 1997", (1997, 10, 2)),
        ("9, March 2011", (2011, 3, 9)),
        ("9 March2011", (2011, 3, 9)),
        ("Press release9 March 2011", (2011, 3, 9)),
        ("20110309", (2011, 3, 9)),
        ("20111309", None),
        ("2011.03.09", (2011, 3, 9)),
        ("2011-3-9", (2011, 3, 9)),
        ("9.III.2011", (2011, 3, 9)),
        ("9 March 11", (None, 3, 9)),
        ("2005-03-14", (2005, 3, 14)),
        ("2005/03/14", (2005, 3, 14)),
        ("14-Mar-2005", (2005, 3, 14)),
        ("29 April–1 May 2010", (2010, 4, 29)),
        ("23 August – 5 April 2012", (None, 8, 23)),
        ("2024-07-30T23:30:00+02:00", (2024, 7, 30)),
        ("2005-03", (2005, 3, None)),
        ("14.03.2005", (2005, 3, 14)),
        ("14. 3. 2005.", (2005, 3, 14)),
        ("14/03/2005", (2005, 3, 14)),
        ("March 1999", (1999, 3, None)),
        ("март 1999 года", (1999, 3, None)),
        ("1999", (1999, None, None)),
        ("23 August", (None, 8, 23)),
        ("August 23", (None, 8, 23)),
        ("29 February 2004", (2004, 2, 29)),
        ("29 February", (None, 2, 29)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_written(text: str, expected: tuple[int | None, ...] | None) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "31 June 2003",
        "29 February 2003",
        "32 May 2003",
        "0 May 2003",
        "99/99/2003",
        "2003-13-01",
        "the 217/2021 report",
        "Spot Report 7/2021",
        "57 participating States",
        "May I come in",
        "12 Marchers",
        "resolution 1244 (1999)",
        "1899",
        "15 May 1066",
        "",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_a_weekday_decides_which_number_is_the_month() -> None:
    assert written("Mon, 17/11/2025 - 11:02") == (2025, 11, 17)
    assert written("Thu, 07/15/2021 - 17:53") == (2021, 7, 15)
    # In 2024 the third of April was a Wednesday, the fourth of March a Monday.
    assert written("Wed, 03/04/2024") == (2024, 4, 3)
    assert written("Mon, 03/04/2024") == (2024, 3, 4)


def test_without_a_weekday_the_day_comes_first_unless_that_makes_no_date() -> None:
    assert written("03/04/2024") == (2024, 4, 3)
    assert written("03/24/2024") == (2024, 3, 24)


def test_the_dates_of_a_text_come_in_their_order_and_do_not_overlap() -> None:
    text = "Registration ran from 5 May to 7 June 2003; results followed on June 12, 2003 and 2003-07-01."
    dates = list(find_dates(text))
    assert [(d.year, d.month, d.day) for d in dates] == [
        (None, 5, 5),
        (2003, 6, 7),
        (2003, 6, 12),
        (2003, 7, 1),
    ]
    assert [text[d.start : d.end] for d in dates] == ["5 May", "7 June 2003", "June 12, 2003", "2003-07-01"]


def test_precision_is_that_of_what_was_written() -> None:
    for text, precision in (("5 May 2003", "day"), ("May 2003", "month"), ("2003", "year")):
        date = read_date(text)
        assert date is not None
        assert date.precision == precision


def test_the_language_decides_between_months_of_one_name() -> None:
    assert month_number("listopada", "hr") == 10
    assert month_number("listopada", "pl") == 11
    assert month_number("листопада") == 11


def test_every_month_of_every_language_is_there() -> None:
    assert set(all_months().values()) == set(range(1, 13))


@given(st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(sorted(all_months())))
def test_what_is_printed_with_any_name_of_its_month_is_read_back(date: dt.date, name: str) -> None:
    date = date.replace(month=all_months()[name], day=min(date.day, 28))
    found = read_date(f"{date.day} {name.upper()} {date.year}")
    assert found is not None
    assert found.date == date


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_and_offsets_lie_within(text: str) -> None:
    for date in find_dates(text):
        assert 0 <= date.start < date.end <= len(text)
        assert date.date is None or 1900 <= date.date.year <= 2100


@pytest.mark.parametrize("text", ["Mon, 5/00/2010", "14.00.2005", "2005-00-14", "00/00/2000"])
def test_month_zero_makes_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("29/03/11", "2011-03-29"),
        ("03/29/99", "1999-03-29"),
        ("9 March '11", "2011-03-09"),
        ("29.3.11", "2011-03-29"),
    ],
)
def test_years_of_two_digits_count_only_if_they_are_asked_for(text: str, expected: str) -> None:
    date = read_date(text, short=True)
    assert date is not None
    assert date.iso == expected
    unasked = read_date(text)
    assert unasked is None or unasked.year is None
