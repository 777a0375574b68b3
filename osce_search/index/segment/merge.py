"""Merge: several segments → one, without the documents that were deleted."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.index.segment.columns import (
    INDEXED,
    Columns,
    FacetColumn,
    SegmentReader,
    write_columns,
    write_segment,
)
from osce_search.index.segment.inversion import write_postings
from osce_search.index.segment.postings import FIELDS, Inverted, count_cells
from osce_search.index.segment.records import Packed, write_records
from osce_search.index.storage.arrays import ArrayWriter, concatenate_ranges, smallest_uint
from osce_search.index.storage.generation import Segment

FAN = 4
"""The number of segments of similar size that are merged into one."""

DEAD = 0.3
"""The share of deleted documents above which a segment is rewritten."""

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]


def choose(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return the groups of segments that are worth merging.

    Sizes fall into tiers, each FAN times the one below. FAN segments of one tier are a group, so a document is copied
    at most once in each tier.

    >>> sizes = [Segment(str(n), 10, ()) for n in range(4)]
    >>> [len(group) for group in choose(sizes)]
    [4]
    """
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tiers.setdefault(max(segment.live, 1).bit_length() // 2, []).append(segment)
    groups = [group for group in tiers.values() if len(group) >= FAN]
    grouped = {segment.name for group in groups for segment in group}
    dead = [segment for segment in segments if segment.deleted_count > DEAD * segment.documents]
    return [*groups, *([segment] for segment in dead if segment.name not in grouped)]


def merge(directory: Path, readers: Sequence[SegmentReader], budget: int) -> Segment:
    """Write one segment with the live documents of several, in their order.

    About `budget` bytes of postings are in memory at a time.
    """
    maps: list[Ids] = []
    documents = 0
    for reader in readers:
        numbers = np.full(reader.segment.documents, -1, np.int64)
        numbers[reader.live_docs] = np.arange(documents, documents + reader.segment.live)
        maps.append(numbers)
        documents += reader.segment.live

    def write_text(writer: ArrayWriter) -> None:
        forms = {form: term for reader in readers for form, term in reader.postings.written().items()}
        freqs, positions = zip(*(reader.postings.dtypes() for reader in readers), strict=True)
        dtypes = (smallest_uint(max(documents - 1, 0)), np.result_type(*freqs), np.result_type(*positions))
        write_postings(writer, _merge_postings(readers, maps, max(budget // 64, 1000)), forms, dtypes)

    return write_segment(
        directory,
        documents,
        write_text,
        lambda writer: write_columns(writer, _merge_columns(readers)),
        lambda writer: write_records(writer, _records(readers), _ledger(readers)),
    )


def _merge_postings(readers: Sequence[SegmentReader], maps: Sequence[Ids], limit: int) -> Iterator[Inverted]:
    """Yield the merged postings in ranges of terms with about `limit` postings each."""
    starts = [0] * len(readers)
    terms: list[bytes] = []
    size = 0
    for term, count in heapq.merge(*map(_count_postings, readers)):
        if not terms or terms[-1] != term:
            if size >= limit:
                yield _merge_run(readers, maps, terms, starts)
                starts = [reader.postings.lexicon.place(term) for reader in readers]
                terms, size = [], 0
            terms.append(term)
        size += count
    if terms:
        yield _merge_run(readers, maps, terms, starts)


def _count_postings(reader: SegmentReader) -> Iterator[tuple[bytes, int]]:
    return zip(reader.postings.lexicon, reader.postings.counts().tolist(), strict=True)


def _merge_run(
    readers: Sequence[SegmentReader], maps: Sequence[Ids], terms: list[bytes], starts: Sequence[int]
) -> Inverted:
    number = {term: place for place, term in enumerate(terms)}
    parts: list[tuple[Array, Array, Array, Array]] = []
    for reader, renumber, start in zip(readers, maps, starts, strict=True):
        lexicon = reader.postings.lexicon
        stop = start
        while stop < len(lexicon) and lexicon[stop] in number:
            stop += 1
        piece = reader.postings.piece(range(start, stop)).renumber(renumber)
        place = np.array([number[term] for term in piece.terms], np.int64)
        term, field = np.divmod(piece.cells(), len(FIELDS))
        parts.append((place[term] * len(FIELDS) + field, piece.docs, piece.freqs, piece.positions))
    cell, doc, freq, position = (np.concatenate(part) for part in zip(*parts, strict=True))
    # Readers come in the order of their documents, and a stable sort keeps that order within a term.
    order = np.argsort(cell, kind="stable")
    begins = (np.cumsum(freq) - freq)[order]
    cell, doc, freq = cell[order], doc[order], freq[order]
    split, positions_split = count_cells(cell, freq, len(terms))
    used = split.sum(axis=1) > 0
    terms = [term for term, is_used in zip(terms, used, strict=True) if is_used]
    positions = position[concatenate_ranges(begins, freq)]
    return Inverted(terms, split[used], positions_split[used], doc, freq, positions)


def _merge_columns(readers: Sequence[SegmentReader]) -> Columns:
    def column(name: str) -> Array:
        return np.concatenate([reader.columns.array(name)[reader.live_docs] for reader in readers])

    return Columns(
        [id for reader in readers for id in reader.live_ids()],
        column("dates"),
        column("precisions"),
        np.concatenate([reader.hashes[reader.live_docs] for reader in readers]),
        [column(f"length.{field}") for field in range(len(FIELDS))],
        column("titles"),
        [
            _merge_facet([reader.facet(facet.name).take(reader.live_docs) for reader in readers])
            for facet in INDEXED
        ],
    )


def _merge_facet(columns: Sequence[FacetColumn]) -> FacetColumn:
    used = {column.values[number - 1] for column in columns for number in np.unique(column.ordinals).tolist()}
    values = sorted(used, key=str.encode)
    number = {value: place for place, value in enumerate(values, 1)}
    tables = [np.array([0, *(number.get(value, 0) for value in c.values)], np.int64) for c in columns]
    return FacetColumn(
        tuple(values),
        np.concatenate([column.counts for column in columns]),
        np.concatenate([table[column.ordinals] for table, column in zip(tables, columns, strict=True)]),
        np.concatenate([column.inferred for column in columns]),
    )


def _records(readers: Sequence[SegmentReader]) -> Iterator[bytes | Packed]:
    for reader in readers:
        if reader.live is None:
            yield from reader.records.packed(reader.segment.documents)
        else:
            yield from map(reader.records.line, reader.live_docs.tolist())


def _ledger(readers: Sequence[SegmentReader]) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for reader in readers:
        ledger = reader.records.ledger()
        entries.extend([ledger[doc] for doc in reader.live_docs.tolist()])
    return entries
