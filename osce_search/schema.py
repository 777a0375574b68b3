"""Schema: the text fields and the facets of a release."""

from __future__ import annotations

from typing import NamedTuple

from osce_search.errors import UnknownFacet

__all__ = ["FACETS", "TEXT_FIELDS", "Facet", "TextField", "facet", "facet_names", "find_facet"]


class TextField(NamedTuple):
    """A searchable part of a release. A query that names no field searches all of them."""

    name: str
    label: str


class Facet(NamedTuple):
    """A property by which releases are filtered and counted.

    `vocabulary` names the vocabulary of its values; None means that any value is allowed. `many` says that a release
    can have several values. `derived` facets are computed from the date.
    """

    name: str
    label: str
    vocabulary: str | None
    many: bool
    derived: bool = False


TEXT_FIELDS = (
    TextField("title", "Title"),
    TextField("lead", "First paragraph"),
    TextField("body", "Body"),
)

FACETS = (
    Facet("field", "Field of work", "field", many=True),
    Facet("country", "Country", "country", many=True),
    Facet("source", "Source", "source", many=True),
    Facet("year", "Year", None, many=False, derived=True),
    Facet("month", "Month", None, many=False, derived=True),
    Facet("type", "Type", "type", many=False),
    Facet("place", "Place", "place", many=True),
    Facet("language", "Language", "language", many=False),
)

_BY_NAME = {item.name: item for item in FACETS}
_ALSO = {
    "fields": "field",
    "topic": "field",
    "theme": "field",
    "countries": "country",
    "sources": "source",
    "issuer": "source",
    "places": "place",
    "city": "place",
    "lang": "language",
    "types": "type",
}


def facet_names() -> tuple[str, ...]:
    """Return the names of all facets, in the order in which they are shown."""
    return tuple(_BY_NAME)


def find_facet(name: str) -> Facet | None:
    """Return the facet of a name or of another spelling of it, or None if there is no such facet."""
    return _BY_NAME.get(name) or _BY_NAME.get(_ALSO.get(name, ""))


def facet(name: str) -> Facet:
    """Return the facet of a name. Raise UnknownFacet, with the most similar name, if there is no such facet.

    >>> facet("lang").label
    'Language'
    """
    found = find_facet(name)
    if found is None:
        import difflib  # only a mistake needs it, and the command line has to start quickly

        near = difflib.get_close_matches(name.lower(), [*_BY_NAME, *_ALSO], n=1)
        raise UnknownFacet(name, facet_names(), _ALSO.get(near[0], near[0]) if near else None)
    return found
