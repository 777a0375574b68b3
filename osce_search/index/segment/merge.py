"""Merge: several segments → one, without the documents that were deleted."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from osce_search.index.segment.columns import INDEXED, PRECISIONS, FacetColumn, day_of, write_columns
from osce_search.index.segment.postings import FIELDS, Inverted, write_postings
from osce_search.index.segment.records import Packed, write_records
from osce_search.index.segment.segment_reader import SegmentReader
from osce_search.index.storage.arrays import ArrayWriter
from osce_search.index.storage.generation import Segment, new_name

FAN = 4
"""Segments of like size that are merged when as many have come together."""

DEAD = 0.3
"""Share of deleted documents from which a segment is written anew."""

Ints = npt.NDArray[np.int64]


def choose(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Groups of segments that are worth merging.

    Sizes fall into tiers, each FAN times the one below; FAN segments of a tier make a group, so that a
    document is copied at most once a tier.

    >>> sizes = [Segment(str(n), 10, ()) for n in range(4)]
    >>> [len(group) for group in choose(sizes)]
    [4]
    """
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tiers.setdefault(max(segment.live, 1).bit_length() // 2, []).append(segment)
    groups = [group for group in tiers.values() if len(group) >= FAN]
    grouped = {segment.name for group in groups for segment in group}
    groups.extend(
        [segment]
        for segment in segments
        if segment.name not in grouped and segment.deleted_count > DEAD * segment.documents
    )
    return groups


def merge(directory: Path, readers: Sequence[SegmentReader], budget: int) -> Segment:
    """Write one segment with the live documents of several, in their order.

    About `budget` bytes of postings are in memory at a time.
    """
    name = new_name()
    maps, base = [], 0
    for reader in readers:
        live = reader.live
        kept = np.ones(reader.segment.documents, bool) if live is None else live
        numbers = np.where(kept, np.cumsum(kept) - 1 + base, -1)
        maps.append(numbers)
        base += int(kept.sum())
    with ArrayWriter(directory / f"{name}.text") as text:
        forms = {form: term for reader in readers for form, term in reader.postings.written().items()}
        merged = _merged(readers, maps, max(budget // 64, 1000))
        write_postings(text, merged, forms, base, _limits(readers))
    with ArrayWriter(directory / f"{name}.columns") as columns:
        _merge_columns(columns, readers)
    with ArrayWriter(directory / f"{name}.records") as records:
        write_records(records, _records(readers), _ledger(readers))
    stamps = (text.stamp, columns.stamp, records.stamp)
    return Segment(name, base, stamps)


def _limits(readers: Sequence[SegmentReader]) -> tuple[int, int]:
    # What the types of the old arrays can hold is limit enough, and needs no look at the numbers.
    kinds = [reader.postings.kinds() for reader in readers]
    return max(int(np.iinfo(freqs).max) for freqs, _ in kinds), max(int(np.iinfo(at).max) for _, at in kinds)


def _merged(readers: Sequence[SegmentReader], maps: Sequence[Ints], postings: int) -> Iterator[Inverted]:
    """The merged postings in runs of terms that have at most about `postings` postings."""
    lexicons = [reader.postings.lexicon for reader in readers]
    starts = [0] * len(readers)
    run: list[bytes] = []
    size = 0
    for term, _, count in _terms(readers):
        if not run or run[-1] != term:
            if size >= postings:
                yield _merge_run(readers, maps, run, starts)
                starts = [lexicon.place(term) for lexicon in lexicons]
                run, size = [], 0
            run.append(term)
        size += count
    if run:
        yield _merge_run(readers, maps, run, starts)


def _terms(readers: Sequence[SegmentReader]) -> Iterator[tuple[bytes, int, int]]:
    return heapq.merge(*(_numbered(reader, place) for place, reader in enumerate(readers)))


def _numbered(reader: SegmentReader, place: int) -> Iterator[tuple[bytes, int, int]]:
    counts = reader.postings.all_counts()
    for number, term in enumerate(reader.postings.lexicon):
        yield term, place, int(counts[number])


def _merge_run(
    readers: Sequence[SegmentReader], maps: Sequence[Ints], terms: list[bytes], starts: Sequence[int]
) -> Inverted:
    number = {term: place for place, term in enumerate(terms)}
    width = len(FIELDS)
    cells, docs, freqs, positions = [], [], [], []
    for reader, renumber, start in zip(readers, maps, starts, strict=True):
        lexicon = reader.postings.lexicon
        stop = start
        while stop < len(lexicon) and lexicon[stop] in number:
            stop += 1
        piece = reader.postings.piece(range(start, stop))
        place = np.fromiter((number[term] for term in piece.terms), np.int64, len(piece.terms))
        cell = np.repeat((place[:, None] * width + np.arange(width)).ravel(), piece.split.ravel())
        doc = renumber[piece.docs]
        kept = doc >= 0
        cells.append(cell[kept])
        docs.append(doc[kept])
        freqs.append(piece.freqs[kept].astype(np.int64))
        positions.append(piece.positions[np.repeat(kept, piece.freqs)])
    cell, doc, freq = np.concatenate(cells), np.concatenate(docs), np.concatenate(freqs)
    position = np.concatenate(positions)
    # Readers come in the order of their documents, so a stable sort leaves each term's documents sorted.
    order = np.argsort(cell, kind="stable")
    begin = (np.cumsum(freq) - freq)[order]
    cell, doc, freq = cell[order], doc[order], freq[order]
    shift = np.repeat(begin - (np.cumsum(freq) - freq), freq)
    shape = (len(terms), width)
    size = shape[0] * width
    split = np.bincount(cell, minlength=size).reshape(shape)
    used = split.sum(axis=1) > 0
    positions_split = np.bincount(cell, weights=freq, minlength=size).astype(np.int64).reshape(shape)
    return Inverted(
        [term for term, keep in zip(terms, used, strict=True) if keep],
        split[used],
        positions_split[used],
        doc,
        freq,
        position[np.arange(len(position)) + shift],
    )


def _merge_columns(writer: ArrayWriter, readers: Sequence[SegmentReader]) -> None:
    releases = []
    for reader in readers:
        columns, live = reader.columns, reader.live
        rows = zip(
            columns.ids, columns.dates.tolist(), columns.precisions.tolist(), columns.hashes, strict=True
        )
        for doc, (id, days, precision, row) in enumerate(rows):
            if live is None or live[doc]:
                date = day_of(days) if precision else None
                releases.append((id.decode(), date, PRECISIONS[precision] or "day", row.tobytes()))
    lengths = [
        np.concatenate([_kept(reader, reader.columns.lengths(field)) for reader in readers]).astype(np.int64)
        for field in range(len(FIELDS))
    ]
    titles = np.concatenate([_kept(reader, reader.columns.titles) for reader in readers]).astype(np.uint64)
    write_columns(writer, releases, lengths, titles, [_merge_facet(readers, facet.name) for facet in INDEXED])


def _kept(reader: SegmentReader, column: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    return column if reader.live is None else column[reader.live]


def _merge_facet(readers: Sequence[SegmentReader], name: str) -> FacetColumn:
    columns = [reader.columns.facet(name) for reader in readers]
    ordinals = [column.ordinals.astype(np.int64) for column in columns]
    counts, kept_ordinals, inferred = [], [], []
    for reader, column, ordinal in zip(readers, columns, ordinals, strict=True):
        kept = np.repeat(
            np.ones(len(column.counts), bool) if reader.live is None else reader.live, column.counts
        )
        counts.append(_kept(reader, column.counts))
        kept_ordinals.append(ordinal[kept])
        inferred.append(column.inferred[kept])
    used = [
        {column.values[number - 1] for number in np.unique(ordinal)}
        for column, ordinal in zip(columns, kept_ordinals, strict=True)
    ]
    values = sorted(set().union(*used), key=str.encode)
    number = {value: place for place, value in enumerate(values, 1)}
    renumbered = []
    for column, ordinal in zip(columns, kept_ordinals, strict=True):
        table = np.array([0, *(number.get(value, 0) for value in column.values)], np.int64)
        renumbered.append(table[ordinal])
    return FacetColumn(
        tuple(values),
        np.concatenate(counts).astype(np.uint8),
        np.concatenate(renumbered),
        np.concatenate(inferred),
    )


def _records(readers: Sequence[SegmentReader]) -> Iterator[bytes | Packed]:
    for reader in readers:
        live = reader.live
        if live is None:
            yield from reader.records.packed(reader.segment.documents)
        else:
            yield from (line for line, keep in zip(reader.records.lines(), live, strict=True) if keep)


def _ledger(readers: Sequence[SegmentReader]) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for reader in readers:
        live, ledger = reader.live, reader.records.ledger()
        entries.extend(entry for doc, entry in enumerate(ledger) if live is None or live[doc])
    return entries
