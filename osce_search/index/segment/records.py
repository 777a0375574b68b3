"""Records: the releases themselves, as compressed JSON lines that are read one block at a time.

Slow and row by row: for showing a hit, not for searching. `blocks` holds zlib streams of about BLOCK bytes
of JSONL each, `block_ends` where each ends, `block_docs` the number of the first document of each. `ledger`
is one zlib stream of JSON: for each document the digest and the origin that were recorded with it.
"""

from __future__ import annotations

import bisect
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, RecordError
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter
from osce_search.release import Release

BLOCK = 1 << 15
"""Bytes of JSONL in a block, before compression."""

_LARGEST_BLOCK = 1 << 28
_LARGEST_LEDGER = 1 << 30
_KEPT = 32
"""Decompressed blocks that a reader keeps."""


class Packed(NamedTuple):
    """A block as it stands compressed in another segment, with the number of its documents."""

    data: npt.NDArray[np.uint8]
    documents: int


def write_records(
    writer: ArrayWriter, parts: Iterable[bytes | Packed], ledger: Sequence[tuple[str, str]]
) -> None:
    """Write JSON lines, or whole blocks of them, in the order of documents, and what was recorded with each."""
    writer.begin("blocks", np.uint8)
    ends: list[int] = []
    first: list[int] = []
    lines: list[bytes] = []
    size = end = count = 0

    def flush() -> None:
        nonlocal end, count, size
        if lines:
            data = np.frombuffer(zlib.compress(b"\n".join(lines), 6), np.uint8)
            writer.extend(data)
            end += len(data)
            ends.append(end)
            first.append(count)
            count += len(lines)
            lines.clear()
            size = 0

    for part in parts:
        if isinstance(part, Packed):
            flush()
            writer.extend(part.data)
            end += len(part.data)
            ends.append(end)
            first.append(count)
            count += part.documents
        else:
            lines.append(part)
            size += len(part) + 1
            if size >= BLOCK:
                flush()
    flush()
    writer.write("block_ends", np.array(ends, np.uint64))
    writer.write("block_docs", np.array(first, np.uint32))
    writer.write("ledger", np.frombuffer(zlib.compress(json.dumps(ledger).encode(), 6), np.uint8))


class RecordsReader:
    """Reads the releases of one segment; safe to share between threads."""

    def __init__(self, reader: ArrayReader) -> None:
        self._reader = reader
        self._ends = reader.view("block_ends")
        self._docs = reader.array("block_docs").tolist()
        self._blocks: OrderedDict[int, list[bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def line(self, doc: int) -> bytes:
        """The JSON line of a document."""
        number = bisect.bisect_right(self._docs, doc) - 1
        first: int = self._docs[number]
        return self._block(number)[doc - first]

    def release(self, doc: int) -> Release:
        """The release of a document; raises IndexDamaged where what is stored is none."""
        try:
            return Release.from_record(json.loads(self.line(doc)), f"document {doc}", resolve=False)
        except (RecordError, ValueError, IndexError, RecursionError) as error:
            raise IndexDamaged(self._reader.path, f"document {doc} is no release") from error

    def lines(self) -> Iterator[bytes]:
        """The JSON lines of all documents in their order."""
        for _, lines in self.blocks():
            yield from lines

    def blocks(self) -> Iterator[tuple[int, list[bytes]]]:
        """The JSON lines of each block, with the number of the document that is said to be the first of them."""
        for number in range(len(self._ends)):
            yield self._docs[number], self._read(number)

    def packed(self, documents: int) -> Iterator[Packed]:
        """The blocks as they stand, for a segment of that many documents."""
        counts = np.diff([*self._docs, documents])
        for number, count in enumerate(counts):
            yield Packed(self._compressed(number), int(count))

    def ledger(self) -> list[tuple[str, str]]:
        """The digest and the origin recorded with each document."""
        data = self._decompress(self._reader.array("ledger").tobytes(), _LARGEST_LEDGER)
        return [(digest, origin) for digest, origin in json.loads(data)]

    def _block(self, number: int) -> list[bytes]:
        with self._lock:
            if number in self._blocks:
                self._blocks.move_to_end(number)
                return self._blocks[number]
        lines = self._read(number)
        with self._lock:
            self._blocks[number] = lines
            if len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        return lines

    def _read(self, number: int) -> list[bytes]:
        return self._decompress(self._compressed(number).tobytes()).split(b"\n")

    def _compressed(self, number: int) -> npt.NDArray[np.uint8]:
        return self._reader.array("blocks", self._ends[number - 1] if number else 0, self._ends[number])

    def _decompress(self, data: bytes, largest: int = _LARGEST_BLOCK) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(data, largest)
        except zlib.error as error:
            raise IndexDamaged(self._reader.path, "stored releases cannot be decompressed") from error
        if not unpacker.eof:
            raise IndexDamaged(self._reader.path, f"stored releases do not end within {largest:,} bytes")
        return unpacked
