"""Salvage: a file of records, whatever of it is damaged → the releases in it that are whole.

Nothing of the file but its streams is trusted (records.py): not its header, not its directory, not where a stream is
said to begin. They stand one after the other, each with a checksum of its own, so that one that is damaged takes no
other with it. No stream can seem to begin within the text of another: the two bytes that begin one are no UTF-8.
"""

from __future__ import annotations

import json
import mmap
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable, RecordError
from osce_search.index.arrays import ALIGN, ArrayReader
from osce_search.index.columns import ColumnsReader, record_hash
from osce_search.release import Release

__all__ = ["Salvaged", "number_documents", "salvage"]

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
