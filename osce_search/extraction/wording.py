"""Wording: a text → why it is none: signs that no text has, or no words in it."""

from __future__ import annotations

import re

from osce_search.extraction.draft import Draft

__all__ = ["why_no_text", "why_no_words"]

_SAMPLE = 50_000
"""So many characters of a release are looked at for words."""

_OPENING = 8_000
"""So many characters of a file are looked at for broken ones: what is no text is none from its beginning."""
_FEW = 10
"""So many broken characters may stand in any page."""
_BROKEN = 0.05
"""A greater share of broken characters is no text: bytes at random have 0.15, a page with some wrong letters 0.001."""
_SIGNS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]")

_WORDS = 0.4
"""Less of a text than this in words is code, numbers or an encoded file; the releases at hand have 0.85 and more."""
_SHORT = 12
"""Of a text of fewer characters nothing can be said."""
# A word: letters with a hyphen or an apostrophe between them, and the signs of a sentence around them.
_WORD = re.compile(
    r"(?<!\S)[\"'“”„‘’«»(\[¿¡*–—-]{0,3}[^\W\d_]{1,40}(?:['’ʼ.&/–-][^\W\d_]{1,40}){0,6}"
    r"[\"'“”‘’«»)\].,;:!?…*–—-]{0,4}(?!\S)"
)
_SPACES = re.compile(r"\s+")
_WIDE_SIGNS = re.compile(r"[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]")
"""The punctuation of scripts that put no space beside it."""
_UNKNOWN = frozenset(("generic", "compact"))


def why_no_text(text: str, dropped: int = 0) -> str:
    """Why a file as decoded is no text: control characters and bytes that stand for no letter; else an empty string.

    `dropped` is how many control characters were left out when it was decoded.

    >>> why_no_text("Pupils went on the air.")
    ''
    >>> why_no_text("\\x02PNG\\x03\\ufffd" * 40)
    'no text (50% of its characters are control characters or broken)'
    """
    sample = text[:_OPENING]
    for broken, length in ((dropped, len(text) + dropped), (len(_SIGNS.findall(sample)), len(sample))):
        if broken > _FEW and broken > _BROKEN * length:
            return f"no text ({broken / length:.0%} of its characters are control characters or broken)"
    return ""


def why_no_words(draft: Draft) -> str:
    """Why a page of no known layout holds no release: hardly any of it is words; else an empty string.

    A page that names its source, fields or type is believed, however little it says.

    >>> why_no_words(Draft("generic", "x=3;", ("if(a[3]){return f(x)}",)))
    'no words (0% of its text is in words)'
    """
    if draft.parser not in _UNKNOWN:
        return ""
    text = _WIDE_SIGNS.sub(" ", f"{draft.title} {' '.join(draft.paragraphs)}"[:_SAMPLE])
    length = len(_SPACES.sub("", text))
    share = sum(len(_SPACES.sub("", word)) for word in _WORD.findall(text)) / max(length, 1)
    return f"no words ({share:.0%} of its text is in words)" if share < _WORDS and length > _SHORT else ""
