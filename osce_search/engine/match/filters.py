"""Filters: matches × the filters of a plan → the matches that pass, and what each facet is counted over."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.matcher import Matched
from osce_search.query import Filter, Node

Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class FilteredMatches(NamedTuple):
    """The matches of a tree that pass all filters: `docs` in ascending order, with `scores` or None.

    `without` maps each facet with a replaceable filter to the matches under all the other filters. `matched` is what
    the tree matches before any filter.
    """

    tree: Node
    docs: Ids
    scores: npt.NDArray[np.float64] | None
    without: Mapping[str, Ids]
    matched: Matched

    def keep(self, kept: Mask) -> FilteredMatches:
        """Return the matches at the places where `kept` is True."""
        scores = None if self.scores is None else self.scores[kept]
        return self._replace(docs=self.docs[kept], scores=scores)


def find_replaceable(filters: Sequence[Filter]) -> dict[str, Filter]:
    """Map each facet to the `any` filter that a new selection replaces.

    It is the only `any` filter of its facet. Filters of mode `all` and `none`, and several `any` filters of one facet,
    are conditions that hold together: they stay.
    """
    asked = Counter([item.facet for item in filters if item.mode == "any"])
    return {item.facet: item for item in filters if item.mode == "any" and asked[item.facet] == 1}


def choose(filters: Sequence[Filter], facet: str, *values: str) -> tuple[Filter, ...]:
    """Return the filters after values of a facet are chosen: the total under them is the count beside the value.

    >>> choose((Filter("country", ("BA",)), Filter("country", ("RU",), "none")), "country", "RS")
    (Filter(facet='country', values=('RU',), mode='none'), Filter(facet='country', values=('RS',), mode='any'))
    """
    gone = find_replaceable(filters).get(facet)
    return (*(item for item in filters if item is not gone), Filter(facet, values))


def filter_matches(
    matches: FilteredMatches, filters: Sequence[Filter], masks: Sequence[Mask]
) -> FilteredMatches:
    """Return the matches that pass the filters; `masks` holds what each filter lets through."""
    replaceable = find_replaceable(filters)
    pairs = list(zip(filters, masks, strict=True))
    fixed = [mask for item, mask in pairs if replaceable.get(item.facet) is not item]
    if fixed:
        matches = matches.keep(functools.reduce(np.logical_and, fixed).take(matches.docs))
    docs = matches.docs
    passing = {item.facet: mask.take(docs) for item, mask in pairs if replaceable.get(item.facet) is item}
    without = {}
    for name in passing:
        others = [mask for other, mask in passing.items() if other != name]
        without[name] = docs[functools.reduce(np.logical_and, others)] if others else docs
    if passing:
        matches = matches.keep(functools.reduce(np.logical_and, passing.values()))
    return matches._replace(without=without)
