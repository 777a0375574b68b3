"""Facets: counts of ordinals → the values of a facet in the order asked for, listed when they are looked at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.engine.listing import Listing
from osce_search.engine.narrowed import Narrowed
from osce_search.index.reader import FacetValues, Snapshot, places_of_runs
from osce_search.query import MISSING, FacetRequest, Query
from osce_search.results import FacetCounts, Other
from osce_search.schema import facet as facet_of

__all__ = ["Facets"]

Ids = npt.NDArray[np.int64]
Labels = Callable[[str], Mapping[str, str]]


class Facets(Mapping[str, FacetCounts]):
    """Counts by facet, of which the values are listed when they are looked at."""

    __slots__ = ("_counts", "_labels", "_made", "_narrowed", "_query", "_requests", "_snapshot")

    def __init__(
        self, snapshot: Snapshot, labels: Labels, query: Query, narrowed: Narrowed, counts: Mapping[str, Ids]
    ) -> None:
        self._snapshot = snapshot
        self._labels = labels
        self._query = query
        self._narrowed = narrowed
        self._counts = counts
        self._requests = {item.name: item for item in query.facets}
        self._made: dict[str, FacetCounts] = {}

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[str]:
        return iter(self._requests)

    def __getitem__(self, name: str) -> FacetCounts:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(self._requests[name])
        return found

    def _make(self, request: FacetRequest) -> FacetCounts:
        name = request.name
        values = self._snapshot.facet(name, self._query.tags)
        counts = self._counts[name]
        docs = self._narrowed.without.get(name, self._narrowed.docs)
        selected = _selected(self._query, name)
        listing = Listing(name, values, counts, self._labels(name), selected)
        buckets, cut = listing.buckets(request, len(docs), self._snapshot.count)
        return _Counts(
            functools.partial(_cut_off, values, cut, docs),
            name=name,
            label=facet_of(name).label,
            buckets=buckets,
            missing=int(counts[0]),
            missing_selected=MISSING in selected,
        )


class _Counts(FacetCounts):
    """Counts that work out what a limit cut off when they are asked."""

    __slots__ = ("_cut_off",)
    _cut_off: Callable[[], Other]

    def __init__(self, cut_off: Callable[[], Other], **fields: Any) -> None:
        write = object.__setattr__
        write(self, "_cut_off", cut_off)
        for name, value in fields.items():
            write(self, name, value)

    @property
    def other(self) -> Other:
        return self._cut_off()


def _selected(query: Query, name: str) -> dict[str, None]:
    """The values that a question asks for, any or all of them, in their order."""
    asked = (item for item in query.filters if item.facet == name and item.mode != "none")
    return {value: None for item in asked for value in item.values}


def _cut_off(values: FacetValues, ordinals: list[int], docs: Ids) -> Other:
    return Other(len(ordinals), _having(values, ordinals, docs)) if ordinals else Other()


def _having(values: FacetValues, ordinals: list[int], docs: Ids) -> int:
    """How many of some documents have at least one of these ordinals."""
    wanted = np.zeros(len(values.values) + 1, bool)
    wanted[ordinals] = True
    mask = wanted.take(values.first.take(docs))
    if len(values.more_docs):
        begin = values.more_docs.searchsorted(docs)
        count = values.more_docs.searchsorted(docs, side="right") - begin
        several = count.nonzero()[0]
        if len(several):
            count = count.take(several)
            place = places_of_runs(begin.take(several), count)
            found = wanted.take(values.more_ordinals.take(place))
            mask[several.repeat(count)[found]] = True
    return int(np.count_nonzero(mask))
