"""Handle: typed words and plain arguments → Query → the answer of a back end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from osce_search.backends.local import LocalBackend
from osce_search.backends.reading import (
    MAX_FILTERS,
    Day,
    Days,
    Filters,
    KnownValues,
    check_settings,
    note_unknown,
    read_days,
    read_facet,
    read_facets,
    read_filters,
)
from osce_search.engine.periods import check_period
from osce_search.errors import QueryError
from osce_search.parser import parse
from osce_search.query import Collapse, FacetRequest, Filter, Node, Query, Sort, Tags
from osce_search.release import Release
from osce_search.results import Bucket, Results
from osce_search.schema import facet as facet_of

if TYPE_CHECKING:
    from osce_search.analyses import Crosstab, Likeness, Trend

__all__ = ["MAX_FILTERS", "Index", "Selection", "read_filters"]


class Selection(TypedDict, total=False):
    """What else selects releases beside the text of a question, as `Index.search` takes it."""

    filters: Filters
    since: Day
    until: Day
    operator: Literal["all", "any"]
    strict: bool
    expand: bool
    tags: Tags


class Index:
    """An index that answers questions; safe to share between threads, and a context manager.

    It answers from the state that was current when it was opened, until `refresh`.
    """

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend
        # Not by way of the handle itself: one that is no longer held would keep its files until rings are collected.
        self._known = KnownValues(lambda name: backend.snapshot.facet(name).ordinals)

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
        facets: str | Sequence[str | FacetRequest] = (),
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
        relax: bool = True,
    ) -> Results:
        """The releases that match, the best `limit` of them from `offset` on, and the counts of `facets`.

        `text` is in the language of docs/query.md. `filters` gives values by facet: releases need one of them
        in each facet. A value is a slug or a code; a label or an alias will do. `since` and `until` are dates or
        ISO texts such as "2015" and "2015-06", both included. `limit` None answers all. Raises QueryError for
        what cannot be read as asked: an unknown facet or sort, an impossible date, a limit passed. A value that no
        release has gives a note with the nearest ones, and with `strict` UnknownValue. Where no release has all of the
        words, the answer is `relaxed`: `total` and hits are those of the releases with some of them; not so with
        `relax` False.
        """
        tree, chosen, days, notes = self._read(text, filters, since, until, operator, strict)
        return self.ask(
            Query(
                tree=tree,
                text=text,
                filters=chosen,
                since=days[0],
                until=days[1],
                facets=read_facets(facets),
                limit=limit,
                offset=offset,
                sort=sort,
                profile=profile,
                expand=expand,
                explain=explain,
                tags=tags,
                collapse=collapse,
                notes=notes,
                relax=relax,
            )
        )

    def ask(self, query: Query) -> Results:
        """The answer to a question that was already read."""
        check_settings(query)
        return self._backend.search(query)

    def read(self, text: str = "", **selection: Unpack[Selection]) -> Query:
        """The question as a value that any back end answers: text read, labels resolved, with notes on how.

        It is answered as it stands, not in part. Raises QueryError as `search` does.
        """
        return self._select(text, selection)

    def facet_values(
        self,
        name: str,
        prefix: str = "",
        text: str = "",
        *,
        limit: int | None = 10,
        **selection: Unpack[Selection],
    ) -> tuple[Bucket, ...]:
        """The values of a facet, within a question, of which a word begins like `prefix`; for search in a facet.

        Label, value and other names count, case and diacritics do not: "dukan", "BOS" and "herz" find. Those
        whose label or value begins so come first, then those with more hits. Each count is a promise as in `search`.
        """
        name = read_facet(FacetRequest(name, limit)).name
        query = self._select(text, selection, facets=(FacetRequest(name, None),))
        buckets = self._backend.search(query).facets[name].buckets
        if prefix.strip():
            ranks = self._backend.names(name).begin(prefix)
            found = [bucket for bucket in buckets if bucket.value in ranks]
            buckets = tuple(sorted(found, key=lambda bucket: (ranks[bucket.value], -bucket.count)))
        return buckets[:limit]

    def crosstab(
        self,
        rows: str | FacetRequest,
        columns: str | FacetRequest,
        text: str = "",
        **selection: Unpack[Selection],
    ) -> Crosstab:
        """How many of the releases that match have each value of one facet together with each of another.

        A facet's name stands for all of its values, years and months in their order, others by count; a FacetRequest
        says it otherwise. The unit is the release: one with two countries stands in two rows, and a cell is the
        `total` after choosing both of its values.
        """
        asked = [_all_values(item) if isinstance(item, str) else read_facet(item) for item in (rows, columns)]
        return self._backend.crosstab(self._select(text, selection), *asked)

    def trend(
        self, text: str = "", *, by: Literal["year", "month"] = "year", **selection: Unpack[Selection]
    ) -> Trend:
        """How many releases match in each year or month, and which share they are of all releases of that time."""
        return self._backend.trend(self._select(text, selection), check_period(by))

    def similar(
        self,
        id: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        facets: str | Sequence[str | FacetRequest] = (),
        explain: bool = False,
        **selection: Unpack[Selection],
    ) -> Likeness:
        """The releases most like one release, by the words that set it apart; it and its copies are left out.

        `terms` has these words, `matched` of each hit those that it shares, and `read_as` the question that they make,
        which can be changed and asked like any other. Raises QueryError for an unknown id.
        """
        query = self._select(
            "",
            selection,
            facets=read_facets(facets),
            limit=limit,
            offset=offset,
            explain=explain,
        )
        found = self._backend.similar(query, id)
        if found is None:
            raise QueryError(f"there is no release {id!r} in the index")
        return found

    def _select(
        self,
        text: str,
        selection: Selection,
        *,
        facets: tuple[FacetRequest, ...] = (),
        limit: int | None = 0,
        offset: int = 0,
        explain: bool = False,
    ) -> Query:
        """A question that is answered as it stands, not in part."""
        tree, chosen, days, notes = self._read(
            text,
            selection.get("filters"),
            selection.get("since"),
            selection.get("until"),
            selection.get("operator", "all"),
            selection.get("strict", False),
        )
        query = Query(
            tree=tree,
            text=text,
            filters=chosen,
            since=days[0],
            until=days[1],
            facets=facets,
            limit=limit,
            offset=offset,
            relax=False,
            expand=selection.get("expand", True),
            explain=explain,
            tags=selection.get("tags", "both"),
            notes=notes,
        )
        check_settings(query)
        return query

    def _read(
        self,
        text: str,
        filters: Filters,
        since: Day,
        until: Day,
        operator: Literal["all", "any"],
        strict: bool,
    ) -> tuple[Node, tuple[Filter, ...], Days, tuple[str, ...]]:
        """What selects releases, and the notes on how it was read."""
        reading = parse(text, operator=operator, strict=strict, known=self._known)
        notes = reading.notes
        chosen: tuple[Filter, ...] = ()
        if filters:
            chosen = read_filters(filters, self._backend.names)
            notes = (*notes, *note_unknown(chosen, self._backend.names, strict))
        if not since and not until:
            return reading.tree, chosen, (None, None), notes
        days, turned = read_days(since, until, strict)
        return reading.tree, chosen, days, (*notes, *turned)

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


def _all_values(name: str) -> FacetRequest:
    facet = facet_of(name)
    return FacetRequest(facet.name, None, "date" if facet.derived else "count")
