"""Matcher: a tree → the documents that match it, with their scores."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.expansion import Also
from osce_search.engine.match.occurrences import Leaf, Occurrences, find
from osce_search.engine.resources import Cache, spend
from osce_search.engine.scoring import Profile, saturate, weigh_occurrence, weigh_repetition
from osce_search.index.analyzer import TitleWords, analyze, title_words
from osce_search.index.facet_values import FacetOrdinals
from osce_search.index.reader import Snapshot
from osce_search.index.segment.columns import days_of
from osce_search.index.segment.postings import FIELDS
from osce_search.query import (
    MISSING,
    And,
    DateRange,
    Filter,
    In,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Tags,
    Word,
)

CACHE, CACHE_EACH = 48 << 20, 192
"""Cache size for scored postings and masks: a fixed minimum plus a number of bytes for each document."""

_MANY = 8
"""If a word occurs in one document of this many, its scores are laid out over all documents."""

_LOOKUP, _FILL = 128, 8
"""The costs of looking one document up in a list and of writing one entry of a list, relative to clearing one entry."""

_UNKNOWN = -1  # the ordinal of a value that no document has

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_NONE: Ids = np.empty(0, np.int64)


class Scored(NamedTuple):
    """A word of the query with its documents and what it adds to their scores.

    No document can score more than `max_score`. Words that stand for the same terms have the same `key`. `title` holds
    the words of a title that this leaf asks for, or None if it asks for something else.
    """

    docs: Ids
    scores: Floats
    idf: float
    max_score: float
    key: Hashable
    title: TitleWords | None


class Matched(NamedTuple):
    """Matching document ids in ascending order, with one score each. `scores` is None if no part of the query scores.

    `parts` holds the words that score, each with its weight. `whole` is True if only the words decide what matches, so
    that a document without a score has none of them. `sums`, if it is known, holds the score of every document of the
    snapshot, matching or not. `key` is the key of a single word.
    """

    docs: Ids
    scores: Floats | None
    parts: tuple[tuple[Scored, float], ...] = ()
    whole: bool = True
    sums: Floats | None = None
    key: Hashable = None

    @property
    def max_score(self) -> float:
        """The score that no document can exceed."""
        return sum([part.max_score * weight for part, weight in self.parts])

    def without_key(self) -> Matched:
        """Return the same matches as those of a node with other nodes beside it."""
        return self if self.key is None else self._replace(key=None)

    def keep(self, kept: Mask) -> Matched:
        """Return the matches at the places where `kept` is True."""
        scores = None if self.scores is None else self.scores[kept]
        return Matched(self.docs[kept], scores, self.parts, False, self.sums)

    def times(self, weight: float) -> Matched:
        """Return the matches with scores that are multiplied by a weight."""
        scores = None if self.scores is None else self.scores * weight
        return self._replace(scores=scores, parts=tuple([(part, own * weight) for part, own in self.parts]))


class Matcher:
    """Evaluates trees over one snapshot with one profile. It may be shared between threads."""

    def __init__(self, snapshot: Snapshot, profile: Profile, cache: int | None = None) -> None:
        self._snapshot = snapshot
        self.profile = profile
        self._cache = Cache(CACHE + CACHE_EACH * snapshot.size if cache is None else cache)

    def forget(self) -> None:
        """Empty the cache."""
        self._cache.clear()

    def match(self, node: Node, tags: Tags = "both") -> Matched:
        """Return the live documents that match a tree, with their scores."""
        if isinstance(node, Leaf):
            spend(0)
            scored = self.scored(node)
            return Matched(scored.docs, scored.scores, ((scored, 1.0),), key=scored.key)
        if isinstance(node, And):
            return self._match_all(node.children, tags)
        if isinstance(node, Or):
            return self._match_any([self.match(child, tags) for child in node.children])
        docs = self._snapshot.all_docs
        if not isinstance(node, MatchAll):
            docs = docs[self.mask(node, tags).take(docs)]
        return Matched(docs, None)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────

    def scored(self, leaf: Leaf) -> Scored:
        """Return the documents of a leaf that scores, and what it adds to their scores."""
        found = self._cache.get(leaf)
        if found is None:
            found = self._score(leaf)
            spend(16 * len(found.docs))
            self._cache.put(leaf, found, 16 * len(found.docs) + _weigh(leaf))
        assert isinstance(found, Scored)
        return found

    def _score(self, leaf: Leaf) -> Scored:
        """Return BM25F of a leaf in every document where it occurs."""
        found = find(self._snapshot, leaf)
        if not len(found.docs):
            return Scored(_NONE, np.empty(0), 0.0, 0.0, _key(leaf), _title(leaf))
        rarity, k1 = leaf.boost * found.idf, self.profile.k1
        scores = rarity * saturate(self._sum_fields(found), k1)
        return Scored(found.docs, scores, found.idf, rarity * (k1 + 1.0), _key(leaf), _title(leaf))

    def _sum_fields(self, occurrences: Occurrences) -> Floats:
        sums = np.zeros(self._snapshot.size)
        for found, factor in zip(occurrences.fields, self.factors, strict=True):
            if len(found.docs):
                sums[found.docs] += found.freqs * factor.take(found.docs)
        return sums.take(occurrences.docs)

    @cached_property
    def factors(self) -> tuple[Floats, ...]:
        """The weight of one occurrence in each document, one array per field."""
        measures = [self.measure(number) for number in range(len(FIELDS))]
        return tuple(
            [
                weigh_occurrence(lengths, average, weight, b)
                for weight, (lengths, average, b) in zip(self.profile.weights, measures, strict=True)
            ]
        )

    def measure(self, number: int) -> tuple[Floats, float, float]:
        """Return l, avgl and b of the field with that number."""
        snapshot = self._snapshot
        if FIELDS[number] == "title":
            return snapshot.lengths[number], snapshot.average_lengths[number], self.profile.b_title
        return snapshot.text_lengths, snapshot.average_text_length, self.profile.b_text

    def score_anywhere(self, matched: Matched, docs: npt.NDArray[np.integer]) -> Floats:
        """Return what the words of a query score in any documents, as float64 of the shape of `docs`."""
        if matched.sums is not None:
            return matched.sums.take(docs)
        size = self._snapshot.size
        parts = [(part, weight) for part, weight in matched.parts if len(part.docs)]
        counts = [len(part.docs) for part, _ in parts]
        # All three ways add in the order of the query, as the scores of the matches are added: the sums are equal.
        if _LOOKUP * docs.size * len(parts) < size + _FILL * sum(counts):
            find_scores = _look_up
        elif _MANY * max(counts, default=0) > size:
            find_scores = self._spread
        else:
            sums = np.zeros(size)
            for part, weight in parts:
                np.add.at(sums, part.docs, part.scores if weight == 1.0 else part.scores * weight)
            return sums.take(docs)
        total = np.zeros(docs.shape)
        for part, weight in parts:
            found = find_scores(part, docs)
            total += found if weight == 1.0 else found * weight
        return total

    def _spread(self, part: Scored, docs: npt.NDArray[np.integer]) -> Floats:
        """Return what a word scores in some documents, from an array over all documents that is cached."""
        key = ("scores", part.key)
        found = self._cache.get(key)
        if found is None:
            found = np.zeros(self._snapshot.size)
            found[part.docs] = part.scores
            self._cache.put(key, found, found.nbytes)
        assert isinstance(found, np.ndarray)
        return found.take(docs)

    # ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _match_all(self, children: Sequence[Node], tags: Tags) -> Matched:
        lists: list[Matched] = []
        masks: list[Mask] = []
        for child in children:
            if isinstance(child, In | DateRange | Not):
                masks.append(self.mask(child, tags))
            elif not isinstance(child, MatchAll):
                lists.append(self.match(child, tags))
        matched = self._intersect(self._distinct(lists)) if lists else Matched(self._snapshot.all_docs, None)
        for mask in masks:
            matched = matched.keep(mask.take(matched.docs))
        return matched

    def _match_any(self, lists: list[Matched]) -> Matched:
        lists = self._distinct(lists)
        if len(lists) == 1:
            return lists[0].without_key()
        docs, parts = self._snapshot.union([item.docs for item in lists]), _join_parts(lists)
        if not parts or not len(docs):
            return Matched(docs, None)
        sums = np.zeros(self._snapshot.size)
        for item in lists:
            if item.scores is not None:
                np.add.at(sums, item.docs, item.scores)
        whole = all(item.whole for item in lists)
        return Matched(docs, sums.take(docs), parts, whole, sums if whole else None)

    def _distinct(self, lists: list[Matched]) -> list[Matched]:
        """Return the lists with each stem once, weighted by the number of times that it occurs."""
        keys = [item.key for item in lists if item.key is not None]
        if len(set(keys)) == len(keys):
            return lists
        counts = Counter(keys)
        kept = []
        for item in lists:
            if item.key is None:
                kept.append(item)
            elif q := counts.pop(item.key, 0):
                kept.append(item if q == 1 else item.times(weigh_repetition(q, self.profile.k3)))
        return kept

    def _intersect(self, lists: Sequence[Matched]) -> Matched:
        """Return the documents that all lists have: those of the shortest that the others have, too."""
        if len(lists) == 1:
            return lists[0].without_key()
        ordered = sorted(lists, key=lambda item: len(item.docs))
        docs = ordered[0].docs
        for item in ordered[1:]:
            if not len(docs):
                break
            docs = docs[self._is_among(docs, item)]
        if not len(docs):
            return Matched(_NONE, None)
        # Scores are added in the order of the query, so that they do not depend on which word is rarest.
        scores: Floats | None = None
        for item in lists:
            if item.scores is not None:
                part = item.scores.take(item.docs.searchsorted(docs))
                scores = part if scores is None else scores + part
        return Matched(docs, scores, _join_parts(lists), False)

    def _is_among(self, docs: Ids, item: Matched) -> Mask:
        """Return which of some sorted documents a list has."""
        if item.key is not None and len(docs) * 64 > len(item.docs):
            return self._mask_of(item).take(docs)
        place = item.docs.searchsorted(docs)
        place[place == len(item.docs)] = 0
        among: Mask = item.docs.take(place) == docs
        return among

    # ── masks: which documents of the snapshot, deleted ones among them ──────────────────────────────────────

    def mask(self, node: Node, tags: Tags) -> Mask:
        """Return which documents match a node; deleted ones may be among them."""
        key = ("mask", node, tags)
        found = self._cache.get(key)
        if found is None:
            found = self._make_mask(node, tags)
            self._cache.put(key, found, len(found) + _weigh(node))
        return found  # type: ignore[return-value]

    def mask_filter(self, item: Filter, tags: Tags) -> Mask:
        """Return which documents pass a filter; deleted ones may be among them."""
        if item.mode != "all":
            mask = self.mask(In(item.facet, item.values), tags)
            return ~mask if item.mode == "none" else mask
        facet = self._snapshot.facet(item.facet, tags)
        wanted = _ordinals(facet, item.values)
        return np.zeros(self._snapshot.size, bool) if _UNKNOWN in wanted else facet.mask_all(wanted)

    def _mask_of(self, item: Matched) -> Mask:
        key = ("docs", item.key)
        found = self._cache.get(key)
        if found is None:
            found = self._mark(item.docs)
            self._cache.put(key, found, len(found))
        return found  # type: ignore[return-value]

    def _make_mask(self, node: Node, tags: Tags) -> Mask:
        match node:
            case Not(child):
                return ~self.mask(child, tags)
            case DateRange(since, until):
                return self._mask_dates(since, until)
            case In("id", values):
                return self._mark([doc for doc in map(self._snapshot.find, values) if doc is not None])
            case In(name, values):
                facet = self._snapshot.facet(name, tags)
                return facet.mask(_ordinals(facet, values) - {_UNKNOWN})
        return self._mark(self.match(node, tags).docs)

    def _mask_dates(self, since: dt.date | None, until: dt.date | None) -> Mask:
        dates = self._snapshot.dates
        mask: Mask = self._snapshot.precisions > 0
        if since is not None:
            mask &= dates >= days_of(since)
        if until is not None:
            mask &= dates <= days_of(until)
        return mask

    def _mark(self, docs: Ids | list[int]) -> Mask:
        mask = np.zeros(self._snapshot.size, bool)
        mask[docs] = True
        return mask


def _ordinals(facet: FacetOrdinals, values: Sequence[str]) -> set[int]:
    """Return the ordinals of values: 0 for no value, and _UNKNOWN for a value that no document has."""
    return {0 if value == MISSING else facet.ordinals.get(value, _UNKNOWN) for value in values}


def _weigh(node: Node | Leaf) -> int:
    """Estimate the bytes of a node as a key of the cache: a list of values can take more than a mask of few docs."""
    return 200 + 4 * len(repr(node))


def _key(leaf: Leaf) -> Hashable:
    if isinstance(leaf, Word | Phrase):
        slop = leaf.slop if isinstance(leaf, Phrase) else 0
        return (*analyze(leaf.text), slop, leaf.field, leaf.boost)
    return leaf


def _title(leaf: Leaf) -> TitleWords | None:
    if isinstance(leaf, Also):
        return TitleWords(frozenset(), frozenset())
    if isinstance(leaf, Word | Phrase) and leaf.field in (None, "title"):
        return title_words(leaf.text)
    return None


def _look_up(part: Scored, docs: npt.NDArray[np.integer]) -> Floats:
    place = np.minimum(part.docs.searchsorted(docs), len(part.docs) - 1)
    return np.where(part.docs.take(place) == docs, part.scores.take(place), 0.0)


def _join_parts(lists: Sequence[Matched]) -> tuple[tuple[Scored, float], ...]:
    return tuple([part for item in lists for part in item.parts])
