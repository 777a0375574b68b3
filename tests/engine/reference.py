"""The slow, trusted twin of the engine: plain Python over a list of releases, no arrays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence

from osce_search.engine.scoring import PROFILES
from osce_search.index.analyzer import analyze
from osce_search.query import And, DateRange, In, MatchAll, Node, Not, Or, Phrase, Word
from osce_search.release import Release

P = PROFILES["plain"]


class Reference:
    def __init__(self, releases: Sequence[Release]) -> None:
        self.releases = list(releases)
        self.fields = [[analyze(text) for text in (r.title, r.lead, r.body)] for r in self.releases]
        self.average = [sum(spans) / len(spans) or 1.0 for spans in zip(*map(span, self.fields), strict=True)]

    def idf(self, n: int) -> float:
        return math.log(1 + (len(self.releases) - n + 0.5) / (n + 0.5))

    def found(self, row: list[list[str]], node: Word | Phrase) -> list[int]:
        terms = analyze(node.text)
        runs = [[f[i : i + len(terms)] for i in range(len(f))] for f in row]
        named = zip(runs, ("title", "lead", "body"), strict=True)
        return [run.count(terms) if node.field in (None, name) else 0 for run, name in named]

    def score(self, row: list[list[str]], node: Node) -> float | None:
        """The score of a document, or None where it does not match."""
        if isinstance(node, Word | Phrase):
            if not any(frequencies := self.found(row, node)):
                return None
            rows = zip(
                P.weights, frequencies, span(row), self.average, (P.b_title, P.b_text, P.b_text), strict=True
            )
            tf = sum(v * n / (1 - b + b * length / mean) for v, n, length, mean, b in rows)
            words = [Word(term) for term in set(analyze(node.text))]
            counted = [node] if len(analyze(node.text)) == 1 else words
            rarity = sum(self.idf(sum(any(self.found(other, w)) for other in self.fields)) for w in counted)
            return node.boost * rarity * (P.k1 + 1) * tf / (P.k1 + tf)
        release = self.releases[next(i for i, other in enumerate(self.fields) if other is row)]
        if isinstance(node, And | Or):
            keyed = [(key(child, place), child) for place, child in enumerate(node.children)]
            times = Counter(name for name, _ in keyed)
            scores = {name: self.score(row, child) for name, child in dict(keyed).items()}
            got = [(P.k3 + 1) * times[k] / (P.k3 + times[k]) * s for k, s in scores.items() if s is not None]
            return sum(got) if got and (isinstance(node, Or) or len(got) == len(scores)) else None
        if isinstance(node, Not):
            return 0.0 if self.score(row, node.child) is None else None
        if isinstance(node, In):
            return 0.0 if set(getattr(release, node.facet)) & set(node.values) else None
        if isinstance(node, DateRange):
            first, last = (node.since or release.date), (node.until or release.date)
            return 0.0 if release.date and first <= release.date <= last else None  # type: ignore[operator]
        assert isinstance(node, MatchAll)
        return 0.0


def span(row: list[list[str]]) -> tuple[int, int, int]:
    """How long each field is; lead and body are measured together."""
    return len(row[0]), len(row[1]) + len(row[2]), len(row[1]) + len(row[2])


def key(node: Node, place: int) -> Hashable:
    """What equal words have in common: they count together."""
    return (*analyze(node.text), node.field) if isinstance(node, Word | Phrase) else place
