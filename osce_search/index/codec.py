"""Codec: the arrays of a segment as Whoosh reads them, so that stock Whoosh opens and searches an index.

Text fields come from the postings; the terms of facets, `id` and `date` are worked out from the columns
when Whoosh first asks. It reads only: releases are written by `osce_search.index.writer`.
"""

from __future__ import annotations

import bisect
import datetime as dt
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.errors import OsceSearchError
from osce_search.index.fields import whoosh_schema
from osce_search.index.segment.columns import INDEXED, day_of
from osce_search.index.segment.postings import FIELDS
from osce_search.index.segment.segment_reader import SegmentReader
from osce_search.index.storage.durability import force
from osce_search.index.storage.generation import INDEX_NAME, Generation, Segment

with warnings.catch_warnings():
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh.codec import base
    from whoosh.columns import ColumnReader
    from whoosh.fields import DATETIME
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC
    from whoosh.matching import ListMatcher
    from whoosh.reading import TermInfo, TermNotFound


_READ_ONLY = "this index is written with osce_search.index.writer.IndexWriter, and only read by Whoosh"
Ints = npt.NDArray[Any]


def write_toc(directory: Path, generation: Generation) -> None:
    """Write the table of contents by which Whoosh finds the segments of a generation, durably."""
    segments = [ArraySegment(segment) for segment in generation.segments]
    path = directory / f"_{INDEX_NAME}_{generation.number}.toc"
    # A crash may have left it there, and Whoosh will not write over it.
    path.unlink(missing_ok=True)
    TOC(whoosh_schema(), segments, generation.number).write(FileStorage(str(directory)), INDEX_NAME)
    with path.open("r+b") as file:
        force(file.fileno())


class ArraySegment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment as Whoosh's table of contents keeps it: what the generation file says of it, and no more."""

    def __init__(self, segment: Segment) -> None:
        self.indexname, _, self.segid = segment.name.partition("_")
        self.compound = False
        self.entry = json.dumps(segment.to_json())

    def codec(self) -> ArrayCodec:
        """The codec that reads this segment."""
        return ArrayCodec()

    @property
    def segment(self) -> Segment:
        """The entry of the generation file."""
        return Segment.from_json(json.loads(self.entry))

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self.segment.documents

    def deleted_count(self) -> int:
        """Deleted documents."""
        return self.segment.deleted_count

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Refused: Whoosh only reads."""
        raise OsceSearchError(_READ_ONLY)


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads segments of arrays for Whoosh."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> _Terms:
        """Terms and postings of a segment."""
        return _Terms(SegmentReader(Path(storage.folder), segment.segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> _Documents:
        """Lengths, columns and stored fields of a segment."""
        return _Documents(SegmentReader(Path(storage.folder), segment.segment))

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Refused: Whoosh only reads."""
        raise OsceSearchError(_READ_ONLY)

    field_writer = new_segment = postings_writer = per_document_writer


class _Matcher(ListMatcher):  # type: ignore[misc]
    """Walks through the postings of one term."""

    def __init__(self, docs: list[int], freqs: list[float], positions: Ints | None, **options: Any) -> None:
        super().__init__(docs, weights=freqs, **options)
        self._i: int
        self._positions = positions
        self._ends = np.cumsum(freqs).astype(int).tolist()

    def copy(self) -> _Matcher:
        """A matcher at the same place."""
        return _Matcher(
            self._ids, self._weights, self._positions, position=self._i, format=self._format, scorer=self._scorer,
            term=self._term, terminfo=self._terminfo,
        )  # fmt: skip

    def skip_to(self, id: int) -> None:
        """Go on to the first document from this number on."""
        self._i = bisect.bisect_left(self._ids, id, lo=self._i)

    def value(self) -> bytes:
        """The posting in Whoosh's own encoding."""
        if self._positions is None:
            return b""
        return self._format.encode(self.value_as("positions"))  # type: ignore[no-any-return]

    def value_as(self, astype: str) -> Any:
        """The posting as `positions`, `frequency` or `weight`."""
        if astype == "positions" and self._positions is not None:
            start = self._ends[self._i - 1] if self._i else 0
            return self._positions[start : self._ends[self._i]].tolist()
        if astype in ("frequency", "weight"):
            return self._weights[self._i]
        return super().value_as(astype)


class _Terms(base.TermsReader):  # type: ignore[misc]
    """The terms of a segment, those of text fields from the postings and all others from the columns."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._keyed: dict[str, dict[bytes, list[int]]] = {}
        self._sorted: dict[str, list[bytes]] = {}

    def indexed_field_names(self) -> list[str]:
        return sorted([*FIELDS, *(facet.name for facet in INDEXED), "id", "date"])

    def _keys(self, field: str) -> Mapping[bytes, list[int]]:
        """The documents of each term of a field that is no text."""
        if field not in self._keyed:
            columns = self._reader.columns
            found: dict[bytes, list[int]] = {}
            if field == "id":
                found = {id: [doc] for doc, id in enumerate(columns.ids)}
            elif field == "date":
                found = self._date_keys()
            elif field in {facet.name for facet in INDEXED}:
                column = columns.facet(field)
                owners = np.repeat(np.arange(len(column.counts)), column.counts)
                order = np.argsort(column.ordinals, kind="stable")
                parts = np.split(owners[order], np.cumsum(np.bincount(column.ordinals))[:-1])[1:]
                found = {
                    value.encode(): part.tolist() for value, part in zip(column.values, parts, strict=False)
                }
            self._keyed[field] = found
        return self._keyed[field]

    def _date_keys(self) -> dict[bytes, list[int]]:
        columns, kind = self._reader.columns, DATETIME(sortable=True)
        found: dict[bytes, list[int]] = {}
        dated = np.flatnonzero(columns.precisions)
        dates = columns.dates[dated]
        for days in np.unique(dates):
            docs = dated[dates == days].tolist()
            moment = dt.datetime.combine(day_of(int(days)), dt.time())
            for item in kind.index(moment):
                found.setdefault(item[0], []).extend(docs)
        return {term: sorted(docs) for term, docs in found.items()}

    def _list(self, field: str) -> Sequence[bytes]:
        if field not in self._sorted:
            if field in FIELDS:
                postings, number = self._reader.postings, FIELDS.index(field)
                self._sorted[field] = [
                    term
                    for place, term in enumerate(postings.lexicon)
                    if len(postings.postings(place)[number][0])
                ]
            else:
                self._sorted[field] = sorted(self._keys(field))
        return self._sorted[field]

    def _find(self, field: str, term: bytes) -> tuple[list[int], list[float], Ints | None] | None:
        if field in FIELDS:
            place = self._reader.postings.lexicon.find(term)
            if place < 0:
                return None
            found = self._reader.postings.field(place, FIELDS.index(field))
            if not len(found.docs):
                return None
            return found.docs.tolist(), found.freqs.astype(float).tolist(), found.positions
        docs = self._keys(field).get(term)
        return None if docs is None else (docs, [1.0] * len(docs), None)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((field, term) for field in self.indexed_field_names() for term in self._list(field))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            if field < fieldname:
                continue
            terms = self._list(field)
            start = bisect.bisect_left(terms, prefix) if field == fieldname else 0
            yield from ((field, term) for term in terms[start:])

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((key, self.term_info(*key)) for key in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((key, self.term_info(*key)) for key in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self, fieldname, self._list(fieldname), fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        docs, freqs, _ = found
        least = most = 1
        if fieldname in FIELDS:
            lengths = self._reader.columns.lengths(FIELDS.index(fieldname))[docs]
            least, most = int(lengths.min()), int(lengths.max())
        return TermInfo(sum(freqs), len(docs), least, most, max(freqs), docs[0], docs[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        found = self._find(fieldname, text)
        return sum(found[1]) if found else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self._find(fieldname, text)
        return len(found[0]) if found else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> _Matcher:
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        docs, freqs, positions = found
        info = self.term_info(fieldname, text)
        return _Matcher(
            docs, freqs, positions, format=format_, scorer=scorer, term=(fieldname, text), terminfo=info
        )

    def close(self) -> None:
        """The files are let go with the object."""


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    """A place in the terms of a field, for fuzzy questions."""

    def __init__(self, terms: _Terms, field: str, listed: Sequence[bytes], fieldobj: Any) -> None:
        self._terms, self._field, self._list, self._object = terms, field, listed, fieldobj
        self._place = 0

    def first(self) -> Any:
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        self._place = bisect.bisect_left(
            self._list, term if isinstance(term, bytes) else self._object.to_bytes(term)
        )
        return self.text()

    def next(self) -> Any:
        self._place += 1
        return self.text()

    def text(self) -> Any:
        return self._object.from_bytes(self._list[self._place]) if self.is_valid() else None

    def term_info(self) -> Any:
        return self._terms.term_info(self._field, self._list[self._place]) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._place < len(self._list)


class _Documents(base.PerDocumentReader):  # type: ignore[misc]
    """What a segment knows of its documents by their numbers."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader

    def close(self) -> None:
        """The files are let go with the object."""

    def doc_count(self) -> int:
        return self._reader.segment.live

    def doc_count_all(self) -> int:
        return self._reader.segment.documents

    def has_deletions(self) -> bool:
        return self._reader.live is not None

    def is_deleted(self, docnum: int) -> bool:
        live = self._reader.live
        return live is not None and not live[docnum]

    def deleted_docs(self) -> list[int]:
        deleted = self._reader.deleted
        return [] if deleted is None else deleted.tolist()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in ("id", "date")

    def list_columns(self) -> list[str]:
        return ["id", "date"]

    def column_reader(self, fieldname: str, column: Any) -> _Column:
        columns = self._reader.columns
        if fieldname == "id":
            return _Column(list(columns.ids), b"", b"")
        # Microseconds since year 1, as Whoosh counts them.
        epoch = (dt.datetime(1970, 1, 1) - dt.datetime(1, 1, 1)) // dt.timedelta(microseconds=1)
        day = 24 * 3600 * 1_000_000
        dates = zip(columns.dates.tolist(), columns.precisions.tolist(), strict=True)
        default = column.default_value()
        values = [epoch + days * day if precision else default for days, precision in dates]
        return _Column(values, default, column.default_value(True))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in FIELDS:
            return default
        return int(self._reader.columns.lengths(FIELDS.index(fieldname))[docnum])

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min(initial=1 << 30))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max(initial=0))

    def _lengths(self, fieldname: str) -> Ints:
        if fieldname not in FIELDS:
            return np.zeros(0, np.int64)
        return self._reader.columns.lengths(FIELDS.index(fieldname)).astype(np.int64)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"id": self._reader.columns.ids[docnum].decode()}


class _Column(ColumnReader):  # type: ignore[misc]
    """A column in memory; missing values come last in either order."""

    def __init__(self, values: list[Any], default: Any, reverse_default: Any) -> None:
        self._values, self._default, self._reverse = values, default, reverse_default

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def sort_key(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def load(self) -> list[Any]:
        return self._values

    def set_reverse(self) -> None:
        self._values = [self._reverse if value == self._default else value for value in self._values]
