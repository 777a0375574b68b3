"""Scoring: BM25F, one function per term of the formula; arrays in, a new array out.

The BM25F of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
section 3.6: frequencies are weighted and normalised field by field, added, and saturated once. (Whoosh's
class of that name scores each field by itself and adds the scores.) Symbols as there:

    N   documents                      n   documents that have the term
    tf  frequency in a field           l   words in that field of the document     avgl   their mean
    v   weight of the field            b   how far length normalises it            k1     where frequency saturates
    q   frequency in the question      k3  where that saturates

    tf~ = sum over fields of  v tf / (1 - b + b l / avgl)
    score = (k3 + 1) q / (k3 + q)  idf  (k1 + 1) tf~ / (k1 + tf~)        idf = ln(1 + (N - n + 0.5) / (n + 0.5))

Lead and body are one stretch of text that only a line break parts: their l is the length of both together. Were
each measured by itself, a short first paragraph would make the words of a long release look rare in it.

Profiles: the constants of ranking by name, each with its reason.

They were chosen together, as the middle of the plateau on which all do well: two collections of abstracts with graded
judgements (Cranfield, Medline), and others made from these and from news (Reuters), in which titles, first sentences
and labels ask for what they belong to (benchmarks/made.py). How they were measured, and how to do it again after a
change here: docs/ranking.md. `osce-search eval compare` shows two profiles beside each other.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt

from osce_search.errors import QueryError

Floats = npt.NDArray[np.float64]


def idf(N: int, n: int) -> float:  # noqa: N803  (the paper's symbol)
    """The weight of a term by its rarity, positive for every n up to N.

    >>> round(idf(3, 1), 4)
    0.9808
    """
    return math.log(1.0 + (N - n + 0.5) / (n + 0.5))


def normalised(l: Floats, avgl: float, v: float, b: float) -> Floats:  # noqa: E741
    """What one occurrence in a field counts in documents of these lengths, float64 of the shape of `l`.

    >>> normalised(np.array([4.0, 8.0]), avgl=4.0, v=3.0, b=0.5).tolist()
    [3.0, 2.0]
    """
    return v / (1.0 - b + b / avgl * l)


def saturated(tf: Floats, k1: float) -> Floats:
    """Frequencies with diminishing returns: 0 at 0, 1 at 1, towards k1 + 1.

    >>> saturated(np.array([0.0, 1.0, 4.0]), k1=1.0).tolist()
    [0.0, 1.0, 1.6]
    """
    return (k1 + 1.0) * tf / (k1 + tf)


def repeated(q: int, k3: float) -> float:
    """What a word counts that stands q times in a question, 1 for once.

    >>> repeated(1, 1.0), repeated(3, 1.0), repeated(3, 0.0)
    (1.0, 1.5, 1.0)
    """
    return (k3 + 1.0) * q / (k3 + q)


def recent(age: Floats, half_life: float) -> Floats:
    """How new releases of an age in days are: 1 today, half as much after each half-life, 0 in the end.

    >>> recent(np.array([0.0, 730.0, np.inf]), half_life=730.0).tolist()
    [1.0, 0.5, 0.0]
    """
    newness: Floats = np.exp2(-age / half_life)
    return newness


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """The constants of a ranking.

    `weights` has what an occurrence counts in title, lead and body, `b_title` and `b_text` how far the length
    of the title, and of lead and body together, normalises it.
    """

    name: str

    weights: tuple[float, float, float] = (3.0, 1.1, 1.0)
    """A word of the title says what a release is about. On Cranfield 3 is 0.015 of nDCG@10 above 1, and 3 to 8 are
    the same. The lead is the title's longer form but repeats it, so that more than a little above 1 counts the same
    words twice: 2 loses 0.02 on Cranfield, 1.1 nothing."""

    k1: float = 1.5
    """How much a second and third occurrence still tells. In abstracts asked for by sentences, much: 1.2 loses 0.004 on
    Medline's titles, 2 gains 0.014. In news asked for by two or three words less than that all of them are there: 1.2
    gains 0.011 on Reuters by its labels, 2 loses 0.017. First sentences lose 0.008 with 1.2, and are even above it."""

    b_text: float = 0.7
    """How far a long text must say a word more often: 0.6 to 0.8 are the same on Cranfield and Medline; of Reuters, 0.6
    loses 0.019 by first sentences and gains 0.006 by labels, 0.8 the other way round 0.008."""

    b_title: float = 0.3
    """Titles are of much the same length, so that it tells little."""

    k3: float = 1.0
    """A word, or words of one stem, that stand twice in a question count 4/3 and not 2: counting them in full loses
    0.01 to 0.02 on Medline, whose topics repeat themselves."""

    lam: float = 0.8
    """How far a release is drawn to those most like it (smoothing.py): 0.5 to 1 are within 0.004 on the mean of
    Cranfield and Medline; 0 is the ranking without them, and loses 0.04."""

    sparing: float = 8.0
    """How near to the best score a release must be for its neighbours to count less: with 8, half where it has 92 % of
    it. 6 to 12 are the same. Without this, questions that one item alone answers are led astray: 0.05 of nDCG@10
    on Reuters by first sentences, 0.02 by labels; Medline, whose topics have 23 answers each, gains 0.015."""

    power: float = 2.0
    """How much more the likest of them count: 1 to 3 are within 0.002."""

    candidates: int = 256
    """The best by their own words, of which the neighbours are looked at: 128 and more are the same."""

    titles: bool = True
    """Whether a release comes first whose title the question is, in any order of its words: so that looking for
    a release by its title finds it, where its neighbours would otherwise blur the difference (99.6 % against 98.2 %
    of Reuters titles)."""

    recency: float = 0.0
    """How much more the newest release of the index counts than one of long ago, as a share: 0 is not at all."""

    half_life: float = 730.0
    """Days in which what recency adds falls by half."""


PROFILES = {
    item.name: item
    for item in (
        Profile("default"),
        # For indexes without neighbours, and to see what they do.
        Profile("fast", lam=0.0),
        # For those who follow events: an old release needs half as much again of a match. Not measured, since no
        # collection here has questions that go out of date: set it to your readers.
        Profile("recent", recency=0.5),
        # What the literature sets where nothing was measured: a yardstick for the others.
        Profile("plain", k1=1.2, b_text=0.75, b_title=0.75, lam=0.0, titles=False),
    )
}


def profile(name: str) -> Profile:
    """The profile of that name; raises QueryError with the nearest one."""
    found = PROFILES.get(name)
    if found is None:
        import difflib  # only a mistake needs it, and the command line has to start quickly

        near = difflib.get_close_matches(name, PROFILES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise QueryError(
            f"there is no ranking profile {name!r}{hint} (the profiles are {', '.join(PROFILES)})",
            suggestion=near[0] if near else None,
        )
    return found
