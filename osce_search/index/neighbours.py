"""Neighbours: the releases of an index → the most similar releases of each, in a file beside the segments.

A commit finds them over all segments and writes a new file, because every release that comes or goes changes how rare
words are. They are a function of the releases alone: documents are numbered in the order of ids and terms in theirs, so
neither their order nor the number of segments makes a difference.

The similarity of two releases is the cosine of their vectors. A vector has the TERMS words with the largest weights. A
weight is the part of the word in a BM25F score (`osce_search.engine.scoring` has the formula). Pairs are compared
through the words that they share: each word of a document brings the list of the documents in which it has the largest
weights, the numbers in a row of a block are sorted, and the products of one pair are added. All numbers are integers,
so the order of additions makes no difference. Ties go to the document that comes first.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.index.segment.columns import NEAREST, Neighbours, SegmentReader
from osce_search.index.segment.postings import FIELDS
from osce_search.index.storage.arrays import ArrayWriter, Stamp, find_run_starts, smallest_uint
from osce_search.index.storage.generation import new_name

LIMIT = 100_000
"""The number of releases up to which a commit finds neighbours by default: about ten seconds of work."""

TERMS = 32
"""The number of words in a vector: 24 lose 0.004 of nDCG@10, and 48 gain nothing."""

K1, B_TITLE, B_TEXT, TITLE = 2.0, 0.3, 0.7, 3.0
"""The constants of BM25F. They do not follow a ranking profile, because the index stores their result. With the k1 of
the default profile, 1.5, nDCG@10 is 0.001 lower in the mean of the collections of docs/ranking.md."""

LISTED = 64
"""The number of documents in the list of a word, which bounds the work for each document; 128 or all gain nothing."""

LEAST = 0.05
"""The least cosine of neighbours."""

UNIT_BITS = 13
UNIT = (1 << UNIT_BITS) - 1
"""The integer that stands for 1.0 in a vector and in a cosine."""

_BLOCK = 32
"""The number of documents that are compared at a time: a block fits into the cache of the processor."""

_POSTINGS = 1 << 21
"""The number of postings that are weighed at a time."""

_KEPT = 1 << 22
"""The number of postings up to which the first pass keeps its work for the second."""

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def write_neighbours(directory: Path, readers: Sequence[SegmentReader]) -> tuple[str, Stamp]:
    """Find the neighbours and write them to a new file, durably; return its name and stamp."""
    found = find_neighbours(readers)
    name = f"{new_name()}.neighbours"
    with ArrayWriter(directory / name) as writer:
        writer.write("docs", found.docs.ravel())
        writer.write("cosines", found.cosines.ravel())
    return name, writer.stamp


def find_neighbours(readers: Sequence[SegmentReader]) -> Neighbours:
    """Return the neighbours of the live documents of some segments."""
    collection = Collection(readers)
    found, cosines = find_nearest(*make_vectors(collection))
    docs = np.repeat(np.arange(collection.size)[:, None], NEAREST, axis=1)
    all_cosines = np.zeros((collection.size, NEAREST), np.uint8)
    docs[collection.docs] = collection.docs.take(found)
    all_cosines[collection.docs] = cosines
    return Neighbours(docs.astype(smallest_uint(max(collection.size - 1, 0))), all_cosines)


class Collection:
    """The live documents of some segments, in the order of their ids."""

    def __init__(self, readers: Sequence[SegmentReader]) -> None:
        self.readers = readers
        self.bases = [*itertools.accumulate([reader.segment.documents for reader in readers], initial=0)]
        self.size = self.bases[-1]

    @functools.cached_property
    def docs(self) -> Ids:
        """The number of each live document in the snapshot of these segments, in the order of ids."""
        if len(self.readers) == 1 and self.readers[0].live is None:
            return np.argsort(self.readers[0].columns.array("id_rank"), kind="stable")
        pairs: list[tuple[bytes, int]] = []
        for reader, base in zip(self.readers, self.bases, strict=False):
            pairs.extend(zip(reader.live_ids(), (base + reader.live_docs).tolist(), strict=True))
        return np.array([doc for _, doc in sorted(pairs)], np.int64)

    @functools.cached_property
    def ranks(self) -> Ids:
        """The place of each document of the snapshot in the order of ids; -1 if it is deleted."""
        ranks = np.full(self.size, -1, np.int64)
        ranks[self.docs] = np.arange(len(self.docs))
        return ranks

    @functools.cached_property
    def term_numbers(self) -> tuple[int, list[npt.NDArray[np.int32]]]:
        """The number of distinct terms, and for each segment the number of each of its terms."""
        if len(self.readers) == 1:
            count = len(self.readers[0].postings.lexicon)
            return count, [np.arange(count, dtype=np.int32)]
        lexicons = [list(reader.postings.lexicon) for reader in self.readers]
        terms = sorted(set().union(*lexicons))
        number = dict(zip(terms, range(len(terms)), strict=True))
        return len(terms), [np.fromiter(map(number.__getitem__, terms), np.int32) for terms in lexicons]

    @functools.cached_property
    def factors(self) -> tuple[Floats, Floats]:
        """The weight of one occurrence in the title and of one in the text, for each document of the snapshot."""
        title, lead, body = (
            np.concatenate([reader.lengths(field) for reader in self.readers]).astype(np.float64)
            for field in range(len(FIELDS))
        )
        return _factors(title, self.docs, B_TITLE, TITLE), _factors(lead + body, self.docs, B_TEXT, 1.0)


def _factors(lengths: Floats, docs: Ids, b: float, weight: float) -> Floats:
    average = float(lengths[docs].sum()) / len(docs) or 1.0
    return weight / (1.0 - b + b / average * lengths)


def make_vectors(collection: Collection) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
    """Return terms and weights for `find_nearest`, a row for each live document in the order of ids."""
    count = len(collection.docs)
    total = sum([int(reader.postings.counts().sum()) for reader in collection.readers])
    # A small collection is read once. For a large one the first pass only counts, which bounds the memory.
    kept = list(_pieces(collection)) if total <= _KEPT else None
    frequency = np.zeros(collection.term_numbers[0], np.int64)
    for _, _, term, _ in kept or _pieces(collection):
        frequency += np.bincount(term, minlength=len(frequency))
    rarity = np.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))
    # The largest weight there can be becomes the largest number of 16 bits.
    rarity *= 0xFFFF / np.log(1.0 + (count - 0.5) / 1.5)
    terms = np.zeros((count, TERMS), np.int32)
    weights = np.zeros((count, TERMS), np.uint16)
    for first, doc, term, amount in kept or _pieces(collection):
        part = np.rint(rarity.take(term) * (amount / (K1 + amount))).astype(np.uint16)
        words = np.bincount(doc)
        has_words = words.nonzero()[0]
        words = words.take(has_words)
        column = (words.cumsum() - words)[:, None] + np.arange(TERMS)
        inside = np.arange(TERMS) < words[:, None]
        chosen = order_of(doc, order_of(0xFFFF - part)).take(np.where(inside, column, 0))
        parts = np.where(inside, part.take(chosen), 0).astype(np.float64)
        length = np.sqrt((parts**2).sum(axis=1, keepdims=True))
        ranks = collection.ranks.take(first + has_words)
        terms[ranks] = term.take(chosen)
        weights[ranks] = np.rint(parts * (UNIT / np.maximum(length, 1.0)))
    return terms, weights


def _pieces(collection: Collection) -> Iterator[tuple[int, Array, Array, Floats]]:
    """Yield runs of documents: the number of the first, and the words of all by document and term.

    The words are three arrays of one length: the document, counted from the first of its run; the term; and its
    frequency, weighted by field and length.
    """
    mapped = collection.term_numbers[1]
    for reader, base, numbers in zip(collection.readers, collection.bases, mapped, strict=False):
        split, docs, freqs = reader.postings.frequencies()
        term = np.repeat(numbers, split.sum(axis=1))
        in_title = np.repeat(np.tile([True, False, False], len(split)), split.ravel())
        size = reader.segment.documents
        run = min(1 << 16, -(-size // (len(docs) // _POSTINGS + 1)))
        for first in range(0, size, run):
            chosen: Any = slice(None)
            if run < size or reader.live is not None:
                inside = (docs >= first) & (docs < first + run)
                chosen = (inside if reader.live is None else inside & reader.live.take(docs)).nonzero()[0]
            title, text = (factor[base + first : base + first + run] for factor in collection.factors)
            doc = (docs[chosen] - first).astype(np.uint16)
            amount = np.where(in_title[chosen], title.take(doc), text.take(doc)) * freqs[chosen]
            yield base + first, *_add_fields(doc, term[chosen], amount)


def _add_fields(doc: Array, term: Array, amount: Floats) -> tuple[Array, Array, Floats]:
    """Sort postings by document and term, and add the amounts of one term in all fields."""
    # Postings come by term, and a stable sort keeps that order within a document.
    order = order_of(doc)
    doc, term, amount = doc.take(order), term.take(order), amount.take(order)
    starts = find_run_starts(doc.astype(np.int64) << 32 | term)
    return doc.take(starts), term.take(starts), np.add.reduceat(amount, starts) if len(starts) else amount


def find_nearest(terms: npt.NDArray[np.int32], weights: npt.NDArray[np.uint16]) -> tuple[Array, Array]:
    """Return the most similar documents of each document, int32, and their cosines times 255, uint8.

    `terms` has a row of numbers of terms for each document, and `weights` their weights, with a length of UNIT for each
    row; a weight of 0 is no term. Both results have NEAREST columns, the most similar first. Missing neighbours are the
    document itself with the cosine 0.
    """
    count = len(terms)
    docs = np.repeat(np.arange(count, dtype=np.int32)[:, None], NEAREST, axis=1)
    cosines = np.zeros((count, NEAREST), np.uint8)
    rows, lists = _list_documents(terms, weights)
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
        # The product replaces the weight beside the number of the document.
        space[:size] &= ~space.dtype.type(UNIT)
        space[:size] |= product[:size]
        keys = space[:size].reshape(stop - start, -1)
        keys.sort(axis=1)
        row, doc, cosine = _sum_pairs(keys, start)
        rank = np.arange(len(row)) - row.searchsorted(row)
        best = rank < NEAREST
        docs[start + row[best], rank[best]] = doc[best]
        cosines[start + row[best], rank[best]] = cosine[best] >> (UNIT_BITS - 8)
    return docs, cosines


def _sum_pairs(keys: Array, start: int) -> tuple[Ids, Ids, Ids]:
    """Return row, document and cosine of the pairs that are similar, by row, the most similar first."""
    width = keys.shape[1]
    flat = keys.ravel()
    doc = flat >> UNIT_BITS
    last = np.empty(len(flat), bool)
    np.not_equal(doc[1:], doc[:-1], out=last[:-1])
    last[width - 1 :: width] = True
    ends = last.nonzero()[0]
    # Unsigned sums may wrap around; their differences are right all the same.
    total = (flat & UNIT).cumsum(dtype=flat.dtype).take(ends)
    cosine = np.minimum(np.diff(total, prepend=total.dtype.type(0)), UNIT).astype(np.int64)
    row, other = ends // width, doc.take(ends).astype(np.int64)
    kept = (cosine >= LEAST * UNIT) & (other != row + start)
    key = np.sort((row[kept] << 48) | ((UNIT - cosine[kept]) << 32) | other[kept])
    return key >> 48, key & 0xFFFFFFFF, UNIT - ((key >> 32) & UNIT)


def _list_documents(terms: npt.NDArray[np.int32], weights: npt.NDArray[np.uint16]) -> tuple[Array, Array]:
    """Return the row of the list of each term, in the shape of `terms`, and the lists of documents with weights.

    A list is a row of at most LISTED numbers, the largest weight first: the number of a document above UNIT_BITS bits
    of weight. Row 0 has no weights; it is the list of all terms that only one document has.
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


def order_of(keys: Array, order: Ids | None = None) -> Ids:
    """Return the order that sorts `keys`; equal ones stay in the given order, or as they stand.

    >>> order_of(np.array([70000, 1, 70000, 0])).tolist()
    [3, 1, 0, 2]

    NumPy sorts 16-bit numbers by radix, which is several times as fast as by comparisons.
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
