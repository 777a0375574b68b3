"""Reader: the segments of an index → one snapshot of arrays, for scoring and counting.

A snapshot numbers the documents of all segments from 0. Deleted documents keep their numbers and are never hits. An
index of many small segments gives the same answers as one that was merged.
"""

from __future__ import annotations

import functools
import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, LimitExceeded
from osce_search.index.analyzer import fold_word, form_of, term_of
from osce_search.index.distance import Words
from osce_search.index.facet_values import FacetOrdinals, derive_periods, join_columns
from osce_search.index.segment.columns import Neighbours, SegmentReader, rank_ids, read_neighbours, tie_rank
from osce_search.index.segment.postings import FIELDS
from osce_search.index.storage.arrays import ArrayReader, unique_sorted
from osce_search.index.storage.generation import Generation, read_generation
from osce_search.query import Tags
from osce_search.release import Release
from osce_search.schema import FACETS

_TRIES = 20
_FACETS = {facet.name: facet for facet in FACETS}
Ids = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class FieldDocs(NamedTuple):
    """The documents that have a term in one field, in ascending order, with its frequency in each."""

    docs: Ids
    freqs: Floats


class TermDocs(NamedTuple):
    """The documents that have a term: `docs` in any field, and `fields` in each text field."""

    docs: Ids
    fields: tuple[FieldDocs, ...]


def open_snapshot(directory: Path) -> Snapshot:
    """Open the current state of an index.

    If a writer publishes and removes files at that moment, the newer state is opened. Raise IndexMissing, IndexDamaged
    or IndexIncompatible.
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
    """One state of an index, read-only. Threads can share it."""

    def __init__(self, directory: Path, generation: Generation) -> None:
        self.directory = directory
        self.generation = generation
        self.segments = tuple([SegmentReader(directory, segment) for segment in generation.segments])
        self.bases = (
            *itertools.accumulate([segment.documents for segment in generation.segments], initial=0),
        )
        self.size = self.bases[-1]
        self.count = generation.releases
        near = generation.neighbours
        self._near = ArrayReader(directory / near[0], near[1]) if near else None
        self._facets: dict[tuple[str, Tags], FacetOrdinals] = {}
        self._lock = threading.Lock()

    @functools.cached_property
    def live(self) -> Mask | None:
        """A mask of the documents that are not deleted, or None if none is deleted."""
        if self.count == self.size:
            return None
        mask = np.zeros(self.size, bool)
        mask[self.all_docs] = True
        return mask

    @functools.cached_property
    def all_docs(self) -> Ids:
        """All documents that are not deleted, in ascending order."""
        if self.count == self.size:
            return np.arange(self.size)
        parts = [reader.live_docs + base for reader, base in zip(self.segments, self.bases, strict=False)]
        return np.concatenate(parts)

    @functools.cached_property
    def neighbours(self) -> Neighbours | None:
        """The documents that are most similar to each one, or None if the index was made without them."""
        return None if self._near is None else read_neighbours(self._near, self.size)

    @functools.cached_property
    def _titles(self) -> tuple[Keys, Ids]:
        keys = self._column("titles", np.uint64)
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    def titled(self, key: int) -> Ids:
        """Return the documents with a title key in ascending order, deleted ones among them; none for key 0."""
        keys, docs = self._titles
        wanted = np.uint64(key)
        start = int(keys.searchsorted(wanted))
        if not key or start == len(keys) or keys[start] != wanted:
            return docs[:0]
        return docs[start : int(keys.searchsorted(wanted, side="right"))]

    def _column(self, name: str, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return a column of all segments; of a single one without a copy if it has that dtype."""
        parts = [reader.columns.array(name) for reader in self.segments]
        whole: npt.NDArray[Any] = (
            parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype), *parts])
        )
        return whole.astype(dtype, copy=False)

    @functools.cached_property
    def dates(self) -> npt.NDArray[np.int32]:
        """Days from 1970-01-01 to the date of each document; NO_DATE for none."""
        return self._column("dates", np.int32)

    @functools.cached_property
    def precisions(self) -> npt.NDArray[np.uint8]:
        """The precision of each date: 0 none, 1 year, 2 month, 3 day."""
        return self._column("precisions", np.uint8)

    @functools.cached_property
    def tie_rank(self) -> Ids:
        """The place of each document in the order by date, newest first and undated last, then by id."""
        if len(self.segments) == 1:
            return self._column("tie_rank", np.int64)
        return tie_rank(self.dates, rank_ids([id for reader in self.segments for id in reader.ids]))

    @functools.cached_property
    def lengths(self) -> tuple[Floats, ...]:
        """The number of words of each document, one array for each text field."""
        return tuple([self._column(f"length.{field}", np.float64) for field in range(len(FIELDS))])

    @functools.cached_property
    def text_lengths(self) -> Floats:
        """The number of words in lead and body of each document."""
        return self.lengths[1] + self.lengths[2]

    @functools.cached_property
    def average_lengths(self) -> tuple[float, ...]:
        """The mean number of words of a live document, one number for each text field; 1.0 if there are none."""
        return tuple([self._average(length) for length in self.lengths])

    @functools.cached_property
    def average_text_length(self) -> float:
        """The mean number of words in lead and body of a live document; 1.0 if there are none."""
        return self._average(self.text_lengths)

    def _average(self, lengths: Floats) -> float:
        docs = slice(None) if self.live is None else self.all_docs
        return float(lengths[docs].sum()) / max(self.count, 1) or 1.0

    def term_numbers(self, term: str) -> list[int]:
        """Return the number of a term in each segment, -1 if it is not there."""
        key = term.encode()
        return [reader.postings.lexicon.find(key) for reader in self.segments]

    def _segments_of(self, term: str) -> list[tuple[SegmentReader, int, int]]:
        """Return the segments that have a term, each with its first document and the number of the term."""
        numbers = zip(self.segments, self.bases, self.term_numbers(term), strict=False)
        return [(reader, base, number) for reader, base, number in numbers if number >= 0]

    def term(self, term: str) -> TermDocs | None:
        """Return the live documents that have a term, or None if there are none."""
        parts: list[list[FieldDocs]] = [[] for _ in FIELDS]
        for reader, base, number in self._segments_of(term):
            live = reader.live
            for field, (docs, freqs) in enumerate(reader.postings.postings(number)):
                if len(docs):
                    if live is not None:
                        kept = live[docs]
                        docs, freqs = docs[kept], freqs[kept]
                    parts[field].append(FieldDocs(docs.astype(np.int64) + base, freqs.astype(np.float64)))
        fields = tuple([_join(part) for part in parts])
        docs = self.union([field.docs for field in fields])
        return TermDocs(docs, fields) if len(docs) else None

    def has(self, term: str) -> bool:
        """Return whether any document, deleted or not, has a term."""
        return bool(self._segments_of(term))

    def frequency(self, term: str) -> int:
        """Return the number of postings of a term in all fields, those of deleted documents included."""
        return sum([reader.postings.count(number) for reader, _, number in self._segments_of(term)])

    def union(self, parts: list[Ids]) -> Ids:
        """Return the documents that are in any of several sorted arrays, in ascending order."""
        full = [part for part in parts if len(part)]
        if len(full) <= 1:
            return full[0] if full else np.empty(0, np.int64)
        if sum(map(len, full)) < self.size >> 4:
            return unique_sorted(np.sort(np.concatenate(full)))
        mask = np.zeros(self.size, bool)
        for part in full:
            mask[part] = True
        return mask.nonzero()[0]

    def positions(self, term: str, field: int) -> Ids:
        """Return the positions of a term in a field of live documents: sorted keys, document × 2^32 + position."""
        keys = [np.empty(0, np.int64)]
        for reader, base, number in self._segments_of(term):
            found = reader.postings.field(number, field)
            docs = np.repeat(found.docs.astype(np.int64), found.freqs)
            key = (docs + base << 32) + found.positions
            keys.append(key if reader.live is None else key[reader.live[docs]])
        return np.concatenate(keys)

    @functools.cached_property
    def oldest_first(self) -> Ids:
        """The place of each document in the order by date, oldest first and undated last, then by id."""
        dates = np.where(self.precisions > 0, self.dates.astype(np.int64), np.iinfo(np.int64).max)
        rank = np.empty(self.size, np.int64)
        # Documents of one day are in the order of ids in either order of dates.
        rank[np.lexsort((self.tie_rank, dates))] = np.arange(self.size)
        return rank

    @functools.cached_property
    def title_rank(self) -> Ids:
        """The place of each document in the order by title, without case and diacritics, then by `tie_rank`."""
        lines = (line for reader in self.segments for _, block in reader.records.blocks() for line in block)
        titles = [fold_word(json.loads(line)["title"]) for line in lines]
        ties = self.tie_rank.tolist()
        rank = np.empty(self.size, np.int64)
        rank[sorted(range(self.size), key=lambda doc: (titles[doc], ties[doc]))] = np.arange(self.size)
        return rank

    @functools.cached_property
    def text_keys(self) -> Keys:
        """A key of the words of each document; texts with the same words in the same order have the same key."""
        lead = FIELDS.index("lead")
        keys = [reader.postings.text_keys(reader.lengths(lead).astype(np.uint64)) for reader in self.segments]
        return np.concatenate([np.empty(0, np.uint64), *keys])

    def prefixed(self, prefix: str, limit: int) -> list[str]:
        """Return the terms of all words that begin with a prefix, sorted; raise LimitExceeded above `limit`."""
        key = form_of(prefix).encode()
        terms = set().union(*[reader.postings.prefixed(key) for reader in self.segments])
        return _limited(terms, f"{prefix}*", limit)

    def within(self, word: str, distance: int, limit: int) -> list[str]:
        """Return the terms of all words within an edit distance, sorted; raise LimitExceeded above `limit`."""
        found = self.words.within(form_of(word), distance)
        return _limited({term_of(form).encode() for _, form in found}, f"{word}~{distance}", limit)

    @functools.cached_property
    def words(self) -> Words:
        """Every word of the index as it is written, searchable by edit distance."""
        forms: set[bytes] = set()
        for reader in self.segments:
            forms.update(reader.postings.lexicon, reader.postings.forms)
        return Words(form.decode() for form in forms)

    def is_form(self, word: str) -> bool:
        """Return whether texts have a word in this form and its term is another."""
        key = word.encode()
        return any(reader.postings.forms.find(key) >= 0 for reader in self.segments)

    def has_forms(self, term: str) -> bool:
        """Return whether texts have a term in other forms than the term itself."""
        found = self._segments_of(term)
        return any(bool((reader.postings.form_terms == number).any()) for reader, _, number in found)

    def facet(self, name: str, tags: Tags = "both") -> FacetOrdinals:
        """Return the values of a facet: all, or only those that were assigned or inferred."""
        found = self._facets.get((name, tags))
        if found is None:
            with self._lock:
                found = self._facets.get((name, tags))
                if found is None:
                    found = self._facets[name, tags] = self._read_facet(name, tags)
        return found

    def _read_facet(self, name: str, tags: Tags) -> FacetOrdinals:
        facet = _FACETS[name]
        if facet.derived:
            return derive_periods(facet, self.dates, self.precisions, self.all_docs)
        columns = [reader.facet(name) for reader in self.segments]
        return join_columns(facet, columns, self.bases, self.all_docs, tags)

    def _place(self, doc: int) -> tuple[SegmentReader, int]:
        for reader, base in zip(self.segments, self.bases, strict=False):
            if doc < base + reader.segment.documents:
                return reader, doc - base
        raise IndexError(doc)

    def id(self, doc: int) -> str:
        """Return the id of a document."""
        reader, number = self._place(doc)
        return reader.ids[number].decode()

    def ids(self, docs: Sequence[int]) -> list[str]:
        """Return the ids of documents, in their order."""
        if len(self.segments) == 1:
            return self.segments[0].ids.decode_at(docs)
        return [self.id(doc) for doc in docs]

    def release(self, doc: int) -> Release:
        """Return the release of a document."""
        reader, number = self._place(doc)
        return reader.records.release(number)

    def find(self, id: str) -> int | None:
        """Return the live document with an id, or None."""
        key = id.encode("utf-8", "surrogatepass")
        for reader, base in zip(self.segments, self.bases, strict=False):
            if (number := reader.find(key)) is not None:
                return base + number
        return None

    def releases(self) -> Iterator[Release]:
        """Yield every release that is not deleted."""
        for doc in self.all_docs.tolist():
            yield self.release(doc)


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
    docs, freqs = zip(*parts, strict=True) if parts else ((), ())
    return FieldDocs(
        np.concatenate([np.empty(0, np.int64), *docs]), np.concatenate([np.empty(0, np.float64), *freqs])
    )
