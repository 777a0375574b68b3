"""Expansion: a tree as typed → the tree with other names and spellings beside what was typed.

What was typed always counts more: other names share one rarity with it, which is never above
its own, and count by half.

Names: a term → the names that begin with it, each with the other names of the same thing.

They are worked out beforehand, since taking apart every name that the vocabulary knows would be most of what a first
question costs: `names.tsv` has a line for each group of names, of which those with a term are found without reading
the others. `scripts/names` writes that file anew; a test says when it has to be.

Spellings: one word → its other spellings, of English, of đ, and in Latin letters.
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
"""What an occurrence under another name counts, beside one of the name that was typed."""

MAX_NAMES = 12
"""Other names that are searched for one that was typed."""


class Also(NamedTuple):
    """Other names of what `typed` names, searched together as if they were one word."""

    typed: tuple[Word | Phrase, ...]
    names: tuple[Word | Phrase, ...]
    boost: float = HALF


class Expander:
    """Expands trees over one snapshot; it remembers what it found of each word."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._found: dict[str, tuple[str, ...]] = {}

    def expand(self, tree: Node) -> tuple[Node, tuple[Expansion, ...]]:
        """The tree with alternatives that the index knows, and what was added.

        Only words and phrases that apply to all fields are expanded, and nothing under a negation.
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
        """Whether all are words of which none has or begins a name: most questions, and no need to look on."""
        return all(
            child.__class__ is Word and not self._names_of(child.text) and not _begins_name(child.text)
            for child in children
        )

    def _expand_run(self, children: Sequence[Node], found: list[Expansion]) -> Iterator[Node]:
        """The children of an And, words that make up a name taken together."""
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
        """What was typed or else its other names, or None where it has none that the index knows."""
        if any(node.field is not None or (isinstance(node, Phrase) and node.slop) for node in typed):
            return None
        text = " ".join(node.text for node in typed)
        names = self._names_of(text)
        if not names:
            return None
        found.append(Expansion(text, names))
        leaves = tuple(Word(name) if len(analyze(name)) == 1 else Phrase(name) for name in names)
        first: Node = typed[0] if len(typed) == 1 else And(typed)
        # A tree that is asked never has an Also, and one that is evaluated may: the matcher knows it.
        return Or((first, cast(Node, Also(typed, leaves, HALF * typed[0].boost))))

    def _names_of(self, text: str) -> tuple[str, ...]:
        """The other names of a text that the index has all words of, so that they can be found at all."""
        names = self._found.get(text)
        if names is None:
            names = tuple(name for name in _others(text) if all(map(self._snapshot.has, analyze(name))))[
                :MAX_NAMES
            ]
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[text] = names
        return names


_REMEMBERED = 10_000
"""Texts of which an expander remembers the names."""


@functools.lru_cache(maxsize=4096)
def _begins_name(text: str) -> bool:
    """Whether a word begins a name of several words."""
    terms = analyze(text)
    return len(terms) == 1 and any(len(name.terms) > 1 for name in names_from(terms[0]))


def _longest(texts: Sequence[str]) -> int:
    """How many words from the first on make up a name of several words."""
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
    names = (name.others for name in (names_from(key[0]) if key else ()) if name.terms == key)
    for name in (*next(names, ()), *spellings(text)):
        other = tuple(analyze(name))
        if other and other not in seen:
            seen.add(other)
            yield name


TABLE = Path(__file__).with_name("names.tsv")
"""A line for each group of names: the terms of each between bars, a tab, and the names in the same order."""


class Name(NamedTuple):
    """The terms of a name, and what else the same thing is or was called."""

    terms: tuple[str, ...]
    others: tuple[str, ...]


@functools.lru_cache(maxsize=4096)
def names_from(term: str) -> tuple[Name, ...]:
    """The names whose first term this is, those of most terms first.

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


def tabulate() -> str:
    """What has to stand in `TABLE`, by the vocabulary and the analyzer as they are."""
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
"""Endings that English spells in two ways, and the letters that must stand before them; the OSCE writes -ize, -re
and -our."""

_LATIN = {
    # Serbian and Macedonian letters; those shared with Russian and Ukrainian have one reading in all.
    "ђ": "d", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_SERBIAN = {"ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s"}
_UKRAINIAN = {"г": "h", "и": "y", "й": "i"}


def spellings(text: str) -> Iterator[str]:
    """The other spellings of a word, in lower case; none of a word of fewer than four letters, or of several words.

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
