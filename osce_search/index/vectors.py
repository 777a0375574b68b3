"""Vectors: the postings of all segments → for each document the words that tell most of it.

What a word tells of a document is its part of a BM25F score (`osce_search.engine.scoring` has the formula). A vector
has the TERMS words that tell most, and a length of one. It depends on the releases alone: documents are numbered in
the order of their ids, and terms in theirs, so that it does not matter which segment has which.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.index.nearest import UNIT, order_of
from osce_search.index.postings import FIELDS
from osce_search.index.segment import SegmentReader

__all__ = ["TERMS", "Collection", "make_vectors"]

TERMS = 32
"""Words of a vector: 24 lose 0.004 of nDCG@10 where 48 gain nothing."""

K1, B_TITLE, B_TEXT, TITLE = 2.0, 0.3, 0.7, 3.0
"""The constants of the ranking formula here. They are part of what an index holds, and so do not follow a profile: the
default one's k1, 1.5, would rank 0.001 lower here, in the mean of all collections of docs/ranking.md."""

_POSTINGS = 1 << 21
"""Postings that are worked on at a time."""

_KEPT = 1 << 22
"""Postings up to which the work of the first pass is kept for the second."""

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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
