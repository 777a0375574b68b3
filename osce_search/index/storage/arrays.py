"""Arrays: named NumPy arrays in one file, mapped from disk, with a checksum for every 64 KB.

A file is a header, the arrays one after the other on 64-byte bounds, and a directory in JSON:

    8 bytes   magic "OSCEARR1"               4 bytes   format number
    8 bytes   offset of the directory        4 bytes   length of the directory
    4 bytes   CRC-32 of the directory        4 bytes   CRC-32 of the 28 bytes before

All numbers are little-endian. The directory gives the dtype, the offset, the length in elements and the checksums of
each array: one CRC-32 for every CHUNK bytes. A reader compares a checksum when it first touches its chunk.

A lexicon is a list of strings in two arrays: `NAME.terms` holds their UTF-8 bytes one after the other, and `NAME.ends`
the offset at which each string ends.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import mmap
import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable
from osce_search.index.storage.durability import force

MAGIC = b"OSCEARR1"
FORMAT = 1
CHUNK = 1 << 16
ALIGN = 64
"""Every array begins at a multiple of ALIGN bytes; the first one begins at ALIGN, after the header."""

_HEAD = struct.Struct("<8sIQIII")
_KINDS = frozenset(np.dtype(code).newbyteorder("<").str for code in "bBhHiIqQlLefd?")
"""The dtypes that an array may have: plain numbers only."""

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]
Stamp = tuple[int, int]
"""The size of a file in bytes, and a CRC-32 that tells it from any other file of that size."""


def smallest_uint(largest: int) -> np.dtype[Any]:
    """Return the narrowest unsigned dtype that holds a number.

    >>> smallest_uint(300)
    dtype('uint16')
    """
    return np.dtype(next((code for code in ("<u1", "<u2", "<u4") if largest <= np.iinfo(code).max), "<u8"))


class ArrayWriter:
    """Writes arrays to a new file, whole or in pieces; `close` makes the file durable.

    An exception inside the `with` block removes the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("xb")
        self._file.write(b"\0" * _HEAD.size)
        self._directory: dict[str, dict[str, Any]] = {}
        self._filled = 0
        self.stamp: Stamp = (0, 0)

    def write(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.begin(name, array.dtype)
        self.extend(array)

    def begin(self, name: str, dtype: npt.DTypeLike) -> None:
        """Begin an array; `extend` appends its pieces."""
        self._file.write(b"\0" * (-self._file.tell() % ALIGN))
        kind = np.dtype(dtype).newbyteorder("<").str
        self._directory[name] = {"dtype": kind, "offset": self._file.tell(), "length": 0, "crc": []}
        self._filled = 0

    def extend(self, piece: Array) -> None:
        """Append a piece to the array that was begun last."""
        entry = next(reversed(self._directory.values()))
        data = np.ascontiguousarray(piece, dtype=entry["dtype"])
        entry["length"] += data.size
        view = memoryview(data.tobytes())
        self._file.write(view)
        while view:
            begun = self._filled % CHUNK
            part = view[: CHUNK - begun]
            crc = zlib.crc32(part, entry["crc"].pop() if begun else 0)
            entry["crc"].append(crc)
            self._filled += len(part)
            view = view[len(part) :]

    def close(self) -> None:
        """Write the directory and the header, force the file to disk, and set `stamp`.

        The stamp has the CRC-32 of the directory, which covers the checksums of all arrays.
        """
        offset = self._file.tell()
        directory = json.dumps(self._directory, separators=(",", ":")).encode()
        crc = zlib.crc32(directory)
        head = _HEAD.pack(MAGIC, FORMAT, offset, len(directory), crc, 0)[:-4]
        self._file.write(directory)
        self._file.seek(0)
        self._file.write(head + struct.pack("<I", zlib.crc32(head)))
        self.stamp = offset + len(directory), crc
        self._file.flush()
        force(self._file.fileno())
        self._file.close()

    def __enter__(self) -> ArrayWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            if not self._file.closed:
                # Closing flushes the buffer, which a full disk refuses again.
                with contextlib.suppress(OSError):
                    self._file.close()
                self.path.unlink(missing_ok=True)


class _Entry(NamedTuple):
    """An array in the directory of a file; `checked` marks the chunks whose checksum was compared."""

    dtype: np.dtype[Any]
    offset: int
    length: int
    crc: Sequence[int]
    checked: bytearray

    @classmethod
    def from_json(cls, entry: dict[str, Any], end: int) -> _Entry:
        """Read an entry; raise ValueError if no array in the first `end` bytes of a file can have it."""
        kind, offset, length, crc = entry["dtype"], entry["offset"], entry["length"], entry["crc"]
        if kind not in _KINDS or {*map(type, (offset, length, *crc))} != {int}:
            raise ValueError("not the numbers of an array")
        size = length * int(kind[2:])
        if length < 0 or not _HEAD.size <= offset <= offset + size <= end or len(crc) != -(-size // CHUNK):
            raise ValueError("an array out of bounds")
        return cls(np.dtype(kind), offset, length, crc, bytearray(len(crc)))

    @property
    def end(self) -> int:
        """The offset of the byte after the array."""
        return self.offset + self.length * self.dtype.itemsize


class ArrayReader:
    """Reads the arrays of a file. They are mapped, not copied, and read-only.

    A checksum is compared when its chunk is first touched. Raise IndexDamaged if the file is missing, cut short,
    altered, or has another stamp than the one given, IndexIncompatible if it has another format number, and
    IndexUnavailable if it cannot be opened.
    """

    def __init__(self, path: Path, stamp: Stamp | None = None) -> None:
        self.path = path
        try:
            # Opening a pipe would wait for ever.
            if not stat.S_ISREG(path.stat().st_mode):
                raise IndexDamaged(path, "not a regular file")
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < _HEAD.size:
                    raise IndexDamaged(path, f"cut short to {size} bytes")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise IndexDamaged(path, "a file of the index is missing") from error
        except OSError as error:
            raise IndexUnavailable(f"{path}: cannot be read ({error.strerror})", path=str(path)) from error
        head = self._map[: _HEAD.size]
        magic, number, offset, length, crc, own = _HEAD.unpack(head)
        if magic != MAGIC or zlib.crc32(head[:-4]) != own:
            raise IndexDamaged(path, "its header is altered")
        if number != FORMAT:
            raise IndexIncompatible(path, f"format {number}, but this version reads format {FORMAT}")
        if offset + length != size:
            raise IndexDamaged(path, f"it has {size} bytes and should have {offset + length}")
        directory = self._map[offset : offset + length]
        if zlib.crc32(directory) != crc:
            raise IndexDamaged(path, "its directory is altered")
        self.stamp: Stamp = (size, crc)
        if stamp not in (None, self.stamp):
            raise IndexDamaged(path, f"not the file of {stamp[0]} bytes that was published but one of {size}")
        try:
            entries = json.loads(directory).items()
            self._directory = {name: _Entry.from_json(entry, offset) for name, entry in entries}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(path, f"its directory does not describe arrays ({error})") from error

    def names(self) -> Iterable[str]:
        """Return the names of the arrays."""
        return self._directory.keys()

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def length(self, name: str) -> int:
        """Return the number of elements of an array, without touching it; 0 if there is no such array."""
        return self._directory[name].length if name in self._directory else 0

    def array(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """Return the elements from `start` to `stop` of an array, after comparing their checksums."""
        entry = self._directory.get(name)
        if entry is None:
            raise IndexDamaged(self.path, f"it has no array called {name}")
        stop = entry.length if stop is None else stop
        if not 0 <= start <= stop <= entry.length:
            raise IndexDamaged(self.path, f"{name} has {entry.length} elements, not {start} to {stop}")
        if start == stop:
            return np.empty(0, entry.dtype)
        width = entry.dtype.itemsize
        for chunk in range(start * width // CHUNK, (stop * width - 1) // CHUNK + 1):
            if not entry.checked[chunk]:
                begin = entry.offset + chunk * CHUNK
                if (
                    zlib.crc32(memoryview(self._map)[begin : min(begin + CHUNK, entry.end)])
                    != entry.crc[chunk]
                ):
                    raise IndexDamaged(self.path, f"{name} is altered near byte {begin}")
                entry.checked[chunk] = 1
        return np.frombuffer(self._map, entry.dtype, stop - start, entry.offset + start * width)

    def view(self, name: str) -> memoryview:
        """Return an array as a memoryview, whose single elements are read faster than NumPy's."""
        return memoryview(self.array(name))  # type: ignore[arg-type]  # NumPy's stubs do not say that arrays are buffers

    def verify(self) -> None:
        """Compare every byte of the file with its checksum; raise IndexDamaged at the first difference."""
        end = _HEAD.size
        for name, entry in self._directory.items():
            if self._map[end : entry.offset].strip(b"\0"):
                raise IndexDamaged(self.path, f"the padding before {name} is altered")
            entry.checked[:] = bytes(len(entry.checked))
            self.array(name)
            end = entry.end


def write_lexicon(writer: ArrayWriter, name: str, terms: Sequence[bytes]) -> None:
    """Write strings as the arrays `NAME.terms` and `NAME.ends`."""
    ends = np.fromiter(itertools.accumulate(map(len, terms)), dtype=np.int64, count=len(terms))
    writer.write(f"{name}.terms", np.frombuffer(b"".join(terms), np.uint8))
    writer.write(f"{name}.ends", ends.astype(smallest_uint(int(ends[-1]) if len(terms) else 0)))


class Lexicon:
    """Strings, numbered from 0. `place`, `find` and `prefixed` need them to be sorted by their bytes."""

    def __init__(self, reader: ArrayReader, name: str) -> None:
        self._terms = reader.view(f"{name}.terms")
        self._ends = reader.view(f"{name}.ends")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._terms[self._ends[number - 1] if number else 0 : self._ends[number]])

    def __iter__(self) -> Iterator[bytes]:
        data, start = bytes(self._terms), 0
        for end in self._ends:
            yield data[start:end]
            start = end

    def decode(self) -> tuple[str, ...]:
        """Return all strings as text."""
        return tuple(term.decode() for term in self)

    def decode_at(self, numbers: Iterable[int]) -> list[str]:
        """Return the strings with these numbers as text."""
        terms, ends = self._terms, self._ends
        return [str(terms[ends[number - 1] if number else 0 : ends[number]], "utf-8") for number in numbers]

    def place(self, term: bytes) -> int:
        """Return the number of strings that sort before this one."""
        terms, ends = self._terms, self._ends
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) >> 1
            if bytes(terms[ends[middle - 1] if middle else 0 : ends[middle]]) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int:
        """Return the number of a string, or -1 if it is not in the lexicon."""
        number = self.place(term)
        return number if number < len(self._ends) and self[number] == term else -1

    def prefixed(self, prefix: bytes) -> range:
        """Return the numbers of all strings that begin with a prefix."""
        start = self.place(prefix)
        last = prefix.rstrip(b"\xff")
        if not last:
            return range(start, len(self))
        return range(start, self.place(last[:-1] + bytes([last[-1] + 1])))


def unique_sorted(ordered: Ids) -> Ids:
    """Return the distinct values of a sorted array.

    NumPy's `unique` imports its masked arrays first, which costs a cold process a fifth of its time.
    """
    return ordered[find_run_starts(ordered)]


def find_run_starts(ordered: Ids) -> Ids:
    """Return the index at which each run of equal values in a sorted array begins."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new.nonzero()[0]


def concatenate_ranges(begins: Ids, lengths: Ids) -> Ids:
    """Concatenate `range(b, b + n)` for each begin `b` and length `n`.

    >>> concatenate_ranges(np.array([4, 0]), np.array([2, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    if not len(lengths):
        return np.empty(0, np.int64)
    ends = lengths.cumsum()
    places: Ids = np.arange(ends[-1]) + (begins - ends + lengths).repeat(lengths)
    return places
