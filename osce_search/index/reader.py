"""Reader: segments on disk → one snapshot of arrays, as scoring and counting need them.

A snapshot numbers all documents of all segments from 0 on, deleted ones included but never answered, and
hides how many segments there are: an index of many small ones gives the same numbers as one that was
merged.
"""

from __future__ import annotations

import functools
import itertools
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, LimitExceeded
from osce_search.index.analyzer import fold, form_of, term_of
from osce_search.index.arrays import ArrayReader
from osce_search.index.columns import tie_rank
from osce_search.index.distance import Words
from osce_search.index.generation import Generation, read_generation
from osce_search.index.neighbours import Neighbours, read_neighbours
from osce_search.index.postings import FIELDS
from osce_search.index.segment import SegmentReader
from osce_search.release import Release
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

__all__ = [
    "FacetValues",
    "FieldDocs",
    "Snapshot",
    "TermDocs",
    "distinct",
    "open_snapshot",
    "places_of_runs",
    "starts_of_runs",
]

_TRIES = 20
Tags = Literal["assigned", "inferred", "both"]
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


class FacetValues(NamedTuple):
    """The values of a facet over all documents.

    `values[v - 1]` is the value of ordinal v, and `ordinals` the way back. A value that has a parent counts
    for the parent as well. `first` has each document's first ordinal, 0 for none; documents with more have
    the others in `more_ordinals`, with `more_docs` saying whose. `totals[v]` counts the live documents of
    ordinal v, `totals[0]` those without a value. `parents[v]` is the ordinal of the value above v and `depths[v]` how
    many there are above it; both are None where no value has one.
    """

    values: tuple[str, ...]
    ordinals: Mapping[str, int]
    first: Ids
    more_docs: Ids
    more_ordinals: Ids
    totals: Ids
    parents: Ids | None = None
    depths: Ids | None = None

    def mask(self, ordinals: set[int]) -> Mask:
        """Which documents have at least one of these ordinals; 0 stands for no value."""
        wanted = self._among(ordinals)
        mask = wanted[self.first]
        mask[self.more_docs[wanted[self.more_ordinals]]] = True
        return mask

    def mask_all(self, ordinals: set[int]) -> Mask:
        """Which documents have every one of these ordinals; 0 stands for no value."""
        wanted = self._among(ordinals)
        found = wanted[self.first].astype(np.int64)
        found += np.bincount(self.more_docs[wanted[self.more_ordinals]], minlength=len(found))
        mask: Mask = found == len(ordinals)
        return mask

    def _among(self, ordinals: set[int]) -> Mask:
        wanted = np.zeros(len(self.values) + 1, bool)
        wanted[list(ordinals)] = True
        return wanted

    def above(self, ordinal: int) -> list[int]:
        """The ordinals above one, the highest first."""
        found: list[int] = []
        while self.parents is not None and (ordinal := int(self.parents[ordinal])):
            found.insert(0, ordinal)
        return found


def distinct(ordered: Ids) -> Ids:
    """The distinct values of a sorted array.

    NumPy's own `unique` loads its masked arrays first, which costs a cold process a fifth of its time.
    """
    return ordered[starts_of_runs(ordered)]


def starts_of_runs(ordered: Ids) -> Ids:
    """Where each run of equal values of a sorted array begins."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new.nonzero()[0]


def places_of_runs(begins: Ids, lengths: Ids) -> Ids:
    """The numbers from each of `begins` on, so many as `lengths` says, one run after the other.

    >>> places_of_runs(np.array([4, 0]), np.array([2, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    if not len(lengths):
        return np.empty(0, np.int64)
    ends = lengths.cumsum()
    places: Ids = np.arange(ends[-1]) + (begins - ends + lengths).repeat(lengths)
    return places


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
            return distinct(np.sort(np.concatenate(full)))
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
        from osce_search.index.texts import text_keys

        nothing = np.empty(0, np.uint64)
        return np.concatenate([nothing, *map(text_keys, self.segments)])

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
                    found = (
                        self._derive_facet(name) if facet_of(name).derived else self._read_facet(name, tags)
                    )
                    self._facets[name, tags] = found
        return found

    def _read_facet(self, name: str, tags: Tags) -> FacetValues:
        columns = [reader.columns.facet(name) for reader in self.segments]
        lineage = _lineages(name, {value for column in columns for value in column.values})
        values = tuple(sorted({value for line in lineage.values() for value in line}))
        number = {value: place for place, value in enumerate(values, 1)}
        docs, ordinals = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for column, base in zip(columns, self.bases, strict=False):
            owners = np.repeat(np.arange(base, base + len(column.counts)), column.counts)
            own = column.ordinals
            if tags != "both":
                kept = column.inferred == (tags == "inferred")
                owners, own = owners[kept], own[kept]
            for level in range(max((len(lineage[value]) for value in column.values), default=0)):
                lines = [lineage[value] for value in column.values]
                table = np.array(
                    [0, *(number[line[level]] if level < len(line) else 0 for line in lines)], np.int64
                )
                reached = table[own]
                docs.append(owners[reached > 0])
                ordinals.append(reached[reached > 0])
        # Siblings share a parent, which counts once; sorting brings a document's values together.
        key = distinct(np.sort(np.concatenate(docs) * (len(values) + 1) + np.concatenate(ordinals)))
        doc, ordinal = np.divmod(key, len(values) + 1)
        lead = np.ones(len(doc), bool)
        lead[1:] = doc[1:] != doc[:-1]
        first = np.zeros(self.size, np.int64)
        first[doc[lead]] = ordinal[lead]
        return self._facet_values(values, first, doc[~lead], ordinal[~lead], lineage)

    def _derive_facet(self, name: str) -> FacetValues:
        unit, least = ("Y", 1) if name == "year" else ("M", 2)
        known = self.precisions >= least
        days = self.dates[known].astype("datetime64[D]")
        periods = days.astype(f"datetime64[{unit}]").astype(np.int64)
        values = distinct(np.sort(periods))
        first = np.zeros(self.size, np.int64)
        first[known] = values.searchsorted(periods) + 1
        labels = tuple(str(period) for period in values.astype(f"datetime64[{unit}]"))
        nothing = np.empty(0, np.int64)
        return self._facet_values(labels, first, nothing, nothing)

    def _facet_values(
        self,
        values: tuple[str, ...],
        first: Ids,
        more_docs: Ids,
        more_ordinals: Ids,
        lineage: Mapping[str, tuple[str, ...]] | None = None,
    ) -> FacetValues:
        if self.live is not None:
            kept = self.live[more_docs]
            more_docs, more_ordinals = more_docs[kept], more_ordinals[kept]
        totals = np.bincount(first[self.all_docs], minlength=len(values) + 1)
        totals += np.bincount(more_ordinals, minlength=len(values) + 1)
        ordinals = {value: number for number, value in enumerate(values, 1)}
        parents = depths = None
        if lineage and any(len(line) > 1 for line in lineage.values()):
            parents, depths = np.zeros((2, len(values) + 1), np.int64)
            for line in lineage.values():
                for place, (value, above) in enumerate(itertools.pairwise(line)):
                    parents[ordinals[value]] = ordinals[above]
                    depths[ordinals[value]] = len(line) - 1 - place
        return FacetValues(values, ordinals, first, more_docs, more_ordinals, totals, parents, depths)

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


def _lineages(name: str, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each value with its ancestors, itself first."""
    table = facet_of(name).vocabulary
    if table is None:
        return {value: (value,) for value in values}
    known = vocabulary(table)
    return {value: (value, *(term.value for term in known.ancestors(value))) for value in values}


def _join(parts: list[FieldDocs]) -> FieldDocs:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return FieldDocs(np.empty(0, np.int64), np.empty(0))
    return FieldDocs(np.concatenate([p.docs for p in parts]), np.concatenate([p.freqs for p in parts]))
