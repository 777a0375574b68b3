"""Collapse: hits in their order → the first of each series or text, with how many stand behind it.

Daily and weekly reports of one body are a series: hundreds of releases that say much the same, and that hide what else
there is. Folding them changes which hits are listed and nothing else: totals and facets count releases.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from osce_search.index.facet_values import FacetValues
from osce_search.index.reader import Snapshot
from osce_search.index.storage.arrays import find_run_starts

SERIES = ("daily-report", "weekly-report", "spot-report")
"""The types of release that come in series."""

Ids = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


def series_keys(snapshot: Snapshot) -> Keys:
    """A number for the series of each document, one for each type of report of the same sources; 0 for no series."""
    types, sources = snapshot.facet("type"), snapshot.facet("source")
    keys = np.zeros(snapshot.size, np.uint64)
    signed = _signatures(sources, snapshot.size)
    for number, name in enumerate(SERIES, 1):
        if name in types.ordinals:
            among = types.mask({types.ordinals[name]})
            keys[among] = signed[among] * np.uint64(2 * number + 1) | np.uint64(1)
    return keys


def _signatures(values: FacetValues, size: int) -> Keys:
    """A number for the set of values of each document, whatever their order."""
    # A multiplicative hash spreads ordinals over 64 bits, and a sum does not depend on the order.
    spread = (np.arange(len(values.values) + 1, dtype=np.uint64) + np.uint64(1)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    spread ^= spread >> np.uint64(29)
    signed = spread[values.first]
    np.add.at(signed, values.more_docs, spread[values.more_ordinals])
    return signed


def fold(keys: Keys) -> tuple[Ids, Ids]:
    """Places of the first of each key, in order, and how many others have that key; 0 stands for no key.

    >>> places, others = fold(np.array([7, 0, 7, 0, 9], np.uint64))
    >>> places.tolist(), others.tolist()
    ([0, 1, 3, 4], [1, 0, 0, 0])
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order].astype(np.int64)
    begins = find_run_starts(ordered)
    lengths = np.diff(begins, append=len(keys))
    others = np.zeros(len(keys), np.int64)
    first = np.zeros(len(keys), bool)
    first[order[begins]] = True
    others[order[begins]] = lengths - 1
    alone = keys == 0
    first[alone] = True
    others[alone] = 0
    places = first.nonzero()[0]
    return places, others[places]
