"""Facets: counts of ordinals → the values of a facet in the order asked for, listed when they are looked at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.engine.narrowed import Narrowed
from osce_search.index.reader import FacetValues, Snapshot, places_of_runs
from osce_search.query import MISSING, FacetRequest, Query
from osce_search.results import Bucket, FacetCounts, Other
from osce_search.schema import facet as facet_of

__all__ = ["LIFT_SUPPORT", "Facets"]

LIFT_SUPPORT = 3
"""Hits that a value needs before its lift is compared: fewer say nothing."""

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
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
        counts = self._counts[name]
        values = self._snapshot.facet(name, self._query.tags)
        labels = self._labels(name)
        selected = {
            value
            for item in self._query.filters
            if item.facet == name and item.mode != "none"
            for value in item.values
        }
        docs = self._narrowed.without.get(name, self._narrowed.docs)
        lifts = None
        if request.order == "lift":
            lifts = _lifts(counts, values.totals, len(docs), self._snapshot.count)
        occurring = counts[1:].nonzero()[0] + 1
        chosen = _ordered(occurring, request, counts, lifts, values, labels)
        listed = chosen if request.limit is None else chosen[: request.limit]
        if selected:
            shown = set(listed)
            listed += [
                n for n in map(values.ordinals.get, sorted(selected)) if n is not None and n not in shown
            ]
        numbers = zip(listed, counts.take(listed).tolist(), values.totals.take(listed).tolist(), strict=True)
        buckets = tuple(
            [
                Bucket(
                    value := values.values[number - 1],
                    labels[value],
                    count,
                    value in selected,
                    total,
                    None if lifts is None else round(float(lifts[number]), 4),
                )
                for number, count, total in numbers
            ]
        )
        cut = [] if request.limit is None else chosen[request.limit :]
        if selected and cut:
            cut = sorted(set(cut) - set(listed))
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


def _cut_off(values: FacetValues, ordinals: list[int], docs: Ids) -> Other:
    return Other(len(ordinals), _having(values, ordinals, docs)) if ordinals else Other()


def _lifts(counts: Ids, totals: Ids, hits: int, everything: int) -> Floats:
    """How many times as frequent each value is among the hits as among all releases; 0.0 where it has none."""
    if not hits:
        return np.zeros(len(counts))
    share = totals / max(everything, 1)
    return np.divide(counts / hits, share, out=np.zeros(len(counts)), where=share > 0)


def _ordered(
    occurring: Ids,
    request: FacetRequest,
    counts: Ids,
    lifts: Floats | None,
    values: FacetValues,
    labels: Mapping[str, str],
) -> list[int]:
    """Ordinals in the order asked for; ties by value."""
    key: Callable[[int], object]
    if request.order == "count":
        # Ordinals are in the order of values, which a stable sort keeps.
        return occurring[np.argsort(-counts[occurring], kind="stable")].tolist()  # type: ignore[no-any-return]
    if lifts is not None:
        supported = counts[occurring] >= LIFT_SUPPORT
        order = np.lexsort((-counts[occurring], -lifts[occurring], ~supported))
        return occurring[order].tolist()  # type: ignore[no-any-return]
    if request.order == "label":
        key = lambda number: labels[values.values[number - 1]].casefold()  # noqa: E731
    else:
        key = lambda number: values.values[number - 1]  # noqa: E731
    return sorted(occurring.tolist(), key=key)


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
