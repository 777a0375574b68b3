"""Scanner: the text of a query with a position, the tokens cut from it, and words with marks (`obs*`, `press^2`).

A backslash takes any meaning from the character after it. Until a token is cut, the two are one character of the
private use area, which no query contains.
"""

from __future__ import annotations

import re
import unicodedata
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

ESCAPED = "\ue000"
"""Stands for a backslash and the character after it until their token is cut."""

QUOTES = {
    '"': ('"', "”"),
    "“": ('”"', "“"),
    "„": ('“”"', ""),
    "”": ('”"', ""),
    "«": ("»", '"'),
    "»": ("«»", ""),
}
"""Map each opening quotation mark to its closing marks, and to those that close it if these are missing."""

_ESCAPE = re.compile(r"\\(.)")
_OTHER_QUOTES = str.maketrans({"＂": '"', "″": '"', "‟": "“"})
# Single quotation marks are apostrophes unless several words stand between two of them.
_SINGLY = re.compile(
    r"‘(?=[^\W\d_])[^‘’]*(?:’(?=[^\W_])[^‘’]*)*’(?![^\W_])|‚(?=[^\W_])[^‘‚]*‘(?![^\W_])|‹[^‹›]*›"
)
_MARK = re.compile(r"[*~^]")
_MARKS = re.compile(r"(\*+)|~(\d*(?:\.\d+)?)|\^(\d*(?:\.\d+)?)")
_QUESTIONED = re.compile(r"[^\W_]+(?:\?[^\W_]+){1,2}")
_ENDINGS = ".:!?'’"


class Token(NamedTuple):
    """A piece of a query: `text` is what was typed, and `position` its offset.

    `leaf` is the node of a word or phrase, still without its field. `name` is the field of a `field` (a text field
    before anything), `choice` (a facet or date before a parenthesis), `values` or `date`, and the unknown name of an
    `unknown`. `values` are those listed after the name of a facet. `number` is the distance of `near` and the boost of
    `close`. `plain` says that a word has no marks, or a value no quotation marks.
    """

    kind: TokenKind
    text: str
    position: int
    name: str = ""
    leaf: Leaf | None = None
    values: tuple[str, ...] = ()
    number: float = 1.0
    plain: bool = False


class Scanner:
    """The text of a query, cleaned by `clean_text`, and `at`, the offset up to which it was read."""

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
        """Return a part of the text with the escaped characters, without their backslashes."""
        piece = self.text[start:end]
        if ESCAPED not in piece:
            return piece
        rest = iter(self._escaped[self.text.count(ESCAPED, 0, start) :])
        return clean_text("".join(next(rest) if char == ESCAPED else char for char in piece))

    def position(self, at: int) -> int:
        """Return the offset in the query as typed of an offset in the text."""
        return at + self.text.count(ESCAPED, 0, at)

    def at_quotation(self) -> bool:
        """Whether a quotation mark stands here: a double one, or a single one that is no apostrophe."""
        char = self.text[self.at]
        if char in QUOTES:
            return True
        found = _SINGLY.match(self.text, self.at) if char in "‘‚‹" else None
        return found is not None and " " in found[0][1:-1].strip()

    def quoted(self) -> tuple[int, int] | None:
        """Pass the quotation that begins here, and return the offsets of the text inside it.

        Pass nothing and return None if it is not closed.
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
        """Count words and values. Raise LimitExceeded if there are too many."""
        self._terms += terms
        check_limit("terms", self._terms, MAX_TERMS)

    def note(self, problem: str, reading: str, at: int, suggestion: str | None = None) -> None:
        """Note a problem at an offset of the text."""
        self.notes.add(problem, reading, self.position(at), suggestion)

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
        """Make a token of the text from an offset up to `at`."""
        typed = self.raw(start, self.at).strip()
        return Token(kind, typed, self.position(start), name, leaf, values, number, plain)

    def distance(self, digits: str, at: int) -> int:
        """Read a number of words, at most MAX_DISTANCE."""
        distance = int(digits) if len(digits) <= len(str(MAX_DISTANCE)) else MAX_DISTANCE + 1
        if distance <= MAX_DISTANCE:
            return distance
        problem = f"a distance of {digits[:12]} words is too large"
        self.note(problem, f"read as {MAX_DISTANCE}", at, str(MAX_DISTANCE))
        return MAX_DISTANCE

    def boost(self, digits: str, at: int) -> float:
        """Read the number after a ^, within its bounds; without a number it is 1."""
        if not digits:
            self.note("a ^ needs a number after it, as in press^2", "read without it", at)
            return 1.0
        boost = float(digits)
        kept = bound_boost(boost)
        if kept != boost:
            problem = f"a boost is a number from {MIN_BOOST} to {MAX_BOOST:g}"
            self.note(problem, f"read as ^{kept:g}", at, f"^{kept:g}")
        return kept

    def marked(self, start: int, end: int, at: int | None = None) -> Leaf | MatchAll:
        """Read a part of the text without spaces as a word, prefix or fuzzy word; MatchAll if it has no letter.

        Notes name the offset `at`, or else `start`.
        """
        at = start if at is None else at
        piece = self.text[start:end]
        found = _MARK.search(piece)
        size = found.start() if found else len(piece)
        first, last = trim(piece[:size])
        if first == last:
            return self._after_mark(piece, size, start, at)
        text = self.raw(start + first, start + last)
        if " " in text:
            text = " ".join(text.split())
        if not any(map(str.isalnum, text)):
            return MatchAll()
        if not found:
            return self._questioned(text, at) if "?" in piece[first:last] else Word(text)
        marks = piece[size:].rstrip(_ENDINGS)
        parts = list(_MARKS.finditer(marks))
        if sum(len(part[0]) for part in parts) < len(marks):
            return self._around_mark(piece, text, size, start, at)
        return self._attach(text, parts, at)

    def _after_mark(self, piece: str, size: int, start: int, at: int) -> Leaf | MatchAll:
        """Read a piece with a mark before any letter."""
        rest = piece[size:].lstrip("*~^?" + _ENDINGS)
        if not any(char.isalnum() or char == ESCAPED for char in rest):
            return MatchAll()
        skipped = len(piece) - len(rest)
        node = self.marked(start + skipped, start + len(piece), at)
        if "*" in piece[:skipped]:
            # Of stars on both sides, as around **news**, one is left.
            shown = f"{rest.rstrip('*')}*" if isinstance(node, Prefix) else rest
            self.note(f"a * cannot stand before a word, as in {piece}", f"read as {shown}", at, shown)
        return node

    def _around_mark(self, piece: str, text: str, size: int, start: int, at: int) -> Leaf | MatchAll:
        """Read a piece with a mark inside it: `organi*ation`, but also `a~b`, which is only an odd word."""
        if piece[size] != "*":
            first, last = trim(piece)
            return normalize_leaf(Word(self.raw(start + first, start + last)))
        node = normalize_leaf(Prefix(text))
        shown = text + "*" if isinstance(node, Prefix) else text
        problem = f"a * can only end a word, not stand inside it as in {piece}"
        self.note(problem, f"read as {shown}", at, shown)
        return node

    def _questioned(self, text: str, at: int) -> Leaf | MatchAll:
        """Read a word with `?` inside, as in wom?n: one letter more or less."""
        if not _QUESTIONED.fullmatch(text):
            return Word(text)
        node = normalize_leaf(Fuzzy(text.replace("?", ""), text.count("?")))
        if not isinstance(node, Fuzzy):
            return Word(text)
        shown = f"{node.text}~{node.distance}"
        self.note(f"? does not stand for a letter, as in {text}", f"read as {shown}", at, shown)
        return node

    def _attach(self, text: str, parts: list[re.Match[str]], at: int) -> Leaf | MatchAll:
        """Read a word with its marks."""
        boost, prefix, distance = 1.0, False, 0
        for part in parts:
            if part[1]:
                prefix = True
            elif part[2] is not None:
                distance = self._fuzziness(text, part[2], at)
            else:
                boost = self.boost(part[3], at)
        if prefix and distance:
            self.note(f"{text} cannot have both * and ~", f"read as {text}*", at, f"{text}*")
        node: Word | Prefix | Fuzzy = Word(text, None, boost)
        if prefix:
            node = Prefix(text, None, boost)
        elif distance:
            node = Fuzzy(text, distance, None, boost)
        kept = normalize_leaf(node)
        if prefix and isinstance(kept, Word):
            problem = f"{text}* is too short: a * needs {MIN_PREFIX} letters before it"
            self.note(problem, f"read as {text}", at, text)
        elif distance and isinstance(kept, Word):
            problem = f"{text}~ is too short: ~ needs a word of 3 letters, ~2 one of 5"
            self.note(problem, f"read as {text}", at, text)
        elif isinstance(kept, Fuzzy) and kept.distance < distance:
            problem = f"{text}~{distance} is too short: ~2 needs a word of 5 letters"
            self.note(problem, f"read as {text}~1", at, f"{text}~1")
        return kept

    def _fuzziness(self, text: str, digits: str, at: int) -> int:
        if digits in ("", "1", "2"):
            return int(digits or 1)
        if digits.strip("0.") == "":
            return 0
        shown = f"{text}~{1 if digits.startswith(('0', '.')) else 2}"
        problem = f"{text}~{digits}: the distance of a fuzzy word is 1 or 2"
        self.note(problem, f"read as {shown}", at, shown)
        return int(shown[-1])


def trim(piece: str) -> tuple[int, int]:
    """Return the offsets of the word within a piece, without the punctuation around it.

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
