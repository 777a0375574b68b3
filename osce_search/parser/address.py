"""Addresses: a web address pasted as a query → the release it names, the search it was, or words.

The pages of the OSCE end in a number that is the release's id, whatever section stands before it (`/fom/123456`,
`/ru/node/123456`). Addresses of its search of up to 2025 have the words in the path (`/press-releases/media`) and the
other conditions in `filters`, as terms of Apache Solr.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from osce_search.errors import QueryError
from osce_search.parser.dates import Days, parse_days
from osce_search.vocabulary.table import FOLDER, read_table

_PARTS = re.compile(r"(?:https?://)?([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_OSCE = re.compile(r"(?:[\w-]+\.)*osce\.org(?::\d+)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_WORDS = re.compile(r"[^\W_]+")
_TERMS = re.compile(r"im_taxonomy_vid_(\d+):\(?([\d ]+)")
_DAYS = re.compile(r"ds_date:\(?(\[[^\]]+\])")
_ORDERS = {"ds_date desc": "-date", "ds_date asc": "date"}
_LISTINGS = ("press-releases", "newsroom", "news", "statements")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address asks for: the id of a release, or words, facet values and days.

    `values` are pairs of facet and value. `unknown` are the terms of a search whose number is in no table. `order` is
    the order of hits, as in `sort`, if it is not by relevance.
    """

    id: str | None = None
    words: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    days: Days = (None, None)
    unknown: tuple[str, ...] = ()
    order: str | None = None


def read_address(address: str) -> Address:
    """Return what an address asks for. An address of another site is read as its words.

    >>> read_address("http://www.osce.org/fom/123456").id
    '123456'
    >>> found = read_address("https://www.osce.org/press-releases/free%20media?filters=im_taxonomy_vid_3:(120)&page=2")
    >>> found.words, found.values
    (('free', 'media'), (('field', 'elections'),))
    """
    found = _PARTS.match(address)
    host, path, query = found.groups("") if found else (address, "", "")
    steps = [_decode(step) for step in path.split("/") if step]
    if not _OSCE.fullmatch(host):
        return Address(words=(host, *_words(steps)))
    if steps and _NUMBER.fullmatch(steps[-1]):
        return Address(id=steps[-1])
    terms = _parameter(query, "filters")
    values, unknown = [], []
    for number in [(of, number) for of, numbers in _TERMS.findall(terms) for number in numbers.split()]:
        if number in _values():
            values.append(_values()[number])
        else:
            unknown.append("im_taxonomy_vid_{}:{}".format(*number))
    dates = _DAYS.search(terms)
    if steps and steps[0].lower() in _LISTINGS and (len(steps) > 1 or values or dates):
        steps = steps[1:]
    words = _words(steps)
    if not (words or values or dates):
        words = (host,)
    days = _days(dates[1]) if dates else (None, None)
    order = _ORDERS.get(_parameter(query, "solrsort").lower())
    return Address(None, words, tuple(values), days, tuple(unknown), order)


@lru_cache(maxsize=1)
def _values() -> dict[tuple[str, str], tuple[str, str]]:
    """Map the list and the number of each term to its facet and value."""
    table = read_table(FOLDER / "addresses.csv", ("list", "number", "facet", "value"))
    return {(row.cells[0], row.cells[1]): (row.cells[2], row.cells[3]) for row in table.rows}


def _parameter(query: str, wanted: str) -> str:
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name.removeprefix("amp;") == wanted:
            return _decode(value)
    return ""


def _days(text: str) -> Days:
    """Return the days of a Solr range; an end at midnight is the end of the day before."""
    try:
        since, until = parse_days(text)
    except QueryError:
        return None, None
    if until is not None and until > dt.date.min and text.upper().endswith("T00:00:00Z]"):
        until -= dt.timedelta(days=1)
    return since, until


def _words(steps: list[str]) -> tuple[str, ...]:
    return tuple(word for step in steps for word in _WORDS.findall(step))


def _decode(text: str) -> str:
    """Decode percent signs as UTF-8, and `+` as a space."""
    return _PERCENT.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"),
        text.replace("+", " "),
    )
