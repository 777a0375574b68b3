"""The seam: what any place that holds releases must be able to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from osce_search.query import Query
from osce_search.release import Release
from osce_search.results import Results

__all__ = ["Backend"]


class Backend(Protocol):
    """Answers questions over the releases it holds.

    A back end answers from one state of its releases until `refresh` is called, and may be shared between
    threads.
    """

    def search(self, query: Query) -> Results:
        """The answer to a question."""
        ...

    def get(self, id: str) -> Release | None:
        """The release of that id, or None."""
        ...

    def releases(self) -> Iterator[Release]:
        """Every release, in an order that does not change while the state does not."""
        ...

    def count(self) -> int:
        """How many releases there are."""
        ...

    def refresh(self) -> bool:
        """Move to the newest state; True if there was a newer one."""
        ...

    def close(self) -> None:
        """Let go of files; the back end answers no more."""
        ...
