"""Matching: a tree of the question → the documents that match it, with their scores.

Masks: a condition that only filters → which documents meet it, deleted ones among them.
"""

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
from osce_search.engine.scoring import Profile, normalised, repeated, saturated
from osce_search.index.analyzer import TitleWords, analyze, title_words
from osce_search.index.facet_values import FacetValues
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
"""Bytes of scored postings and masks that are kept for the next question: at least, and for each document on top."""

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_NONE: Ids = np.empty(0, np.int64)


class Scored(NamedTuple):
    """What a word of the question adds to the `scores` of `docs`, with the idf it comes from.

    No document can score more than `most`. Words that stand for the same terms have the same `key`. `title` are the
    words of a title that this asks for, or None where it asks for something else.
    """

    docs: Ids
    scores: Floats
    idf: float
    most: float
    key: Hashable
    title: TitleWords | None


class Matched(NamedTuple):
    """Documents that match, sorted; `scores` is as long, or None where nothing in the question scores.

    `parts` are the words that score, each with its weight. `whole` says that a document without a score has
    none of them, so that nothing but the words themselves decides what matches. Where they are at hand, `sums`
    has what they add up to in every document of the snapshot, matching or not. `key` is that of a single word.
    """

    docs: Ids
    scores: Floats | None
    parts: tuple[tuple[Scored, float], ...] = ()
    whole: bool = True
    sums: Floats | None = None
    key: Hashable = None

    @property
    def most(self) -> float:
        """What no document can score more than."""
        return sum(part.most * weight for part, weight in self.parts)


_MANY = 8
"""Where one document in so many has a word of the question, its words are spread out over all documents."""

_LOOKUP, _FILL = 128, 8
"""What it costs to look one document up in a list, and to write out one of the list, beside clearing one."""

_NOTHING = Scored(_NONE, np.empty(0), 0.0, 0.0, None, None)


class Matcher:
    """Evaluates trees over one snapshot with one profile; safe to share between threads."""

    def __init__(self, snapshot: Snapshot, profile: Profile, cache: int | None = None) -> None:
        self._snapshot = snapshot
        self.profile = profile
        self._cache = Cache(CACHE + CACHE_EACH * snapshot.size if cache is None else cache)

    def forget(self) -> None:
        """Drop what was kept from earlier questions."""
        self._cache.clear()

    def match(self, node: Node, tags: Tags = "both") -> Matched:
        """The live documents that match a tree, with their scores."""
        if isinstance(node, Leaf):
            spend(0)
            scored = self.scored(node)
            return Matched(scored.docs, scored.scores, ((scored, 1.0),), key=scored.key)
        if isinstance(node, And):
            return self._all(node.children, tags)
        if isinstance(node, Or):
            return self._any([self.match(child, tags) for child in node.children])
        if isinstance(node, MatchAll):
            return Matched(self._snapshot.all_docs, None)
        return Matched(self._from_mask(self.mask(node, tags)), None)

    def scored(self, leaf: Leaf) -> Scored:
        """A scoring leaf of the tree with its documents and what it adds to their scores."""
        found = self._cache.get(leaf)
        if found is None:
            found = self._score(leaf)
            spend(16 * len(found.docs))
            self._cache.put(leaf, found, 16 * len(found.docs) + _weigh(leaf))
        assert isinstance(found, Scored)
        return found

    def anywhere(self, matched: Matched, docs: npt.NDArray[np.integer]) -> Floats:
        """What the words of a question score in any documents, matching or not: float64 of the shape of `docs`."""
        if matched.sums is not None:
            return matched.sums.take(docs)
        size = self._snapshot.size
        parts = [(part, weight) for part, weight in matched.parts if len(part.docs)]
        counts = [len(part.docs) for part, _ in parts]
        # All three ways add in the order of the question, as the scores of the matches are added: to the same sums.
        if _LOOKUP * docs.size * len(parts) < size + _FILL * sum(counts):
            find = _look_up
        elif _MANY * max(counts, default=0) > size:
            find = self._spread
        else:
            sums = np.zeros(size)
            for part, weight in parts:
                np.add.at(sums, part.docs, part.scores if weight == 1.0 else part.scores * weight)
            return sums.take(docs)
        total = np.zeros(docs.shape)
        for part, weight in parts:
            found = find(part, docs)
            total += found if weight == 1.0 else found * weight
        return total

    def _spread(self, part: Scored, docs: npt.NDArray[np.integer]) -> Floats:
        """What a word scores in some documents, from what it scores in all, which is kept for the next questions."""
        key = ("scores", part.key)
        found = self._cache.get(key)
        if found is None:
            found = np.zeros(self._snapshot.size)
            found[part.docs] = part.scores
            self._cache.put(key, found, found.nbytes)
        assert isinstance(found, np.ndarray)
        return found.take(docs)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────

    def _score(self, leaf: Leaf) -> Scored:
        """BM25F of a leaf in every document where it occurs."""
        found = find(self._snapshot, leaf)
        if not len(found.docs):
            return _NOTHING._replace(key=_key(leaf), title=_title(leaf))
        frequencies = self._frequencies(found)
        rarity = leaf.boost * found.idf
        scores = rarity * saturated(frequencies, self.profile.k1)
        return Scored(
            found.docs,
            scores,
            found.idf,
            rarity * (self.profile.k1 + 1.0),
            _key(leaf),
            _title(leaf),
        )

    def _frequencies(self, occurrences: Occurrences) -> Floats:
        gathered = np.zeros(self._snapshot.size)
        for found, factor in zip(occurrences.fields, self.factors, strict=True):
            if len(found.docs):
                gathered[found.docs] += found.freqs * factor.take(found.docs)
        return gathered.take(occurrences.docs)

    @cached_property
    def factors(self) -> tuple[Floats, ...]:
        """What one occurrence counts in each document, an array a field."""
        return tuple(
            normalised(lengths, average, weight, b)
            for weight, (lengths, average, b) in zip(
                self.profile.weights, map(self.measure, range(len(FIELDS))), strict=True
            )
        )

    def measure(self, number: int) -> tuple[Floats, float, float]:
        """Lengths, their mean, and how far they count for the field of that number."""
        if FIELDS[number] == "title":
            return (
                self._snapshot.lengths[number],
                self._snapshot.average_lengths[number],
                self.profile.b_title,
            )
        return self._snapshot.text_lengths, self._snapshot.average_text_length, self.profile.b_text

    # ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _all(self, children: Sequence[Node], tags: Tags) -> Matched:
        lists: list[Matched] = []
        masks: list[Mask] = []
        for child in children:
            if isinstance(child, In | DateRange | Not):
                masks.append(self.mask(child, tags))
            elif not isinstance(child, MatchAll):
                lists.append(self.match(child, tags))
        matched = self._intersect(self._distinct(lists)) if lists else Matched(self._snapshot.all_docs, None)
        for mask in masks:
            kept = mask.take(matched.docs)
            scores = None if matched.scores is None else matched.scores[kept]
            matched = Matched(matched.docs[kept], scores, matched.parts, False, matched.sums)
        return matched

    def _distinct(self, lists: list[Matched]) -> list[Matched]:
        """The lists with each stem once, weighed by how often it stands there."""
        keys = [item.key for item in lists if item.key is not None]
        if len(set(keys)) == len(keys):
            return lists
        counts = Counter(keys)
        kept = []
        for item in lists:
            if item.key is None:
                kept.append(item)
            elif q := counts.pop(item.key, 0):
                kept.append(item if q == 1 else _times(item, repeated(q, self.profile.k3)))
        return kept

    def _intersect(self, lists: Sequence[Matched]) -> Matched:
        """The documents of all lists: those of the shortest that the others have, too."""
        if len(lists) == 1:
            return _alone(lists[0])
        ordered = sorted(lists, key=lambda item: len(item.docs))
        docs = ordered[0].docs
        for item in ordered[1:]:
            if not len(docs):
                break
            docs = docs[self._among(docs, item)]
        if not len(docs):
            return Matched(_NONE, None)
        # Scores are added in the order of the question, so that they do not depend on which word is rarest.
        scores: Floats | None = None
        for item in lists:
            if item.scores is not None:
                part = item.scores.take(item.docs.searchsorted(docs))
                scores = part if scores is None else scores + part
        return Matched(docs, scores, _parts(lists), False)

    def _among(self, docs: Ids, item: Matched) -> Mask:
        """Which of some sorted documents a list has."""
        if item.key is not None and len(docs) * 64 > len(item.docs):
            return self._mask_of(item).take(docs)
        place = item.docs.searchsorted(docs)
        place[place == len(item.docs)] = 0
        among: Mask = item.docs.take(place) == docs
        return among

    def _mask_of(self, item: Matched) -> Mask:
        key = ("docs", item.key)
        found = self._cache.get(key)
        if found is None:
            found = np.zeros(self._snapshot.size, bool)
            found[item.docs] = True
            self._cache.put(key, found, len(found))
        return found  # type: ignore[return-value]

    def _any(self, lists: list[Matched]) -> Matched:
        lists = self._distinct(lists)
        if len(lists) == 1:
            return _alone(lists[0])
        return self._sum(lists, self._snapshot.union([item.docs for item in lists]))

    def _sum(self, lists: Sequence[Matched], docs: Ids) -> Matched:
        parts = _parts(lists)
        if not parts or not len(docs):
            return Matched(docs, None)
        sums = np.zeros(self._snapshot.size)
        for item in lists:
            if item.scores is not None:
                np.add.at(sums, item.docs, item.scores)
        whole = all(item.whole for item in lists)
        return Matched(docs, sums.take(docs), parts, whole, sums if whole else None)

    def _from_mask(self, mask: Mask) -> Ids:
        docs = self._snapshot.all_docs
        return docs[mask.take(docs)]

    def mask(self, node: Node, tags: Tags) -> Mask:
        """Which documents match a node; deleted ones may be among them."""
        key = ("mask", node, tags)
        found = self._cache.get(key)
        if found is None:
            found = self._make_mask(node, tags)
            self._cache.put(key, found, len(found) + _weigh(node))
        return found  # type: ignore[return-value]

    def _make_mask(self, node: Node, tags: Tags) -> Mask:
        if isinstance(node, In):
            return has_any(self._snapshot, node.facet, node.values, tags)
        if isinstance(node, DateRange):
            return is_dated(self._snapshot, node.since, node.until)
        if isinstance(node, Not):
            return ~self.mask(node.child, tags)
        mask = np.zeros(self._snapshot.size, bool)
        mask[self.match(node, tags).docs] = True
        return mask

    def filter_mask(self, item: Filter, tags: Tags) -> Mask:
        """Which documents pass a filter; deleted ones may be among them."""
        if item.mode == "all":
            return has_all(self._snapshot, item.facet, item.values, tags)
        mask = self.mask(In(item.facet, item.values), tags)
        return ~mask if item.mode == "none" else mask


def _weigh(node: Node | Leaf) -> int:
    """About how many bytes a node takes that something is kept under: a list of values more than a mask of few docs."""
    return 200 + 4 * len(repr(node))


def _key(leaf: Leaf) -> Hashable:
    if isinstance(leaf, Word | Phrase):
        slop = leaf.slop if isinstance(leaf, Phrase) else 0
        return (*analyze(leaf.text), slop, leaf.field, leaf.boost)
    return leaf


def _look_up(part: Scored, docs: npt.NDArray[np.integer]) -> Floats:
    place = np.minimum(part.docs.searchsorted(docs), len(part.docs) - 1)
    return np.where(part.docs.take(place) == docs, part.scores.take(place), 0.0)


def _title(leaf: Leaf) -> TitleWords | None:
    if isinstance(leaf, Also):
        return TitleWords(frozenset(), frozenset())
    return (
        title_words(leaf.text) if isinstance(leaf, Word | Phrase) and leaf.field in (None, "title") else None
    )


def _parts(lists: Sequence[Matched]) -> tuple[tuple[Scored, float], ...]:
    return tuple(part for item in lists for part in item.parts)


def _alone(item: Matched) -> Matched:
    """The only child of a node, which is no word among the words beside that node."""
    return Matched(item.docs, item.scores, item.parts, item.whole, item.sums)


def _times(item: Matched, weight: float) -> Matched:
    scores = None if item.scores is None else item.scores * weight
    return item._replace(scores=scores, parts=tuple((part, own * weight) for part, own in item.parts))


_UNKNOWN = -1


def has_any(snapshot: Snapshot, facet: str, values: Sequence[str], tags: Tags) -> Mask:
    """Which documents have any of some values of a facet, or of the ids where it is "id"."""
    if facet == "id":
        mask = np.zeros(snapshot.size, bool)
        mask[[doc for doc in map(snapshot.find, values) if doc is not None]] = True
        return mask
    column = snapshot.facet(facet, tags)
    return column.mask(_ordinals(column, values) - {_UNKNOWN})


def has_all(snapshot: Snapshot, facet: str, values: Sequence[str], tags: Tags) -> Mask:
    """Which documents have every one of some values of a facet."""
    column = snapshot.facet(facet, tags)
    wanted = _ordinals(column, values)
    return np.zeros(snapshot.size, bool) if _UNKNOWN in wanted else column.mask_all(wanted)


def is_dated(snapshot: Snapshot, since: dt.date | None, until: dt.date | None) -> Mask:
    """Which documents have a date within two days, both included, either open."""
    dates = snapshot.dates
    mask: Mask = snapshot.precisions > 0
    if since is not None:
        mask &= dates >= days_of(since)
    if until is not None:
        mask &= dates <= days_of(until)
    return mask


def _ordinals(column: FacetValues, values: Sequence[str]) -> set[int]:
    """The ordinals of values, 0 for that of no value, and `_UNKNOWN` for one that no document has."""
    return {0 if value == MISSING else column.ordinals.get(value, _UNKNOWN) for value in values}
