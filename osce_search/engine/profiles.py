"""Profiles: the constants of ranking by name, each with its reason.

They were chosen together on two collections of abstracts with graded judgements (Cranfield, Medline), as the middle
of the plateau on which both do well, and looked at again on news (Reuters). How they were measured, and how to do
it again after a change here: docs/ranking.md. `osce-search eval compare` shows two profiles beside each other.
"""

from __future__ import annotations

import dataclasses
import difflib

from osce_search.errors import QueryError

__all__ = ["PROFILES", "Profile", "profile"]


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

    k1: float = 2.0
    """Abstracts and releases are short and to the point, where a second and third occurrence still tells something:
    1.2 loses 0.010, 1.6 0.006, and 2.5 gains 0.001 of mean nDCG@10."""

    b_text: float = 0.7
    """How far a long text must say a word more often: 0.5 to 0.9 are within 0.0075, with the best in the middle."""

    b_title: float = 0.3
    """Titles are of much the same length, so that it tells little."""

    k3: float = 1.0
    """A word, or words of one stem, that stand twice in a question count 4/3 and not 2: counting them in full loses
    0.01 to 0.02 on Medline, whose topics repeat themselves."""


PROFILES = {
    item.name: item
    for item in (
        Profile("default"),
        Profile("fast"),
        # What the literature sets where nothing was measured: a yardstick for the others.
        Profile("plain", k1=1.2, b_text=0.75, b_title=0.75),
    )
}


def profile(name: str) -> Profile:
    """The profile of that name; raises QueryError with the nearest one."""
    found = PROFILES.get(name)
    if found is None:
        near = difflib.get_close_matches(name, PROFILES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise QueryError(
            f"there is no ranking profile {name!r}{hint} (the profiles are {', '.join(PROFILES)})",
            suggestion=near[0] if near else None,
        )
    return found
