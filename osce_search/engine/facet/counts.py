"""Counts: matching documents × the ordinals of facets → how many have each value, and the buckets of a facet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, repeat

import numpy as np
import numpy.typing as npt

from osce_search.index.facet_values import FacetOrdinals
from osce_search.index.storage.arrays import concatenate_ranges
from osce_search.query import MISSING, FacetRequest, Filter
from osce_search.results import NOTHING_CUT, Bucket, Other
from osce_search.schema import FACETS
from osce_search.vocabulary import vocabulary

LIFT_SUPPORT = 3
"""The number of hits that a value needs before its lift is compared: fewer say nothing."""

MAX_PERIODS = 3000
"""The number of years or months up to which those without a hit are listed. A misprinted date makes a wider span."""

_LEVELS = 8
"""The number of bits for the depth of a value: more levels than any vocabulary has."""

_FACETS = {item.name: item for item in FACETS}

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class OrdinalCounter:
    """Counts the ordinals of several facets in one pass.

    One row per document holds its first ordinal of each facet. The ordinals of a facet are shifted behind those of
    the facet before it, so that one `bincount` counts all of them.
    """

    def __init__(self, facets: Sequence[FacetOrdinals]) -> None:
        sizes = [len(facet.values) + 1 for facet in facets]
        ends = list(accumulate(sizes))
        self._size = ends[-1]
        self._parts = [slice(end - size, end) for size, end in zip(sizes, ends, strict=True)]
        pairs = [(facet, part.start) for facet, part in zip(facets, self._parts, strict=True)]
        self._rows = np.stack([facet.first + start for facet, start in pairs], axis=1)
        docs = np.concatenate([facet.more_docs for facet in facets])
        order = docs.argsort(kind="stable")
        self._more_docs = docs[order]
        self._more = np.concatenate([facet.more_ordinals + start for facet, start in pairs])[order]
        self._more_starts = self._more_docs.searchsorted(np.arange(len(self._rows) + 1))
        self._totals = np.concatenate([facet.totals for facet in facets])

    @property
    def size(self) -> int:
        """The number of bytes that it takes."""
        return self._rows.nbytes + self._more_docs.nbytes + self._more.nbytes + self._more_starts.nbytes

    def count(self, docs: Ids, all_docs: Ids) -> list[Ids]:
        """Return one array per facet with the count of each ordinal; ordinal 0 stands for no value.

        `docs` are sorted and among `all_docs`, the live documents. If they are more than half of those, the other
        documents are counted and subtracted.
        """
        if 2 * len(docs) > len(all_docs):
            others = np.zeros(len(self._rows), bool)
            others[all_docs] = True
            others[docs] = False
            counts = self._totals - self._count(others.nonzero()[0])
        else:
            counts = self._count(docs)
        return [counts[part] for part in self._parts]

    def _count(self, docs: Ids) -> Ids:
        size = self._size
        counts = np.bincount(self._rows.take(docs, axis=0).ravel(), minlength=size)
        if len(self._more) and len(docs):
            counts += np.bincount(self._more.take(self._places_of(docs)), minlength=size)
        return counts

    def _places_of(self, docs: Ids) -> Ids:
        """Return the places of the further ordinals of some documents."""
        if len(docs) * 4 > len(self._more):
            among = np.zeros(len(self._rows), bool)
            among[docs] = True
            return among.take(self._more_docs).nonzero()[0]
        begin = self._more_starts.take(docs)
        count = self._more_starts.take(docs + 1) - begin
        several = count.nonzero()[0]
        return concatenate_ranges(begin.take(several), count.take(several))


def describe_values(name: str, facet: FacetOrdinals) -> list[Bucket]:
    """Return an empty bucket for each ordinal of a facet; ordinal 0, no value, has an empty label."""
    table = _FACETS[name].vocabulary
    names, parents = facet.values, facet.parents
    labels = vocabulary(table).labels_of(names) if table else names
    buckets = [Bucket("", "", 0)]
    pairs = zip(names, labels, facet.totals[1:].tolist(), strict=True)
    for ordinal, (value, label, total) in enumerate(pairs, 1):
        parent = _year_of(name, value)
        if parents is not None and parents[ordinal]:
            parent = names[parents[ordinal] - 1]
        buckets.append(Bucket(value, label, 0, of=total, parent=parent))
    return buckets


class CountedFacet:
    """One facet of an answer with the counts of its ordinals, from which its buckets are listed.

    Values that a filter selects are listed whatever their count, and so is every parent of a value that is listed.
    """

    def __init__(
        self,
        request: FacetRequest,
        facet: FacetOrdinals,
        empty: Sequence[Bucket],
        counts: Ids,
        docs: Ids,
        filters: Sequence[Filter],
        all_docs: int,
    ) -> None:
        self._request = request
        self._schema = _FACETS[request.name]
        self._facet = facet
        self._empty = empty
        self._counts = counts
        self._docs = docs
        self._all = all_docs
        self._listed: tuple[tuple[Bucket, ...], list[int]] | None = None
        asked = [item for item in filters if item.facet == request.name and item.mode != "none"]
        self._selected: Collection[str] = {value: None for item in asked for value in item.values}

    def read(self, name: str) -> Mapping[str, object]:
        """Return the fields of FacetCounts, or `other` alone, which takes longer and is seldom read."""
        buckets, cut = self._listed = self._listed or self._list()
        if name == "other":
            return {name: Other(len(cut), self._count_having(cut)) if cut else NOTHING_CUT}
        return {
            "name": self._schema.name,
            "label": self._schema.label,
            "buckets": buckets,
            "missing": int(self._counts[0]),
            "missing_selected": MISSING in self._selected,
        }

    def _list(self) -> tuple[tuple[Bucket, ...], list[int]]:
        """Return the buckets in order, and the ordinals with hits that the limit cuts off.

        Lift compares the share of a value among the hits with its share among all documents.
        """
        request, ordinals = self._request, self._facet.ordinals
        occurring = self._counts[1:].nonzero()[0] + 1
        if request.order == "date" and self._schema.derived:
            return self._list_periods(occurring, request.limit)
        lifts = self._find_lifts() if request.order == "lift" else None
        if not self._selected:
            listed, cut = self._limit(self._order(occurring, lifts), [])
            return tuple(self._describe(listed, lifts)), cut
        selected = [ordinal for value in self._selected if (ordinal := ordinals.get(value))]
        pinned = [n for ordinal in selected for n in (*self._facet.above(ordinal), ordinal)]
        empty = {ordinal for ordinal in pinned if not self._counts[ordinal]}
        candidates = np.sort(np.array([*occurring, *empty], np.int64)) if empty else occurring
        listed, cut = self._limit(self._order(candidates, lifts), pinned)
        unknown = self._describe_unknown(lifts)
        found = [*self._describe(listed, lifts), *unknown]
        if unknown and request.order == "label":
            found.sort(key=lambda bucket: bucket.label.casefold())
        elif unknown and request.order == "date":
            found.sort(key=lambda bucket: bucket.value)
        return tuple(found), [ordinal for ordinal in cut if self._counts[ordinal]]

    def _list_periods(self, occurring: Ids, limit: int | None) -> tuple[tuple[Bucket, ...], list[int]]:
        """List years or months in their order, with those between the first and the last that have no hit."""
        names, ordinals = self._facet.values, self._facet.ordinals
        found = [names[ordinal - 1] for ordinal in occurring.tolist()]
        if found:
            found = list_periods(found[0], found[-1], MAX_PERIODS) or found
        selected = {value for value in self._selected if value != MISSING}
        if selected:
            found = sorted({*found, *selected})
        if limit is not None and len(found) > limit:
            found = [value for place, value in enumerate(found) if place < limit or value in selected]
        known = self._describe([ordinals[value] for value in found if value in ordinals], None)
        by_value = {bucket.value: bucket for bucket in known}
        listed = set(found)
        buckets = [
            by_value.get(value)
            or Bucket(value, value, 0, value in selected, parent=_year_of(self._schema.name, value))
            for value in found
        ]
        return tuple(buckets), [o for o in occurring.tolist() if names[o - 1] not in listed]

    def _order(self, ordinals: Ids, lifts: Floats | None) -> list[int]:
        """Return ordinals in the order of the request; ties are ordered by value."""
        counts = self._counts.take(ordinals)
        if lifts is not None:
            keys = (-counts, -lifts[ordinals], counts < LIFT_SUPPORT)
            return ordinals[np.lexsort(keys)].tolist()  # type: ignore[no-any-return]
        if self._request.order == "count":
            # Ordinals are in the order of values, which a stable sort keeps. A parent comes before its children.
            depths = self._facet.depths
            rank = -counts if depths is None else depths.take(ordinals) - (counts << _LEVELS)
            return ordinals.take(rank.argsort(kind="stable")).tolist()  # type: ignore[no-any-return]
        if self._request.order == "date":
            return ordinals.tolist()  # type: ignore[no-any-return]
        return sorted(ordinals.tolist(), key=lambda ordinal: self._empty[ordinal].label.casefold())

    def _limit(self, order: list[int], pinned: list[int]) -> tuple[list[int], list[int]]:
        """Return the ordinals that are listed and those that are not, both in order."""
        limit = self._request.limit
        if limit is None or len(order) <= limit:
            return order, []
        if self._request.order == "count" or self._facet.parents is None:
            kept = set(order[:limit]) if pinned else set()
            if kept.issuperset(pinned):
                return order[:limit], order[limit:]
        else:
            # In another order a value may come before its parent, which is listed with it.
            chain: dict[int, None] = {}
            for ordinal in order:
                if len(chain) >= limit:
                    break
                chain.update(dict.fromkeys((*self._facet.above(ordinal), ordinal)))
            kept = set(list(chain)[:limit])
        kept.update(pinned)
        return [n for n in order if n in kept], [n for n in order if n not in kept]

    def _describe(self, ordinals: list[int], lifts: Floats | None) -> list[Bucket]:
        chosen = map(self._empty.__getitem__, ordinals)
        counts = self._counts.take(ordinals).tolist()
        rounded = (
            repeat(None) if lifts is None else [round(lift, 4) for lift in lifts.take(ordinals).tolist()]
        )
        selected = self._selected
        return [
            Bucket(value, label, count, value in selected, of, lift, parent)
            for (value, label, _, _, of, _, parent), count, lift in zip(chosen, counts, rounded, strict=False)
        ]

    def _describe_unknown(self, lifts: Floats | None) -> list[Bucket]:
        """Return buckets for the selected values that no release has."""
        table = self._schema.vocabulary
        unknown = [v for v in self._selected if v != MISSING and v not in self._facet.ordinals]
        labels = vocabulary(table).labels_of(unknown) if table else unknown
        lift = None if lifts is None else 0.0
        return [Bucket(value, label, 0, True, 0, lift) for value, label in zip(unknown, labels, strict=True)]

    def _find_lifts(self) -> Floats:
        """Return the lift of each ordinal; 0.0 if no document has it."""
        lifts = np.zeros(len(self._counts))
        if len(self._docs):
            share = self._facet.totals / max(self._all, 1)
            np.divide(self._counts / len(self._docs), share, out=lifts, where=share > 0)
        return lifts

    def _count_having(self, ordinals: list[int]) -> int:
        """Return the number of documents that have at least one of these ordinals."""
        docs, facet = self._docs, self._facet
        wanted = np.zeros(len(facet.values) + 1, bool)
        wanted[ordinals] = True
        mask = wanted.take(facet.first.take(docs))
        begin = facet.more_docs.searchsorted(docs)
        count = facet.more_docs.searchsorted(docs, side="right") - begin
        several = count.nonzero()[0]
        if len(several):
            count = count.take(several)
            found = wanted.take(facet.more_ordinals.take(concatenate_ranges(begin.take(several), count)))
            mask[several.repeat(count)[found]] = True
        return int(np.count_nonzero(mask))


def list_periods(first: str, last: str, limit: int | None = None) -> list[str]:
    """Return every year or month from one to another, none left out; an empty list if they are more than `limit`.

    >>> list_periods("2015-11", "2016-02")
    ['2015-11', '2015-12', '2016-01', '2016-02']
    >>> list_periods("0999", "1001"), list_periods("0999", "1001", limit=2)
    (['0999', '1000', '1001'], [])
    """
    by_month = len(first) > 4
    start, stop = [
        int(period[:4]) * 12 + int(period[5:]) - 1 if by_month else int(period) for period in (first, last)
    ]
    if limit is not None and stop - start >= limit:
        return []
    if by_month:
        return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, stop + 1)]
    return [f"{number:04}" for number in range(start, stop + 1)]


def _year_of(facet: str, value: str) -> str | None:
    """Return the year of a month, or None for a value of another facet."""
    return value[:4] if facet == "month" else None
