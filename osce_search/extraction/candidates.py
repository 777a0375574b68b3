"""Candidates: everything a page says of one field → the value that counts, and the others.

A candidate is a text with the kind of place where it stands. RANKS says how much each kind is worth. The best candidate
counts, the others stay in the provenance, and two that are worth as much and disagree are a conflict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from osce_search.extraction.labels import Labels
from osce_search.release import Origin
from osce_search.vocabulary.written_dates import WrittenDate, read_date

RANKS = {
    # kind of place: (rank, origin that the provenance names)
    "template": (92, "published"),
    "label published": (90, "published"),
    "line published": (88, "published"),
    "label date": (85, "published"),
    "feed or mail": (82, "published"),
    "markup published": (80, "published"),
    "place and date": (75, "dateline"),
    "issued, in the title": (70, "title"),
    "line below the title": (65, "published"),
    "line above the title": (62, "published"),
    "dateline": (55, "dateline"),
    "byline": (50, "published"),
    "in the title": (48, "title"),
    "line apart from the title": (45, "published"),
    "modified": (20, "modified"),
    "clock": (0, "clock"),
}
"""What a date is worth by where it stands. Nothing above 0 is a date of today, of a copy, or of a copyright."""

TOLD = 55
"""A candidate of at least this rank that disagrees with the chosen one is a conflict; a lower one is passed over."""

APART = 45
"""An unlabelled date above the title that is more days away from the dateline is that of a clock."""

EVIDENCE = 80
"""The characters of a text that are quoted as evidence."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the value of a field, and the kind of place where it stands (a key of RANKS)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One release as a reader of pages found it: texts and labels as printed, nothing looked up, nothing guessed.

    `dates` are candidates in the order of the page. `placeline` is a line with place and date apart from the text.
    `hints` are texts in which a node number may stand, best first. `versions` are languages with the address of the
    release in each. `titled` says where the title stands, with the other candidates; `dropped` are the blocks between
    title and end that are not in the text, each with the reason.
    """

    parser: str
    title: str
    paragraphs: tuple[str, ...]
    labels: Labels = field(default_factory=Labels)
    dates: tuple[Candidate, ...] = ()
    placeline: str = ""
    type: str = ""
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    url: str = ""
    language: str = ""
    hints: tuple[str, ...] = ()
    partial: bool = False
    flags: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    titled: tuple[Origin, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DateChoice:
    """The date that counts, its provenance, and whether another of the same weight disagrees."""

    date: WrittenDate | None = None
    origins: tuple[Origin, ...] = ()
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class _Dated:
    kind: str
    text: str
    date: WrittenDate
    short: bool
    rank: int


def choose_date(candidates: Iterable[Candidate]) -> DateChoice:
    """Return the best of the dates that a page names.

    A year of two digits counts if another candidate has the same day and month. A date that names only the month gives
    way to one of that month.

    >>> clock = Candidate("clock", "30 May 2024")
    >>> choice = choose_date([clock, Candidate("label date", "9 March 2011")])
    >>> choice.date.iso, choice.conflict
    ('2011-03-09', False)
    """
    found = [dated for candidate in candidates if (dated := _read(candidate))]
    found = [_demote_clock(dated, found) for dated in found]
    able = sorted(
        (dated for dated in found if dated.rank and (dated.date.year or dated.short)),
        key=lambda dated: -dated.rank,
    )
    chosen = next((dated for dated in able if not dated.short or _is_supported(dated, found)), None)
    if chosen is None:
        return DateChoice()
    date = chosen.date
    for other in able:
        if other.date.agrees(date) and other.date.day and not date.day and not other.short:
            date = other.date
    losers = [dated for dated in found if not dated.date.agrees(date) and not dated.short]
    conflicts = [dated for dated in losers if dated.rank >= TOLD and not _is_same_night(dated, date)]
    conflicts = [dated for dated in conflicts if RANKS[dated.kind][1] != "title"]
    origin = RANKS[chosen.kind][1]
    if not losers:
        return DateChoice(date, (Origin("", origin),))
    told = sorted(losers, key=lambda dated: (dated not in conflicts, -dated.rank))
    others = [
        Origin(
            dated.date.iso,
            RANKS[dated.kind][1] if dated in conflicts else dated.kind,
            dated.text[:EVIDENCE],
            1.0 if dated in conflicts else dated.rank / 100,
        )
        for dated in told
    ]
    return DateChoice(
        date, (Origin(date.iso, origin, chosen.text[:EVIDENCE]), *dict.fromkeys(others)), bool(conflicts)
    )


def _read(candidate: Candidate) -> _Dated | None:
    rank = RANKS[candidate.kind][0]
    date, short = read_date(candidate.text), False
    if date is None or (date.year is None and candidate.kind.startswith("label")):
        guess = read_date(candidate.text, short=True)
        if guess is not None and guess.year is not None:
            date, short = guess, True
    return _Dated(candidate.kind, candidate.text, date, short, rank) if date else None


def _demote_clock(dated: _Dated, found: Sequence[_Dated]) -> _Dated:
    """Rank a bare date above the title below the dateline, if it is far from it: it may be the day of the copy."""
    if dated.kind != "line above the title" or dated.date.date is None:
        return dated
    lines = [other.date.date for other in found if other.kind == "dateline" and other.date.date]
    is_far = lines and all(abs(dated.date.date - line) > dt.timedelta(days=APART) for line in lines)
    return replace(dated, rank=RANKS["line apart from the title"][0]) if is_far else dated


def _is_supported(dated: _Dated, found: Sequence[_Dated]) -> bool:
    return any(
        other is not dated and other.date.month and other.date.day and other.date.agrees(dated.date)
        for other in found
    )


def _is_same_night(dated: _Dated, date: WrittenDate) -> bool:
    """Whether markup is a day away from the printed date: it has a clock in another time zone."""
    if dated.kind not in ("markup published", "feed or mail") or dated.date.date is None or date.date is None:
        return False
    return abs(dated.date.date - date.date) <= dt.timedelta(days=1)
