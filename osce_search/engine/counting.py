"""Counting: how many of some documents have each value of some facets; arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from osce_search.index.facet_values import FacetValues
from osce_search.index.storage.arrays import concatenate_ranges

__all__ = ["FacetGroup"]

Ids = npt.NDArray[np.int64]


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
