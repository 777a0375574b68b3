"""Highlight: releases and the runs of terms that a query looks for → passages with marks."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from osce_search.engine.match.expansion import Also
from osce_search.index.analyzer import analyze, spans
from osce_search.query import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Word
from osce_search.release import Release
from osce_search.results import Snippet

WIDTH = 240
"""The number of characters that a passage aims at; it ends with a sentence if one ends near."""

PART = 100_000
"""The number of characters of a text that are read at once. Few releases have more."""

MAX_PARTS = 5
"""The number of parts of a text that are searched for a passage: a text of megabytes costs no more than that."""

_SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]*([^\W\d_a-z]))|\n+")

_ABBREVIATED = (
    r"(?<!\w)(?:Mrs?|Ms|Mme|Dr|Prof|Sts?|Gen|Col|Lt|Maj|Capt|Sgt|Amb|Rep|Sen|Gov|Hon|Rev|Sr|Jr|Nos?|Arts?|Vol|vs|cf|al|"
    r"Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?:[^\W\d_]\.)*[^\W\d_])\.$"
)
_SPACE = re.compile(r"\s")
_WORD = 1_000
"""The number of characters after a part in which the end of its last word is looked for."""

_ABBREVIATION = 16
"""The number of characters before a full stop in which an abbreviation is looked for; that ends no sentence."""

Words = Sequence[tuple[str, int, int]]
"""The terms of a text with the offsets of their words, as `spans` returns them."""

Mark = tuple[int, int, int]
"""The start and the end of a word that matches, and the number of its run."""


class Marked(NamedTuple):
    """A text, or the part of a long text that begins at `start`, with its marks."""

    field: str
    text: str
    marks: list[Mark]
    start: int = 0


class Run(NamedTuple):
    """Terms in this order with at most `slop` others between them, in one field or any. A single term is a run.

    A run with a `partner` matches only where at most `distance` words stand between the two.
    """

    terms: tuple[str, ...]
    slop: int = 0
    field: str | None = None
    partner: Run | None = None
    distance: int = 0


def find_runs(tree: Node, expand: Callable[[Prefix | Fuzzy], Sequence[str]]) -> tuple[Run, ...]:
    """Return the runs that the scoring leaves of a tree look for.

    `expand` returns the terms that a prefix or a fuzzy word stands for.
    """
    return tuple(dict.fromkeys(_runs_of(tree, expand)))


def _runs_of(node: Node | Also, expand: Callable[[Prefix | Fuzzy], Sequence[str]]) -> Iterator[Run]:
    match node:
        case Word() | Phrase():
            yield _run(node)
        case Prefix() | Fuzzy():
            yield from (Run((term,), 0, node.field) for term in expand(node))
        case Near():
            left, right = _run(node.left), _run(node.right)
            yield left._replace(partner=right, distance=node.distance)
            yield right._replace(partner=left, distance=node.distance)
        case Also(names=children) | And(children) | Or(children):
            for child in children:
                yield from _runs_of(child, expand)


def _run(leaf: Word | Phrase) -> Run:
    return Run(tuple(analyze(leaf.text)), leaf.slop if isinstance(leaf, Phrase) else 0, leaf.field)


def highlight(
    releases: Sequence[Release], runs: Sequence[Run], width: int = WIDTH
) -> list[tuple[Snippet, ...]]:
    """Return the snippets of each release: its title with marks, and the passage that shows most of the runs.

    If nothing matches in the text, the passage is the beginning of the lead. Of a long text, only the first part with a
    match is read, and at most `MAX_PARTS` parts.
    """
    fields = [
        part
        for release in releases
        for part in (("title", release.title), ("lead", release.lead), ("body", release.body))
    ]
    parts = [_cut(text, 0) for _, text in fields]
    # The texts of all releases are analyzed in one go.
    words: list[Words] = list(map(spans, parts)) if runs else [()] * len(parts)
    marked = [
        Marked(field, part, _marks(found, field, runs))
        for (field, _), part, found in zip(fields, parts, words, strict=True)
    ]
    if runs:
        for place, (field, text) in enumerate(fields):
            if len(text) > PART and not marked[place].marks:
                marked[place] = _find_part(field, text, runs) or marked[place]
    return [_choose(*three, width) for three in zip(marked[::3], marked[1::3], marked[2::3], strict=True)]


def _cut(text: str, start: int) -> str:
    """Return a part of a text, which ends between two words if one ends near."""
    if len(text) - start <= PART:
        return text[start:]
    space = _SPACE.search(text, start + PART, start + PART + _WORD)
    return text[start : space.start() if space else start + PART]


def _find_part(field: str, text: str, runs: Sequence[Run]) -> Marked | None:
    """Return the first of the parts after the first that has marks, or None."""
    start = len(_cut(text, 0))
    for _ in range(1, MAX_PARTS):
        part = _cut(text, start)
        if marks := _marks(spans(part), field, runs):
            return Marked(field, part, marks, start)
        start += len(part)
    return None


def _choose(title: Marked, lead: Marked, body: Marked, width: int) -> tuple[Snippet, ...]:
    head = Snippet("title", title.text, tuple([(start, end) for start, end, _ in title.marks]))
    passages = [_passage(marked, width) for marked in (lead, body) if marked.marks]
    if passages:
        # The lead comes first, and max keeps the first of equal passages.
        return head, max(passages, key=lambda passage: passage[0])[1]
    start, end = _bounds(lead.text, 0, 0, width)
    return (head, Snippet("lead", lead.text[start:end], (), start)) if end > start else (head,)


def _marks(words: Words, field: str, runs: Sequence[Run]) -> list[Mark]:
    """Return the marks of a text, sorted, none overlapping another."""
    places: dict[str, list[int]] = {}
    for place, (term, _, _) in enumerate(words):
        places.setdefault(term, []).append(place)
    found = sorted(
        (words[place][1], words[place][2], number)
        for number, run in enumerate(runs)
        if run.field in (None, field)
        for at in _places(run, places)
        for place in at
    )
    kept: list[Mark] = []
    for mark in found:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept


def _places(run: Run, places: Mapping[str, list[int]]) -> list[list[int]]:
    """Return the occurrences of a run, each as the places of its words."""
    if not run.terms:
        return []
    found = [_follow(first, run.terms, run.slop, places) for first in places.get(run.terms[0], ())]
    found = [at for at in found if at]
    if run.partner is None or not found:
        return found
    ends = [at[-1] for at in _places(run.partner, places)]
    # Distances are measured between the last words of both, as in the index.
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


def _passage(marked: Marked, width: int) -> tuple[tuple[int, int], Snippet]:
    """Return the best window of marks as a snippet, with the number of its runs and of its marks.

    The best window has the most different runs, then the most marks, then it is the earliest.
    """
    text, marks = marked.text, marked.marks
    best = (-1, -1, 0, 0)
    last = 0
    for first in range(len(marks)):
        last = max(last, first)
        while last + 1 < len(marks) and marks[last + 1][1] - marks[first][0] <= width:
            last += 1
        runs = {mark[2] for mark in marks[first : last + 1]}
        best = max(best, (len(runs), last - first, -first, -last))
    first, last = -best[2], -best[3]
    start, end = _bounds(text, marks[first][0], marks[last][1], width)
    inside = tuple([(m[0] - start, m[1] - start) for m in marks if m[0] >= start and m[1] <= end])
    return best[:2], Snippet(marked.field, text[start:end], inside, marked.start + start)


def _bounds(text: str, first: int, last: int, width: int) -> tuple[int, int]:
    """Return the bounds of a passage around some marks: whole sentences unless they are too long."""
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
    return start, start + len(text[start:end].rstrip())


def _sentences(text: str) -> Iterator[int]:
    """Iterate over the offsets at which a sentence or a paragraph begins, except the first.

    >>> text = "Mr. J. Smith spoke. He said so."
    >>> [text[start:] for start in _sentences(text)]
    ['He said so.']
    """
    abbreviated = re.compile(_ABBREVIATED)  # Here, since a query without a passage does not need it.
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
