"""Scoring: BM25F, one function per term of the formula; arrays in, a new array out.

The BM25F of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
section 3.6: frequencies are weighted and normalised field by field, added, and saturated once. (Whoosh's
class of that name scores each field by itself and adds the scores.) Symbols as there:

    N   documents                      n   documents that have the term
    tf  frequency in a field           l   words in that field of the document     avgl   their mean
    v   weight of the field            b   how far length normalises it            k1     where frequency saturates
    q   frequency in the question      k3  where that saturates

    tf~ = sum over fields of  v tf / (1 - b + b l / avgl)
    score = (k3 + 1) q / (k3 + q)  idf  (k1 + 1) tf~ / (k1 + tf~)        idf = ln(1 + (N - n + 0.5) / (n + 0.5))

Lead and body are one stretch of text that only a line break parts: their l is the length of both together. Were
each measured by itself, a short first paragraph would make the words of a long release look rare in it.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["idf", "normalised", "recent", "repeated", "saturated"]

Floats = npt.NDArray[np.float64]


def idf(N: int, n: int) -> float:  # noqa: N803  (the paper's symbol)
    """The weight of a term by its rarity, positive for every n up to N.

    >>> round(idf(3, 1), 4)
    0.9808
    """
    return math.log(1.0 + (N - n + 0.5) / (n + 0.5))


def normalised(l: Floats, avgl: float, v: float, b: float) -> Floats:  # noqa: E741
    """What one occurrence in a field counts in documents of these lengths, float64 of the shape of `l`.

    >>> normalised(np.array([4.0, 8.0]), avgl=4.0, v=3.0, b=0.5).tolist()
    [3.0, 2.0]
    """
    return v / (1.0 - b + b / avgl * l)


def saturated(tf: Floats, k1: float) -> Floats:
    """Frequencies with diminishing returns: 0 at 0, 1 at 1, towards k1 + 1.

    >>> saturated(np.array([0.0, 1.0, 4.0]), k1=1.0).tolist()
    [0.0, 1.0, 1.6]
    """
    return (k1 + 1.0) * tf / (k1 + tf)


def repeated(q: int, k3: float) -> float:
    """What a word counts that stands q times in a question, 1 for once.

    >>> repeated(1, 1.0), repeated(3, 1.0), repeated(3, 0.0)
    (1.0, 1.5, 1.0)
    """
    return (k3 + 1.0) * q / (k3 + q)


def recent(age: Floats, half_life: float) -> Floats:
    """How new releases of an age in days are: 1 today, half as much after each half-life, 0 in the end.

    >>> recent(np.array([0.0, 730.0, np.inf]), half_life=730.0).tolist()
    [1.0, 0.5, 0.0]
    """
    newness: Floats = np.exp2(-age / half_life)
    return newness
