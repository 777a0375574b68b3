"""Analyzer: text → terms with positions, the same for releases and for queries.

A term is the stem of a word without case and diacritics. Three rules are specific to these texts:

* The OSCE writes "co-operation" where others write "cooperation": the prefixes `co-`, `re-` and `e-` are joined to
  their word. Every other hyphen separates two words.
* An acronym of the vocabulary (OSCE, ODIHR, UNDP …) is never stemmed, in upper or lower case. `U.S.` is `us`.
* Diacritics are removed before stemming, so Désir and Desir have one stem. A table has the letters that Unicode does
  not decompose (đ, ø, ł, ß, æ …).

A title key is a hash of the terms of a title in any order, by which the release with that title is found.
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
"""The name of these rules. An index that was made with other rules is refused."""

MAX_TERM = 64
"""The number of characters of a word that are kept. Nobody types a longer one."""

TOKEN = (
    r"[^\W_]{3,}(?:['’][Ss](?![^\W_]))?"  # most words, with their possessive
    r"|(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?(?:['’][Ss](?![^\W_]))?"  # U.S., D.C
    r"|(?:[Cc][Oo]|[Rr][Ee]|[Ee])[-‐‑](?=[^\W\d_]{3})[^\W_]+(?:['’][Ss](?![^\W_]))?"  # co-operation
    r"|[^\W_]+(?:['’][Ss](?![^\W_]))?"  # words of one or two letters
)
"""A regular expression that matches one word."""

find_tokens = re.compile(TOKEN).findall
_iter_tokens = re.compile(TOKEN).finditer

_UNDECOMPOSED = str.maketrans(
    {
        "đ": "d", "ð": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h",
        "ŋ": "n", "ŧ": "t", "ə": "a", "ё": "е",
    }
)  # fmt: skip
_STEMMER = Stemmer.Stemmer("english", 0)
_MODULUS = 1 << 64
_NONE: frozenset[int] = frozenset()


def fold_word(text: str) -> str:
    """Return a text in lower case and without diacritics.

    >>> fold_word("Đukanović in TIRANË")
    'dukanovic in tirane'

    Cyrillic й and ї keep their marks: they are letters of their own.
    """
    text = text.lower()
    if text.isascii():
        return text
    kept = "".join(_fold_letter(letter) for letter in normalise("NFKC", text))
    # Some letters become capitals only when they are decomposed, such as the small raised ᴱ.
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
    """Return a word as it is written, without case, diacritics, possessive and joining hyphen.

    >>> form_of("Co-ordinator’s")
    'coordinator'
    """
    word = fold_word(token)
    if word[-2:] in ("'s", "’s"):
        word = word[:-2]
    if not word.isalnum():
        word = "".join(letter for letter in word if letter.isalnum())
    return word[:MAX_TERM]


def term_of(token: str) -> str:
    """Return the term of a word.

    >>> [term_of(word) for word in ("Co-operation", "OSCE", "elections", "Désir’s", "U.S.")]
    ['cooper', 'osce', 'elect', 'desir', 'us']
    """
    word = form_of(token)
    if word.isascii() and word not in _unstemmed():
        return str(_STEMMER.stemWord(word)) or word
    return word


class Terms(dict[str, str]):
    """A cache that maps words to terms. It is emptied when it holds `limit` words, which bounds its memory."""

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
    """Return the terms of a text; the index of a term in the list is its position.

    >>> analyze("The OSCE's re-elected co-ordinators")
    ['the', 'osce', 'reelect', 'coordin']
    """
    return [_TERMS[token] for token in find_tokens(text)]


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return the terms of a text, each with the offsets at which its word begins and ends, in characters.

    >>> spans("Border guards")
    [('border', 0, 6), ('guard', 7, 13)]
    """
    return [(_TERMS[match.group()], match.start(), match.end()) for match in _iter_tokens(text)]


class TitleWords(NamedTuple):
    """Hashes of the terms of a title: content words, and stop words and single letters."""

    content: frozenset[int]
    stop: frozenset[int]


def title_words(text: str) -> TitleWords:
    """Return the words of a title. U.S. is no content word, because it is also written without full stops."""
    tokens = set(find_tokens(text))
    terms = {_TERMS[token] for token in tokens if len(token) > 1 and "." not in token} - _stop_terms()
    content = frozenset([_hash(term) for term in terms])
    return TitleWords(content, frozenset([_hash(_TERMS[token]) for token in tokens]) - content)


def title_key(words: Sequence[TitleWords]) -> int:
    """Return a 64-bit key of the content words in several texts, of their stop words if there are no others, or 0.

    >>> title_key([title_words("Guards of the border")]) == title_key([title_words("borders"), title_words("guard")])
    True
    >>> title_key([title_words("border")]) == title_key([title_words("guard")]), title_key([])
    (False, 0)
    """
    content = _NONE.union(*[item.content for item in words])
    # A sum does not depend on the order of the words.
    return sum(content or _NONE.union(*[item.stop for item in words])) % _MODULUS


@functools.lru_cache(maxsize=1)
def _stop_terms() -> frozenset[str]:
    return frozenset(map(term_of, STOP_WORDS))


@functools.lru_cache(maxsize=1 << 14)
def _hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
