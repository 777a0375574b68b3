"""Diagnosis: a question without an answer → what to leave out of it, and what may have been meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from osce_search.index.analyzer import analyze, form_of, term_of
from osce_search.index.reader import Snapshot
from osce_search.query import And, DateRange, MatchAll, Node, Not, Or, Query, Word, print_query, print_tree
from osce_search.results import Dropped, Suggestion

__all__ = ["dropped", "suggestions"]

MAX_TRIED = 40
"""Parts of a question that are left out in turn; the rest of a longer one is not tried."""

MAX_SUGGESTED = 3
_CANDIDATES = 8
"""Words like one that finds nothing which are looked up; the nearest and most frequent come first."""

Count = Callable[[Query], int]


def dropped(query: Query, count: Count) -> tuple[Dropped, ...]:
    """Each part without which there are hits, with their number, the most first."""
    tried = [part for _, part in zip(range(MAX_TRIED), _without(query), strict=False)]
    found = [Dropped(text, kind, count(replace(rest, relax=False))) for kind, text, rest in tried]
    return tuple(sorted((item for item in found if item.total), key=lambda item: (-item.total, item.what)))


def _without(query: Query) -> Iterator[tuple[str, str, Query]]:
    """The question with one part left out at a time: the kind of the part, its text, the rest."""
    for place, item in enumerate(query.filters):
        rest = (*query.filters[:place], *query.filters[place + 1 :])
        yield "filter", print_query(Query(filters=(item,))), replace(query, filters=rest)
    if query.since or query.until:
        text = print_tree(DateRange(query.since, query.until))
        yield "date", text, replace(query, since=None, until=None)
    children = query.tree.children if isinstance(query.tree, And) else (query.tree,)
    for place, child in enumerate(children):
        if isinstance(child, MatchAll):
            continue
        others = (*children[:place], *children[place + 1 :])
        tree: Node = And(others) if len(others) > 1 else others[0] if others else MatchAll()
        yield "exclusion" if isinstance(child, Not) else "word", print_tree(child), replace(query, tree=tree)


def suggestions(query: Query, snapshot: Snapshot, count: Count) -> tuple[Suggestion, ...]:
    """Words like those that no release has, where they lead to hits under the same filters; the best first."""
    found = []
    for word in _words(query.tree):
        if len(analyze(word.text)) != 1 or snapshot.has(term_of(word.text)):
            continue
        for distance, instead in _alike(word.text, snapshot):
            total = count(replace(query, tree=_replaced(query.tree, word, instead), relax=True))
            if total:
                found.append((distance, -total, Suggestion(word.text, instead, total)))
    return tuple(item for _, _, item in sorted(found, key=lambda entry: entry[:2])[:MAX_SUGGESTED])


def _alike(word: str, snapshot: Snapshot) -> list[tuple[int, str]]:
    form = form_of(word)
    near = snapshot.words.within(form, 1 if len(form) < 6 else 2)
    return sorted(near, key=lambda pair: (pair[0], -snapshot.frequency(term_of(pair[1])), pair[1]))[
        :_CANDIDATES
    ]


def _words(node: Node) -> Iterator[Word]:
    if isinstance(node, Word):
        yield node
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _words(child)


def _replaced(node: Node, word: Word, instead: str) -> Node:
    if node == word:
        return replace(word, text=instead)
    if isinstance(node, And):
        return And(tuple(_replaced(child, word, instead) for child in node.children))
    if isinstance(node, Or):
        return Or(tuple(_replaced(child, word, instead) for child in node.children))
    return node
