"""Lexicon: strings in sorted order, found by bisection without reading them all.

Two arrays hold it: `terms`, the UTF-8 bytes of all strings one after the other, and `ends`, where each one
ends. Order is that of the bytes. The same structure keeps the terms of the text and the values of a facet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from osce_search.index.arrays import ArrayReader, ArrayWriter, smallest_uint

__all__ = ["LexiconReader", "write_lexicon"]


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
