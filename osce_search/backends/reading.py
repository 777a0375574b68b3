"""Reading: the plain arguments of an application → the parts of a Query."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import get_args

from osce_search.engine.naming import Names
from osce_search.errors import QueryError, UnknownValue
from osce_search.parser import MAX_NOTES
from osce_search.parser.notes import excerpt
from osce_search.query import MISSING, Collapse, FacetRequest, Filter, Order, Query, Sort, Tags
from osce_search.schema import facet as facet_of
from osce_search.schema import facet_names
from osce_search.vocabulary import vocabulary

__all__ = [
    "MAX_FILTERS",
    "Day",
    "Days",
    "Filters",
    "KnownValues",
    "check_settings",
    "note_unknown",
    "read_days",
    "read_facet",
    "read_facets",
    "read_filters",
    "read_value",
]

MAX_FILTERS = 1000
"""Values that all filters of a question may name together."""

_SUGGESTED = 3
"""Unknown values for which the nearest ones are looked for; finding them takes longer than answering."""

_SHOWN = 60
"""Characters of an unknown value that a note repeats."""

_PERIODS = {"year": re.compile(r"\d{4}"), "month": re.compile(r"\d{4}-\d{2}")}

_SORTS, _TAGS, _COLLAPSES, _ORDERS = (frozenset(get_args(kind)) for kind in (Sort, Tags, Collapse, Order))

Filters = Mapping[str, str | Sequence[str]] | Iterable[Filter] | None
Day = dt.date | str | None
Days = tuple[dt.date | None, dt.date | None]
NamesOf = Callable[[str], Names]


class KnownValues(Mapping[str, Container[str]]):
    """The values that an index has, by facet; a facet's are read when one of them is looked for."""

    def __init__(self, values_of: Callable[[str], Container[str]]) -> None:
        self._values_of = values_of

    def __getitem__(self, name: str) -> Container[str]:
        if name not in facet_names():
            raise KeyError(name)
        return self._values_of(name)

    def __iter__(self) -> Iterator[str]:
        return iter(facet_names())

    def __len__(self) -> int:
        return len(facet_names())


def read_filters(filters: Filters, names_of: NamesOf | None = None) -> tuple[Filter, ...]:
    """Filters with their values made slugs and codes; raises UnknownFacet, and QueryError for too many.

    What excludes values of a facet, or asks for all of them, becomes one filter each. `names_of` gives the names that
    an index has for the values of a facet, for those that no vocabulary knows.
    """
    if filters is None:
        return ()
    if isinstance(filters, Mapping):
        pairs = [
            Filter(name, (given,) if isinstance(given, str) else tuple(given))
            for name, given in filters.items()
        ]
    else:
        pairs = list(filters)
    if sum(len(item.values) for item in pairs) > MAX_FILTERS:
        raise QueryError(f"more than {MAX_FILTERS} filter values; ask in several questions")
    read: dict[object, Filter] = {}
    for item in pairs:
        if item.mode not in ("any", "all", "none"):
            raise QueryError(f"a filter's mode is any, all or none, not {item.mode!r}")
        name = facet_of(item.facet).name
        given = [value for typed in item.values for value in _split_period(name, typed)]
        if len(given) > MAX_FILTERS:
            raise QueryError(f"more than {MAX_FILTERS} filter values; ask in several questions")
        values = tuple(dict.fromkeys(read_value(name, value, names_of) for value in given))
        key = (name, values) if item.mode == "any" else (name, item.mode)
        before = read[key].values if key in read else ()
        if values:
            read[key] = Filter(name, tuple(dict.fromkeys((*before, *values))), item.mode)
    return tuple(read.values())


def _split_period(name: str, value: str) -> Sequence[str]:
    """The years or months that a value such as 2010..2012 or "May 2018" covers; any other value alone.

    >>> _split_period("year", "2010-2012"), _split_period("month", "May 2018"), _split_period("year", "May 2018")
    (['2010', '2011', '2012'], ['2018-05'], ['May 2018'])
    """
    if name not in _PERIODS or value == MISSING or _PERIODS[name].fullmatch(value):
        return [value]
    from osce_search.engine.periods import list_periods
    from osce_search.parser.dates import parse_range  # most questions have no date

    try:
        first, last = parse_range(value)
    except QueryError:
        return [value]
    after = last + dt.timedelta(days=1) if last < dt.date.max else dt.date.min
    if first.day != 1 or after.day != 1 or (name == "year" and not first.month == after.month == 1):
        return [value]
    size = 4 if name == "year" else 7
    return list_periods(first.isoformat()[:size], last.isoformat()[:size])


def read_value(name: str, value: str, names_of: NamesOf | None = None) -> str:
    """The slug or code that a value of a facet stands for, or the value itself where it stands for none.

    What an index has exactly so is what is meant, whatever else a vocabulary calls by that name.
    """
    table = facet_of(name).vocabulary
    names = names_of(name) if names_of else None
    if value == MISSING or table is None or (names and names.has(value)):
        return value
    term = vocabulary(table).resolve(value)
    if names and (term is None or not names.has(term.value)):
        return names.resolve(value) or (term.value if term else value)
    return term.value if term else value


def note_unknown(filters: Iterable[Filter], names_of: NamesOf, strict: bool) -> tuple[str, ...]:
    """A note for each value of the filters that neither the index nor a vocabulary has, with the nearest ones.

    With `strict` the first of them is raised, an UnknownValue.
    """
    notes: list[str] = []
    more = 0
    for item in filters:
        names = names_of(item.facet)
        for value in item.values:
            if names.knows(value):
                continue
            if len(notes) == MAX_NOTES:
                more += 1
                continue
            near = names.nearest(value) if len(notes) < _SUGGESTED else ()
            hint = "" if near or len(notes) >= _SUGGESTED else names.outline()
            error = UnknownValue(
                item.facet, excerpt(value, _SHOWN), near, [names.label(other) for other in near], hint
            )
            if strict:
                raise error
            notes.append(f"{error}: no release has it")
    return (*notes, f"and {more} more values that no release has") if more else tuple(notes)


@functools.lru_cache(maxsize=64)
def _named_facet(name: str) -> FacetRequest:
    return FacetRequest(facet_of(name).name)


def read_facets(items: str | Sequence[str | FacetRequest]) -> tuple[FacetRequest, ...]:
    """Requests for facets, or for one of which the name is given; raises QueryError as `read_facet` does."""
    return (_named_facet(items),) if isinstance(items, str) else tuple([read_facet(item) for item in items])


def read_facet(item: str | FacetRequest) -> FacetRequest:
    """A request for a facet; raises UnknownFacet, and QueryError for a limit or an order that there is not."""
    if isinstance(item, str):
        return _named_facet(item)
    name = facet_of(item.name).name
    if item.order not in _ORDERS:
        raise _refusal(f"an order of {name}", item.order, Order)
    if item.limit is not None and item.limit < 0:
        raise QueryError(f"limit {item.limit} of {name}: it cannot be below 0")
    return item if name == item.name else FacetRequest(name, item.limit, item.order)


def check_settings(query: Query) -> None:
    """Nothing; raises QueryError for a sort, tags, collapse or page that there is not, which would else do nothing."""
    if query.offset < 0 or (query.limit is not None and query.limit < 0):
        raise QueryError(f"limit {query.limit} and offset {query.offset}: neither can be below 0")
    if query.sort not in _SORTS:
        raise _refusal("a sort", query.sort, Sort)
    if query.tags not in _TAGS:
        raise _refusal("a choice of tags", query.tags, Tags)
    if query.collapse not in _COLLAPSES:
        raise _refusal("a collapse", query.collapse, Collapse)


def _refusal(what: str, given: object, kind: object) -> QueryError:
    return QueryError(f"{given!r} is not {what}; there are {', '.join(get_args(kind))}")


def read_days(since: Day, until: Day, strict: bool = False) -> tuple[Days, tuple[str, ...]]:
    """The first day of the one date and the last of the other, and a note where they had to be exchanged.

    Raises QueryError for what is no date, and with `strict` for a range that ends before it begins.

    >>> read_days("2015-04", "2016")[0]
    (datetime.date(2015, 4, 1), datetime.date(2016, 12, 31))
    """
    first, last = (_read_day(day, end) if day else None for end, day in enumerate((since, until)))
    if first is None or last is None or first <= last:
        return (first, last), ()
    problem = f"since {since} is later than until {until}"
    if strict:
        raise QueryError(f"{problem}; exchange them")
    first, last = _read_day(until, 0), _read_day(since, 1)
    return (first, last), (f"{problem}: read the other way round",)


def _read_day(day: Day, end: int) -> dt.date | None:
    if not isinstance(day, str):
        return day
    from osce_search.parser.dates import parse_range  # most questions have no date

    return parse_range(day)[end]
