"""Explanation: a tree and a document → the numbers that its score by its own words is made of.

Reasons: a tree that was searched × a document → which parts of the question the document has, and where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from osce_search.engine.match.expansion import Also
from osce_search.engine.match.matcher import Matcher
from osce_search.engine.match.occurrences import Leaf, Occurrences, find
from osce_search.engine.scoring import repeated
from osce_search.index.reader import Snapshot
from osce_search.index.segment.postings import FIELDS
from osce_search.query import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Tags, Word, print_tree
from osce_search.results import Explanation, Reason


class Explainer:
    """Explains scores as a matcher gives them; the value of each explanation is the sum or product of its parts."""

    def __init__(self, snapshot: Snapshot, matcher: Matcher) -> None:
        self._snapshot = snapshot
        self._matcher = matcher

    def explain(self, node: Node, doc: int, tags: Tags = "both") -> Explanation | None:
        """How the score of a document comes about, or None where the node does not match or does not score."""
        if isinstance(node, Leaf):
            return self._explain_leaf(node, doc)
        if isinstance(node, And | Or):
            if isinstance(node, And) and not self._matches(node, doc, tags):
                return None
            explained = [(self.explain(child, doc, tags), q) for child, q in self._counted(node)]
            parts = [self._times(part, q) for part, q in explained if part is not None]
            if not parts:
                return None
            return Explanation(sum(part.value for part in parts), "sum of what the words add", tuple(parts))
        return None

    def _counted(self, node: And | Or) -> list[tuple[Node, int]]:
        """The children, of words of one stem the first, with how often they stand there."""
        keys = [
            self._matcher.scored(child).key if isinstance(child, Leaf) else object()
            for child in node.children
        ]
        counts = Counter(keys)
        pairs = zip(node.children, keys, strict=True)
        return [(child, counts.pop(key)) for child, key in pairs if key in counts]

    def _matches(self, node: Node, doc: int, tags: Tags) -> bool:
        docs = self._matcher.match(node, tags).docs
        place = int(docs.searchsorted(doc))
        return place < len(docs) and bool(docs[place] == doc)

    def _times(self, part: Explanation, q: int) -> Explanation:
        if q == 1:
            return part
        k3 = self._matcher.profile.k3
        text = f"(k3 + 1) q / (k3 + q) of it with k3={k3:g}, for its stem stands q={q} times in the question"
        return Explanation(part.value * repeated(q, k3), text, (part,))

    def _explain_leaf(self, leaf: Leaf, doc: int) -> Explanation | None:
        scored = self._matcher.scored(leaf)
        place = int(scored.docs.searchsorted(doc))
        if place == len(scored.docs) or scored.docs[place] != doc:
            return None
        snapshot = self._snapshot
        fields = []
        for number, found in enumerate(find(snapshot, leaf).fields):
            at = int(found.docs.searchsorted(doc))
            if at < len(found.docs) and found.docs[at] == doc:
                fields.append(self._explain_field(number, float(found.freqs[at]), doc))
        tf_all = sum(field.value for field in fields)
        parts = (
            Explanation(
                scored.idf,
                f"idf: ln(1 + (N - n + 0.5) / (n + 0.5)) with N={snapshot.count} n={len(scored.docs)}",
            ),
            Explanation(tf_all, "tf~: sum over the fields", tuple(fields)),
        )
        boost = f"{leaf.boost:g} " if leaf.boost != 1 else ""
        name = " or ".join(f'"{n.text}"' for n in leaf.names) if isinstance(leaf, Also) else print_tree(leaf)
        text = f"{name}: {boost}idf (k1 + 1) tf~ / (k1 + tf~) with k1={self._matcher.profile.k1:g}"
        return Explanation(float(scored.scores[place]), text, parts)

    def _explain_field(self, number: int, tf: float, doc: int) -> Explanation:
        lengths, average, b = self._matcher.measure(number)
        return Explanation(
            tf * float(self._matcher.factors[number][doc]),
            f"{FIELDS[number]}: v tf / (1 - b + b l / avgl) with v={self._matcher.profile.weights[number]:g} tf={tf:g} "
            f"b={b:g} l={lengths[doc]:g} avgl={average:.4g}",
        )


Typed = Word | Phrase | Prefix | Fuzzy | Near


class Reasons:
    """Looks up the leaves of one tree, each once, for any number of documents."""

    def __init__(self, snapshot: Snapshot, tree: Node) -> None:
        self._snapshot = snapshot
        self._leaves = list(dict.fromkeys(_leaves(tree)))
        self._found: dict[Typed, Occurrences] = {}

    def of(self, doc: int) -> tuple[Reason, ...]:
        """The leaves that a document has, in the order of the question, other names behind what they stand for."""
        return tuple(
            Reason(_print(leaf), fields, typed)
            for leaf, typed in self._leaves
            if (fields := self._fields(leaf, doc))
        )

    def _fields(self, leaf: Typed, doc: int) -> tuple[str, ...]:
        found = self._found.get(leaf)
        if found is None:
            found = self._found[leaf] = find(self._snapshot, leaf)
        return tuple(
            name
            for name, field in zip(FIELDS, found.fields, strict=True)
            if (place := int(field.docs.searchsorted(doc))) < len(field.docs) and field.docs[place] == doc
        )


def _leaves(node: Node) -> Iterator[tuple[Typed, str | None]]:
    """What is looked for, each with what was typed in its place where it is another name of that."""
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


def _print(leaf: Typed) -> str:
    """The leaf as canonical text, without the boost, which says nothing of what was found."""
    return print_tree(replace(leaf, boost=1.0))
