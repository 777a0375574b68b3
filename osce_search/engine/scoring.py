"""Scoring: BM25F, one function for each factor of the formula, and the profiles that hold its constants.

The BM25F of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6:
frequencies are weighted and normalised field by field, added, and saturated once. (Whoosh's class of that name scores
each field by itself and adds the scores.) The symbols are those of the paper:

    N   documents                      n   documents that have the term
    tf  frequency in a field           l   words in that field of the document     avgl   their mean
    v   weight of the field            b   how much length normalises it           k1     where frequency saturates
    q   frequency in the query         k3  where that saturates

    tf~ = sum over fields of  v tf / (1 - b + b l / avgl)
    score = (k3 + 1) q / (k3 + q)  idf  (k1 + 1) tf~ / (k1 + tf~)        idf = ln(1 + (N - n + 0.5) / (n + 0.5))

Lead and body are one text, so that their l is the length of both together. If each were measured by itself, a short
first paragraph would make the words of a long release look rare in it.

The constants were chosen together, from the middle of the range in which all collections do well: two collections of
abstracts with graded judgements (Cranfield, Medline), and others made from these and from news (Reuters), in which
titles, first sentences and labels are the queries (benchmarks/derived_collections.py). docs/ranking.md says how to
measure again after a change. `osce-search eval compare` shows two profiles beside each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osce_search.errors import QueryError

Floats = npt.NDArray[np.float64]


def idf(N: int, n: int) -> float:  # noqa: N803  (the paper's symbol)
    """Return the weight of a term by its rarity; it is positive for every n up to N.

    >>> round(idf(3, 1), 4)
    0.9808
    """
    return math.log(1.0 + (N - n + 0.5) / (n + 0.5))


def weigh_occurrence(l: Floats, avgl: float, v: float, b: float) -> Floats:  # noqa: E741
    """Return the weight of one occurrence in a field, for documents with fields of these lengths.

    >>> weigh_occurrence(np.array([4.0, 8.0]), avgl=4.0, v=3.0, b=0.5).tolist()
    [3.0, 2.0]
    """
    return v / (1.0 - b + b / avgl * l)


def saturate(tf: Floats, k1: float) -> Floats:
    """Return frequencies with diminishing returns: 0 at 0, 1 at 1, towards k1 + 1.

    >>> saturate(np.array([0.0, 1.0, 4.0]), k1=1.0).tolist()
    [0.0, 1.0, 1.6]
    """
    return (k1 + 1.0) * tf / (k1 + tf)


def weigh_repetition(q: int, k3: float) -> float:
    """Return the weight of a word that occurs q times in a query; it is 1 for once.

    >>> weigh_repetition(1, 1.0), weigh_repetition(3, 1.0), weigh_repetition(3, 0.0)
    (1.0, 1.5, 1.0)
    """
    return (k3 + 1.0) * q / (k3 + q)


@dataclass(frozen=True, slots=True)
class Profile:
    """The constants of a ranking, each with its reason.

    `weights` are the v of title, lead and body, `b_title` the b of the title, and `b_text` that of lead and body.
    """

    name: str

    weights: tuple[float, float, float] = (3.0, 1.1, 1.0)
    """A word of the title says what a release is about. On Cranfield, 3 is 0.015 of nDCG@10 above 1, and 3 to 8 are
    equal. The lead is a longer form of the title but repeats it: more than a little above 1 counts the same words
    twice. A weight of 2 loses 0.02 on Cranfield, 1.1 nothing."""

    k1: float = 1.5
    """How much a second and third occurrence adds. In abstracts and queries of whole sentences it adds much: 1.2 loses
    0.004 on Medline's titles, 2 gains 0.014. In news and queries of two or three words it matters more that all words
    occur: 1.2 gains 0.011 on Reuters by its labels, 2 loses 0.017. First sentences lose 0.008 with 1.2, and nothing
    above it."""

    b_text: float = 0.7
    """How much more often a long text must have a word: 0.6 to 0.8 are equal on Cranfield and Medline. On Reuters, 0.6
    loses 0.019 by first sentences and gains 0.006 by labels; 0.8 does the opposite by 0.008."""

    b_title: float = 0.3
    """Titles have similar lengths, so that their length says little."""

    k3: float = 8.0
    """A word that occurs twice in a query, or two words with one stem, count 1.8, three of them 2.5. In long queries
    this matters more than all else: 1 loses 0.03 to 0.04 on CISI, CACM and LISA, and gains 0.02 on Medline, whose
    topics repeat themselves. 8 to 16 are equal."""

    lam: float = 0.6
    """How much the most similar releases count (rank/relevance.py). 0.4 to 0.7 are equal in the mean of eight
    collections, by at most 0.002; 0.8 gains 0.006 on Cranfield, and loses 0.01 on CACM, NPL and LISA, whose short
    texts say less about their neighbours. 0 ranks without them and loses 0.013 in the mean."""

    sparing: float = 8.0
    """How near to the best score a release must be for its neighbours to count less. With 8 they count half at 92 % of
    the best score; 6 to 12 are equal. Without it, queries with one relevant item suffer: 0.05 of nDCG@10 on Reuters
    by first sentences, 0.02 by labels. Medline, whose topics have 23 relevant items each, gains 0.015."""

    power: float = 2.0
    """How much more the most similar neighbours count than the others: 1 to 3 are within 0.002."""

    candidates: int = 256
    """The number of best releases whose neighbours are looked at: 128 and more are equal."""

    titles: bool = True
    """Whether a release comes first if the query is its title, in any order of the words. A search for a title then
    finds its release, where the neighbours would otherwise blur the difference (99.6 % against 98.2 % of the titles of
    Reuters)."""

    recency: float = 0.0
    """How much more the newest release of the index counts than one of long ago, as a share; 0 is no more."""

    half_life: float = 730.0
    """The number of days in which what recency adds falls by half."""


PROFILES = {
    item.name: item
    for item in (
        Profile("default"),
        # For indexes without neighbours, and to see what neighbours do.
        Profile("fast", lam=0.0),
        # For readers who follow events: an old release needs a match half as strong again. Not measured, since no
        # collection here has queries that go out of date: set it to your readers.
        Profile("recent", recency=0.5),
        # The usual constants of the literature, as a yardstick for the others.
        Profile("plain", k1=1.2, b_text=0.75, b_title=0.75, lam=0.0, titles=False),
    )
}


def profile(name: str) -> Profile:
    """Return the profile of that name. Raise QueryError with the nearest name if there is none."""
    found = PROFILES.get(name)
    if found is None:
        import difflib  # Only an error needs it, and a search has to start quickly.

        near = difflib.get_close_matches(name, PROFILES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise QueryError(
            f"there is no ranking profile {name!r}{hint} (the profiles are {', '.join(PROFILES)})",
            suggestion=near[0] if near else None,
        )
    return found
