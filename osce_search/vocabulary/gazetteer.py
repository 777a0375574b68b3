"""Gazetteer: running text → the names in it that stand for countries, or only seem to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from osce_search.vocabulary.normalisation import fold
from osce_search.vocabulary.table import FOLDER, read_table
from osce_search.vocabulary.terms import vocabulary

KINDS = frozenset(
    (
        "name",
        "city",
        "demonym",
        "people",
        "region",
        "assembly",
        "process",
        "acronym",
        "group",
        "venue",
        "trap",
    )
)
"""The kinds of mentions, explained in tables/gazetteer.csv. `name` is the name of a state, `city` that of a place."""

# A mention begins at a capital or a letter beyond ASCII. This also matches inside words, where no name is found: that
# is three times as fast as matching only the beginnings of words. The few names that begin otherwise are searched only
# in texts that contain them.
_CAPITAL = re.compile(r"[A-Z\u00c0-\u1fff\u2c00-\ud7ff][^\W_]*")
_RARE = ("fYR", "5+2", "5 + 2", "resolution 1")
_BEGINNING = re.compile(r"\b(?:[^\W\d_a-z][^\W_]*|fYR\w*|resolution\b|5(?=\s?\+\s?2\b))")
_NEXT_WORD = re.compile(r"[\s\u00a0]*[-‑–—/+.,]?[\s\u00a0]*([^\W_]+|&)")
_STEM = 4
"""The number of letters by which inflected names are looked up."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words at an offset of a text, their kind, and the countries that they stand for (none for a trap)."""

    start: int
    end: int
    words: str
    kind: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    kind: str
    countries: tuple[str, ...]
    exact: str = ""


class Gazetteer:
    """Finds the names of countries, and of what belongs to them, in running text: the longest name at each place."""

    __slots__ = ("_names", "_stems")

    def __init__(self, names: Iterable[_Name], stems: Iterable[_Name]) -> None:
        self._names: dict[str, tuple[_Name, ...]] = {}
        for name in names:
            self._names[name.words[0]] = (*self._names.get(name.words[0], ()), name)
        for first, several in self._names.items():
            self._names[first] = tuple(sorted(several, key=lambda name: -len(name.words)))
        self._stems: dict[str, tuple[_Name, ...]] = {}
        for name in stems:
            key = name.words[0][:_STEM]
            self._stems[key] = (*self._stems.get(key, ()), name)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text from left to right, without overlaps, including traps.

        A name must begin with a capital; an acronym must be written exactly as in the table. Diacritics make no
        difference, nor does a hyphen in place of a space.

        >>> [(m.words, m.kind, m.countries) for m in gazetteer().find("The Minsk Group met near Gyumri.")]
        [('Minsk Group', 'process', ('AM', 'AZ')), ('Gyumri', 'city', ('AM',))]
        """
        found: list[Mention] = []
        names, stems, done = self._names, self._stems, 0
        beginning = _BEGINNING if any(map(text.__contains__, _RARE)) else _CAPITAL
        for match in beginning.finditer(text):
            word = match[0]
            key = word.lower() if word.isascii() else fold(word)
            candidates = names.get(key)
            if match.start() < done:
                continue
            if candidates is not None:
                mention = _longest(text, match, candidates)
            elif (inflected := stems.get(key[:_STEM])) is not None:
                mention = _inflected(match, key, inflected)
            else:
                continue
            if mention is not None:
                found.append(mention)
                done = mention.end
        return found


def _longest(text: str, match: re.Match[str], candidates: tuple[_Name, ...]) -> Mention | None:
    only = candidates[0]
    if len(candidates) == 1 and len(only.words) == 1 and not only.exact:
        return Mention(match.start(), match.end(), match[0], only.kind, only.countries)
    ends = [match.end()]
    words: list[str] = []
    for name in candidates:
        wanted = name.words[1:]
        while len(words) < len(wanted):
            following = _NEXT_WORD.match(text, ends[-1])
            if following is None:
                break
            words.append(fold(following[1]))
            ends.append(following.end())
        if tuple(words[: len(wanted)]) != wanted:
            continue
        end = ends[len(wanted)]
        written = text[match.start() : end]
        if not name.exact or name.exact == written:
            if "." in name.exact and text[end : end + 1] == ".":
                end += 1
            return Mention(match.start(), end, text[match.start() : end], name.kind, name.countries)
    return None


def _inflected(match: re.Match[str], key: str, candidates: tuple[_Name, ...]) -> Mention | None:
    for name in candidates:
        if key.startswith(name.words[0]):
            return Mention(match.start(), match.end(), match[0], name.kind, name.countries)
    return None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer of tables/gazetteer.csv with the names in country.csv, place.csv and towns.csv.

    Raise VocabularyError, naming file and line, for a name that stands twice, an unknown kind or country, or a
    trap with a country.
    """
    return load_gazetteer(FOLDER / "gazetteer.csv")


def load_gazetteer(path: Path) -> Gazetteer:
    """Read a gazetteer from a table and add the names of states and cities; see `gazetteer`."""
    table = read_table(path, ("name", "kind", "country"))
    countries = vocabulary("country")
    seen: set[str] = set()
    names: list[_Name] = []
    stems: list[_Name] = []
    for row in table.rows:
        name, kind, cell = row.cells[:3]
        codes = tuple(part.strip() for part in cell.split("|")) if cell else ()
        if kind not in KINDS:
            raise table.error(row, f"{kind!r} is not a kind; the kinds are {', '.join(sorted(KINDS))}")
        if unknown := [code for code in codes if code not in countries]:
            raise table.error(row, f"{unknown[0]!r} is not a value of the vocabulary of countries")
        if bool(codes) == (kind == "trap") and kind not in ("people", "demonym"):
            raise table.error(row, f"{name!r}: a trap has no country, everything else has one")
        if name.endswith("*"):
            stems.append(_Name((fold(name),), kind, codes))
            continue
        for form in _forms(name, kind):
            exact = form.rstrip(".") if kind == "acronym" else ""
            if (key := exact or fold(form)) in seen:
                raise table.error(row, f"the name {form!r} stands twice")
            seen.update((key, fold(form)))
            names.append(_Name(_words(form), kind, codes, exact))
    names.extend(_names_of_states_and_cities(seen))
    names.extend(_names_of_towns(seen))
    return Gazetteer(names, stems)


def _words(name: str) -> tuple[str, ...]:
    return tuple(fold(name.replace(".", " ")).split())


def _forms(name: str, kind: str) -> tuple[str, ...]:
    # Names of inhabitants have a plural in -s, except those in -sh, -ch, -ese, -s and -man.
    if kind in ("demonym", "people") and not name.endswith(("sh", "ch", "ese", "s", "man")):
        return (name, f"{name}s")
    return (name,)


def _names_of_states_and_cities(seen: set[str]) -> Iterator[_Name]:
    for term in vocabulary("country"):
        for name in term.names:
            acronym = len(name) < 7 and name.replace(".", "").isalpha() and sum(map(str.isupper, name)) > 1
            if (key := fold(name)) not in seen and not name[0].islower():
                seen.add(key)
                exact = name.rstrip(".") if acronym else ""
                yield _Name(_words(name), "acronym" if acronym else "name", (term.value,), exact)
    for term in vocabulary("place"):
        if not term.ambiguous:
            for name in term.names:
                if (key := fold(name)) not in seen:
                    seen.add(key)
                    yield _Name(_words(name), "city", term.countries)


def _names_of_towns(seen: set[str]) -> Iterator[_Name]:
    table = read_table(FOLDER / "towns.csv", ("name", "country", "aliases"))
    countries = vocabulary("country")
    towns: dict[str, str] = {}
    for row in table.rows:
        name, country, aliases = row.cells[:3]
        if country not in countries:
            raise table.error(row, f"{country!r} is not a value of the vocabulary of countries")
        for form in (name, *filter(None, map(str.strip, aliases.split("|")))):
            if towns.setdefault(key := fold(form), country) != country:
                raise table.error(row, f"{form!r} is in both {towns[key]} and {country}: leave it out")
            if key not in seen:
                seen.add(key)
                yield _Name(_words(form), "city", (country,))
