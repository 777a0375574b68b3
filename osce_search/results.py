"""Results: what is answered, with hits that are loaded when they are looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from osce_search.release import Release

__all__ = [
    "Bucket",
    "Crosstab",
    "Dropped",
    "Expansion",
    "Explanation",
    "FacetCounts",
    "Heading",
    "Hit",
    "Likeness",
    "Other",
    "Point",
    "Reason",
    "Receipt",
    "Results",
    "Snippet",
    "Suggestion",
    "Telling",
    "Trend",
    "alter",
]


@dataclass(frozen=True, slots=True)
class Snippet:
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


@dataclass(frozen=True, slots=True)
class Reason:
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


@dataclass(frozen=True, slots=True)
class Bucket:
    """One value of a facet: `count` releases of the answer have it, `of` in the whole index.

    `parent` is the value above it, whose releases include its own; of a month it is the year, a value of that facet.
    `lift` is how many times as frequent the value is in the answer as in the whole index, where that was asked for.
    """

    value: str
    label: str
    count: int
    selected: bool = False
    of: int = 0
    lift: float | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """What a limit cut off: how many values, and how many releases have at least one of them."""

    values: int = 0
    releases: int = 0


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The counts of one facet: each is the total after its value is chosen (docs/facets.md).

    `missing` counts the releases that have no value; `missing_selected` says that those were asked for.
    """

    name: str
    label: str
    buckets: tuple[Bucket, ...]
    missing: int = 0
    other: Other = Other()
    missing_selected: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word or phrase that was also searched under other names."""

    typed: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of a question without which there would be `total` hits; `kind` is word, exclusion, filter or date."""

    what: str
    kind: str
    total: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word like one that no release has, and the hits that it leads to in its place."""

    typed: str
    instead: str
    total: int


@dataclass(frozen=True, slots=True)
class Receipt:
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


@dataclass(frozen=True, slots=True)
class Heading:
    """One value of a facet as the head of a row or a column; `count` is how many hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Crosstab:
    """How many hits have each pair of values: `cells` row by row.

    A release with several values stands in several cells, so that cells need not add up to the count of their
    row. `more_rows` and `more_columns` are how many values a limit cut off; `total` is the number of hits.
    """

    row_facet: str
    column_facet: str
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    cells: tuple[tuple[int, ...], ...]
    total: int
    more_rows: int = 0
    more_columns: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One year or month: `count` of the hits, `of` all releases, and the share of the one in the other."""

    period: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """The part of all releases of the period that match; 0.0 where there are none."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Trend:
    """A question over time, from the first period with a hit to the last, none left out.

    `undated` counts the hits that have no date, or none that is precise enough.
    """

    by: Literal["year", "month"]
    points: tuple[Point, ...]
    total: int
    undated: int


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that sets a release apart: `weight` is its score in that release, `releases` is how many have it."""

    text: str
    weight: float
    releases: int


@dataclass(frozen=True, slots=True)
class Likeness(Results):
    """Releases like one release, the likest first, and the words by which they were found, the weightiest first.

    `read_as` is the weighted question that was asked; `matched` of each hit has the words that it shares.
    """

    terms: tuple[Telling, ...] = ()


def alter(results: Results, **changes: Any) -> Results:
    """The answer with something else in some places, whatever kind of answer it is."""
    return Results(**{field.name: getattr(results, field.name) for field in fields(Results)} | changes)
