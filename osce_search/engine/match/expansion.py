"""Expansion: a tree as typed → the tree with other names and spellings beside what was typed.

What was typed always counts more: other names share one rarity with it, which is never above its own, and count half.

Names are prepared in `names.tsv`, since taking apart all names of the vocabulary would take most of the time of a first
search. It has one line for each group of names, and the lines with a term are found without reading the others.
`scripts/names` writes the file; a test fails if it is out of date.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, cast

from osce_search.index.analyzer import analyze
from osce_search.index.reader import Snapshot
from osce_search.query import And, Node, Or, Phrase, Word
from osce_search.results import Expansion
from osce_search.vocabulary import synonyms

HALF = 0.5
"""The weight of an occurrence under another name, compared with one under the name that was typed."""

MAX_NAMES = 12
"""The number of other names that are searched for one that was typed."""

TABLE = Path(__file__).with_name("names.tsv")
"""One line for each group of names: the terms of each name between bars, a tab, and the names in the same order."""

_REMEMBERED = 10_000
"""The number of texts whose names an expander remembers."""


class Also(NamedTuple):
    """Other names of what was typed; they are searched together as if they were one word."""

    typed: tuple[Word | Phrase, ...]
    names: tuple[Word | Phrase, ...]
    boost: float = HALF


class Expander:
    """Expands trees over one snapshot. It remembers what it found for each text."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._found: dict[str, tuple[str, ...]] = {}

    def expand(self, tree: Node) -> tuple[Node, tuple[Expansion, ...]]:
        """Return the tree with the other names that the index has, and what was added.

        Only words and phrases without a field are expanded, and nothing under a negation.
        """
        found: list[Expansion] = []
        return self._expand(tree, found), tuple(found)

    def _expand(self, node: Node, found: list[Expansion]) -> Node:
        if isinstance(node, Word | Phrase):
            return self._beside((node,), found) or node
        if not isinstance(node, Or | And) or self._is_bare(node.children):
            return node
        if isinstance(node, Or):
            children = tuple(self._expand(child, found) for child in node.children)
        else:
            children = tuple(self._expand_run(node.children, found))
        return node if children == node.children else replace(node, children=children)

    def _is_bare(self, children: Sequence[Node]) -> bool:
        """Whether all children are words that neither have other names nor begin one, as in most queries."""
        return all(
            isinstance(child, Word) and not self._names_of(child.text) and not _begins_name(child.text)
            for child in children
        )

    def _expand_run(self, children: Sequence[Node], found: list[Expansion]) -> Iterator[Node]:
        """Expand the children of an And; words that make up a name are expanded together."""
        place = 0
        while place < len(children):
            run = tuple(
                itertools.takewhile(
                    lambda child: isinstance(child, Word) and child.field is None, children[place:]
                )
            )
            length = _longest([child.text for child in run if isinstance(child, Word)])
            if length > 1:
                typed = tuple(child for child in run[:length] if isinstance(child, Word))
                both = self._beside(typed, found)
                yield from typed if both is None else (both,)
                place += length
            else:
                yield self._expand(children[place], found)
                place += 1

    def _beside(self, typed: tuple[Word | Phrase, ...], found: list[Expansion]) -> Node | None:
        """Return what was typed or its other names, or None if the index has no other name of it."""
        if any(node.field is not None or (isinstance(node, Phrase) and node.slop) for node in typed):
            return None
        text = " ".join(node.text for node in typed)
        names = self._names_of(text)
        if not names:
            return None
        found.append(Expansion(text, names))
        leaves = tuple(Word(name) if len(analyze(name)) == 1 else Phrase(name) for name in names)
        first: Node = typed[0] if len(typed) == 1 else And(typed)
        # The parser never makes an Also, but the matcher knows it.
        return Or((first, cast(Node, Also(typed, leaves, HALF * typed[0].boost))))

    def _names_of(self, text: str) -> tuple[str, ...]:
        """Return the other names of a text; those with a word that the index lacks are left out."""
        names = self._found.get(text)
        if names is None:
            names = tuple(name for name in _others(text) if all(map(self._snapshot.has, analyze(name))))[
                :MAX_NAMES
            ]
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[text] = names
        return names


@functools.lru_cache(maxsize=4096)
def _begins_name(text: str) -> bool:
    """Whether a word is the first of a name of several words."""
    terms = analyze(text)
    return len(terms) == 1 and any(len(name.terms) > 1 for name in names_from(terms[0]))


def _longest(texts: Sequence[str]) -> int:
    """Return the number of words, from the first on, that make up a name of several words, or 0."""
    terms = [analyze(text) for text in texts]
    if not terms or len(terms[0]) != 1:
        return 0
    for name in names_from(terms[0][0]):
        length = len(name.terms)
        if length == 1:
            break
        if tuple(term for part in terms[:length] for term in part) == name.terms:
            return length
    return 0


@functools.lru_cache(maxsize=4096)
def _others(text: str) -> tuple[str, ...]:
    return tuple(_find_others(text))


def _find_others(text: str) -> Iterator[str]:
    key = tuple(analyze(text))
    seen = {key}
    known = [name.others for name in (names_from(key[0]) if key else ()) if name.terms == key]
    for name in (*(known[0] if known else ()), *spellings(text)):
        other = tuple(analyze(name))
        if other and other not in seen:
            seen.add(other)
            yield name


class Name(NamedTuple):
    """The terms of a name, and the other names of the same thing."""

    terms: tuple[str, ...]
    others: tuple[str, ...]


@functools.lru_cache(maxsize=4096)
def names_from(term: str) -> tuple[Name, ...]:
    """Return the names that begin with a term, those with the most terms first.

    >>> [name.others[0] for name in names_from("rfom")]
    ['Representative on Freedom of the Media']
    """
    found: dict[str, dict[str, None]] = {}
    for line in _lines_with(term):
        keys, names = (part.split("|") for part in line.strip("|").split("|\t"))
        for key in keys:
            if key.partition(" ")[0] == term:
                others = (name for other, name in zip(keys, names, strict=True) if other != key)
                found.setdefault(key, {}).update(dict.fromkeys(others))
    entries = (Name(tuple(key.split(" ")), tuple(others)) for key, others in found.items())
    return tuple(sorted(entries, key=lambda name: -len(name.terms)))


def _lines_with(term: str) -> list[str]:
    text, places = _read_table(), set()
    for sought in (f"|{term}|", f"|{term} "):
        place = text.find(sought)
        while place >= 0:
            places.add(text.rfind("\n", 0, place) + 1)
            place = text.find(sought, place + 1)
    return [text[place : text.find("\n", place)] for place in sorted(places)]


@functools.lru_cache(maxsize=1)
def _read_table() -> str:
    return TABLE.read_text(encoding="utf-8")


def print_table() -> str:
    """Return the text of `TABLE` for the vocabulary and the analyzer as they are now."""
    lines = ["# Made by scripts/names from osce_search/vocabulary/tables: not to be edited."]
    for group in synonyms():
        keys = {name: " ".join(analyze(name)) for name in group}
        known = [name for name in group if keys[name]]
        if len({keys[name] for name in known}) > 1:
            lines.append("|".join(("", *(keys[name] for name in known), "\t" + "|".join(known))))
    return "\n".join(lines) + "\n"


_VERBS = ("e", "ed", "er", "ers", "es", "ing", "ation", "ations")
_NOUNS = ("", "s")
_ENDINGS = tuple(
    (one + ending, other + ending, before)
    for one, other, endings, before in (
        ("is", "iz", _VERBS, 0),
        ("iz", "is", _VERBS, 0),
        ("tre", "ter", _NOUNS, 0),
        ("ter", "tre", _NOUNS, 0),
        ("gramme", "gram", _NOUNS, 0),
        ("gram", "gramme", _NOUNS, 0),
        ("our", "or", _NOUNS, 2),
        ("or", "our", _NOUNS, 3),
        ("ence", "ense", _NOUNS, 0),
        ("ense", "ence", _NOUNS, 0),
    )
    for ending in endings
)
"""Endings that English spells in two ways, with the number of letters that must precede them. The OSCE writes -ize,
-re and -our."""

_LATIN = {
    # Serbian and Macedonian letters; letters that Russian and Ukrainian share have one reading here.
    "ђ": "d", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_SERBIAN = {"ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s"}
_UKRAINIAN = {"г": "h", "и": "y", "й": "i"}


def spellings(text: str) -> Iterator[str]:
    """Iterate over the other spellings of a word, in lower case. Several words, or fewer than four letters, have none.

    >>> list(spellings("organisation")), list(spellings("Programme")), list(spellings("hour"))
    (['organization'], ['program'], [])
    >>> list(spellings("Ђуканов"))
    ['dukanov', 'dukanov', 'dukanov']
    """
    word = text.lower()
    if " " in word or len(word) < 4:
        return
    for ending, other, before in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + before:
            yield word[: len(word) - len(ending)] + other
    if "đ" in word:
        yield word.replace("đ", "dj")
    if "dj" in word:
        yield word.replace("dj", "đ")
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        for local in ({}, _SERBIAN, _UKRAINIAN):
            yield "".join(local.get(letter, _LATIN.get(letter, letter)) for letter in word)
