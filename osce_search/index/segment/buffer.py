"""Batch: releases in memory → the files of a segment."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from osce_search.errors import RecordError
from osce_search.index.analyzer import find_tokens, form_of, term_of, title_key, title_words
from osce_search.index.segment.columns import INDEXED, FacetColumn, record_hash, write_columns
from osce_search.index.segment.postings import invert, write_postings
from osce_search.index.segment.records import write_records
from osce_search.index.storage.arrays import ArrayWriter
from osce_search.index.storage.generation import Segment, new_name
from osce_search.release import Release


class _Numbers(dict[str, int]):
    """Words to numbers of terms: looked up in C, worked out once a word.

    Words that are written differently share a term, so `terms` is the shorter list.
    """

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[str] = []
        self.forms: dict[bytes, bytes] = {}
        self._numbers: dict[str, int] = {}

    def __missing__(self, token: str) -> int:
        term = term_of(token)
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        form = form_of(token)
        if form != term:
            self.forms[form.encode()] = term.encode()
        self[token] = number
        return number


@dataclass(frozen=True, slots=True)
class _Entry:
    release: Release
    hash: bytes
    line: bytes
    digest: str
    origin: str
    tokens: tuple[array[int], array[int], array[int]]


class Batch:
    """Releases that wait to be written, the last one of each id."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._entries: dict[str, _Entry] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def add(self, release: Release, digest: str, origin: str) -> None:
        """Take a release in; `bytes` grows by about what it needs in memory until it is written."""
        number = self._numbers.__getitem__
        title, lead, body = (
            array("i", map(number, find_tokens(text))) for text in (release.title, release.lead, release.body)
        )
        try:
            line = release.to_json().encode()
        except UnicodeEncodeError as error:
            raise RecordError(
                f"release {release.id!r}", "has halves of characters (surrogates), which no file can hold"
            ) from error
        entry = _Entry(release, record_hash(line), line, digest, origin, (title, lead, body))
        self.discard(release.id)
        self._entries[release.id] = entry
        self.bytes += _weight(entry)

    def discard(self, id: str) -> bool:
        """Forget the release of that id; True if there was one."""
        entry = self._entries.pop(id, None)
        if entry is not None:
            self.bytes -= _weight(entry)
        return entry is not None

    def hashes(self) -> list[bytes]:
        """The record hashes of all releases."""
        return [entry.hash for entry in self._entries.values()]

    def digests(self) -> dict[str, tuple[str, str]]:
        """The digest and the origin of each release."""
        return {id: (entry.digest, entry.origin) for id, entry in self._entries.items()}

    def write(self, directory: Path) -> Segment:
        """Write the releases as a new segment."""
        entries = list(self._entries.values())
        name = new_name()
        lengths = [
            np.fromiter((len(entry.tokens[field]) for entry in entries), np.int64, len(entries))
            for field in range(3)
        ]
        tokens = [
            np.frombuffer(b"".join(entry.tokens[field].tobytes() for entry in entries), np.int32)
            for field in range(3)
        ]
        inverted = invert(self._numbers.terms, tokens, lengths)
        limits = (int(inverted.freqs.max(initial=0)), int(inverted.positions.max(initial=0)))
        with ArrayWriter(directory / f"{name}.text") as text:
            write_postings(text, iter([inverted]), self._numbers.forms, len(entries), limits)
        with ArrayWriter(directory / f"{name}.columns") as columns:
            write_columns(
                columns,
                [(e.release.id, e.release.date, e.release.date_precision, e.hash) for e in entries],
                lengths,
                np.fromiter(
                    (title_key([title_words(entry.release.title)]) for entry in entries),
                    np.uint64,
                    len(entries),
                ),
                [make_facet_column(facet.name, [entry.release for entry in entries]) for facet in INDEXED],
            )
        with ArrayWriter(directory / f"{name}.records") as records:
            write_records(
                records,
                (entry.line for entry in entries),
                [(entry.digest, entry.origin) for entry in entries],
            )
        stamps = (text.stamp, columns.stamp, records.stamp)
        return Segment(name, len(entries), stamps)


def _weight(entry: _Entry) -> int:
    # Inverting needs about 32 bytes a word on top of the 4 it waits in.
    return 2 * len(entry.line) + 36 * sum(map(len, entry.tokens)) + 1000


def make_facet_column(name: str, releases: Sequence[Release]) -> FacetColumn:
    """The column of a facet for releases in their order."""
    rows: list[tuple[str, ...]] = []
    inferred: list[bool] = []
    for release in releases:
        value = getattr(release, name)
        # 255 values are more than any facet's vocabulary needs of one release.
        several = ((value,) if value else ()) if value is None or isinstance(value, str) else value
        row = tuple(dict.fromkeys(several))[:255]
        rows.append(row)
        if row:
            inferred.extend(release.origin_of(name, item) == "inferred" for item in row)
    values = sorted({value for row in rows for value in row}, key=str.encode)
    number = {value: place for place, value in enumerate(values, 1)}
    ordinals = np.fromiter((number[value] for row in rows for value in row), np.int64)
    counts: npt.NDArray[np.uint8] = np.fromiter(map(len, rows), np.uint8, len(rows))
    return FacetColumn(tuple(values), counts, ordinals, np.array(inferred, np.uint8))
