"""Language: paragraphs → the language they are written in, by its letters and its smallest words."""

from __future__ import annotations

from collections.abc import Iterable

from osce_search.extraction.spellings import spellings_by

# Words that are frequent in one of these languages and rare or unknown in the others of its script.
_WORDS = spellings_by("frequent ")
# Letters that decide by themselves.
_LETTERS = {language: frozenset(letters) for language, letters in spellings_by("letters ").items()}
_SCRIPTS = (("ka", "ა", "ჰ"), ("hy", "ա", "և"), ("ar", "ء", "ي"), ("he", "א", "ת"), ("el", "ά", "ώ"))
_CYRILLIC = frozenset("абвгдежзиклмнопрстуфхцчш")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in _WORDS.items():
    for _word in set(_words):
        _BY_WORD.setdefault(_word, []).append(_language.partition("-")[0])

REACH = 1500
"""How many characters are looked at."""

FEWEST_WORDS = 3
"""Below this many frequent words, nothing is said."""


def detect_language(texts: Iterable[str]) -> str | None:
    """The ISO 639-1 code of the language that most of the text is in, or None where there is too little of it.

    >>> detect_language(["Mbi tridhjetë zyrtarë të policisë përfunduan një trajnim për sigurinë e gazetarëve."])
    'sq'
    """
    text = " ".join(texts)[:REACH].casefold()
    letters = set(text)
    foreign = {letter for letter in letters if letter > "\u036f" and letter.isalpha()}
    for language, first, last in _SCRIPTS if foreign else ():
        if any(first <= letter <= last for letter in foreign) and _share(text, first, last) > 0.5:
            return language
    score = dict.fromkeys((language for language in _WORDS if "-" not in language), 0)
    for word in text.split():
        for language in _BY_WORD.get(word, ()):
            score[language] += 1
    cyrillic = len(letters & _CYRILLIC) > len(letters & _LATIN)
    for language, telling in _LETTERS.items():
        seen = sum(map(text.count, letters & telling))
        if seen and (score[language] or cyrillic):
            # One foreign name may bring a letter or two; a text in the language brings them in every line.
            score[language] += min(seen, 2 + len(text) // 40)
    if "ј" in letters:
        # Macedonian is Serbian's neighbour in letters and small words, but it has its articles behind the noun.
        score["mk"] += sum(1 for word in text.split() if word.endswith(("от", "ата", "ите")))
    best = max(score, key=score.__getitem__)
    return best if score[best] >= FEWEST_WORDS else None


def _share(text: str, first: str, last: str) -> float:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(1 for letter in letters if first <= letter <= last) / len(letters)
