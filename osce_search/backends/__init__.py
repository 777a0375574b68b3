"""Backends: Query → Results, wherever the arrays live."""

from __future__ import annotations

from pathlib import Path

from osce_search.backends.handle import Index
from osce_search.backends.local import LocalBackend
from osce_search.backends.protocol import ALL_CAPABILITIES, Backend, Capability
from osce_search.backends.resolution import resolve
from osce_search.engine.resources import Budget, read_budget

__all__ = [
    "ALL_CAPABILITIES",
    "Backend",
    "Budget",
    "Capability",
    "Index",
    "open_index",
    "read_budget",
    "resolve",
]


def open_index(path: str | Path = "index", *, software: str = "", budget: Budget | None = None) -> Index:
    """Open the index in a directory for reading.

    `budget` is what each query may take; the default is OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY (in megabytes), or
    else 10 seconds and 1024 megabytes. Opening maps the files and reads almost nothing: what a query needs is read
    when it is asked. Raise IndexMissing, IndexDamaged or IndexIncompatible; the message says what to do.
    """
    return Index(LocalBackend(Path(path), software, budget))
