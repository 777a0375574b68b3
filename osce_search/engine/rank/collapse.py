"""Collapse: hits in their order → the first hit of each series or text, with the number that is folded beneath it.

Daily and weekly reports of one body are a series: hundreds of releases with similar content, which hide the others.
Collapsing changes which hits are listed and nothing else: totals and facets count releases.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from osce_search.index.facet_values import FacetOrdinals
from osce_search.index.reader import Snapshot
from osce_search.index.storage.arrays import find_run_starts

SERIES = ("daily-report", "weekly-report", "spot-report")
"""The types of release that come in series."""

Ids = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


def find_series(snapshot: Snapshot) -> Keys:
    """Return a number for the series of each document: one for each type of report and set of sources; 0 for none."""
    types, sources = snapshot.facet("type"), snapshot.facet("source")
    keys = np.zeros(snapshot.size, np.uint64)
    hashes = _hash_values(sources, snapshot.size)
    for number, name in enumerate(SERIES, 1):
        if name in types.ordinals:
            among = types.mask({types.ordinals[name]})
            keys[among] = hashes[among] * np.uint64(2 * number + 1) | np.uint64(1)
    return keys


def _hash_values(facet: FacetOrdinals, size: int) -> Keys:
    """Return a hash of the set of values of each document, whatever their order."""
    # A multiplicative hash spreads ordinals over 64 bits, and a sum does not depend on the order.
    spread = (np.arange(len(facet.values) + 1, dtype=np.uint64) + np.uint64(1)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    spread ^= spread >> np.uint64(29)
    hashes = spread[facet.first]
    np.add.at(hashes, facet.more_docs, spread[facet.more_ordinals])
    return hashes


def collapse(keys: Keys) -> tuple[Ids, Ids]:
    """Return the places of the first of each key, in order, and the number of others with that key; 0 is no key.

    >>> places, others = collapse(np.array([7, 0, 7, 0, 9], np.uint64))
    >>> places.tolist(), others.tolist()
    ([0, 1, 3, 4], [1, 0, 0, 0])
    """
    order = np.argsort(keys, kind="stable")
    begins = find_run_starts(keys[order].astype(np.int64))
    first = order[begins]
    others = np.zeros(len(keys), np.int64)
    others[first] = np.diff(begins, append=len(keys)) - 1
    kept = np.zeros(len(keys), bool)
    kept[first] = True
    alone = keys == 0
    kept[alone] = True
    others[alone] = 0
    places = kept.nonzero()[0]
    return places, others[places]
