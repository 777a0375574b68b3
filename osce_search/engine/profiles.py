"""Profiles: the constants of ranking, each with its reason."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from osce_search.errors import QueryError

__all__ = ["PROFILES", "Profile", "profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The constants of a ranking: `weights` and `b` have a number for each of title, lead and body."""

    name: str
    weights: tuple[float, float, float]
    b: tuple[float, float, float]
    k1: float


PROFILES = {
    "default": Profile(
        "default",
        # A word of the title says what a release is about; the lede repeats who did what and where.
        weights=(3.0, 1.6, 1.0),
        # Titles and ledes are of much the same length, so that it tells little of them.
        b=(0.4, 0.5, 0.7),
        k1=1.2,
    ),
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
