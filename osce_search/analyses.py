"""Analyses: cross-tables, trends and similar releases.

A search does not need them and has to start quickly: this module is loaded when one of them is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from osce_search.results import Receipt, Results, print_table

__all__ = ["Crosstab", "Heading", "Likeness", "Point", "Telling", "Trend"]


@dataclass(frozen=True, slots=True)
class Heading:
    """One value of a facet as the heading of a row or a column. `count` hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Crosstab:
    """The number of hits for each pair of values of two facets; `cells` holds one tuple for each row.

    A release with several values counts in several cells, so that the cells of a row can add up to more than its count.
    `more_rows` and `more_columns` are the numbers of values that a limit cuts off. `total` is the number of hits.
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

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dictionary for each row: its value under the name of the facet, and a number for each column."""
        names = [heading.value for heading in self.columns]
        return [
            {self.row_facet: row.value, **dict(zip(names, counts, strict=True))}
            for row, counts in zip(self.rows, self.cells, strict=True)
        ]

    def _repr_html_(self) -> str:
        caption = (
            f"{self.row_facet} × {self.column_facet}, {self.total:,} release{'' if self.total == 1 else 's'}"
        )
        rows = [
            (row.label, *(f"{count:,}" for count in counts))
            for row, counts in zip(self.rows, self.cells, strict=True)
        ]
        return print_table(caption, (self.row_facet, *(item.label for item in self.columns)), rows)


@dataclass(frozen=True, slots=True)
class Point:
    """One year or month with `count` hits among `of` releases."""

    period: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """The share of the releases of the period that match; 0.0 if the period has no releases."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Trend:
    """The hits of a query over time: every period from the first with a hit to the last.

    `undated` is the number of hits without a date, or with a date that is not precise enough.
    """

    by: Literal["year", "month"]
    points: tuple[Point, ...]
    total: int
    undated: int
    notes: tuple[str, ...] = ()
    receipt: Receipt | None = None

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dictionary for each period: its hits, its releases, and the share."""
        return [
            {"period": point.period, "count": point.count, "of": point.of, "share": point.share}
            for point in self.points
        ]

    def _repr_html_(self) -> str:
        caption = f"{self.total:,} release{'' if self.total == 1 else 's'}, {self.undated:,} without a date"
        rows = [
            (point.period, f"{point.count:,}", f"{point.of:,}", f"{point.share:.1%}") for point in self.points
        ]
        return print_table(caption, (self.by, "releases", "of", "share"), rows)

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
    """A word that sets a release apart. `weight` is its score in that release, and `releases` releases have it."""

    text: str
    weight: float
    releases: int


@dataclass(frozen=True, slots=True)
class Likeness(Results):
    """The releases most similar to one release, and the words by which they were found, the highest weight first.

    `read_as` is the weighted query that was asked. `matched` of each hit holds the words that it shares.
    """

    terms: tuple[Telling, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the members of the JSON object of docs/schema/similar-1.json."""
        names = ("terms", "total", "hits", "notes", "receipt")
        return {name: getattr(self, name) for name in names}
