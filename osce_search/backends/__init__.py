"""Backends: Query → Results, wherever the arrays live."""

from __future__ import annotations

from pathlib import Path

from osce_search.backends.handle import Index
from osce_search.backends.local import LocalBackend
from osce_search.engine.budget import Budget

__all__ = ["Budget", "Index", "open_index"]


def open_index(path: str | Path = "index", *, software: str = "", budget: Budget | None = None) -> Index:
    """The index in a directory, opened for reading.

    `budget` is what each question may take; without one it is what OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY (in
    megabytes) say, or else 10 seconds and 1024 megabytes. Opening maps the files and reads almost nothing: what a
    question needs is read when it is asked. Raises IndexMissing, IndexDamaged or IndexIncompatible; the message says
    what to do.
    """
    return Index(LocalBackend(Path(path), software, budget))
