"""Weighing: the evidence for each country → how sure it is that the release is about it.

The parts of the evidence for one country are independent witnesses: the remaining doubt is the product of the doubts
that each of them leaves. The places of a release are weighed against each other as an indexer would: a country that
only the text names counts less if the title or the field operation that speaks has named another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from osce_search.vocabulary.table import FOLDER, read_table

WEIGHTS = {
    row.cells[0]: float(row.cells[1])
    for row in read_table(FOLDER / "weights.csv", ("name", "weight", "meaning")).rows
}
"""Weights and factors by name; tables/weights.csv says what each of them means."""

VENUES = frozenset(("venue", "scene", "meeting"))
"""Reasons of a city after "in" or before "meeting": something takes place there."""

THRESHOLD = 0.5
"""The weight from which a country is a subject of the release."""

_MANY = 3
"""The number of countries in a first paragraph, or of cities in a title, that make a list."""


class Part(NamedTuple):
    """One piece of evidence: `where` as in Evidence, the `kind` of the mention, and the `reason` of its reading."""

    weight: float
    where: str
    words: str
    kind: str = ""
    reason: str = ""


class Evidence(NamedTuple):
    """A country, its weight (0 to 1), and the words that speak for it, the strongest first, separated by `; `.

    `where` is the place of the strongest words: `title`, `lead`, `body`, `source` or `place`.
    """

    value: str
    weight: float
    words: str
    where: str


def named(cases: Mapping[str, Sequence[Part]], where: str, venues: bool = True) -> frozenset[str]:
    """Return the countries that one place of a release names. `venues` says whether "in Rome" is enough."""
    return frozenset(
        value
        for value, parts in cases.items()
        if _sum((part for part in parts if venues or part.reason not in VENUES), where) >= THRESHOLD
    )


def settle(cases: Mapping[str, Sequence[Part]]) -> dict[str, Sequence[Part]]:
    """Return the cases with less weight on the cities of a long list, and groups reduced to the states that are named.

    A title with three or more cities lists the stations of a process or a journey. If single states of Central Asia
    are named, "Central Asia" means these.
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
    factor = WEIGHTS["venue beside title"]
    return {
        value: [part._replace(weight=part.weight * factor) if is_station(part) else part for part in parts]
        for value, parts in cases.items()
    }


def _settle_groups(cases: Mapping[str, Sequence[Part]]) -> dict[str, Sequence[Part]]:
    kept = {value: list(parts) for value, parts in cases.items()}
    for group in {part for parts in cases.values() for part in parts if part.kind == "group"}:
        members = [value for value, parts in cases.items() if group in parts]
        near = ("title", "source", "lead", group.where)
        singled = {
            member
            for member in members
            if any(
                part.kind != "group" and part.reason not in VENUES and part.where in near
                for part in cases[member]
            )
        }
        for member in members:
            if singled and member not in singled:
                kept[member].remove(group)
    return {value: parts for value, parts in kept.items() if parts}


def weigh(cases: Mapping[str, Sequence[Part]]) -> list[Evidence]:
    """Return the evidence for every country as one weight each, in no particular order.

    >>> witnesses = [Part(0.9, "title", "Moldova"), Part(0.5, "lead", "Moldovan")]
    >>> [(item.value, item.weight) for item in weigh({"MD": witnesses})]
    [('MD', 0.95)]
    """
    issued, led = named(cases, "source"), named(cases, "lead")
    firm = named(cases, "title", venues=False)
    titled = firm or named(cases, "title")
    # A title that names a state's forces does not say where they are.
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
        title *= WEIGHTS["venue beside title"]
    text = _sum(parts, "lead", "body")
    if value not in titled | issued:
        if titled:
            # A title that names only the city of a meeting leaves it to the text which countries are concerned.
            listed = not firm and len(led) >= _MANY
            text *= 1.0 if titled <= forces or listed else WEIGHTS["text beside title"]
            if any(
                (part.reason == "force" and part.where == "lead") or part.reason == "pair" for part in parts
            ):
                text = max(text, WEIGHTS["force"])
        elif issued and len(led) < _MANY:
            text *= WEIGHTS["text beside source"]
    place = _sum(parts, "place")
    if (titled | issued) - {value}:
        place *= WEIGHTS["dateline beside title"]
    elif led - {value}:
        place *= WEIGHTS["dateline beside lead"]
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
