"""Normalisation: a text → its normal form in Unicode, and the folded form that all spellings of a name share."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_MARKS = 30
"""Maximum number of marks on one letter, as in Unicode's Stream-Safe Text Format (UAX #15); no language has more."""

# Marks are neither ASCII nor word characters, except two halfwidth forms of Japanese.
_RUN = re.compile(rf"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){{{_MARKS + 1},}}")


# Signs that are often left out, and letters that Unicode does not decompose into a base letter and marks.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("'’‘ʼʻ`´.", ""),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
        "&": " and ",
    }
)
_LETTERS = str.maketrans(
    {
        "æ": "ae", "đ": "d", "ð": "d", "ə": "e", "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th",
        "ʼ": "",
    }
)  # fmt: skip
_GAP = re.compile(r"[\W_]+")
_CO = re.compile(r"\bco (?=op|ord)")
_LEADING = re.compile(r"(?:(?:the|osce) )+(?=.)")
_CLOSED = re.compile(r"\s*\(\s*closed\s*\)", re.I)
_CHAIR_OF = re.compile(
    r"(?:\d{4}\s+)?(?:[^\W\d_]+\s+)?(OSCE\s+Chair(?:man|person)ship)(?:\s+(?:in\s+)?\d{4})?", re.I
)
_CHAIR = re.compile(r"\s*[-–—]\s*OSCE\s+Chair\w*\s+\d{4}(?:\s*[-–/]\s*\d{2,4})?\s*$", re.I)


def normalise(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Return the text in a normal form of Unicode, with at most 30 marks on one letter.

    >>> normalise("NFC", "e\\u0301"), len(normalise("NFC", "x" + "\\u0316\\u0301" * 1000))
    ('é', 31)

    Unicode sorts the marks on each letter. Without a limit, a letter with a million marks would take hours.
    """
    if len(text) > _MARKS and not unicodedata.is_normalized(form, text):
        text = _RUN.sub(_cut, text)
    return unicodedata.normalize(form, text)


def _cut(match: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in match[0]:
        is_mark = char in "\uff9e\uff9f" or unicodedata.category(char).startswith("M")
        # Some marks decompose into two.
        marks = marks + len(unicodedata.normalize("NFD", char)) if is_mark else 0
        if marks <= _MARKS:
            kept.append(char)
    return "".join(kept)


def fold(text: str) -> str:
    """Return the text in lower case, without diacritics, punctuation and repeated spaces; `co-op…` becomes `coop…`.

    >>> fold("Forum for Security Co-operation"), fold("ĐAKOVICA/Gjakovë"), fold("  U.S.  ")
    ('forum for security cooperation', 'dakovica gjakove', 'us')

    Letters of other scripts stay. `đ ø æ ł ı ə` become the Latin letters that usually replace them.
    """
    if text.isalpha() and text.isascii():
        return text.lower()
    text = text.translate(_SIGNS)
    if text.isascii():
        text = text.lower()
    else:
        text = "".join(char for char in normalise("NFKD", text) if not unicodedata.combining(char))
        text = text.casefold().translate(_LETTERS)
    text = _GAP.sub(" ", text).strip()
    return _CO.sub("co", text) if "co " in text else text


def label_key(text: str) -> str:
    """Return the folded form of a label, without a leading `OSCE` or `The`, `(closed)`, or the year of a Chair.

    >>> label_key("OSCE Mission to Georgia\\u00a0(closed)") == label_key("the Mission to Georgia")
    True
    >>> label_key("Finland – OSCE Chairpersonship 2025"), label_key("Swiss OSCE Chairmanship 2014")
    ('finland', 'chairmanship')
    """
    if "(" in text or "OSCE" in text.upper():
        text = _CHAIR.sub("", _CLOSED.sub("", text))
        text = held[1] if (held := _CHAIR_OF.fullmatch(text.strip())) else text
    key = fold(text)
    return _LEADING.sub("", key, count=1) if key.startswith(("the ", "osce ")) else key
