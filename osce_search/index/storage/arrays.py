"""Arrays: named NumPy arrays in one file, mapped from disk and checked when first touched.

The file is a header, the arrays one after the other on 64-byte bounds, and a directory in JSON:

    8 bytes   magic "OSCEARR1"        4 bytes   format number
    8 bytes   offset of the directory 4 bytes   length of it   4 bytes   CRC-32 of it   4 bytes CRC-32 of these 28

All numbers are little-endian. The directory gives for each array its name, dtype, offset, length in
elements, and a CRC-32 for each CHUNK bytes, so that a reader checks just what a question touches.
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
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable
from osce_search.index.storage.durability import force

MAGIC = b"OSCEARR1"
FORMAT = 1
CHUNK = 1 << 16
_HEAD = struct.Struct("<8sIQIII")
ALIGN = 64
"""Arrays begin at multiples of it, and the first of all at the first that leaves room for the header."""

_KINDS = frozenset(np.dtype(code).newbyteorder("<").str for code in "bBhHiIqQlLefd?")
"""The types that an array may have: plain numbers, which no one can make to mean anything else."""

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]


def smallest_uint(largest: int) -> np.dtype[Any]:
    """The narrowest unsigned type that holds a number.

    >>> smallest_uint(300)
    dtype('uint16')
    """
    for code in ("<u1", "<u2", "<u4"):
        dtype: np.dtype[Any] = np.dtype(code)
        if largest <= np.iinfo(dtype).max:
            return dtype
    return np.dtype("<u8")


class ArrayWriter:
    """Writes arrays to a file, whole or piece by piece; `close` makes it durable.

    Leaving the context by an exception removes the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("xb")
        self._file.write(b"\0" * _HEAD.size)
        self._directory: dict[str, dict[str, Any]] = {}
        self._open: dict[str, Any] | None = None
        self._crc = 0
        self._filled = 0
        self.stamp = (0, 0)

    def write(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.begin(name, array.dtype)
        self.extend(array)

    def begin(self, name: str, dtype: npt.DTypeLike) -> None:
        """Begin an array whose pieces come with `extend`; it ends where the next one begins."""
        self._finish()
        kind = np.dtype(dtype).newbyteorder("<")
        self._file.write(b"\0" * (-self._file.tell() % ALIGN))
        entry = {"dtype": kind.str, "offset": self._file.tell(), "length": 0, "crc": []}
        self._open = self._directory[name] = entry

    def extend(self, piece: Array) -> None:
        """Append a piece to the array begun last."""
        entry = self._open
        if entry is None:
            raise ValueError("extend comes after begin")
        data = np.ascontiguousarray(piece, dtype=entry["dtype"])
        entry["length"] += data.size
        view = memoryview(data.tobytes())
        self._file.write(view)
        while view:
            room = CHUNK - self._filled
            self._crc = zlib.crc32(view[:room], self._crc)
            self._filled += min(room, len(view))
            view = view[room:]
            if self._filled == CHUNK:
                self._end_chunk(entry)

    def _end_chunk(self, entry: dict[str, Any]) -> None:
        entry["crc"].append(self._crc)
        self._crc = self._filled = 0

    def _finish(self) -> None:
        if self._open is not None and self._filled:
            self._end_chunk(self._open)
        self._open = None

    def close(self) -> None:
        """Write the directory and the header, and force everything to disk.

        `stamp` is then the size of the file and the CRC-32 of its directory, which covers those of all arrays: no other
        file has the same.
        """
        self._finish()
        offset = self._file.tell()
        directory = json.dumps(self._directory, separators=(",", ":")).encode()
        self._file.write(directory)
        self._file.seek(0)
        head = _HEAD.pack(MAGIC, FORMAT, offset, len(directory), zlib.crc32(directory), 0)[:-4]
        self._file.write(head + struct.pack("<I", zlib.crc32(head)))
        self.stamp = (offset + len(directory), zlib.crc32(directory))
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
                # It closes although a full disk refuses what it still holds.
                with contextlib.suppress(OSError):
                    self._file.close()
                self.path.unlink(missing_ok=True)


def _fits(entry: dict[str, Any], end: int) -> bool:
    """Whether an array that is entered in a directory can be in a file before this offset."""
    offset, length, chunks = entry["offset"], entry["length"], entry["crc"]
    if entry["dtype"] not in _KINDS or not all(type(number) is int for number in (offset, length, *chunks)):
        return False
    size: int = length * int(entry["dtype"][2:])
    return bool(
        length >= 0 and _HEAD.size <= offset <= offset + size <= end and len(chunks) == -(-size // CHUNK)
    )


class ArrayReader:
    """Reads the arrays of a file, mapped and not copied.

    Raises IndexDamaged where the file is missing, cut short or altered, and IndexIncompatible where it has
    another format number. A chunk's checksum is compared when it is first asked for; the arrays are
    read-only.
    """

    def __init__(self, path: Path) -> None:
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
        self.size = size
        self._directory = self._read_directory(size)
        self._seen: dict[str, bytearray] = {}

    def _read_directory(self, size: int) -> dict[str, dict[str, Any]]:
        head = self._map[: _HEAD.size]
        magic, number, offset, length, crc, own = _HEAD.unpack(head)
        if magic != MAGIC or zlib.crc32(head[:-4]) != own:
            raise self._damaged("its header is altered")
        if number != FORMAT:
            raise IndexIncompatible(self.path, f"format {number}, but this version reads format {FORMAT}")
        if offset + length != size:
            raise self._damaged(f"it has {size} bytes and should have {offset + length}")
        directory = self._map[offset : offset + length]
        if zlib.crc32(directory) != crc:
            raise self._damaged("its directory is altered")
        self.crc: int = crc
        try:
            arrays = json.loads(directory)
            sound = all(_fits(entry, offset) for entry in arrays.values())
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self._damaged("its directory cannot be read as one") from error
        if not sound:
            raise self._damaged("its directory names arrays that cannot be in it")
        return arrays  # type: ignore[no-any-return]

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(self.path, what)

    @property
    def stamp(self) -> tuple[int, int]:
        """The size of the file and the CRC-32 of its directory."""
        return self.size, self.crc

    def names(self) -> Iterable[str]:
        """The names of the arrays."""
        return self._directory.keys()

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def length(self, name: str) -> int:
        """The number of elements of an array, without touching it."""
        return int(self._directory[name]["length"])

    def array(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """The elements from `start` to `stop` of an array, checked against their checksums."""
        entry = self._directory.get(name)
        if entry is None:
            raise self._damaged(f"it has no array called {name}")
        stop = entry["length"] if stop is None else stop
        if not 0 <= start <= stop <= entry["length"]:
            raise self._damaged(f"{name} has {entry['length']} elements, not {start} to {stop}")
        dtype = np.dtype(entry["dtype"])
        if start == stop:
            return np.empty(0, dtype)
        self._check(name, entry, start * dtype.itemsize, stop * dtype.itemsize)
        return np.frombuffer(self._map, dtype, stop - start, entry["offset"] + start * dtype.itemsize)

    def view(self, name: str) -> memoryview:
        """All elements of an array for reading one by one, which a memoryview does faster than NumPy."""
        return memoryview(self.array(name))  # type: ignore[arg-type]  # NumPy's stubs do not say that arrays are buffers

    def _check(self, name: str, entry: dict[str, Any], start: int, stop: int) -> None:
        seen = self._seen.get(name)
        if seen is None:
            seen = self._seen[name] = bytearray(len(entry["crc"]))
        first, last = start // CHUNK, (stop - 1) // CHUNK
        if first == last and seen[first]:
            return
        end = entry["length"] * np.dtype(entry["dtype"]).itemsize
        for chunk in range(first, last + 1):
            if seen[chunk]:
                continue
            begin = entry["offset"] + chunk * CHUNK
            piece = memoryview(self._map)[begin : min(begin + CHUNK, entry["offset"] + end)]
            if zlib.crc32(piece) != entry["crc"][chunk]:
                raise self._damaged(f"{name} is altered near byte {begin}")
            seen[chunk] = 1

    def verify(self) -> None:
        """Compare every byte of the file with what is known of it; raises IndexDamaged at the first that differs."""
        self._seen.clear()
        end = _HEAD.size
        for name, entry in self._directory.items():
            if self._map[end : entry["offset"]].strip(b"\0"):
                raise self._damaged(f"something stands before {name} where nothing should")
            self.array(name)
            end = entry["offset"] + entry["length"] * np.dtype(entry["dtype"]).itemsize


def write_lexicon(writer: ArrayWriter, name: str, terms: Sequence[bytes]) -> None:
    """Write sorted, distinct strings as the arrays `NAME.terms` and `NAME.ends`."""
    ends = np.fromiter(itertools.accumulate(map(len, terms)), dtype=np.int64, count=len(terms))
    writer.write(f"{name}.terms", np.frombuffer(b"".join(terms), np.uint8))
    writer.write(f"{name}.ends", ends.astype(smallest_uint(int(ends[-1]) if len(terms) else 0)))


class LexiconReader:
    """Finds strings and numbers them from 0 in sorted order."""

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

    def place(self, term: bytes) -> int:
        """How many strings sort before this one."""
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
        """The number of a string, or -1."""
        number = self.place(term)
        return number if number < len(self._ends) and self[number] == term else -1

    def prefixed(self, prefix: bytes) -> range:
        """The numbers of all strings that begin like this."""
        start = self.place(prefix)
        last = prefix.rstrip(b"\xff")
        if not last:
            return range(start, len(self))
        return range(start, self.place(last[:-1] + bytes([last[-1] + 1])))


def unique_sorted(ordered: Ids) -> Ids:
    """The distinct values of a sorted array.

    NumPy's own `unique` loads its masked arrays first, which costs a cold process a fifth of its time.
    """
    return ordered[find_run_starts(ordered)]


def find_run_starts(ordered: Ids) -> Ids:
    """Where each run of equal values of a sorted array begins."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new.nonzero()[0]


def concatenate_ranges(begins: Ids, lengths: Ids) -> Ids:
    """The numbers from each of `begins` on, so many as `lengths` says, one run after the other.

    >>> concatenate_ranges(np.array([4, 0]), np.array([2, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    if not len(lengths):
        return np.empty(0, np.int64)
    ends = lengths.cumsum()
    places: Ids = np.arange(ends[-1]) + (begins - ends + lengths).repeat(lengths)
    return places
