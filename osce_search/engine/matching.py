"""Matching: a tree of the question → the documents that match it, with their scores."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osce_search.engine.expansion import Also
from osce_search.engine.occurrences import Leaf, Occurrences, find
from osce_search.engine.profiles import Profile
from osce_search.engine.scoring import normalised, saturated
from osce_search.index.columns import days_of
from osce_search.index.postings import FIELDS
from osce_search.index.reader import Snapshot
from osce_search.query import MISSING, And, DateRange, Filter, In, MatchAll, Node, Not, Or, Tags, print_tree
from osce_search.results import Explanation

__all__ = ["Matched", "Matcher", "Scored"]

CACHE = 48 << 20
"""Bytes of scored postings and masks that are kept for the next question."""

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_NONE: Ids = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Matched:
    """Documents that match, sorted; `scores` is as long, or None where nothing in the question scores.

    `leaf` is the part of the question that they match, where it is a single one.
    """

    docs: Ids
    scores: Floats | None
    leaf: Leaf | None = None


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
        if isinstance(node, Leaf):
            scored = self.scored(node)
            return Matched(scored.docs, scored.scores, node)
        if isinstance(node, And):
            return self._all(node.children, tags)
        if isinstance(node, Or):
            return self._any([self.match(child, tags) for child in node.children])
        if isinstance(node, MatchAll):
            return Matched(self._snapshot.all_docs, None)
        return Matched(self._from_mask(self._mask(node, tags)), None)

    def scored(self, leaf: Leaf) -> Scored:
        """A scoring leaf of the tree with its documents and what it adds to their scores."""
        found = self._cache.get(leaf)
        if found is None:
            found = self._score(leaf)
            self._cache.put(leaf, found, 24 * len(found.docs) + 200)
        assert isinstance(found, Scored)
        return found

    def explain(self, node: Node, doc: int) -> Explanation | None:
        """How the score of a document comes about, or None where the node does not match or does not score."""
        if isinstance(node, Leaf):
            return self._explain_leaf(node, doc)
        if isinstance(node, And | Or):
            parts = [part for child in node.children if (part := self.explain(child, doc)) is not None]
            if not parts:
                return None
            return Explanation(sum(part.value for part in parts), "sum of what the words add", tuple(parts))
        return None

    def _explain_leaf(self, leaf: Leaf, doc: int) -> Explanation | None:
        scored = self.scored(leaf)
        place = int(scored.docs.searchsorted(doc))
        if place == len(scored.docs) or scored.docs[place] != doc:
            return None
        snapshot, profile = self._snapshot, self.profile
        fields = []
        for number, found in enumerate(find(snapshot, leaf).fields):
            at = int(found.docs.searchsorted(doc))
            if at < len(found.docs) and found.docs[at] == doc:
                tf, length = float(found.freqs[at]), float(snapshot.lengths[number][doc])
                average, v, b = snapshot.average_lengths[number], profile.weights[number], profile.b[number]
                value = float(normalised(np.array([tf]), np.array([length]), average, v, b)[0])
                fields.append(
                    Explanation(
                        value,
                        f"{FIELDS[number]}: v tf / (1 - b + b l / avgl) with v={v:g} tf={tf:g} b={b:g} l={length:g} "
                        f"avgl={average:.4g}",
                    )
                )
        tf_all = float(scored.frequencies[place])
        parts = (
            Explanation(
                scored.idf,
                f"idf: ln(1 + (N - n + 0.5) / (n + 0.5)) with N={snapshot.count} n={len(scored.docs)}",
            ),
            Explanation(tf_all, "tf~: sum over the fields", tuple(fields)),
        )
        boost = f"{leaf.boost:g} " if leaf.boost != 1 else ""
        name = " or ".join(f'"{n.text}"' for n in leaf.names) if isinstance(leaf, Also) else print_tree(leaf)
        text = f"{name}: {boost}idf (k1 + 1) tf~ / (k1 + tf~) with k1={profile.k1:g}"
        return Explanation(float(scored.scores[place]), text, parts)

    # ── words ────────────────────────────────────────────────────────────────────────────────────────

    def _score(self, leaf: Leaf) -> Scored:
        """BM25F of a leaf in every document where it occurs."""
        found = find(self._snapshot, leaf)
        if not len(found.docs):
            return _NOTHING
        frequencies = self._frequencies(found)
        scores = leaf.boost * found.idf * saturated(frequencies, self.profile.k1)
        return Scored(found.docs, scores, frequencies, found.idf)

    def _frequencies(self, occurrences: Occurrences) -> Floats:
        snapshot, profile = self._snapshot, self.profile
        gathered = np.zeros(snapshot.size)
        for number, found in enumerate(occurrences.fields):
            if len(found.docs):
                length = snapshot.lengths[number].take(found.docs)
                gathered[found.docs] += normalised(
                    found.freqs,
                    length,
                    snapshot.average_lengths[number],
                    profile.weights[number],
                    profile.b[number],
                )
        return gathered.take(occurrences.docs)

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

    def _intersect(self, lists: Sequence[Matched]) -> Matched:
        """The documents of all lists: those of the shortest that the others have, too."""
        if len(lists) == 1:
            return lists[0]
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
        return Matched(docs, scores)

    def _among(self, docs: Ids, item: Matched) -> Mask:
        """Which of some sorted documents a list has."""
        if item.leaf is not None and len(docs) * 64 > len(item.docs):
            return self._mask_of(item).take(docs)
        place = item.docs.searchsorted(docs)
        place[place == len(item.docs)] = 0
        among: Mask = item.docs.take(place) == docs
        return among

    def _mask_of(self, item: Matched) -> Mask:
        key = ("docs", item.leaf)
        found = self._cache.get(key)
        if found is None:
            found = np.zeros(self._snapshot.size, bool)
            found[item.docs] = True
            self._cache.put(key, found, len(found))
        return found  # type: ignore[return-value]

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
