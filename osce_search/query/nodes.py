"""The nodes of a question's tree, and the question as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = [
    "MISSING",
    "And",
    "Collapse",
    "DateRange",
    "FacetRequest",
    "Filter",
    "Fuzzy",
    "In",
    "Leaf",
    "MatchAll",
    "Near",
    "Node",
    "Not",
    "Or",
    "Order",
    "Phrase",
    "Prefix",
    "Query",
    "Sort",
    "Tags",
    "Word",
]

Sort = Literal["relevance", "date", "-date", "title"]
Tags = Literal["assigned", "inferred", "both"]
Collapse = Literal["none", "series", "text"]
Order = Literal["count", "label", "date", "lift"]

MISSING = "_missing"
"""The value that stands for "(not specified)" in filters and questions."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed; `field` is a text field's name, None for all; `boost` multiplies its score."""

    text: str
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in their order; `slop` is how many other words may stand between them in all."""

    text: str
    slop: int = 0
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins like this."""

    text: str
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every word within `distance` (1 or 2) insertions, deletions, substitutions or swaps."""

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
    """Releases that have any of these values of a facet; it filters and does not score."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Releases dated from `since` to `until`, both days included, either one open; it does not score."""

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


class Filter(NamedTuple):
    """A condition on one facet: releases with any (`any`), every (`all`) or none (`none`) of the values.

    The value MISSING stands for releases that have no value of the facet.
    """

    facet: str
    values: tuple[str, ...]
    mode: Literal["any", "all", "none"] = "any"


class FacetRequest(NamedTuple):
    """A facet to be counted: how many values at most (None: all), and in which order."""

    name: str
    limit: int | None = 10
    order: Order = "count"


@dataclass(frozen=True, slots=True)
class Query:
    """A whole question: the tree, what narrows it, and what is wanted of the answer.

    `text` is what was typed and `notes` how it was read where that is not plain. `relax` says that where
    all words together give nothing, the best partial matches may be answered, with a note. `expand` allows
    other names of what was typed. `tags` says which facet values count: those assigned, those inferred, or
    both. `collapse` lists of each series of reports, or of each text, the first hit alone. `limit` None means all.
    """

    tree: Node = MatchAll()
    text: str = ""
    filters: tuple[Filter, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    facets: tuple[FacetRequest, ...] = ()
    limit: int | None = 10
    offset: int = 0
    sort: Sort = "relevance"
    profile: str = "default"
    relax: bool = True
    expand: bool = True
    explain: bool = False
    tags: Tags = "both"
    collapse: Collapse = "none"
    notes: tuple[str, ...] = ()
