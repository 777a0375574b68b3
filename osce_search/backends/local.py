"""Local: an index of arrays on this machine as a back end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from osce_search.engine.budget import Budget, limited, read_budget
from osce_search.engine.naming import Names
from osce_search.engine.searcher import Searcher
from osce_search.errors import IndexUnavailable
from osce_search.index.reader import Snapshot, open_snapshot
from osce_search.index.storage.generation import read_generation
from osce_search.query import FacetRequest, Query
from osce_search.release import Release
from osce_search.results import Results

# Other questions than searches load what they need themselves: a search has to start quickly.
if TYPE_CHECKING:
    from osce_search.analyses import Crosstab, Likeness, Trend

__all__ = ["LocalBackend"]


class LocalBackend:
    """Answers from the snapshot that was current when it was opened or last refreshed.

    Writers do not disturb it: the files of its snapshot stay mapped until it moves on. Safe to share
    between threads; after a fork each process has its own.
    """

    def __init__(self, path: Path, software: str = "", budget: Budget | None = None) -> None:
        self.path = path
        self.budget = budget or read_budget()
        self._software = software
        self._lock = threading.Lock()
        self._current: Searcher | None = Searcher(open_snapshot(path), software)
        # Found again by `refresh` also where the program has changed its working directory since.
        self._directory = path.absolute()

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that questions are answered from."""
        return self.searcher.snapshot

    @property
    def searcher(self) -> Searcher:
        """The searcher over that snapshot; raises IndexUnavailable after `close`."""
        found = self._current
        if found is None:
            raise IndexUnavailable(
                f"{self.path}: this handle was closed; open the index anew", path=str(self.path)
            )
        return found

    def search(self, query: Query) -> Results:
        """The answer to a question; raises BudgetExceeded for one that takes more than it may."""
        with limited(self.budget):
            return self.searcher.search(query)

    def crosstab(self, query: Query, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
        """The hits of a question by the values of two facets."""
        from osce_search.engine.crosstab import tabulate

        with limited(self.budget):
            return tabulate(self.searcher, query, rows, columns)

    def trend(self, query: Query, by: Literal["year", "month"] = "year") -> Trend:
        """The hits of a question by year or month, beside all releases."""
        from osce_search.engine.trend import measure_trend

        with limited(self.budget):
            return measure_trend(self.searcher, query, by)

    def similar(self, query: Query, id: str) -> Likeness | None:
        """The releases most like one, under the filters, limit and order of a query; None for an unknown id."""
        from osce_search.engine.similarity import find_similar

        searcher = self.searcher
        doc = searcher.snapshot.find(id)
        with limited(self.budget):
            return None if doc is None else find_similar(searcher, query, doc)

    def names(self, facet: str) -> Names:
        """What the values of a facet are called."""
        return self.searcher.names(facet)

    def get(self, id: str) -> Release | None:
        """The release of that id, or None."""
        snapshot = self.snapshot
        doc = snapshot.find(id)
        return None if doc is None else snapshot.release(doc)

    def releases(self) -> Iterator[Release]:
        """Every release, in the order in which they are stored."""
        return self.snapshot.releases()

    def count(self) -> int:
        """How many releases there are."""
        return self.snapshot.count

    def refresh(self) -> bool:
        """Move to the newest generation; True if there was a newer one."""
        with self._lock:
            if read_generation(self._directory) == self.snapshot.generation:
                return False
            self._current = Searcher(open_snapshot(self._directory), self._software)
            return True

    def close(self) -> None:
        """Let go of the snapshot; its files are closed when the last answer that uses them is gone."""
        # A thread that is about to `refresh` would open it again.
        with self._lock:
            self._current = None
