"""Nodes: the tree that the text of a query is parsed into, in terms that no back end's syntax shows through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

MISSING = "_missing"
"""The value that stands for "(not specified)" in filters and query text."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed. `field` names a text field, None means all of them; `boost` multiplies the score."""

    text: str
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order. `slop` is the number of other words allowed between them in all."""

    text: str
    slop: int = 0
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins with these characters."""

    text: str
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every word within an edit distance of `distance` (1 or 2; a swap of neighbours counts as one edit)."""

    text: str
    distance: int = 1
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """Two words or phrases, in either order, at most `distance` words apart."""

    left: Word | Phrase
    right: Word | Phrase
    distance: int = 10
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class In:
    """Releases that have any of these values of a facet. It filters and does not score."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Releases dated from `since` to `until`, both days included. None leaves an end open. It does not score."""

    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class And:
    """Releases that match all of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Releases that match at least one of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Releases that do not match the child."""

    child: Node


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every release."""


Leaf = Word | Phrase | Prefix | Fuzzy
Node = Leaf | Near | In | DateRange | And | Or | Not | MatchAll
