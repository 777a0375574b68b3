"""Titles: blocks → which of them is the title of the release."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osce_search.extraction.head import Head
from osce_search.extraction.labels import Labels
from osce_search.extraction.lines import (
    is_end,
    is_front,
    is_known,
    is_noise,
    is_prose,
    is_section,
    line_key,
    type_of,
)
from osce_search.extraction.text import Block

__all__ = ["find_title", "strip_site"]

LONGEST = 400
"""A longer block is no title."""

_SEPARATOR = re.compile(r"\s+(?:[|–—:·»-]|::)\s+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z")
_SITE_TAIL = re.compile(r"\s*\((?:OSCE|OSCE [A-Z]{2,5}|[A-Z]{4,8})\)\Z")


def strip_site(title: str, site: str = "") -> str:
    """A window title without the site's name before or behind it.

    >>> strip_site("Border police complete course | Newsroom | OSCE")
    'Border police complete course'
    """
    parts, separators = _SEPARATOR.split(title), _SEPARATOR.findall(title)
    while len(parts) > 1 and _names_site(parts[-1], site):
        del parts[-1], separators[-1]
    while len(parts) > 1 and _names_site(parts[0], site):
        del parts[0], separators[0]
    joined = parts[0] + "".join(map("".join, zip(separators, parts[1:], strict=True)))
    return _SITE_TAIL.sub("", re.sub(r"\A(?:OSCE )?Press release:\s+", "", joined, flags=re.IGNORECASE))


def find_title(blocks: Sequence[Block], labels: Labels, head: Head) -> int | None:
    """The number of the block that is the title, or None.

    In this order: what the head calls the title; the highest heading that is no heading of the site; the line after a
    line with the type; the last line before the labels; the last line before the text.
    """
    free = [
        number
        for number, block in enumerate(blocks)
        if number not in labels.blocks
        and len(block.text) <= LONGEST
        and not block.text.isdigit()
        and not _is_frame(block.text)
    ]
    named = _named_by_head(blocks, free, head)
    return _by_place(blocks, free, labels) if named is None else named


def _named_by_head(blocks: Sequence[Block], free: list[int], head: Head) -> int | None:
    stated = (head.og_title, head.article.headline if head.article else "", head.title)
    wanted = {
        line_key(form)
        for text in stated
        if text
        for form in (text, strip_site(text, head.site))
        if not _is_frame(form) and type_of(form) is None
    }
    longest = max(map(len, stated)) + 20
    same = [n for n in free if len(blocks[n].text) <= longest and line_key(blocks[n].text) in wanted]
    if not same:
        same = _headings_within(blocks, free, [line_key(text) for text in stated if text])
    return min(
        same,
        key=lambda number: (not blocks[number].is_heading, blocks[number].is_links, number),
        default=None,
    )


def _headings_within(blocks: Sequence[Block], free: list[int], stated: Sequence[str]) -> list[int]:
    """The longest heading that a window title begins or ends with, site's name before or behind it.

    A name of less than half the window title's length may be the site's own.
    """
    keys = {number: line_key(blocks[number].text) for number in free if blocks[number].is_heading}
    within = [
        number
        for number, key in keys.items()
        if any(len(key) * 2 > len(text) and (text.startswith(key) or text.endswith(key)) for text in stated)
    ]
    longest = max((len(keys[number]) for number in within), default=0)
    return [number for number in within if len(keys[number]) == longest]


def _by_place(blocks: Sequence[Block], free: list[int], labels: Labels) -> int | None:
    plain = [n for n in free if not is_front(blocks[n].text)]
    headings = [n for n in plain if blocks[n].is_heading and not is_end(blocks[n].text)]
    if headings:
        return min(headings, key=lambda number: (blocks[number].tag, number))
    lines = [n for n in plain if blocks[n].tag != "li" and not blocks[n].is_links]
    prose = next((n for n in lines if is_prose(blocks[n].text)), len(blocks))
    for number in free:
        if type_of(blocks[number].text) and number < prose:
            after = next((n for n in lines if n > number), None)
            if after is not None and after - number <= 2:
                return after
    label = min(labels.blocks, default=None)
    if label is None and prose == len(blocks):
        # All lines are short: the first that is more than the names of a site and a type.
        return next((n for n in lines if not _is_front_of_parts(blocks[n].text)), None)
    before = [n for n in lines if n < (prose if label is None else label)]
    if not before and label is not None:
        before = [n for n in lines if n < prose]
    return before[-1] if before else None


def _is_frame(text: str) -> bool:
    return is_section(text) or is_noise(text) or bool(_ADDRESS.match(text))


def _is_front_of_parts(text: str) -> bool:
    """Whether a line is "OSCE – Press release": each of its parts a name of the site, or metadata."""
    parts = _SEPARATOR.split(text)
    return len(parts) > 1 and all(_names_site(part, "") or is_front(part) for part in parts)


def _names_site(text: str, site: str) -> bool:
    text = text.strip()
    return (
        is_section(text)
        or text.casefold() == site.casefold()
        or type_of(text) is not None
        or is_known("source", text)
    )
