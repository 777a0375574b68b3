"""Language: paragraphs → the language they are written in, by its letters and its smallest words."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["detect_language"]

# Words that are frequent in one of these languages and rare or unknown in the others of its script.
_WORDS = {
    "en": "the of and to in for with on by was were that has have is are from at its their this which",
    "fr": "le la les des et du dans une pour par sur est que qui aux avec au sont ce",
    "de": "der die und das den von zu mit für im auf des dem eine ist nicht sich wurde bei",
    "es": "el los las del y una por con para que en se su fue como más al",
    "it": "il di che della dei per con una del nel alla sono gli dell le è",
    "sq": "të e në dhe për me nga që është një të së më i si ka do kjo janë u",
    "sr": "je i u na se za od da su sa koji koja koje će o iz kao nije biti ili",
    "ro": "și în de la cu pentru din care o un că este au pe mai prin",
    "tr": "ve bir bu için ile olarak olan da de daha çok",
    "az": "və bir bu üçün ilə olan da də daha həm",
    "uz": "va bilan uchun bu bir ham boʻyicha bo‘yicha haqida",
    "pl": "w i z na do się że jest przez oraz dla nie od o",
    "ru": "и в на с по для что к не от из был были это которые также как",
    "uk": "і в у та на з до що для не від за щодо які також як це",
    "mk": "и на во за се од со да ќе што беа како кои ги е",
    "bg": "и на в за се от със да ще че са като които е",
    "be": "і ў на з для што не да за як гэта",
    "kk": "және мен үшін бойынша бұл бір де",
    "ky": "жана менен үчүн боюнча бул бир да",
    "tg": "ва дар бо барои аз ба ки ин",
    "mn": "нь болон байна юм энэ гэж",
}
_SERBIAN_CYRILLIC = "је и у на се за од да су са који која које ће о из као није бити или"
# Letters that decide by themselves.
_TELLING = {
    "uk": "іїєґ", "sr": "ђћ", "mk": "ѓќѕ", "ru": "ыэъё", "be": "ў", "kk": "әғқңұһ", "tg": "ӣҷӯ",
    "ky": "ңүө", "mn": "үө", "sq": "ë", "de": "ß", "pl": "ąęłńśźż", "ro": "șță", "tr": "ğı", "az": "ə",
}  # fmt: skip
_SCRIPTS = (("ka", "ა", "ჰ"), ("hy", "ա", "և"), ("ar", "ء", "ي"), ("he", "א", "ת"), ("el", "ά", "ώ"))
_LETTERS = {language: frozenset(letters) for language, letters in _TELLING.items()}
_CYRILLIC = frozenset("абвгдежзиклмнопрстуфхцчш")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in [*_WORDS.items(), ("sr", _SERBIAN_CYRILLIC)]:
    for _word in set(_words.split()):
        _BY_WORD.setdefault(_word, []).append(_language)

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
    score = dict.fromkeys(_WORDS, 0)
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
