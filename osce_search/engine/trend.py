"""Trend: a question → how often it is answered in each year or month, beside how many releases there are."""

from __future__ import annotations

from typing import Literal

from osce_search.analyses import Point, Trend
from osce_search.engine.counting import FacetGroup
from osce_search.engine.periods import list_periods
from osce_search.engine.searcher import Searcher
from osce_search.query import Plan

__all__ = ["measure_trend"]


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
