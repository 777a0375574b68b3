"""The limits of a question: past one of them LimitExceeded names it, before any work is done on the rest.

No question that a person typed has come near them; a pasted paragraph is within them.
"""

from __future__ import annotations

from osce_search.errors import LimitExceeded
from osce_search.query import MAX_DEPTH

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_NOTES", "MAX_PHRASE", "MAX_SUGGESTING", "MAX_TERMS", "check_limit"]

MAX_LENGTH = 10_000
"""Characters in a question."""

MAX_TERMS = 1_000
"""Words, words of phrases, facet values and dates in a question."""

MAX_PHRASE = 64
"""Words in one phrase."""

MAX_NOTES = 20
"""Notes on one question; what is left out is counted in a last one."""

MAX_SUGGESTING = 3
"""Unknown values of a question for which the nearest ones are looked for."""

_MEANING = {
    "length": "characters in a question",
    "terms": "words in a question",
    "phrase": "words in a phrase",
    "depth": "parentheses within parentheses",
}


def check_limit(name: str, found: int, limit: int) -> None:
    """Nothing, or LimitExceeded where more was found than the limit allows.

    >>> check_limit("phrase", 65, 64)
    Traceback (most recent call last):
    ...
    osce_search.errors.LimitExceeded: 65 words in a phrase are too many: the limit is 64; shorten the question
    """
    if found > limit:
        raise LimitExceeded(
            f"{found:,} {_MEANING[name]} are too many: the limit is {limit:,}; shorten the question",
            name=name,
            limit=limit,
        )
