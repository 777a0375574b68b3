"""Spellings: the words by which pages are read, as a table of kinds (words.tsv)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

STRONG = frozenset({"published", "source", "field", "type", "country"})
"""Labels that a release's own text hardly has: what, when and where of an invitation are not among them."""


def spellings(kind: str) -> tuple[str, ...]:
    """Return the words of a kind. Raise KeyError if the table does not have it.

    >>> spellings("site noun")[:2]
    ('newsletter', 'archive')
    """
    return tuple(_rows()[kind].split(" | "))


def spellings_by(prefix: str) -> dict[str, tuple[str, ...]]:
    """Return the words of all kinds whose name begins with this, by the rest of the name, in the order of the table.

    >>> list(spellings_by("cue "))
    ['line published', 'modified', 'clock']
    """
    return {kind[len(prefix) :]: spellings(kind) for kind in _rows() if kind.startswith(prefix)}


def patterns_by(prefix: str) -> dict[str, str]:
    """Return the patterns of all kinds whose name begins with this, by the rest of the name."""
    return {kind[len(prefix) :]: text for kind, text in _rows().items() if kind.startswith(prefix)}


@cache
def _rows() -> dict[str, str]:
    lines = (Path(__file__).parent / "words.tsv").read_text(encoding="utf-8").split("\n")
    rows = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return {kind: words for kind, _, words in rows if kind != "kind"}
