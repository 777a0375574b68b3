"""Agreement: the columns and postings of some documents × their stored releases → where the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from osce_search.index.analyzer import analyze, find_tokens, form_of, term_of
from osce_search.index.batch import make_facet_column
from osce_search.index.columns import INDEXED, NO_DATE, PRECISIONS, days_of
from osce_search.index.postings import FIELDS, Inverted, invert
from osce_search.index.runs import places_of_runs
from osce_search.index.segment import SegmentReader
from osce_search.index.titles import title_key, title_words
from osce_search.release import Release

__all__ = ["compare_columns", "compare_forms", "compare_postings"]

Ints = npt.NDArray[np.int64]


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
        places = places_of_runs((np.cumsum(counts) - counts)[docs], counts[docs])
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
