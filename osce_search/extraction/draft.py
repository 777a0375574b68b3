"""Draft: a release as it was printed, before any value of it is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field

from osce_search.extraction.labels import Labels

__all__ = ["Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One release as a reader of pages found it: texts and labels as printed, nothing looked up, nothing guessed.

    `published` are dates that the page prints or declares as its own, best first. `placeline` is a line with place and
    date, or only a date, apart from the text. `hints` are texts in which a node number may stand, best first.
    `versions` are languages with the address of the release in each.
    """

    parser: str
    title: str
    paragraphs: tuple[str, ...]
    labels: Labels = field(default_factory=Labels)
    published: tuple[str, ...] = ()
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
