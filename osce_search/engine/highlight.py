"""Highlight: a release and what a question looked for → passages with marks."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from osce_search.engine.expansion import Also
from osce_search.index.analyzer import analyze, spans
from osce_search.query import And, Near, Node, Or, Phrase, Word
from osce_search.query import Fuzzy as FuzzyNode
from osce_search.query import Prefix as PrefixNode
from osce_search.results import Snippet

__all__ = ["Wanted", "snippets", "wanted"]

WIDTH = 240
"""Characters that a passage aims at; it ends where a sentence does if one ends near."""

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[^\W\d_a-z])|\n+")


class Wanted(NamedTuple):
    """What is marked: sequences of terms with the slop between them, single terms being sequences of one."""

    sequences: tuple[tuple[tuple[str, ...], int, str | None], ...]


Expand = Callable[[PrefixNode | FuzzyNode], Sequence[str]]
"""Gives the terms that a prefix or a fuzzy word stands for."""


def wanted(node: Node, expand: Expand) -> Wanted:
    """What the scoring leaves of a tree look for."""
    return Wanted(tuple(dict.fromkeys(_sequences(node, expand))))


def _sequences(node: Node | Also, expand: Expand) -> Iterable[tuple[tuple[str, ...], int, str | None]]:
    if isinstance(node, Word):
        yield tuple(analyze(node.text)), 0, node.field
    elif isinstance(node, Phrase):
        yield tuple(analyze(node.text)), node.slop, node.field
    elif isinstance(node, PrefixNode | FuzzyNode):
        yield from (((term,), 0, node.field) for term in expand(node))
    elif isinstance(node, Also):
        for name in node.names:
            yield from _sequences(name, expand)
    elif isinstance(node, Near):
        yield from _sequences(node.left, expand)
        yield from _sequences(node.right, expand)
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _sequences(child, expand)


def marks(text: str, field: str, looked_for: Wanted) -> list[tuple[int, int, int]]:
    """Where a text matches: start, end, and the number of the sequence, sorted and not overlapping."""
    words = spans(text)
    places: dict[str, list[int]] = {}
    for place, (term, _, _) in enumerate(words):
        places.setdefault(term, []).append(place)
    found: list[tuple[int, int, int]] = []
    for number, (terms, slop, only) in enumerate(looked_for.sequences):
        if not terms or (only is not None and only != field):
            continue
        for first in places.get(terms[0], ()):
            run = _follow(first, terms, slop, places)
            found.extend((words[place][1], words[place][2], number) for place in run)
    found.sort()
    kept: list[tuple[int, int, int]] = []
    for mark in found:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept


def _follow(first: int, terms: tuple[str, ...], slop: int, places: dict[str, list[int]]) -> list[int]:
    run = [first]
    for term in terms[1:]:
        later = places.get(term, [])
        place = bisect.bisect_right(later, run[-1])
        if place == len(later):
            return []
        run.append(later[place])
    return run if run[-1] - first <= len(terms) - 1 + slop else []


def snippets(title: str, lead: str, body: str, looked_for: Wanted, width: int = WIDTH) -> tuple[Snippet, ...]:
    """The title with its marks, and the passage that shows most of what was looked for.

    Without a match in the text the passage is where the lead begins.
    """
    head = Snippet("title", title, tuple((start, end) for start, end, _ in marks(title, "title", looked_for)))
    best: tuple[int, int, int, Snippet] | None = None
    for order, (field, text) in enumerate((("lead", lead), ("body", body))):
        found = marks(text, field, looked_for)
        if found:
            variety, amount, snippet = _passage(text, field, found, width)
            candidate = (variety, amount, -order, snippet)
            if best is None or candidate[:3] > best[:3]:
                best = candidate
    if best is not None:
        return head, best[3]
    start, end = _bounds(lead, 0, 0, width)
    return (head, Snippet("lead", lead[start:end], (), start)) if end > start else (head,)


def _passage(
    text: str, field: str, found: list[tuple[int, int, int]], width: int
) -> tuple[int, int, Snippet]:
    """The window of marks with the most different sequences, then the most marks, then the earliest."""
    best = (-1, -1, 0, 0)
    last = 0
    for first in range(len(found)):
        last = max(last, first)
        while last + 1 < len(found) and found[last + 1][1] - found[first][0] <= width:
            last += 1
        seen = {mark[2] for mark in found[first : last + 1]}
        rank = (len(seen), last - first, -first, -last)
        if rank > best:
            best = rank
    first, last = -best[2], -best[3]
    start, end = _bounds(text, found[first][0], found[last][1], width)
    inside = tuple((m[0] - start, m[1] - start) for m in found if m[0] >= start and m[1] <= end)
    return best[0], best[1], Snippet(field, text[start:end], inside, start)


def _bounds(text: str, first: int, last: int, width: int) -> tuple[int, int]:
    """A passage around some marks: from a sentence's beginning to a sentence's end, unless that is too long."""
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    start = cuts[bisect.bisect_right(cuts, first) - 1] if first < len(text) else 0
    if last - start > width:
        start = _word_start(text, max(start, first - width // 4))
    end = cuts[min(bisect.bisect_left(cuts, max(last, start + 1)), len(cuts) - 1)]
    while True:
        following = cuts[min(bisect.bisect_right(cuts, end), len(cuts) - 1)]
        if following <= end or following - start > width:
            break
        end = following
    if end - start > width * 3 // 2:
        end = _word_end(text, max(start + width, last))
    stripped = text[start:end].rstrip()
    return start, start + len(stripped)


def _word_start(text: str, place: int) -> int:
    while 0 < place < len(text) and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace():
        place += 1
    return place
