"""Similarity: a release → the words that set it apart, and the releases that share them."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace

from osce_search.backends import Index
from osce_search.index.analyzer import spans
from osce_search.query import And, Or, Query, Word
from osce_search.release import Release
from osce_search.results import Hit

__all__ = ["Likeness", "Term", "find_similar"]

TERMS = 20
"""So many words of a release are searched: more add hits and no better ones (I. Ruthven, M. Lalmas, 2003)."""

CANDIDATES = 80
"""So many words, those that stand there most often, are weighed."""

TITLE_WEIGHT = 3
"""A word of the title counts as so many of the text, as in the default ranking profile."""

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Term:
    """A word that sets a release apart: `weight` is its frequency times its idf, `releases` how many have it."""

    text: str
    weight: float
    releases: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """Releases like one release, and the words that were searched, the weightiest first."""

    terms: tuple[Term, ...]
    hits: tuple[Hit, ...]


def find_similar(index: Index, release: Release, query: Query, terms: int = TERMS) -> Likeness:
    """The releases most like this one, under the filters, dates, limit and order of a query.

    Words are weighed by their frequency here times ln(1 + N / n), the idf of all that have it; a word in more than
    a fifth of all releases sets nothing apart.
    """
    chosen = _weigh(index, release, terms)
    if not chosen:
        return Likeness((), ())
    words = tuple(Word(term.text, boost=round(term.weight, 3)) for term in chosen)
    tree = Or(words) if len(words) > 1 else words[0]
    # The release itself is asked for, too, and left out: one more hit makes up for it.
    limit = None if query.limit is None else query.limit + 1
    asked = replace(query, tree=And((tree,)), limit=limit, facets=(), expand=False, relax=False)
    hits = tuple(hit for hit in index.ask(asked).hits if hit.id != release.id)
    return Likeness(chosen, hits if query.limit is None else hits[: query.limit])


def _weigh(index: Index, release: Release, count: int) -> tuple[Term, ...]:
    frequencies: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for text, weight in ((release.title, TITLE_WEIGHT), (release.text, 1)):
        for term, start, end in spans(text):
            if _WORD.fullmatch(term):
                frequencies[term] += weight
                spelt.setdefault(term, text[start:end])
    total = index.count()
    terms = []
    for key, frequency in frequencies.most_common(CANDIDATES):
        asked = Query(Word(spelt[key]), limit=0, expand=False, relax=False)
        releases = index.ask(asked).total
        if 1 < releases <= max(total / 5, 2):
            terms.append(Term(spelt[key], math.log1p(frequency) * math.log1p(total / releases), releases))
    terms.sort(key=lambda term: (-term.weight, term.text))
    return tuple(terms[:count])
