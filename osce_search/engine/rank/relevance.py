"""Relevance: filtered matches → the best of them in order, with the scores that are shown.

Releases that are alike score alike: one step of the score regularisation of Diaz, "Regularizing ad hoc retrieval
scores" (CIKM 2005), over the graph of nearest documents that the index holds (`osce_search.index.neighbours`). A
document that has the words of the query once, among neighbours that have little else, is likelier to be relevant
than one whose neighbours have none of them.

    S     score of a document             nb_j   its neighbours         cos_j   how similar they are
    M     the highest possible score for this query                     lam     how much the neighbours count
    B     the best score of all matches                                 a       how near to B a score is spared

    g_j = cos_j^p / sum_j cos_j^p           support = sum_j g_j S(nb_j)
    R   = S + lam (1 - S / M) (1 - (S / B)^a) (support - S)

The better a document matches by itself, the less its neighbours count. S / M compares it with what is possible,
which matters for short queries. S / B compares it with the others, which matters for long queries, of which no
document has all words. The best document keeps its score. Smoothing adds and removes no hits.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.filters import FilteredMatches
from osce_search.engine.match.matcher import Matched, Matcher
from osce_search.index.analyzer import title_key
from osce_search.index.reader import Snapshot

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NONE: Ids = np.empty(0, np.int64)

_FEW = 64
"""The number of best documents up to which one score in 16 is sampled to guess the lowest; for more, one in 8."""


class Ranked(NamedTuple):
    """Documents in their order, with their scores. `considered` are those that were scored with their neighbours."""

    docs: Ids
    scores: Floats
    considered: Ids | None = None


class Relevance:
    """Orders matches over one snapshot by one profile. It may be shared between threads."""

    def __init__(self, snapshot: Snapshot, matcher: Matcher) -> None:
        self._snapshot = snapshot
        self.matcher = matcher
        self.profile = matcher.profile

    @functools.cached_property
    def smooths(self) -> bool:
        """Whether neighbours count: the profile asks for them and the index has them."""
        return self.profile.lam > 0 and self._snapshot.neighbours is not None

    @functools.cached_property
    def name(self) -> str:
        """The name of the profile as an answer states it, with a note if the index has no neighbours."""
        short = self.profile.lam > 0 and not self.smooths
        return f"{self.profile.name} without neighbours" if short else self.profile.name

    @functools.cached_property
    def priors(self) -> Floats | None:
        """The factor of each document for its age, measured from the newest one; None if age does not count."""
        recency, snapshot = self.profile.recency, self._snapshot
        if not recency:
            return None
        dated = (snapshot.precisions > 0) & (True if snapshot.live is None else snapshot.live)
        dates = snapshot.dates.astype(np.float64)
        age = np.where(dated, dates.max(where=dated, initial=-np.inf) - dates, np.inf)
        # How new a release is: 1 today, half as much after each half-life.
        newness = np.exp2(-age / self.profile.half_life)
        factors: Floats = (1.0 + recency * newness) / (1.0 + recency)
        return factors

    @functools.cached_property
    def graph(self) -> tuple[npt.NDArray[np.integer], Floats]:
        """The neighbours of each document, and the share of each."""
        neighbours = self._snapshot.neighbours
        assert neighbours is not None
        return neighbours.docs, find_shares(neighbours.cosines, self.profile.power)

    def rank(self, matches: FilteredMatches, start: int, stop: int) -> Ranked:
        """Return the documents from one place of the order to another."""
        docs, own, ties = matches.docs, matches.scores, self._snapshot.tie_rank
        max_score = matches.matched.max_score
        if own is None or not len(docs) or not max_score:
            places = order_best(docs, None, ties, stop)[start:]
            return Ranked(docs.take(places), np.zeros(len(places)))
        if self.priors is not None:
            own = own * self.priors.take(docs)
        titled = self.find_titled(matches)
        if not self.smooths and not len(titled):
            places = order_best(docs, own, ties, stop)[start:]
            return Ranked(docs.take(places), own.take(places))
        places = choose_best(docs, own, ties, self.profile.candidates)
        if len(titled):
            places = np.union1d(places, titled)
        considered = docs.take(places)
        scores = own.take(places)
        if self.smooths:
            scores = self._smooth_considered(matches.matched, considered, scores)
        if len(titled):
            scores[places.searchsorted(titled)] += max_score
        page = order_best(considered, scores, ties, stop)[start:]
        if stop <= len(places) or len(places) == len(docs):
            return Ranked(considered.take(page), scores.take(page), considered)
        others = np.ones(len(docs), bool)
        others[places] = False
        rest = others.nonzero()[0]
        # Without support a score only falls, so that the scores of the rest stay below those of the considered ones.
        below = self.smooth(matches.matched, own.take(rest), 0.0) if self.smooths else own.take(rest)
        last = order_best(docs.take(rest), own.take(rest), ties, stop - len(places))
        last = last[max(start - len(places), 0) :]
        return Ranked(
            np.concatenate([considered.take(page), docs.take(rest).take(last)]),
            np.concatenate([scores.take(page), below.take(last)]),
            considered,
        )

    def _smooth_considered(self, matched: Matched, docs: Ids, own: Floats) -> Floats:
        neighbours, share = self.graph
        # Converted once to the type that NumPy indexes with, and not again for each word.
        near = neighbours.take(docs, axis=0).astype(np.intp)
        support = find_support(self.score_anywhere(matched, near), share.take(docs, axis=0))
        return self.smooth(matched, own, support)

    def smooth(self, matched: Matched, own: Floats, support: Floats | float) -> Floats:
        """Return scores of matches drawn towards their support."""
        return smooth_scores(
            own,
            support,
            matched.max_score,
            self.find_best(matched),
            lam=self.profile.lam,
            sparing=self.profile.sparing,
        )

    def find_best(self, matched: Matched) -> float:
        """Return the best score of all matches, whatever the filters, so that filters change no score."""
        scores = matched.scores
        if scores is not None and self.priors is not None:
            scores = scores * self.priors.take(matched.docs)
        found = 0.0 if scores is None else float(scores.max(initial=0.0))
        # If no match has any of the words, all are as far from the best as possible.
        return found or matched.max_score

    def score_anywhere(self, matched: Matched, docs: npt.NDArray[np.integer]) -> Floats:
        """Return the scores of any documents, matching or not, as float64 of the shape of `docs`."""
        scores = self.matcher.score_anywhere(matched, docs)
        return scores if self.priors is None else scores * self.priors.take(docs)

    def find_titled(self, matches: FilteredMatches) -> Ids:
        """Return the places of the matches whose whole title is the query."""
        if not self.profile.titles:
            return _NONE
        parts = matches.matched.parts
        words = [part.title for part, _ in parts if part.title is not None]
        # A query that has anything beside words is no title.
        found = self._snapshot.titled(title_key(words) if len(words) == len(parts) else 0)
        if not len(found):
            return _NONE
        places = matches.docs.searchsorted(found)
        places = places[places < len(matches.docs)]
        return places[np.isin(matches.docs.take(places), found)]


# ── smoothing: arrays in, a new array out ────────────────────────────────────────────────────────────────────────


def find_shares(cosines: npt.NDArray[np.uint8], power: float) -> Floats:
    """Return the share g of each neighbour, as float64 of the shape of `cosines`; each row adds up to 1.

    A row without any neighbour has equal shares.

    >>> find_shares(np.array([[200, 100], [0, 0]], np.uint8), power=2.0).tolist()
    [[0.8, 0.2], [0.5, 0.5]]
    """
    weights = (np.arange(256) ** power).take(cosines)
    total = weights.sum(axis=1, keepdims=True)
    result: Floats = np.where(total > 0, weights, 1.0) / np.where(total > 0, total, cosines.shape[1])
    return result


def find_support(scores: Floats, shares: Floats) -> Floats:
    """Return the support of documents from the scores of their neighbours, one row for each document.

    >>> find_support(np.array([[4.0, 0.0]]), np.array([[0.75, 0.25]])).tolist()
    [3.0]
    """
    support: Floats = np.einsum("ij,ij->i", scores, shares)
    return support


def smooth_scores(
    own: Floats, support: Floats | float, max_score: float, best: float, *, lam: float, sparing: float
) -> Floats:
    """Return the scores R of the formula; `max_score` is its M, `best` its B and `sparing` its a.

    >>> own, support = np.array([2.0, 1.0]), np.array([0.0, 2.0])
    >>> smooth_scores(own, support, max_score=4.0, best=2.0, lam=0.5, sparing=1.0).tolist()
    [2.0, 1.1875]
    """
    return own + lam * (1.0 - own / max_score) * (1.0 - _power(own / best, sparing)) * (support - own)


def _power(base: Floats, exponent: float) -> Floats:
    """Return a power. Squaring takes a tenth of the time if the exponent is a power of two."""
    while exponent > 1.0 and exponent % 2.0 == 0.0:
        base = base * base
        exponent /= 2.0
    return base if exponent == 1.0 else base**exponent


# ── the best: arrays in, places out ──────────────────────────────────────────────────────────────────────────────


def order_best(docs: Ids, scores: Floats | None, ties: Ids, count: int) -> Ids:
    """Return the places in `docs` of the `count` best, best first.

    `scores` is as long as `docs`. The lowest `ties[doc]` comes first among equal scores, and everywhere if `scores` is
    None. `ties` must be distinct, so that the order is always the same.

    >>> order_best(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if scores is None:
        scores = -ties[docs].astype(np.float64)
    places = choose_best(docs, scores, ties, count)
    return places[np.lexsort((ties.take(docs.take(places)), -scores.take(places)))]


def choose_best(docs: Ids, scores: Floats, ties: Ids, count: int) -> Ids:
    """Return the places that `order_best` returns, in ascending order.

    >>> choose_best(np.array([0, 1, 2]), np.array([1.0, 2.0, 1.0]), np.array([2, 1, 0]), 2).tolist()
    [1, 2]
    """
    if count <= 0:
        return np.empty(0, np.int64)
    if count >= len(docs):
        return np.arange(len(docs))
    places = _find_candidates(scores, count)
    kept = scores.take(places)
    floor = _kth(kept, count)
    places = places[kept >= floor]
    if len(places) > count:
        level = scores.take(places) == floor
        last = places[level]
        order = ties.take(docs.take(last)).argsort()
        chosen = np.concatenate([places[~level], last[order[: count - len(places)]]])
        chosen.sort()
        return chosen
    return places


def _find_candidates(scores: Floats, count: int) -> Ids:
    """Return places that include the best ones; few of them if a sample tells the lowest score of the best."""
    step = 16 if count <= _FEW else 8
    sample = scores[::step]
    # Half as many again as needed on average, so that too few are very unlikely.
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
