"""Neighbours: the releases of an index → for each those most like it, in a file beside the segments.

The file is made when a generation is published, over all its segments, and belongs to that generation alone: what is
rare, and so what makes releases alike, changes with every release that comes or goes. It is a function of the releases,
whatever their order and however many segments they are in.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged
from osce_search.index.segment.postings import FIELDS
from osce_search.index.segment.segment_reader import SegmentReader
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter, smallest_uint
from osce_search.index.storage.generation import INDEX_NAME, Stamp

__all__ = ["LIMIT", "Neighbours", "find_neighbours", "read_neighbours", "write_neighbours"]

LIMIT = 100_000
"""Releases up to which neighbours are found at each commit unless told otherwise: about ten seconds of work."""

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LIMIT = 100_000
"""Releases up to which neighbours are found at each commit unless told otherwise: about ten seconds of work."""


class Neighbours(NamedTuple):
    """A row for each document, the most alike first.

    `docs` are numbers of documents and `cosines` how like they are, times 255. Where there are fewer than a row
    has room for, and for deleted documents, the number is the document's own and the cosine 0.
    """

    docs: Array
    cosines: npt.NDArray[np.uint8]


def find_neighbours(readers: Sequence[SegmentReader]) -> Neighbours:
    """The neighbours of the live documents of these segments, numbered one segment after the other."""
    collection = Collection(readers)
    found, likeness = find_nearest(*make_vectors(collection))
    docs = np.repeat(np.arange(collection.size)[:, None], NEAREST, axis=1)
    cosines = np.zeros((collection.size, NEAREST), np.uint8)
    docs[collection.docs] = collection.docs.take(found)
    cosines[collection.docs] = likeness
    return Neighbours(docs.astype(smallest_uint(max(collection.size - 1, 0))), cosines)


def write_neighbours(directory: Path, readers: Sequence[SegmentReader]) -> tuple[str, Stamp]:
    """Find the neighbours and write them, durably, to a new file: its name and stamp."""
    found = find_neighbours(readers)
    name = f"{INDEX_NAME}_{os.urandom(8).hex()}.neighbours"
    with ArrayWriter(directory / name) as writer:
        writer.write("docs", found.docs.ravel())
        writer.write("cosines", found.cosines.ravel())
    return name, writer.stamp


def read_neighbours(reader: ArrayReader, documents: int) -> Neighbours:
    """The neighbours in a file of an index of so many documents; raises IndexDamaged if they are not that."""
    docs, cosines = reader.array("docs"), reader.array("cosines")
    size = documents * NEAREST
    whole = len(docs) == len(cosines) == size
    if not whole or docs.dtype.kind != "u" or (size and int(docs.max()) >= documents):
        raise IndexDamaged(reader.path, f"not the neighbours of {documents} documents")
    return Neighbours(docs.reshape(documents, NEAREST), cosines.reshape(documents, NEAREST))


TERMS = 32
"""Words of a vector: 24 lose 0.004 of nDCG@10 where 48 gain nothing."""

K1, B_TITLE, B_TEXT, TITLE = 2.0, 0.3, 0.7, 3.0
"""The constants of the ranking formula here. They are part of what an index holds, and so do not follow a profile: the
default one's k1, 1.5, would rank 0.001 lower here, in the mean of all collections of docs/ranking.md."""

_POSTINGS = 1 << 21
"""Postings that are worked on at a time."""

_KEPT = 1 << 22
"""Postings up to which the work of the first pass is kept for the second."""


class Collection:
    """The live documents of some segments, in the order of their ids."""

    def __init__(self, readers: Sequence[SegmentReader]) -> None:
        self.readers = readers
        sizes = [reader.segment.documents for reader in readers]
        self.bases = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.size = int(self.bases[-1])

    @functools.cached_property
    def docs(self) -> Ints:
        """The number of each live document in the snapshot of these segments, in the order of ids."""
        if len(self.readers) == 1 and self.readers[0].live is None:
            return np.argsort(self.readers[0].columns.id_rank, kind="stable")
        ids, docs = [], []
        for reader, base in zip(self.readers, self.bases.tolist(), strict=False):
            live = reader.live
            for doc, id in enumerate(reader.columns.ids):
                if live is None or live[doc]:
                    ids.append(id)
                    docs.append(base + doc)
        return np.array(docs, np.int64)[sorted(range(len(ids)), key=ids.__getitem__)]

    @functools.cached_property
    def ranks(self) -> Ints:
        """The place of each document of the snapshot in the order of ids; -1 for deleted ones."""
        ranks = np.full(self.size, -1, np.int64)
        ranks[self.docs] = np.arange(len(self.docs))
        return ranks

    @functools.cached_property
    def term_numbers(self) -> tuple[int, list[npt.NDArray[np.int32]]]:
        """How many terms there are, and for each segment the number of each of its terms."""
        if len(self.readers) == 1:
            count = len(self.readers[0].postings.lexicon)
            return count, [np.arange(count, dtype=np.int32)]
        lexicons = [list(reader.postings.lexicon) for reader in self.readers]
        terms = sorted(set().union(*lexicons))
        number = dict(zip(terms, range(len(terms)), strict=True))
        return len(terms), [np.fromiter(map(number.__getitem__, terms), np.int32) for terms in lexicons]

    @functools.cached_property
    def factors(self) -> tuple[Floats, Floats]:
        """What one occurrence in the title and one in the text count in each document of the snapshot."""
        lengths = [
            np.concatenate([reader.columns.lengths(field) for reader in self.readers]).astype(np.float64)
            for field in range(len(FIELDS))
        ]
        title, text = lengths[0], lengths[1] + lengths[2]
        return _factors(title, self.docs, B_TITLE, TITLE), _factors(text, self.docs, B_TEXT, 1.0)


def _factors(lengths: Floats, docs: Ints, b: float, weight: float) -> Floats:
    average = float(lengths[docs].sum()) / len(docs) or 1.0
    return weight / (1.0 - b + b / average * lengths)


def make_vectors(collection: Collection) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
    """Terms and weights as `find_nearest` takes them, a row a live document in the order of ids."""
    count = len(collection.docs)
    total = sum(int(reader.postings.all_counts().sum()) for reader in collection.readers)
    # Small collections are read once; of large ones the first pass only counts, to stay within memory.
    kept = list(_pieces(collection)) if total <= _KEPT else None
    frequency = np.zeros(collection.term_numbers[0], np.int64)
    for _, _, term, _ in kept or _pieces(collection):
        frequency += np.bincount(term, minlength=len(frequency))
    rarity = np.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))
    # The rarest word there can be, everywhere, has the largest number of 16 bits.
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
    """Runs of documents: the number of the first, and the words of all by document and term.

    The words are three arrays of one length: the document, counted from the first of its run; the term; and how often
    it occurs, weighed by field and length.
    """
    mapped = collection.term_numbers[1]
    for reader, base, numbers in zip(collection.readers, collection.bases.tolist(), mapped, strict=False):
        counts, docs, freqs = reader.postings.flat()
        term = np.repeat(numbers, counts.sum(axis=1))
        in_title = np.repeat(np.tile([True, False, False], len(counts)), counts.ravel())
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
            yield base + first, *_words(doc, term[chosen], amount)


def _words(doc: Array, term: Array, amount: Floats) -> tuple[Array, Array, Floats]:
    """The words by document and term, with what they amount to in all fields together."""
    # Postings are by term already, and stay so within a document.
    order = order_of(doc)
    doc, term, amount = doc.take(order), term.take(order), amount.take(order)
    new = np.ones(len(doc), bool)
    np.logical_or(doc[1:] != doc[:-1], term[1:] != term[:-1], out=new[1:])
    starts = new.nonzero()[0]
    return doc.take(starts), term.take(starts), np.add.reduceat(amount, starts) if len(starts) else amount


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
