"""Facets: counts of ordinals → the values of a facet in the order asked for, listed when they are looked at.

Counting: how many of some documents have each value of some facets; arrays in, arrays out.

Listing: the counts of a facet's ordinals → its buckets, in order and up to a limit.

Periods: years and months in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.filters import Narrowed
from osce_search.errors import QueryError
from osce_search.index.facet_values import FacetValues
from osce_search.index.reader import Snapshot
from osce_search.index.storage.arrays import concatenate_ranges
from osce_search.query import MISSING, FacetRequest, Plan, Tags
from osce_search.results import NOTHING_CUT, Bucket, FacetCounts, Other
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

Ids = npt.NDArray[np.int64]
Rest = tuple[FacetValues, list[int], Ids]
Entries = Callable[[str, Tags], "Sequence[Entry]"]


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


class FacetGroup:
    """Facets that are counted together, in one gather and one bincount.

    The first values of all facets of a document stand side by side, each facet's ordinals moved up behind
    those of the one before, so that one row is one access to memory.
    """

    def __init__(self, facets: Sequence[FacetValues]) -> None:
        sizes = [len(facet.values) + 1 for facet in facets]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        starts = self._starts[:-1]
        self._rows = np.stack(
            [facet.first + start for facet, start in zip(facets, starts, strict=True)], axis=1
        )
        docs = np.concatenate([facet.more_docs for facet in facets])
        order = docs.argsort(kind="stable")
        self._more_docs = docs[order]
        self._more = np.concatenate(
            [facet.more_ordinals + s for facet, s in zip(facets, starts, strict=True)]
        )[order]
        self._more_starts = self._more_docs.searchsorted(np.arange(len(self._rows) + 1))
        self._totals = np.concatenate([facet.totals for facet in facets])

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self._rows.nbytes + self._more_docs.nbytes + self._more.nbytes + self._more_starts.nbytes

    def count(self, docs: Ids, everything: Ids) -> list[Ids]:
        """For each facet an array with the count of each ordinal, that of 0 being the documents without a value.

        `docs` are sorted and all among `everything`, the live documents. Where most are asked for, the
        others are counted and taken away.
        """
        if 2 * len(docs) > len(everything):
            counts = self._totals - self._count(_without(everything, docs, len(self._rows)))
        else:
            counts = self._count(docs)
        return [counts[start:stop] for start, stop in zip(self._starts, self._starts[1:], strict=False)]

    def _count(self, docs: Ids) -> Ids:
        size = int(self._starts[-1])
        counts = np.bincount(self._rows.take(docs, axis=0).ravel(), minlength=size)
        if len(self._more) and len(docs):
            counts += np.bincount(self._more.take(self._more_of(docs)), minlength=size)
        return counts

    def _more_of(self, docs: Ids) -> Ids:
        """Places of the further values of some documents."""
        if len(docs) * 4 > len(self._more):
            among = np.zeros(len(self._rows), bool)
            among[docs] = True
            return among.take(self._more_docs).nonzero()[0]
        begin = self._more_starts.take(docs)
        count = self._more_starts.take(docs + 1) - begin
        several = count.nonzero()[0]
        return concatenate_ranges(begin.take(several), count.take(several))


def _without(everything: Ids, docs: Ids, size: int) -> Ids:
    mask = np.zeros(size, bool)
    mask[everything] = True
    mask[docs] = False
    return mask.nonzero()[0]


LIFT_SUPPORT = 3
"""Hits that a value needs before its lift is compared: fewer say nothing."""

_LEVELS = 8
"""Bits for how deep a value stands: far more levels than any vocabulary has."""

MAX_PERIODS = 3000
"""Years or months that are listed with those without a hit; a wider span, as a misprinted date makes it, has gaps."""

Floats = npt.NDArray[np.float64]


class Entry(NamedTuple):
    """What is told of a value, whatever the question: `of` releases have it, and `parent` is the value above it."""

    value: str
    label: str
    of: int
    parent: str | None


def describe(name: str, values: FacetValues) -> list[Entry]:
    """What is told of each ordinal of a facet; the first is of none, since 0 stands for no value."""
    table = facet_of(name).vocabulary
    names, above = values.values, values.parents
    labels = vocabulary(table).labels_of(names) if table else names
    found = [Entry("", "", 0, None)]
    totals = values.totals[1:].tolist()
    for number, (value, label, total) in enumerate(zip(names, labels, totals, strict=True), 1):
        parent = _year(name, value)
        if above is not None and above[number]:
            parent = names[above[number] - 1]
        found.append(Entry(value, label, total, parent))
    return found


class Listing(NamedTuple):
    """One facet with the count of each ordinal, what is told of it, and the values that were asked for.

    What was asked for is listed whatever its count, and so is every value above one that is listed.
    """

    name: str
    values: FacetValues
    counts: Ids
    entries: Sequence[Entry]
    selected: Collection[str]

    def buckets(
        self, request: FacetRequest, hits: int, everything: int
    ) -> tuple[tuple[Bucket, ...], list[int]]:
        """The buckets, and the ordinals that have hits and that the limit cut off.

        Lift compares the share among the `hits` with the share among `everything`.
        """
        occurring = self.counts[1:].nonzero()[0] + 1
        if request.order == "date" and facet_of(self.name).derived:
            return self._timeline(occurring, request.limit)
        lifts = _lifts(self.counts, self.values.totals, hits, everything) if request.order == "lift" else None
        if not self.selected:
            listed, cut = self._cut(self._order(occurring, request, lifts), request, [])
            return tuple(self._describe(listed, lifts)), cut
        asked = [number for value in self.selected if (number := self.values.ordinals.get(value))]
        pinned = [n for number in asked for n in (*self.values.above(number), number)]
        unfound = {number for number in pinned if not self.counts[number]}
        candidates = np.sort(np.array([*occurring, *unfound], np.int64)) if unfound else occurring
        listed, cut = self._cut(self._order(candidates, request, lifts), request, pinned)
        unknown = self._unknown(lifts)
        found = [*self._describe(listed, lifts), *unknown]
        if unknown and request.order == "label":
            found.sort(key=lambda bucket: bucket.label.casefold())
        elif unknown and request.order == "date":
            found.sort(key=lambda bucket: bucket.value)
        return tuple(found), [number for number in cut if self.counts[number]]

    def _timeline(self, occurring: Ids, limit: int | None) -> tuple[tuple[Bucket, ...], list[int]]:
        """Years or months in their order, with those between the first and the last that have no hit."""
        names, ordinals = self.values.values, self.values.ordinals
        found = [names[number - 1] for number in occurring.tolist()]
        if found and count_periods(found[0], found[-1]) <= MAX_PERIODS:
            found = list_periods(found[0], found[-1])
        asked = {value for value in self.selected if value != MISSING}
        if asked:
            found = sorted({*found, *asked})
        if limit is not None and len(found) > limit:
            found = [value for place, value in enumerate(found) if place < limit or value in asked]
        known = self._describe([ordinals[value] for value in found if value in ordinals], None)
        by_value = {bucket.value: bucket for bucket in known}
        buckets = tuple(
            by_value.get(value) or Bucket(value, value, 0, value in asked, parent=_year(self.name, value))
            for value in found
        )
        listed = set(found)
        return buckets, [number for number in occurring.tolist() if names[number - 1] not in listed]

    def _order(self, ordinals: Ids, request: FacetRequest, lifts: Floats | None) -> list[int]:
        """Ordinals in the order asked for; ties by value."""
        counts = self.counts.take(ordinals)
        if lifts is not None:
            keys = (-counts, -lifts[ordinals], counts < LIFT_SUPPORT)
            return ordinals[np.lexsort(keys)].tolist()  # type: ignore[no-any-return]
        if request.order == "count":
            # Ordinals are in the order of values, which a stable sort keeps. What is above comes first.
            depths = self.values.depths
            rank = -counts if depths is None else depths.take(ordinals) - (counts << _LEVELS)
            return ordinals.take(rank.argsort(kind="stable")).tolist()  # type: ignore[no-any-return]
        if request.order == "date":
            return ordinals.tolist()  # type: ignore[no-any-return]
        return sorted(ordinals.tolist(), key=lambda number: self.entries[number].label.casefold())

    def _cut(self, order: list[int], request: FacetRequest, pinned: list[int]) -> tuple[list[int], list[int]]:
        """What is listed and what is not, both in order."""
        limit = request.limit
        if limit is None or len(order) <= limit:
            return order, []
        if request.order == "count" or self.values.parents is None:
            kept = set(order[:limit]) if pinned else set()
            if kept.issuperset(pinned):
                return order[:limit], order[limit:]
        else:
            # In another order a value may come before the one above it, which is listed with it.
            chain: dict[int, None] = {}
            for number in order:
                if len(chain) >= limit:
                    break
                chain.update(dict.fromkeys((*self.values.above(number), number)))
            kept = set(list(chain)[:limit])
        kept.update(pinned)
        return [n for n in order if n in kept], [n for n in order if n not in kept]

    def _describe(self, ordinals: list[int], lifts: Floats | None) -> list[Bucket]:
        counts = self.counts.take(ordinals).tolist()
        entries, selected = self.entries, self.selected
        buckets = []
        for number, count in zip(ordinals, counts, strict=True):
            value, label, of, parent = entries[number]
            lift = None if lifts is None else round(float(lifts[number]), 4)
            buckets.append(Bucket(value, label, count, value in selected, of, lift, parent))
        return buckets

    def _unknown(self, lifts: Floats | None) -> list[Bucket]:
        """Buckets of the values asked for that no release has."""
        table = facet_of(self.name).vocabulary
        unknown = [v for v in dict.fromkeys(self.selected) if v != MISSING and v not in self.values.ordinals]
        labels = vocabulary(table).labels_of(unknown) if table else unknown
        lift = None if lifts is None else 0.0
        return [Bucket(value, label, 0, True, 0, lift) for value, label in zip(unknown, labels, strict=True)]


def _year(facet: str, value: str) -> str | None:
    """The year above a month."""
    return value[:4] if facet == "month" else None


def _lifts(counts: Ids, totals: Ids, hits: int, everything: int) -> Floats:
    """How many times as frequent each value is among the hits as among all releases; 0.0 where it has none."""
    if not hits:
        return np.zeros(len(counts))
    share = totals / max(everything, 1)
    return np.divide(counts / hits, share, out=np.zeros(len(counts)), where=share > 0)


def check_period(name: str) -> Literal["year", "month"]:
    """The period of that name; raises QueryError for what is no time.

    >>> check_period("year")
    'year'
    """
    if name == "year":
        return "year"
    if name == "month":
        return "month"
    raise QueryError(f"a trend is by year or by month, not by {name!r}")


def list_periods(first: str, last: str) -> list[str]:
    """Every year or month from the one to the other, none left out.

    >>> list_periods("2015-11", "2016-02")
    ['2015-11', '2015-12', '2016-01', '2016-02']
    >>> list_periods("0999", "1001")
    ['0999', '1000', '1001']
    """
    numbers = range(_number(first), _number(last) + 1)
    if len(first) == 4:
        return [f"{number:04}" for number in numbers]
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def count_periods(first: str, last: str) -> int:
    """How many years or months there are from the one to the other, both included.

    >>> count_periods("2015-11", "2016-02")
    4
    """
    return _number(last) - _number(first) + 1


def _number(period: str) -> int:
    year, _, month = period.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)
