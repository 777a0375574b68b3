"""Countries: title, text, sources and dateline of a release → the countries it is about, with the evidence.

No page of the OSCE's general news prints its country, so it is inferred from what a careful indexer would look at:
first the title, then the field operation that speaks, then the first paragraph, then the rest. Where a release was
written, who chairs, who pays and where the people come from are no evidence (contexts.py). docs/metadata.md explains
the weights and measures what they give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from osce_search.vocabulary.contexts import TROIKA, Reading, read_contexts
from osce_search.vocabulary.datelines import read_dateline
from osce_search.vocabulary.gazetteer import gazetteer
from osce_search.vocabulary.table import FOLDER, read_table
from osce_search.vocabulary.terms import vocabulary
from osce_search.vocabulary.weighing import THRESHOLD, VENUES, WEIGHTS, Evidence, Part, named, settle, weigh

_LENGTH = 6000
"""The number of characters read of the title, of the first paragraph, and of the other paragraphs together."""

_MANY_SOURCES = 5
"""If more field operations than these are named, the OSCE as a whole is meant."""

_MEDIATORS: Mapping[tuple[str, ...], frozenset[str]] = {("AM", "AZ"): frozenset(("FR", "RU", "US"))}
"""Map two states to those that mediate between them: the three Co-Chairs of the OSCE Minsk Group."""

_KOSOVO_IN_YUGOSLAVIA = 1998
"""Until resolution 1244 of June 1999, events in Kosovo also concerned the Federal Republic of Yugoslavia."""

_INCOMING = re.compile(r"\b(?:[Ii]ncoming|[Ff]uture|[Nn]ext|[Pp]riorit(?:y|ies)|[Pp]rogramme for)\b")
_SCENES = frozenset(("scene", "meant", "origin"))
_STATES = frozenset(("name", "demonym", "acronym", "city"))
_AND = re.compile(r"\s(?:and|with)\s(?:the\s)?")
_DISCLAIMER = re.compile(
    r"\bfor information only\b|\bnot necessarily (?:reflect|represent)|\balone answers for\b|\bsole responsibility\b"
)
_Cases = dict[str, list[Part]]


class Chair(NamedTuple):
    """The Chair of one year: `country` is a code (empty for a State that no longer exists), `city` a place."""

    year: int
    country: str
    city: str


def infer_countries(
    title: str,
    paragraphs: Sequence[str],
    sources: Iterable[str] = (),
    places: Iterable[str] = (),
    year: int | None = None,
) -> tuple[Evidence, ...]:
    """Return the countries that a release is about, the surest first; none if it is about the OSCE as a whole.

    `sources` and `places` are values of their vocabularies; other values are ignored. Without places, those of the
    dateline before the text count. `year` is the year of publication: the country and the capital of that year's Chair
    are often named without being the subject.

    >>> found = infer_countries("Tajik border guards trained", ["A course began in Dushanbe."], year=2015)
    >>> [(item.value, item.where, item.words) for item in found]
    [('TJ', 'title', 'Tajik; Dushanbe')]
    """
    weighed = weigh_countries(title, paragraphs, sources, places, year)
    return tuple(item for item in weighed if item.weight >= THRESHOLD)


def weigh_countries(
    title: str,
    paragraphs: Sequence[str],
    sources: Iterable[str] = (),
    places: Iterable[str] = (),
    year: int | None = None,
) -> tuple[Evidence, ...]:
    """Return every country that a release gives evidence for, with its weight, also those below THRESHOLD."""
    chairs, sources = _troika(year), tuple(sources)
    cases: _Cases = {}
    titled = _read(title[:_LENGTH], chairs)
    troika = "troika" in sources or TROIKA.search(title[:_LENGTH]) is not None
    less = _mediators(titled, sources)
    _add(cases, titled, 1.0, "title", year, less)
    if paragraphs and _DISCLAIMER.search(paragraphs[0]):
        paragraphs = paragraphs[1:]
    dateline = ""
    if paragraphs:
        dateline, lead = _split_dateline(paragraphs[0])
        readings = _pair(lead, _read(lead[:_LENGTH], chairs, troika), titled)
        _add(cases, readings, WEIGHTS["lead"], "lead", year, {**less, **_hosting(titled)})
    _add_sources(cases, sources)
    met = {reading.mention.words.casefold() for reading in titled if reading.reason == "meeting"}
    written = tuple(places) or _cities(dateline)
    _add_places(cases, (place for place in written if place.casefold() not in met), year)
    if len(paragraphs) > 1 and not (named(cases, "title") or named(cases, "source")):
        # The first paragraph says who strikes, the next ones say where.
        strikes = bool(cases) and all(part.reason == "force" for parts in cases.values() for part in parts)
        rest = _read("\n".join(paragraphs[1:])[:_LENGTH], chairs, troika)
        _add(cases, rest, WEIGHTS["lead" if strikes else "body"], "body", year)
    weighed = {item.value: item for item in weigh(settle(cases))}
    weighed.update((item.value, item) for item in _understood(title, titled, cases, weighed, year))
    return tuple(sorted(weighed.values(), key=lambda item: (-item.weight, item.value)))


def _understood(
    title: str,
    titled: Iterable[Reading],
    cases: Mapping[str, Sequence[Part]],
    known: Mapping[str, Evidence],
    year: int | None,
) -> list[Evidence]:
    """Return the countries that a title means without naming them as its subject."""
    if year is not None and year <= _KOSOVO_IN_YUGOSLAVIA and "RS" not in known:
        for reading in titled:
            if reading.mention.kind == "name" and "XK" in reading.mention.countries:
                return [Evidence("RS", WEIGHTS["understood"], reading.mention.words, "title")]
    if any(item.weight >= THRESHOLD for item in known.values()):
        return []
    # If nothing else names a country, it is where the first paragraph says that something happened.
    scenes = [
        value
        for value, parts in cases.items()
        if any(
            part.where == "lead" and part.reason in _SCENES and not _is_chairs_city(part.words, year)
            for part in parts
        )
    ]
    if scenes:
        return [
            known[value]._replace(weight=max(known[value].weight, WEIGHTS["understood"])) for value in scenes
        ]
    # The Chair is the subject only if there is no other: "… as incoming Chair".
    return [
        Evidence(value, WEIGHTS["understood"], reading.mention.words, "title")
        for reading in titled
        if reading.reason == "chair"
        and (reading.mention.kind in ("name", "acronym") or _INCOMING.search(title))
        for value in reading.mention.countries
    ][:1]


def _read(text: str, chairs: frozenset[str], troika: bool = False) -> list[Reading]:
    mentions = gazetteer().find(text)
    return read_contexts(text, mentions, chairs, troika=troika) if mentions else []


def _split_dateline(lead: str) -> tuple[str, str]:
    """Return the dateline and the text after it: the cities of a dateline have weights of their own."""
    line = read_dateline(lead)
    end = line.end if line else 0
    return lead[:end], lead[end:]


def _cities(dateline: str) -> tuple[str, ...]:
    known = vocabulary("place")
    found = (known.resolve(mention.words) for mention in gazetteer().find(dateline) if mention.kind == "city")
    return tuple(term.value for term in found if term)


def _hosting(titled: Iterable[Reading]) -> dict[str, float]:
    """Map the countries that a title names only as the Chair to the factor of their mentions in the text."""
    held = {value for reading in titled if reading.reason == "chair" for value in reading.mention.countries}
    other = {value for reading in titled if reading.reason != "chair" for value in reading.mention.countries}
    return dict.fromkeys(held - other, WEIGHTS["hosting"])


def _mediators(titled: Iterable[Reading], sources: Iterable[str]) -> dict[str, float]:
    """Map the states that mediate in the talks of a title or a source to the factor of their mentions."""
    parties = [
        reading.mention.countries for reading in titled if reading.mention.kind in ("process", "region")
    ]
    known = (vocabulary("source").term(value) for value in sources)
    parties.extend(term.countries for term in known if term)
    return {value: WEIGHTS["mediator"] for pair in parties for value in _MEDIATORS.get(pair, ())}


def _pair(text: str, readings: Sequence[Reading], titled: Iterable[Reading]) -> list[Reading]:
    """Mark the readings of states that are named together with one of the title, as in "Peru and Chile"."""
    found = list(readings)
    states = {
        value
        for reading in titled
        if reading.mention.kind in _STATES and reading.factor >= WEIGHTS["venue in text"]
        for value in reading.mention.countries
    }
    for number, reading in enumerate(readings):
        # Talks between two states also concern the one that the title does not name.
        both = reading.mention.countries if reading.mention.kind in ("process", "acronym", "region") else ()
        if len(both) == 2 and not reading.reason and states.intersection(both):
            found[number] = reading._replace(reason="pair")
    for at, (one, two) in enumerate(pairwise(readings)):
        between = text[one.mention.end : two.mention.start]
        if one.reason or two.reason or not _AND.fullmatch(between):
            continue
        for number, (mine, other) in ((at, (one, two)), (at + 1, (two, one))):
            if mine.mention.kind not in _STATES - {"city"} or states.intersection(mine.mention.countries):
                continue
            if states.intersection(other.mention.countries):
                found[number] = mine._replace(reason="pair")
    return found


def _add(
    cases: _Cases,
    readings: Iterable[Reading],
    scale: float,
    where: str,
    year: int | None,
    less: Mapping[str, float] = MappingProxyType({}),
) -> None:
    for reading in readings:
        mention = reading.mention
        is_venue = reading.reason in VENUES
        # Meetings take place in the capital of the year's Chair.
        seat = _is_chairs_city(mention.words, year) and (is_venue or _hosts().isdisjoint(mention.countries))
        kind = "venue" if seat and reading.reason != "visit" else mention.kind
        if kind == "venue" and reading.reason == "meant":
            kind = "city"
        weight = WEIGHTS[kind] * reading.factor * scale
        if is_venue and where != "title":
            weight *= WEIGHTS["venue in text"]
        if reading.reason == "meeting" and _hosts().isdisjoint(mention.countries):
            weight *= WEIGHTS["meeting"]
        if weight > 0:
            part = Part(weight, where, mention.words, mention.kind, reading.reason)
            for value in mention.countries:
                kept = part._replace(weight=weight * less[value]) if value in less else part
                cases.setdefault(value, []).append(kept)


def _add_sources(cases: _Cases, sources: Iterable[str]) -> None:
    known = [term for value in sources if (term := vocabulary("source").term(value)) and term.countries]
    weight = WEIGHTS["source"]
    if len(known) > _MANY_SOURCES:
        weight *= _MANY_SOURCES / len(known) / 2
    for term in known:
        for value in term.countries:
            cases.setdefault(value, []).append(Part(weight, "source", term.label))


def _add_places(cases: _Cases, places: Iterable[str], year: int | None) -> None:
    where_written, chairs = seats(year), _troika(year)
    for value in places:
        if value in where_written:
            continue
        for country in _countries_of_place(value):
            weight = WEIGHTS["dateline" if country in _hosts() - chairs else "dateline elsewhere"]
            cases.setdefault(country, []).append(Part(weight, "place", value))


def _troika(year: int | None) -> frozenset[str]:
    """Return the countries of the Troika: those of the previous, the current and the next Chair."""
    if year is None:
        return frozenset()
    held = (chair(near) for near in (year - 1, year, year + 1))
    return frozenset(item.country for item in held if item and item.country)


def _is_chairs_city(words: str, year: int | None) -> bool:
    held = chair(year) if year is not None else None
    return held is not None and held.city == words


def _countries_of_place(place: str) -> tuple[str, ...]:
    """Return the countries of a dateline's place; none for a city of many meetings or an unknown place."""
    found = gazetteer().find(place)
    if any(mention.kind == "venue" for mention in found):
        return ()
    term = vocabulary("place").term(place)
    if term is not None:
        return term.countries
    # As printed: "KOMÁRNO", "LONDON, March 17".
    return found[0].countries if found and found[0].words == place.partition(",")[0].strip() else ()


@lru_cache(maxsize=1)
def _hosts() -> frozenset[str]:
    """Return the countries that have or had a field operation."""
    return frozenset(code for term in vocabulary("source") for code in term.countries)


def chair(year: int) -> Chair | None:
    """Return the Chair of a year, or None if the table does not have the year.

    >>> chair(2004)
    Chair(year=2004, country='BG', city='Sofia')
    """
    return _chairs().get(year)


def seats(year: int | None = None) -> frozenset[str]:
    """Return the seats of OSCE bodies: the permanent ones and, for a year, the capital of its Chair.

    A seat in a dateline says where a release was written, not what it is about. Seats are values of the vocabulary
    `place`.

    >>> sorted(seats(2004) - seats())
    ['Sofia']
    """
    permanent = _permanent_seats()
    held = _chairs().get(year) if year is not None else None
    return permanent | {held.city} if held else permanent


@lru_cache(maxsize=1)
def _chairs() -> dict[int, Chair]:
    table = read_table(FOLDER / "chairs.csv", ("year", "country", "city"))
    found: dict[int, Chair] = {}
    for row, year, country, city in zip(
        table.rows, table.column("year"), table.column("country"), table.column("city"), strict=True
    ):
        if not year.isdigit() or int(year) in found:
            raise table.error(row, f"{year!r} is not a year, or stands twice")
        found[int(year)] = Chair(int(year), country, city)
    return found


@lru_cache(maxsize=1)
def _permanent_seats() -> frozenset[str]:
    return frozenset(term.value for term in vocabulary("place") if term.seats)
