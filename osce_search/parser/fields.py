"""The names that may stand before a colon, and the values that may stand behind it."""

from __future__ import annotations

import re
from typing import Literal

from osce_search.query import MISSING
from osce_search.schema import TEXT_FIELDS, facet, facet_names, find_facet
from osce_search.vocabulary import vocabulary

__all__ = [
    "EVERYTHING",
    "FIELD_NAMES",
    "Kind",
    "is_open",
    "nearest_field",
    "nearest_values",
    "resolve_field",
    "resolve_value",
]

Kind = Literal["text", "facet", "date"]

EVERYTHING = "*"
"""The value that stands for any value of a facet: `country:*` are the releases that have a country."""

_TEXT = {field.name: field.name for field in TEXT_FIELDS} | {
    "headline": "title",
    "lede": "lead",
    "text": "body",
}
_DATES = {
    "date": "date",
    "on": "date",
    "since": "since",
    "until": "until",
    "after": "after",
    "before": "before",
}

FIELD_NAMES = (*(field.name for field in TEXT_FIELDS), *facet_names(), "id", "date", "since", "until")
"""The names that may stand before a colon, without their other spellings."""

_SHAPES = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"),
    "id": re.compile(r".+"),
}


def resolve_field(typed: str) -> tuple[Kind, str] | None:
    """What a name before a colon means: its kind and its own name, or None.

    >>> resolve_field("Lang"), resolve_field("lede"), resolve_field("foo")
    (('facet', 'language'), ('text', 'lead'), None)
    """
    name = typed.lower()
    if name in _TEXT:
        return "text", _TEXT[name]
    if name in _DATES:
        return "date", _DATES[name]
    if name == "id":
        return "facet", "id"
    found = find_facet(name)
    return ("facet", found.name) if found else None


def nearest_field(typed: str) -> str | None:
    """The field whose name is most like what was typed, or None where none is.

    >>> nearest_field("contry"), nearest_field("foo")
    ('country', None)
    """
    import difflib  # only a mistake needs it, and the command line has to start quickly

    near = difflib.get_close_matches(typed.lower(), [*FIELD_NAMES, *_TEXT, *_DATES], n=1, cutoff=0.7)
    found = resolve_field(near[0]) if near else None
    return found[1] if found else None


def resolve_value(name: str, typed: str) -> str | None:
    """The value of a facet that was typed as slug, code, label or alias; None where there is no such value.

    >>> resolve_value("country", "Bosnia and Herzegovina"), resolve_value("year", "2015"), resolve_value("year", "15")
    ('BA', '2015', None)
    """
    if typed in (MISSING, EVERYTHING):
        return typed
    shape = _SHAPES.get(name)
    if shape:
        return typed if shape.fullmatch(typed) else None
    table = facet(name).vocabulary
    if table is None:
        return typed.lower()
    term = vocabulary(table).resolve(typed)
    return term.value if term else None


def nearest_values(name: str, typed: str) -> dict[str, str]:
    """Up to three values of the facet that are most like what was typed, with their labels, the likest first."""
    table = None if name == "id" else facet(name).vocabulary
    return {term.value: term.label for term in vocabulary(table).suggest(typed, 3)} if table else {}


def is_open(name: str) -> bool:
    """Whether a facet has values beside those of its vocabulary, as towns that no table lists."""
    return name == "place"
