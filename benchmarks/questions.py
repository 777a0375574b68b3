"""Questions: the queries that every engine answers, the same words in the same order in every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["CASES", "FACETS", "Ask", "Boolean", "asks"]

FACETS = ("country", "field", "source", "year")
"""The facets that are counted; the ten most frequent values of each are listed."""

Match = Literal["any", "all", "phrase", "boolean"]


@dataclass(frozen=True, slots=True)
class Boolean:
    """A Boolean query: at least one of `any`, every one of `all`, and none of `none`."""

    any: tuple[str, ...]
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A query in no syntax of an engine. Its answer has the ids of the ten best, and the counts of `facets`.

    With `total`, the answer also has the number of hits. `filters` holds facets with alternative values; each facet
    is counted under the filters of the other facets only. `since` and `until` are included.
    """

    words: tuple[str, ...]
    match: Match
    boolean: Boolean | None = None
    facets: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    total: bool = False


# One to five words, rare and common, with two countries and two fields that occur among the hits. No word is a stop
# word, because engines treat stop words differently.
_QUESTIONS = """
cocoa                                    | GB brazil       | cocoa coffee
oil                                      | US GB           | crude nat-gas
shares                                   | US CA           | acq earn
company                                  | GB CA           | acq earn
platinum                                 | CA GB           | platinum gold
bankruptcy                               | US GB           | acq earn
crude oil                                | US ecuador      | crude gas
trade deficit                            | JP DE           | trade money-fx
interest rates                           | GB JP           | interest money-fx
stock split                              | US CA           | earn acq
gold mine                                | CA AU           | gold silver
quarterly dividend                       | US CA           | earn acq
coffee export quotas                     | brazil colombia | coffee trade
bank england intervention                | GB US           | money-fx interest
japan trade surplus                      | JP US           | trade dlr
federal reserve board                    | US DE           | money-fx interest
soviet grain purchases                   | US ussr         | grain wheat
port workers strike                      | NL brazil       | ship grain
opec oil production ceiling              | iran indonesia  | crude nat-gas
west german interest rates               | DE US           | interest money-fx
first quarter net loss                   | US CA           | earn crude
european community farm prices           | BE FR           | grain sugar
tender offer outstanding shares          | US GB           | acq earn
bank japan dollar intervention yen       | JP US           | money-fx dlr
natural rubber pact buffer stock         | CH malaysia     | rubber cocoa
brazil foreign debt interest payments    | brazil US       | trade coffee
new york stock exchange trading          | US JP           | acq money-fx
sugar beet crop                          | FR US           | sugar grain
"""

_PHRASES = """
crude oil · interest rates · trade deficit · gold mine · bank of japan · federal reserve · central bank
board of directors · stock split · first quarter · letter of intent · european community · money supply
balance of payments · new york · natural gas · prime minister · international coffee organization
gross national product · soybean oil · common agricultural policy · joint venture · west germany
definitive agreement · leading economic indicators
"""

_BOOLEANS = (
    Boolean(("oil", "gas"), ("prices",), ("opec",)),
    Boolean(("coffee", "cocoa", "sugar"), ("quotas",)),
    Boolean(("wheat", "corn"), ("exports",), ("soviet",)),
    Boolean(("gold", "silver", "platinum"), ("mine",), ("canada",)),
    Boolean(("dollar", "yen", "mark"), ("intervention",)),
    Boolean(("merger", "takeover"), ("shareholders",), ("airline",)),
    Boolean(("dividend",), ("quarterly",), ("split",)),
    Boolean(("tariffs", "quotas"), ("japan",), ("semiconductors",)),
    Boolean(("brazil", "mexico", "argentina"), ("debt",), ("coffee",)),
    Boolean(("strike", "dispute"), ("port", "workers")),
    Boolean(("surplus", "deficit"), ("trade",), ("budget",)),
    Boolean(("profit", "loss"), ("quarter",), ("tax",)),
    Boolean(("germany", "france", "italy"), ("inflation",)),
    Boolean(("beef", "pork", "cattle"), ("imports",), ("japan",)),
    Boolean(("steel", "aluminium", "copper"), ("production",), ("cut",)),
    Boolean(("soybean", "palm"), ("oil",), ("crude",)),
    Boolean(("iran", "iraq"), ("tanker",)),
    Boolean(("baker", "volcker"), ("rates",)),
    Boolean(("said",), ("company",), ("shares",)),
    Boolean(("bank", "banks"), ("loans",), ("brazil", "mexico")),
    Boolean(("cotton", "rice", "sugar"), ("crop",), ("weather",)),
    Boolean(("bond", "notes"), ("issue",), ("eurobond",)),
    Boolean(("rubber", "tin"), ("agreement",)),
    Boolean(("layoffs", "closure"), ("plant",)),
)

_APRIL = dt.date(1987, 4, 1), dt.date(1987, 4, 30)


def _questions(match: Match) -> Iterator[Ask]:
    for line in _QUESTIONS.strip().splitlines():
        yield Ask(tuple(line.split("|")[0].split()), match)


def _filtered(match: Match) -> Iterator[Ask]:
    for ask, line in zip(_questions(match), _QUESTIONS.strip().splitlines(), strict=True):
        _, country, field = (part.split() for part in line.split("|"))
        chosen = (("country", tuple(country)), ("field", tuple(field)))
        yield replace(ask, facets=FACETS, filters=chosen, total=True)


def _phrases() -> Iterator[Ask]:
    for phrase in _PHRASES.replace("\n", "·").split("·"):
        if phrase.strip():
            yield Ask(tuple(phrase.split()), "phrase")


def asks(case: str) -> list[Ask]:
    """Return the queries of a case. Raise KeyError if the case is not in CASES."""
    return list(_MAKERS[case]())


_MAKERS: dict[str, Callable[[], Iterable[Ask]]] = {
    "top 10, any word": lambda: _questions("any"),
    "top 10, all words": lambda: _questions("all"),
    "top 10 and total, any word": lambda: (replace(ask, total=True) for ask in _questions("any")),
    "top 10 and total, all words": lambda: (replace(ask, total=True) for ask in _questions("all")),
    "facets, any word": lambda: (replace(ask, facets=FACETS, total=True) for ask in _questions("any")),
    "facets, all words": lambda: (replace(ask, facets=FACETS, total=True) for ask in _questions("all")),
    "facets under two filters, any word": lambda: _filtered("any"),
    "facets under two filters, all words": lambda: _filtered("all"),
    "phrase": lambda: (replace(ask, total=True) for ask in _phrases()),
    "boolean": lambda: (Ask((), "boolean", boolean=item, total=True) for item in _BOOLEANS),
    "date range, any word": lambda: (
        replace(ask, since=_APRIL[0], until=_APRIL[1], total=True) for ask in _questions("any")
    ),
    "date range, all words": lambda: (
        replace(ask, since=_APRIL[0], until=_APRIL[1], total=True) for ask in _questions("all")
    ),
}

CASES = tuple(_MAKERS)
"""The names of the cases, in the order of the tables."""
