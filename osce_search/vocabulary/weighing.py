"""Weighing: what speaks for each country → how sure it is that the release is about it.

The parts that speak for one country are taken as independent witnesses: the doubt that remains is the product of the
doubts each of them leaves. Then the places of a release are held against each other, as an indexer would: what the
first paragraph names counts for less once the title or the field operation that speaks has named the country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

VENUES = frozenset(("venue", "scene", "meeting"))
"""Reasons of a city after "in", or before "meeting": something meets there, or happens there."""

THRESHOLD = 0.5
"""From this weight on a country is taken for a subject of the release."""

_DATELINE_BESIDE = 0.33
_DATELINE_BESIDE_LEAD = 0.9
"""What is left of a dateline's weight where title or source name another country, and where only the text does."""
_BESIDE_TITLE = 0.45
_BESIDE_SOURCE = 0.7
"""What is left of the text's weight for a country that title or source do not name."""
_VENUE = 0.5
"""What is left of "in Rome" in a title that names another country, and of a city in a title that lists many."""
_FORCE = 0.55
"""The least weight of a state whose forces or war the first paragraph names."""
_MANY = 3
"""So many countries in the first paragraph are a list of those concerned, so many cities in a title are stations."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that speaks for a country: `where` as in Evidence, `kind` of mention, `reason` of its reading."""

    weight: float
    where: str
    words: str
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A country, how sure it is (0 to 1), the words it rests on, and where they stand.

    `where` is `title`, `lead`, `body`, `source` or `place`: that of the strongest words, which come first in
    `words`, separated by `; `.
    """

    value: str
    weight: float
    words: str
    where: str


def named(cases: Mapping[str, Sequence[Part]], where: str, venues: bool = True) -> frozenset[str]:
    """The countries that one place of a release names by itself; `venues` says whether "in Rome" is enough."""
    return frozenset(
        value
        for value, parts in cases.items()
        if _sum((part for part in parts if venues or part.reason not in VENUES), where) >= THRESHOLD
    )


def settle(cases: Mapping[str, Sequence[Part]]) -> dict[str, Sequence[Part]]:
    """The cases with less weight on cities of a title that lists many, and regions read as those of their states named.

    A title with three cities and more lists the stations of a process or a journey; where single states of Central
    Asia are named, "Central Asia" means those.
    """
    return _settle_groups(_settle_cities(cases))


def _settle_cities(cases: Mapping[str, Sequence[Part]]) -> Mapping[str, Sequence[Part]]:
    def is_station(part: Part) -> bool:
        return (
            part.where == "title"
            and part.kind == "city"
            and part.reason not in VENUES
            and part.reason != "visit"
        )

    if sum(any(map(is_station, parts)) for parts in cases.values()) < _MANY:
        return cases
    return {
        value: [replace(part, weight=part.weight * _VENUE) if is_station(part) else part for part in parts]
        for value, parts in cases.items()
    }


def _settle_groups(cases: Mapping[str, Sequence[Part]]) -> dict[str, Sequence[Part]]:
    kept = {value: list(parts) for value, parts in cases.items()}
    for group in {part for parts in cases.values() for part in parts if part.kind == "group"}:
        members = [value for value, parts in cases.items() if group in parts]
        near = ("title", "source", "lead", group.where)
        singled = {
            m
            for m in members
            if any(p.kind != "group" and p.reason not in VENUES and p.where in near for p in cases[m])
        }
        for member in members:
            if singled and member not in singled:
                kept[member].remove(group)
    return {value: parts for value, parts in kept.items() if parts}


def weigh(cases: Mapping[str, Sequence[Part]]) -> list[Evidence]:
    """Every country with all that speaks for it made one weight, in no order.

    >>> witnesses = [Part(0.9, "title", "Moldova"), Part(0.5, "lead", "Moldovan")]
    >>> [(item.value, item.weight) for item in weigh({"MD": witnesses})]
    [('MD', 0.95)]
    """
    issued, led = named(cases, "source"), named(cases, "lead")
    firm = named(cases, "title", venues=False)
    titled = firm or named(cases, "title")
    # A title that names a state's forces says nothing of where they are.
    forces = frozenset(value for value, parts in cases.items() if any(p.reason == "force" for p in parts))
    return [_weigh(value, parts, firm, titled, issued, led, forces) for value, parts in cases.items()]


def _weigh(
    value: str,
    parts: Sequence[Part],
    firm: frozenset[str],
    titled: frozenset[str],
    issued: frozenset[str],
    led: frozenset[str],
    forces: frozenset[str],
) -> Evidence:
    title = _sum(parts, "title")
    if (firm | issued) - {value} and all(part.reason in VENUES for part in parts if part.where == "title"):
        title *= _VENUE
    text = _sum(parts, "lead", "body")
    if value not in titled | issued:
        if titled:
            # A title that names only the city of a meeting leaves it to the text who is concerned.
            listed = not firm and len(led) >= _MANY
            text *= 1.0 if titled <= forces or listed else _BESIDE_TITLE
            if any(part.reason == "force" and part.where == "lead" for part in parts):
                text = max(text, _FORCE)
            if any(part.reason == "pair" for part in parts):
                text = max(text, _FORCE)
        elif issued and len(led) < _MANY:
            text *= _BESIDE_SOURCE
    beside = (
        _DATELINE_BESIDE if (titled | issued) - {value} else _DATELINE_BESIDE_LEAD if led - {value} else 1.0
    )
    place = _sum(parts, "place") * beside
    doubt = (1.0 - title) * (1.0 - _sum(parts, "source")) * (1.0 - text) * (1.0 - place)
    strongest = sorted(parts, key=lambda part: -part.weight)
    words = list(dict.fromkeys(part.words for part in strongest))
    return Evidence(value, round(1.0 - doubt, 3), "; ".join(words[:3]), strongest[0].where)


def _sum(parts: Iterable[Part], *where: str) -> float:
    doubt = 1.0
    for part in parts:
        if part.where in where:
            doubt *= 1.0 - part.weight
    return 1.0 - doubt
