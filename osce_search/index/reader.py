"""Reader: segments on disk → one snapshot of arrays, as scoring and counting need them.

A snapshot numbers all documents of all segments from 0 on, deleted ones included but never answered, and
hides how many segments there are: an index of many small ones gives the same numbers as one that was
merged.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, LimitExceeded
from osce_search.index.analyzer import fold, form_of, term_of
from osce_search.index.distance import Words
from osce_search.index.facet_values import FacetValues, Tags, derive_periods, join_columns
from osce_search.index.neighbours import Neighbours, read_neighbours
from osce_search.index.segment.columns import tie_rank
from osce_search.index.segment.postings import FIELDS, text_keys
from osce_search.index.segment.segment_reader import SegmentReader
from osce_search.index.storage.arrays import ArrayReader, unique_sorted
from osce_search.index.storage.generation import Generation, read_generation
from osce_search.release import Release
from osce_search.schema import facet as facet_of

_TRIES = 20
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class FieldDocs(NamedTuple):
    """The documents that have a term in one field, sorted, with how often."""

    docs: Ids
    freqs: npt.NDArray[np.float64]


class TermDocs(NamedTuple):
    """The documents that have a term: `docs` in any field, and `fields` for each text field."""

    docs: Ids
    fields: tuple[FieldDocs, ...]


def open_snapshot(directory: Path) -> Snapshot:
    """The current state of an index.

    Raises IndexMissing, IndexDamaged or IndexIncompatible. A writer that publishes and cleans up in the
    same moment is no error: the newer state is opened.
    """
    for attempt in range(_TRIES):
        generation = read_generation(directory)
        try:
            return Snapshot(directory, generation)
        except IndexDamaged:
            if attempt == _TRIES - 1 or read_generation(directory) == generation:
                raise
    raise AssertionError("unreachable")


class Snapshot:
    """One state of an index, read-only and safe to share between threads."""

    def __init__(self, directory: Path, generation: Generation) -> None:
        self.directory = directory
        self.generation = generation
        self.segments = tuple(SegmentReader(directory, segment) for segment in generation.segments)
        sizes = [segment.documents for segment in generation.segments]
        self.bases = tuple(int(base) for base in np.concatenate([[0], np.cumsum(sizes)]).astype(int))
        self.size = self.bases[-1]
        self.count = generation.releases
        self._near = _open_neighbours(directory, generation)
        self._facets: dict[tuple[str, Tags], FacetValues] = {}
        self._lock = threading.Lock()

    @functools.cached_property
    def live(self) -> Mask | None:
        """Which documents are not deleted; None where none is."""
        if all(segment.live is None for segment in self.segments):
            return None
        parts = [
            np.ones(reader.segment.documents, bool) if reader.live is None else reader.live
            for reader in self.segments
        ]
        return np.concatenate(parts)

    @functools.cached_property
    def all_docs(self) -> Ids:
        """All documents that are not deleted."""
        return np.arange(self.size) if self.live is None else np.flatnonzero(self.live)

    @functools.cached_property
    def neighbours(self) -> Neighbours | None:
        """The documents that are most like each one, or None where the index was made without."""
        return None if self._near is None else read_neighbours(self._near, self.size)

    @functools.cached_property
    def _titles(self) -> tuple[npt.NDArray[np.uint64], Ids]:
        keys = self._column("titles")
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    def titled(self, key: int) -> Ids:
        """The documents with a title of that key, sorted, deleted ones among them; none for key 0."""
        keys, docs = self._titles
        wanted = np.uint64(key)
        start = int(keys.searchsorted(wanted))
        if not key or start == len(keys) or keys[start] != wanted:
            return docs[:0]
        return docs[start : int(keys.searchsorted(wanted, side="right"))]

    def _column(self, name: str) -> npt.NDArray[Any]:
        parts = [getattr(reader.columns, name) for reader in self.segments]
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    @functools.cached_property
    def dates(self) -> npt.NDArray[np.int32]:
        """Days since 1970-01-01; NO_DATE for none."""
        return self._column("dates")

    @functools.cached_property
    def precisions(self) -> npt.NDArray[np.uint8]:
        """Precision of each date: 0 none, 1 year, 2 month, 3 day."""
        return self._column("precisions")

    @functools.cached_property
    def tie_rank(self) -> Ids:
        """The place of each document when all are ordered by date, newest first, then by id."""
        if len(self.segments) == 1:
            return self.segments[0].columns.tie_rank.astype(np.int64)
        ids = [id for reader in self.segments for id in reader.columns.ids]
        rank = np.empty(len(ids), np.int64)
        rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
        return tie_rank(self.dates, rank)

    @functools.cached_property
    def lengths(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Words of each document, one array a text field."""
        return tuple(
            np.concatenate([np.empty(0), *(reader.columns.lengths(field) for reader in self.segments)])
            for field in range(len(FIELDS))
        )

    @functools.cached_property
    def average_lengths(self) -> tuple[float, ...]:
        """Mean words of a live document, one number a text field; 1.0 where there are none."""
        docs = slice(None) if self.live is None else self.all_docs
        return tuple(
            float(length[docs].sum()) / self.count or 1.0 if self.count else 1.0 for length in self.lengths
        )

    @functools.cached_property
    def text_lengths(self) -> npt.NDArray[np.float64]:
        """Words of lead and body together of each document."""
        return self.lengths[1] + self.lengths[2]

    @functools.cached_property
    def average_text_length(self) -> float:
        """Mean words of lead and body together of a live document; 1.0 where there are none."""
        docs = slice(None) if self.live is None else self.all_docs
        return float(self.text_lengths[docs].sum()) / self.count or 1.0 if self.count else 1.0

    def term_numbers(self, term: str) -> list[int]:
        """The number of a term in each segment, -1 where it has none."""
        key = term.encode()
        return [reader.postings.lexicon.find(key) for reader in self.segments]

    def term(self, term: str) -> TermDocs | None:
        """The live documents that have a term, or None where there are none."""
        parts: list[list[FieldDocs]] = [[] for _ in FIELDS]
        for reader, number, base in zip(self.segments, self.term_numbers(term), self.bases, strict=False):
            if number < 0:
                continue
            for field, (docs, freqs) in enumerate(reader.postings.postings(number)):
                if len(docs):
                    live = reader.live
                    if live is not None:
                        kept = live[docs]
                        docs, freqs = docs[kept], freqs[kept]
                    parts[field].append(FieldDocs(docs.astype(np.int64) + base, freqs.astype(np.float64)))
        fields = tuple(_join(part) for part in parts)
        docs = self.union([field.docs for field in fields])
        return TermDocs(docs, fields) if len(docs) else None

    def has(self, term: str) -> bool:
        """Whether any document, deleted or not, has a term."""
        return any(number >= 0 for number in self.term_numbers(term))

    def frequency(self, term: str) -> int:
        """How many postings a term has in all fields and segments, those of deleted documents included."""
        numbers = zip(self.segments, self.term_numbers(term), strict=True)
        return sum(reader.postings.count(number) for reader, number in numbers if number >= 0)

    def union(self, parts: list[Ids]) -> Ids:
        """The documents that are in any of several sorted arrays, sorted."""
        full = [part for part in parts if len(part)]
        if len(full) <= 1:
            return full[0] if full else np.empty(0, np.int64)
        total = sum(map(len, full))
        if total < self.size >> 4:
            return unique_sorted(np.sort(np.concatenate(full)))
        mask = np.zeros(self.size, bool)
        for part in full:
            mask[part] = True
        return np.flatnonzero(mask)

    def positions(self, term: str, field: int) -> Ids:
        """Where a term stands in a field: sorted keys, document × 2^32 + position, of live documents."""
        keys = []
        for reader, number, base in zip(self.segments, self.term_numbers(term), self.bases, strict=False):
            if number < 0:
                continue
            found = reader.postings.field(number, field)
            docs = np.repeat(found.docs.astype(np.int64), found.freqs)
            key = (docs + base << 32) + found.positions
            keys.append(key if reader.live is None else key[reader.live[docs]])
        return np.concatenate(keys) if keys else np.empty(0, np.int64)

    @functools.cached_property
    def oldest_first(self) -> Ids:
        """The place of each document when all are ordered by date, oldest first and undated last, then by id."""
        dates = np.where(self.precisions > 0, self.dates.astype(np.int64), np.iinfo(np.int64).max)
        rank = np.empty(self.size, np.int64)
        # Within a day newest-first order is the order of ids.
        rank[np.lexsort((self.tie_rank, dates))] = np.arange(self.size)
        return rank

    @functools.cached_property
    def title_rank(self) -> Ids:
        """The place of each document when ordered by title, without case and diacritics, then as ties are broken."""
        titles = [
            fold(json.loads(line)["title"]) for reader in self.segments for line in reader.records.lines()
        ]
        ties = self.tie_rank.tolist()
        rank = np.empty(self.size, np.int64)
        rank[sorted(range(self.size), key=lambda doc: (titles[doc], ties[doc]))] = np.arange(self.size)
        return rank

    @functools.cached_property
    def text_keys(self) -> npt.NDArray[np.uint64]:
        """A number for the words of each document: the same where texts are the same but for how they look."""
        nothing = np.empty(0, np.uint64)
        keys = (text_keys(s.postings, s.columns.lengths(1).astype(np.uint64)) for s in self.segments)
        return np.concatenate([nothing, *keys])

    def prefixed(self, prefix: str, limit: int) -> list[str]:
        """The terms of all words that begin like this, sorted; raises LimitExceeded for more than `limit`."""
        key = form_of(prefix).encode()
        terms = set().union(*(reader.postings.prefixed(key) for reader in self.segments))
        return _limited(terms, f"{prefix}*", limit)

    def within(self, word: str, distance: int, limit: int) -> list[str]:
        """The terms of all words within a distance of this one, sorted; raises LimitExceeded where there are more."""
        found = self.words.within(form_of(word), distance)
        return _limited({term_of(form).encode() for _, form in found}, f"{word}~{distance}", limit)

    @functools.cached_property
    def words(self) -> Words:
        """Every word of the index as it is written, for finding those that are like another."""
        forms: set[bytes] = set()
        for reader in self.segments:
            forms.update(reader.postings.lexicon)
            forms.update(reader.postings.forms)
        return Words(form.decode() for form in forms)

    def facet(self, name: str, tags: Tags = "both") -> FacetValues:
        """The values of a facet: all of them, or those that were assigned or inferred alone."""
        found = self._facets.get((name, tags))
        if found is None:
            with self._lock:
                found = self._facets.get((name, tags))
                if found is None:
                    found = self._facets[name, tags] = self._read_facet(name, tags)
        return found

    def _read_facet(self, name: str, tags: Tags) -> FacetValues:
        if facet_of(name).derived:
            return derive_periods(name, self.dates, self.precisions, self.all_docs)
        columns = [reader.columns.facet(name) for reader in self.segments]
        return join_columns(name, columns, self.bases, self.all_docs, tags)

    def _place(self, doc: int) -> tuple[SegmentReader, int]:
        for reader, base in zip(self.segments, self.bases, strict=False):
            if doc < base + reader.segment.documents:
                return reader, doc - base
        raise IndexError(doc)

    def id(self, doc: int) -> str:
        """The id of a document."""
        reader, number = self._place(doc)
        return reader.columns.ids[number].decode()

    def release(self, doc: int) -> Release:
        """The release of a document."""
        reader, number = self._place(doc)
        return reader.records.release(number)

    def find(self, id: str) -> int | None:
        """The document of an id, or None."""
        key = id.encode("utf-8", "surrogatepass")
        for reader, base in zip(self.segments, self.bases, strict=False):
            number = reader.find(key)
            if number is not None:
                return base + number
        return None

    def releases(self) -> Iterator[Release]:
        """Every release that is not deleted."""
        for doc in self.all_docs.tolist():
            yield self.release(doc)


def _open_neighbours(directory: Path, generation: Generation) -> ArrayReader | None:
    if generation.neighbours is None:
        return None
    name, stamp = generation.neighbours
    reader = ArrayReader(directory / name)
    if reader.stamp != stamp:
        raise IndexDamaged(
            reader.path, f"not the file of {stamp[0]} bytes that was published but one of {reader.size}"
        )
    return reader


def _limited(terms: set[bytes], typed: str, limit: int) -> list[str]:
    if len(terms) > limit:
        raise LimitExceeded(
            f"{typed} stands for {len(terms)} words, and at most {limit} are searched; give more letters",
            name="expansion",
            limit=limit,
        )
    return sorted(term.decode() for term in terms)


def _join(parts: list[FieldDocs]) -> FieldDocs:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return FieldDocs(np.empty(0, np.int64), np.empty(0))
    return FieldDocs(np.concatenate([p.docs for p in parts]), np.concatenate([p.freqs for p in parts]))
