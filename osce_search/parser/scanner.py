"""Scanner: the text of a question with a place in it, from which tokens are cut.

A backslash takes any meaning from the character after it; until a token is cut, the two are one character of the
private use area, which no question contains.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from osce_search.parser.limits import MAX_TERMS, check_limit
from osce_search.parser.marks import ESCAPED, Remark
from osce_search.parser.notes import Notes
from osce_search.parser.tokens import Token, TokenKind
from osce_search.query import Leaf, clean_text

__all__ = ["QUOTES", "Scanner"]

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
