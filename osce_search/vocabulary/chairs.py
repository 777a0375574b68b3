"""Chairs: a year → the State that held the Chair, and the cities that were seats in it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from osce_search.vocabulary.table import FOLDER, read_table
from osce_search.vocabulary.terms import vocabulary

__all__ = ["Chair", "chair", "seats"]


class Chair(NamedTuple):
    """The Chair of one year: `country` is a code (empty for a State that is no more), `city` a place."""

    year: int
    country: str
    city: str


def chair(year: int) -> Chair | None:
    """The Chair of a year, or None for a year that the table does not have.

    >>> chair(2004)
    Chair(year=2004, country='BG', city='Sofia')
    """
    return _chairs().get(year)


def seats(year: int | None = None) -> frozenset[str]:
    """The places OSCE bodies write from: the lasting seats and, for a given year, the capital of its Chair.

    A dateline of one of these says where a release was written and not what it is about. The places are
    values of the vocabulary `place`.

    >>> sorted(seats(2004) - seats())
    ['Sofia']
    """
    lasting = _lasting()
    held = _chairs().get(year) if year is not None else None
    return lasting | {held.city} if held else lasting


@lru_cache(maxsize=1)
def _chairs() -> dict[int, Chair]:
    table = read_table(FOLDER / "chairs.csv", ("year", "country", "city"))
    found: dict[int, Chair] = {}
    for row, year, country, city in zip(
        table.rows, table.column("year"), table.column("country"), table.column("city"), strict=True
    ):
        if not year.isdigit() or int(year) in found:
            raise table.error(row, f"{year!r} is no year, or is there twice")
        found[int(year)] = Chair(int(year), country, city)
    return found


@lru_cache(maxsize=1)
def _lasting() -> frozenset[str]:
    return frozenset(term.value for term in vocabulary("place") if term.seats)
