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
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged
from osce_search.index.segment.columns import ColumnsReader
from osce_search.index.segment.postings import PostingsReader
from osce_search.index.segment.records import RecordsReader
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter, smallest_uint
from osce_search.index.storage.generation import Segment


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
