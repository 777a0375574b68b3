"""Facet values: the facet columns of all segments → the values of a facet over all documents."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.index.segment.columns import FacetColumn
from osce_search.index.storage.arrays import unique_sorted
from osce_search.query import Tags
from osce_search.schema import Facet
from osce_search.vocabulary import vocabulary

Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_PERIODS = {"year": ("Y", 1), "month": ("M", 2)}
"""The NumPy unit of each derived facet, and the least precision of a date that has it."""


class FacetOrdinals(NamedTuple):
    """The values of a facet over all documents.

    Values are numbered from 1 in sorted order: `values[v - 1]` is the value with ordinal v, and `ordinals` the inverse.
    A document with a value also has the values above it. `first` has the first ordinal of each document, 0 for none;
    `more_ordinals` has all others, and `more_docs` their documents. `totals[v]` is the number of live documents with
    ordinal v, and `totals[0]` of those without a value. `parents[v]` is the ordinal of the value above v, and
    `depths[v]` the number of values above it; both are None if no value has a parent.
    """

    values: tuple[str, ...]
    ordinals: Mapping[str, int]
    first: Ids
    more_docs: Ids
    more_ordinals: Ids
    totals: Ids
    parents: Ids | None = None
    depths: Ids | None = None

    def mask(self, ordinals: set[int]) -> Mask:
        """Return which documents have at least one of some ordinals; 0 stands for no value."""
        wanted = self._among(ordinals)
        mask = wanted[self.first]
        mask[self.more_docs[wanted[self.more_ordinals]]] = True
        return mask

    def mask_all(self, ordinals: set[int]) -> Mask:
        """Return which documents have every one of some ordinals; 0 stands for no value."""
        wanted = self._among(ordinals)
        found = wanted[self.first].astype(np.int64)
        found += np.bincount(self.more_docs[wanted[self.more_ordinals]], minlength=len(found))
        mask: Mask = found == len(ordinals)
        return mask

    def _among(self, ordinals: set[int]) -> Mask:
        wanted = np.zeros(len(self.values) + 1, bool)
        wanted[list(ordinals)] = True
        return wanted

    def above(self, ordinal: int) -> list[int]:
        """Return the ordinals above one, the highest first."""
        found: list[int] = []
        while self.parents is not None and (ordinal := int(self.parents[ordinal])):
            found.insert(0, ordinal)
        return found


def join_columns(
    facet: Facet, columns: Sequence[FacetColumn], bases: Sequence[int], docs: Ids, tags: Tags
) -> FacetOrdinals:
    """Return the values that segments have in their columns: all, or only those that were assigned or inferred.

    `bases` has the number of the first document of each segment and, at the end, the number of all documents. `docs`
    are the live documents.
    """
    found = {value for column in columns for value in column.values}
    table = facet.vocabulary
    lineages = vocabulary(table).lineages_of(found) if table else {value: (value,) for value in found}
    values = tuple(sorted({*itertools.chain.from_iterable(lineages.values())}))
    number = {value: place for place, value in enumerate(values, 1)}
    size = len(values) + 1
    keys = [np.empty(0, np.int64)]
    for column, base in zip(columns, bases, strict=False):
        owners = np.repeat(np.arange(base, base + len(column.counts)), column.counts)
        own = column.ordinals
        if tags != "both":
            kept = column.inferred == (tags == "inferred")
            owners, own = owners[kept], own[kept]
        lines = [lineages[value] for value in column.values]
        for level in range(max(map(len, lines), default=0)):
            table_of = np.array(
                [0, *[number[line[level]] if level < len(line) else 0 for line in lines]], np.int64
            )
            reached = table_of[own]
            keys.append((owners * size + reached)[reached > 0])
    # Siblings share a parent, which counts once. Sorting brings the values of a document together.
    key = np.sort(np.concatenate(keys))
    doc, ordinal = np.divmod(key[np.diff(key, prepend=-1) > 0], size)
    is_first = np.diff(doc, prepend=-1) > 0
    first = np.zeros(bases[-1], np.int64)
    first[doc[is_first]] = ordinal[is_first]
    more_docs, more_ordinals = doc[~is_first], ordinal[~is_first]
    if len(docs) < len(first):
        live = np.zeros(len(first), bool)
        live[docs] = True
        kept = live[more_docs]
        more_docs, more_ordinals = more_docs[kept], more_ordinals[kept]
    totals = np.bincount(first[docs], minlength=size) + np.bincount(more_ordinals, minlength=size)
    parents = depths = None
    if any(len(line) > 1 for line in lineages.values()):
        parents, depths = np.zeros((2, size), np.int64)
        for line in lineages.values():
            for place, (value, above) in enumerate(itertools.pairwise(line)):
                parents[number[value]] = number[above]
                depths[number[value]] = len(line) - 1 - place
    return FacetOrdinals(values, number, first, more_docs, more_ordinals, totals, parents, depths)


def derive_periods(
    facet: Facet, dates: npt.NDArray[np.int32], precisions: npt.NDArray[np.uint8], docs: Ids
) -> FacetOrdinals:
    """Return the years or months of all dates that are precise enough."""
    unit, precision = _PERIODS[facet.name]
    known = precisions >= precision
    periods = dates[known].astype("datetime64[D]").astype(f"datetime64[{unit}]")
    numbers = periods.astype(np.int64)
    found = unique_sorted(np.sort(numbers))
    first = np.zeros(len(dates), np.int64)
    first[known] = found.searchsorted(numbers) + 1
    values = tuple(map(str, found.astype(periods.dtype)))
    ordinals = {value: number for number, value in enumerate(values, 1)}
    none = np.empty(0, np.int64)
    totals = np.bincount(first[docs], minlength=len(values) + 1)
    return FacetOrdinals(values, ordinals, first, none, none, totals)
