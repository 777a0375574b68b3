"""Local: the engine over memory-mapped arrays on this machine, as a back end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from osce_search.backends.protocol import ALL_CAPABILITIES, Capability
from osce_search.engine.facet.names import Names
from osce_search.engine.resources import Budget, limited, read_budget
from osce_search.engine.searcher import Searcher
from osce_search.errors import IndexUnavailable
from osce_search.index.reader import Snapshot, open_snapshot
from osce_search.index.storage.generation import read_generation
from osce_search.query import FacetRequest, Plan
from osce_search.release import Release
from osce_search.results import Results

# A search loads none of the other analyses: it has to start quickly.
if TYPE_CHECKING:
    from osce_search.analyses import Crosstab, Likeness, Trend


class LocalBackend:
    """Answers from the snapshot that was current when it was opened or last refreshed.

    Writers do not disturb it: the files of its snapshot stay mapped until it moves on. It may be shared between
    threads; after a fork each process has its own.
    """

    def __init__(self, path: Path, software: str = "", budget: Budget | None = None) -> None:
        self.path = path
        self.budget = budget or read_budget()
        self._software = software
        self._lock = threading.Lock()
        self._current: Searcher | None = Searcher(open_snapshot(path), software)
        # `refresh` finds it again even if the program has changed its working directory since.
        self._directory = path.absolute()

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything."""
        return ALL_CAPABILITIES

    @property
    def fingerprint(self) -> str:
        """A name for the set of releases, equal wherever and in whatever order they were indexed."""
        return self.snapshot.generation.fingerprint

    @property
    def generation(self) -> int:
        """The number of the generation that is answered from."""
        return self.snapshot.generation.number

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that plans are answered from."""
        return self.searcher.snapshot

    @property
    def searcher(self) -> Searcher:
        """The searcher over that snapshot. Raise IndexUnavailable after `close`."""
        found = self._current
        if found is None:
            raise IndexUnavailable(
                f"{self.path}: this handle was closed; open the index anew", path=str(self.path)
            )
        return found

    def search(self, plan: Plan) -> Results:
        """Return total, hits and facet counts."""
        with limited(self.budget):
            return self.searcher.search(plan)

    def crosstab(self, plan: Plan, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
        """Count the hits by the values of two facets."""
        from osce_search.engine.tabulation import tabulate

        with limited(self.budget):
            return tabulate(self.searcher, plan, rows, columns)

    def trend(self, plan: Plan, by: Literal["year", "month"] = "year") -> Trend:
        """Count the hits by year or month, beside all releases of that time."""
        from osce_search.engine.tabulation import measure_trend

        with limited(self.budget):
            return measure_trend(self.searcher, plan, by)

    def similar(self, plan: Plan, id: str) -> Likeness | None:
        """Return the releases most like one, under the filters, page and facets of a plan; None for an unknown id."""
        from osce_search.engine.similarity import find_similar

        searcher = self.searcher
        doc = searcher.snapshot.find(id)
        with limited(self.budget):
            return None if doc is None else find_similar(searcher, plan, doc)

    def facet_values(self, facet: str) -> Names:
        """Return the values of a facet, and what they are called."""
        return self.searcher.names(facet)

    def get(self, ids: Sequence[str]) -> list[Release | None]:
        """Return the releases with these ids, in their order, None for an unknown id."""
        snapshot = self.snapshot
        docs = [snapshot.find(id) for id in ids]
        return [None if doc is None else snapshot.release(doc) for doc in docs]

    def releases(self) -> Iterator[Release]:
        """Iterate over all releases, in the order in which they are stored."""
        return self.snapshot.releases()

    def count(self, plan: Plan | None = None) -> int:
        """Return the number of releases that match a plan, without relaxing it; of all releases without one."""
        if plan is None:
            return self.snapshot.count
        with limited(self.budget):
            return self.searcher.count(plan)

    def refresh(self) -> bool:
        """Move to the newest generation. Return True if there was a newer one."""
        with self._lock:
            if read_generation(self._directory) == self.snapshot.generation:
                return False
            self._current = Searcher(open_snapshot(self._directory), self._software)
            return True

    def close(self) -> None:
        """Release the snapshot; its files are closed when the last answer that uses them is gone."""
        # Without the lock, a thread in `refresh` would open it again.
        with self._lock:
            self._current = None
