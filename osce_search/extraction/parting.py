"""Parting: blocks → blocks in which no date, type or place shares a block with a title.

Old pages break lines within one cell: title, date and text stand between `<br>`. A heading may carry its date, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from osce_search.extraction.labels import match_label
from osce_search.extraction.layout import Block
from osce_search.extraction.lines import is_contact, is_date, is_front, is_prose

__all__ = ["part_blocks"]

LONGEST = 400
"""A block of more characters is text."""

MOST = 6
"""A block of more lines is a list."""


def part_blocks(blocks: Sequence[Block], title: str = "") -> list[Block]:
    """The blocks, with each line that is metadata in a block of its own.

    `title` is what the head calls the page: of a heading that is more than that, the rest is parted if it is a date.

    >>> block = Block(("Radio school opens", "14 March 2005"), "td", (1,))
    >>> [part.text for part in part_blocks([block])]
    ['Radio school opens', '14 March 2005']
    """
    parts: list[Block] = []
    for block in blocks:
        if len(block.lines) == 1 and not (title and block.is_heading):
            parts.append(block)
        else:
            parts.extend(_part(block, title))
    return parts


def _part(block: Block, title: str) -> Iterator[Block]:
    lines = block.lines
    if len(lines) == 1 and block.is_heading:
        lines = _without_date(block.text, title)
    if not 1 < len(lines) <= MOST or len(block.text) > LONGEST or block.is_links or is_contact(lines):
        yield block
        return
    fronts = [is_front(line) for line in lines]
    if not any(fronts) or all(fronts) or any(map(match_label, lines)) or any(map(is_prose, lines)):
        yield block
        return
    group: list[str] = []
    for line, front in zip(lines, fronts, strict=True):
        if front:
            if group:
                yield replace(block, lines=tuple(group), lead="")
                group = []
            yield Block((line,), "line" if block.tag == "line" else "div", block.path, block.names)
        else:
            group.append(line)
    if group:
        yield replace(block, lines=tuple(group), lead="")


def _without_date(text: str, title: str) -> tuple[str, ...]:
    """A heading, parted from the date behind what the head calls the title."""
    rest = text[len(title) :].strip(" ,|–—-") if title and text.startswith(title) else ""
    return (title, rest) if rest and is_date(rest) else (text,)
