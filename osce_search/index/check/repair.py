"""Repair: a damaged index → an index anew of the releases that are stored in it."""

from __future__ import annotations

import json
import mmap
import stat
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable, RecordError
from osce_search.index.segment.columns import ColumnsReader, record_hash
from osce_search.index.storage.arrays import ALIGN, ArrayReader
from osce_search.index.storage.generation import Generation, Segment, find_own, has_files, read_generation
from osce_search.index.writer import Commit, IndexWriter
from osce_search.release import Release


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did: the commit that it made, and how many releases could not be read, as far as that is known."""

    commit: Commit
    lost: int


@dataclass(frozen=True, slots=True)
class _Remains:
    """What is left of a segment.

    `live` is how many releases it should have; `numbers` are those of its documents, and `gone` those that were
    deleted. Each is None where nothing tells.
    """

    name: str
    live: int | None
    numbers: Mapping[bytes, int] | None
    gone: frozenset[int] | None

    def hashes(self) -> Iterator[bytes]:
        """The record hashes of its live releases, as far as they are known."""
        gone = self.gone or frozenset()
        return (key for key, number in (self.numbers or {}).items() if number not in gone)


def repair(directory: Path, *, wait: float = 0, software: str = "") -> Repair:
    """Build the index anew from the releases stored in it, as far as they can be read.

    The index stays as it is until the new one is whole. Where the file that says what the index is has been damaged, or
    names files that are not there, all segments that are there are taken for it. Raises IndexMissing and
    IndexIncompatible, and IndexUnavailable where a file is there and cannot be opened.
    """
    _read_generation(directory)
    with IndexWriter(directory, wait=wait, rebuild=True, software=software) as writer:
        # Only from now on no other writer changes them.
        generation = _read_generation(directory)
        is_whole = generation is not None and has_files(directory, generation)
        found = _find_remains(directory, generation.segments if generation else (), is_whole)
        lost = 0
        expected: set[bytes] = set()
        read: set[bytes] = set()
        # Of a segment of which it is lost what was deleted, what was replaced since is replaced again.
        for remains in sorted(found, key=lambda remains: remains.gone is not None):
            count = 0
            for item in _find_live(directory, remains):
                writer.add(item.release, digest=item.digest, origin=item.origin)
                read.add(item.record_hash)
                count += 1
            lost += max((remains.live or 0) - count, 0)
            expected.update(remains.hashes())
        commit = writer.commit(optimize=True)
        if not is_whole:
            # What one segment lacks may well stand in another that is there: a merge copies it.
            lost = len(expected - read)
        if generation and not is_whole:
            lost = max(lost, generation.releases - commit.total)
        return Repair(commit, lost)


def _read_generation(directory: Path) -> Generation | None:
    """What the index is; None where that is damaged."""
    try:
        return read_generation(directory)
    except IndexDamaged:
        return None


def _find_remains(directory: Path, named: Sequence[Segment], is_whole: bool) -> Iterator[_Remains]:
    """What is left of the segments that are named and, where these are not whole, of all others, the oldest first."""
    for segment in named:
        lists = [directory / segment.deleted] if segment.deleted else []
        numbers = number_documents(directory, segment.name)
        gone = _find_gone(lists if is_whole else [*_find_lists(directory, segment.name), *lists])
        yield _Remains(segment.name, segment.live, numbers, gone)
    if is_whole:
        return
    paths = sorted(find_own(directory, "records"), key=lambda path: path.stat().st_mtime_ns)
    for name in dict.fromkeys(
        path.name.partition(".")[0] for path in [*paths, *find_own(directory, "columns")]
    ):
        if name not in {segment.name for segment in named}:
            numbers, gone = number_documents(directory, name), _find_gone(_find_lists(directory, name))
            yield _Remains(name, None, numbers, gone)


def _find_lists(directory: Path, name: str) -> Sequence[Path]:
    return [path for path in find_own(directory, "deleted") if path.name.startswith(f"{name}.")]


def _find_gone(lists: Sequence[Path]) -> frozenset[int] | None:
    """The documents that lists of a segment say were deleted; None where there are lists, and none can be read."""
    # Each list has all of the one before it, so that the longest is the last.
    read = [numbers for path in lists if (numbers := _read_list(path)) is not None]
    return max(read, key=len) if read else None if lists else frozenset()


def _read_list(path: Path) -> frozenset[int] | None:
    try:
        return frozenset(ArrayReader(path).array("deleted").tolist())
    except (IndexDamaged, IndexIncompatible):
        return None


def _find_live(directory: Path, remains: _Remains) -> Iterator[Salvaged]:
    gone = remains.gone or frozenset()
    for found in salvage(directory / f"{remains.name}.records", remains.numbers):
        if found.number not in gone:
            yield found


_BEGIN = b"\x78\x9c"
"""What zlib writes first at the level that records are compressed with."""

_PIECE = 1 << 16
_LARGEST = 1 << 30


class Salvaged(NamedTuple):
    """A release with what was recorded of it; `number` is that of its document, or None where that is lost."""

    release: Release
    record_hash: bytes
    number: int | None
    digest: str
    origin: str


def number_documents(directory: Path, name: str) -> Mapping[bytes, int] | None:
    """The number of the document of each record hash of a segment; None where its columns are damaged."""
    try:
        hashes = ColumnsReader(ArrayReader(directory / f"{name}.columns")).hashes
    except (IndexDamaged, IndexIncompatible, ValueError):
        return None
    return {row.tobytes(): number for number, row in enumerate(hashes)}


def salvage(path: Path, numbers: Mapping[bytes, int] | None) -> Iterator[Salvaged]:
    """The releases in a file of records that are whole, in their order.

    `numbers` are those of `number_documents`; without them documents are counted as far as no stream is damaged. Raises
    IndexUnavailable where the file is there and cannot be opened, which may be so today and not tomorrow.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        return
    except ValueError:  # There is nothing in it.
        return
    except OSError as error:
        raise IndexUnavailable(f"{path}: cannot be read ({error.strerror})", path=str(path)) from error
    ledger = _find_ledger(data)
    counted: int | None = 0
    before = ALIGN
    for start, end, text in _streams(data):
        if start != before:
            counted = None
        before = end
        for line in text.split(b"\n") if text.startswith(b"{") else ():
            release = _read_release(line)
            if release is not None:
                key = record_hash(line)
                number = counted if numbers is None else numbers.get(key, counted)
                known = number is not None and number < len(ledger)
                digest, origin = ledger[number] if known and number is not None else ("", "")
                yield Salvaged(release, key, number, digest, origin)
            counted = None if counted is None else counted + 1


def _streams(data: mmap.mmap) -> Iterator[tuple[int, int, bytes]]:
    """Where each whole stream begins and ends, and what it holds."""
    start = data.find(_BEGIN)
    while start >= 0:
        found = _unpack(data, start)
        if found is None:
            start = data.find(_BEGIN, start + 1)
        else:
            yield start, *found
            start = data.find(_BEGIN, found[0])


def _unpack(data: mmap.mmap, start: int) -> tuple[int, bytes] | None:
    unpacker = zlib.decompressobj()
    parts: list[bytes] = []
    size = 0
    place = start
    while not unpacker.eof:
        piece = data[place : place + _PIECE]
        place += len(piece)
        try:
            parts.append(unpacker.decompress(piece, _LARGEST - size))
        except zlib.error:
            return None
        size += len(parts[-1])
        if not piece or unpacker.unconsumed_tail:
            return None
    return place - len(unpacker.unused_data), b"".join(parts)


def _find_ledger(data: mmap.mmap) -> list[tuple[str, str]]:
    """The digest and the origin of each document; nothing where they are lost."""
    for _, _, text in _streams(data):
        if text.startswith(b"["):
            try:
                return [(str(digest), str(origin)) for digest, origin in json.loads(text)]
            except (ValueError, TypeError, RecursionError):
                continue
    return []


def _read_release(line: bytes) -> Release | None:
    try:
        return Release.from_record(json.loads(line), resolve=False)
    except (RecordError, ValueError, RecursionError):
        return None
