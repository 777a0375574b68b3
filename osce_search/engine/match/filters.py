"""Filtering: the matches of a question × its filters → those that pass, and what each facet is counted over.

Narrowed: the matches of a question under its filters, and what each facet is counted over.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.matcher import Matched
from osce_search.query import Filter, Node

Mask = npt.NDArray[np.bool_]


def replaceable(filters: Sequence[Filter]) -> dict[str, Filter]:
    """By facet the filter that gives way when another value of the facet is chosen.

    It is the only one that asks for any of some values. What asks for all or none of some values stays, and so do
    several filters of one facet: those are conditions that hold beside each other.
    """
    asked = Counter(item.facet for item in filters if item.mode == "any")
    return {item.facet: item for item in filters if item.mode == "any" and asked[item.facet] == 1}


def choose(filters: Sequence[Filter], facet: str, *values: str) -> tuple[Filter, ...]:
    """The filters after any of some values of a facet are chosen, which is what the counts beside them promise.

    >>> choose((Filter("country", ("BA",)), Filter("country", ("RU",), "none")), "country", "RS")
    (Filter(facet='country', values=('RU',), mode='none'), Filter(facet='country', values=('RS',), mode='any'))
    """
    gone = replaceable(filters).get(facet)
    return (*(item for item in filters if item is not gone), Filter(facet, values))


def narrow(matched: Narrowed, filters: Sequence[Filter], masks: Sequence[Mask]) -> Narrowed:
    """The matches that pass the filters, each of which has its mask over the documents of the snapshot."""
    free = replaceable(filters)
    giving: dict[str, Mask] = {}
    fixed: list[Mask] = []
    for item, mask in zip(filters, masks, strict=True):
        if free.get(item.facet) is item:
            giving[item.facet] = mask
        else:
            fixed.append(mask)
    if fixed:
        matched = matched.keep(functools.reduce(np.logical_and, fixed).take(matched.docs))
    docs = matched.docs
    passing = {name: mask.take(docs) for name, mask in giving.items()}
    without = {}
    for name in passing:
        others = [mask for other, mask in passing.items() if other != name]
        without[name] = docs[functools.reduce(np.logical_and, others)] if others else docs
    if passing:
        matched = matched.keep(functools.reduce(np.logical_and, passing.values()))
    return matched._replace(without=without)


Ids = npt.NDArray[np.int64]


class Narrowed(NamedTuple):
    """The matches that are answered.

    `docs` are sorted, `scores` as long or None, `tree` is what was evaluated. `without` has for each filtered facet the
    matches under all the other filters. `matched` is what the tree matches before any filter.
    """

    tree: Node
    docs: Ids
    scores: npt.NDArray[np.float64] | None
    without: Mapping[str, Ids]
    matched: Matched

    def keep(self, kept: npt.NDArray[np.bool_]) -> Narrowed:
        """Those of the matches alone; `kept` is as long as `docs`."""
        scores = None if self.scores is None else self.scores[kept]
        return self._replace(docs=self.docs[kept], scores=scores)
