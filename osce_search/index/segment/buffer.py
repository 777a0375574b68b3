"""Buffer: releases in memory → the files of a segment."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from osce_search.errors import RecordError
from osce_search.index.analyzer import find_tokens, form_of, term_of, title_key, title_words
from osce_search.index.segment.columns import (
    INDEXED,
    NO_DATE,
    PRECISIONS,
    Columns,
    FacetColumn,
    days_of,
    record_hash,
    write_columns,
    write_segment,
)
from osce_search.index.segment.inversion import invert, write_postings
from osce_search.index.segment.postings import FIELDS
from osce_search.index.segment.records import write_records
from osce_search.index.storage.arrays import smallest_uint
from osce_search.index.storage.generation import Segment
from osce_search.release import Release

MAX_VALUES = 255
"""The number of values of one facet that a release keeps; `counts` has one byte for it."""


class _Numbers(dict[str, int]):
    """Map each word to the number of its term, which is worked out once for each word.

    `terms` has the terms by number, and `forms` maps each form that differs from its term to the term.
    """

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[str] = []
        self.forms: dict[bytes, bytes] = {}
        self._numbers: dict[str, int] = {}

    def __missing__(self, token: str) -> int:
        term, form = term_of(token), form_of(token)
        number = self[token] = self._numbers.setdefault(term, len(self.terms))
        if number == len(self.terms):
            self.terms.append(term)
        if form != term:
            self.forms[form.encode()] = term.encode()
        return number


@dataclass(frozen=True, slots=True)
class _Entry:
    """A release with its JSON line, and the numbers of its terms for each field."""

    release: Release
    hash: bytes
    line: bytes
    digest: str
    origin: str
    tokens: list[array[int]]

    @property
    def size(self) -> int:
        """The memory that the release needs until it is written, in bytes."""
        # Inverting needs about 32 bytes for each word on top of the 4 that it takes here.
        return 2 * len(self.line) + 36 * sum(map(len, self.tokens)) + 1000


class Buffer:
    """Releases that wait to be written: the last one of each id."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._entries: dict[str, _Entry] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def add(self, release: Release, digest: str, origin: str) -> None:
        """Add a release; `bytes` grows by about the memory that it needs until it is written."""
        number = self._numbers.__getitem__
        tokens = [array("i", map(number, find_tokens(getattr(release, field)))) for field in FIELDS]
        try:
            line = release.to_json().encode()
        except UnicodeEncodeError as error:
            raise RecordError(
                f"release {release.id!r}", "has half a character (a surrogate), which no file can hold"
            ) from error
        self.discard(release.id)
        entry = self._entries[release.id] = _Entry(release, record_hash(line), line, digest, origin, tokens)
        self.bytes += entry.size

    def discard(self, id: str) -> bool:
        """Remove the release with an id; return whether there was one."""
        entry = self._entries.pop(id, None)
        if entry is not None:
            self.bytes -= entry.size
        return entry is not None

    def ids(self) -> list[str]:
        """Return the id of each release."""
        return list(self._entries)

    def hashes(self) -> list[bytes]:
        """Return the record hash of each release."""
        return [entry.hash for entry in self._entries.values()]

    def write(self, directory: Path) -> Segment:
        """Write the releases as a new segment."""
        entries = list(self._entries.values())
        lengths = [
            np.array([len(entry.tokens[n]) for entry in entries], np.int64) for n in range(len(FIELDS))
        ]
        tokens = [
            np.frombuffer(b"".join(entry.tokens[n].tobytes() for entry in entries), np.int32)
            for n in range(len(FIELDS))
        ]
        inverted = invert(self._numbers.terms, tokens, lengths)
        dtypes = (
            smallest_uint(len(entries) - 1),
            smallest_uint(int(inverted.freqs.max(initial=0))),
            smallest_uint(int(inverted.positions.max(initial=0))),
        )
        columns = make_columns([entry.release for entry in entries], self.hashes(), lengths)
        ledger = [(entry.digest, entry.origin) for entry in entries]
        return write_segment(
            directory,
            len(entries),
            lambda writer: write_postings(writer, [inverted], self._numbers.forms, dtypes),
            lambda writer: write_columns(writer, columns),
            lambda writer: write_records(writer, [entry.line for entry in entries], ledger),
        )


def make_columns(
    releases: Sequence[Release],
    hashes: Sequence[bytes],
    lengths: Sequence[np.ndarray[tuple[int], np.dtype[np.int64]]],
) -> Columns:
    """Return the columns of releases with their record hashes and the number of words in each field."""
    return Columns(
        [release.id.encode() for release in releases],
        np.array([days_of(r.date) if r.date else NO_DATE for r in releases], np.int32),
        np.array([PRECISIONS.index(r.date_precision) if r.date else 0 for r in releases], np.uint8),
        np.frombuffer(b"".join(hashes), np.uint8),
        lengths,
        np.array([title_key([title_words(release.title)]) for release in releases], np.uint64),
        [_make_facet(facet.name, releases) for facet in INDEXED],
    )


def _make_facet(name: str, releases: Sequence[Release]) -> FacetColumn:
    rows: list[tuple[str, ...]] = []
    for release in releases:
        value = getattr(release, name)
        several = ((value,) if value else ()) if value is None or isinstance(value, str) else value
        rows.append(tuple(dict.fromkeys(several))[:MAX_VALUES])
    pairs = [(release, value) for release, row in zip(releases, rows, strict=True) for value in row]
    values = sorted({value for _, value in pairs}, key=str.encode)
    number = {value: place for place, value in enumerate(values, 1)}
    return FacetColumn(
        tuple(values),
        np.array([len(row) for row in rows], np.uint8),
        np.array([number[value] for _, value in pairs], np.int64),
        np.array([release.origin_of(name, value) == "inferred" for release, value in pairs], np.uint8),
    )
