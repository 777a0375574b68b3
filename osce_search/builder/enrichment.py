"""Enrichment: a release as it was found → the release with what can be worked out from it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from osce_search.release import Origin, Release
from osce_search.vocabulary.countries import infer_countries

__all__ = ["INFERRED", "enrich"]

INFERRED = "inferred"
"""The origin of a value that was worked out from the text."""


def enrich(release: Release) -> Release:
    """The release with the countries it is about, inferred where none was assigned.

    What is assigned stays as it is, and nothing is added to it: whoever assigned countries meant those. Enriching
    twice gives what enriching once gives: a release is enriched where it is read, and again where several accounts
    of it were put together.

    >>> enrich(Release(id="1", title="Tajik border guards trained", text="A course began.")).country
    ('TJ',)
    """
    origins = release.provenance.get("country", ())
    guessed = {origin.value for origin in origins if origin.origin == INFERRED}
    assigned = tuple(value for value in release.country if value not in guessed)
    if assigned:
        return release
    found = infer_countries(
        release.title,
        release.paragraphs,
        release.source,
        release.place,
        release.date.year if release.date else None,
    )
    provenance = {name: entry for name, entry in release.provenance.items() if name != "country"}
    if found:
        provenance["country"] = tuple(
            Origin(item.value, INFERRED, f"{item.where}: {item.words}", round(item.weight, 3))
            for item in found
        )
    return replace(
        release, country=tuple(item.value for item in found), provenance=MappingProxyType(provenance)
    )
