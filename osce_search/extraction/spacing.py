"""Spacing: two texts with only inline tags between → whether white space belongs between them."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

OPEN, CLOSE, OPEN_EMPHASIS, CLOSE_EMPHASIS = "\x0e", "\x0f", "\x10", "\x11"
"""Stand for the tags of inline elements in a line: those of a part (span, a, small), and those of emphasis (b, sub)."""

REACH = 80
"""The characters on both sides that are looked at."""

_LETTERS = re.compile(r"\w+")
_LAST_WORD = re.compile(r"\w+\Z")
_FIRST_WORD = re.compile(r"\w+")


class Spacing:
    """Decides by the letters on both sides, the kinds of the tags between, and the words of the page.

    >>> Spacing().part("OSCE Mission to Skopje", CLOSE + OPEN, "OSCE Secretariat", True)
    True
    >>> Spacing().part("school librar", OPEN_EMPHASIS, "ians", True)
    False
    """

    def __init__(self, root: etree._Element | None = None) -> None:
        self._root = root
        self._counts: Counter[str] | None = None

    def part(self, before: str, marks: str, after: str, short: bool) -> bool:
        """Whether white space belongs between two texts that only the tags `marks` part.

        `short` says that they stand in a short line: a title, a value, and no text.

        | before | after | parted |
        |---|---|---|
        | anything | a closing sign | no |
        | an opening sign, a hyphen | anything | no |
        | the end of a sentence, a colon | a capital, a figure | yes |
        | a small letter, a figure | a capital, a figure | yes, unless it is emphasis within a word |
        | an acronym | a small letter | yes, if the element is no emphasis |
        | a letter | a letter | as the page has the words elsewhere; else only between two parts of a short line |
        """
        before, after = before[-REACH:], after[:REACH]
        x, y = before[-1], after[0]
        if y in ",.;:!?)]}»”’%…'-–—/" or x in "([{«“„‘'’/-–—#@":
            return False
        part = OPEN in marks or CLOSE in marks
        beside = marks.rfind(OPEN) > marks.find(CLOSE) > -1
        last = _LAST_WORD.search(before)
        word = last[0] if last else ""
        if not x.isalnum():
            return x != "." or beside or y.isupper() or y.isdigit()
        if not y.isalnum():
            return part
        if y.isupper() or (y.isdigit() and not x.isdigit()):
            if x.isupper() and y.isupper():
                return part and beside and len(word) > 1 and self._stand_apart(before, after, default=short)
            return len(word) > 2 and (part or word[0].isupper() or " " in before.strip())
        if not part or x.isdigit() or len(word) == 1:
            return False
        if word.isupper():
            return True
        return beside and self._stand_apart(before, after, default=short)

    def _stand_apart(self, before: str, after: str, *, default: bool) -> bool:
        """Whether two halves are words of their own, by the words that stand elsewhere in the page."""
        first, second = _LAST_WORD.search(before), _FIRST_WORD.match(after)
        if first is None or second is None:
            return default
        if self._count(first[0] + second[0]):
            return False
        if self._count(first[0]) > 1 and self._count(second[0]) > 1:
            return True
        return default

    def _count(self, word: str) -> int:
        """Return how often a word stands in the page; the words are counted when they are first asked for."""
        if self._counts is None:
            top = None if self._root is None else self._root.getroottree().getroot()
            texts = () if top is None else top.itertext(etree.Element)
            self._counts = Counter(word for text in texts for word in _LETTERS.findall(str(text)))
        return self._counts[word]
