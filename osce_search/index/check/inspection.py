"""Inspection: a segment whose bytes are as they were written → what in it contradicts itself.

Every number against its bounds and its neighbours, and then the columns and postings of some documents against an
analysis of the stored releases.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from osce_search.errors import OsceSearchError
from osce_search.index.analyzer import analyze, find_tokens, form_of, term_of, title_key, title_words
from osce_search.index.segment.buffer import make_facet_column
from osce_search.index.segment.columns import INDEXED, NO_DATE, PRECISIONS, days_of, record_hash, tie_rank
from osce_search.index.segment.postings import FIELDS, Inverted, invert
from osce_search.index.segment.segment_reader import SegmentReader
from osce_search.index.storage.arrays import concatenate_ranges
from osce_search.release import Release

__all__ = ["inspect"]

_GROUP = 1 << 13
"""Documents that are analysed anew together."""

_CONTRADICTIONS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What the readers raise for numbers and texts that are not what they should be."""


_GROUP = 1 << 13
"""Documents that are analysed anew together."""

_CONTRADICTIONS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What the readers raise for numbers and texts that are not what they should be."""

Ints = npt.NDArray[np.int64]


def inspect(reader: SegmentReader, docs: Ints) -> Iterator[tuple[str, str]]:
    """What is wrong, each with the part of the segment in which it is, as far as the first part that has any.

    `docs` are the documents that are analysed anew. What comes after a part that is wrong may depend on it, and is not
    looked at.
    """
    checks: list[tuple[str, Callable[[], Iterator[str]]]] = [
        ("deleted", functools.partial(_check_deleted, reader)),
        ("columns", functools.partial(_check_columns, reader)),
        ("text", functools.partial(_check_postings, reader)),
        ("records", functools.partial(_check_records, reader)),
    ]
    for group in np.array_split(docs, -(-len(docs) // _GROUP)) if len(docs) else []:
        checks.append(("columns", functools.partial(compare_columns, reader, group)))
        checks.append(("text", functools.partial(compare_postings, reader, group)))
        checks.append(("text", functools.partial(compare_forms, reader, group)))
    for part, check in checks:
        try:
            found = list(check())
        except (OsceSearchError, *_CONTRADICTIONS) as error:
            found = [f"cannot be read as what it should be ({error})"]
        yield from ((part, what) for what in found)
        if found:
            return


def _check_deleted(reader: SegmentReader) -> Iterator[str]:
    deleted = reader.deleted
    if deleted is None:
        return
    if len(deleted) != reader.segment.deleted_count:
        yield f"lists {len(deleted)} documents, not {reader.segment.deleted_count}"
    if len(deleted) and (
        deleted[0] < 0 or deleted[-1] >= reader.segment.documents or (np.diff(deleted) <= 0).any()
    ):
        yield "documents are out of order or out of bounds"


def _check_columns(reader: SegmentReader) -> Iterator[str]:
    columns, documents = reader.columns, reader.segment.documents
    sizes = {
        "ids": len(columns.ids),
        "id_rank": len(columns.id_rank),
        "tie_rank": len(columns.tie_rank),
        "dates": len(columns.dates),
        "precisions": len(columns.precisions),
        "hashes": len(columns.hashes),
        "titles": len(columns.titles),
        **{f"length.{number}": len(columns.lengths(number)) for number in range(len(FIELDS))},
    }
    yield from (
        f"{name} has {size} entries, not {documents}" for name, size in sizes.items() if size != documents
    )
    ids = list(columns.ids)
    order = np.argsort(columns.id_rank, kind="stable").tolist()
    if [ids[number] for number in order] != sorted(ids) or len(set(ids)) != len(ids):
        yield "ids are out of order or there twice"
    if (columns.precisions > 3).any():
        yield "a date has an unknown precision"
    if (tie_rank(columns.dates, columns.id_rank) != columns.tie_rank).any():
        yield "documents are not ranked by date and id"
    for facet in INDEXED:
        column = columns.facet(facet.name)
        if len(column.counts) != documents or int(column.counts.sum(dtype=np.int64)) != len(column.ordinals):
            yield f"{facet.name} does not have a number of values for each document"
        elif len(column.ordinals) and not 1 <= column.ordinals.min() <= column.ordinals.max() <= len(
            column.values
        ):
            yield f"{facet.name} has an ordinal out of bounds"
        if list(column.values) != sorted(set(column.values), key=str.encode):
            yield f"values of {facet.name} are out of order"


def _check_postings(reader: SegmentReader) -> Iterator[str]:
    postings = reader.postings
    terms = list(postings.lexicon)
    if any(one >= other for one, other in itertools.pairwise(terms)):
        yield "terms are out of order"
        return
    forms = list(postings.forms)
    if forms != sorted(set(forms)) or (len(forms) and int(postings.form_terms.max()) >= len(terms)):
        yield "forms of words are out of order or lead to no term"
    if not postings.is_complete():
        yield "terms do not have as many postings as there are"
        return
    places = _Places(reader)
    for run in postings.runs():
        found = list(_check_run(postings.piece(run), places, reader.segment.documents))
        yield from found
        if found:
            return
    yield from places.check()


def _check_run(piece: Inverted, places: _Places, documents: int) -> Iterator[str]:
    """Postings in bounds and in order, and as many positions as they say; fills `places`."""
    if int(piece.split.sum()) != len(piece.docs) or int(piece.positions_split.sum()) != len(piece.positions):
        yield "terms do not have as many postings as there are"
        return
    if not len(piece.docs):
        return
    docs = piece.docs.astype(np.int64)
    if piece.split.min() < 0 or piece.freqs.min() < 1 or docs.min() < 0 or docs.max() >= documents:
        yield "a posting is out of bounds"
        return
    cells = np.repeat(np.arange(piece.split.size), piece.split.ravel())
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
    """The places that the words of each document have, a field each, and which of them are filled."""

    def __init__(self, reader: SegmentReader) -> None:
        lengths = [reader.columns.lengths(number).astype(np.int64) for number in range(len(FIELDS))]
        self._lengths = lengths
        self._starts = [length.cumsum() - length for length in lengths]
        self._filled = [np.zeros(int(length.sum()), bool) for length in lengths]
        self._words = [0 for _ in lengths]

    def fill(self, field: Ints, docs: Ints, positions: Ints) -> Iterator[str]:
        """Put words where they stand; what is wrong where there is no such place."""
        for number, filled in enumerate(self._filled):
            here = field == number
            doc, position = docs[here], positions[here]
            if (position >= self._lengths[number][doc]).any() or (position < 0).any():
                yield f"a word stands outside of {FIELDS[number]}"
                return
            filled[self._starts[number][doc] + position] = True
            self._words[number] += len(doc)

    def check(self) -> Iterator[str]:
        """What is wrong where not every place has one word."""
        for name, filled, words in zip(FIELDS, self._filled, self._words, strict=True):
            if words != len(filled):
                yield f"lengths of {name} are not the number of its words"
            elif not filled.all():
                yield f"two words stand in one place of {name}"


def _check_records(reader: SegmentReader) -> Iterator[str]:
    hashes, ids = reader.columns.hashes, list(reader.columns.ids)
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


def compare_columns(reader: SegmentReader, docs: Ints) -> Iterator[str]:
    """Where dates, keys of titles and facets are not those of the stored releases."""
    columns = reader.columns
    releases = [reader.records.release(int(doc)) for doc in docs]
    dates = [days_of(release.date) if release.date else NO_DATE for release in releases]
    precisions = [PRECISIONS.index(release.date_precision) if release.date else 0 for release in releases]
    if columns.dates[docs].tolist() != dates or columns.precisions[docs].tolist() != precisions:
        yield "the dates are not those of the stored releases"
    if columns.titles[docs].tolist() != [title_key([title_words(release.title)]) for release in releases]:
        yield "the keys of titles are not those of the stored releases"
    for facet in INDEXED:
        expected, column = make_facet_column(facet.name, releases), columns.facet(facet.name)
        counts = column.counts.astype(np.int64)
        places = concatenate_ranges((np.cumsum(counts) - counts)[docs], counts[docs])
        same = (
            (counts[docs] == expected.counts).all()
            and [column.values[number - 1] for number in column.ordinals[places].tolist()]
            == [expected.values[number - 1] for number in expected.ordinals.tolist()]
            and (column.inferred[places] == expected.inferred).all()
        )
        if not same:
            yield f"values of {facet.name} are not those of the stored releases"


def compare_forms(reader: SegmentReader, docs: Ints) -> Iterator[str]:
    """Where the forms of words do not lead to their terms."""
    written = reader.postings.written()
    for doc in docs:
        release = reader.records.release(int(doc))
        tokens = {token for name in FIELDS for token in find_tokens(getattr(release, name))}
        forms = {(form_of(token).encode(), term_of(token).encode()) for token in tokens}
        if any(form != term and written.get(form) != term for form, term in forms):
            yield f"forms of words of document {doc} do not lead to their terms"
            return


def compare_postings(reader: SegmentReader, docs: Ints) -> Iterator[str]:
    """Where the postings are not those that an analysis of the stored releases gives."""
    releases = [reader.records.release(int(doc)) for doc in docs]
    expected = _analysed(releases)
    found = _postings_of(reader, docs)
    same = (
        list(found.terms) == list(expected.terms)
        and (found.split == expected.split).all()
        and (found.docs == expected.docs).all()
        and (found.freqs == expected.freqs).all()
        and (found.positions == expected.positions).all()
    )
    if not same:
        yield "the postings are not those of the stored releases"


def _postings_of(reader: SegmentReader, docs: Ints) -> Inverted:
    """The postings of some documents alone, which are numbered anew from 0 on."""
    renumber = np.full(reader.segment.documents, -1, np.int64)
    renumber[docs] = np.arange(len(docs))
    terms: list[bytes] = []
    nothing = np.empty(0, np.int64)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = [
        (np.empty((0, len(FIELDS)), np.int64), nothing, nothing, nothing)
    ]
    for run in reader.postings.runs():
        piece = reader.postings.piece(run)
        number = renumber[piece.docs]
        kept = number >= 0
        cells = np.repeat(np.arange(piece.split.size), piece.split.ravel())[kept]
        split = np.bincount(cells, minlength=piece.split.size).reshape(piece.split.shape)
        used = split.sum(axis=1) > 0
        terms.extend(term for term, keep in zip(piece.terms, used, strict=True) if keep)
        positions = piece.positions[np.repeat(kept, piece.freqs)]
        parts.append((split[used], number[kept], piece.freqs[kept], positions))
    split, number, freqs, positions = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Inverted(terms, split, split, number, freqs, positions)


def _analysed(releases: Sequence[Release]) -> Inverted:
    numbers: dict[str, int] = {}
    tokens, lengths = [], []
    for name in FIELDS:
        rows = [[numbers.setdefault(t, len(numbers)) for t in analyze(getattr(r, name))] for r in releases]
        tokens.append(np.array([number for row in rows for number in row], np.int32))
        lengths.append(np.array([len(row) for row in rows], np.int64))
    return invert(list(numbers), tokens, lengths)
