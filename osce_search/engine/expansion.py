"""Expansion: a tree as typed → the tree with other names and spellings beside what was typed.

What was typed always counts more: other names share one rarity with it, which is never above
its own, and count by half.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

from osce_search.engine.names import names_from
from osce_search.engine.spellings import spellings
from osce_search.index.analyzer import analyze
from osce_search.index.reader import Snapshot
from osce_search.query import And, Node, Or, Phrase, Word
from osce_search.results import Expansion

__all__ = ["HALF", "Also", "Expander"]

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
