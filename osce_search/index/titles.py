"""Titles: the words of a title in any order → one number, by which the release of that title is found."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from osce_search.index.analyzer import find_tokens, term_of
from osce_search.vocabulary import STOP_WORDS

__all__ = ["TitleWords", "title_key", "title_words"]

_MODULUS = 1 << 64
_NONE: frozenset[int] = frozenset()


class TitleWords(NamedTuple):
    """Numbers that stand for words: those that tell something, and stop words and single letters."""

    telling: frozenset[int]
    other: frozenset[int]


def title_words(text: str) -> TitleWords:
    """The words of a text. Letters with full stops tell nothing, for they are also written without."""
    tokens = set(find_tokens(text))
    terms = {_term(token) for token in tokens if len(token) > 1 and "." not in token} - _stop_terms()
    telling = frozenset(map(_number, terms))
    return TitleWords(telling, frozenset(map(_number, map(_term, tokens))) - telling)


def title_key(words: Sequence[TitleWords]) -> int:
    """64 bits that stand for a set of words, 0 for none; those that tell nothing count where there are no others.

    >>> title_key([title_words("Guards of the border")]) == title_key([title_words("borders"), title_words("guard")])
    True
    >>> title_key([title_words("border")]) == title_key([title_words("guard")]), title_key([])
    (False, 0)
    """
    telling = _NONE.union(*[item.telling for item in words])
    # A sum does not depend on the order of what is added.
    return sum(telling or _NONE.union(*[item.other for item in words])) % _MODULUS


_term = functools.lru_cache(maxsize=1 << 14)(term_of)


@functools.lru_cache(maxsize=1)
def _stop_terms() -> frozenset[str]:
    return frozenset(map(term_of, STOP_WORDS))


@functools.lru_cache(maxsize=1 << 14)
def _number(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
