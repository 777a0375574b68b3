"""Coverage: releases → their numbers by year and type, and how complete their labels are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from osce_search.release import Release
from osce_search.schema import FACETS, Facet

__all__ = ["Coverage", "FacetCoverage", "measure"]

UNDATED = "no date"
UNTYPED = "no type"


@dataclass(frozen=True, slots=True)
class FacetCoverage:
    """How many releases have a value of a facet that is `assigned` on the page, only `inferred`, or `missing`."""

    name: str
    label: str
    assigned: int
    inferred: int
    missing: int
    values: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a collection of releases holds. `years` maps each year to its numbers of releases by type."""

    total: int
    years: Mapping[str, Mapping[str, int]]
    facets: tuple[FacetCoverage, ...]
    parsers: Mapping[str, int]
    flags: Mapping[str, int]
    partial: int

    @property
    def types(self) -> Mapping[str, int]:
        """The number of releases of each type, the most frequent type first."""
        total: Counter[str] = Counter()
        for types in self.years.values():
            total.update(types)
        return _sort(total)


def measure(releases: Iterable[Release]) -> Coverage:
    """Count the releases in one pass.

    >>> coverage = measure([Release(id="1", title="A visit", text="…", country=("BA",))])
    >>> coverage.total, coverage.years
    (1, {'no date': {'no type': 1}})
    """
    total = partial = 0
    years: dict[str, Counter[str]] = {}
    parsers: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    facets = [facet for facet in FACETS if not facet.derived]
    counts = {facet.name: Counter[str]() for facet in facets}
    values: dict[str, set[str]] = {facet.name: set() for facet in facets}
    for release in releases:
        total += 1
        partial += release.partial
        year = str(release.date.year) if release.date else UNDATED
        years.setdefault(year, Counter())[release.type or UNTYPED] += 1
        parsers[release.parser or "record"] += 1
        flags.update(release.flags)
        for facet in facets:
            found = getattr(release, facet.name)
            given = found if facet.many else (found,) if found else ()
            values[facet.name].update(given)
            counts[facet.name][_find_origin(release, facet.name, given)] += 1
    return Coverage(
        total,
        {year: dict(years[year]) for year in sorted(years)},
        tuple(_cover(facet, counts[facet.name], len(values[facet.name])) for facet in facets),
        _sort(parsers),
        _sort(flags),
        partial,
    )


def _sort(counts: Counter[str]) -> dict[str, int]:
    """Sort counts, the highest first and ties by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _cover(facet: Facet, counts: Counter[str], values: int) -> FacetCoverage:
    return FacetCoverage(
        facet.name, facet.label, counts["assigned"], counts["inferred"], counts["missing"], values
    )


def _find_origin(release: Release, name: str, values: tuple[str, ...]) -> str:
    if not values:
        return "missing"
    return "inferred" if release.inferred(name).issuperset(values) else "assigned"
