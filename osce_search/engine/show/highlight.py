"""Highlight: a release and what a question looked for → passages with marks."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from osce_search.engine.match.expansion import Also
from osce_search.index.analyzer import analyze, spans
from osce_search.query import And, Near, Node, Or, Phrase, Word
from osce_search.query import Fuzzy as FuzzyNode
from osce_search.query import Prefix as PrefixNode
from osce_search.results import Snippet

WIDTH = 240
"""Characters that a passage aims at; it ends where a sentence does if one ends near."""

_SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]*([^\W\d_a-z]))|\n+")

# Compiled when a full stop is met: a question without a passage has no need of it.
_ABBREVIATED = (
    r"(?<!\w)(?:Mrs?|Ms|Mme|Dr|Prof|Sts?|Gen|Col|Lt|Maj|Capt|Sgt|Amb|Rep|Sen|Gov|Hon|Rev|Sr|Jr|Nos?|Arts?|Vol|vs|cf|al|"
    r"Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?:[^\W\d_]\.)*[^\W\d_])\.$"
)
_ABBREVIATION = 16
"""Characters before a full stop that are looked at for an abbreviation, which ends no sentence."""


class Run(NamedTuple):
    """Terms that stand in this order with at most `slop` others between, in one field or any; a single term is a run.

    Where there is a `partner`, they count only with at most `distance` words between them and that.
    """

    terms: tuple[str, ...]
    slop: int = 0
    field: str | None = None
    partner: Run | None = None
    distance: int = 0


class Wanted(NamedTuple):
    """What is marked."""

    sequences: tuple[Run, ...]


Expand = Callable[[PrefixNode | FuzzyNode], Sequence[str]]
"""Gives the terms that a prefix or a fuzzy word stands for."""


def wanted(node: Node, expand: Expand) -> Wanted:
    """What the scoring leaves of a tree look for."""
    return Wanted(tuple(dict.fromkeys(_sequences(node, expand))))


def _sequences(node: Node | Also, expand: Expand) -> Iterable[Run]:
    if isinstance(node, Word | Phrase):
        yield _run(node)
    elif isinstance(node, PrefixNode | FuzzyNode):
        yield from (Run((term,), 0, node.field) for term in expand(node))
    elif isinstance(node, Also):
        for name in node.names:
            yield from _sequences(name, expand)
    elif isinstance(node, Near):
        left, right = _run(node.left), _run(node.right)
        yield left._replace(partner=right, distance=node.distance)
        yield right._replace(partner=left, distance=node.distance)
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _sequences(child, expand)


def _run(leaf: Word | Phrase) -> Run:
    return Run(tuple(analyze(leaf.text)), leaf.slop if isinstance(leaf, Phrase) else 0, leaf.field)


def marks(text: str, field: str, looked_for: Wanted) -> list[tuple[int, int, int]]:
    """Where a text matches: start, end, and the number of the sequence, sorted and not overlapping."""
    words = spans(text)
    places: dict[str, list[int]] = {}
    for place, (term, _, _) in enumerate(words):
        places.setdefault(term, []).append(place)
    found: list[tuple[int, int, int]] = []
    for number, run in enumerate(looked_for.sequences):
        if run.field is None or run.field == field:
            for at in _places(run, places):
                found.extend((words[place][1], words[place][2], number) for place in at)
    found.sort()
    kept: list[tuple[int, int, int]] = []
    for mark in found:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept


def _places(run: Run, places: Mapping[str, list[int]]) -> list[list[int]]:
    """Each place where a run stands, as the places of its words."""
    if not run.terms:
        return []
    found = [_follow(first, run.terms, run.slop, places) for first in places.get(run.terms[0], ())]
    found = [at for at in found if at]
    if run.partner is None or not found:
        return found
    ends = [at[-1] for at in _places(run.partner, places)]
    # From the last word of the one to the last word of the other, as the index has them.
    before, after = run.distance + len(run.terms), run.distance + len(run.partner.terms)
    return [at for at in found if any(-before <= end - at[-1] <= after and end != at[-1] for end in ends)]


def _follow(first: int, terms: tuple[str, ...], slop: int, places: Mapping[str, list[int]]) -> list[int]:
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
    cuts = [0, *_sentences(text), len(text)]
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


def _sentences(text: str) -> Iterator[int]:
    """Where a sentence or a paragraph begins, but for the first.

    >>> text = "Mr. J. Smith spoke. He said so."
    >>> [text[start:] for start in _sentences(text)]
    ['He said so.']
    """
    abbreviated = re.compile(_ABBREVIATED)
    for found in _SENTENCE.finditer(text):
        begins, end = found[1], found.start()
        if begins and (begins.islower() or abbreviated.search(text, max(end - _ABBREVIATION, 0), end)):
            continue
        yield found.end()


def _word_start(text: str, place: int) -> int:
    while 0 < place < len(text) and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace():
        place += 1
    return place
