"""Repair: a damaged index → an index anew of the releases that are stored in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from osce_search.errors import IndexDamaged, IndexUnavailable
from osce_search.index.arrays import ArrayReader
from osce_search.index.generation import read_generation
from osce_search.index.records import RecordsReader
from osce_search.index.segment import INDEX_NAME, Segment
from osce_search.index.writer import Commit, IndexWriter
from osce_search.release import Release

__all__ = ["Repair", "repair"]


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did: the commit that it made, and how many releases could not be read."""

    commit: Commit
    lost: int


def repair(directory: Path, *, wait: float = 0, software: str = "") -> Repair:
    """Build the index anew from the releases stored in it, as far as they can be read.

    The index stays as it is until the new one is whole. Where the file that says what the index is has been damaged,
    the segments that are there are taken for it. Raises IndexMissing and IndexIncompatible.
    """
    _find_segments(directory)
    lost = 0
    with IndexWriter(directory, wait=wait, rebuild=True, software=software) as writer:
        # Only from now on no other writer changes them.
        for segment in sorted(_find_segments(directory), key=lambda segment: _has_list(directory, segment)):
            read = 0
            for release, digest, origin in _salvage(directory, segment):
                writer.add(release, digest=digest, origin=origin)
                read += 1
            lost += max(segment.live - read, 0)
        return Repair(writer.commit(optimize=True), lost)


def _find_segments(directory: Path) -> Sequence[Segment]:
    """The segments of the index, or of a damaged one all that are there, the oldest first."""
    try:
        return read_generation(directory).segments
    except IndexDamaged:
        # A writer leaves no file that the last generation did not name, so that these are its segments.
        paths = sorted(directory.glob(f"{INDEX_NAME}_*.records"), key=lambda path: path.stat().st_mtime_ns)
        return [_find_segment(directory, path) for path in paths]


def _find_segment(directory: Path, path: Path) -> Segment:
    name = path.name.removesuffix(".records")
    try:
        documents = len(RecordsReader(ArrayReader(path)).ledger())
    except (IndexUnavailable, ValueError):
        documents = 0
    lists = sorted(directory.glob(f"{name}.*.deleted"), key=lambda path: path.stat().st_mtime_ns)
    segment = Segment(name, documents, (), lists[-1].name if lists else None)
    gone = len(_deleted(directory, segment)) if _has_list(directory, segment) else 0
    return replace(segment, deleted_count=gone)


def _has_list(directory: Path, segment: Segment) -> bool:
    """Whether it can be read which releases of a segment were deleted.

    A segment of which that is lost comes first, so that what was replaced since is replaced again.
    """
    try:
        _deleted(directory, segment)
    except IndexUnavailable:
        return False
    return True


def _salvage(directory: Path, segment: Segment) -> Iterator[tuple[Release, str, str]]:
    """The live releases of a segment that can be read, with what was recorded of them."""
    try:
        records = RecordsReader(ArrayReader(directory / f"{segment.name}.records"))
    except IndexUnavailable:
        return
    try:
        gone = set(_deleted(directory, segment))
    except IndexUnavailable:
        gone = set()
    try:
        ledger = records.ledger()
    except (IndexDamaged, ValueError):
        ledger = [("", "")] * segment.documents
    for doc in range(segment.documents):
        if doc in gone:
            continue
        try:
            yield (records.release(doc), *ledger[doc])
        except (IndexDamaged, IndexError):
            continue


def _deleted(directory: Path, segment: Segment) -> Sequence[int]:
    if segment.deleted is None:
        return ()
    numbers: list[int] = ArrayReader(directory / segment.deleted).array("deleted").tolist()
    return numbers
