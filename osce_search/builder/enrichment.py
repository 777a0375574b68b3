"""Enrichment: a release as it was found → the release with what can be worked out from it."""

from __future__ import annotations

from osce_search.release import Release

__all__ = ["enrich"]


def enrich(release: Release) -> Release:
    """The release with its inferred values; what is assigned stays as it is.

    Enriching twice gives what enriching once gives: a release is enriched where it is read, and again where
    several accounts of it were put together.
    """
    return release
