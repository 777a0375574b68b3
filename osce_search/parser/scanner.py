"""Scanner: the text of a question with a place in it, the tokens cut from it, and the marks on their words.

A backslash takes any meaning from the character after it; until a token is cut, the two are one character of the
private use area, which no question contains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

from osce_search.parser.notes import MAX_TERMS, Notes, check_limit
from osce_search.query import (
    MAX_BOOST,
    MAX_DISTANCE,
    MIN_BOOST,
    MIN_PREFIX,
    Fuzzy,
    Leaf,
    MatchAll,
    Prefix,
    Word,
    bound_boost,
    clean_text,
    is_acronym,
    normalize_leaf,
)

TokenKind = Literal[
    "and", "or", "not", "near", "plus", "minus", "open", "close", "field", "choice", "unknown", "leaf", "all", "values",
    "date", "address",
]  # fmt: skip


class Token(NamedTuple):
    """One piece of a question: `text` is what was typed, `position` where.

    `leaf` is the node of a word or phrase, still without its field. `name` is the field of a `field` (a text
    field before anything), `choice` (a facet or date before a parenthesis), `values` or `date`, and the name that is
    no field of an `unknown`. `values` are what was listed behind a facet. `number` is the distance of `near` and
    the boost of `close`. `plain` says that nothing is attached: no mark to a word, no quotes to a value.
    """

    kind: TokenKind
    text: str
    position: int
    name: str = ""
    leaf: Leaf | None = None
    values: tuple[str, ...] = ()
    number: float = 1.0
    plain: bool = False


ESCAPED = "\ue000"
"""What stands for a character behind a backslash until its token is cut."""

Remark = Callable[[str, str, str | None], None]
"""Takes a problem, how it was read, and what to type instead."""

_MARK = re.compile(r"[*~^]")
_MARKS = re.compile(r"(\*+)|~(\d*(?:\.\d+)?)|\^(\d*(?:\.\d+)?)")
_QUESTIONED = re.compile(r"[^\W_]+(?:\?[^\W_]+){1,2}")
_ENDINGS = ".:!?'’"

_ESCAPE = re.compile(r"\\(.)")
_OTHER_QUOTES = str.maketrans({"＂": '"', "″": '"', "‟": "“"})

QUOTES = {
    '"': ('"', "”"),
    "“": ('”"', "“"),
    "„": ('“”"', ""),
    "”": ('”"', ""),
    "«": ("»", '"'),
    "»": ("«»", ""),
}
"""What ends a phrase that begins with this mark, and what ends it where that is not there."""

_SINGLY = re.compile(
    r"‘(?=[^\W\d_])[^‘’]*(?:’(?=[^\W_])[^‘’]*)*’(?![^\W_])|‚(?=[^\W_])[^‘‚]*‘(?![^\W_])|‹[^‹›]*›"
)
"""What stands between single quotation marks, which are apostrophes unless several words stand between two of them."""


class Scanner:
    """A question that has been through clean_text, and how far it was read: `at` is a place in `text`."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._escaped: list[str] = []
        if "\\" in text:
            text = _ESCAPE.sub(self._escape, text)
        self.text = text if text.isascii() else text.translate(_OTHER_QUOTES)
        self.notes = notes
        self.at = 0
        self._terms = 0
        self._never_closed: set[str] = set()

    def _escape(self, found: re.Match[str]) -> str:
        self._escaped.append(found[1])
        return ESCAPED

    def raw(self, start: int, end: int) -> str:
        """A piece of the text, with the characters that stood behind a backslash."""
        piece = self.text[start:end]
        if ESCAPED not in piece:
            return piece
        rest = iter(self._escaped[self.text.count(ESCAPED, 0, start) :])
        return clean_text("".join(next(rest) if char == ESCAPED else char for char in piece))

    def restorer(self, begin: int) -> Callable[[int, int], str]:
        """`raw` for places that are counted from `begin`."""
        return lambda start, end: self.raw(begin + start, begin + end)

    def position(self, at: int) -> int:
        """Where a place of the text stood in the question as typed."""
        return at + self.text.count(ESCAPED, 0, at)

    def at_quotation(self) -> bool:
        """Whether a quotation mark stands here: a double one, or a single one that is no apostrophe."""
        char = self.text[self.at]
        if char in QUOTES:
            return True
        found = _SINGLY.match(self.text, self.at) if char in "‘‚‹" else None
        return found is not None and " " in found[0][1:-1].strip()

    def quoted(self) -> tuple[int, int] | None:
        """Where the text between the quotation mark here and its other half stands, which is passed.

        None, with nothing passed, where there is no other half.
        """
        start = self.at
        if found := _SINGLY.match(self.text, start):
            self.at = found.end()
            return start + 1, self.at - 1
        for marks in QUOTES[self.text[start]]:
            ends = [end for mark in marks if (end := self._find(mark, start + 1)) >= 0]
            if ends:
                self.at = min(ends) + 1
                return start + 1, self.at - 1
        return None

    def _find(self, mark: str, start: int) -> int:
        if mark in self._never_closed:
            return -1
        end = self.text.find(mark, start)
        if end < 0:
            self._never_closed.add(mark)
        return end

    def count(self, terms: int = 1) -> None:
        """Count words and values; raises LimitExceeded where there are too many."""
        self._terms += terms
        check_limit("terms", self._terms, MAX_TERMS)

    def note(self, problem: str, reading: str, at: int, suggestion: str | None = None) -> None:
        """Note a problem at a place of the text."""
        self.notes.add(problem, reading, self.position(at), suggestion)

    def remark(self, at: int) -> Remark:
        """`note` for one place."""
        return lambda problem, reading, suggestion: self.note(problem, reading, at, suggestion)

    def token(
        self,
        kind: TokenKind,
        start: int,
        *,
        name: str = "",
        leaf: Leaf | None = None,
        values: tuple[str, ...] = (),
        number: float = 1.0,
        plain: bool = False,
    ) -> Token:
        """The token from a place to where the question was read."""
        typed = self.raw(start, self.at).strip()
        return Token(kind, typed, self.position(start), name, leaf, values, number, plain)


def trim(piece: str) -> tuple[int, int]:
    """Where the word within a piece begins and ends, without the punctuation around it.

    >>> trim("(«Désir»!"), trim("U.S.,"), trim("--")
    ((2, 7), (0, 4), (2, 2))
    """
    start, end = 0, len(piece)
    while start < end and _is_punctuation(piece[start]):
        start += 1
    while end > start and _is_punctuation(piece[end - 1]):
        end -= 1
    if piece[end : end + 1] == "." and is_acronym(piece[start : end + 1]):
        end += 1
    return start, end


def _is_punctuation(char: str) -> bool:
    return not char.isalnum() and char != ESCAPED and unicodedata.category(char)[0] != "M"


def read_marked(piece: str, restore: Callable[[int, int], str], remark: Remark) -> Leaf | MatchAll:
    """The word, prefix or fuzzy word that a piece without spaces means; MatchAll where it has no letter.

    `restore` gives a part of the piece with the characters that stood behind a backslash.
    """
    found = _MARK.search(piece)
    size = found.start() if found else len(piece)
    start, end = trim(piece[:size])
    if start == end:
        return _read_led(piece, size, restore, remark)
    text = restore(start, end)
    if " " in text:
        text = " ".join(text.split())
    if not any(map(str.isalnum, text)):
        return MatchAll()
    if not found:
        return _read_questioned(text, remark) if "?" in piece[start:end] else Word(text)
    marks = piece[size:].rstrip(_ENDINGS)
    parts = list(_MARKS.finditer(marks))
    if sum(len(part[0]) for part in parts) < len(marks):
        return _read_inner(piece, text, size, restore, remark)
    return _attach(text, parts, remark)


def _read_led(piece: str, size: int, restore: Callable[[int, int], str], remark: Remark) -> Leaf | MatchAll:
    """A piece that has a mark before any letter."""
    rest = piece[size:].lstrip("*~^?" + _ENDINGS)
    if not any(char.isalnum() or char == ESCAPED for char in rest):
        return MatchAll()
    skipped = len(piece) - len(rest)
    node = read_marked(rest, lambda start, end: restore(skipped + start, skipped + end), remark)
    if "*" in piece[:skipped]:
        # Of stars on both sides, as around **news**, one is left.
        shown = f"{rest.rstrip('*')}*" if isinstance(node, Prefix) else rest
        remark(f"a * cannot stand before a word, as in {piece}", f"read as {shown}", shown)
    return node


def _read_inner(
    piece: str, text: str, size: int, restore: Callable[[int, int], str], remark: Remark
) -> Leaf | MatchAll:
    """A piece with a mark inside of it: `organi*ation`, but also `a~b`, which is only an odd word."""
    if piece[size] != "*":
        start, end = trim(piece)
        return normalize_leaf(Word(restore(start, end)))
    node = normalize_leaf(Prefix(text))
    shown = text + "*" if isinstance(node, Prefix) else text
    remark(f"a * can only end a word, not stand inside as in {piece}", f"read as {shown}", shown)
    return node


def _read_questioned(text: str, remark: Remark) -> Leaf | MatchAll:
    """A word with `?` inside, as in wom?n: one letter more or less."""
    if not _QUESTIONED.fullmatch(text):
        return Word(text)
    node = normalize_leaf(Fuzzy(text.replace("?", ""), text.count("?")))
    if not isinstance(node, Fuzzy):
        return Word(text)
    shown = f"{node.text}~{node.distance}"
    remark(f"? does not stand for a letter, as in {text}", f"read as {shown}", shown)
    return node


def _attach(text: str, parts: list[re.Match[str]], remark: Remark) -> Leaf | MatchAll:
    """The word with each of its marks."""
    boost, prefix, distance = 1.0, False, 0
    for part in parts:
        if part[1]:
            prefix = True
        elif part[2] is not None:
            distance = _read_fuzziness(text, part[2], remark)
        else:
            boost = read_boost(part[3], remark)
    if prefix and distance:
        remark(f"{text} cannot have both * and ~", f"read as {text}*", f"{text}*")
    node: Word | Prefix | Fuzzy = Word(text, None, boost)
    if prefix:
        node = Prefix(text, None, boost)
    elif distance:
        node = Fuzzy(text, distance, None, boost)
    kept = normalize_leaf(node)
    if prefix and isinstance(kept, Word):
        remark(f"{text}* is too short: {MIN_PREFIX} letters must stand before a *", f"read as {text}", text)
    elif distance and isinstance(kept, Word):
        remark(f"{text}~ is too short: ~ needs a word of 3 letters, ~2 one of 5", f"read as {text}", text)
    elif isinstance(kept, Fuzzy) and kept.distance < distance:
        remark(
            f"{text}~{distance} is too short: ~2 needs a word of 5 letters", f"read as {text}~1", f"{text}~1"
        )
    return kept


def _read_fuzziness(text: str, digits: str, remark: Remark) -> int:
    if digits in ("", "1", "2"):
        return int(digits or 1)
    if digits.strip("0.") == "":
        return 0
    distance = 1 if digits.startswith(("0", ".")) else 2
    remark(
        f"{text}~{digits}: the distance of a fuzzy word is 1 or 2",
        f"read as {text}~{distance}",
        f"{text}~{distance}",
    )
    return distance


def read_distance(digits: str, remark: Remark) -> int:
    """A number of words, at most MAX_DISTANCE."""
    distance = int(digits) if len(digits) <= len(str(MAX_DISTANCE)) else MAX_DISTANCE + 1
    if distance <= MAX_DISTANCE:
        return distance
    remark(f"a distance of {digits[:12]} words is too large", f"read as {MAX_DISTANCE}", str(MAX_DISTANCE))
    return MAX_DISTANCE


def read_boost(digits: str, remark: Remark) -> float:
    """The number behind a ^, within its bounds; 1 where there is none."""
    if not digits:
        remark("a ^ needs a number behind it, as in press^2", "read without it", None)
        return 1.0
    boost = float(digits)
    kept = bound_boost(boost)
    if kept != boost:
        remark(f"a boost is a number from {MIN_BOOST} to {MAX_BOOST:g}", f"read as ^{kept:g}", f"^{kept:g}")
    return kept
