"""Postings: the documents and positions of each term, as flat arrays.

Term t has the postings `starts[t]` to `starts[t + 1]` of the arrays `docs` and `freqs`: first those in the title, then
those in the lead, then those in the body, each in the order of documents. `split` has the number of them in each field
but the last. The array `positions` has, from `position_starts[t]` on, the positions of each posting, in words from the
begin of the field; `positions_split` has the number of them in each field but the last.

`lexicon` has the sorted terms. `forms` has the sorted forms of words that differ from their terms, and `form_terms` the
number of the term of each form: a prefix, a fuzzy word and a suggestion need words as they are written, not stems.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.index.storage.arrays import ArrayReader, Lexicon

FIELDS = ("title", "lead", "body")
"""The text fields, in the order in which the postings of a term are stored."""

RUN = 1 << 19
"""The number of postings that are read together when all are read."""

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


class FieldPostings(NamedTuple):
    """The postings of one term in one field. `positions` has as many elements as `freqs` says in total."""

    docs: Array
    freqs: Array
    positions: Array


class Inverted(NamedTuple):
    """The postings of several terms.

    `terms` are sorted. `split` has the number of postings, and `positions_split` that of positions, with one row for
    each term and one column for each field.
    """

    terms: Sequence[bytes]
    split: Ids
    positions_split: Ids
    docs: Array
    freqs: Array
    positions: Array

    def cells(self) -> Ids:
        """Return the cell of each posting: the place of its term × the number of fields + its field."""
        return np.arange(self.split.size).repeat(self.split.ravel())

    def renumber(self, numbers: Ids) -> Inverted:
        """Return the postings of the documents whose new number is not negative, and the terms that have any."""
        docs = numbers[self.docs]
        kept = docs >= 0
        cells, freqs = self.cells()[kept], self.freqs[kept].astype(np.int64)
        split, positions_split = count_cells(cells, freqs, len(self.terms))
        used = split.sum(axis=1) > 0
        terms = [term for term, is_used in zip(self.terms, used, strict=True) if is_used]
        positions = self.positions[kept.repeat(self.freqs)]
        return Inverted(terms, split[used], positions_split[used], docs[kept], freqs, positions)


def count_cells(cells: Ids, freqs: Ids, terms: int) -> tuple[Ids, Ids]:
    """Return the number of postings and of positions in each cell, a row for each term and a column for each field."""
    size = terms * len(FIELDS)
    split, positions_split = np.bincount(cells, minlength=size), np.bincount(cells, freqs, size)
    return split.reshape(-1, len(FIELDS)), positions_split.astype(np.int64).reshape(-1, len(FIELDS))


class PostingsReader:
    """Reads the postings of one segment."""

    def __init__(self, reader: ArrayReader) -> None:
        self.lexicon = Lexicon(reader, "lexicon")
        self._reader = reader
        self._starts = reader.view("starts")
        self._split = reader.view("split")
        self._position_starts = reader.view("position_starts")
        self._positions_split = reader.view("positions_split")

    @functools.cached_property
    def forms(self) -> Lexicon:
        """The forms of words that differ from their terms."""
        return Lexicon(self._reader, "forms")

    @functools.cached_property
    def form_terms(self) -> Array:
        """The number of the term of each form."""
        return self._reader.array("form_terms")

    def written(self) -> dict[bytes, bytes]:
        """Map each form that differs from its term to the term."""
        terms = list(self.lexicon)
        return {
            form: terms[number] for form, number in zip(self.forms, self.form_terms.tolist(), strict=True)
        }

    def prefixed(self, prefix: bytes) -> set[bytes]:
        """Return the terms of all words that begin with a prefix."""
        forms = self.forms.prefixed(prefix)
        numbers = {*self.lexicon.prefixed(prefix), *self.form_terms[forms.start : forms.stop].tolist()}
        return {self.lexicon[number] for number in numbers}

    def _bounds(self, starts: memoryview, split: memoryview, number: int) -> list[int]:
        """Return where the fields of a term begin, and where the last one ends."""
        width = len(FIELDS) - 1
        counts = split[number * width : (number + 1) * width]
        return [*itertools.accumulate(counts, initial=starts[number]), starts[number + 1]]

    def postings(self, number: int) -> list[tuple[Array, Array]]:
        """Return the documents and frequencies of a term, one pair of arrays for each field."""
        bounds = self._bounds(self._starts, self._split, number)
        first = bounds[0]
        docs = self._reader.array("docs", first, bounds[-1])
        freqs = self._reader.array("freqs", first, bounds[-1])
        return [
            (docs[start - first : stop - first], freqs[start - first : stop - first])
            for start, stop in itertools.pairwise(bounds)
        ]

    def field(self, number: int, field: int) -> FieldPostings:
        """Return the postings of a term in one field, with positions."""
        bounds = self._bounds(self._position_starts, self._positions_split, number)
        positions = self._reader.array("positions", bounds[field], bounds[field + 1])
        return FieldPostings(*self.postings(number)[field], positions)

    def count(self, number: int) -> int:
        """Return the number of postings of a term in all fields."""
        return int(self._starts[number + 1] - self._starts[number])

    def counts(self) -> Ids:
        """Return the number of postings of each term in all fields."""
        starts = np.asarray(self._starts).astype(np.int64)
        return starts[1:] - starts[:-1]

    def is_complete(self) -> bool:
        """Return whether the terms have all the postings and positions that are stored, and no others."""
        sizes = {"docs": self._starts[-1], "freqs": self._starts[-1], "positions": self._position_starts[-1]}
        return all(self._reader.length(name) == size for name, size in sizes.items())

    def dtypes(self) -> tuple[np.dtype[Any], np.dtype[Any]]:
        """Return the dtypes of frequencies and positions."""
        return self._reader.array("freqs", 0, 0).dtype, self._reader.array("positions", 0, 0).dtype

    def frequencies(self) -> tuple[Ids, Array, Array]:
        """Return all postings without positions: `split` as in Inverted, documents, frequencies."""
        split = self._table(self._starts, self._split, range(len(self.lexicon)))
        return split, self._reader.array("docs"), self._reader.array("freqs")

    def piece(self, numbers: range) -> Inverted:
        """Return the postings of a range of terms."""
        first, last = numbers.start, numbers.stop
        docs = (self._starts[first], self._starts[last])
        return Inverted(
            [self.lexicon[number] for number in numbers],
            self._table(self._starts, self._split, numbers),
            self._table(self._position_starts, self._positions_split, numbers),
            self._reader.array("docs", *docs),
            self._reader.array("freqs", *docs),
            self._reader.array("positions", self._position_starts[first], self._position_starts[last]),
        )

    def pieces(self) -> Iterator[Inverted]:
        """Yield all postings in ranges of terms that have about RUN postings each, which bounds the memory."""
        ends = self.counts().cumsum()
        start = 0
        while start < len(ends):
            before = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(ends.searchsorted(before + RUN, side="right")))
            yield self.piece(range(start, stop))
            start = stop

    def _table(self, starts: memoryview, split: memoryview, numbers: range) -> Ids:
        """Return the number of entries of some terms in each field, with the last field filled in."""
        width = len(FIELDS) - 1
        stored = np.asarray(split[numbers.start * width : numbers.stop * width], np.int64).reshape(-1, width)
        totals = np.diff(np.asarray(starts[numbers.start : numbers.stop + 1], np.int64))
        return np.column_stack([stored, totals - stored.sum(axis=1)])

    def text_keys(self, leads: Keys) -> Keys:
        """Return a 64-bit key of the words of lead and body of each document, 0 for none.

        `leads` has the number of words of each lead. A key is the sum of hashes of all words with their places, so it
        does not depend on the order of the postings.
        """
        keys = np.zeros(len(leads), np.uint64)
        shifts = {FIELDS.index("lead"): np.zeros_like(leads), FIELDS.index("body"): leads}
        for piece in self.pieces():
            digests = [hashlib.blake2b(term, digest_size=8).digest() for term in piece.terms]
            terms = np.frombuffer(b"".join(digests), np.uint64)
            term, field = np.divmod(piece.cells(), len(FIELDS))
            for number, shift in shifts.items():
                inside = field == number
                freqs = piece.freqs[inside]
                docs = piece.docs[inside].repeat(freqs)
                places = shift[docs] + piece.positions[inside.repeat(piece.freqs)]
                np.add.at(keys, docs, _mix(terms[term[inside]].repeat(freqs), places))
        return keys


def _mix(word: Keys, place: Keys) -> Keys:
    """Return the finaliser of SplitMix64 (Steele, Lea and Flood 2014) over word and place."""
    mixed: Keys = word ^ place * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
