"""Addresses: a web address pasted as a question → the release it names, the search it was, or words.

The pages of the OSCE end in a number that is the release's id, whatever section stands before it (`/fom/123456`,
`/ru/node/123456`). Addresses of its search of up to 2025 have the words in the path (`/press-releases/media`) and
the rest in `filters`, as terms of Apache Solr.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from osce_search.errors import QueryError
from osce_search.parser.dates import Days, parse_days

_PARTS = re.compile(r"(?:https?://)?([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_OSCE = re.compile(r"(?:[\w-]+\.)*osce\.org(?::\d+)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_WORDS = re.compile(r"[^\W_]+")
_TERMS = re.compile(r"im_taxonomy_vid_(\d+):\(?([\d ]+)")
_DAYS = re.compile(r"ds_date:\(?(\[[^\]]+\])")
_ORDERS = {"ds_date desc": "-date", "ds_date asc": "date"}
_LISTS = ("press-releases", "newsroom", "news", "statements")

# The numbers of terms in addresses of listings, each read off the items that its listing shows.
_VALUES = {
    ("1", "6"): ("source", "presence-in-albania"),
    ("1", "9"): ("source", "chairpersonship"),
    ("1", "16"): ("source", "forum-for-security-co-operation"),
    ("1", "18"): ("source", "mission-to-skopje"),
    ("1", "24"): ("source", "odihr"),
    ("1", "25"): ("source", "mission-to-moldova"),
    ("1", "27"): ("source", "rfom"),
    ("1", "29"): ("source", "parliamentary-assembly"),
    ("1", "40"): ("source", "programme-office-in-dushanbe"),
    ("1", "434"): ("source", "minsk-group"),
    ("1", "896"): ("source", "special-monitoring-mission-to-ukraine"),
    ("3", "111"): ("field", "combating-trafficking"),
    ("3", "112"): ("field", "arms-control"),
    ("3", "113"): ("field", "border-management"),
    ("3", "116"): ("field", "conflict-prevention-and-resolution"),
    ("3", "117"): ("field", "democratization"),
    ("3", "120"): ("field", "elections"),
    ("3", "121"): ("field", "environmental-activities"),
    ("3", "123"): ("field", "human-rights"),
    ("3", "124"): ("field", "media-freedom"),
    ("3", "126"): ("field", "national-minority-issues"),
    ("3", "976"): ("field", "safety-of-journalists"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """What an address asks for: the id of a release, or words, facet values and days.

    `values` are pairs of a facet and a value; `unknown` are the terms of a search whose number nobody has told;
    `order` is the order of hits that it asks for, as `sort` has it, where that is not by relevance.
    """

    id: str | None = None
    words: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    days: Days = (None, None)
    unknown: tuple[str, ...] = ()
    order: str | None = None


def read_address(address: str) -> Address:
    """What an address asks for.

    >>> read_address("http://www.osce.org/fom/123456").id
    '123456'
    >>> found = read_address("https://www.osce.org/press-releases/free%20media?filters=im_taxonomy_vid_3:(120)&page=2")
    >>> found.words, found.values
    (('free', 'media'), (('field', 'elections'),))
    """
    found = _PARTS.match(address)
    host, path, query = found.groups() if found else (address, "", None)
    steps = [_decode(step) for step in path.split("/") if step]
    if not _OSCE.fullmatch(host):
        return Address(words=(host, *_words(steps)))
    if steps and _NUMBER.fullmatch(steps[-1]):
        return Address(id=steps[-1])
    terms = _parameter(query or "", "filters")
    values, unknown = [], []
    for vocabulary, numbers in _TERMS.findall(terms):
        for number in numbers.split():
            value = _VALUES.get((vocabulary, number))
            if value:
                values.append(value)
            else:
                unknown.append(f"im_taxonomy_vid_{vocabulary}:{number}")
    dates = _DAYS.search(terms)
    days: Days = _days(dates[1]) if dates else (None, None)
    if steps and steps[0].lower() in _LISTS and (len(steps) > 1 or values or dates):
        steps = steps[1:]
    words = _words(steps)
    if not (words or values or dates):
        words = (host,)
    order = _ORDERS.get(_parameter(query or "", "solrsort").lower())
    return Address(None, words, tuple(values), days, tuple(unknown), order)


def _parameter(query: str, wanted: str) -> str:
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name.removeprefix("amp;") == wanted:
            return _decode(value)
    return ""


def _days(text: str) -> Days:
    """The days of a range of Solr; its end at midnight is the end of the day before."""
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
    """A part of an address with its percent signs read as UTF-8 and `+` as a space."""
    return _PERCENT.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"),
        text.replace("+", " "),
    )
