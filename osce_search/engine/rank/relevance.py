"""Relevance: matches with what their own words score → the best of them, with the scores that are shown.

Smoothing: releases that are alike score alike; arrays in, a new array out.

One step of the score regularisation of Diaz, "Regularizing ad hoc retrieval scores" (CIKM 2005), over the graph of
nearest documents that the index holds (`osce_search.index.neighbours`). A document that says the question's words
once, among others that say little else, is likelier to be about them than one whose neighbours do not know them.

    S     score of a document         nb_j   its neighbours         cos_j   how like it they are
    M     what no document can score more than, for this question           lam     how far the neighbours count
    B     the best score that any has                                       a       how near to it is spared

    g_j = cos_j^p / sum_j cos_j^p           support = sum_j g_j S(nb_j)
    R   = S + lam (1 - S / M) (1 - (S / B)^a) (support - S)

The better a document matches by itself, the less its neighbours count: against what is possible, which matters for
short questions, and against the others, which matters for long ones, of which no document has all words. The best
keeps its score, and so does one that stands out beside it: what is looked for may be like nothing else. Nothing enters
or leaves the hits.

Ranking: which documents come first; arrays in, arrays out.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.filters import Narrowed
from osce_search.engine.match.matcher import Matched, Matcher
from osce_search.engine.scoring import recent
from osce_search.engine.show.explanation import Explainer
from osce_search.index.analyzer import title_key
from osce_search.index.reader import Snapshot
from osce_search.query import Tags
from osce_search.results import Explanation

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


def shares(cosines: npt.NDArray[np.uint8], power: float) -> Floats:
    """What each neighbour counts, float64 of the shape of `cosines`, a row adding up to 1.

    Where there is no neighbour at all, whoever stands in the row counts the same.

    >>> shares(np.array([[200, 100], [0, 0]], np.uint8), power=2.0).tolist()
    [[0.8, 0.2], [0.5, 0.5]]
    """
    weights = (np.arange(256) ** power).take(cosines)
    total = weights.sum(axis=1, keepdims=True)
    result: Floats = np.where(total > 0, weights, 1.0) / np.where(total > 0, total, cosines.shape[1])
    return result


def supported(scores: Floats, shares: Floats) -> Floats:
    """The support of documents whose neighbours have these scores, one row each.

    >>> supported(np.array([[4.0, 0.0]]), np.array([[0.75, 0.25]])).tolist()
    [3.0]
    """
    support: Floats = np.einsum("ij,ij->i", scores, shares)
    return support


def smoothed(
    own: Floats, support: Floats | float, most: float, best: float, *, lam: float, sparing: float
) -> Floats:
    """Scores drawn towards their support; `sparing` is the a of the formula, `most` its M and `best` its B.

    >>> own, support = np.array([2.0, 1.0]), np.array([0.0, 2.0])
    >>> smoothed(own, support, most=4.0, best=2.0, lam=0.5, sparing=1.0).tolist()
    [2.0, 1.1875]
    """
    return own + lam * (1.0 - own / most) * (1.0 - _raised(own / best, sparing)) * (support - own)


def _raised(base: Floats, exponent: float) -> Floats:
    """The power; one of a power of two by squaring, which takes a tenth of the time."""
    while exponent > 1.0 and exponent % 2.0 == 0.0:
        base = base * base
        exponent /= 2.0
    return base if exponent == 1.0 else base**exponent


_FEW = 64
"""Best up to which one score in 16 is looked at to guess where they begin; for more it is one in 8."""


def top(ids: Ids, scores: Floats | None, ties: Ids, count: int) -> Ids:
    """Places in `ids` of the `count` best, best first.

    `scores` is as long as `ids`; `ties[id]` decides where scores are equal, and everywhere if `scores` is
    None, the lowest first. `ties` must be distinct, so that the order is always the same.

    >>> top(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if scores is None:
        scores = -ties[ids].astype(np.float64)
    places = best(ids, scores, ties, count)
    return places[np.lexsort((ties.take(ids.take(places)), -scores.take(places)))]


def best(ids: Ids, scores: Floats, ties: Ids, count: int) -> Ids:
    """The places that `top` gives, in the order of `ids`.

    >>> best(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if count <= 0:
        return np.empty(0, np.int64)
    if count >= len(ids):
        return np.arange(len(ids))
    places = _promising(scores, count)
    kept = scores.take(places)
    floor = _kth(kept, count)
    places = places[kept >= floor]
    if len(places) > count:
        level = scores.take(places) == floor
        last = places[level]
        order = ties.take(ids.take(last)).argsort()
        chosen = np.concatenate([places[~level], last[order[: count - len(places)]]])
        chosen.sort()
        return chosen
    return places


def _promising(scores: Floats, count: int) -> Ids:
    """Places among which the best are for certain, few of them if a sample tells where to look."""
    step = 16 if count <= _FEW else 8
    sample = scores[::step]
    # Half as many again as should do, so that too few are next to impossible.
    guess = count * 3 // (2 * step) + 8
    if 2 * guess < len(sample):
        places = (scores >= _kth(sample, guess)).nonzero()[0]
        if len(places) >= count:
            return places
    return np.arange(len(scores))


def _kth(scores: Floats, count: int) -> np.float64:
    place = len(scores) - count
    found: np.float64 = np.partition(scores, place)[place]
    return found
