"""Words: which characters make a word, an operator or an address; printing and parsing share it."""

from __future__ import annotations

import re

from osce_search.vocabulary import normalise

# Every character here is unprintable. The pattern is compiled for the first text that has an unprintable character:
# compiling it takes longer than parsing a query.
_SPACES = (
    "[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)

_HEADLINE = 4
"""The number of other words in a headline in capitals for each OR, NOT or NEAR in it."""

_INVISIBLE = (
    "[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_PLAIN = re.compile(r"[^\W_]+(?:[-'’./&@+_][^\W_]+)*")
_NUMBERS = re.compile(r"\d+(?:[:,]\d+)+")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}")
_OPERATOR = re.compile(r"AND|OR|NOT|NEAR(?:/?\d+)?")
_GROUPED = re.compile(
    r"\([^()]*\b(?:AND|OR|NOT|NEAR)\b|\b(?:AND|OR|NOT|NEAR(?:/?\d+)?) *[(\"“„«]|[\"”“»] *(?:AND|OR|NOT|NEAR)\b"
)
_HEADLINE_OPERATOR = re.compile(r"OR|NOT|NEAR(?:/?\d+)?")
_SIGN = re.compile(r"[\\*~^|&]|(?<!\S)[-+]\S|[^\W\d]:\S")
_ADDRESS = re.compile(r"https?://|www\.|(?:[\w-]+\.)*osce\.org/", re.IGNORECASE)


def clean_text(text: str) -> str:
    """Return the text in NFC, with a space for each control character and without soft hyphens and other invisibles.

    >>> clean_text("me\\u00addia\\x1b[31m free\\u200bdom")
    'media [31m freedom'
    """
    if not text.isprintable():
        text = re.sub(_INVISIBLE, "", re.sub(_SPACES, " ", text))
    return text if text.isascii() else normalise("NFC", text)


def is_operator(word: str) -> bool:
    """Whether the word is AND, OR, NOT, NEAR or NEAR/10."""
    return _OPERATOR.fullmatch(word) is not None


def is_headline(text: str) -> bool:
    """Whether a text is a headline in capitals, in which OR, NOT and NEAR are words like the others.

    Such a text has at least four other words for each of them and no field or other query syntax. Parentheses and
    quotation marks may stand in it, but not beside or around an operator.

    >>> is_headline("MINISTERS DO NOT AGREE ON TEXT"), is_headline("MEDIA OR PRESS"), is_headline("(A B C D OR E)")
    (True, False, False)
    """
    if not text.isupper() or _SIGN.search(text) or _GROUPED.search(text):
        return False
    words = text.split()
    operators = sum(_HEADLINE_OPERATOR.fullmatch(word) is not None for word in words)
    others = len(words) - operators - words.count("AND")
    return 0 < operators * _HEADLINE <= others


def is_address(word: str) -> bool:
    """Whether the word begins as the address of a web page does."""
    return _ADDRESS.match(word) is not None


def is_acronym(word: str) -> bool:
    """Whether the word consists of letters with a full stop after each, as in D.C. or U.S.A."""
    return _ACRONYM.fullmatch(word) is not None


def is_plain(word: str) -> bool:
    """Whether the word is parsed as one word wherever it stands, without a backslash."""
    return bool(_PLAIN.fullmatch(word) or _ACRONYM.fullmatch(word)) and not (
        is_operator(word) or is_address(word)
    )
