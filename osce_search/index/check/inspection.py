"""Inspection: a segment whose checksums are right → what in it is contradictory.

Every number is compared with its bounds and its neighbours. Then the columns and postings of some documents are
compared with an analysis of their stored releases.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.errors import OsceSearchError
from osce_search.index.analyzer import analyze, find_tokens, form_of, term_of
from osce_search.index.segment.buffer import make_columns
from osce_search.index.segment.columns import INDEXED, SegmentReader, record_hash, tie_rank
from osce_search.index.segment.inversion import invert
from osce_search.index.segment.postings import FIELDS, Inverted
from osce_search.release import Release

Ids = npt.NDArray[np.int64]
Check = Callable[[], Iterator[str]]

_GROUP = 1 << 13
"""The number of documents that are analysed together."""

_CONTRADICTIONS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""The exceptions of readers for numbers and texts that no writer has written."""


def inspect(reader: SegmentReader, docs: Ids) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in the first part of a segment that has any fault, each with the name of the part.

    The documents in `docs` are analysed again. Later parts may depend on the faulty one, and are not checked.
    """
    checks: list[tuple[str, Check]] = [
        ("deleted", functools.partial(_check_deleted, reader)),
        ("columns", functools.partial(_check_columns, reader)),
        ("text", functools.partial(_check_postings, reader)),
        ("records", functools.partial(_check_records, reader)),
    ]
    for group in np.array_split(docs, -(-len(docs) // _GROUP)) if len(docs) else []:
        checks.append(("columns", functools.partial(_compare_columns, reader, group)))
        checks.append(("text", functools.partial(_compare_postings, reader, group)))
        checks.append(("text", functools.partial(_compare_forms, reader, group)))
    for part, check in checks:
        try:
            found = list(check())
        except (OsceSearchError, *_CONTRADICTIONS) as error:
            found = [f"cannot be read ({error})"]
        yield from ((part, what) for what in found)
        if found:
            return


def _check_deleted(reader: SegmentReader) -> Iterator[str]:
    deleted = reader.deleted
    if deleted is not None and len(deleted):
        in_bounds = deleted[0] >= 0 and deleted[-1] < reader.segment.documents
        if not in_bounds or (np.diff(deleted) <= 0).any():
            yield "documents are out of order or out of bounds"


def _check_columns(reader: SegmentReader) -> Iterator[str]:
    documents = reader.segment.documents
    names = (
        "id_rank",
        "tie_rank",
        "dates",
        "precisions",
        "titles",
        *(f"length.{n}" for n in range(len(FIELDS))),
    )
    sizes = {"ids": len(reader.ids), "hashes": len(reader.hashes)}
    for name, size in (sizes | {name: len(reader.columns.array(name)) for name in names}).items():
        if size != documents:
            yield f"{name} has {size} entries, not {documents}"
    dates, precisions, id_rank = (reader.columns.array(name) for name in ("dates", "precisions", "id_rank"))
    ids = list(reader.ids)
    order = np.argsort(id_rank, kind="stable").tolist()
    if [ids[number] for number in order] != sorted(ids) or len({*ids}) != len(ids):
        yield "ids are out of order or stored twice"
    if (precisions > 3).any():
        yield "a date has an unknown precision"
    if (tie_rank(dates, id_rank) != reader.columns.array("tie_rank")).any():
        yield "documents are not ranked by date and id"
    for facet in INDEXED:
        values, counts, ordinals, _ = reader.facet(facet.name)
        if len(counts) != documents or int(counts.sum(dtype=np.int64)) != len(ordinals):
            yield f"{facet.name} does not have a number of values for each document"
        elif len(ordinals) and not 1 <= ordinals.min() <= ordinals.max() <= len(values):
            yield f"{facet.name} has an ordinal out of bounds"
        if list(values) != sorted({*values}, key=str.encode):
            yield f"values of {facet.name} are out of order"


def _check_postings(reader: SegmentReader) -> Iterator[str]:
    postings = reader.postings
    terms = list(postings.lexicon)
    if any(one >= other for one, other in itertools.pairwise(terms)):
        yield "terms are out of order"
        return
    forms = list(postings.forms)
    if forms != sorted({*forms}) or (forms and int(postings.form_terms.max()) >= len(terms)):
        yield "forms of words are out of order or have no term"
    if not postings.is_complete():
        yield "terms do not have as many postings as are stored"
        return
    places = _Places(reader)
    for piece in postings.pieces():
        found = list(_check_piece(piece, places, reader.segment.documents))
        yield from found
        if found:
            return
    yield from places.check()


def _check_piece(piece: Inverted, places: _Places, documents: int) -> Iterator[str]:
    """Check bounds, order and number of postings and positions; fill `places`."""
    if int(piece.split.sum()) != len(piece.docs) or int(piece.positions_split.sum()) != len(piece.positions):
        yield "terms do not have as many postings as are stored"
        return
    if not len(piece.docs):
        return
    docs = piece.docs.astype(np.int64)
    if piece.split.min() < 0 or piece.freqs.min() < 1 or docs.min() < 0 or docs.max() >= documents:
        yield "a posting is out of bounds"
        return
    cells = piece.cells()
    if (np.diff(cells * documents + docs) <= 0).any():
        yield "documents of a term are out of order"
    if (np.bincount(cells, piece.freqs, piece.split.size) != piece.positions_split.ravel()).any():
        yield "frequencies and positions disagree"
        return
    owner = np.repeat(np.arange(len(docs)), piece.freqs)
    positions = piece.positions.astype(np.int64)
    if (np.diff(positions)[owner[1:] == owner[:-1]] <= 0).any():
        yield "positions of a term are out of order"
    yield from places.fill((cells % len(FIELDS))[owner], docs[owner], positions)


class _Places:
    """The positions in each field of all documents, and which of them have a word."""

    def __init__(self, reader: SegmentReader) -> None:
        self._lengths = [reader.lengths(number).astype(np.int64) for number in range(len(FIELDS))]
        self._starts = [length.cumsum() - length for length in self._lengths]
        self._filled = [np.zeros(int(length.sum()), bool) for length in self._lengths]
        self._words = [0 for _ in self._lengths]

    def fill(self, field: Ids, docs: Ids, positions: Ids) -> Iterator[str]:
        """Put words at their positions; yield what is wrong if a document has no such position."""
        for number, filled in enumerate(self._filled):
            inside = field == number
            doc, position = docs[inside], positions[inside]
            if (position >= self._lengths[number][doc]).any() or (position < 0).any():
                yield f"a word stands outside of {FIELDS[number]}"
                return
            filled[self._starts[number][doc] + position] = True
            self._words[number] += len(doc)

    def check(self) -> Iterator[str]:
        """Yield what is wrong unless every position has one word."""
        for name, filled, words in zip(FIELDS, self._filled, self._words, strict=True):
            if words != len(filled):
                yield f"lengths of {name} are not the number of its words"
            elif not filled.all():
                yield f"two words stand at one position of {name}"


def _check_records(reader: SegmentReader) -> Iterator[str]:
    hashes, ids = reader.hashes, list(reader.ids)
    doc = 0
    for first, lines in reader.records.blocks():
        if first != doc:
            yield f"a block begins with document {first}, not {doc}"
            return
        for line in lines:
            if doc == len(ids) or record_hash(line) != hashes[doc].tobytes():
                yield f"document {doc} is not the release that was indexed"
                return
            if json.loads(line)["id"].encode() != ids[doc]:
                yield f"document {doc} has another id than its column"
                return
            doc += 1
    if doc != len(ids):
        yield f"{doc} releases, not {len(ids)}"
    elif len(reader.records.ledger()) != doc:
        yield "the ledger does not have an entry for each release"


def _releases(reader: SegmentReader, docs: Ids) -> list[Release]:
    return [reader.records.release(doc) for doc in docs.tolist()]


def _compare_columns(reader: SegmentReader, docs: Ids) -> Iterator[str]:
    """Compare dates, title keys and facets with the stored releases."""
    expected = make_columns(_releases(reader, docs), [], [])
    for what, names in (("dates", ("dates", "precisions")), ("title keys", ("titles",))):
        if any(
            reader.columns.array(name)[docs].tolist() != getattr(expected, name).tolist() for name in names
        ):
            yield f"the {what} are not those of the stored releases"
    for facet, wanted in zip(INDEXED, expected.facets, strict=True):
        found = reader.facet(facet.name).take(docs)
        if (
            (found.counts != wanted.counts).any()
            or [found.values[number - 1] for number in found.ordinals.tolist()]
            != [wanted.values[number - 1] for number in wanted.ordinals.tolist()]
            or (found.inferred != wanted.inferred).any()
        ):
            yield f"values of {facet.name} are not those of the stored releases"


def _compare_forms(reader: SegmentReader, docs: Ids) -> Iterator[str]:
    """Compare the terms of the forms of words with the stored releases."""
    written = reader.postings.written()
    for doc, release in zip(docs.tolist(), _releases(reader, docs), strict=True):
        tokens = {token for name in FIELDS for token in find_tokens(getattr(release, name))}
        forms = {(form_of(token).encode(), term_of(token).encode()) for token in tokens}
        if any(form != term and written.get(form) != term for form, term in forms):
            yield f"forms of words of document {doc} do not lead to their terms"
            return


def _compare_postings(reader: SegmentReader, docs: Ids) -> Iterator[str]:
    """Compare the postings with an analysis of the stored releases."""
    expected, found = _analyse(_releases(reader, docs)), _postings_of(reader, docs)
    pairs: Iterator[tuple[Any, Any]] = zip(found, expected, strict=True)
    if not all(np.array_equal(one, other) for one, other in pairs):
        yield "the postings are not those of the stored releases"


def _postings_of(reader: SegmentReader, docs: Ids) -> Inverted:
    """Return the postings of some documents, numbered again from 0."""
    renumber = np.full(reader.segment.documents, -1, np.int64)
    renumber[docs] = np.arange(len(docs))
    pieces = [piece.renumber(renumber) for piece in reader.postings.pieces()]
    if not pieces:
        return _analyse([])
    terms, *arrays = zip(*pieces, strict=True)
    return Inverted([*itertools.chain.from_iterable(terms)], *map(np.concatenate, arrays))


def _analyse(releases: Sequence[Release]) -> Inverted:
    numbers: dict[str, int] = {}
    tokens, lengths = [], []
    for name in FIELDS:
        rows = [[numbers.setdefault(t, len(numbers)) for t in analyze(getattr(r, name))] for r in releases]
        tokens.append(np.array([number for row in rows for number in row], np.int32))
        lengths.append(np.array([len(row) for row in rows], np.int64))
    return invert(list(numbers), tokens, lengths)
