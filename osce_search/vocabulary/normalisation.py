"""Normalisation: text → the same text in a normal form of Unicode, in a time that grows with its length alone."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

__all__ = ["normalise"]

_MARKS = 30
"""Marks on one letter that are kept, as in Unicode's Stream-Safe Text Format (UAX #15): no language has more."""

# Marks are neither ASCII nor parts of words, but for two of the halfwidth forms of Japanese.
_RUN = re.compile(rf"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){{{_MARKS + 1},}}")


def normalise(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The text in that form; of more than 30 marks on one letter the first 30.

    >>> normalise("NFC", "e\\u0301"), len(normalise("NFC", "x" + "\\u0316\\u0301" * 1000))
    ('é', 31)

    Marks are put in an order, which for a letter with a million of them would take hours.
    """
    if len(text) > _MARKS and not unicodedata.is_normalized(form, text):
        text = _RUN.sub(_cut, text)
    return unicodedata.normalize(form, text)


def _cut(match: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in match[0]:
        is_mark = char in "\uff9e\uff9f" or unicodedata.category(char).startswith("M")
        # Some marks stand for two.
        marks = marks + len(unicodedata.normalize("NFD", char)) if is_mark else 0
        if marks <= _MARKS:
            kept.append(char)
    return "".join(kept)
