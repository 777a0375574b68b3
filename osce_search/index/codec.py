"""Codec: the arrays of a segment as Whoosh reads them, so stock Whoosh opens and searches an index.

Text fields come from the postings. The terms of facets, `id` and `date` are computed from the columns when Whoosh first
asks for them. The codec only reads; `osce_search.index.writer` writes. Whoosh pickles the name of this module and of
`ArraySegment` into tables of contents, so they must not be renamed.
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
from osce_search.index.segment.columns import INDEXED, SegmentReader, day_of
from osce_search.index.segment.postings import FIELDS
from osce_search.index.storage.arrays import Stamp
from osce_search.index.storage.durability import force
from osce_search.index.storage.generation import INDEX_NAME, Generation, Segment, stamp_file

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

_READ_ONLY = "Whoosh only reads this index; write it with osce_search.index.writer.IndexWriter"
_FACETS = tuple(facet.name for facet in INDEXED)
Ids = npt.NDArray[Any]


def write_toc(directory: Path, generation: Generation) -> Stamp:
    """Write Whoosh's table of contents of a generation, durably, and return its stamp."""
    segments = [ArraySegment(segment) for segment in generation.segments]
    path = directory / generation.toc_name
    # Whoosh refuses to overwrite a file that a crash left behind.
    path.unlink(missing_ok=True)
    TOC(whoosh_schema(), segments, generation.number).write(FileStorage(str(directory)), INDEX_NAME)
    with path.open("r+b") as file:
        force(file.fileno())
    return stamp_file(path)


class ArraySegment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment in Whoosh's table of contents: its entry in the generation file."""

    def __init__(self, segment: Segment) -> None:
        self.indexname, _, self.segid = segment.name.partition("_")
        self.compound = False
        self.entry = json.dumps(segment.to_json())

    def codec(self) -> ArrayCodec:
        """Return the codec that reads this segment."""
        return ArrayCodec()

    @property
    def segment(self) -> Segment:
        """The segment as the generation file describes it."""
        return Segment.from_json(json.loads(self.entry))

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self.segment.documents

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return self.segment.deleted_count

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Raise OsceSearchError: Whoosh only reads."""
        raise OsceSearchError(_READ_ONLY)


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads segments of arrays for Whoosh."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> _Terms:
        """Return the reader of terms and postings."""
        return _Terms(SegmentReader(Path(storage.folder), segment.segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> _Documents:
        """Return the reader of lengths, columns and stored fields."""
        return _Documents(SegmentReader(Path(storage.folder), segment.segment))

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Raise OsceSearchError: Whoosh only reads."""
        raise OsceSearchError(_READ_ONLY)

    field_writer = new_segment = postings_writer = per_document_writer


class _Matcher(ListMatcher):  # type: ignore[misc]
    """Iterates over the postings of one term."""

    def __init__(self, docs: list[int], freqs: list[float], positions: Ids | None, **options: Any) -> None:
        super().__init__(docs, weights=freqs, **options)
        self._i: int
        self._positions = positions
        self._ends = np.cumsum(freqs).astype(int).tolist()

    def copy(self) -> _Matcher:
        """Return a matcher at the same place."""
        return _Matcher(
            self._ids, self._weights, self._positions, position=self._i, format=self._format, scorer=self._scorer,
            term=self._term, terminfo=self._terminfo,
        )  # fmt: skip

    def skip_to(self, id: int) -> None:
        """Advance to the first document with at least this number."""
        self._i = bisect.bisect_left(self._ids, id, lo=self._i)

    def value(self) -> bytes:
        """Return the posting in Whoosh's own encoding."""
        return b"" if self._positions is None else self._format.encode(self.value_as("positions"))

    def value_as(self, astype: str) -> Any:
        """Return the posting as `positions`, `frequency` or `weight`."""
        if astype == "positions" and self._positions is not None:
            start = self._ends[self._i - 1] if self._i else 0
            return self._positions[start : self._ends[self._i]].tolist()
        if astype in ("frequency", "weight"):
            return self._weights[self._i]
        return super().value_as(astype)


class _Terms(base.TermsReader):  # type: ignore[misc]
    """The terms of a segment: those of text fields from the postings, all others from the columns."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._keyed: dict[str, dict[bytes, list[int]]] = {}
        self._sorted: dict[str, list[bytes]] = {}

    def indexed_field_names(self) -> list[str]:
        return sorted([*FIELDS, *_FACETS, "id", "date"])

    def _keys(self, field: str) -> Mapping[bytes, list[int]]:
        """Map each term of a field that is not a text field to its documents."""
        if field not in self._keyed:
            found: dict[bytes, list[int]] = {}
            if field == "id":
                found = {id: [doc] for doc, id in enumerate(self._reader.ids)}
            elif field == "date":
                found = self._date_keys()
            elif field in _FACETS:
                column = self._reader.facet(field)
                owners = np.repeat(np.arange(len(column.counts)), column.counts)
                ends = np.cumsum(np.bincount(column.ordinals))
                docs = np.split(owners[np.argsort(column.ordinals, kind="stable")], ends[:-1])[1:]
                found = {
                    value.encode(): part.tolist() for value, part in zip(column.values, docs, strict=False)
                }
            self._keyed[field] = found
        return self._keyed[field]

    def _date_keys(self) -> dict[bytes, list[int]]:
        kind = DATETIME(sortable=True)
        found: dict[bytes, list[int]] = {}
        dated = np.flatnonzero(self._reader.columns.array("precisions"))
        dates = self._reader.columns.array("dates")[dated]
        for days in np.unique(dates):
            docs = dated[dates == days].tolist()
            moment = dt.datetime.combine(day_of(int(days)), dt.time())
            for item in kind.index(moment):
                found.setdefault(item[0], []).extend(docs)
        return {term: sorted(docs) for term, docs in found.items()}

    def _list(self, field: str) -> Sequence[bytes]:
        if field not in self._sorted:
            if field in FIELDS:
                postings = self._reader.postings
                used = postings.frequencies()[0][:, FIELDS.index(field)] > 0
                terms = [term for term, is_used in zip(postings.lexicon, used, strict=True) if is_used]
            else:
                terms = sorted(self._keys(field))
            self._sorted[field] = terms
        return self._sorted[field]

    def _find(self, field: str, term: bytes) -> tuple[list[int], list[float], Ids | None] | None:
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

    def _require(self, field: str, term: bytes) -> tuple[list[int], list[float], Ids | None]:
        found = self._find(field, term)
        if found is None:
            raise TermNotFound(f"{field}:{term!r}")
        return found

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            if field >= fieldname:
                terms = self._list(field)
                start = bisect.bisect_left(terms, prefix) if field == fieldname else 0
                yield from ((field, term) for term in terms[start:])

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((key, self.term_info(*key)) for key in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self, fieldname, self._list(fieldname), fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        docs, freqs, _ = self._require(fieldname, text)
        shortest = longest = 1
        if fieldname in FIELDS:
            lengths = self._reader.lengths(FIELDS.index(fieldname))[docs]
            shortest, longest = int(lengths.min()), int(lengths.max())
        return TermInfo(sum(freqs), len(docs), shortest, longest, max(freqs), docs[0], docs[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        found = self._find(fieldname, text)
        return sum(found[1]) if found else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self._find(fieldname, text)
        return len(found[0]) if found else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> _Matcher:
        docs, freqs, positions = self._require(fieldname, text)
        info = self.term_info(fieldname, text)
        return _Matcher(
            docs, freqs, positions, format=format_, scorer=scorer, term=(fieldname, text), terminfo=info
        )


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    """A place in the terms of a field, for fuzzy queries."""

    def __init__(self, terms: _Terms, field: str, listed: Sequence[bytes], fieldobj: Any) -> None:
        self._terms, self._field, self._list, self._object = terms, field, listed, fieldobj
        self._place = 0

    def first(self) -> Any:
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        key = term if isinstance(term, bytes) else self._object.to_bytes(term)
        self._place = bisect.bisect_left(self._list, key)
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
    """The columns of a segment."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader

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
        return fieldname in self.list_columns()

    def list_columns(self) -> list[str]:
        return ["id", "date"]

    def column_reader(self, fieldname: str, column: Any) -> _Column:
        if fieldname == "id":
            return _Column(list(self._reader.ids), b"", b"")
        # Whoosh counts microseconds from year 1.
        epoch = (dt.datetime(1970, 1, 1) - dt.datetime(1, 1, 1)) // dt.timedelta(microseconds=1)
        day = 24 * 3600 * 1_000_000
        dates = zip(
            *(self._reader.columns.array(name).tolist() for name in ("dates", "precisions")), strict=True
        )
        default = column.default_value()
        values = [epoch + days * day if precision else default for days, precision in dates]
        return _Column(values, default, column.default_value(True))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths(fieldname)[docnum]) if fieldname in FIELDS else default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min(initial=1 << 30))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max(initial=0))

    def _lengths(self, fieldname: str) -> Ids:
        if fieldname not in FIELDS:
            return np.zeros(0, np.int64)
        return self._reader.lengths(FIELDS.index(fieldname)).astype(np.int64)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"id": self._reader.ids[docnum].decode()}


class _Column(ColumnReader):  # type: ignore[misc]
    """A column in memory. Missing values come last in ascending and in descending order."""

    def __init__(self, values: list[Any], default: Any, reverse_default: Any) -> None:
        self._values, self._default, self._reverse = values, default, reverse_default

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def set_reverse(self) -> None:
        self._values = [self._reverse if value == self._default else value for value in self._values]
