"""Resolution: Query × back end → Plan, with text parsed, labels resolved, dates read, and notes on how."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from osce_search.backends.protocol import ALL_CAPABILITIES, Backend, Capability, FacetValues
from osce_search.engine.scoring import profile
from osce_search.errors import CapabilityMissing, QueryError, UnknownValue
from osce_search.parser import MAX_NOTES, parse
from osce_search.parser.notes import excerpt
from osce_search.query import (
    MISSING,
    And,
    Collapse,
    Day,
    FacetRequest,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Order,
    Phrase,
    Plan,
    Prefix,
    Query,
    Sort,
    Tags,
)
from osce_search.schema import facet as facet_of
from osce_search.schema import facet_names
from osce_search.vocabulary import vocabulary

MAX_FILTERS = 1000
"""The number of values that all filters of a query may name together."""

_SUGGESTED = 3
"""The number of unknown values for which the nearest ones are searched; that takes longer than an answer."""

_SHOWN = 60
"""The number of characters of an unknown value that a note repeats."""

_PERIODS = {"year": re.compile(r"\d{4}"), "month": re.compile(r"\d{4}-\d{2}")}

_FACETS = frozenset(facet_names())
_SORTS, _TAGS, _COLLAPSES, _ORDERS = (frozenset(get_args(kind)) for kind in (Sort, Tags, Collapse, Order))

ValuesOf = Callable[[str], FacetValues]


def resolve(query: Query, backend: Backend | None = None) -> Plan:
    """Read a query against a back end; without one, against the vocabularies alone.

    Raise QueryError for what cannot be read: an unknown facet, profile or setting, an impossible date, a limit passed.
    A value that no release has becomes a note that names the nearest ones, or UnknownValue if the query is strict. A
    Plan is returned as it is.
    """
    if isinstance(query, Plan):
        _check_settings(query)
        return query
    values_of = backend.facet_values if backend else None
    known = _KnownValues(values_of) if values_of else None
    reading = parse(query.text, operator=query.operator, strict=query.strict, known=known)
    notes = reading.notes
    filters: tuple[Filter, ...] = ()
    if query.filters:
        filters = resolve_filters(query.filters, values_of)
        if values_of:
            notes = (*notes, *_note_unknown(filters, values_of, query.strict))
    since = until = None
    if query.since or query.until:
        since, until, reversed_range = _read_days(query.since, query.until, query.strict)
        notes = (*notes, *reversed_range)
    plan = Plan.of(
        query,
        tree=reading.tree,
        filters=filters,
        since=since,
        until=until,
        facets=tuple([check_request(item) for item in query.facets]),
        notes=notes,
    )
    _check_settings(plan)
    return plan


class _KnownValues(Mapping[str, Container[str]]):
    """The values that a back end holds, by facet; those of a facet are asked for when one of them is looked up."""

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


def resolve_filters(filters: Iterable[Filter], values_of: ValuesOf | None = None) -> tuple[Filter, ...]:
    """Resolve the labels in filters to slugs and codes, and join what one facet is given twice.

    Filters of one facet and mode `all` or `none` become one. `values_of` gives the values of a back end, for names
    that no vocabulary has. Raise UnknownFacet, and QueryError for too many values or an unknown mode.
    """
    given = list(filters)
    if wrong := [item for item in given if not isinstance(item, Filter)]:
        raise QueryError(f"the filters of a Query must be a tuple of Filter; {wrong[0]!r} is not a Filter")
    if sum(len(item.values) for item in given) > MAX_FILTERS:
        raise _too_many_values()
    read: dict[object, Filter] = {}
    for item in given:
        if item.mode not in ("any", "all", "none"):
            raise QueryError(f"a filter's mode is any, all or none, not {item.mode!r}")
        name = facet_of(item.facet).name
        typed = [value for text in item.values for value in _split_period(name, text)]
        if len(typed) > MAX_FILTERS:
            raise _too_many_values()
        held = values_of(name) if values_of else None
        values = tuple(dict.fromkeys([_resolve_value(name, value, held) for value in typed]))
        key = (name, values) if item.mode == "any" else (name, item.mode)
        before = read[key].values if key in read else ()
        if values:
            read[key] = Filter(name, tuple(dict.fromkeys((*before, *values))), item.mode)
    return tuple(read.values())


def _too_many_values() -> QueryError:
    return QueryError(f"more than {MAX_FILTERS} filter values; ask in several questions")


def _split_period(name: str, value: str) -> Sequence[str]:
    """The years or months that a value such as 2010..2012 or "May 2018" covers; any other value alone.

    >>> _split_period("year", "2010-2012"), _split_period("month", "May 2018"), _split_period("year", "May 2018")
    (['2010', '2011', '2012'], ['2018-05'], ['May 2018'])
    """
    if name not in _PERIODS or value == MISSING or _PERIODS[name].fullmatch(value):
        return [value]
    from osce_search.engine.facet.counts import list_periods
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


def _resolve_value(name: str, value: str, held: FacetValues | None) -> str:
    """Return the slug or code that a value of a facet stands for, or the value itself if it is unknown.

    A value that the back end holds exactly so is meant, whatever else a vocabulary calls by that name.
    """
    table = facet_of(name).vocabulary
    if value == MISSING or table is None or (held is not None and value in held):
        return value
    term = vocabulary(table).resolve(value)
    if held is not None and (term is None or term.value not in held):
        return held.resolve(value) or (term.value if term else value)
    return term.value if term else value


def _note_unknown(filters: Iterable[Filter], values_of: ValuesOf, strict: bool) -> tuple[str, ...]:
    """Return a note for each filter value that neither a release nor a vocabulary has, with the nearest ones.

    Raise UnknownValue for the first of them if `strict`.
    """
    notes: list[str] = []
    more = 0
    for item in filters:
        held = values_of(item.facet)
        for value in item.values:
            if held.knows(value):
                continue
            if len(notes) == MAX_NOTES:
                more += 1
                continue
            near = held.nearest(value) if len(notes) < _SUGGESTED else ()
            hint = "" if near or len(notes) >= _SUGGESTED else held.outline()
            error = UnknownValue(
                item.facet, excerpt(value, _SHOWN), near, [held.label(other) for other in near], hint
            )
            if strict:
                raise error
            notes.append(f"{error}: no release has it")
    return (*notes, f"and {more} more values that no release has") if more else tuple(notes)


def check_request(item: FacetRequest) -> FacetRequest:
    """Return the request with the schema's name of its facet.

    Raise UnknownFacet if there is no such facet, and QueryError if the order is unknown or the limit is not a number
    of at least 0.
    """
    if not isinstance(item, FacetRequest) or not isinstance(item.name, str):
        raise QueryError(f"a facet to count must be a name or a FacetRequest, not {item!r}")
    name = item.name if item.name in _FACETS else facet_of(item.name).name
    if item.order not in _ORDERS:
        raise _refuse(f"an order of {name}", item.order, Order)
    if item.limit is not None and not _is_count(item.limit):
        raise QueryError(
            f"the limit of {name} must be a whole number, at least 0, or None, not {item.limit!r}"
        )
    return item if name == item.name else FacetRequest(name, item.limit, item.order)


def _is_count(limit: object) -> bool:
    return limit is None or (isinstance(limit, int) and limit >= 0)


def _check_settings(plan: Plan) -> None:
    """Raise QueryError for a setting that does not exist: it would otherwise silently do nothing."""
    if plan.offset is None or not _is_count(plan.limit) or not _is_count(plan.offset):
        raise QueryError(f"limit {plan.limit!r} and offset {plan.offset!r}: neither can be below 0")
    if plan.sort not in _SORTS:
        raise _refuse("a sort order", plan.sort, Sort)
    if plan.tags not in _TAGS:
        raise _refuse("a kind of tags", plan.tags, Tags)
    if plan.collapse not in _COLLAPSES:
        raise _refuse("a way to collapse hits", plan.collapse, Collapse)
    profile(plan.profile)


def _refuse(what: str, given: object, kind: object) -> QueryError:
    return QueryError(f"{given!r} is not {what} (choose one of {', '.join(get_args(kind))})")


def _read_days(
    since: Day, until: Day, strict: bool
) -> tuple[dt.date | None, dt.date | None, tuple[str, ...]]:
    """Return the first day of one date and the last of the other, and a note if they had to be exchanged.

    Raise QueryError for what is not a date, and with `strict` for a range that ends before it begins.

    >>> _read_days("2015-04", "2016", False)
    (datetime.date(2015, 4, 1), datetime.date(2016, 12, 31), ())
    """
    first, last = _read_day(since, 0), _read_day(until, 1)
    if first is None or last is None or first <= last:
        return first, last, ()
    problem = f"since {since} is later than until {until}"
    if strict:
        raise QueryError(f"{problem}; exchange them")
    return _read_day(until, 0), _read_day(since, 1), (f"{problem}: read the other way round",)


def _read_day(day: Day, end: int) -> dt.date | None:
    if day is None or isinstance(day, dt.date):
        return day
    if not day:
        return None
    from osce_search.parser.dates import parse_range  # few queries have a date

    return parse_range(str(day))[end]


# ── what a back end lacks ────────────────────────────────────────────────────────────────────────────────────────────

_NODES: dict[type, Capability] = {Phrase: "phrase", Near: "near", Prefix: "prefix", Fuzzy: "fuzzy"}


def fit_plan(plan: Plan, capabilities: frozenset[Capability], *methods: Capability) -> Plan:
    """Return the plan as a back end with these capabilities can run it; `methods` are needed beside its own parts.

    Defaults that the back end lacks (other names, partial matches, similar releases in the ranking) are switched off
    with a note. Raise CapabilityMissing if the plan asks for anything else that is missing.
    """
    if capabilities >= ALL_CAPABILITIES:
        return plan
    needed: set[Capability] = {*methods, *_find_needs(plan.tree)}
    needed |= {"explanation"} if plan.explain else set()
    needed |= {"collapse"} if plan.collapse != "none" else set()
    needed |= {"lift"} if any(request.order == "lift" for request in plan.facets) else set()
    if missing := needed - capabilities:
        raise CapabilityMissing(sorted(missing))
    notes = list(plan.notes)
    if plan.expand and "expansion" not in capabilities:
        plan = replace(plan, expand=False)
        notes.append("this back end does not search other names of what was typed")
    if plan.relax and "relaxation" not in capabilities:
        plan = replace(plan, relax=False)
        notes.append("this back end does not answer with partial matches")
    if profile(plan.profile).lam and "neighbours" not in capabilities:
        plan = replace(plan, profile="fast")
        notes.append("this back end ranks without similar releases, by the profile fast")
    return replace(plan, notes=tuple(notes))


def _find_needs(tree: Node) -> Iterator[Capability]:
    """Yield the capability that each node of a tree needs."""
    waiting: list[Node] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Phrase) and node.slop:
            yield "near"
        if type(node) in _NODES:
            yield _NODES[type(node)]
        if isinstance(node, And | Or):
            waiting += node.children
        elif isinstance(node, Not):
            waiting.append(node.child)
        elif isinstance(node, Near):
            waiting += (node.left, node.right)
