"""Columns: what a document has by its number, as flat arrays with a writer and a reader.

A facet is a lexicon of its values and `ordinals` into it from 1 on, 0 for none. Where documents may have
several values, `counts` says how many each one has; `inferred` marks the values that were worked out from
the text and not assigned. Dates are days since 1970-01-01, NO_DATE for none, with a precision of 0 (none),
1 (year), 2 (month) or 3 (day).
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Sequence
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
from osce_search.schema import FACETS

NO_DATE = np.iinfo(np.int32).min
PRECISIONS = (None, "year", "month", "day")
INDEXED = tuple(facet for facet in FACETS if not facet.derived)
"""The facets that are stored; the others are computed from the dates."""

_EPOCH = dt.date(1970, 1, 1)
Array = npt.NDArray[Any]


class FacetColumn(NamedTuple):
    """One facet of a segment.

    `values` are sorted; `counts` has the number of values of each document; `ordinals` and `inferred` are
    as long as the sum of `counts`, ordinals from 1 on.
    """

    values: tuple[str, ...]
    counts: npt.NDArray[np.uint8]
    ordinals: Array
    inferred: npt.NDArray[np.uint8]


def day_of(days: int) -> dt.date:
    """The date that is so many days after 1970-01-01."""
    return _EPOCH + dt.timedelta(days)


def days_of(date: dt.date) -> int:
    """How many days a date is after 1970-01-01."""
    return (date - _EPOCH).days


def record_hash(line: bytes) -> bytes:
    """16 bytes that stand for everything a release says, from its JSON line."""
    return hashlib.blake2b(line, digest_size=16).digest()


def tie_rank(dates: Array, id_rank: Array) -> npt.NDArray[np.int64]:
    """The place of each document when ordered by date, newest first and undated last, then by id."""
    order = np.lexsort((id_rank, -dates.astype(np.int64)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def write_columns(
    writer: ArrayWriter,
    releases: Sequence[tuple[str, dt.date | None, str, bytes]],
    lengths: Sequence[Array],
    titles: npt.NDArray[np.uint64],
    facets: Sequence[FacetColumn],
) -> None:
    """Write the columns of a segment.

    `releases` has id, date, precision and record hash of each document; `lengths` the number of words of
    each of the text fields; `titles` the keys of their titles; `facets` the columns of INDEXED in that order.
    """
    ids = [entry[0].encode() for entry in releases]
    id_order = sorted(range(len(ids)), key=ids.__getitem__)
    id_rank = np.empty(len(ids), np.int64)
    id_rank[id_order] = np.arange(len(ids))
    dates = np.fromiter(
        (days_of(entry[1]) if entry[1] else NO_DATE for entry in releases), np.int32, len(releases)
    )
    precisions = [PRECISIONS.index(entry[2]) if entry[1] else 0 for entry in releases]
    write_lexicon(writer, "ids", ids)
    small = smallest_uint(max(len(ids) - 1, 0))
    writer.write("id_rank", id_rank.astype(small))
    writer.write("tie_rank", tie_rank(dates, id_rank).astype(small))
    writer.write("dates", dates)
    writer.write("precisions", np.array(precisions, np.uint8))
    writer.write("hashes", np.frombuffer(b"".join(entry[3] for entry in releases), np.uint8))
    for number, length in enumerate(lengths):
        writer.write(
            f"length.{number}", length.astype(smallest_uint(int(length.max()) if len(length) else 0))
        )
    writer.write("titles", titles)
    for facet, column in zip(INDEXED, facets, strict=True):
        write_lexicon(writer, facet.name, [value.encode() for value in column.values])
        writer.write(f"{facet.name}.counts", column.counts)
        writer.write(f"{facet.name}.ordinals", column.ordinals.astype(smallest_uint(len(column.values))))
        if column.inferred.any():
            writer.write(f"{facet.name}.inferred", np.packbits(column.inferred))


class ColumnsReader:
    """Reads the columns of one segment."""

    def __init__(self, reader: ArrayReader) -> None:
        self._reader = reader

    def __len__(self) -> int:
        return self._reader.length("dates")

    @functools.cached_property
    def ids(self) -> LexiconReader:
        """The ids in the order of documents (not sorted: only for reading by number)."""
        return LexiconReader(self._reader, "ids")

    @property
    def id_rank(self) -> Array:
        """The place of each document when ordered by id."""
        return self._reader.array("id_rank")

    @property
    def tie_rank(self) -> Array:
        """The place of each document when ordered as `tie_rank` says."""
        return self._reader.array("tie_rank")

    @property
    def dates(self) -> npt.NDArray[np.int32]:
        """Days since 1970-01-01."""
        return self._reader.array("dates")

    @property
    def precisions(self) -> npt.NDArray[np.uint8]:
        """Precisions of the dates, as places in PRECISIONS."""
        return self._reader.array("precisions")

    @property
    def hashes(self) -> npt.NDArray[np.uint8]:
        """Record hashes, one row of 16 bytes a document."""
        return self._reader.array("hashes").reshape(-1, 16)

    def lengths(self, field: int) -> Array:
        """Words in the text field of that number, a document each."""
        return self._reader.array(f"length.{field}")

    @property
    def titles(self) -> npt.NDArray[np.uint64]:
        """The keys of titles as `osce_search.index.analyzer.title_key` makes them, 0 for none."""
        return self._reader.array("titles")

    def facet(self, name: str) -> FacetColumn:
        """The column of a facet."""
        values = tuple(value.decode() for value in LexiconReader(self._reader, name))
        ordinals = self._reader.array(f"{name}.ordinals")
        if f"{name}.inferred" in self._reader:
            inferred = np.unpackbits(self._reader.array(f"{name}.inferred"), count=len(ordinals))
        else:
            inferred = np.zeros(len(ordinals), np.uint8)
        return FacetColumn(values, self._reader.array(f"{name}.counts"), ordinals, inferred)
