"""Results: the answer to a query, with its hits and the counts of its facets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from osce_search.release import Release, print_date
from osce_search.schema import FACETS

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
"""The note in an answer that is relaxed."""

_SHOWN = 20
"""The number of hits that a notebook shows."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

NOTHING_NEW = "nothing is new"
"""The beginning of the note in an answer whose hits were all found before."""


class Snippet(NamedTuple):
    """A passage of a hit.

    `field` is "title", "lead" or "body", and `offset` is where the passage begins in it. `marks` are the (start, end)
    offsets, in characters of `text`, of the words that match.
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number with its formula, `text`, and the explanations of the numbers in it, `parts`."""

    value: float
    text: str
    parts: tuple[Explanation, ...] = ()


class Reason(NamedTuple):
    """A part of the query that a hit has, as canonical text, and the text fields in which it occurs.

    If `text` is another name of what was typed, `typed` is what was typed.
    """

    text: str
    fields: tuple[str, ...]
    typed: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One release that matches. `score` is 0.0 if the order is not by relevance.

    `matched` holds the parts of the query that the release has. `folded` is the number of further hits of its series,
    or with its text, that are folded beneath it.
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

    def to_dict(self) -> dict[str, Any]:
        """Return id, date, title, address, score, the values of each facet and the passage, as JSON has them."""
        release = self.release
        values = {item.name: getattr(release, item.name) for item in FACETS if not item.derived}
        return {
            "id": self.id,
            "date": print_date(self.date, release.date_precision) if self.date else None,
            "title": self.title,
            "url": self.url,
            "score": self.score,
            **{name: list(value) if isinstance(value, tuple) else value for name, value in values.items()},
            "snippet": next((item.text for item in self.snippets if item.field != "title"), ""),
        }


class Bucket(NamedTuple):
    """One value of a facet. `count` releases of the answer have it, and `of` releases of the whole index.

    `parent` is the value above it, whose releases include its own; that of a month is a value of the facet year. `lift`
    is the share of the value in the answer divided by its share in the whole index, if the request orders by lift.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # hides the method of tuples
    selected: bool = False
    of: int = 0
    lift: float | None = None
    parent: str | None = None


class Other(NamedTuple):
    """What a limit cuts off: the number of values, and the number of releases with at least one of them."""

    values: int = 0
    releases: int = 0


NOTHING_CUT = Other()


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The counts of one facet. Each count is the total after its value is chosen (docs/facets.md).

    `missing` is the number of releases without a value. `missing_selected` is True if a filter selects those.
    """

    name: str
    label: str
    buckets: tuple[Bucket, ...]
    missing: int = 0
    other: Other = NOTHING_CUT
    missing_selected: bool = False

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dictionary for each bucket, as pandas.DataFrame and csv.DictWriter take them."""
        return [bucket._asdict() for bucket in self.buckets]

    def _repr_html_(self) -> str:
        rows = [(bucket.label, f"{bucket.count:,}") for bucket in self.buckets]
        return print_table(self.label, ("value", "releases"), rows)


class Expansion(NamedTuple):
    """A word or phrase, and the other names of it that were also searched."""

    typed: str
    also: tuple[str, ...]


class Dropped(NamedTuple):
    """A part of a query without hits. Without this part there are `total` hits.

    `kind` is "word", "exclusion", "filter" or "date", or "several" if only several parts together exclude all releases.
    """

    what: str
    kind: str
    total: int


class Suggestion(NamedTuple):
    """What may have been meant instead of what was typed, and the number of hits that it leads to.

    It is a word or a value of a facet that resembles an unknown one, or the date or the id that words name, as in
    `date:2015-04` for `April 2015`.
    """

    typed: str
    instead: str
    total: int


class Receipt(NamedTuple):
    """What an answer rests on. With it, the answer can be cited and repeated."""

    fingerprint: str
    generation: int
    question: str
    profile: str
    software: str


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a query: the exact number of releases that match, one page of them, and facet counts.

    A hit reads its release from the index when it is looked at. `read_as` is the query in canonical text, and `notes`
    say where it was not read as typed. `relaxed` is True if the hits match only a part of the query.
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

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a flat dictionary for each hit, as pandas.DataFrame and csv.DictWriter take them."""
        return [hit.to_dict() for hit in self.hits]

    def _repr_html_(self) -> str:
        hits = self.hits[:_SHOWN]
        rows = [(str(hit.date or ""), hit.title, _best_passage(hit), hit.id) for hit in hits]
        shown = f", {len(rows):,} shown" if len(rows) < self.total else ""
        caption = f"{self.total:,} release{'' if self.total == 1 else 's'}{shown}: {self.read_as}"
        caption = " · ".join((caption, *self.notes))
        return print_table(caption, ("date", "title", "passage", "id"), rows, [hit.url for hit in hits])


class _Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def _best_passage(hit: Hit) -> str:
    """Return the passage of a hit as HTML, with its marks."""
    for snippet in hit.snippets:
        if snippet.field != "title":
            parts, end = [], 0
            for start, stop in snippet.marks:
                parts += [
                    _escape(snippet.text[end:start]),
                    f"<mark>{_escape(snippet.text[start:stop])}</mark>",
                ]
                end = stop
            return _Markup("".join((*parts, _escape(snippet.text[end:]))))
    return ""


def _escape(text: str) -> str:
    return text if isinstance(text, _Markup) else text.translate(_ESCAPES)


def print_table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], links: Sequence[str | None] = ()
) -> str:
    """Return an HTML table for a notebook: escaped, and without script. `links` holds an address for each row.

    >>> print_table("1 < 2", ["n"], [["3"]])
    '<table><caption>1 &lt; 2</caption><tr><th>n</th></tr><tr><td dir="auto">3</td></tr></table>'
    """
    lines = ["<tr>" + "".join(f"<th>{_escape(name)}</th>" for name in head) + "</tr>"]
    for place, row in enumerate(rows):
        # An automatic direction keeps characters that turn text around within their cell.
        cells = [f'<td dir="auto">{_escape(cell)}</td>' for cell in row]
        link = links[place] if links else None
        if link and link.startswith(("https://", "http://")):
            cells[-1] = f'<td><a href="{_escape(link)}" rel="noopener noreferrer">{_escape(row[-1])}</a></td>'
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><caption>{_escape(caption)}</caption>{''.join(lines)}</table>"
