"""Copies: the text of a page without its markup → blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from osce_search.errors import ExtractionError
from osce_search.extraction.markup import MAX_LINES
from osce_search.extraction.text import Block, fold

__all__ = ["lines_of"]

WIDTH = 100
"""A text with a longer line was not wrapped: each of its lines is a paragraph."""

FULL = range(50, 91)
"""The length of a line that was wrapped where the next word did not fit."""

_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_BULLET = re.compile(r"[-–*•·▪◦■]\s+(?=\S)")
_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_RULE = re.compile(r"[-–—=_*•·|\s]*\Z")


def lines_of(text: str, source: str = "text") -> list[Block]:
    """The blocks of a text copy: its lines, or its paragraphs where lines were wrapped at a width.

    A line that begins with a bullet is an `li`, one that begins with number signs a heading, any other a `line`; lines
    of nothing but dashes are left out. Raises ExtractionError, naming `source`, for more than MAX_LINES lines.

    >>> [(block.tag, block.text) for block in lines_of("Newsroom\\n-\\n- Place:\\n- OSH")]
    [('line', 'Newsroom'), ('li', 'Place:'), ('li', 'OSH')]
    """
    count = sum(map(text.count, _LINE_ENDS))
    if count > MAX_LINES:
        raise ExtractionError(source, f"too many lines ({count} > {MAX_LINES})")
    blocks: list[Block] = []
    for number, line in enumerate(_unwrap([fold(line) for line in text.splitlines()])):
        tag = "line"
        if bullet := _BULLET.match(line):
            line, tag = line[bullet.end() :], "li"
        elif heading := _HEADING.match(line):
            line, tag = line[heading.end() :], f"h{len(heading[0].rstrip())}"
        line = line.replace("**", "")
        if not _RULE.match(line):
            blocks.append(Block((line,), tag, (number,)))
    return blocks


def _unwrap(lines: list[str]) -> Iterator[str]:
    """Join the lines of a paragraph where the text was wrapped: no line is long, and full ones have a next one."""
    long = [line for line in lines if len(line) >= FULL.start]
    broken = sum(
        1 for line, after in pairwise(lines) if len(line) in FULL and after and not _BULLET.match(after)
    )
    if not long or max(map(len, long)) > WIDTH or broken * 3 < len(long):
        yield from lines
        return
    paragraph: list[str] = []
    for line in lines:
        if paragraph and line and len(paragraph[-1]) >= FULL.start - 5 and not _BULLET.match(line):
            paragraph.append(line)
        else:
            yield " ".join(paragraph)
            paragraph = [line]
    yield " ".join(paragraph)
