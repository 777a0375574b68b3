"""Handle: the Index that applications hold; a query with plain arguments → a Plan → the answer of a back end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Unpack

from osce_search.backends.local import LocalBackend
from osce_search.backends.protocol import Backend, Capability
from osce_search.backends.resolution import check_request, fit_plan, resolve
from osce_search.engine.resources import Budget
from osce_search.errors import QueryError
from osce_search.query import FacetRequest, Plan, Query, Settings, make_query
from osce_search.release import Release
from osce_search.results import Bucket, Results
from osce_search.schema import facet as facet_of

if TYPE_CHECKING:
    from osce_search.analyses import Crosstab, Likeness, Trend


def open_index(path: str | Path = "index", *, software: str = "", budget: Budget | None = None) -> Index:
    """Open the index in a directory for reading.

    `budget` is what each query may take; the default is OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY (in megabytes), or
    else 10 seconds and 1024 megabytes. Opening maps the files and reads almost nothing: what a query needs is read
    when it is asked. Raise IndexMissing, IndexDamaged or IndexIncompatible; the message says what to do.
    """
    return Index(LocalBackend(Path(path), software, budget))


class Index:
    """An index that answers queries. It may be shared between threads, and is a context manager.

    It answers from the state that was current when it was opened, until `refresh` is called. Every method that takes a
    query takes its text or a Query, and settings of Query by name that change it. Each raises QueryError
    for what cannot be read as asked: an unknown facet, sort or profile, an impossible date, a limit passed.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def backend(self) -> Backend:
        """The back end that answers."""
        return self._backend

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the back end can do beside the common parts."""
        return self._backend.capabilities

    @property
    def fingerprint(self) -> str:
        """A name for the set of releases, equal wherever and in whatever order they were indexed."""
        return self._backend.fingerprint

    @property
    def generation(self) -> int:
        """The number of the state that is answered from."""
        return self._backend.generation

    def search(self, query: str | Query = "", **settings: Unpack[Settings]) -> Results:
        """Return the releases that match: the exact total, one page of hits, and the counts of `facets`.

        A filter value is a slug or a code; a label or another name is resolved. A value that no release has gives
        a note with the nearest ones, and UnknownValue with `strict`. If no release has all of the words, the answer
        is `relaxed`: total and hits are those of the releases with some of them; `relax=False` prevents it.
        """
        return self.ask(make_query(query, settings))

    def ask(self, query: Query) -> Results:
        """Return the answer to a Query, or to a Plan that `read` returned."""
        return self._backend.search(self._plan(make_query(query)))

    def read(self, query: str | Query = "", **settings: Unpack[Settings]) -> Plan:
        """Return the query as this index reads it, with notes on how; it is not relaxed when it is answered."""
        return self._plan(make_query(query, settings), relax=False)

    def count(self, query: str | Query | None = None, **settings: Unpack[Settings]) -> int:
        """Return the number of releases that match a query, without relaxing it; of all releases without one."""
        if query is None and not settings:
            return self._backend.count()
        return self._backend.count(self.read(query or "", **settings))

    def facet_values(
        self, name: str, prefix: str = "", query: str | Query = "", **settings: Unpack[Settings]
    ) -> tuple[Bucket, ...]:
        """Return the values of a facet, within a query, with a word that begins with `prefix`.

        Labels, values and other names are searched without regard to case and diacritics: "dukan", "BOS" and "herz"
        find. Values whose label begins with the prefix come first, then those with more hits. Each count is a promise
        as in `search`. `limit` is the maximum number of values, 10 by default; None returns all.
        """
        if not isinstance(prefix, str):
            raise QueryError(f"prefix must be a text, not {prefix!r}")
        limit = settings.get("limit", 10)
        name = check_request(FacetRequest(name, limit)).name
        plan = self._select(query, settings, facets=(FacetRequest(name, None),), limit=0)
        buckets = self._backend.search(plan).facets[name].buckets
        if prefix.strip():
            ranks = self._backend.facet_values(name).begin(prefix)
            found = [bucket for bucket in buckets if bucket.value in ranks]
            buckets = tuple(sorted(found, key=lambda bucket: (ranks[bucket.value], -bucket.count)))
        return buckets[:limit]

    def crosstab(
        self,
        rows: str | FacetRequest,
        columns: str | FacetRequest,
        query: str | Query = "",
        **settings: Unpack[Settings],
    ) -> Crosstab:
        """Count the releases that match by each value of one facet together with each of another.

        The name of a facet means all of its values, years and months in their order, others by count; a FacetRequest
        says otherwise. The unit is the release: one with two countries counts in two rows, and a cell is the `total`
        after choosing both of its values.
        """
        requests = [
            _request_all(item) if isinstance(item, str) else check_request(item) for item in (rows, columns)
        ]
        plan = self._select(query, settings, "crosstab")
        return self._backend.crosstab(plan, *requests)

    def trend(
        self, query: str | Query = "", *, by: Literal["year", "month"] = "year", **settings: Unpack[Settings]
    ) -> Trend:
        """Count the releases that match in each year or month, and their share of all releases of that time."""
        if by not in ("year", "month"):
            raise QueryError(f"a trend is by year or by month, not by {by!r}")
        return self._backend.trend(self._select(query, settings, "trend"), by)

    def similar(self, id: str, query: str | Query = "", **settings: Unpack[Settings]) -> Likeness:
        """Return the releases most like one, found by the words that set it apart; it and its copies are left out.

        The text of `query` has no meaning here; its filters, dates, page and facets have. `terms` of the answer holds
        the words, `matched` of each hit those that it shares, and `read_as` the query that they make, which can be
        changed and asked like any other. Raise QueryError for an unknown id.
        """
        _check_id(id)
        plan = self._select(query, settings, "similar", text="")
        found = self._backend.similar(plan, id)
        if found is None:
            raise QueryError(f"there is no release {id!r} in the index")
        return found

    def get(self, id: str) -> Release | None:
        """Return the release with this id, or None."""
        _check_id(id)
        return self._backend.get([id])[0]

    def releases(self) -> Iterator[Release]:
        """Iterate over all releases."""
        return self._backend.releases()

    def refresh(self) -> bool:
        """Move to the newest state. Return True if there was a newer one."""
        return self._backend.refresh()

    def close(self) -> None:
        """Release the files. Answers that were given stay readable."""
        self._backend.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _plan(self, query: Query, *methods: Capability, **changes: Any) -> Plan:
        """Resolve a query, with changes to its plan, for this back end, and check that it can answer it."""
        plan = resolve(query, self._backend)
        return fit_plan(replace(plan, **changes) if changes else plan, self._backend.capabilities, *methods)

    def _select(self, query: str | Query, settings: Settings, *methods: Capability, **changes: Any) -> Plan:
        """Return a plan whose hits are analysed: it is not relaxed."""
        return self._plan(replace(make_query(query, settings), relax=False, **changes), *methods)


def _check_id(id: object) -> None:
    if not isinstance(id, str):
        raise QueryError(f"an id must be a text, not {id!r}")


def _request_all(name: str) -> FacetRequest:
    facet = facet_of(name)
    return FacetRequest(facet.name, None, "date" if facet.derived else "count")
