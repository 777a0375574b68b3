"""Tabulation: an index and a question → counts of one facet across another, and over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from osce_search.backends import Index
from osce_search.errors import QueryError
from osce_search.query import MISSING, FacetRequest, Filter, Query
from osce_search.results import FacetCounts
from osce_search.schema import facet as facet_of

__all__ = ["Crosstab", "Heading", "Point", "Trend", "check_period", "measure_trend", "tabulate"]

Period = Literal["year", "month"]


@dataclass(frozen=True, slots=True)
class Heading:
    """One value of a facet as the head of a row or a column; `count` is how many hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Crosstab:
    """How many hits have each pair of values: `cells` row by row.

    A release with several values stands in several cells, so that cells need not add up to the count of their
    row. `more_rows` and `more_columns` are how many values a limit cut off.
    """

    row_facet: str
    column_facet: str
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    cells: tuple[tuple[int, ...], ...]
    total: int
    more_rows: int = 0
    more_columns: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One year or month: `count` of the hits, `of` all releases, and the share of the one in the other."""

    period: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """The part of all releases of the period that match; 0.0 where there are none."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Trend:
    """A question over time, from the first period with a hit to the last, none left out.

    `undated` counts the hits that have no date, or none that is precise enough.
    """

    by: Period
    points: tuple[Point, ...]
    total: int
    undated: int


def tabulate(index: Index, query: Query, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
    """The hits of a question by the values of two facets; limit and order of the requests choose the headings.

    Raises QueryError where both are the same facet.
    """
    if rows.name == columns.name:
        raise QueryError(f"a table needs two facets; {rows.name} is given twice")
    answer = index.ask(replace(query, facets=(rows, columns), limit=0, offset=0))
    down, more_rows = _head(answer.facets[rows.name], query)
    across, more_columns = _head(answer.facets[columns.name], query)
    others = tuple(item for item in query.filters if item.facet != rows.name)
    cells = []
    for heading in down:
        narrowed = (*others, Filter(rows.name, (heading.value,)))
        request = FacetRequest(columns.name, None)
        counts = index.ask(replace(query, filters=narrowed, facets=(request,), limit=0, offset=0)).facets
        found = {bucket.value: bucket.count for bucket in counts[columns.name].buckets}
        found[MISSING] = counts[columns.name].missing
        cells.append(tuple(found.get(column.value, 0) for column in across))
    return Crosstab(
        rows.name, columns.name, down, across, tuple(cells), answer.total, more_rows, more_columns
    )


def measure_trend(index: Index, query: Query, by: Period = "year") -> Trend:
    """How often a question is answered in each year or month, beside how many releases there are."""
    request = FacetRequest(by, None, "date")
    answer = index.ask(replace(query, facets=(request,), limit=0, offset=0))
    everything = index.ask(Query(facets=(request,), limit=0, tags=query.tags))
    counts = {bucket.value: bucket.count for bucket in answer.facets[by].buckets if bucket.count}
    totals = {bucket.value: bucket.count for bucket in everything.facets[by].buckets}
    points = (Point(name, counts.get(name, 0), totals.get(name, 0)) for name in _periods(sorted(counts), by))
    return Trend(by, tuple(points), answer.total, answer.facets[by].missing)


def _head(counts: FacetCounts, query: Query) -> tuple[tuple[Heading, ...], int]:
    """The headings of a facet: its values, or those of them that were chosen, and how many a limit cut off."""
    chosen = [bucket for bucket in counts.buckets if bucket.selected]
    narrowed = any(item.facet == counts.name and item.mode != "none" for item in query.filters)
    listed = chosen if narrowed else counts.buckets
    headings = [Heading(bucket.value, bucket.label, bucket.count) for bucket in listed]
    if counts.missing and (counts.missing_selected or not narrowed):
        headings.append(Heading(MISSING, "(not specified)", counts.missing))
    return tuple(headings), 0 if narrowed else counts.other.values


def _periods(names: Sequence[str], by: Period) -> Iterator[str]:
    """Every year or month from the first to the last.

    >>> list(_periods(["2015-11", "2016-02"], "month"))
    ['2015-11', '2015-12', '2016-01', '2016-02']
    """
    if not names:
        return
    if by == "year":
        yield from (f"{year:04}" for year in range(int(names[0]), int(names[-1]) + 1))
        return
    first, last = (int(name[:4]) * 12 + int(name[5:7]) - 1 for name in (names[0], names[-1]))
    yield from (f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1))


def check_period(name: str) -> Period:
    """The period of that name; raises QueryError for a facet that is no time."""
    periods: dict[str, Period] = {"year": "year", "month": "month"}
    found = periods.get(facet_of(name).name)
    if found is None:
        raise QueryError(f"a trend is by year or by month, not by {name}")
    return found
