"""Analyses: what many hits have in common, or one release has with others; results of their own.

They are apart from `results` because a search has no need of them, and has to start quickly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from osce_search.results import Receipt, Results

__all__ = ["Crosstab", "Heading", "Likeness", "Point", "Telling", "Trend"]


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
    notes: tuple[str, ...] = ()
    receipt: Receipt | None = None


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
    notes: tuple[str, ...] = ()
    receipt: Receipt | None = None

    def to_record(self) -> dict[str, Any]:
        """Return the members of the JSON object of docs/schema/trend-1.json, shares rounded to six places."""
        points = [
            {"period": point.period, "count": point.count, "of": point.of, "share": round(point.share, 6)}
            for point in self.points
        ]
        head = {"by": self.by, "total": self.total, "points": points, "undated": self.undated}
        return head | {"notes": self.notes, "receipt": self.receipt}


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

    def to_record(self) -> dict[str, Any]:
        """Return the members of the JSON object of docs/schema/similar-1.json."""
        names = ("terms", "total", "hits", "notes", "receipt")
        return {name: getattr(self, name) for name in names}
