"""Nearest: vectors of words → the documents that are most like each one; arrays in, arrays out.

All pairs are compared through the words that they share, a block of documents at a time: each word of a document
brings the list of documents that it weighs most in, a row of the block is sorted, and what belongs to one pair is
added. Everything is in whole numbers, so that no order of adding changes a sum, and ties go to the document that
comes first: the result depends on nothing but the vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LEAST", "LISTED", "NEAREST", "UNIT", "find_nearest", "order_of"]

NEAREST = 12
"""Neighbours of a document: 8 to 16 give the same relevance, within 0.001 of nDCG@10."""

LISTED = 64
"""Documents through which a word finds others, those it weighs most in. It keeps the work for a document the same
however many there are; 128 or all give nothing more."""

LEAST = 0.05
"""The cosine from which documents are alike at all."""

UNIT_BITS = 13
UNIT = (1 << UNIT_BITS) - 1
"""The whole number that stands for a length of 1 in a vector."""

_BLOCK = 32
"""Documents that are compared at a time: few enough for a block to stay in the processor's cache."""

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


def find_nearest(terms: npt.NDArray[np.int32], weights: npt.NDArray[np.uint16]) -> tuple[Array, Array]:
    """For each document the numbers of those most like it, int32, and their cosines times 255, uint8.

    `terms` has a row of numbers of terms a document, and `weights` their weights in it, with a length of UNIT a row; a
    weight of 0 is no term. Both results have NEAREST columns, the most alike first; where there are fewer, the cosine
    is 0 and the number the document's own.
    """
    count = len(terms)
    docs = np.repeat(np.arange(count, dtype=np.int32)[:, None], NEAREST, axis=1)
    cosines = np.zeros((count, NEAREST), np.uint8)
    rows, lists = _listed(terms, weights)
    width = terms.shape[1]
    space = np.empty((_BLOCK * width, lists.shape[1]), lists.dtype)
    product = np.empty_like(space)
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        size = (stop - start) * width
        lists.take(rows[start:stop].ravel(), axis=0, out=space[:size], mode="clip")
        np.bitwise_and(space[:size], UNIT, out=product[:size])
        product[:size] *= weights[start:stop].reshape(-1, 1)
        product[:size] >>= UNIT_BITS
        # The product takes the place of the weight beside the number of the document.
        space[:size] &= ~space.dtype.type(UNIT)
        space[:size] |= product[:size]
        keys = space[:size].reshape(stop - start, -1)
        keys.sort(axis=1)
        row, doc, cosine = _summed(keys, start)
        rank = np.arange(len(row)) - row.searchsorted(row)
        best = rank < NEAREST
        docs[start + row[best], rank[best]] = doc[best]
        cosines[start + row[best], rank[best]] = cosine[best] >> (UNIT_BITS - 8)
    return docs, cosines


def _summed(keys: Array, start: int) -> tuple[Ints, Ints, Ints]:
    """Row, document and cosine of the pairs that are alike, by row, the most alike first."""
    width = keys.shape[1]
    flat = keys.ravel()
    doc = flat >> UNIT_BITS
    last = np.empty(len(flat), bool)
    np.not_equal(doc[1:], doc[:-1], out=last[:-1])
    last[width - 1 :: width] = True
    ends = last.nonzero()[0]
    # Unsigned sums may wrap around: their differences do not mind.
    total = (flat & UNIT).cumsum(dtype=flat.dtype).take(ends)
    cosine = np.minimum(np.diff(total, prepend=total.dtype.type(0)), UNIT).astype(np.int64)
    alike = cosine >= LEAST * UNIT
    ends, cosine = ends[alike], cosine[alike]
    row, other = ends // width, doc.take(ends).astype(np.int64)
    not_itself = other != row + start
    row, other, cosine = row[not_itself], other[not_itself], cosine[not_itself]
    key = np.sort((row << 48) | ((UNIT - cosine) << 32) | other)
    return key >> 48, key & 0xFFFFFFFF, UNIT - ((key >> 32) & UNIT)


def _listed(terms: npt.NDArray[np.int32], weights: npt.NDArray[np.uint16]) -> tuple[Array, Array]:
    """Where the list of each term stands, of the shape of `terms`, and the lists: documents with their weights.

    A list is a row of at most LISTED numbers, each a document's number above UNIT_BITS bits of weight, heaviest first;
    row 0 is that of terms that no two documents share, with no weight at all.
    """
    present = weights > 0
    shared = np.bincount(terms[present], minlength=int(terms.max(initial=0)) + 1) > 1
    number = np.where(shared, shared.cumsum(), 0).astype(np.int32)
    rows = np.where(present, number.take(terms), 0)
    doc, _ = rows.nonzero()
    row, weight = rows[rows > 0], weights[rows > 0]
    order = order_of(row, order_of(UNIT - weight))
    row, weight, doc = row[order], weight[order], doc[order]
    starts = np.searchsorted(row, np.arange(int(shared.sum()) + 2))
    rank = np.arange(len(row)) - starts.take(row)
    kept = rank < LISTED
    wide = len(terms) << UNIT_BITS > np.iinfo(np.uint32).max
    kind = np.dtype(np.uint64 if wide else np.uint32)
    lists = np.zeros((len(starts) - 1, int(rank[kept].max(initial=0)) + 1), kind)
    lists[row[kept], rank[kept]] = (doc[kept].astype(kind) << UNIT_BITS) | weight[kept]
    return rows, lists


def order_of(keys: Array, order: Ints | None = None) -> Ints:
    """The order that sorts `keys`, equal ones staying in `order`, or as they stand.

    >>> order_of(np.array([70000, 1, 70000, 0])).tolist()
    [3, 1, 0, 2]

    NumPy sorts numbers of 16 bits by their digits, which for many is several times as fast as by comparing.
    """
    parts = [keys & 0xFFFF]
    if len(keys) and int(keys.max()) > 0xFFFF:
        parts.append(keys >> 16)
    for part in parts:
        digits = part.astype(np.uint16)
        place = np.argsort(digits if order is None else digits.take(order), kind="stable")
        order = place if order is None else order.take(place)
    assert order is not None
    return order
