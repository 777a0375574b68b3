"""Repair: a damaged index → a new index of the releases that are stored in it.

Only the zlib streams of a damaged file of records are trusted (records.py): not the header, not the directory, not the
recorded ends of streams. The streams stand one after the other, and each has its own checksum, so a damaged stream
does not affect the others. No stream can seem to begin within the text of another: the two bytes that
begin one are not UTF-8.
"""

from __future__ import annotations

import dataclasses
import json
import mmap
import stat
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable, RecordError
from osce_search.index.check.verification import Verification
from osce_search.index.codec import write_toc
from osce_search.index.segment.columns import record_hash
from osce_search.index.storage.arrays import ALIGN, ArrayReader
from osce_search.index.storage.durability import explain, force_directory
from osce_search.index.storage.generation import (
    Generation,
    Segment,
    find_own,
    has_files,
    publish,
    read_generation,
)
from osce_search.index.storage.lock import WriterLock
from osce_search.index.writer import Commit, IndexWriter
from osce_search.release import Release

_BEGIN = b"\x78\x9c"
"""The first two bytes of a zlib stream at the level that records are compressed with."""

_PIECE = 1 << 16
_MAX_STREAM = 1 << 30


@dataclass(frozen=True, slots=True)
class Repair:
    """The result of a repair: its commit, and the number of releases that are known to be lost."""

    commit: Commit
    lost: int


def repair(
    directory: Path, *, wait: float = 0, software: str = "", found: Verification | None = None
) -> Repair:
    """Rebuild an index from the releases that are stored in it and can be read.

    If `found`, the result of `verify`, has damage in Whoosh's table of contents only, or lacks its checksum only, that
    file alone is written again. Otherwise the old index stays until the new one is complete. If the generation file is
    damaged or names missing files, the releases of all segments in the directory are taken. Raise IndexMissing,
    IndexIncompatible, or IndexUnavailable if a file exists but cannot be opened.
    """
    if found is not None and all(problem.file.endswith(".toc") for problem in found.problems):
        return _repair_toc(directory, wait)
    _read_generation(directory)
    with IndexWriter(directory, wait=wait, rebuild=True, software=software) as writer:
        # From here on no other writer changes the files.
        generation = _read_generation(directory)
        is_whole = generation is not None and has_files(directory, generation)
        remains = list(_find_remains(directory, generation.segments if generation else (), is_whole))
        lost = 0
        expected: set[bytes] = set()
        read: set[bytes] = set()
        # If the deletions of a segment are lost, a segment that replaced its releases has to come later.
        for segment in sorted(remains, key=lambda segment: segment.gone is not None):
            count = 0
            for item in _salvage(directory / f"{segment.name}.records", segment.numbers):
                if item.number in (segment.gone or ()):
                    continue
                writer.add(item.release, digest=item.digest, origin=item.origin)
                read.add(item.record_hash)
                count += 1
            lost += max((segment.live or 0) - count, 0)
            expected.update(segment.hashes())
        commit = writer.commit(optimize=True)
        if not is_whole:
            # A release that one segment lacks may stand in another one, into which a merge copied it.
            lost = len(expected - read)
        if generation and not is_whole:
            lost = max(lost, generation.releases - commit.total)
        return Repair(commit, lost)


def _repair_toc(directory: Path, wait: float) -> Repair:
    """Write Whoosh's table of contents of the current generation again, and record its checksum."""
    try:
        lock = WriterLock(directory, wait)
        try:
            generation = read_generation(directory)
            toc = write_toc(directory, generation)
            force_directory(directory)
            if toc != generation.toc:
                publish(directory, dataclasses.replace(generation, toc=toc))
        finally:
            lock.release()
    except OSError as error:
        raise explain(directory, error) from error
    return Repair(Commit(generation.number, 0, 0, generation.releases), 0)


def _read_generation(directory: Path) -> Generation | None:
    """Return the current generation, or None if its file is damaged."""
    try:
        return read_generation(directory)
    except IndexDamaged:
        return None


@dataclass(frozen=True, slots=True)
class _Remains:
    """What is left of a segment.

    `live` is the number of its releases, `numbers` maps record hashes to the numbers of documents, and `gone` has the
    documents that were deleted. Each is None if it is unknown.
    """

    name: str
    live: int | None
    numbers: Mapping[bytes, int] | None
    gone: frozenset[int] | None

    def hashes(self) -> Iterator[bytes]:
        """Yield the record hashes of the live releases, as far as they are known."""
        return (key for key, number in (self.numbers or {}).items() if number not in (self.gone or ()))


def _find_remains(directory: Path, named: Sequence[Segment], is_whole: bool) -> Iterator[_Remains]:
    """Yield what is left of the named segments and, if these are not complete, of all others, the oldest first."""
    for segment in named:
        lists = [directory / segment.deleted] if segment.deleted else []
        gone = _find_gone(lists if is_whole else [*_find_lists(directory, segment.name), *lists])
        yield _Remains(segment.name, segment.live, _number_documents(directory, segment.name), gone)
    if is_whole:
        return
    paths = sorted(find_own(directory, "records"), key=lambda path: path.stat().st_mtime_ns)
    names = dict.fromkeys(path.name.partition(".")[0] for path in [*paths, *find_own(directory, "columns")])
    for name in names:
        if name not in {segment.name for segment in named}:
            gone = _find_gone(_find_lists(directory, name))
            yield _Remains(name, None, _number_documents(directory, name), gone)


def _find_lists(directory: Path, name: str) -> Sequence[Path]:
    return [path for path in find_own(directory, "deleted") if path.name.startswith(f"{name}.")]


def _find_gone(lists: Sequence[Path]) -> frozenset[int] | None:
    """Return the documents that the lists of a segment name as deleted; None if none of the lists can be read."""
    # Each list contains the one before it, so the longest is the last.
    read = [numbers for path in lists if (numbers := _read_list(path)) is not None]
    return max(read, key=len) if read else None if lists else frozenset()


def _read_list(path: Path) -> frozenset[int] | None:
    try:
        return frozenset(ArrayReader(path).array("deleted").tolist())
    except (IndexDamaged, IndexIncompatible):
        return None


def _number_documents(directory: Path, name: str) -> Mapping[bytes, int] | None:
    """Map each record hash of a segment to the number of its document; None if the columns are damaged."""
    try:
        hashes = ArrayReader(directory / f"{name}.columns").array("hashes").reshape(-1, 16)
    except (IndexDamaged, IndexIncompatible, ValueError):
        return None
    return {row.tobytes(): number for number, row in enumerate(hashes)}


class _Salvaged(NamedTuple):
    """A release and what was recorded with it; `number` is that of its document, or None if it is unknown."""

    release: Release
    record_hash: bytes
    number: int | None
    digest: str
    origin: str


def _salvage(path: Path, numbers: Mapping[bytes, int] | None) -> Iterator[_Salvaged]:
    """Yield the intact releases in a file of records, in their order.

    Without `numbers`, documents are counted until a stream is damaged. Raise IndexUnavailable if the file exists but
    cannot be opened: a later attempt may succeed.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        return
    except ValueError:  # The file is empty.
        return
    except OSError as error:
        raise IndexUnavailable(f"{path}: cannot be read ({error.strerror})", path=str(path)) from error
    ledger = _find_ledger(data)
    counted: int | None = 0
    expected = ALIGN
    for start, end, text in _streams(data):
        if start != expected:
            counted = None
        expected = end
        for line in text.split(b"\n") if text.startswith(b"{") else ():
            release = _read_release(line)
            if release is not None:
                key = record_hash(line)
                number = counted if numbers is None else numbers.get(key, counted)
                digest, origin = ledger[number] if number is not None and number < len(ledger) else ("", "")
                yield _Salvaged(release, key, number, digest, origin)
            counted = None if counted is None else counted + 1


def _streams(data: mmap.mmap) -> Iterator[tuple[int, int, bytes]]:
    """Yield the begin, the end and the content of each intact stream."""
    start = data.find(_BEGIN)
    while start >= 0:
        found = _unpack(data, start)
        if found is not None:
            yield start, *found
        start = data.find(_BEGIN, found[0] if found else start + 1)


def _unpack(data: mmap.mmap, start: int) -> tuple[int, bytes] | None:
    """Return the end and the content of the stream that begins at `start`, or None if it is damaged."""
    unpacker = zlib.decompressobj()
    parts: list[bytes] = []
    size = 0
    place = start
    while not unpacker.eof:
        piece = data[place : place + _PIECE]
        place += len(piece)
        try:
            parts.append(unpacker.decompress(piece, _MAX_STREAM - size))
        except zlib.error:
            return None
        size += len(parts[-1])
        if not piece or unpacker.unconsumed_tail:
            return None
    return place - len(unpacker.unused_data), b"".join(parts)


def _find_ledger(data: mmap.mmap) -> list[tuple[str, str]]:
    """Return the digest and the origin of each document, or nothing if they are lost."""
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
