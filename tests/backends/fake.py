"""A back end that answers what it was told to: for the tests of what stands above the engine."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any

from osce_search.release import Release
from osce_search.results import Results

__all__ = ["FakeIndex"]


class FakeIndex:
    """An index with a fixed answer; `asked` holds the arguments of each search."""

    def __init__(self, results: Results, releases: tuple[Release, ...] = (), count: int = 166) -> None:
        self.results = results
        self.asked: list[dict[str, Any]] = []
        self.fingerprint = "0123abcd"
        self.generation = 3
        self._releases = {release.id: release for release in releases}
        self._count = count

    def search(self, text: str = "", **arguments: Any) -> Results:
        self.asked.append({"text": text, **arguments})
        return self.results

    def get(self, id: str) -> Release | None:
        return self._releases.get(id)

    def releases(self) -> Iterator[Release]:
        return iter(self._releases.values())

    def count(self) -> int:
        return self._count

    def __enter__(self) -> FakeIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None
