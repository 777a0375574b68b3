"""The search of an application: what the relevance test holds to its topics."""

from __future__ import annotations

from osce_search import Index


def find(index: Index, text: str, country: str | None = None) -> list[str]:
    """Return the ids of the releases that the application shows, best first."""
    filters = {"country": country} if country else {}
    return [hit.id for hit in index.search(text, filters=filters, operator="any", limit=20).hits]
