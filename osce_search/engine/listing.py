"""Listing: the counts of a facet's ordinals → its buckets, in order and up to a limit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.periods import count_periods, list_periods
from osce_search.index.facet_values import FacetValues
from osce_search.query import MISSING, FacetRequest
from osce_search.results import Bucket
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

__all__ = ["LIFT_SUPPORT", "MAX_PERIODS", "Entry", "Listing", "describe"]

LIFT_SUPPORT = 3
"""Hits that a value needs before its lift is compared: fewer say nothing."""

_LEVELS = 8
"""Bits for how deep a value stands: far more levels than any vocabulary has."""

MAX_PERIODS = 3000
"""Years or months that are listed with those without a hit; a wider span, as a misprinted date makes it, has gaps."""

Ids = npt.NDArray[np.int64]
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
