"""Stock Whoosh 2.7.4: its own schema, writer, parser, scoring and facets."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.peers import Answer, Record
from benchmarks.questions import Ask

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escape sequences in regular expressions.
    warnings.simplefilter("ignore")
    import whoosh
    from whoosh import fields, index, qparser, query, sorting
    from whoosh.analysis import StemmingAnalyzer

__all__ = ["Whoosh"]

_MEMORY = 256
_Raw = tuple[list[str], int, dict[str, dict[Any, int]]]


class Whoosh:
    """Whoosh with one open searcher. Facets use `groupedby`, which counts a document once for each of its values."""

    name = "Whoosh"
    searcher: Any

    def version(self) -> str:
        """Return the version of the distribution."""
        return ".".join(map(str, whoosh.__version__))

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records with the stock writer, in one segment."""
        schema = fields.Schema(
            id=fields.ID(stored=True, unique=True),
            # The analyzer is fastest with an unbounded cache of stems.
            text=fields.TEXT(analyzer=StemmingAnalyzer(cachesize=-1), stored=True),
            country=fields.KEYWORD(commas=True, stored=True),
            field=fields.KEYWORD(commas=True, stored=True),
            source=fields.KEYWORD(commas=True, stored=True),
            year=fields.ID(stored=True, sortable=True),
            date=fields.DATETIME(stored=True, sortable=True),
        )
        writer = index.create_in(directory, schema).writer(limitmb=_MEMORY)
        for record in records:
            date = record.get("date")
            writer.add_document(
                id=record["id"],
                text=f"{record['title']}\n{record['text']}",
                date=dt.datetime.fromisoformat(date) if date else None,
                year=date[:4] if date else None,
                **{name: ",".join(record.get(name, ())) for name in ("country", "field", "source")},
            )
        writer.commit(optimize=True)

    def open(self, directory: Path) -> None:
        """Open the index and keep one searcher."""
        self.searcher = index.open_dir(directory).searcher()

    def can(self, ask: Ask) -> bool:
        """Return True: it supports all queries."""
        return True

    def prepare(self, ask: Ask) -> Callable[[], _Raw]:
        """Return a function of one search with all filters, and one more for each facet with a filter."""
        schema = self.searcher.schema
        group = qparser.OrGroup if ask.match == "any" else qparser.AndGroup
        parse, text = qparser.QueryParser("text", schema, group=group).parse, _text(ask)
        narrow = {name: query.Or([query.Term(name, v) for v in values]) for name, values in ask.filters}
        dated = []
        if ask.since and ask.until:
            first, last = (dt.datetime.combine(day, dt.time()) for day in (ask.since, ask.until))
            dated = [query.DateRange("date", first, last)]
        filtered = [name for name in ask.facets if name in narrow]
        together = _facets(name for name in ask.facets if name not in narrow)
        alone = [
            (name, [q for other, q in narrow.items() if other != name], _facets([name])) for name in filtered
        ]
        search = self.searcher.search

        def answer() -> _Raw:
            parsed = parse(text)
            results = search(
                parsed,
                limit=10,
                filter=_and([*dated, *narrow.values()]),
                groupedby=together,
                maptype=sorting.Count,
            )
            ids = [hit["id"] for hit in results]
            counts = {name: results.groups(name) for name in ask.facets if name not in narrow}
            for name, others, facets in alone:
                found = search(
                    parsed, limit=1, filter=_and([*dated, *others]), groupedby=facets, maptype=sorting.Count
                )
                counts[name] = found.groups(name)
            return ids, len(results), counts

        return answer

    def read(self, raw: Any) -> Answer:
        """Return the ten most frequent values; None stands for no value."""
        ids, total, found = raw
        counts = {}
        for name, values in found.items():
            pairs = sorted((-many, value) for value, many in values.items() if value is not None)
            counts[name] = {value: -many for many, value in pairs[:10]}
        return Answer(tuple(ids), total, counts)

    def forget(self) -> None:
        """Clear the cached filters of the searcher."""
        self.searcher._filter_to_comb.clear() if hasattr(self.searcher, "_filter_to_comb") else None


def _facets(names: Iterable[str]) -> Any:
    facets = sorting.Facets()
    for name in names:
        facets.add_field(name, allow_overlap=name != "year")
    return facets if facets.facets else None


def _and(queries: list[Any]) -> Any:
    return query.And(queries) if len(queries) > 1 else queries[0] if queries else None


def _text(ask: Ask) -> str:
    if ask.boolean is not None:
        parts = ["(" + " OR ".join(ask.boolean.any) + ")", *ask.boolean.all]
        return " AND ".join(parts) + "".join(f" AND NOT {word}" for word in ask.boolean.none)
    text = " ".join(ask.words)
    return f'"{text}"' if ask.match == "phrase" else text
