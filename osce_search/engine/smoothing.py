"""Smoothing: releases that are alike score alike; arrays in, a new array out.

One step of the score regularisation of Diaz, "Regularizing ad hoc retrieval scores" (CIKM 2005), over the graph of
nearest documents that the index holds (`osce_search.index.neighbours`). A document that says the question's words
once, among others that say little else, is likelier to be about them than one whose neighbours do not know them.

    S     score of a document         nb_j   its neighbours         cos_j   how like it they are
    M     what no document can score more than, for this question           lam     how far the neighbours count
    B     the best score that any has                                       a       how near to it is spared

    g_j = cos_j^p / sum_j cos_j^p           support = sum_j g_j S(nb_j)
    R   = S + lam (1 - S / M) (1 - (S / B)^a) (support - S)

The better a document matches by itself, the less its neighbours count: against what is possible, which matters for
short questions, and against the others, which matters for long ones, of which no document has all words. The best
keeps its score, and so does one that stands out beside it: what is looked for may be like nothing else. Nothing enters
or leaves the hits.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["shares", "smoothed", "supported"]

Floats = npt.NDArray[np.float64]


def shares(cosines: npt.NDArray[np.uint8], power: float) -> Floats:
    """What each neighbour counts, float64 of the shape of `cosines`, a row adding up to 1.

    Where there is no neighbour at all, whoever stands in the row counts the same.

    >>> shares(np.array([[200, 100], [0, 0]], np.uint8), power=2.0).tolist()
    [[0.8, 0.2], [0.5, 0.5]]
    """
    weights = (np.arange(256) ** power).take(cosines)
    total = weights.sum(axis=1, keepdims=True)
    result: Floats = np.where(total > 0, weights, 1.0) / np.where(total > 0, total, cosines.shape[1])
    return result


def supported(scores: Floats, shares: Floats) -> Floats:
    """The support of documents whose neighbours have these scores, one row each.

    >>> supported(np.array([[4.0, 0.0]]), np.array([[0.75, 0.25]])).tolist()
    [3.0]
    """
    support: Floats = np.einsum("ij,ij->i", scores, shares)
    return support


def smoothed(
    own: Floats, support: Floats | float, most: float, best: float, *, lam: float, sparing: float
) -> Floats:
    """Scores drawn towards their support; `sparing` is the a of the formula, `most` its M and `best` its B.

    >>> own, support = np.array([2.0, 1.0]), np.array([0.0, 2.0])
    >>> smoothed(own, support, most=4.0, best=2.0, lam=0.5, sparing=1.0).tolist()
    [2.0, 1.1875]
    """
    return own + lam * (1.0 - own / most) * (1.0 - _raised(own / best, sparing)) * (support - own)


def _raised(base: Floats, exponent: float) -> Floats:
    """The power; one of a power of two by squaring, which takes a tenth of the time."""
    while exponent > 1.0 and exponent % 2.0 == 0.0:
        base = base * base
        exponent /= 2.0
    return base if exponent == 1.0 else base**exponent
