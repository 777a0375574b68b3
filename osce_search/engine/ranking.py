"""Ranking: which documents come first; arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["top"]

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SAMPLE = 16
"""One score in so many is looked at to find where the top cannot begin below."""


def top(ids: Ids, scores: Floats | None, ties: Ids, count: int) -> Ids:
    """Places in `ids` of the `count` best, best first.

    `scores` is as long as `ids`; `ties[id]` decides where scores are equal, and everywhere if `scores` is
    None, the lowest first. `ties` must be distinct, so that the order is always the same.

    >>> top(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if count <= 0 or not len(ids):
        return np.empty(0, np.int64)
    if scores is None:
        scores = -ties[ids].astype(np.float64)
    if count >= len(ids):
        places = np.arange(len(ids))
    else:
        sample = scores[::_SAMPLE]
        if len(sample) > 4 * count:
            # The k-th best of some is never better than the k-th best of all.
            floor = np.partition(sample, len(sample) - count)[len(sample) - count]
            places = (scores >= floor).nonzero()[0]
        else:
            places = np.arange(len(ids))
        kept = scores[places]
        if len(kept) > count:
            floor = np.partition(kept, len(kept) - count)[len(kept) - count]
            places = places[kept >= floor]
    order = np.lexsort((ties[ids[places]], -scores[places]))
    return places[order[:count]]
