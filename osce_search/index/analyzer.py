"""Analyzer: text → terms with positions, the same when indexing and when asking.

A term is a word without case and diacritics, reduced to its stem. Three rules are this field's own:

* "co-operation" is the OSCE's spelling and "cooperation" everybody else's: the prefixes `co-`, `re-` and `e-` are
  joined to their word, every other hyphen parts two words.
* An acronym of the vocabulary (OSCE, ODIHR, UNDP …) is never stemmed, however it is written; `U.S.` is `us`.
* Diacritics go before stemming, so that Désir and Desir have one stem; letters that Unicode does not decompose
  (đ, ø, ł, ß, æ …) have a table.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import Stemmer

from osce_search.vocabulary import STOP_WORDS, acronyms, normalise

ANALYZER = "release-english-1"
"""The name of these rules; an index made with others is refused."""

MAX_TERM = 64
"""Characters of a word that are kept: what is longer is no word that anybody types."""

TOKEN = (
    r"[^\W_]{3,}(?:['’][Ss](?![^\W_]))?"  # most words, with their possessive
    r"|(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?(?:['’][Ss](?![^\W_]))?"  # U.S., D.C
    r"|(?:[Cc][Oo]|[Rr][Ee]|[Ee])[-‐‑](?=[^\W\d_]{3})[^\W_]+(?:['’][Ss](?![^\W_]))?"  # co-operation
    r"|[^\W_]+(?:['’][Ss](?![^\W_]))?"  # words of one or two letters
)
"""What one word is, as a regular expression."""

find_tokens = re.compile(TOKEN).findall
_iter_tokens = re.compile(TOKEN).finditer

_UNDECOMPOSED = str.maketrans(
    {
        "đ": "d", "ð": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h",
        "ŋ": "n", "ŧ": "t", "ə": "a", "ё": "е",
    }
)  # fmt: skip
_STEMMER = Stemmer.Stemmer("english", 0)


def fold(text: str) -> str:
    """The text in lower case, without diacritics.

    >>> fold("Đukanović in TIRANË")
    'dukanovic in tirane'

    Cyrillic й and ї keep their marks, which make letters and not accents.
    """
    text = text.lower()
    if text.isascii():
        return text
    kept = "".join(_fold_letter(letter) for letter in normalise("NFKC", text))
    # Some letters become capitals only when they are taken apart, such as the small raised ᴱ.
    return kept.lower().translate(_UNDECOMPOSED)


@functools.lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    if letter.isascii() or "\u0400" <= letter <= "\u052f":
        return letter
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))


@functools.lru_cache(maxsize=1)
def _unstemmed() -> frozenset[str]:
    return frozenset(item.acronym.lower() for item in acronyms())


def form_of(token: str) -> str:
    """The word as it is written, without case, diacritics, possessive and joining hyphen.

    >>> form_of("Co-ordinator’s")
    'coordinator'
    """
    word = fold(token)
    if word[-2:] in ("'s", "’s"):
        word = word[:-2]
    if not word.isalnum():
        word = "".join(letter for letter in word if letter.isalnum())
    return word[:MAX_TERM]


def term_of(token: str) -> str:
    """The term that a word stands for in the index.

    >>> [term_of(word) for word in ("Co-operation", "OSCE", "elections", "Désir’s", "U.S.")]
    ['cooper', 'osce', 'elect', 'desir', 'us']
    """
    word = form_of(token)
    if word.isascii() and word not in _unstemmed():
        return str(_STEMMER.stemWord(word)) or word
    return word


class Terms(dict[str, str]):
    """A mapping of words to terms that works each word out once.

    It forgets everything when it holds more than `limit` words, so that no input can make it grow for ever.
    """

    def __init__(self, limit: int = 500_000) -> None:
        super().__init__()
        self._limit = limit

    def __missing__(self, token: str) -> str:
        if len(self) >= self._limit:
            self.clear()
        term = self[token] = term_of(token)
        return term


_TERMS = Terms()


def analyze(text: str) -> list[str]:
    """The terms of a text; the position of each is its place in the list.

    >>> analyze("The OSCE's re-elected co-ordinators")
    ['the', 'osce', 'reelect', 'coordin']
    """
    return [_TERMS[token] for token in find_tokens(text)]


def spans(text: str) -> list[tuple[str, int, int]]:
    """The terms of a text with the offsets of their words, in characters.

    >>> spans("Border guards")
    [('border', 0, 6), ('guard', 7, 13)]
    """
    return [(_TERMS[match.group()], match.start(), match.end()) for match in _iter_tokens(text)]


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
