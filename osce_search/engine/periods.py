"""Periods: years and months in a row."""

from __future__ import annotations

from typing import Literal

from osce_search.errors import QueryError

__all__ = ["check_period", "count_periods", "list_periods"]


def check_period(name: str) -> Literal["year", "month"]:
    """The period of that name; raises QueryError for what is no time.

    >>> check_period("year")
    'year'
    """
    if name == "year":
        return "year"
    if name == "month":
        return "month"
    raise QueryError(f"a trend is by year or by month, not by {name!r}")


def list_periods(first: str, last: str) -> list[str]:
    """Every year or month from the one to the other, none left out.

    >>> list_periods("2015-11", "2016-02")
    ['2015-11', '2015-12', '2016-01', '2016-02']
    >>> list_periods("0999", "1001")
    ['0999', '1000', '1001']
    """
    numbers = range(_number(first), _number(last) + 1)
    if len(first) == 4:
        return [f"{number:04}" for number in numbers]
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def count_periods(first: str, last: str) -> int:
    """How many years or months there are from the one to the other, both included.

    >>> count_periods("2015-11", "2016-02")
    4
    """
    return _number(last) - _number(first) + 1


def _number(period: str) -> int:
    year, _, month = period.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)
