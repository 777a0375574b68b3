"""Prefix: the values of a facet whose name has a word that begins so."""

from __future__ import annotations

from collections.abc import Callable

from osce_search.formats.labels import find_term
from osce_search.results import FacetCounts, Other, Results, alter
from osce_search.vocabulary import fold

__all__ = ["begins", "keep_prefix"]

Count = Callable[[tuple[str, ...]], int]


def keep_prefix(results: Results, name: str, prefix: str, limit: int | None, count: Count) -> Results:
    """The answer with only those values of a facet of which label, value or another name has such a word.

    Case and diacritics make no difference. `count` tells how many releases have any of the values that `limit` cuts
    off.
    """
    counts = results.facets[name]
    kept = [bucket for bucket in counts.buckets if begins(name, bucket.value, bucket.label, prefix)]
    cut = tuple(bucket.value for bucket in kept[limit:] if bucket.count) if limit is not None else ()
    other = Other(len(cut), count(cut)) if cut else Other()
    chosen = FacetCounts(name, counts.label, tuple(kept[:limit]), other=other)
    facets: dict[str, FacetCounts] = {**results.facets, name: chosen}
    return alter(results, facets=facets)


def begins(name: str, value: str, label: str, prefix: str) -> bool:
    """Whether value, label or another name of a facet's value has a word, or words in a row, that begin so.

    >>> begins("country", "BA", "Bosnia and Herzegovina", "herz")
    True
    """
    # Folded names have one space between their words.
    wanted = f" {fold(prefix)}"
    term = find_term(name, value)
    names = (value, label, *(term.names if term else ()))
    return any(wanted in f" {folded}" for folded in map(fold, names))
