"""Results: what is answered, with hits that are loaded when they are looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from osce_search.release import Release

__all__ = [
    "RELAXED",
    "Bucket",
    "Dropped",
    "Expansion",
    "Explanation",
    "FacetCounts",
    "Hit",
    "Other",
    "Reason",
    "Receipt",
    "Results",
    "Snippet",
    "Suggestion",
]


RELAXED = "no release has all of these words; these have some of them"
"""The note of an answer that is relaxed."""


class Snippet(NamedTuple):
    """A passage of a hit.

    `marks` are (start, end) offsets of what matched, in characters of `text`; `offset` is where the passage
    begins in the field named by `field` ("title", "lead" or "body").
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number and the numbers it is made of; `value` follows from those of `parts` as `text` says."""

    value: float
    text: str
    parts: tuple[Explanation, ...] = ()


class Reason(NamedTuple):
    """A part of the question that a hit has, as canonical text, and the text fields it has it in.

    `typed` is what the question says in its place, where `text` is another name of that; None where `text` was typed.
    """

    text: str
    fields: tuple[str, ...]
    typed: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One release that matches. `score` is 0.0 where the order is not by relevance.

    `folded` counts the further releases of its series, or with its text, that were folded beneath it; `matched`
    says why it is here.
    """

    id: str
    title: str
    date: dt.date | None
    url: str | None
    score: float
    snippets: tuple[Snippet, ...]
    release: Release
    explanation: Explanation | None = None
    folded: int = 0
    matched: tuple[Reason, ...] = ()


class Bucket(NamedTuple):
    """One value of a facet: `count` releases of the answer have it, `of` in the whole index.

    `parent` is the value above it, whose releases include its own; of a month it is the year, a value of that facet.
    `lift` is how many times as frequent the value is in the answer as in the whole index, where that was asked for.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # of a tuple it is a method, of no use here
    selected: bool = False
    of: int = 0
    lift: float | None = None
    parent: str | None = None


class Other(NamedTuple):
    """What a limit cut off: how many values, and how many releases have at least one of them."""

    values: int = 0
    releases: int = 0


NOTHING_CUT = Other()


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The counts of one facet: each is the total after its value is chosen (docs/facets.md).

    `missing` counts the releases that have no value; `missing_selected` says that those were asked for.
    """

    name: str
    label: str
    buckets: tuple[Bucket, ...]
    missing: int = 0
    other: Other = NOTHING_CUT
    missing_selected: bool = False


class Expansion(NamedTuple):
    """A word or phrase that was also searched under other names."""

    typed: str
    also: tuple[str, ...]


class Dropped(NamedTuple):
    """A part of a question without which there would be `total` hits.

    `kind` is word, exclusion, filter or date, or several, where only several parts together stand in the way.
    """

    what: str
    kind: str
    total: int


class Suggestion(NamedTuple):
    """What may have been meant in the place of what was typed, and the hits that it leads to.

    That is a word or a facet's value like one that no release has, or the date or the id that words name, as in
    `date:2015-04` for `April 2015`.
    """

    typed: str
    instead: str
    total: int


class Receipt(NamedTuple):
    """What an answer rests on, so that it can be cited and repeated."""

    fingerprint: str
    generation: int
    question: str
    profile: str
    software: str


@dataclass(frozen=True, slots=True)
class Results:
    """An answer: the exact number of releases that match, one page of them, and the counts asked for.

    `hits` is a sequence that reads a release from the index when it is looked at. `read_as` is the question
    in canonical text; `notes` say where it was not read as typed; `relaxed` that the hits match only in
    part.
    """

    total: int
    hits: Sequence[Hit]
    facets: Mapping[str, FacetCounts]
    read_as: str
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    relaxed: bool = False
    dropped: tuple[Dropped, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    receipt: Receipt | None = None
