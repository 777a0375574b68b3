"""Query: everything that was asked, as one value ↔ its JSON record; and the Plan that an engine runs."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, Self, TypedDict, cast, get_args

from osce_search.errors import QueryError
from osce_search.query.nodes import MatchAll, Node
from osce_search.schema import facet as facet_of

Sort = Literal["relevance", "date", "-date", "title"]
Tags = Literal["assigned", "inferred", "both"]
Collapse = Literal["none", "series", "text"]
Operator = Literal["all", "any"]
Order = Literal["count", "label", "date", "lift"]
Mode = Literal["any", "all", "none"]

_ORDER_NAMES: Mapping[str, Order] = {
    "count": "count",
    "label": "label",
    "alpha": "label",
    "lift": "lift",
    "date": "date",
}


class Filter(NamedTuple):
    """A condition on one facet: releases with any (`any`), every (`all`) or none (`none`) of the values.

    The value MISSING stands for releases that have no value of the facet.
    """

    facet: str
    values: tuple[str, ...]
    mode: Mode = "any"


class FacetRequest(NamedTuple):
    """A facet to count: the maximum number of values (None: all of them), and their order."""

    name: str
    limit: int | None = 10
    order: Order = "count"

    @classmethod
    def parse(cls, text: str, default: int | None) -> Self:
        """Read a facet with its limit and order, as in `country:20:label`. `default` is the limit if none is given.

        Raise QueryError for an unknown facet or order.

        >>> FacetRequest.parse("country:all:alpha", 10)
        FacetRequest(name='country', limit=None, order='label')
        """
        name, *rest = text.split(":")
        known = facet_of(name.strip())
        limit: int | None = default
        order: Order = "date" if known.derived else "count"
        for part in rest:
            if part.isdecimal() and len(part) < 10:
                limit = int(part)
            elif part == "all":
                limit = None
            elif part in _ORDER_NAMES:
                order = _ORDER_NAMES[part]
            elif part:
                raise QueryError(
                    f"{text!r}: {part!r} is neither a number of values, nor 'all', nor an order "
                    f"({', '.join(_ORDER_NAMES)}); write a facet to count as in country:20:label"
                )
        return cls(known.name, limit, order)

    def __str__(self) -> str:
        """Return the text that `parse` reads.

        >>> str(FacetRequest("country", None, "label"))
        'country:all:label'
        """
        return f"{self.name}:{'all' if self.limit is None else self.limit}:{self.order}"


Filters = Mapping[str, str | int | Sequence[str | int]] | Iterable[Filter] | None
"""Filters as Python callers give them: values by facet (alternatives), or Filter objects."""

FacetRequests = str | FacetRequest | Sequence[str | FacetRequest]
"""Facets to count as Python callers give them: one or several names or requests."""

Day = dt.date | str | int | None
"""A date as callers give it: a date, or a text of any precision such as "2015" or "June 2015"."""


class Settings(TypedDict, total=False):
    """The fields of a Query beside its text, in the forms that Python callers may use."""

    filters: Filters
    since: Day
    until: Day
    facets: FacetRequests
    limit: int | None
    offset: int
    sort: Sort
    profile: str
    operator: Operator
    strict: bool
    relax: bool
    expand: bool
    explain: bool
    tags: Tags
    collapse: Collapse


@dataclass(frozen=True)
class Query:
    """A search as it was asked: text, filters, dates, and what the answer shall hold.

    `text` is in the language of docs/query.md; `operator` says whether words side by side are all required.
    `filters` hold values as they were given: a slug, a code, a label or another name. `since` and `until` are dates or
    texts of any precision, both included. `limit` None means every hit. `strict` refuses what can only be read
    with a note. `relax` allows partial matches, with a note, if no release matches all of the text. `expand` also
    searches other names of what was typed. `tags` selects the facet values that count: assigned, inferred, or both.
    `collapse` keeps only the first hit of each series of reports, or of each text.
    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    since: Day = None
    until: Day = None
    facets: tuple[FacetRequest, ...] = ()
    limit: int | None = 10
    offset: int = 0
    sort: Sort = "relevance"
    profile: str = "default"
    operator: Operator = "all"
    strict: bool = False
    relax: bool = True
    expand: bool = True
    explain: bool = False
    tags: Tags = "both"
    collapse: Collapse = "none"

    def to_record(self) -> dict[str, Any]:
        """Return the query as a JSON object that states every field, so that a reader needs no defaults."""
        filters: dict[str, dict[str, list[str]]] = {}
        for item in self.filters:
            filters.setdefault(item.facet, {}).setdefault(item.mode, []).extend(item.values)
        return {
            "input": self.text,
            "filters": filters,
            "since": _print_day(self.since),
            "until": _print_day(self.until),
            "operator": self.operator,
            "strict": self.strict,
            "expand": self.expand,
            "tags": self.tags,
            "collapse": self.collapse,
            "sort": self.sort,
            "profile": self.profile,
            "limit": self.limit,
            "offset": self.offset,
            "facets": [str(request) for request in self.facets],
            # Most queries have the defaults of these two.
            **({} if self.relax else {"relax": False}),
            **({"explain": True} if self.explain else {}),
        }

    @classmethod
    def from_record(cls, record: object) -> Query:
        """Read a query from a JSON object as `to_record` makes it; absent fields have their defaults.

        Raise QueryError for anything else.
        """
        if not isinstance(record, Mapping) or not isinstance(record.get("input", ""), str):
            raise QueryError("not a query: an object with the text under 'input' is needed")
        filters = record.get("filters", {})
        facets = record.get("facets", [])
        if not isinstance(filters, Mapping) or not isinstance(facets, list):
            raise QueryError("not a query: 'filters' is an object and 'facets' a list")
        read = [
            _read_filter(name, mode, values)
            for name, modes in filters.items()
            for mode, values in (modes.items() if isinstance(modes, Mapping) else (("any", modes),))
        ]
        # Two filters of one facet and mode would both have to hold; neither a command nor a record can express that.
        if len({(item.facet, item.mode) for item in read}) < len(read):
            raise QueryError(
                "not a query: a facet stands under two names in 'filters'; put its values under one name"
            )
        settings = {name: _check(name, value) for name, value in record.items() if name in SETTING_READERS}
        requests = tuple(FacetRequest.parse(str(text), 10) for text in facets)
        return cls(record.get("input", ""), filters=tuple(read), facets=requests, **settings)


_EVERYTHING = MatchAll()


@dataclass(frozen=True, kw_only=True)
class Plan(Query):
    """A Query read against an index: what a back end runs.

    `tree` is the parsed text. The values of `filters` are those of the index or a vocabulary, names of facets are
    those of the schema, `since` and `until` are days. `notes` say where the query was not read as given.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    tree: Node = _EVERYTHING
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Query, **fields: Any) -> Plan:
        """Return a plan with the fields of a query and these in the place of some.

        It is what the constructor gives, in a quarter of the time: every search makes a plan.
        """
        plan = object.__new__(cls)
        plan.__dict__.update(vars(query), **fields)
        return plan


_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}")


def make_query(query: str | Query = "", settings: Settings | None = None) -> Query:
    """Return the Query of a text, or a changed copy of a Query, with the settings that a Python caller gives.

    Raise QueryError for a value of a wrong type, and TypeError for the name of a setting that does not exist.

    >>> make_query("media", {"filters": {"country": "BA", "year": 2014}, "facets": "source"}).filters
    (Filter(facet='country', values=('BA',), mode='any'), Filter(facet='year', values=('2014',), mode='any'))
    """
    changes = cast(dict[str, Any], dict(settings or {}))
    for name, value in changes.items():
        kinds, what = _KINDS.get(name, _ANYTHING)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise QueryError(f"{name} must be {what}, not {value!r}")
        if isinstance(value, dt.datetime):
            changes[name] = value.date()
    if "filters" in changes:
        changes["filters"] = _make_filters(changes["filters"])
    if "facets" in changes:
        changes["facets"] = _make_requests(changes["facets"])
    if isinstance(query, Query):
        return replace(query, **changes) if changes else query
    if not isinstance(query, str):
        raise QueryError(f"a query is a text or a Query, not {query!r}")
    return Query(query, **changes)


_TEXT = (str,), "a text"
_SWITCH = (bool,), "True or False"
_DAY = (dt.date, str, int, type(None)), "a date, a text such as '2015-04', or a year"
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "filters": (
        (dict, tuple, list, Iterable, type(None)),
        "a mapping of facets to values, or a list of Filter",
    ),
    "facets": ((str, list, tuple, Iterable), "the name of a facet, a FacetRequest, or a list of them"),
    "since": _DAY,
    "until": _DAY,
    "limit": ((int, type(None)), "a whole number, or None for all hits"),
    "offset": ((int,), "a whole number"),
    "sort": _TEXT,
    "profile": _TEXT,
    "operator": _TEXT,
    "tags": _TEXT,
    "collapse": _TEXT,
    "strict": _SWITCH,
    "relax": _SWITCH,
    "expand": _SWITCH,
    "explain": _SWITCH,
}
"""The types that each setting may have in Python, and the words for them."""

_ANYTHING = (object, bool), ""


_request = functools.lru_cache(maxsize=64)(FacetRequest)


def _make_requests(facets: FacetRequests) -> tuple[FacetRequest, ...]:
    items = (facets,) if isinstance(facets, str | FacetRequest) else facets
    made = tuple([_request(item) if isinstance(item, str) else item for item in items])
    if wrong := [item for item in made if not isinstance(item, FacetRequest)]:
        raise QueryError(f"a facet to count must be a name or a FacetRequest, not {wrong[0]!r}")
    return made


def _make_filters(filters: Filters) -> tuple[Filter, ...]:
    if filters is None:
        return ()
    if not isinstance(filters, Mapping):
        listed = tuple(filters)
        if wrong := [item for item in listed if not isinstance(item, Filter)]:
            shown = filters if isinstance(filters, str) else wrong[0]  # type: ignore[unreachable]
            raise QueryError(
                f"filters must be a mapping of facets to values, or a list of Filter, not {shown!r}"
            )
        return listed
    made = []
    for name, given in filters.items():
        values = (given,) if isinstance(given, str | int) else given
        if (
            not isinstance(values, Iterable)
            or isinstance(values, bytes)
            or not all(isinstance(value, str | int) for value in values)
        ):
            raise QueryError(f"the filter {name!r} takes a value or a list of values, not {given!r}")
        made.append(Filter(str(name), tuple([str(value) for value in values])))
    return tuple(made)


def _print_day(day: Day) -> str | None:
    return day.isoformat() if isinstance(day, dt.date) else str(day) if day else None


def _read_date(value: Any) -> Day:
    """Return the date of a full ISO text, and any other text as it is: `resolve` reads it. Digits alone are ISO."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError
    if len(value) == 10 or not _ISO.fullmatch(value):
        return dt.date.fromisoformat(value) if _ISO.fullmatch(value) else value
    dt.date.fromisoformat(value + "-01-01"[len(value) - 4 :])  # raises ValueError for a month past 12
    return value


def _read_count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _one_of(*allowed: Any) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if value not in allowed:
            raise ValueError
        return value

    return check


def _read_name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


SETTING_READERS: Mapping[str, Callable[[Any], Any]] = {
    "since": _read_date,
    "until": _read_date,
    "limit": lambda value: None if value is None else _read_count(value),
    "offset": _read_count,
    "sort": _one_of(*get_args(Sort)),
    "profile": _read_name,
    "expand": _one_of(True, False),
    "tags": _one_of(*get_args(Tags)),
    "collapse": _one_of(*get_args(Collapse)),
    "operator": _one_of(*get_args(Operator)),
    "strict": _one_of(True, False),
    "relax": _one_of(True, False),
    "explain": _one_of(True, False),
}
"""Map each setting of a query record to the function that reads its value or raises ValueError or TypeError."""

RECORD_NAMES = ("input", "filters", "facets", *SETTING_READERS)
"""Every name in the record of a query."""


def _check(name: str, value: Any) -> Any:
    try:
        return SETTING_READERS[name](value)
    except (TypeError, ValueError) as error:
        raise QueryError(f"{value!r} is not a valid {name}") from error


def _read_filter(name: str, mode: Any, values: Any) -> Filter:
    if mode not in get_args(Mode):
        raise QueryError(f"{mode!r} is not a mode of a filter; the modes are {', '.join(get_args(Mode))}")
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise QueryError(f"the values of {name} are not a list of strings")
    return Filter(facet_of(name).name, tuple(values), mode)
