"""Diagnosis: a question without an answer → what to leave out of it, and what may have been meant."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from osce_search.engine.matching import Matcher
from osce_search.engine.naming import Names
from osce_search.engine.readings import find_readings
from osce_search.index.analyzer import form_of, spans, term_of
from osce_search.index.reader import Snapshot
from osce_search.query import (
    And,
    DateRange,
    In,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Word,
    print_query,
    print_tree,
)
from osce_search.results import Dropped, Suggestion
from osce_search.vocabulary.stopwords import is_stop_word

__all__ = ["MAX_TRIED", "Diagnosis"]

MAX_TRIED = 40
"""Words, and filters, that are left out in turn; the rest of a longer question is not tried."""

MAX_LOOKED_AT = 4000
"""Parts of the question that are looked at in all: a longer one is changed less often."""

MAX_SUGGESTED = 3

_MISSPELT = 4
"""Words that no release has for which others are looked for."""

_CANDIDATES = 8
"""Words like one that finds nothing which are tried; the nearest and most frequent come first."""

_TOGETHER = 3
"""The same where several words are unknown, and all of them have to be replaced at once."""

_MANY = 8
"""Parts that are left out together, at most; a question that needs more is about something else."""

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int32]


class Diagnosis:
    """Tells of one question how many hits it has without each of its parts, and with other words in it.

    `expand` gives a tree its other names, as the search does, `count` the hits of a whole question, and `names_of` what
    the values of a facet are called, for those that were misspelt.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        matcher: Matcher,
        query: Query,
        expand: Callable[[Node], Node],
        count: Callable[[Query], int],
        names_of: Callable[[str], Names] | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._query = query
        self._expand = expand
        self._count = count
        self._names_of = names_of
        self._children = _parts(query.tree)
        self._changes = max(MAX_LOOKED_AT // max(len(self._children), 1), 1)
        self._masks: dict[Node, Mask] = {}

    # ── what to leave out ────────────────────────────────────────────────────────────────────────────────────

    def dropped(self) -> tuple[Dropped, ...]:
        """Each part without which there are hits, with their number, the most first.

        All is counted in one pass: what a part alone keeps out are the documents that fail it and nothing else.
        """
        query, tags = self._query, self._query.tags
        dates = DateRange(query.since, query.until) if query.since or query.until else None
        if len(self._children) + len(query.filters) + (dates is not None) < 2:
            return ()
        nodes = dict.fromkeys(_parts(self._expand(query.tree)))
        fails = np.zeros(self._snapshot.size, np.int32)
        for node in nodes:
            fails += ~self._mask(node)
        found: list[Dropped] = []
        filtering = [(print_query(Query(filters=(f,))), "filter", f) for f in query.filters[:MAX_TRIED]]
        failing = {item: ~self._matcher.filter_mask(item, tags) for _, _, item in filtering}
        for item in query.filters:
            fails += failing[item] if item in failing else ~self._matcher.filter_mask(item, tags)
        if dates:
            fails += ~self._mask(dates)
        for what, kind, item in filtering:
            found.append(Dropped(what, kind, self._passing(fails - failing[item])))
        if dates:
            found.append(Dropped(print_tree(dates), "date", self._passing(fails - ~self._mask(dates))))
        for what, kind, rest in self._without():
            left = dict.fromkeys(_parts(self._expand(rest)))
            # A word that stands between two others may part a name: without it more changes than itself.
            changed = fails.copy()
            for node in nodes.keys() - left.keys():
                changed -= ~self._mask(node)
            for node in left.keys() - nodes.keys():
                changed += ~self._mask(node)
            found.append(Dropped(what, kind, self._passing(changed)))
        found = [item for item in found if item.total] or self._together(dates)
        return tuple(sorted(found, key=lambda item: (-item.total, item.what)))

    def _together(self, dates: DateRange | None) -> list[Dropped]:
        """The fewest parts that have to be left out at once, as a few of the releases tell that lack no others."""
        query, tags = self._query, self._query.tags
        if len(self._children) > MAX_TRIED or len(query.filters) > MAX_TRIED:
            return []
        masks = [self._mask(self._expand(child)) for child in self._children]
        masks += [self._matcher.filter_mask(item, tags) for item in query.filters]
        masks += [self._mask(dates)] if dates else []
        lacking = ~np.stack([mask.take(self._snapshot.all_docs) for mask in masks])
        number = lacking.sum(axis=0)
        if not number.size or not 1 < number.min() <= _MANY:
            return []
        if number.min() == len(lacking):
            return []  # Nothing would be left of the question.
        ways, counts = np.unique(lacking[:, number == number.min()], axis=1, return_counts=True)
        best = np.argsort(-counts, kind="stable")[:MAX_SUGGESTED]
        return [self._without_all(ways[:, way]) for way in best.tolist()]

    def _without_all(self, left_out: Mask) -> Dropped:
        """The hits without several parts: of the tree, then of the filters, then the dates."""
        query, size = self._query, len(self._children)
        within = left_out[size : size + len(query.filters)]
        kept = tuple(child for child, gone in zip(self._children, left_out, strict=False) if not gone)
        gone = tuple(child for child, gone in zip(self._children, left_out, strict=False) if gone)
        undated = len(left_out) > size + len(query.filters) and bool(left_out[-1])
        left = Query(
            And(gone),
            filters=tuple(item for item, gone in zip(query.filters, within, strict=True) if gone),
            since=query.since if undated else None,
            until=query.until if undated else None,
        )
        rest = replace(
            query,
            tree=And(kept) if kept else MatchAll(),
            filters=tuple(item for item, gone in zip(query.filters, within, strict=True) if not gone),
            since=None if undated else query.since,
            until=None if undated else query.until,
            relax=False,
        )
        return Dropped(print_query(left), "several", self._count(rest))

    def _without(self) -> Iterator[tuple[str, str, Node]]:
        """The tree with one child left out at a time: its text, its kind, the rest."""
        children = self._children
        for place, child in enumerate(children[: min(MAX_TRIED, self._changes)]):
            others = (*children[:place], *children[place + 1 :])
            rest: Node = And(others) if len(others) > 1 else others[0] if others else MatchAll()
            yield print_tree(child), _kind(child), rest

    def _mask(self, node: Node) -> Mask:
        found = self._masks.get(node)
        if found is None:
            found = self._masks[node] = np.zeros(self._snapshot.size, bool)
            found[self._matcher.match(node, self._query.tags).docs] = True
        return found

    def _passing(self, fails: Counts) -> int:
        return int(np.count_nonzero(fails.take(self._snapshot.all_docs) == 0))

    # ── what may have been meant ─────────────────────────────────────────────────────────────────────────────

    def suggestions(self) -> tuple[Suggestion, ...]:
        """What may have been meant, where that leads to hits: other values, what words may name, other words."""
        return (*self._other_values(), *self._other_readings(), *self._other_words())[:MAX_SUGGESTED]

    def _other_readings(self) -> Iterator[Suggestion]:
        """Words read as the date or the release that they name."""
        if len(self._children) > MAX_TRIED:
            return
        for reading in find_readings(self._children, lambda id: self._snapshot.find(id) is not None):
            tree = And((*reading.rest, reading.meant)) if reading.rest else reading.meant
            total = self._count(replace(self._query, tree=tree, relax=False))
            if total:
                yield Suggestion(reading.typed, print_tree(reading.meant), total)

    def _other_values(self) -> Iterator[Suggestion]:
        """The nearest values for those of filters that there are not, all at once, where that leads to hits."""
        if self._names_of is None:
            return
        filters = self._query.filters
        unknown = [
            place
            for place, item in enumerate(filters)
            if item.mode != "none" and not all(map(self._names_of(item.facet).knows, item.values))
        ]
        if not 0 < len(unknown) <= MAX_SUGGESTED or any(len(filters[place].values) > 1 for place in unknown):
            return
        nearest = [self._names_of(filters[place].facet).likely(filters[place].values[0]) for place in unknown]
        for values in [*itertools.product(*nearest)][:MAX_SUGGESTED]:
            others = list(filters)
            for place, value in zip(unknown, values, strict=True):
                others[place] = filters[place]._replace(values=(value,))
            total = self._count(replace(self._query, filters=tuple(others), relax=False))
            if total:
                typed, instead = (
                    print_query(Query(filters=tuple(chosen[place] for place in unknown)))
                    for chosen in (filters, others)
                )
                yield Suggestion(typed, instead, total)
                return

    def _other_words(self) -> tuple[Suggestion, ...]:
        unknown = self._unknown()
        if not unknown:
            return ()
        alike = {word: self._alike(word) for word in unknown}
        tried = [[(word, *near)] for word in unknown for near in alike[word]]
        if len(unknown) > 1:
            # Where all words are required none of them helps alone.
            lists = [[(word, *near) for near in alike[word][:_TOGETHER]] for word in unknown]
            together = sorted(
                map(list, itertools.product(*lists)), key=lambda change: sum(near[1] for near in change)
            )
            tried = together if isinstance(self._query.tree, And) else [*tried, *together]
        found = []
        for change in tried[: min(MAX_TRIED, self._changes)]:
            instead = {word: other for word, _, other in change}
            total = self._count(replace(self._query, tree=_replaced(self._query.tree, instead), relax=False))
            if total:
                distance = sum(near[1] for near in change)
                found.append(
                    (distance, -total, Suggestion(" ".join(instead), " ".join(instead.values()), total))
                )
        return tuple(item for _, _, item in sorted(found, key=lambda entry: entry[:2])[:MAX_SUGGESTED])

    def _unknown(self) -> list[str]:
        """The words as typed, the first of them, that no release has."""
        found: dict[str, None] = {}
        for leaf in _leaves(self._query.tree):
            for term, start, end in spans(leaf.text):
                word = leaf.text[start:end]
                if len(word) > 2 and not any(map(str.isdigit, word)) and not self._snapshot.has(term):
                    found[word] = None
                    if len(found) == _MISSPELT:
                        return list(found)
        return list(found)

    def _alike(self, word: str) -> list[tuple[int, str]]:
        """Words of the index with their distance, the nearest and then the most frequent first."""
        form = form_of(word)
        near = self._snapshot.words.within(form, 1 if len(form) < 6 else 2)
        # Who writes capitals within a word, as in RFoM, has not misspelt "from".
        named = word[1:] != word[1:].lower()
        terms = {
            other: term_of(other)
            for _, other in near
            if len(other) > 2 and not (named and is_stop_word(other, shouted=True))
        }
        frequency = {term: self._snapshot.frequency(term) for term in set(terms.values())}
        ordered = sorted(
            (-frequency[terms[other]], distance, other) for distance, other in near if other in terms
        )
        # Of words with one stem, which find the same, the nearest stands for all.
        found: dict[str, tuple[int, str]] = {}
        for _, distance, other in sorted(ordered, key=lambda entry: entry[1]):
            found.setdefault(terms[other], (distance, other))
        return list(found.values())[:_CANDIDATES]


def _parts(tree: Node) -> tuple[Node, ...]:
    """What a tree requires, each for itself."""
    if isinstance(tree, And):
        return tree.children
    return () if isinstance(tree, MatchAll) else (tree,)


def _kind(child: Node) -> str:
    if isinstance(child, Not):
        return "exclusion"
    return "filter" if isinstance(child, In) else "date" if isinstance(child, DateRange) else "word"


def _leaves(node: Node) -> Iterator[Word | Phrase]:
    if isinstance(node, Word | Phrase):
        yield node
    elif isinstance(node, Near):
        yield from (node.left, node.right)
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _leaves(child)


def _replaced(node: Node, instead: Mapping[str, str]) -> Node:
    """The tree with other words in the place of some."""
    if isinstance(node, Word | Phrase):
        return _respelt(node, instead)
    if isinstance(node, Near):
        return replace(node, left=_respelt(node.left, instead), right=_respelt(node.right, instead))
    if isinstance(node, And | Or):
        children = tuple(_replaced(child, instead) for child in node.children)
        # A function word that comes of it is not required, as it would not be had it been typed.
        kept = (
            tuple(child for child in children if child in node.children or not _is_stop_word(child))
            or children
        )
        return replace(node, children=kept) if len(kept) > 1 else kept[0]
    return node


def _is_stop_word(node: Node) -> bool:
    return isinstance(node, Word) and node.field is None and is_stop_word(node.text)


def _respelt(leaf: Word | Phrase, instead: Mapping[str, str]) -> Word | Phrase:
    text = leaf.text
    for _, start, end in reversed(spans(leaf.text)):
        text = text[:start] + instead.get(text[start:end], text[start:end]) + text[end:]
    return leaf if text == leaf.text else replace(leaf, text=text)
