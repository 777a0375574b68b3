"""Names: a term → the names that begin with it, each with the other names of the same thing.

They are worked out beforehand, since taking apart every name that the vocabulary knows would be most of what a first
question costs: `names.tsv` has a line for each group of names, of which those with a term are found without reading
the others. `scripts/names` writes that file anew; a test says when it has to be.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple

from osce_search.index.analyzer import analyze
from osce_search.vocabulary import synonyms

__all__ = ["TABLE", "Name", "names_from", "tabulate"]

TABLE = Path(__file__).with_name("names.tsv")
"""A line for each group of names: the terms of each between bars, a tab, and the names in the same order."""


class Name(NamedTuple):
    """The terms of a name, and what else the same thing is or was called."""

    terms: tuple[str, ...]
    others: tuple[str, ...]


@functools.lru_cache(maxsize=4096)
def names_from(term: str) -> tuple[Name, ...]:
    """The names whose first term this is, those of most terms first.

    >>> [name.others[0] for name in names_from("rfom")]
    ['Representative on Freedom of the Media']
    """
    found: dict[str, dict[str, None]] = {}
    for line in _lines_with(term):
        keys, names = (part.split("|") for part in line.strip("|").split("|\t"))
        for key in keys:
            if key.partition(" ")[0] == term:
                others = (name for other, name in zip(keys, names, strict=True) if other != key)
                found.setdefault(key, {}).update(dict.fromkeys(others))
    entries = (Name(tuple(key.split(" ")), tuple(others)) for key, others in found.items())
    return tuple(sorted(entries, key=lambda name: -len(name.terms)))


def _lines_with(term: str) -> list[str]:
    text, places = _read_table(), set()
    for sought in (f"|{term}|", f"|{term} "):
        place = text.find(sought)
        while place >= 0:
            places.add(text.rfind("\n", 0, place) + 1)
            place = text.find(sought, place + 1)
    return [text[place : text.find("\n", place)] for place in sorted(places)]


@functools.lru_cache(maxsize=1)
def _read_table() -> str:
    return TABLE.read_text(encoding="utf-8")


def tabulate() -> str:
    """What has to stand in `TABLE`, by the vocabulary and the analyzer as they are."""
    lines = ["# Made by scripts/names from osce_search/vocabulary/tables: not to be edited."]
    for group in synonyms():
        keys = {name: " ".join(analyze(name)) for name in group}
        known = [name for name in group if keys[name]]
        if len({keys[name] for name in known}) > 1:
            lines.append("|".join(("", *(keys[name] for name in known), "\t" + "|".join(known))))
    return "\n".join(lines) + "\n"
