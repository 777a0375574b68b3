"""Columns: what a document has by its number, as flat arrays; and `SegmentReader`, which reads all files of a segment.

The files of a segment are written once and never changed: NAME.text has the postings (postings.py), NAME.records the
releases (records.py), and NAME.columns these arrays, with one element for each document:

    ids                 its id, as a lexicon in the order of documents, not of ids
    id_rank             its place among all documents in the order of ids
    tie_rank            its place among all documents by date, newest first and undated last, then by id
    dates, precisions   days since 1970-01-01, NO_DATE for none; 0 (no date), 1 (year), 2 (month) or 3 (day)
    hashes              16 bytes of its record hash
    length.N            words in text field N
    titles              its title key (`osce_search.index.analyzer.title_key`), 0 for none

A facet F is a lexicon of its sorted values, `F.counts` with the number of values of each document, `F.ordinals` with
those values, numbered from 1, and `F.inferred` with one bit for each: whether it was inferred from the text. The last
is left out if no value was inferred. Documents that are deleted later are listed in a file NAME.*.deleted, which is
replaced by a longer one at the next deletion.

A file NAME.neighbours has a row for each document of all segments, one segment after the other (neighbours.py).
"""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
import functools
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged
from osce_search.index.segment.postings import PostingsReader
from osce_search.index.segment.records import RecordsReader
from osce_search.index.storage.arrays import (
    ArrayReader,
    ArrayWriter,
    Lexicon,
    concatenate_ranges,
    smallest_uint,
    write_lexicon,
)
from osce_search.index.storage.generation import PARTS, Segment, new_name
from osce_search.schema import FACETS

NO_DATE = np.iinfo(np.int32).min
PRECISIONS = (None, "year", "month", "day")
INDEXED = tuple(facet for facet in FACETS if not facet.derived)
"""The facets that are stored. The others are computed from the dates."""

NEAREST = 12
"""The number of neighbours of a document: 8 to 16 give the same relevance, within 0.001 of nDCG@10."""

_EPOCH = dt.date(1970, 1, 1)
Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]


class FacetColumn(NamedTuple):
    """One facet of a segment.

    `values` are sorted; `counts` has the number of values of each document. `ordinals` and `inferred` have one element
    for each value of each document; ordinals begin at 1.
    """

    values: tuple[str, ...]
    counts: npt.NDArray[np.uint8]
    ordinals: Array
    inferred: npt.NDArray[np.uint8]

    def take(self, docs: Ids) -> FacetColumn:
        """Return the column of some documents."""
        counts = self.counts.astype(np.int64)
        places = concatenate_ranges((counts.cumsum() - counts)[docs], counts[docs])
        return FacetColumn(self.values, self.counts[docs], self.ordinals[places], self.inferred[places])


class Columns(NamedTuple):
    """The columns of a segment; `facets` has one column for each facet of INDEXED, in that order."""

    ids: Sequence[bytes]
    dates: npt.NDArray[np.int32]
    precisions: npt.NDArray[np.uint8]
    hashes: npt.NDArray[np.uint8]
    lengths: Sequence[Array]
    titles: npt.NDArray[np.uint64]
    facets: Sequence[FacetColumn]


def day_of(days: int) -> dt.date:
    """Return the date that is a number of days after 1970-01-01."""
    return _EPOCH + dt.timedelta(days)


def days_of(date: dt.date) -> int:
    """Return the number of days from 1970-01-01 to a date."""
    return (date - _EPOCH).days


def record_hash(line: bytes) -> bytes:
    """Return 16 bytes that identify the content of a release, from its JSON line."""
    return hashlib.blake2b(line, digest_size=16).digest()


def tie_rank(dates: Array, id_rank: Array) -> Ids:
    """Return the place of each document in the order by date, newest first and undated last, then by id."""
    return _rank(np.lexsort((id_rank, -dates.astype(np.int64))))


def rank_ids(ids: Sequence[bytes]) -> Ids:
    """Return the place of each id in the order of ids."""
    return _rank(np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64))


def _rank(order: Ids) -> Ids:
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def write_columns(writer: ArrayWriter, columns: Columns) -> None:
    """Write the columns of a segment."""
    id_rank = rank_ids(columns.ids)
    small = smallest_uint(max(len(id_rank) - 1, 0))
    write_lexicon(writer, "ids", columns.ids)
    writer.write("id_rank", id_rank.astype(small))
    writer.write("tie_rank", tie_rank(columns.dates, id_rank).astype(small))
    writer.write("dates", columns.dates)
    writer.write("precisions", columns.precisions)
    writer.write("hashes", columns.hashes.ravel())
    for number, length in enumerate(columns.lengths):
        writer.write(f"length.{number}", length.astype(smallest_uint(int(length.max(initial=0)))))
    writer.write("titles", columns.titles)
    for facet, column in zip(INDEXED, columns.facets, strict=True):
        write_lexicon(writer, facet.name, [value.encode() for value in column.values])
        writer.write(f"{facet.name}.counts", column.counts)
        writer.write(f"{facet.name}.ordinals", column.ordinals.astype(smallest_uint(len(column.values))))
        if column.inferred.any():
            writer.write(f"{facet.name}.inferred", np.packbits(column.inferred))


def write_segment(directory: Path, documents: int, *writers: Callable[[ArrayWriter], None]) -> Segment:
    """Write a new segment; each writer fills one file of PARTS."""
    name = new_name()
    stamps = []
    for part, write in zip(PARTS, writers, strict=True):
        with ArrayWriter(directory / f"{name}.{part}") as writer:
            write(writer)
        stamps.append(writer.stamp)
    return Segment(name, documents, tuple(stamps))


def write_deleted(directory: Path, segment: Segment, deleted: Ids) -> Segment:
    """Write the list of deleted documents of a segment, and return the segment with that list."""
    name = f"{segment.name}.{os.urandom(4).hex()}.deleted"
    with ArrayWriter(directory / name) as writer:
        writer.write("deleted", deleted.astype(smallest_uint(segment.documents)))
    return dataclasses.replace(segment, deleted=name, deleted_stamp=writer.stamp, deleted_count=len(deleted))


class SegmentReader:
    """Reads one segment. Its files are mapped at once and read when needed; `columns` has the arrays listed above."""

    def __init__(self, directory: Path, segment: Segment) -> None:
        self.segment = segment
        files = [ArrayReader(directory / name, stamp) for name, stamp in segment.files()]
        self._text, self.columns, self._records, *self._deleted = files
        # A forged number of documents must not make a reader allocate memory for them.
        sizes = [("dates", segment.documents), ("deleted", segment.deleted_count)]
        for file, (name, size) in zip([self.columns, *self._deleted], sizes, strict=False):
            if file.length(name) != size:
                raise IndexDamaged(file.path, f"has {file.length(name)} {name}, not {size}")

    @functools.cached_property
    def postings(self) -> PostingsReader:
        """The postings of the terms."""
        return PostingsReader(self._text)

    @functools.cached_property
    def records(self) -> RecordsReader:
        """The releases."""
        return RecordsReader(self._records)

    @functools.cached_property
    def ids(self) -> Lexicon:
        """The ids in the order of documents."""
        return Lexicon(self.columns, "ids")

    @property
    def hashes(self) -> npt.NDArray[np.uint8]:
        """The record hashes, one row of 16 bytes for each document."""
        return self.columns.array("hashes").reshape(-1, 16)

    def lengths(self, field: int) -> Array:
        """Return the number of words of each document in a text field."""
        return self.columns.array(f"length.{field}")

    def facet(self, name: str) -> FacetColumn:
        """Return the column of a facet."""
        file = self.columns
        ordinals = file.array(f"{name}.ordinals")
        if f"{name}.inferred" in file:
            inferred = np.unpackbits(file.array(f"{name}.inferred"), count=len(ordinals))
        else:
            inferred = np.zeros(len(ordinals), np.uint8)
        return FacetColumn(Lexicon(file, name).decode(), file.array(f"{name}.counts"), ordinals, inferred)

    @functools.cached_property
    def deleted(self) -> Ids | None:
        """The numbers of the deleted documents, sorted, or None if none is deleted."""
        return self._deleted[0].array("deleted").astype(np.int64) if self._deleted else None

    @functools.cached_property
    def live(self) -> npt.NDArray[np.bool_] | None:
        """A mask of the documents that are not deleted, or None if none is deleted."""
        if self.deleted is None:
            return None
        mask = np.ones(self.segment.documents, bool)
        mask[self.deleted] = False
        return mask

    @property
    def live_docs(self) -> Ids:
        """The numbers of the documents that are not deleted, sorted."""
        return np.arange(self.segment.documents) if self.live is None else self.live.nonzero()[0]

    def live_ids(self) -> list[bytes]:
        """Return the ids of the documents in `live_docs`."""
        ids = list(self.ids)
        return ids if self.live is None else [ids[doc] for doc in self.live_docs.tolist()]

    @functools.cached_property
    def _by_id(self) -> Ids:
        return np.argsort(self.columns.array("id_rank"))

    def find(self, id: bytes) -> int | None:
        """Return the number of the live document with an id, or None."""
        order, ids, live = self._by_id, self.ids, self.live
        place = bisect.bisect_left(order, id, key=lambda number: ids[number])
        if place == len(order) or ids[order[place]] != id:
            return None
        number = int(order[place])
        return number if live is None or live[number] else None


class Neighbours(NamedTuple):
    """The documents that are most similar to each document: a row for each, the most similar first.

    `docs` has their numbers, and `cosines` their similarity times 255. A row that has fewer neighbours, and that of a
    deleted document, is filled up with the document's own number and the cosine 0.
    """

    docs: Array
    cosines: npt.NDArray[np.uint8]


def read_neighbours(reader: ArrayReader, documents: int) -> Neighbours:
    """Read the neighbours of an index with a number of documents; raise IndexDamaged if the file has others."""
    docs, cosines = reader.array("docs"), reader.array("cosines")
    size = documents * NEAREST
    is_whole = len(docs) == len(cosines) == size
    if not is_whole or docs.dtype.kind != "u" or (size and int(docs.max()) >= documents):
        raise IndexDamaged(reader.path, f"not the neighbours of {documents} documents")
    return Neighbours(docs.reshape(documents, NEAREST), cosines.reshape(documents, NEAREST))
