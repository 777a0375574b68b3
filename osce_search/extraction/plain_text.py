"""Plain text: the text of a page without its markup → blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from osce_search.errors import ExtractionError
from osce_search.extraction.layout import Block, clean_line
from osce_search.extraction.lines import ends_sentence
from osce_search.extraction.markup import MAX_LINES
from osce_search.vocabulary.datelines import read_dateline

WIDEST = 100
"""A text with a longer line was not wrapped: each of its lines is a paragraph."""

SHORTEST = 45
"""A shorter line says nothing of the width at which a text was wrapped."""

WRAPPED = 0.6
"""So many of the longer lines end where the next word did not fit, if a text was wrapped."""

SMALL = 0.4
"""So many of the lines after them begin with a small letter, since they go on with a sentence."""

SIGNATURE = 8
"""A signature has no more lines."""

_OPEN = re.compile(r"\b(?:and|or|the|a|an|of|in|to|for|with|by|on|at|from|that|as|its|their|between|into)\Z")
"""Words that end no paragraph."""

FEWEST = 3
"""So many elements in a row may be the lines of wrapped paragraphs."""

QUOTES = frozenset((">", "|"))
"""What mail programs put before the lines of a text that they quote."""

QUOTED = 0.8
"""At least this share of the lines is quoted, if the text is."""

QUOTED_TWICE = 5
"""A quotation of quotations is no deeper."""

_LINED = frozenset(("p", "div"))
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_BULLET = re.compile(r"[-–*•·▪◦■]\s+(?=\S)")
_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_RULE = re.compile(r"[-–—=_*•·|\s]*\Z")


def lines_of(text: str, source: str = "text") -> list[Block]:
    """Return the blocks of a text copy: its lines, or its paragraphs if lines were wrapped at a width.

    A line that begins with a bullet is an `li`, one that begins with number signs a heading, any other a `line`; lines
    of nothing but dashes are left out. Raises ExtractionError, naming `source`, for more than MAX_LINES lines.

    >>> [(block.tag, block.text) for block in lines_of("Newsroom\\n-\\n- Place:\\n- OSH")]
    [('line', 'Newsroom'), ('li', 'Place:'), ('li', 'OSH')]
    """
    count = sum(map(text.count, _LINE_ENDS))
    if count > MAX_LINES:
        raise ExtractionError(source, f"too many lines ({count} > {MAX_LINES})")
    blocks: list[Block] = []
    lines = _unquoted([clean_line(line) for line in text.splitlines()])
    for number, line in enumerate(_unwrap(_unsigned(lines))):
        tag = "line"
        if bullet := _BULLET.match(line):
            line, tag = line[bullet.end() :], "li"
        elif heading := _HEADING.match(line):
            line, tag = line[heading.end() :], f"h{len(heading[0].rstrip())}"
        line = line.replace("**", "")
        if not _RULE.match(line):
            blocks.append(Block((line,), tag, (number,)))
    return blocks


def unwrap_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks, with lines joined into paragraphs where a converter put each line into an element.

    >>> lines = ["Forty pupils of a school went on the air today and read the"]
    >>> lines += ["news of the week in three languages to all who would listen,", "and to some who would not."]
    >>> [len(block.text) for block in unwrap_blocks([Block((line,), "p", (1, 2)) for line in lines])]
    [147]
    """
    short = [block for block in blocks if block.tag in _LINED and SHORTEST <= len(block.lines[0]) <= WIDEST]
    if len(short) < FEWEST - 1:
        return list(blocks)
    found: list[Block] = []
    alike = ((block.tag, block.names, block.path[:-1]) if block.tag in _LINED else None for block in blocks)
    for kind, run in groupby(zip(alike, blocks, strict=True), key=lambda pair: pair[0]):
        group = [block for _, block in run]
        if kind is None or len(group) < FEWEST or any(len(block.text) > WIDEST for block in group):
            found.extend(group)
            continue
        texts = [block.text for block in group]
        number = 0
        for text in _unwrap(texts, parted=True):
            if not text:
                continue
            found.append(replace(group[number], lines=(text,)) if text != texts[number] else group[number])
            length = 0
            while length < len(text):
                length += len(texts[number]) + 1
                number += 1
    return found


def _unquoted(lines: list[str]) -> list[str]:
    """Return the lines without the signs of a quotation, if nearly all of them have these."""
    for _ in range(QUOTED_TWICE):
        quoted = sum(1 for line in lines if line[:1] in QUOTES)
        if quoted < QUOTED * sum(1 for line in lines if line):
            break
        lines = [line[1:].lstrip() if line[:1] in QUOTES else line for line in lines]
    return lines


def _unsigned(lines: list[str]) -> list[str]:
    """Return the lines without a signature: short lines at the end, below two hyphens (RFC 3676, section 4.3)."""
    at = max((number for number, line in enumerate(lines) if line == "--"), default=len(lines))
    signature = [line for line in lines[at + 1 :] if line]
    few = len(signature) <= SIGNATURE and all(len(line) < WIDEST for line in signature)
    return lines[:at] if at and few else lines


def _unwrap(lines: list[str], *, parted: bool = False) -> Iterator[str]:
    """Join the lines of a paragraph, if the text was wrapped: lines end where the next word would not have fit."""
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if len(line) >= SHORTEST and after and "://" not in line
    ]
    width = max((len(line) for line, _ in pairs), default=0)
    full = [after for line, after in pairs if _is_full(line, after, width)]
    within = sum(1 for after in full if after[0].islower())
    # One line that breaks off in mid-sentence is enough where paragraphs are parted by blank lines.
    broken = (parted or "" in lines) and any(_breaks_off(line, after, width) for line, after in pairs)
    if (
        width > WIDEST
        or len(full) < max(1 if broken else 2, WRAPPED * len(pairs))
        or within < SMALL * len(full) - broken
    ):
        yield from lines
        return
    paragraph: list[str] = []
    for line in lines:
        if paragraph and line and _is_full(paragraph[-1], line, width):
            paragraph.append(line)
        else:
            yield " ".join(paragraph)
            paragraph = [line]
    yield " ".join(paragraph)


def _breaks_off(line: str, after: str, width: int) -> bool:
    """Whether a line ends in mid-sentence: by its last word, the next one's first, or its dateline."""
    if not _is_full(line, after, width) or ends_sentence(line):
        return False
    return after[0].islower() or _OPEN.search(line) is not None or read_dateline(line) is not None


def _is_full(line: str, after: str, width: int) -> bool:
    if len(line) < SHORTEST or _BULLET.match(after):
        return False
    return len(line) + 1 + len(after.partition(" ")[0]) > width
