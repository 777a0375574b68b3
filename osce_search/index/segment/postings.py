"""Postings: which terms stand where, as flat arrays with a writer and a reader.

For term number t the arrays `docs` and `freqs` hold, from `starts[t]` to `starts[t + 1]`, its postings in
the title, then those in the lead, then those in the body, each in the order of documents; `split` says how
many belong to each field. `positions` holds, from `position_starts[t]` on, as many positions a posting as
its frequency says; they count words of the field from 0.

A second lexicon keeps the forms of words that differ from their terms, with the number of the term in
`form_terms`: a prefix, a fuzzy word and a suggestion are about words as they are written, not about stems.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.index.storage.arrays import (
    ArrayReader,
    ArrayWriter,
    LexiconReader,
    smallest_uint,
    write_lexicon,
)

SPOOL = 1 << 22
"""Bytes of an array that are kept in memory while postings are written; more goes to a temporary file."""

RUN = 1 << 19
"""Postings that are looked at together where all are."""


FIELDS = ("title", "lead", "body")
"""The text fields in the order in which a term's postings are stored."""

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


class FieldPostings(NamedTuple):
    """One term in one field: `docs` and `freqs` of one length, `positions` as long as the sum of `freqs`."""

    docs: Array
    freqs: Array
    positions: Array


class Inverted(NamedTuple):
    """Postings of many terms, ready to be written.

    `terms` are sorted; `split` has a row a term and a column a field; `positions_split` the same for
    positions.
    """

    terms: Sequence[bytes]
    split: Ints
    positions_split: Ints
    docs: Array
    freqs: Array
    positions: Array


def invert(
    terms: Sequence[str], tokens: Sequence[npt.NDArray[np.int32]], lengths: Sequence[Ints]
) -> Inverted:
    """Postings from the words of documents in their order.

    For each field `tokens` has the words of all documents as numbers into `terms`, and `lengths` how many
    each document has.
    """
    encoded = [term.encode() for term in terms]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    rank = np.empty(len(encoded), np.int32)
    rank[order] = np.arange(len(encoded), dtype=np.int32)
    flat = rank[np.concatenate(tokens)] if encoded else np.empty(0, np.int32)
    sort = np.argsort(flat, kind="stable")
    flat = flat[sort]
    doc = np.concatenate([np.repeat(np.arange(len(n), dtype=np.int32), n) for n in lengths])[sort]
    position = np.concatenate([_counting(n) for n in lengths])[sort]
    field = np.repeat(np.arange(len(tokens), dtype=np.int8), [len(part) for part in tokens])[sort]
    del sort
    if len(flat):
        new = np.empty(len(flat), bool)
        new[0] = True
        new[1:] = (flat[1:] != flat[:-1]) | (doc[1:] != doc[:-1]) | (field[1:] != field[:-1])
        first = np.flatnonzero(new)
        freqs = np.diff(np.append(first, len(flat)))
    else:
        first = freqs = np.empty(0, np.int64)
    cell = flat.astype(np.int64) * len(tokens) + field
    shape = (len(encoded), len(tokens))
    return Inverted(
        [encoded[number] for number in order],
        np.bincount(cell[first], minlength=shape[0] * shape[1]).reshape(shape),
        np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape),
        doc[first],
        freqs,
        position,
    )


def _counting(lengths: Ints) -> npt.NDArray[np.int32]:
    """0, 1, 2 … for each length in turn, as one array."""
    total = int(lengths.sum())
    starts = np.cumsum(lengths) - lengths
    return (np.arange(total) - np.repeat(starts, lengths)).astype(np.int32)


def write_postings(
    writer: ArrayWriter,
    pieces: Iterator[Inverted],
    forms: Mapping[bytes, bytes],
    documents: int,
    limits: tuple[int, int],
) -> None:
    """Write postings that come in pieces, the terms of each piece after those of the one before.

    `forms` gives the term of each form that differs from it; those of terms that do not come are left out.
    `limits` are the largest frequency and the largest position that will come.
    """
    terms: list[bytes] = []
    split: list[Ints] = []
    positions_split: list[Ints] = []
    kinds: dict[str, np.dtype[Any]] = {
        "docs": smallest_uint(max(documents - 1, 0)),
        "freqs": smallest_uint(limits[0]),
        "positions": smallest_uint(limits[1]),
    }
    import tempfile  # only writers need it, and readers have to start quickly

    with contextlib.ExitStack() as stack:
        # Three arrays grow side by side and stand one after the other in the file.
        spools = {
            name: stack.enter_context(
                tempfile.SpooledTemporaryFile(
                    SPOOL, prefix=f"{writer.path.name}.", dir=str(writer.path.parent)
                )
            )
            for name in kinds
        }
        for piece in pieces:
            terms.extend(piece.terms)
            split.append(piece.split)
            positions_split.append(piece.positions_split)
            for name, spool in spools.items():
                spool.write(getattr(piece, name).astype(kinds[name]).tobytes())
        for name, spool in spools.items():
            writer.begin(name, kinds[name])
            spool.seek(0)
            while data := spool.read(SPOOL):
                writer.extend(np.frombuffer(data, kinds[name]))
    write_lexicon(writer, "lexicon", terms)
    _write_split(writer, "starts", "split", split)
    _write_split(writer, "position_starts", "positions_split", positions_split)
    numbers = {term: number for number, term in enumerate(terms)}
    written = sorted(form for form, term in forms.items() if term in numbers)
    write_lexicon(writer, "forms", written)
    places = np.fromiter((numbers[forms[form]] for form in written), np.int64, len(written))
    writer.write("form_terms", places.astype(smallest_uint(len(terms))))


def _write_split(writer: ArrayWriter, starts: str, name: str, rows: list[Ints]) -> None:
    table = np.concatenate(rows) if rows else np.zeros((0, len(FIELDS)), np.int64)
    total = np.concatenate([[0], np.cumsum(table.sum(axis=1))])
    writer.write(starts, total.astype(smallest_uint(int(total[-1]))))
    # The last field's part is what the others leave, so it need not be stored.
    kept = table[:, :-1]
    writer.write(name, kept.ravel().astype(smallest_uint(int(kept.max()) if kept.size else 0)))


def _ends(numbers: range) -> tuple[int, int]:
    return numbers.start, numbers.stop


class PostingsReader:
    """Reads the postings of one segment."""

    def __init__(self, reader: ArrayReader) -> None:
        self.lexicon = LexiconReader(reader, "lexicon")
        self._reader = reader
        self._starts = reader.view("starts")
        self._position_starts = reader.view("position_starts")
        self._split = reader.view("split")
        self._positions_split = reader.view("positions_split")

    @functools.cached_property
    def forms(self) -> LexiconReader:
        """The forms of words that differ from their terms."""
        return LexiconReader(self._reader, "forms")

    @functools.cached_property
    def form_terms(self) -> Array:
        """The number of the term of each form."""
        return self._reader.array("form_terms")

    def written(self) -> dict[bytes, bytes]:
        """The term of each form that differs from it."""
        terms = list(self.lexicon)
        return {
            form: terms[number] for form, number in zip(self.forms, self.form_terms.tolist(), strict=True)
        }

    def prefixed(self, prefix: bytes) -> set[bytes]:
        """The terms of all words that begin like this."""
        terms = {self.lexicon[number] for number in self.lexicon.prefixed(prefix)}
        numbers = set(self.form_terms[slice(*_ends(self.forms.prefixed(prefix)))].tolist())
        return terms | {self.lexicon[number] for number in numbers}

    def _bounds(self, starts: memoryview, split: memoryview, number: int) -> tuple[int, ...]:
        width = len(FIELDS) - 1
        bound = starts[number]
        bounds = [bound]
        for count in split[number * width : (number + 1) * width]:
            bound += count
            bounds.append(bound)
        bounds.append(starts[number + 1])
        return tuple(bounds)

    def postings(self, number: int) -> list[tuple[Array, Array]]:
        """Documents and frequencies of term `number`, one pair of arrays a field."""
        bounds = self._bounds(self._starts, self._split, number)
        docs = self._reader.array("docs", bounds[0], bounds[-1])
        freqs = self._reader.array("freqs", bounds[0], bounds[-1])
        origin = bounds[0]
        return [
            (docs[start - origin : stop - origin], freqs[start - origin : stop - origin])
            for start, stop in itertools.pairwise(bounds)
        ]

    def field(self, number: int, field: int) -> FieldPostings:
        """The postings of term `number` in the field of that number, with positions."""
        docs, freqs = self.postings(number)[field]
        bounds = self._bounds(self._position_starts, self._positions_split, number)
        return FieldPostings(docs, freqs, self._reader.array("positions", bounds[field], bounds[field + 1]))

    def count(self, number: int) -> int:
        """How many postings term `number` has in all fields together."""
        return int(self._starts[number + 1] - self._starts[number])

    def is_complete(self) -> bool:
        """Whether the terms have all postings and positions between them, and none is left over."""
        sizes = {"docs": self._starts[-1], "freqs": self._starts[-1], "positions": self._position_starts[-1]}
        return all(self._reader.length(name) == size for name, size in sizes.items())

    def all_counts(self) -> Ints:
        """How many postings each term has in all fields together."""
        starts = np.asarray(self._starts).astype(np.int64)
        return starts[1:] - starts[:-1]

    def runs(self) -> Iterator[range]:
        """All terms in runs for `piece` that have about RUN postings each: more need not be in memory."""
        ends = self.all_counts().cumsum()
        start = 0
        while start < len(ends):
            before = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(ends.searchsorted(before + RUN, side="right")))
            yield range(start, stop)
            start = stop

    def flat(self) -> tuple[Ints, Array, Array]:
        """All postings by term and field: how many, a row a term and a column a field; documents; frequencies."""
        counts = self._table(self._starts, self._split, range(len(self.lexicon)))
        return counts, self._reader.array("docs"), self._reader.array("freqs")

    def kinds(self) -> tuple[np.dtype[Any], np.dtype[Any]]:
        """The types that frequencies and positions are stored in."""
        return self._reader.array("freqs", 0, 0).dtype, self._reader.array("positions", 0, 0).dtype

    def piece(self, numbers: range) -> Inverted:
        """The postings of a run of terms, as `write_postings` takes them."""
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

    def _table(self, starts: memoryview, split: memoryview, numbers: range) -> Ints:
        width = len(FIELDS) - 1
        kept = np.asarray(split[numbers.start * width : numbers.stop * width], np.int64).reshape(-1, width)
        ends = np.asarray(starts[numbers.start : numbers.stop + 1], np.int64)
        totals = ends[1:] - ends[:-1]
        return np.column_stack([kept, totals - kept.sum(axis=1)])


Keys = npt.NDArray[np.uint64]


def text_keys(postings: PostingsReader, leads: Keys) -> Keys:
    """A number for the text of each document of a segment, 0 for one without a word.

    It is a sum over the words of lead and body, each mixed with its place, so that postings give it in any order.
    """
    keys = np.zeros(len(leads), np.uint64)
    shift = {FIELDS.index("lead"): np.zeros_like(leads), FIELDS.index("body"): leads}
    for run in postings.runs():
        piece = postings.piece(run)
        digests = (hashlib.blake2b(term, digest_size=8).digest() for term in piece.terms)
        terms = np.frombuffer(b"".join(digests), np.uint64)
        cell = np.repeat(np.arange(piece.split.size), piece.split.ravel())
        for field, before in shift.items():
            here = cell % len(FIELDS) == field
            docs = piece.docs[here].repeat(piece.freqs[here])
            word = terms[cell[here] // len(FIELDS)].repeat(piece.freqs[here])
            place = before[docs] + piece.positions[here.repeat(piece.freqs)]
            np.add.at(keys, docs, _mix(word, place))
    return keys


def _mix(word: Keys, place: Keys) -> Keys:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over word and place."""
    mixed: Keys = word ^ place * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
