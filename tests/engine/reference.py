"""The slow, trusted twin of the engine: plain Python over a list of releases, no arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

from osce_search.engine.profiles import PROFILES
from osce_search.index.analyzer import analyze
from osce_search.query import And, DateRange, In, MatchAll, Node, Not, Or, Phrase, Word
from osce_search.release import Release

P = PROFILES["default"]


class Reference:
    def __init__(self, releases: Sequence[Release]) -> None:
        self.releases = list(releases)
        self.fields = [[analyze(text) for text in (r.title, r.lead, r.body)] for r in self.releases]
        count = max(len(self.releases), 1)
        self.average = [sum(len(row[f]) for row in self.fields) / count or 1.0 for f in range(3)]

    def idf(self, term: str) -> float:
        n = sum(any(term in field for field in row) for row in self.fields)
        return math.log(1 + (len(self.releases) - n + 0.5) / (n + 0.5))

    def found(self, row: list[list[str]], node: Word | Phrase) -> list[int]:
        terms = analyze(node.text)
        runs = [[f[i : i + len(terms)] for i in range(len(f))] for f in row]
        named = ("title", "lead", "body")
        return [
            run.count(terms) if node.field in (None, name) else 0
            for run, name in zip(runs, named, strict=True)
        ]

    def score(self, row: list[list[str]], node: Node) -> float | None:
        """The score of a document, or None where it does not match."""
        if isinstance(node, Word | Phrase):
            frequencies = self.found(row, node)
            if not any(frequencies):
                return None
            tf = sum(
                P.weights[f] * n / (1 - P.b[f] + P.b[f] * len(row[f]) / self.average[f])
                for f, n in enumerate(frequencies)
            )
            terms = list(dict.fromkeys(analyze(node.text)))
            matching = sum(any(self.found(other, node)) for other in self.fields)
            single = math.log(1 + (len(self.releases) - matching + 0.5) / (matching + 0.5))
            rarity = single if len(analyze(node.text)) == 1 else sum(map(self.idf, terms))
            return node.boost * rarity * (P.k1 + 1) * tf / (P.k1 + tf)
        release = self.releases[next(i for i, other in enumerate(self.fields) if other is row)]
        if isinstance(node, And | Or):
            scores = [self.score(row, child) for child in node.children]
            got = [score for score in scores if score is not None]
            return sum(got) if got and (isinstance(node, Or) or len(got) == len(scores)) else None
        if isinstance(node, Not):
            return 0.0 if self.score(row, node.child) is None else None
        if isinstance(node, In):
            value = getattr(release, node.facet)
            held = {value} if isinstance(value, str) else set(value or ())
            return 0.0 if held & set(node.values) else None
        if isinstance(node, DateRange):
            inside = release.date and (node.since or release.date) <= release.date <= (
                node.until or release.date
            )
            return 0.0 if inside else None
        assert isinstance(node, MatchAll)
        return 0.0
