"""Bylines: lines that say who posted a text and when → the date in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from osce_search.extraction.layout import Block
from osce_search.vocabulary.written_dates import find_dates

__all__ = ["is_byline", "read_bylines"]

LONGEST = 300
"""A longer block is text, whatever its class."""

_NAMES = re.compile(
    r"author\b|by-?line\b|posted-?(?:by|on)\b|(?:post|entry|article|blog|news)[-_]?meta(?:data)?\b|\breporter\b",
    re.IGNORECASE,
)
"""How the class of such a line is named."""

_OPENINGS = re.compile(
    r"(?:this (?:entry|post|article) was (?:posted|published)|posted (?:by|on)\b)", re.IGNORECASE
)
SHORT = 100
"""A line of an archive that ends in a mail address is shorter."""

# As archives hide addresses: press at osce.org
_SENDER = re.compile(r"\S(?: at |@)[\w-]+(?:\.[\w-]+)+\Z")
_CHANGED = re.compile(r"\b(?:modified|updated|changed|edited)\W+(?:on\W+)?\Z", re.IGNORECASE)


def is_byline(block: Block) -> bool:
    """Whether a block says who posted the text and when, by its class or its opening.

    >>> is_byline(Block(("This entry was posted on 5 May 2010 and is filed under OSCE.",), "small", (1,)))
    True
    """
    text = block.text
    if len(text) > LONGEST:
        return False
    if block.names and _NAMES.search(block.names):
        return True
    if len(text) < SHORT and (" at " in text or "@" in text) and _SENDER.search(text):
        return True
    return _OPENINGS.match(text) is not None


def read_bylines(blocks: Sequence[Block]) -> Iterator[str]:
    """The dates of the bylines as written, less those of changes.

    >>> block = Block(("by admin, last modified 7 May 2010, published 5 May 2010",), "div", (1,), "documentByLine")
    >>> list(read_bylines([block]))
    ['5 May 2010']
    """
    for block in filter(is_byline, blocks):
        text = block.text
        for date in find_dates(text):
            if date.year is not None and not _CHANGED.search(text[: date.start]):
                yield text[date.start : date.end]
