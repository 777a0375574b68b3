"""osce-search through its public names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import osce_search
from benchmarks.peers import Answer, Record
from benchmarks.questions import Ask
from osce_search.backends.handle import Index
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from osce_search.results import Bucket

__all__ = ["FastOsceSearch", "OsceSearch"]

_Raw = tuple[int, list[str], dict[str, tuple[Bucket, ...]]]


class OsceSearch:
    """osce-search with one open index."""

    name = "osce-search"
    profile = "default"
    index: Index

    def version(self) -> str:
        """Return the version of the package."""
        return osce_search.__version__

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records with the same writer as the command line."""
        with IndexWriter(directory) as writer:
            for record in records:
                writer.add(Release.from_record(record))
            writer.commit(optimize=True)

    def open(self, directory: Path) -> None:
        """Open the index."""
        self.index = osce_search.open_index(directory)

    def can(self, ask: Ask) -> bool:
        """Return True: it supports all queries."""
        return True

    def prepare(self, ask: Ask) -> Callable[[], _Raw]:
        """Return a function that searches for the text of the query."""
        search, text = self.index.search, _text(ask)
        operator: Literal["all", "any"] = "any" if ask.match == "any" else "all"
        filters = {name: list(values) for name, values in ask.filters}
        facets, profile = ask.facets, self.profile

        def answer() -> _Raw:
            results = search(
                text,
                operator=operator,
                filters=filters,
                since=ask.since,
                until=ask.until,
                facets=facets,
                profile=profile,
            )
            counts = {name: results.facets[name].buckets for name in facets}
            return results.total, [hit.id for hit in results.hits], counts

        return answer

    def read(self, raw: Any) -> Answer:
        """Convert Results to an Answer. Buckets also list chosen values, so there may be more than ten."""
        total, ids, facets = raw
        counts = {name: {item.value: item.count for item in buckets} for name, buckets in facets.items()}
        return Answer(tuple(ids), total, counts)

    def forget(self) -> None:
        """Clear the cached postings and masks of earlier queries."""
        self.index.backend.searcher.forget()


class FastOsceSearch(OsceSearch):
    """osce-search with the profile `fast`, which ranks by words alone, like the peers."""

    name = "fast profile"
    profile = "fast"


def _text(ask: Ask) -> str:
    if ask.boolean is not None:
        parts = [" OR ".join(ask.boolean.any)]
        if len(ask.boolean.any) > 1:
            parts[0] = f"({parts[0]})"
        parts.extend(ask.boolean.all)
        return " AND ".join(parts) + "".join(f" AND NOT {word}" for word in ask.boolean.none)
    text = " ".join(ask.words)
    return f'"{text}"' if ask.match == "phrase" else text
