"""Questions in no engine's syntax → the answers of osce-search and of the engines it is compared with."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.questions import Ask

__all__ = ["PEERS", "VARIANTS", "Answer", "Peer", "Record", "load"]

Record = Mapping[str, Any]
"""A release as the JSON object that it travels as."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine answered, for comparing that all were asked the same.

    `total` is None where the engine was not asked for it.
    """

    ids: tuple[str, ...]
    total: int | None = None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Peer(Protocol):
    """An engine.

    `prepare` writes a question in the engine's own syntax; the function it gives is what is timed: it parses that
    text and gets everything that was asked for, in the engine's own form, which `read` makes an Answer.
    """

    name: str

    def version(self) -> str:
        """The version of the engine."""
        ...

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records in an empty directory, in one process."""
        ...

    def open(self, directory: Path) -> None:
        """Get ready to answer from what was built."""
        ...

    def can(self, ask: Ask) -> bool:
        """Whether the engine has what is asked for."""
        ...

    def prepare(self, ask: Ask) -> Callable[[], Any]:
        """A function that answers the question each time it is called."""
        ...

    def read(self, raw: Any) -> Answer:
        """What such a function gave, as an Answer."""
        ...

    def forget(self) -> None:
        """Drop what the engine keeps from one question to the next, where that can be done."""
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
"""Other ways to ask the index of osce-search, for comparison with itself."""


def load(name: str) -> Peer:
    """The engine of that name, imported only now."""
    module, kind = (PEERS | VARIANTS)[name]
    peer: Peer = getattr(importlib.import_module(f"benchmarks.peers.{module}"), kind)()
    return peer
