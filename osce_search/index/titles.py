"""Titles: the words of a title in any order → one number, by which the release of that title is found."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable

from osce_search.index.analyzer import term_of
from osce_search.vocabulary.stopwords import STOP_WORDS

__all__ = ["title_key"]

_MODULUS = 1 << 64


def title_key(terms: Iterable[str]) -> int:
    """64 bits that stand for a set of terms, 0 for none; stop words count where there is nothing else.

    >>> title_key(["border", "guard"]) == title_key(["the", "guard", "border", "guard"])
    True
    >>> title_key(["border"]) == title_key(["guard"]), title_key([]), title_key(["the"]) > 0
    (False, 0, True)
    """
    words = set(terms)
    # A sum does not depend on the order of what is added.
    return sum(map(_number, words - _stop_terms() or words)) % _MODULUS


@functools.lru_cache(maxsize=1)
def _stop_terms() -> frozenset[str]:
    return frozenset(map(term_of, STOP_WORDS))


@functools.lru_cache(maxsize=1 << 14)
def _number(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
