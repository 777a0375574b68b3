"""Records: the releases, as compressed JSON lines that are read one block at a time.

They are read to show a hit, not to search. `blocks` has zlib streams of about BLOCK bytes of JSONL each, `block_ends`
where each stream ends, and `block_docs` the number of its first document. `ledger` is one zlib stream of JSON: the
digest and the origin that were recorded with each document.
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
"""The size of a block before compression, in bytes."""

_MAX_BLOCK = 1 << 28
_MAX_LEDGER = 1 << 30

_CACHED = 32
"""The number of decompressed blocks that a reader keeps."""

Bytes = npt.NDArray[np.uint8]


class Packed(NamedTuple):
    """A compressed block, and the number of its documents."""

    data: Bytes
    documents: int


def write_records(
    writer: ArrayWriter, parts: Iterable[bytes | Packed], ledger: Sequence[tuple[str, str]]
) -> None:
    """Write JSON lines, or whole blocks of them, in the order of documents, and the ledger."""
    writer.begin("blocks", np.uint8)
    ends: list[int] = []
    first: list[int] = []
    end = count = 0
    for block in _pack(parts):
        writer.extend(block.data)
        end += len(block.data)
        ends.append(end)
        first.append(count)
        count += block.documents
    writer.write("block_ends", np.array(ends, np.uint64))
    writer.write("block_docs", np.array(first, np.uint32))
    writer.write("ledger", _compress(json.dumps(ledger).encode()))


def _pack(parts: Iterable[bytes | Packed]) -> Iterator[Packed]:
    lines: list[bytes] = []
    size = 0
    for part in parts:
        if not isinstance(part, Packed):
            lines.append(part)
            size += len(part) + 1
        if lines and (isinstance(part, Packed) or size >= BLOCK):
            yield Packed(_compress(b"\n".join(lines)), len(lines))
            lines, size = [], 0
        if isinstance(part, Packed):
            yield part
    if lines:
        yield Packed(_compress(b"\n".join(lines)), len(lines))


def _compress(data: bytes) -> Bytes:
    return np.frombuffer(zlib.compress(data, 6), np.uint8)


class RecordsReader:
    """Reads the releases of one segment. Threads can share it."""

    def __init__(self, reader: ArrayReader) -> None:
        self._reader = reader
        self._ends = reader.view("block_ends")
        self._docs: list[int] = reader.array("block_docs").tolist()
        self._blocks: OrderedDict[int, list[bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def line(self, doc: int) -> bytes:
        """Return the JSON line of a document."""
        number = bisect.bisect_right(self._docs, doc) - 1
        with self._lock:
            lines = self._blocks.get(number)
            if lines is not None:
                self._blocks.move_to_end(number)
        if lines is None:
            lines = self._read(number)
            with self._lock:
                self._blocks[number] = lines
                if len(self._blocks) > _CACHED:
                    self._blocks.popitem(last=False)
        return lines[doc - self._docs[number]]

    def release(self, doc: int) -> Release:
        """Return the release of a document; raise IndexDamaged if what is stored is not a release."""
        try:
            return Release.from_record(json.loads(self.line(doc)), f"document {doc}", resolve=False)
        except (RecordError, ValueError, IndexError, RecursionError) as error:
            raise IndexDamaged(self._reader.path, f"document {doc} is not a release") from error

    def blocks(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the number that is recorded for the first document of each block, and the lines of the block."""
        for number in range(len(self._ends)):
            yield self._docs[number], self._read(number)

    def packed(self, documents: int) -> Iterator[Packed]:
        """Yield the compressed blocks of a segment with a number of documents."""
        for number, count in enumerate(np.diff([*self._docs, documents]).tolist()):
            yield Packed(self._compressed(number), count)

    def ledger(self) -> list[tuple[str, str]]:
        """Return the digest and the origin of each document."""
        data = self._decompress(self._reader.array("ledger"), _MAX_LEDGER)
        return [(digest, origin) for digest, origin in json.loads(data)]

    def _read(self, number: int) -> list[bytes]:
        return self._decompress(self._compressed(number), _MAX_BLOCK).split(b"\n")

    def _compressed(self, number: int) -> Bytes:
        return self._reader.array("blocks", self._ends[number - 1] if number else 0, self._ends[number])

    def _decompress(self, data: Bytes, limit: int) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(data.tobytes(), limit)
        except zlib.error as error:
            raise IndexDamaged(self._reader.path, "stored releases cannot be decompressed") from error
        if not unpacker.eof:
            raise IndexDamaged(self._reader.path, f"stored releases do not end within {limit:,} bytes")
        return unpacked
