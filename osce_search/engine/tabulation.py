"""Crosstab: the hits of a question → how many have each value of one facet together with each of another.

Trend: a question → how often it is answered in each year or month, beside how many releases there are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from osce_search.analyses import Crosstab, Heading, Point, Trend
from osce_search.engine.facet.counts import FacetGroup, Facets, list_periods
from osce_search.engine.searcher import Searcher
from osce_search.errors import LimitExceeded, QueryError
from osce_search.index.facet_values import FacetValues
from osce_search.index.storage.arrays import concatenate_ranges
from osce_search.query import MISSING, FacetRequest, Plan
from osce_search.results import FacetCounts

MAX_CELLS = 1_000_000
"""Cells of a table; more are no table that anybody reads."""

Ids = npt.NDArray[np.int64]


def tabulate(searcher: Searcher, query: Plan, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
    """The hits of a question by the values of two facets; limit and order of the requests choose the headings.

    A cell is the total after both of its values are chosen. Where a filter asks for any or all of some values of a
    facet, they are its headings. "(not specified)" is a heading where there are such releases. Raises QueryError
    where both facets are the same, and LimitExceeded for a table of more than MAX_CELLS.
    """
    if rows.name == columns.name:
        raise QueryError(f"a table needs two facets; {rows.name} is given twice")
    # Every filter holds for the whole table, so that each facet is counted over the hits themselves.
    narrowed = searcher.narrow(query)._replace(without={})
    facets = searcher.count_facets(replace(query, facets=(rows, columns)), narrowed)
    down, more_rows = _head(facets, query, rows.name)
    across, more_columns = _head(facets, query, columns.name)
    if len(down) * len(across) > MAX_CELLS:
        raise LimitExceeded(
            f"{len(down):,} × {len(across):,} cells are too many: the limit is {MAX_CELLS:,}; "
            "give the facets a limit, as in country:20",
            name="cells",
            limit=MAX_CELLS,
        )
    down_values, across_values = (
        searcher.snapshot.facet(name, query.tags) for name in (rows.name, columns.name)
    )
    cells = count_pairs(
        narrowed.docs,
        down_values,
        _ordinals(down, down_values),
        across_values,
        _ordinals(across, across_values),
    )
    counts = tuple(tuple(row) for row in cells.tolist())
    return Crosstab(
        rows.name,
        columns.name,
        down,
        across,
        counts,
        len(narrowed.docs),
        more_rows,
        more_columns,
        query.notes,
        searcher.receipt(query),
    )


def count_pairs(docs: Ids, rows: FacetValues, down: Ids, columns: FacetValues, across: Ids) -> Ids:
    """How many of some sorted documents have both ordinals, one row for each of `down`, a column for each of `across`.

    0 stands for documents without a value, and -1 for an ordinal that none has.
    """
    row_doc, row = _pairs(docs, rows, down)
    column_doc, column = _pairs(docs, columns, across)
    width = len(across)
    # Each value of a document's row meets each of its columns: the columns of a document stand side by side.
    amount = np.bincount(column_doc, minlength=len(docs))
    begins = amount.cumsum() - amount
    met = amount.take(row_doc)
    partner = column.take(concatenate_ranges(begins.take(row_doc), met))
    cells = row.repeat(met) * width + partner
    return np.bincount(cells, minlength=len(down) * width).reshape(len(down), width)


def _pairs(docs: Ids, values: FacetValues, ordinals: Ids) -> tuple[Ids, Ids]:
    """Each place in `docs` with each place in `ordinals` that its document has, in the order of documents."""
    place = np.full(len(values.values) + 1, -1, np.int64)
    known = (ordinals >= 0).nonzero()[0]
    place[ordinals[known]] = known
    begin = values.more_docs.searchsorted(docs)
    amount = values.more_docs.searchsorted(docs, side="right") - begin
    owner = np.concatenate([np.arange(len(docs)), np.arange(len(docs)).repeat(amount)])
    ordinal = np.concatenate(
        [values.first.take(docs), values.more_ordinals.take(concatenate_ranges(begin, amount))]
    )
    order = np.argsort(owner, kind="stable")
    owner, found = owner[order], place.take(ordinal[order])
    return owner[found >= 0], found[found >= 0]


def _head(facets: Facets, query: Plan, name: str) -> tuple[tuple[Heading, ...], int]:
    """The headings of a facet: its values, or those of them that were asked for, and how many a limit cut off."""
    counts: FacetCounts = facets[name]
    narrowed = any(item.facet == name and item.mode != "none" for item in query.filters)
    headings = [
        Heading(bucket.value, bucket.label, bucket.count)
        for bucket in counts.buckets
        if bucket.selected or not narrowed
    ]
    if counts.missing_selected or (counts.missing and not narrowed):
        headings.append(Heading(MISSING, "(not specified)", counts.missing))
    return tuple(headings), 0 if narrowed else counts.other.values


def _ordinals(headings: tuple[Heading, ...], values: FacetValues) -> Ids:
    return np.array(
        [0 if item.value == MISSING else values.ordinals.get(item.value, -1) for item in headings], np.int64
    )


def measure_trend(searcher: Searcher, query: Plan, by: Literal["year", "month"] = "year") -> Trend:
    """The hits of a question in each period from the first with a hit to the last, none left out.

    Beside them stand all releases of the period, whatever they say, that lie between the question's dates: how much was
    published differs by decade, so that only the share tells whether a subject comes up more often.
    """
    snapshot = searcher.snapshot
    values = snapshot.facet(by)
    group = FacetGroup([values])
    narrowed = searcher.narrow(query)
    everything = searcher.narrow(Plan(since=query.since, until=query.until))
    counts, totals = (group.count(found.docs, snapshot.all_docs)[0] for found in (narrowed, everything))
    occurring = counts[1:].nonzero()[0]
    points: tuple[Point, ...] = ()
    if len(occurring):
        number = values.ordinals.get
        periods = list_periods(values.values[occurring[0]], values.values[occurring[-1]])
        points = tuple(
            Point(name, int(counts[place]), int(totals[place]))
            if (place := number(name))
            else Point(name, 0, 0)
            for name in periods
        )
    return Trend(by, points, len(narrowed.docs), int(counts[0]), query.notes, searcher.receipt(query))
