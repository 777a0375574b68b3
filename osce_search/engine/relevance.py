"""Relevance: matches with what their own words score → the best of them, with the scores that are shown."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.explanation import Explainer
from osce_search.engine.matching import Matched, Matcher
from osce_search.engine.narrowed import Narrowed
from osce_search.engine.ranking import best, top
from osce_search.engine.scoring import recent
from osce_search.engine.smoothing import shares, smoothed, supported
from osce_search.index.analyzer import title_key
from osce_search.index.reader import Snapshot
from osce_search.query import Tags
from osce_search.results import Explanation

__all__ = ["Ranked", "Relevance"]

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NONE: Ids = np.empty(0, np.int64)


class Ranked(NamedTuple):
    """Documents in their order, with their scores. `considered` are those whose neighbours were looked at."""

    docs: Ids
    scores: Floats
    considered: Ids | None = None


class Relevance:
    """Orders matches over one snapshot by one profile; safe to share between threads."""

    def __init__(self, snapshot: Snapshot, matcher: Matcher) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._profile = matcher.profile

    @functools.cached_property
    def smooths(self) -> bool:
        """Whether neighbours count: the profile asks for them and the index has them."""
        return self._profile.lam > 0 and self._snapshot.neighbours is not None

    @functools.cached_property
    def name(self) -> str:
        """The profile as an answer names it, with a word where the index cannot give what it asks for."""
        short = self._profile.lam > 0 and not self.smooths
        return f"{self._profile.name} without neighbours" if short else self._profile.name

    @functools.cached_property
    def _priors(self) -> Floats | None:
        """What each document's score is multiplied by for its age, counted from the newest one; None for nothing."""
        recency, snapshot = self._profile.recency, self._snapshot
        if not recency:
            return None
        dated = (snapshot.precisions > 0) & (True if snapshot.live is None else snapshot.live)
        dates = snapshot.dates.astype(np.float64)
        age = np.where(dated, dates.max(where=dated, initial=-np.inf) - dates, np.inf)
        return (1.0 + recency * recent(age, self._profile.half_life)) / (1.0 + recency)

    @functools.cached_property
    def _graph(self) -> tuple[npt.NDArray[np.integer], Floats]:
        """The neighbours of each document, and what each counts."""
        neighbours = self._snapshot.neighbours
        assert neighbours is not None
        return neighbours.docs, shares(neighbours.cosines, self._profile.power)

    def rank(self, narrowed: Narrowed, start: int, stop: int) -> Ranked:
        """The documents from one place of the order to another."""
        docs, own, ties = narrowed.docs, narrowed.scores, self._snapshot.tie_rank
        most = narrowed.matched.most
        if own is None or not len(docs) or not most:
            places = top(docs, None, ties, stop)[start:]
            return Ranked(docs.take(places), np.zeros(len(places)))
        if self._priors is not None:
            own = own * self._priors.take(docs)
        titled = self._titled(narrowed)
        if not self.smooths and not len(titled):
            places = top(docs, own, ties, stop)[start:]
            return Ranked(docs.take(places), own.take(places))
        places = best(docs, own, ties, self._profile.candidates)
        if len(titled):
            places = np.union1d(places, titled)
        considered = docs.take(places)
        scores = self._scores(narrowed, considered, own.take(places))
        if len(titled):
            scores[places.searchsorted(titled)] += most
        page = top(considered, scores, ties, stop)[start:]
        if stop <= len(places) or len(places) == len(docs):
            return Ranked(considered.take(page), scores.take(page), considered)
        others = np.ones(len(docs), bool)
        others[places] = False
        rest = others.nonzero()[0]
        # Without support a score is lower than any with as much of its own, so that all scores fall with the order.
        below = self._drawn(narrowed, own.take(rest), 0.0) if self.smooths else own.take(rest)
        last = top(docs.take(rest), own.take(rest), ties, stop - len(places))[max(start - len(places), 0) :]
        return Ranked(
            np.concatenate([considered.take(page), docs.take(rest).take(last)]),
            np.concatenate([scores.take(page), below.take(last)]),
            considered,
        )

    def _scores(self, narrowed: Narrowed, docs: Ids, own: Floats) -> Floats:
        if not self.smooths:
            return own
        neighbours, share = self._graph
        # As what indexes arrays, once and not again for each word.
        near = neighbours.take(docs, axis=0).astype(np.intp)
        support = supported(self._anywhere(narrowed.matched, near), share.take(docs, axis=0))
        return self._drawn(narrowed, own, support)

    def _drawn(self, narrowed: Narrowed, own: Floats, support: Floats | float) -> Floats:
        """Scores of hits drawn towards their support."""
        most, best, profile = narrowed.matched.most, self._best(narrowed.matched), self._profile
        return smoothed(own, support, most, best, lam=profile.lam, sparing=profile.sparing)

    def _best(self, matched: Matched) -> float:
        """The best score of all that match, whatever the filters let through, so that they change no score."""
        scores = matched.scores
        if scores is not None and self._priors is not None:
            scores = scores * self._priors.take(matched.docs)
        found = 0.0 if scores is None else float(scores.max(initial=0.0))
        # Where none of the words is in any match, they are all as far from the best as can be.
        return found or matched.most

    def _anywhere(self, matched: Matched, docs: npt.NDArray[np.integer]) -> Floats:
        scores = self._matcher.anywhere(matched, docs)
        return scores if self._priors is None else scores * self._priors.take(docs)

    # ── a question that is a title ───────────────────────────────────────────────────────────────────────────

    def _titled(self, narrowed: Narrowed) -> Ids:
        """Places of the matches whose whole title the question is."""
        if not self._profile.titles:
            return _NONE
        found = self._snapshot.titled(_key_of(narrowed.matched))
        if not len(found):
            return _NONE
        places = narrowed.docs.searchsorted(found)
        places = places[places < len(narrowed.docs)]
        return places[np.isin(narrowed.docs.take(places), found)]

    # ── explanation ──────────────────────────────────────────────────────────────────────────────────────────

    def explain(
        self, narrowed: Narrowed, ranked: Ranked, doc: int, tags: Tags = "both"
    ) -> Explanation | None:
        """How the score of a ranked document comes about; its value is that score."""
        if narrowed.scores is None or not narrowed.matched.most:
            return None
        words = Explainer(self._snapshot, self._matcher).explain(narrowed.tree, doc, tags)
        if words is None:
            words = Explanation(0.0, "none of the words occurs")
        found = words if self._priors is None else self._explain_recency(words, float(self._priors[doc]))
        if self.smooths:
            considered = ranked.considered is not None and bool((ranked.considered == doc).any())
            found = self._explain_smoothing(narrowed, found, doc, considered)
        if doc in narrowed.docs.take(self._titled(narrowed)):
            most = narrowed.matched.most
            text = "the question is the whole title: as much again as any release could score by its words"
            rule = Explanation(most, "M: the sum of (k1 + 1) idf over the words of the question")
            return Explanation(found.value + most, text, (found, rule))
        return found

    def _explain_recency(self, words: Explanation, prior: float) -> Explanation:
        recency, half_life = self._profile.recency, self._profile.half_life
        text = f"recency: (1 + r 2^(-age / h)) / (1 + r) with r={recency:g} h={half_life:g} days"
        return Explanation(
            words.value * prior, "S: what the words add times recency", (words, Explanation(prior, text))
        )

    def _explain_smoothing(
        self, narrowed: Narrowed, words: Explanation, doc: int, considered: bool
    ) -> Explanation:
        most, best, profile = narrowed.matched.most, self._best(narrowed.matched), self._profile
        own = np.array([words.value])
        formula = (
            "S + lam (1 - S / M) (1 - (S / B)^a) (support - S) "
            f"with lam={profile.lam:g} a={profile.sparing:g} M={most:.6g} B={best:.6g}"
        )
        if not considered:
            text = f"support: not looked for, since {profile.candidates} others have no less of S"
            support = Explanation(0.0, text)
            return Explanation(float(self._drawn(narrowed, own, 0.0)[0]), formula, (words, support))
        neighbours, share = self._graph[0].take([doc], axis=0), self._graph[1].take([doc], axis=0)
        scores = self._anywhere(narrowed.matched, neighbours)
        total = supported(scores, share)
        parts = [
            Explanation(float(g * s), f"release {self._snapshot.id(int(near))}: g S with g={g:.4g} S={s:.6g}")
            for near, g, s in zip(neighbours[0], share[0], scores[0], strict=True)
            if g * s > 0 and near != doc
        ]
        count = int((neighbours != doc).sum())
        text = f"support: sum of g S over the {count} releases most like it, of which {len(parts)} have an S"
        if not count:
            text = "support: its own, since no release is like it"
        support = Explanation(float(total[0]), text, tuple(parts))
        return Explanation(float(self._drawn(narrowed, own, total)[0]), formula, (words, support))


def _key_of(matched: Matched) -> int:
    """The key of a question that is nothing but words, 0 for any other."""
    words = [part.title for part, _ in matched.parts if part.title is not None]
    return title_key(words) if len(words) == len(matched.parts) else 0
