"""Backends: Query → Results, wherever the arrays live."""

from __future__ import annotations

from pathlib import Path

from osce_search.backends.handle import Index
from osce_search.backends.local import LocalBackend

__all__ = ["Index", "open_index"]


def open_index(path: str | Path = "index", *, software: str = "") -> Index:
    """The index in a directory, opened for reading.

    Raises IndexMissing, IndexDamaged or IndexIncompatible; the message says what to do. Opening maps the
    files and reads almost nothing: what a question needs is read when it is asked.
    """
    return Index(LocalBackend(Path(path), software))
