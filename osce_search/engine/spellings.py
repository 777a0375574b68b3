"""Spellings: one word → its other spellings, of English, of đ, and in Latin letters."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["spellings"]

_VERBS = ("e", "ed", "er", "ers", "es", "ing", "ation", "ations")
_NOUNS = ("", "s")
_ENDINGS = tuple(
    (one + ending, other + ending, before)
    for one, other, endings, before in (
        ("is", "iz", _VERBS, 0),
        ("iz", "is", _VERBS, 0),
        ("tre", "ter", _NOUNS, 0),
        ("ter", "tre", _NOUNS, 0),
        ("gramme", "gram", _NOUNS, 0),
        ("gram", "gramme", _NOUNS, 0),
        ("our", "or", _NOUNS, 2),
        ("or", "our", _NOUNS, 3),
        ("ence", "ense", _NOUNS, 0),
        ("ense", "ence", _NOUNS, 0),
    )
    for ending in endings
)
"""Endings that English spells in two ways, and the letters that must stand before them; the OSCE writes -ize, -re
and -our."""

_LATIN = {
    # Serbian and Macedonian letters; those shared with Russian and Ukrainian have one reading in all.
    "ђ": "d", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
}  # fmt: skip
_SERBIAN = {"ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s"}
_UKRAINIAN = {"г": "h", "и": "y", "й": "i"}


def spellings(text: str) -> Iterator[str]:
    """The other spellings of a word, in lower case; none of a word of fewer than four letters, or of several words.

    >>> list(spellings("organisation")), list(spellings("Programme")), list(spellings("hour"))
    (['organization'], ['program'], [])
    >>> list(spellings("Ђуканов"))
    ['dukanov', 'dukanov', 'dukanov']
    """
    word = text.lower()
    if " " in word or len(word) < 4:
        return
    for ending, other, before in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + before:
            yield word[: len(word) - len(ending)] + other
    if "đ" in word:
        yield word.replace("đ", "dj")
    if "dj" in word:
        yield word.replace("dj", "đ")
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        for local in ({}, _SERBIAN, _UKRAINIAN):
            yield "".join(local.get(letter, _LATIN.get(letter, letter)) for letter in word)
