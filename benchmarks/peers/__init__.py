"""Peers: queries independent of any syntax → the answers of osce-search and of the engines it is compared with."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.questions import Ask

__all__ = ["PEERS", "VARIANTS", "Answer", "Peer", "Record", "load"]

Record = Mapping[str, Any]
"""A release as a JSON object."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of an engine, to compare the engines. `total` is None if the query did not ask for it."""

    ids: tuple[str, ...]
    total: int | None = None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Peer(Protocol):
    """An engine.

    `prepare` writes a query in the syntax of the engine and returns a function. This function is timed: it parses the
    text and gets everything that the query asks for, in the form of the engine. `read` converts it to an Answer.
    """

    name: str

    def version(self) -> str:
        """Return the version of the engine."""
        ...

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records into an empty directory, in one process."""
        ...

    def open(self, directory: Path) -> None:
        """Open the index for answers."""
        ...

    def can(self, ask: Ask) -> bool:
        """Return whether the engine supports the query."""
        ...

    def prepare(self, ask: Ask) -> Callable[[], Any]:
        """Return a function that answers the query each time it is called."""
        ...

    def read(self, raw: Any) -> Answer:
        """Convert the result of such a function to an Answer."""
        ...

    def forget(self) -> None:
        """Clear the caches of the engine, if possible."""
        ...


PEERS = {
    "osce-search": ("osce", "OsceSearch"),
    "tantivy": ("tantivy", "Tantivy"),
    "tantivy, plain": ("tantivy", "PlainTantivy"),
    "FTS5": ("fts5", "Fts5"),
    "Whoosh": ("whoosh", "Whoosh"),
    "bm25s": ("bm25s", "Bm25s"),
}
"""The module and the class of each engine."""


VARIANTS = {
    "first touch": ("osce", "OsceSearch"),
    "fast profile": ("osce", "FastOsceSearch"),
}
"""Other ways to query the index of osce-search."""


def load(name: str) -> Peer:
    """Import and return the engine with this name."""
    module, kind = (PEERS | VARIANTS)[name]
    peer: Peer = getattr(importlib.import_module(f"benchmarks.peers.{module}"), kind)()
    return peer
