"""Facets: the columns of all segments → the values of one facet over all documents."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.index.segment.columns import FacetColumn
from osce_search.index.storage.arrays import unique_sorted
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

Tags = Literal["assigned", "inferred", "both"]
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_NONE: Ids = np.empty(0, np.int64)


class FacetValues(NamedTuple):
    """The values of a facet over all documents.

    `values[v - 1]` is the value of ordinal v, and `ordinals` the way back. A value that has a parent counts
    for the parent as well. `first` has each document's first ordinal, 0 for none; documents with more have
    the others in `more_ordinals`, with `more_docs` saying whose. `totals[v]` counts the live documents of
    ordinal v, `totals[0]` those without a value. `parents[v]` is the ordinal of the value above v and `depths[v]` how
    many there are above it; both are None where no value has one.
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
        """Which documents have at least one of these ordinals; 0 stands for no value."""
        wanted = self._among(ordinals)
        mask = wanted[self.first]
        mask[self.more_docs[wanted[self.more_ordinals]]] = True
        return mask

    def mask_all(self, ordinals: set[int]) -> Mask:
        """Which documents have every one of these ordinals; 0 stands for no value."""
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
        """The ordinals above one, the highest first."""
        found: list[int] = []
        while self.parents is not None and (ordinal := int(self.parents[ordinal])):
            found.insert(0, ordinal)
        return found


def join_columns(
    name: str, columns: Sequence[FacetColumn], bases: Sequence[int], docs: Ids, tags: Tags
) -> FacetValues:
    """The values of a facet that segments have in columns: all of them, or those assigned or inferred alone.

    `bases` are the numbers of the first document of each segment and, at the end, how many documents there are; `docs`
    are those that are not deleted.
    """
    lineage = _lineages(name, {value for column in columns for value in column.values})
    values = tuple(sorted({value for line in lineage.values() for value in line}))
    number = {value: place for place, value in enumerate(values, 1)}
    owners_of, ordinals_of = [_NONE], [_NONE]
    for column, base in zip(columns, bases, strict=False):
        owners = np.repeat(np.arange(base, base + len(column.counts)), column.counts)
        own = column.ordinals
        if tags != "both":
            kept = column.inferred == (tags == "inferred")
            owners, own = owners[kept], own[kept]
        lines = [lineage[value] for value in column.values]
        for level in range(max(map(len, lines), default=0)):
            table = [0, *(number[line[level]] if level < len(line) else 0 for line in lines)]
            reached = np.array(table, np.int64)[own]
            owners_of.append(owners[reached > 0])
            ordinals_of.append(reached[reached > 0])
    # Siblings share a parent, which counts once; sorting brings a document's values together.
    keys = np.concatenate(owners_of) * (len(values) + 1) + np.concatenate(ordinals_of)
    doc, ordinal = np.divmod(unique_sorted(np.sort(keys)), len(values) + 1)
    lead = np.ones(len(doc), bool)
    lead[1:] = doc[1:] != doc[:-1]
    first = np.zeros(bases[-1], np.int64)
    first[doc[lead]] = ordinal[lead]
    return _count(values, first, doc[~lead], ordinal[~lead], docs, lineage)


def derive_periods(
    name: str, dates: npt.NDArray[np.int32], precisions: npt.NDArray[np.uint8], docs: Ids
) -> FacetValues:
    """The years or months of the dates that are precise enough to have one."""
    unit, least = ("Y", 1) if name == "year" else ("M", 2)
    known = precisions >= least
    days = dates[known].astype("datetime64[D]")
    periods = days.astype(f"datetime64[{unit}]").astype(np.int64)
    values = unique_sorted(np.sort(periods))
    first = np.zeros(len(dates), np.int64)
    first[known] = values.searchsorted(periods) + 1
    labels = tuple(str(period) for period in values.astype(f"datetime64[{unit}]"))
    return _count(labels, first, _NONE, _NONE, docs)


def _count(
    values: tuple[str, ...],
    first: Ids,
    more_docs: Ids,
    more_ordinals: Ids,
    docs: Ids,
    lineage: Mapping[str, tuple[str, ...]] | None = None,
) -> FacetValues:
    if len(docs) < len(first):
        live = np.zeros(len(first), bool)
        live[docs] = True
        kept = live[more_docs]
        more_docs, more_ordinals = more_docs[kept], more_ordinals[kept]
    totals = np.bincount(first[docs], minlength=len(values) + 1)
    totals += np.bincount(more_ordinals, minlength=len(values) + 1)
    ordinals = {value: number for number, value in enumerate(values, 1)}
    parents = depths = None
    if lineage and any(len(line) > 1 for line in lineage.values()):
        parents, depths = np.zeros((2, len(values) + 1), np.int64)
        for line in lineage.values():
            for place, (value, above) in enumerate(itertools.pairwise(line)):
                parents[ordinals[value]] = ordinals[above]
                depths[ordinals[value]] = len(line) - 1 - place
    return FacetValues(values, ordinals, first, more_docs, more_ordinals, totals, parents, depths)


def _lineages(name: str, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each value with its ancestors, itself first."""
    table = facet_of(name).vocabulary
    return vocabulary(table).lineages_of(values) if table else {value: (value,) for value in values}
