"""Ranking: which documents come first; arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["best", "top"]

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_FEW = 64
"""Best up to which one score in 16 is looked at to guess where they begin; for more it is one in 8."""


def top(ids: Ids, scores: Floats | None, ties: Ids, count: int) -> Ids:
    """Places in `ids` of the `count` best, best first.

    `scores` is as long as `ids`; `ties[id]` decides where scores are equal, and everywhere if `scores` is
    None, the lowest first. `ties` must be distinct, so that the order is always the same.

    >>> top(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if scores is None:
        scores = -ties[ids].astype(np.float64)
    places = best(ids, scores, ties, count)
    return places[np.lexsort((ties.take(ids.take(places)), -scores.take(places)))]


def best(ids: Ids, scores: Floats, ties: Ids, count: int) -> Ids:
    """The places that `top` gives, in the order of `ids`.

    >>> best(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if count <= 0:
        return np.empty(0, np.int64)
    if count >= len(ids):
        return np.arange(len(ids))
    places = _promising(scores, count)
    kept = scores.take(places)
    floor = _kth(kept, count)
    places = places[kept >= floor]
    if len(places) > count:
        level = scores.take(places) == floor
        last = places[level]
        order = ties.take(ids.take(last)).argsort()
        chosen = np.concatenate([places[~level], last[order[: count - len(places)]]])
        chosen.sort()
        return chosen
    return places


def _promising(scores: Floats, count: int) -> Ids:
    """Places among which the best are for certain, few of them if a sample tells where to look."""
    step = 16 if count <= _FEW else 8
    sample = scores[::step]
    # Half as many again as should do, so that too few are next to impossible.
    guess = count * 3 // (2 * step) + 8
    if 2 * guess < len(sample):
        places = (scores >= _kth(sample, guess)).nonzero()[0]
        if len(places) >= count:
            return places
    return np.arange(len(scores))


def _kth(scores: Floats, count: int) -> np.float64:
    place = len(scores) - count
    found: np.float64 = np.partition(scores, place)[place]
    return found
