"""Matching: a tree of the question → the documents that match it, with their scores."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osce_search.engine.profiles import Profile
from osce_search.engine.scoring import idf, normalised, saturated
from osce_search.errors import LimitExceeded
from osce_search.index.analyzer import analyze
from osce_search.index.columns import days_of
from osce_search.index.postings import FIELDS
from osce_search.index.reader import FieldDocs, Snapshot, TermDocs
from osce_search.query import (
    MISSING,
    And,
    DateRange,
    Filter,
    Fuzzy,
    In,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Tags,
    Word,
)

__all__ = ["MAX_EXPANSION", "MAX_PHRASE", "Matched", "Matcher", "Scored"]

MAX_EXPANSION = 10_000
"""Terms that a prefix or a fuzzy word may stand for."""

MAX_PHRASE = 64
"""Words in a phrase."""

CACHE = 48 << 20
"""Bytes of scored postings and masks that are kept for the next question."""

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_NONE: Ids = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Matched:
    """Documents that match, sorted; `scores` is as long, or None where nothing in the question scores."""

    docs: Ids
    scores: Floats | None


@dataclass(frozen=True, slots=True)
class Scored:
    """What a word of the question adds to the `scores` of `docs`, with the idf and frequencies it comes from."""

    docs: Ids
    scores: Floats
    frequencies: Floats
    idf: float


_NOTHING = Scored(_NONE, np.empty(0), np.empty(0), 0.0)


class _Cache:
    """Arrays that do not depend on the question, the latest used, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> object | None:
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size)
            self._bytes += size
            while self._bytes > self._limit and len(self._entries) > 1:
                self._bytes -= self._entries.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._bytes = 0


class Matcher:
    """Evaluates trees over one snapshot with one profile; safe to share between threads."""

    def __init__(self, snapshot: Snapshot, profile: Profile, cache: int = CACHE) -> None:
        self._snapshot = snapshot
        self.profile = profile
        self._cache = _Cache(cache)

    def forget(self) -> None:
        """Drop what was kept from earlier questions."""
        self._cache.clear()

    def match(self, node: Node, tags: Tags = "both") -> Matched:
        """The live documents that match a tree, with their scores."""
        if isinstance(node, Word | Phrase | Prefix | Fuzzy | Near):
            scored = self.scored(node)
            return Matched(scored.docs, scored.scores)
        if isinstance(node, And):
            return self._all(node.children, tags)
        if isinstance(node, Or):
            return self._any([self.match(child, tags) for child in node.children])
        if isinstance(node, MatchAll):
            return Matched(self._snapshot.all_docs, None)
        return Matched(self._from_mask(self._mask(node, tags)), None)

    def scored(self, node: Word | Phrase | Prefix | Fuzzy | Near) -> Scored:
        """A scoring leaf of the tree with its documents and what it adds to their scores."""
        found = self._cache.get(node)
        if found is None:
            found = self._score(node)
            self._cache.put(node, found, 24 * len(found.docs) + 200)
        assert isinstance(found, Scored)
        return found

    def terms_of(self, node: Prefix | Fuzzy) -> list[str]:
        """The terms that a prefix or a fuzzy word stands for, sorted."""
        if isinstance(node, Prefix):
            return self._snapshot.prefixed(node.text, MAX_EXPANSION)
        return self._snapshot.within(node.text, node.distance, MAX_EXPANSION)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────

    def _score(self, node: Word | Phrase | Prefix | Fuzzy | Near) -> Scored:
        if isinstance(node, Near):
            return self._near(node)
        if isinstance(node, Prefix | Fuzzy):
            return self._weigh(self._merged(self.terms_of(node)), node.field, node.boost)
        terms = analyze(node.text)
        if len(terms) == 1:
            return self._weigh(self._snapshot.term(terms[0]), node.field, node.boost)
        slop = node.slop if isinstance(node, Phrase) else 0
        return self._phrase(tuple(terms), slop, node.field, node.boost)

    def _weigh(self, term: TermDocs | None, field: str | None, boost: float) -> Scored:
        """BM25F of a term, over all fields or one."""
        if term is None:
            return _NOTHING
        chosen = range(len(FIELDS)) if field is None else (FIELDS.index(field),)
        docs = term.docs if field is None else term.fields[chosen[0]].docs
        if not len(docs):
            return _NOTHING
        return self._saturate(docs, self._frequencies(docs, term.fields, chosen), boost)

    def _frequencies(self, docs: Ids, fields: Sequence[FieldDocs], chosen: Iterable[int]) -> Floats:
        snapshot, profile = self._snapshot, self.profile
        gathered = np.zeros(snapshot.size)
        for field in chosen:
            found = fields[field]
            if len(found.docs):
                length = snapshot.lengths[field].take(found.docs)
                gathered[found.docs] += normalised(
                    found.freqs,
                    length,
                    snapshot.average_lengths[field],
                    profile.weights[field],
                    profile.b[field],
                )
        return gathered.take(docs)

    def _saturate(self, docs: Ids, frequencies: Floats, boost: float, rarity: float | None = None) -> Scored:
        rarity = idf(self._snapshot.count, len(docs)) if rarity is None else rarity
        return Scored(docs, boost * rarity * saturated(frequencies, self.profile.k1), frequencies, rarity)

    def _merged(self, terms: Sequence[str]) -> TermDocs | None:
        """Several terms as if they were one: their frequencies added."""
        found = [term for term in map(self._snapshot.term, terms) if term is not None]
        if len(found) < 2:
            return found[0] if found else None
        fields = []
        for number in range(len(FIELDS)):
            parts = [term.fields[number] for term in found]
            sums = np.zeros(self._snapshot.size)
            for part in parts:
                sums[part.docs] += part.freqs
            docs = sums.nonzero()[0]
            fields.append(FieldDocs(docs, sums[docs]))
        return TermDocs(self._snapshot.union([field.docs for field in fields]), tuple(fields))

    # ── words in their places ────────────────────────────────────────────────────────────────────────────────

    def _phrase(self, terms: tuple[str, ...], slop: int, field: str | None, boost: float) -> Scored:
        if len(terms) > MAX_PHRASE:
            raise LimitExceeded(
                f"a phrase of {len(terms)} words: at most {MAX_PHRASE} are looked for; shorten it",
                name="phrase",
                limit=MAX_PHRASE,
            )
        if not terms:
            return _NOTHING
        chosen = range(len(FIELDS)) if field is None else (FIELDS.index(field),)
        fields = [FieldDocs(_NONE, np.empty(0))] * len(FIELDS)
        for number in chosen:
            keys = self._ends(terms, number, slop)
            docs, freqs = np.unique(keys >> 32, return_counts=True)
            fields[number] = FieldDocs(docs, freqs.astype(np.float64))
        return self._placed(fields, chosen, terms, boost)

    def _placed(
        self, fields: Sequence[FieldDocs], chosen: Iterable[int], terms: Iterable[str], boost: float
    ) -> Scored:
        """Words found together: as frequent as they are together, as rare as all of them."""
        docs = self._snapshot.union([field.docs for field in fields])
        if not len(docs):
            return _NOTHING
        single = [term for term in map(self._snapshot.term, dict.fromkeys(terms)) if term is not None]
        rarity = sum(idf(self._snapshot.count, len(term.docs)) for term in single)
        return self._saturate(docs, self._frequencies(docs, fields, chosen), boost, rarity)

    def _ends(self, terms: Sequence[str], field: int, slop: int) -> Ids:
        """Keys of the last word of each place where the words stand in order with at most `slop` others between."""
        ends = begins = self._snapshot.positions(terms[0], field)
        for term in terms[1:]:
            if not len(ends):
                break
            keys = self._snapshot.positions(term, field)
            following = keys.searchsorted(ends, side="right")
            inside = following < len(keys)
            begins, following, ends = begins[inside], following[inside], ends[inside]
            reached = keys[following]
            # The nearest place of the next word leaves the most room for those after it.
            close = (reached >> 32 == ends >> 32) & (reached - ends <= slop + 1)
            begins, ends = begins[close], reached[close]
        return ends[ends - begins <= len(terms) - 1 + slop]

    def _near(self, node: Near) -> Scored:
        left, right = analyze(node.left.text), analyze(node.right.text)
        if not left or not right:
            return _NOTHING
        field = node.left.field
        chosen = range(len(FIELDS)) if field is None else (FIELDS.index(field),)
        fields = [FieldDocs(_NONE, np.empty(0))] * len(FIELDS)
        for number in chosen:
            first, second = (
                self._ends(left, number, _slop(node.left)),
                self._ends(right, number, _slop(node.right)),
            )
            together = _close(first, second, node.distance + len(right)) | _close_before(
                first, second, node.distance + len(left)
            )
            docs, freqs = np.unique(first[together] >> 32, return_counts=True)
            fields[number] = FieldDocs(docs, freqs.astype(np.float64))
        return self._placed(fields, chosen, (*left, *right), node.boost)

    # ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _all(self, children: Sequence[Node], tags: Tags) -> Matched:
        lists: list[Matched] = []
        masks: list[Mask] = []
        for child in children:
            if isinstance(child, In | DateRange | Not):
                masks.append(self._mask(child, tags))
            elif not isinstance(child, MatchAll):
                lists.append(self.match(child, tags))
        if lists:
            matched = self._intersect(lists)
            docs, scores = matched.docs, matched.scores
        else:
            docs, scores = self._snapshot.all_docs, None
        for mask in masks:
            kept = mask.take(docs)
            docs = docs[kept]
            scores = None if scores is None else scores[kept]
        return Matched(docs, scores)

    def _intersect(self, lists: list[Matched]) -> Matched:
        if len(lists) == 1:
            return lists[0]
        shortest = min(len(item.docs) for item in lists)
        total = sum(len(item.docs) for item in lists)
        if not shortest:
            return Matched(_NONE, None)
        if shortest * 64 > total:
            return self._intersect_counting(lists)
        order = sorted(lists, key=lambda item: len(item.docs))
        docs = order[0].docs
        places: list[Ids] = []
        for item in order[1:]:
            place = item.docs.searchsorted(docs)
            place[place == len(item.docs)] = 0
            same = item.docs.take(place) == docs
            docs = docs[same]
            places = [kept[same] for kept in places]
            places.append(place[same])
        # Scores are added in the order of the question, so that they do not depend on which word is rarest.
        where = {id(item): place for item, place in zip(order[1:], places, strict=True)}
        scores: Floats | None = None
        for item in lists:
            if item.scores is None:
                continue
            at = where.get(id(item))
            part = item.scores.take(item.docs.searchsorted(docs) if at is None else at)
            scores = part if scores is None else scores + part
        return Matched(docs, scores)

    def _intersect_counting(self, lists: list[Matched]) -> Matched:
        counts = np.zeros(self._snapshot.size, np.uint16)
        for item in lists:
            counts[item.docs] += 1
        smallest = min(lists, key=lambda item: len(item.docs)).docs
        docs = smallest[counts.take(smallest) == len(lists)]
        return Matched(docs, self._sum(lists, docs))

    def _any(self, lists: list[Matched]) -> Matched:
        if len(lists) == 1:
            return lists[0]
        docs = self._snapshot.union([item.docs for item in lists])
        return Matched(docs, self._sum(lists, docs))

    def _sum(self, lists: Sequence[Matched], docs: Ids) -> Floats | None:
        scoring = [(item.docs, item.scores) for item in lists if item.scores is not None]
        if not scoring or not len(docs):
            return None
        sums = np.zeros(self._snapshot.size)
        for item_docs, item_scores in scoring:
            np.add.at(sums, item_docs, item_scores)
        return sums.take(docs)

    def _from_mask(self, mask: Mask) -> Ids:
        docs = self._snapshot.all_docs
        return docs[mask.take(docs)]

    def _mask(self, node: Node, tags: Tags) -> Mask:
        """Which documents match a node; deleted ones may be among them."""
        key = ("mask", node, tags)
        found = self._cache.get(key)
        if found is None:
            found = self._make_mask(node, tags)
            self._cache.put(key, found, len(found))
        return found  # type: ignore[return-value]

    def _make_mask(self, node: Node, tags: Tags) -> Mask:
        if isinstance(node, In):
            return self._in(node.facet, node.values, tags)
        if isinstance(node, DateRange):
            return self._dated(node)
        if isinstance(node, Not):
            return ~self._mask(node.child, tags)
        mask = np.zeros(self._snapshot.size, bool)
        mask[self.match(node, tags).docs] = True
        return mask

    def _in(self, facet: str, values: Sequence[str], tags: Tags) -> Mask:
        if facet == "id":
            mask = np.zeros(self._snapshot.size, bool)
            mask[[doc for doc in map(self._snapshot.find, values) if doc is not None]] = True
            return mask
        column = self._snapshot.facet(facet, tags)
        wanted = {0 if value == MISSING else column.ordinals.get(value, -1) for value in values}
        return column.mask(wanted - {-1})

    def _dated(self, node: DateRange) -> Mask:
        dates = self._snapshot.dates
        mask = self._snapshot.precisions > 0
        if node.since is not None:
            mask &= dates >= days_of(node.since)
        if node.until is not None:
            mask &= dates <= days_of(node.until)
        return mask

    def filter_mask(self, item: Filter, tags: Tags) -> Mask:
        """Which documents pass a filter; deleted ones may be among them."""
        if item.mode == "any":
            return self._mask(In(item.facet, item.values), tags)
        if item.mode == "none":
            return self._mask(Not(In(item.facet, item.values)), tags)
        mask = np.ones(self._snapshot.size, bool)
        for value in item.values:
            mask &= self._mask(In(item.facet, (value,)), tags)
        return mask


def _slop(node: Word | Phrase) -> int:
    return node.slop if isinstance(node, Phrase) else 0


def _close(first: Ids, second: Ids, distance: int) -> Mask:
    """Which of `first` have one of `second` after them, at most `distance` on, in the same document."""
    if not len(first) or not len(second):
        return np.zeros(len(first), bool)
    place = second.searchsorted(first, side="right")
    inside = place < len(second)
    reached = second[np.where(inside, place, 0)]
    close: Mask = inside & (reached >> 32 == first >> 32) & (reached - first <= distance)
    return close


def _close_before(first: Ids, second: Ids, distance: int) -> Mask:
    """Which of `first` have one of `second` before them, at most `distance` back, in the same document."""
    if not len(first) or not len(second):
        return np.zeros(len(first), bool)
    place = second.searchsorted(first, side="left") - 1
    reached = second[np.maximum(place, 0)]
    close: Mask = (place >= 0) & (reached >> 32 == first >> 32) & (first - reached <= distance)
    return close
