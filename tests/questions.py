"""Queries of all kinds, for the tests of their forms."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from osce_search.query import MISSING, FacetRequest, Filter, Query
from osce_search.schema import facet_names

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUE = TEXT.map(str.strip).filter(bool)
REQUEST = st.builds(
    FacetRequest,
    st.sampled_from(facet_names()),
    st.none() | st.integers(0, 99),
    st.sampled_from(["count", "label", "lift", "date"]),
)


@st.composite
def filters(draw: st.DrawFn) -> tuple[Filter, ...]:
    """Filters that a command line can put: one for each facet and way of matching."""
    made = []
    for name in draw(st.lists(st.sampled_from(facet_names()), unique=True, max_size=3)):
        values = tuple(draw(st.lists(VALUE | st.just(MISSING), min_size=1, max_size=3, unique=True)))
        made.append(Filter(name, values, draw(st.sampled_from(["any", "all", "none"]))))
    return tuple(made)


DATES = st.dates(dt.date(1975, 1, 1), dt.date(2030, 1, 1))
QUERY = st.builds(
    Query,
    text=TEXT.map(str.strip),
    filters=filters(),
    since=st.none() | DATES.map(lambda day: dt.date(min(day.year, 2000), 1, 1)),
    until=st.none() | DATES.map(lambda day: dt.date(max(day.year, 2001), 12, 31)),
    facets=st.lists(REQUEST, max_size=2, unique_by=lambda request: request.name).map(tuple),
    limit=st.none() | st.integers(0, 1000),
    offset=st.integers(0, 1000),
    sort=st.sampled_from(["relevance", "date", "-date", "title"]),
    profile=st.sampled_from(["default", "plain"]),
    operator=st.sampled_from(["all", "any"]),
    strict=st.booleans(),
    relax=st.booleans(),
    expand=st.booleans(),
    explain=st.booleans(),
    tags=st.sampled_from(["assigned", "inferred", "both"]),
    collapse=st.sampled_from(["none", "series", "text"]),
)


def same(one: Query, other: Query) -> bool:
    """Whether two queries ask the same: the order of filters and of their values means nothing."""

    def key(query: Query) -> object:
        record = query.to_record()
        modes = record["filters"].values()
        for mode in modes:
            for name, values in mode.items():
                mode[name] = sorted(values)
        return record

    return key(one) == key(other)
