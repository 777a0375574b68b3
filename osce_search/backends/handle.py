"""Handle: typed words and plain arguments → Query → the answer of a back end."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Literal

from osce_search.backends.local import LocalBackend
from osce_search.errors import QueryError, UnknownValue
from osce_search.parser import parse, parse_range
from osce_search.query import MISSING, Collapse, FacetRequest, Filter, Query, Sort, Tags
from osce_search.release import Release
from osce_search.results import Results
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

__all__ = ["MAX_FILTERS", "Index"]

MAX_FILTERS = 1000
"""Values that all filters of a question may name together."""

Filters = Mapping[str, str | Sequence[str]] | Iterable[Filter] | None
Day = dt.date | str | None


class Index:
    """An index that answers questions; safe to share between threads, and a context manager.

    It answers from the state that was current when it was opened, until `refresh`.
    """

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend

    @property
    def backend(self) -> LocalBackend:
        """The back end that answers."""
        return self._backend

    @property
    def fingerprint(self) -> str:
        """A name for the releases in the index, the same wherever and in whatever order they were indexed."""
        return self._backend.snapshot.generation.fingerprint

    @property
    def generation(self) -> int:
        """The number of the state that is answered from."""
        return self._backend.snapshot.generation.number

    def search(
        self,
        text: str = "",
        *,
        filters: Filters = None,
        since: Day = None,
        until: Day = None,
        facets: Sequence[str | FacetRequest] = (),
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        profile: str = "default",
        operator: Literal["all", "any"] = "all",
        strict: bool = False,
        expand: bool = True,
        explain: bool = False,
        tags: Tags = "both",
        collapse: Collapse = "none",
    ) -> Results:
        """The releases that match, the best `limit` of them from `offset` on, and the counts of `facets`.

        `text` is in the language of docs/query.md. `filters` gives values by facet: releases need one of them
        in each facet. A value is a slug or a code; a label or an alias will do. `since` and `until` are dates or
        ISO texts such as "2015" and "2015-06", both included. `limit` None answers all. Raises QueryError for
        what cannot be read as asked: an unknown facet, an impossible date, a limit passed.
        """
        reading = parse(text, operator=operator, strict=strict)
        return self.ask(
            Query(
                tree=reading.tree,
                text=text,
                filters=read_filters(filters) if filters else (),
                since=read_day(since, 0) if since else None,
                until=read_day(until, 1) if until else None,
                facets=tuple([read_facet(item) for item in facets]),
                limit=limit,
                offset=offset,
                sort=sort,
                profile=profile,
                expand=expand,
                explain=explain,
                tags=tags,
                collapse=collapse,
                notes=reading.notes,
            )
        )

    def ask(self, query: Query) -> Results:
        """The answer to a question that was already read."""
        if query.offset < 0 or (query.limit is not None and query.limit < 0):
            raise QueryError(f"limit {query.limit} and offset {query.offset}: neither can be below 0")
        return self._backend.search(query)

    def get(self, id: str) -> Release | None:
        """The release of that id, or None."""
        return self._backend.get(id)

    def releases(self) -> Iterator[Release]:
        """Every release."""
        return self._backend.releases()

    def count(self) -> int:
        """How many releases there are."""
        return self._backend.count()

    def refresh(self) -> bool:
        """Move to the newest state; True if there was a newer one."""
        return self._backend.refresh()

    def close(self) -> None:
        """Let go of the files; answers that were given stay readable."""
        self._backend.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_filters(filters: Filters) -> tuple[Filter, ...]:
    """Filters with their values made slugs and codes; raises UnknownFacet and UnknownValue."""
    if filters is None:
        return ()
    if isinstance(filters, Mapping):
        pairs = [
            Filter(name, (given,) if isinstance(given, str) else tuple(given))
            for name, given in filters.items()
        ]
    else:
        pairs = list(filters)
    if sum(len(item.values) for item in pairs) > MAX_FILTERS:
        raise QueryError(f"more than {MAX_FILTERS} filter values; ask in several questions")
    read = []
    for item in pairs:
        name = facet_of(item.facet).name
        values = dict.fromkeys(read_value(name, value) for value in item.values)
        if values:
            read.append(Filter(name, tuple(values), item.mode))
    return tuple(read)


def read_value(name: str, value: str) -> str:
    """The slug or code that a value of a facet stands for, or the value itself if no vocabulary governs it.

    A value that the vocabulary does not know may still be one that a release brought with it, and is kept.
    """
    table = facet_of(name).vocabulary
    if value == MISSING or table is None:
        return value
    term = vocabulary(table).resolve(value)
    return value if term is None else term.value


@functools.lru_cache(maxsize=64)
def _named_facet(name: str) -> FacetRequest:
    return FacetRequest(facet_of(name).name)


def read_facet(item: str | FacetRequest) -> FacetRequest:
    """A request for a facet; raises UnknownFacet."""
    if isinstance(item, str):
        return _named_facet(item)
    facet_of(item.name)
    return item


def read_day(day: dt.date | str, end: Literal[0, 1]) -> dt.date:
    """The first day that an ISO text names, or with `end` 1 the last one."""
    return day if isinstance(day, dt.date) else parse_range(day)[end]


def unknown_values(query: Query, known: Mapping[str, Iterable[str]]) -> Iterator[UnknownValue]:
    """An error for each filter value that neither the index nor the vocabulary knows."""
    for item in query.filters:
        table = facet_of(item.facet).vocabulary
        for value in item.values:
            if value == MISSING or value in known[item.facet] or table is None:
                continue
            if vocabulary(table).resolve(value) is None:
                near = tuple(term.value for term in vocabulary(table).suggest(value, 3))
                yield UnknownValue(item.facet, value, near)
