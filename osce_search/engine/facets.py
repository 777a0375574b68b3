"""Facets: counts of ordinals → the values of a facet in the order asked for, listed when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from osce_search.engine.listing import Entry, Listing
from osce_search.engine.narrowed import Narrowed
from osce_search.index.facet_values import FacetValues
from osce_search.index.reader import Snapshot
from osce_search.index.storage.arrays import concatenate_ranges
from osce_search.query import MISSING, FacetRequest, Plan, Tags
from osce_search.results import NOTHING_CUT, Bucket, FacetCounts, Other
from osce_search.schema import facet as facet_of

__all__ = ["Facets"]

Ids = npt.NDArray[np.int64]
Rest = tuple[FacetValues, list[int], Ids]
Entries = Callable[[str, Tags], Sequence[Entry]]


class Facets(Mapping[str, FacetCounts]):
    """Counts by facet, of which the values are listed when they are looked at."""

    __slots__ = ("_counts", "_entries", "_made", "_narrowed", "_query", "_requests", "_snapshot")

    def __init__(
        self,
        snapshot: Snapshot,
        entries: Entries,
        query: Plan,
        narrowed: Narrowed,
        counts: Mapping[str, Ids],
    ) -> None:
        self._snapshot = snapshot
        self._entries = entries
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
        listing = Listing(name, values, counts, self._entries(name, self._query.tags), selected)
        buckets, cut = listing.buckets(request, len(docs), self._snapshot.count)
        label, missing = facet_of(name).label, int(counts[0])
        return _Counts(name, label, buckets, missing, MISSING in selected, (values, cut, docs))


class _Counts(FacetCounts):
    """Counts that work out what a limit cut off when they are asked."""

    __slots__ = ("_rest",)
    _rest: Rest

    def __init__(
        self,
        name: str,
        label: str,
        buckets: tuple[Bucket, ...],
        missing: int,
        missing_selected: bool,
        rest: Rest,
    ) -> None:
        _SET_NAME(self, name)
        _SET_LABEL(self, label)
        _SET_BUCKETS(self, buckets)
        _SET_MISSING(self, missing)
        _SET_MISSING_SELECTED(self, missing_selected)
        _SET_REST(self, rest)

    @property
    def other(self) -> Other:
        values, cut, docs = self._rest
        return Other(len(cut), _having(values, cut, docs)) if cut else NOTHING_CUT


# Counts are frozen, and their slots are written by their descriptors, three times as fast as by name.
_SET_NAME, _SET_LABEL, _SET_BUCKETS, _SET_MISSING, _SET_MISSING_SELECTED = (
    vars(FacetCounts)[name].__set__ for name in ("name", "label", "buckets", "missing", "missing_selected")
)
_SET_REST = vars(_Counts)["_rest"].__set__


def _selected(query: Plan, name: str) -> dict[str, None]:
    """The values that a question asks for, any or all of them, in their order."""
    asked = (item for item in query.filters if item.facet == name and item.mode != "none")
    return {value: None for item in asked for value in item.values}


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
            place = concatenate_ranges(begin.take(several), count)
            found = wanted.take(values.more_ordinals.take(place))
            mask[several.repeat(count)[found]] = True
    return int(np.count_nonzero(mask))
