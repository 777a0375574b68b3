"""Segment: the files that hold a number of documents, written once and never changed.

NAME.text has postings (postings.py), NAME.columns what a document has by its number (columns.py),
NAME.records the releases themselves (records.py). Documents that were deleted later are listed in a file of
their own, a new one at each change.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged
from osce_search.index.arrays import ArrayReader, ArrayWriter, smallest_uint
from osce_search.index.columns import ColumnsReader
from osce_search.index.postings import PostingsReader
from osce_search.index.records import RecordsReader

__all__ = [
    "INDEX_NAME",
    "PARTS",
    "Segment",
    "SegmentReader",
    "Stamp",
    "new_name",
    "read_number",
    "read_stamp",
    "write_deleted",
]

PARTS = ("text", "columns", "records")
"""The files of a segment, by their endings."""

Stamp = tuple[int, int]
"""The size of a file in bytes and the CRC-32 that tells it from any other of that size."""

_LARGEST = (1 << 63) - 1

INDEX_NAME = "MAIN"
"""What Whoosh calls an index that was given no name; it begins the name of every file."""


def new_name() -> str:
    """A name that no segment has had, in the form that Whoosh gives and cleans up by."""
    return f"{INDEX_NAME}_{os.urandom(8).hex()}"


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """What the generation file says of a segment.

    `stamps` has the size and the checksum of each file of PARTS; `deleted` names the file that lists deleted
    documents, `deleted_count` of them, and `deleted_stamp` is its stamp.
    """

    name: str
    documents: int
    stamps: tuple[Stamp, ...]
    deleted: str | None = None
    deleted_stamp: Stamp = (0, 0)
    deleted_count: int = 0

    @property
    def live(self) -> int:
        """Documents that are not deleted."""
        return self.documents - self.deleted_count

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """The names of all files with their stamps."""
        yield from ((f"{self.name}.{part}", stamp) for part, stamp in zip(PARTS, self.stamps, strict=True))
        if self.deleted:
            yield self.deleted, self.deleted_stamp

    def to_json(self) -> dict[str, Any]:
        """The segment as it stands in the generation file."""
        entry: dict[str, Any] = {"name": self.name, "documents": self.documents, "stamps": self.stamps}
        if self.deleted:
            entry["deleted"] = {
                "file": self.deleted,
                "stamp": self.deleted_stamp,
                "count": self.deleted_count,
            }
        return entry

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Segment:
        """The segment from its entry in the generation file; raises ValueError, TypeError or KeyError for no such."""
        gone = entry.get("deleted") or {"file": None, "stamp": (0, 0), "count": 0}
        documents, count = read_number(entry["documents"]), read_number(gone["count"])
        if count > documents or (count and gone["file"] is None):
            raise ValueError("more documents deleted than there are")
        stamps = tuple(map(read_stamp, entry["stamps"]))
        return cls(entry["name"], documents, stamps, gone["file"], read_stamp(gone["stamp"]), count)


def read_number(value: object) -> int:
    """A count or size from JSON; raises ValueError for what is none.

    >>> read_number(3)
    3
    """
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise ValueError(f"{value!r:.40} is no count")
    return value


def read_stamp(value: Sequence[object]) -> Stamp:
    """A stamp from JSON; raises ValueError for what is none."""
    size, crc = value
    return read_number(size), read_number(crc)


def write_deleted(directory: Path, segment: Segment, deleted: npt.NDArray[np.int64]) -> Segment:
    """The segment with these documents deleted; writes the file that lists them."""
    name = f"{segment.name}.{os.urandom(4).hex()}.deleted"
    with ArrayWriter(directory / name) as writer:
        writer.write("deleted", deleted.astype(smallest_uint(segment.documents)))
    return dataclasses.replace(segment, deleted=name, deleted_stamp=writer.stamp, deleted_count=len(deleted))


class SegmentReader:
    """Reads one segment; files are mapped when it is made and touched when something is asked."""

    def __init__(self, directory: Path, segment: Segment) -> None:
        self.segment = segment
        self._files: dict[str, ArrayReader] = {}
        for name, stamp in segment.files():
            reader = ArrayReader(directory / name)
            if reader.stamp != stamp:
                raise IndexDamaged(
                    directory / name,
                    f"not the file of {stamp[0]} bytes that was published but one of {reader.size}",
                )
            self._files[name.removeprefix(segment.name + ".")] = reader
        self._ensure_size("columns", "dates", segment.documents)
        if segment.deleted:
            self._ensure_size(
                segment.deleted.removeprefix(segment.name + "."), "deleted", segment.deleted_count
            )

    def _ensure_size(self, part: str, name: str, size: int) -> None:
        # All that is made for a segment has the size that it is said to have.
        reader = self._files[part]
        found = reader.length(name) if name in reader else 0
        if found != size:
            raise IndexDamaged(reader.path, f"has {found} {name}, not {size}")

    @functools.cached_property
    def postings(self) -> PostingsReader:
        """Which terms stand where."""
        return PostingsReader(self._files["text"])

    @functools.cached_property
    def columns(self) -> ColumnsReader:
        """What a document has by its number."""
        return ColumnsReader(self._files["columns"])

    @functools.cached_property
    def records(self) -> RecordsReader:
        """The releases themselves."""
        return RecordsReader(self._files["records"])

    @functools.cached_property
    def deleted(self) -> npt.NDArray[np.int64] | None:
        """The numbers of deleted documents, sorted; None where there are none."""
        if self.segment.deleted is None:
            return None
        reader = self._files[self.segment.deleted.removeprefix(self.segment.name + ".")]
        return reader.array("deleted").astype(np.int64)

    @functools.cached_property
    def live(self) -> npt.NDArray[np.bool_] | None:
        """Which documents are not deleted; None where none is."""
        if self.deleted is None:
            return None
        mask = np.ones(self.segment.documents, bool)
        mask[self.deleted] = False
        return mask

    @functools.cached_property
    def _by_id(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.columns.id_rank)

    def find(self, id: bytes) -> int | None:
        """The number of the live document of an id, or None."""
        order, ids, live = self._by_id, self.columns.ids, self.live
        place = bisect.bisect_left(order, id, key=lambda number: ids[number])
        if place == len(order) or ids[order[place]] != id:
            return None
        number = int(order[place])
        return number if live is None or live[number] else None

    def files(self) -> Sequence[ArrayReader]:
        """The readers of all files."""
        return tuple(self._files.values())
