"""Tabulation: the hits of a plan → their counts by two facets, or by year or month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from osce_search.analyses import Crosstab, Heading, Point, Trend
from osce_search.engine.facet.counts import OrdinalCounter, list_periods
from osce_search.engine.searcher import Searcher
from osce_search.errors import LimitExceeded, QueryError
from osce_search.index.facet_values import FacetOrdinals
from osce_search.index.storage.arrays import concatenate_ranges
from osce_search.query import MISSING, FacetRequest, Plan
from osce_search.results import FacetCounts

MAX_CELLS = 1_000_000
"""The number of cells that a table may have."""

Ids = npt.NDArray[np.int64]


def tabulate(searcher: Searcher, plan: Plan, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
    """Count the hits of a plan by the values of two facets; limit and order of the requests choose the headings.

    A cell is the total after both of its values are chosen. If a filter asks for any or all of some values of a facet,
    these are its headings. "(not specified)" is a heading if there are such releases. Raise QueryError if both facets
    are the same, and LimitExceeded if the table has more than MAX_CELLS cells.
    """
    if rows.name == columns.name:
        raise QueryError(f"a table needs two facets; {rows.name} is given twice")
    # Every filter holds for the whole table: each facet is counted over the hits themselves.
    matches = searcher.filtered_matches(plan)._replace(without={})
    counted = searcher.count_facets(replace(plan, facets=(rows, columns)), matches)
    facets = counted.list_counts()
    down, more_rows = _head(facets, plan, rows.name)
    across, more_columns = _head(facets, plan, columns.name)
    if len(down) * len(across) > MAX_CELLS:
        raise LimitExceeded(
            f"{len(down):,} × {len(across):,} cells are too many: the limit is {MAX_CELLS:,}; "
            "give the facets a limit, as in country:20",
            name="cells",
            limit=MAX_CELLS,
        )
    row_facet = searcher.snapshot.facet(rows.name, plan.tags)
    column_facet = searcher.snapshot.facet(columns.name, plan.tags)
    cells = count_pairs(
        matches.docs, row_facet, _ordinals(down, row_facet), column_facet, _ordinals(across, column_facet)
    )
    return Crosstab(
        rows.name,
        columns.name,
        down,
        across,
        tuple([tuple(row) for row in cells.tolist()]),
        len(matches.docs),
        more_rows,
        more_columns,
        plan.notes,
        searcher.receipt(plan),
    )


def count_pairs(docs: Ids, rows: FacetOrdinals, down: Ids, columns: FacetOrdinals, across: Ids) -> Ids:
    """Count the sorted documents that have both ordinals: one row for each of `down`, one column for each of `across`.

    Ordinal 0 stands for no value, and -1 for a value that no document has.
    """
    row_doc, row = _pairs(docs, rows, down)
    column_doc, column = _pairs(docs, columns, across)
    width = len(across)
    # Each row of a document is paired with each of its columns, which are adjacent.
    amount = np.bincount(column_doc, minlength=len(docs))
    begins = amount.cumsum() - amount
    met = amount.take(row_doc)
    partner = column.take(concatenate_ranges(begins.take(row_doc), met))
    cells = row.repeat(met) * width + partner
    return np.bincount(cells, minlength=len(down) * width).reshape(len(down), width)


def _pairs(docs: Ids, values: FacetOrdinals, ordinals: Ids) -> tuple[Ids, Ids]:
    """Return pairs of a place in `docs` and a place in `ordinals` that this document has, in the order of documents."""
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


def _head(facets: Mapping[str, FacetCounts], plan: Plan, name: str) -> tuple[tuple[Heading, ...], int]:
    """Return the headings of a facet, all or the selected ones, and the number of values that a limit cut off."""
    counts = facets[name]
    filtered = any(item.facet == name and item.mode != "none" for item in plan.filters)
    headings = [
        Heading(bucket.value, bucket.label, bucket.count)
        for bucket in counts.buckets
        if bucket.selected or not filtered
    ]
    if counts.missing_selected or (counts.missing and not filtered):
        headings.append(Heading(MISSING, "(not specified)", counts.missing))
    return tuple(headings), 0 if filtered else counts.other.values


def _ordinals(headings: tuple[Heading, ...], values: FacetOrdinals) -> Ids:
    return np.array(
        [0 if item.value == MISSING else values.ordinals.get(item.value, -1) for item in headings], np.int64
    )


def measure_trend(searcher: Searcher, plan: Plan, by: Literal["year", "month"] = "year") -> Trend:
    """Count the hits of a plan in each period from the first with a hit to the last, none left out.

    Each period also counts all its releases within the dates of the plan. Publication differs by decade, so that only
    the share shows whether a subject comes up more often.
    """
    snapshot = searcher.snapshot
    values = snapshot.facet(by)
    counter = OrdinalCounter([values])
    matches = searcher.filtered_matches(plan)
    everything = searcher.filtered_matches(Plan(since=plan.since, until=plan.until))
    counts, totals = (counter.count(found.docs, snapshot.all_docs)[0] for found in (matches, everything))
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
    return Trend(by, points, len(matches.docs), int(counts[0]), plan.notes, searcher.receipt(plan))
