"""Quotation: a release × a quotation → where the release says it: exactly, nearly or not."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from osce_search.errors import LimitExceeded, QueryError
from osce_search.release import Release
from osce_search.vocabulary import normalise

__all__ = ["MAX_COMPARED", "MAX_WORDS", "Difference", "Quotation", "find_quotation"]

MAX_WORDS = 1000
"""The limit on the words of a quotation."""

MAX_COMPARED = 4_000_000
"""The limit on compared pairs of a word of the quotation and a word of the release; more take seconds."""

MIN_LIKENESS = 0.75
"""The share of the words of a quotation that a passage must have, in their order, to be near."""

# The costs of an added or missing word, and of a replaced one. The difference breaks ties: of two passages with as many
# changes, the one with fewer replaced words is taken.
_CHANGE, _EXCHANGE = 10_000, 10_001

_TOKEN = re.compile(r"\w+(?:['’]\w+)*")
_OMISSION = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3}|…)\s*")
_QUOTES = str.maketrans("“”„‟«»‘’‚‛′″‹›`´‐‑‒–—―−", "\"\"\"\"\"\"''''''''''-------")
_MARKS = "\"' "


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quotation, and the words of the release in their place; either can be empty."""

    quoted: str
    found: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Whether and where a release says a quotation.

    The verdict `exact` means that every character agrees, apart from white space, the kinds of quotation marks and
    dashes, and marked omissions; `near` means that at least three quarters of the words agree, in their order. `start`
    and `end` are offsets in `field` ("title" or "text"), `text` is the passage there, and `likeness` is the share of
    words that agree.
    """

    verdict: Literal["exact", "near", "no"]
    field: str = ""
    start: int = 0
    end: int = 0
    text: str = ""
    likeness: float = 0.0
    differences: tuple[Difference, ...] = ()


def find_quotation(release: Release, quote: str) -> Quotation:
    """Find a quotation in the title and text of a release. Three dots stand for words left out.

    Raise QueryError if the quotation has no words, and LimitExceeded if it is too long, or if the release does not
    say it exactly and is too long to be compared word by word.

    >>> release = Release(id="7", title="A visit", text="The visit began on Monday – and ended.")
    >>> found = find_quotation(release, "began  on Monday - and")
    >>> found.verdict, found.text
    ('exact', 'began on Monday – and')
    >>> find_quotation(release, "The visit started on Monday").differences
    (Difference(quoted='started', found='began'),)
    """
    words = _TOKEN.findall(quote)
    if not words:
        raise QueryError("a quotation needs at least one word")
    if len(words) > MAX_WORDS:
        raise LimitExceeded(
            f"a quotation of {len(words):,} words is longer than {MAX_WORDS:,}; check it in parts",
            name="words",
            limit=MAX_WORDS,
        )
    fields = (("title", release.title), ("text", release.text))
    for name, text in fields:
        # Quotation marks around the whole are usually not part of the release.
        place = _find_exactly(text, quote, " ") or _find_exactly(text, quote, _MARKS)
        if place:
            return Quotation("exact", name, *place, text[slice(*place)], 1.0)
    nearest = max(
        (_find_nearly(name, text, words) for name, text in fields), key=lambda found: found.likeness
    )
    return nearest if nearest.likeness >= MIN_LIKENESS else Quotation("no", likeness=nearest.likeness)


def _find_exactly(text: str, quote: str, around: str) -> tuple[int, int] | None:
    """Return the offsets of the passage with all parts of a quotation in their order, or None.

    The characters of `around` are stripped from the ends of each part.
    """
    plain_text, places = _normalise_text(text)
    parts = [
        part for part in (_normalise_text(part)[0].strip(around) for part in _OMISSION.split(quote)) if part
    ]
    if not parts:
        return None
    # The first place of a part leaves the most room for the parts after it.
    start, end = -1, 0
    for part in parts:
        found = _find_whole(plain_text, part, end)
        if found < 0:
            return None
        start, end = found if start < 0 else start, found + len(part)
    return places[start], places[end - 1] + 1


def _find_whole(plain_text: str, part: str, begin: int) -> int:
    """Return the next offset of a part, or -1; an accent that follows belongs to its last letter."""
    found = plain_text.find(part, begin)
    while found >= 0 and unicodedata.combining(plain_text[found + len(part) : found + len(part) + 1] or " "):
        found = plain_text.find(part, found + 1)
    return found


def _normalise_text(text: str) -> tuple[str, list[int]]:
    """Return the text with one kind of space, quotation mark and dash, and the original offset of each character."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        # Unlike composition, decomposition works on one character at a time.
        for plain in unicodedata.normalize("NFD", char).translate(_QUOTES):
            if plain.isspace():
                if chars and chars[-1] == " ":
                    continue
                plain = " "
            elif plain == "\u00ad":
                continue
            chars.append(plain)
            places.append(place)
    return "".join(chars), places


def _find_nearly(field: str, text: str, words: Sequence[str]) -> Quotation:
    """Return the passage with the fewest words that differ (P. Sellers, J. Algorithms 1, 1980)."""
    tokens = list(_TOKEN.finditer(text))
    if len(tokens) * len(words) > MAX_COMPARED:
        raise LimitExceeded(
            f"the release does not say exactly this, and its {len(tokens):,} words are too long to be compared with "
            f"the {len(words):,} of the quotation; check a part of the quotation",
            name="compared",
            limit=MAX_COMPARED,
        )
    wanted = [_normalise_word(word) for word in words]
    given = [_normalise_word(token[0]) for token in tokens]
    # costs[i]: the lowest cost of changing the first i words into a passage that ends here; starts[i]: its first word.
    costs = [_CHANGE * row for row in range(len(wanted) + 1)]
    starts = [0] * (len(wanted) + 1)
    best = (costs[-1], 0, 0)
    for place, token in enumerate(given):
        diagonal, diagonal_start = 0, place
        starts[0] = place
        for row, word in enumerate(wanted, 1):
            above, above_start = costs[row], starts[row]
            cost, start = diagonal + (0 if word == token else _EXCHANGE), diagonal_start
            if above + _CHANGE < cost:
                cost, start = above + _CHANGE, above_start
            if costs[row - 1] + _CHANGE < cost:
                cost, start = costs[row - 1] + _CHANGE, starts[row - 1]
            diagonal, diagonal_start = above, above_start
            costs[row], starts[row] = cost, start
        if costs[-1] < best[0]:
            best = (costs[-1], starts[-1], place + 1)
    cost, first, last = best
    if first >= last:
        return Quotation("no")
    begin, end = tokens[first].start(), tokens[last - 1].end()
    return Quotation(
        "near",
        field,
        begin,
        end,
        text[begin:end],
        max(1 - cost // _CHANGE / len(wanted), 0.0),
        tuple(_compare(words, [token[0] for token in tokens[first:last]])),
    )


def _compare(quoted: Sequence[str], found: Sequence[str]) -> list[Difference]:
    one, other = ([_normalise_word(word) for word in words] for words in (quoted, found))
    codes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [
        Difference(" ".join(quoted[a:b]), " ".join(found[c:d]))
        for code, a, b, c, d in codes
        if code != "equal"
    ]


def _normalise_word(word: str) -> str:
    return normalise("NFD", word.casefold().translate(_QUOTES))
