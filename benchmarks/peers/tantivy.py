"""tantivy: one process, one searcher kept, one segment; facets by terms aggregations over fast fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.peers import Answer, Record
from benchmarks.questions import Ask

__all__ = ["PlainTantivy", "Tantivy"]

_HEAP = 256_000_000
_FACETS = ("country", "field", "source", "year")
_Raw = tuple[int | None, list[Any], Mapping[str, Any]]


class Tantivy:
    """tantivy with title and text in one field, its fastest form: each word is searched once.

    Ids are read from a fast field of numbers, and where facets are counted the number of hits is taken from their
    counts, so that the search itself may leave out blocks that cannot reach the top.
    """

    name = "tantivy"
    fields: tuple[str, ...] = ("text",)
    index: tantivy.Index
    searcher: tantivy.Searcher

    def version(self) -> str:
        """Return the version of the Python package."""
        return metadata.version("tantivy")

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records with one thread into one segment, stored fields and positions included."""
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True, indexed=True, fast=True)
        for name in self.fields:
            builder.add_text_field(name, stored=True, tokenizer_name="en_stem", index_option="position")
        for name in _FACETS:
            builder.add_text_field(name, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_date_field("date", stored=True, indexed=True, fast=True)
        index = tantivy.Index(builder.build(), path=str(directory))
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for record in records:
            writer.add_document(self._document(record))
        writer.commit()
        writer.wait_merging_threads()

    def _document(self, record: Record) -> tantivy.Document:
        document = tantivy.Document()
        document.add_unsigned("number", int(record["id"]))
        self._add_text(document, record)
        for name in ("country", "field", "source"):
            for value in record.get(name, ()):
                document.add_text(name, value)
        if "date" in record:
            document.add_text("year", record["date"][:4])
            document.add_date("date", _instant(dt.date.fromisoformat(record["date"])))
        return document

    def _add_text(self, document: tantivy.Document, record: Record) -> None:
        document.add_text("text", f"{record['title']}\n{record['text']}")

    def open(self, directory: Path) -> None:
        """Open the index and keep one searcher."""
        self.index = tantivy.Index.open(str(directory))
        self.searcher = self.index.searcher()

    def can(self, ask: Ask) -> bool:
        """Return True: it supports all queries."""
        return True

    def prepare(self, ask: Ask) -> Callable[[], _Raw]:
        """Return a function of one search for the top, and one call for the counts under each set of filters.

        Values are alternatives of term queries: measured, a term set query takes three times as long, and filter
        aggregations in a single call a fifth longer.
        """
        schema = self.index.schema
        dated = [_between(schema, ask.since, ask.until)] if ask.since and ask.until else []
        narrow = {name: _any_of(schema, name, values) for name, values in ask.filters}
        groups = _groups(ask)
        parse, text, fields = self.index.parse_query, _text(ask), list(self.fields)
        every = ask.match != "any"
        search, ids_of, aggregate = self.searcher.search, self._ids, self.searcher.aggregate
        count = self._counts(ask)

        def answer() -> _Raw:
            query = parse(text, fields, conjunction_by_default=every)
            found = search(_all_of(query, [*dated, *narrow.values()]), 10, count=count)
            ids = ids_of([address for _, address in found.hits])
            counts: dict[str, Any] = {}
            for names, wanted in groups:
                counts |= aggregate(_all_of(query, [*dated, *(narrow[name] for name in names)]), wanted)
            # The type stub lacks `count`.
            return found.count if count else None, ids, counts  # type: ignore[attr-defined]

        return answer

    def _counts(self, ask: Ask) -> bool:
        """Return whether the search itself has to count its hits."""
        return ask.total and not ask.facets

    def _ids(self, addresses: list[tantivy.DocAddress]) -> list[Any]:
        return self.searcher.fast_field_values("number", addresses)

    def read(self, raw: Any) -> Answer:
        """Return the number of hits, as the sum of the counts of years: every record has exactly one year."""
        total, ids, found = raw
        counts = {
            name: {bucket["key"]: bucket["doc_count"] for bucket in entry["buckets"]}
            for name, entry in found.items()
        }
        if "year" in found:
            total = sum(counts["year"].values()) + found["year"]["sum_other_doc_count"]
        return Answer(tuple(str(id) for id in ids), total, counts)

    def forget(self) -> None:
        """Do nothing: there are no caches of answers."""


class PlainTantivy(Tantivy):
    """tantivy as its documentation shows it: title and text in two fields, counted hits, ids from stored fields."""

    name = "tantivy, plain"
    fields = ("title", "text")

    def _add_text(self, document: tantivy.Document, record: Record) -> None:
        document.add_text("title", record["title"])
        document.add_text("text", record["text"])

    def _counts(self, ask: Ask) -> bool:
        """Return True, the default of `search`."""
        return True

    def _ids(self, addresses: list[tantivy.DocAddress]) -> list[Any]:
        return [self.searcher.doc(address)["number"][0] for address in addresses]


def _instant(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _all_of(query: tantivy.Query, narrow: Sequence[tantivy.Query]) -> tantivy.Query:
    if not narrow:
        return query
    must = tantivy.Occur.Must
    return tantivy.Query.boolean_query([(must, query), *((must, item) for item in narrow)])


def _any_of(schema: tantivy.Schema, name: str, values: Iterable[str]) -> tantivy.Query:
    terms = [tantivy.Query.term_query(schema, name, value, index_option="basic") for value in values]
    either = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
    return tantivy.Query.const_score_query(either, 0.0)


def _between(schema: tantivy.Schema, since: dt.date, until: dt.date) -> tantivy.Query:
    query = tantivy.Query.range_query(
        schema, "date", tantivy.FieldType.Date, lower_bound=_instant(since), upper_bound=_instant(until)
    )
    return tantivy.Query.const_score_query(query, 0.0)


def _groups(ask: Ask) -> list[tuple[list[str], dict[str, Any]]]:
    """Return the terms aggregations of the facets, with the names of the filters that apply to each."""
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for name in ask.facets:
        others = tuple(other for other, _ in ask.filters if other != name)
        groups.setdefault(others, {})[name] = {"terms": {"field": name, "size": 10}}
    return [(list(others), wanted) for others, wanted in groups.items()]


def _text(ask: Ask) -> str:
    if ask.boolean is not None:
        parts = [f"+({' OR '.join(ask.boolean.any)})"]
        parts += [f"+{word}" for word in ask.boolean.all]
        parts += [f"-{word}" for word in ask.boolean.none]
        return " ".join(parts)
    text = " ".join(ask.words)
    return f'"{text}"' if ask.match == "phrase" else text
