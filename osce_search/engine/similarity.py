"""Similarity: a release → the words that set it apart, and the releases that share them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np

from osce_search.analyses import Likeness, Telling
from osce_search.engine.match.matcher import Matcher
from osce_search.engine.scoring import idf
from osce_search.engine.searcher import Searcher
from osce_search.index.analyzer import analyze, spans
from osce_search.index.reader import Snapshot
from osce_search.query import And, In, MatchAll, Node, Not, Or, Plan, Word
from osce_search.release import Release
from osce_search.vocabulary import is_stop_word

TERMS = 20
"""The number of words of a release that are searched; more add hits but no better ones (Ruthven and Lalmas, 2003)."""

COPY = 0.8
"""The share of common word sequences from which two texts are copies of each other."""

_WEIGHED = 60
"""The number of words, the best by an estimate, that are scored exactly."""

_COMMON = 0.2
"""The share of all releases above which a word is too common to set a release apart."""

_LOOKED_AT = 50
"""The number of best hits that are compared with the release word for word."""

_RUN = 3
_WORD = re.compile(r"(?:[^\W\d_]|['’.‐‑-])+")
_POSSESSIVE = re.compile(r"['’][Ss]$")


def find_similar(searcher: Searcher, plan: Plan, doc: int, count: int = TERMS) -> Likeness:
    """Return the releases most like one, under the filters, dates, limit and order of a plan, with the words searched.

    The weight of a word is what it adds to the score of the release itself. The release and its copies are left out,
    and a note lists the copies.
    """
    snapshot = searcher.snapshot
    release = snapshot.release(doc)
    found = _weigh(snapshot, searcher.matcher(plan.profile), release, doc, count)
    asked = replace(plan, expand=False, relax=False)
    if not found:
        return _likeness(searcher, replace(asked, tree=Not(MatchAll())), ())
    most = max(share for _, share in found)
    # The score of a word contains its rarity: the boost is only its saturated frequency in the release.
    words = tuple(Word(term.text, boost=max(round(share / most, 2), 0.01)) for term, share in found)
    tree: Node = Or(words) if len(words) > 1 else words[0]
    copies = _copies(searcher, replace(Plan(tree=tree, expand=False), profile=plan.profile), release, doc)
    left_out = In("id", tuple(sorted((release.id, *copies))))
    notes = (f"left out as copies of {release.id}: {', '.join(copies)}",) if copies else ()
    asked = replace(asked, tree=And((tree, Not(left_out))), notes=(*plan.notes, *notes))
    return _likeness(searcher, asked, tuple(term for term, _ in found))


def _likeness(searcher: Searcher, plan: Plan, terms: tuple[Telling, ...]) -> Likeness:
    answer = searcher.search(plan)
    return Likeness(
        answer.total,
        answer.hits,
        answer.facets,
        answer.read_as,
        answer.notes,
        receipt=answer.receipt,
        terms=terms,
    )


def _weigh(
    snapshot: Snapshot, matcher: Matcher, release: Release, doc: int, count: int
) -> list[tuple[Telling, float]]:
    """Return the words with the highest weights in order, each with its saturated frequency in the release."""
    weights = dict(zip(("title", "lead", "body"), matcher.profile.weights, strict=True))
    frequencies: Counter[str] = Counter()
    spelt: dict[str, Counter[str]] = {}
    for field, text in (("title", release.title), ("lead", release.lead), ("body", release.body)):
        for term, start, end in spans(text):
            word = _POSSESSIVE.sub("", text[start:end])
            if len(word) > 2 and _WORD.fullmatch(word) and not is_stop_word(word):
                frequencies[term] += weights[field]  # type: ignore[assignment]
                spelt.setdefault(term, Counter())[word] += 1
    k1 = matcher.profile.k1
    estimates = {
        term: tf / (k1 + tf) * idf(snapshot.count, min(snapshot.frequency(term), snapshot.count))
        for term, tf in frequencies.items()
    }
    found = []
    for term in sorted(estimates, key=lambda term: (-estimates[term], term))[:_WEIGHED]:
        word = min(spelt[term], key=lambda word: (-spelt[term][word], word))
        scored = matcher.scored(Word(word))
        releases = len(scored.docs)
        place = int(scored.docs.searchsorted(doc))
        if analyze(word) != [term] or not 1 < releases <= max(_COMMON * snapshot.count, 2):
            continue
        score = float(scored.scores[place])
        found.append((Telling(word, round(score, 4), releases), score / scored.idf))
    found.sort(key=lambda pair: (-pair[0].weight, pair[0].text))
    return found[:count]


def _copies(searcher: Searcher, plan: Plan, release: Release, doc: int) -> tuple[str, ...]:
    """Return the sorted ids of the releases with nearly the same text."""
    matches = searcher.filtered_matches(plan)
    if matches.scores is None:
        return ()
    own = matches.scores[matches.docs.searchsorted(doc)]
    # A copy has the same words as often in a text of the same length: its score is nearly the same.
    near = (matches.scores >= COPY * own).nonzero()[0]
    near = near[np.argsort(-matches.scores[near], kind="stable")][: _LOOKED_AT + 1]
    wanted = _runs(release)
    found = []
    for other in matches.docs[near].tolist():
        if other != doc:
            candidate = searcher.snapshot.release(other)
            if resemblance(wanted, _runs(candidate)) >= COPY:
                found.append(candidate.id)
    return tuple(sorted(found))


def _runs(release: Release) -> frozenset[tuple[str, ...]]:
    terms = analyze(release.text)
    return frozenset(tuple(terms[place : place + _RUN]) for place in range(len(terms) - _RUN + 1))


def resemblance(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> float:
    """Return the share of word sequences that two texts have in common (Broder, 1997).

    >>> resemblance(frozenset({("a", "b"), ("b", "c")}), frozenset({("a", "b")}))
    0.5
    """
    return len(left & right) / (len(left | right) or 1)
