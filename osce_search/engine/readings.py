"""Readings: words of a question → the date or the release that they may name.

Words are read as words, whatever they look like: a release says "April 2015" in its text, and another speaks of the
year 2015. Where a question has no answer so, this is what else may have been meant.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from osce_search.errors import QueryError
from osce_search.query import In, Node, Word, period

if TYPE_CHECKING:
    from osce_search.parser.dates import Days

__all__ = ["Reading", "find_readings"]

_LONGEST = 4
"""Words of a date: Tuesday 7 April 2015."""

_SIGNS = {
    "since": ">=",
    "after": ">",
    "until": "<=",
    "till": "<=",
    "before": "<",
    "between": "",
    "during": "",
}
"""What a word before a date makes of it."""

_DATED = re.compile(r"(?<!\d)\d{4}(?!\d)")


class Reading(NamedTuple):
    """Words as typed, what they may mean, and the rest of the question."""

    typed: str
    meant: Node
    rest: tuple[Node, ...]


def find_readings(parts: Sequence[Node], is_id: Callable[[str], bool]) -> Iterator[Reading]:
    """What words among the parts of a question may mean: all dates together as one period, and each id of a release.

    >>> from osce_search.parser import parse
    >>> parts = parse("elections in Albania between June 2015 and 2017").tree.children
    >>> [(found.typed, found.meant) for found in find_readings(parts, lambda id: False)]
    [('between June 2015 2017', DateRange(since=datetime.date(2015, 6, 1), until=datetime.date(2017, 12, 31)))]
    """
    texts = [part.text if isinstance(part, Word) and part.field is None else "" for part in parts]
    dated = _read_dates(texts)
    if dated:
        places = {place for start, end, _ in dated for place in range(start, end)}
        rest = tuple(part for place, part in enumerate(parts) if place not in places)
        typed = " ".join(text for place, text in enumerate(texts) if place in places)
        since, until = zip(*(days for *_, days in dated), strict=True)
        first = None if None in since else min(filter(None, since))
        last = None if None in until else max(filter(None, until))
        yield Reading(typed, period(first, last), rest)
    for place, text in enumerate(texts):
        if text and any(map(str.isdigit, text)) and is_id(text):
            yield Reading(text, In("id", (text,)), (*parts[:place], *parts[place + 1 :]))


def _read_dates(texts: Sequence[str]) -> list[tuple[int, int, Days]]:
    """Where dates begin and end among words, the longest first where several begin at one place."""
    from osce_search.parser.dates import parse_days  # few questions have no answer

    found: list[tuple[int, int, Days]] = []
    start = 0
    while start < len(texts):
        sign = _SIGNS.get(texts[start].lower())
        begin = start + (sign is not None)
        for end in range(min(begin + _LONGEST, len(texts)), begin, -1):
            text = " ".join(texts[begin:end])
            if not all(texts[begin:end]) or not _DATED.search(text):
                continue
            with contextlib.suppress(QueryError):
                found.append((start, end, parse_days(f"{sign or ''}{text}")))
                start = end - 1
                break
        start += 1
    return found
