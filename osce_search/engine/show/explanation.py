"""Explanation: a ranked document → the numbers that its score is made of, and the parts of the query that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from osce_search.engine.match.expansion import Also
from osce_search.engine.match.filters import FilteredMatches
from osce_search.engine.match.matcher import Matcher
from osce_search.engine.match.occurrences import Leaf, Occurrences, find
from osce_search.engine.rank.relevance import Ranked, Relevance, find_support
from osce_search.engine.scoring import weigh_repetition
from osce_search.index.reader import Snapshot
from osce_search.index.segment.postings import FIELDS
from osce_search.query import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Tags, Word, print_tree
from osce_search.results import Explanation, Reason

Typed = Word | Phrase | Prefix | Fuzzy | Near


def explain_rank(
    snapshot: Snapshot,
    relevance: Relevance,
    matches: FilteredMatches,
    ranked: Ranked,
    doc: int,
    tags: Tags = "both",
) -> Explanation | None:
    """Return how the score of a ranked document comes about, or None if nothing scores; its value is that score."""
    max_score = matches.matched.max_score
    if matches.scores is None or not max_score:
        return None
    found = explain_words(snapshot, relevance.matcher, matches.tree, doc, tags)
    found = found or Explanation(0.0, "none of the words occurs")
    if relevance.priors is not None:
        found = _explain_recency(relevance, found, float(relevance.priors[doc]))
    if relevance.smooths:
        considered = ranked.considered is not None and bool((ranked.considered == doc).any())
        found = _explain_smoothing(snapshot, relevance, matches, found, doc, considered)
    if doc in matches.docs.take(relevance.find_titled(matches)):
        text = "the question is the whole title: as much again as any release could score by its words"
        rule = Explanation(max_score, "M: the sum of (k1 + 1) idf over the words of the question")
        found = Explanation(found.value + max_score, text, (found, rule))
    return found


def _explain_recency(relevance: Relevance, words: Explanation, prior: float) -> Explanation:
    recency, half_life = relevance.profile.recency, relevance.profile.half_life
    text = f"recency: (1 + r 2^(-age / h)) / (1 + r) with r={recency:g} h={half_life:g} days"
    parts = (words, Explanation(prior, text))
    return Explanation(words.value * prior, "S: what the words add times recency", parts)


def _explain_smoothing(
    snapshot: Snapshot,
    relevance: Relevance,
    matches: FilteredMatches,
    words: Explanation,
    doc: int,
    considered: bool,
) -> Explanation:
    matched, profile = matches.matched, relevance.profile
    own = np.array([words.value])
    formula = (
        "S + lam (1 - S / M) (1 - (S / B)^a) (support - S) "
        f"with lam={profile.lam:g} a={profile.sparing:g} M={matched.max_score:.6g} B={relevance.find_best(matched):.6g}"
    )
    if not considered:
        text = f"support: not looked for, since {profile.candidates} others have no less of S"
        smoothed = relevance.smooth(matched, own, 0.0)
        return Explanation(float(smoothed[0]), formula, (words, Explanation(0.0, text)))
    neighbours, share = relevance.graph[0].take([doc], axis=0), relevance.graph[1].take([doc], axis=0)
    scores = relevance.score_anywhere(matched, neighbours)
    total = find_support(scores, share)
    parts = [
        Explanation(float(g * s), f"release {snapshot.id(int(near))}: g S with g={g:.4g} S={s:.6g}")
        for near, g, s in zip(neighbours[0], share[0], scores[0], strict=True)
        if g * s > 0 and near != doc
    ]
    count = int((neighbours != doc).sum())
    text = f"support: sum of g S over the {count} releases most like it, of which {len(parts)} have an S"
    if not count:
        text = "support: its own, since no release is like it"
    support = Explanation(float(total[0]), text, tuple(parts))
    return Explanation(float(relevance.smooth(matched, own, total)[0]), formula, (words, support))


def explain_words(
    snapshot: Snapshot, matcher: Matcher, tree: Node, doc: int, tags: Tags = "both"
) -> Explanation | None:
    """Return what the words of a tree add to the score of a document.

    Return None if the tree does not match or does not score. Each value is the sum or product of its parts.
    """
    return _Words(snapshot, matcher, doc, tags).explain(tree)


class _Words:
    """Explains the score of one document by its own words."""

    def __init__(self, snapshot: Snapshot, matcher: Matcher, doc: int, tags: Tags) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._doc = doc
        self._tags = tags

    def explain(self, node: Node) -> Explanation | None:
        """Return the explanation of a node, or None if it does not match or does not score."""
        if isinstance(node, Leaf):
            return self._explain_leaf(node)
        if not isinstance(node, And | Or) or (isinstance(node, And) and not self._matches(node)):
            return None
        explained = [(self.explain(child), q) for child, q in self._count_repeated(node)]
        parts = [self._times(part, q) for part, q in explained if part is not None]
        if not parts:
            return None
        return Explanation(sum(part.value for part in parts), "sum of what the words add", tuple(parts))

    def _count_repeated(self, node: And | Or) -> list[tuple[Node, int]]:
        """Return the children with the number of times that they occur; of words with one stem, the first."""
        keys = [
            self._matcher.scored(child).key if isinstance(child, Leaf) else object()
            for child in node.children
        ]
        counts = Counter(keys)
        pairs = zip(node.children, keys, strict=True)
        return [(child, counts.pop(key)) for child, key in pairs if key in counts]

    def _matches(self, node: Node) -> bool:
        return _has(self._matcher.match(node, self._tags).docs, self._doc) is not None

    def _times(self, part: Explanation, q: int) -> Explanation:
        if q == 1:
            return part
        k3 = self._matcher.profile.k3
        text = f"(k3 + 1) q / (k3 + q) of it with k3={k3:g}, for its stem stands q={q} times in the question"
        return Explanation(part.value * weigh_repetition(q, k3), text, (part,))

    def _explain_leaf(self, leaf: Leaf) -> Explanation | None:
        scored = self._matcher.scored(leaf)
        place = _has(scored.docs, self._doc)
        if place is None:
            return None
        fields = [
            self._explain_field(number, float(found.freqs[at]))
            for number, found in enumerate(find(self._snapshot, leaf).fields)
            if (at := _has(found.docs, self._doc)) is not None
        ]
        rarity = f"with N={self._snapshot.count} n={len(scored.docs)}"
        parts = (
            Explanation(scored.idf, f"idf: ln(1 + (N - n + 0.5) / (n + 0.5)) {rarity}"),
            Explanation(sum(field.value for field in fields), "tf~: sum over the fields", tuple(fields)),
        )
        boost = f"{leaf.boost:g} " if leaf.boost != 1 else ""
        name = " or ".join(f'"{n.text}"' for n in leaf.names) if isinstance(leaf, Also) else print_tree(leaf)
        text = f"{name}: {boost}idf (k1 + 1) tf~ / (k1 + tf~) with k1={self._matcher.profile.k1:g}"
        return Explanation(float(scored.scores[place]), text, parts)

    def _explain_field(self, number: int, tf: float) -> Explanation:
        lengths, average, b = self._matcher.measure(number)
        return Explanation(
            tf * float(self._matcher.factors[number][self._doc]),
            f"{FIELDS[number]}: v tf / (1 - b + b l / avgl) with v={self._matcher.profile.weights[number]:g} tf={tf:g} "
            f"b={b:g} l={lengths[self._doc]:g} avgl={average:.4g}",
        )


class Reasons:
    """Finds the leaves of one tree that documents have; each leaf is looked up once."""

    def __init__(self, snapshot: Snapshot, tree: Node) -> None:
        self._snapshot = snapshot
        self._leaves = list(dict.fromkeys(_leaves(tree)))
        self._found: dict[Typed, Occurrences] = {}

    def of(self, doc: int) -> tuple[Reason, ...]:
        """Return the leaves that a document has, in the order of the query; other names follow what was typed."""
        return tuple(
            [
                # A boost says nothing about what was found.
                Reason(print_tree(replace(leaf, boost=1.0)), fields, typed)
                for leaf, typed in self._leaves
                if (fields := self._fields(leaf, doc))
            ]
        )

    def _fields(self, leaf: Typed, doc: int) -> tuple[str, ...]:
        found = self._found.get(leaf)
        if found is None:
            found = self._found[leaf] = find(self._snapshot, leaf)
        pairs = zip(FIELDS, found.fields, strict=True)
        return tuple([name for name, field in pairs if _has(field.docs, doc) is not None])


def _leaves(node: Node) -> Iterator[tuple[Typed, str | None]]:
    """Iterate over the leaves that are looked for; another name comes with what was typed in its place."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _leaves(child)
    elif isinstance(node, Leaf):
        leaf: Typed | Also = node
        if isinstance(leaf, Also):
            typed = " ".join(part.text for part in leaf.typed)
            yield from ((name, typed) for name in leaf.names)
        else:
            yield leaf, None


def _has(docs: np.ndarray[tuple[int], np.dtype[np.int64]], doc: int) -> int | None:
    """Return the place of a document among sorted ones, or None."""
    place = int(docs.searchsorted(doc))
    return place if place < len(docs) and docs[place] == doc else None
