"""Titles: blocks → which of them is the title of the release."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from osce_search.extraction.candidates import EVIDENCE
from osce_search.extraction.front_matter import is_metadata, is_notice
from osce_search.extraction.head import Head
from osce_search.extraction.labels import Labels
from osce_search.extraction.layout import Block
from osce_search.extraction.lines import (
    is_caption,
    is_end,
    is_front,
    is_known,
    is_noise,
    is_prose,
    is_section,
    line_key,
    type_of,
)
from osce_search.release import Origin
from osce_search.vocabulary.datelines import is_dated

LONGEST = 400
"""A longer block is no title."""

HEADINGS = {"h1": 4.0, "h2": 3.5, "h3": 3.0, "h4": 2.5, "h5": 2.0, "h6": 2.0}
"""What it is worth that a line is marked up as a heading; each of its words is worth a half."""

MARKED = 1.5
"""What it is worth that all of it is emphasised, or that its class calls it a title."""

FARTHEST = 2.5
"""What is lost at most for the lines between title and text, a half for each."""

FEW = 10
"""So many lines with a type are looked at for what follows them."""

LOOKED_AT = 4
"""So many blocks of the text are compared with what may be its title."""


@dataclass(frozen=True, slots=True)
class TitleChoice:
    """The number of the block that is the title (None: there is none), how it is known, and what else could be it."""

    number: int | None
    origin: str
    others: tuple[Origin, ...]


_WORD = re.compile(r"[^\W\d_]{3,}")
_NAMED = re.compile(r"(?:title|headline|heading|subject|naslov|zagolov)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+(?:[|–—:·»-]|::)\s+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z")
_SITE_TAIL = re.compile(r"\s*\((?:OSCE|OSCE [A-Z]{2,5}|[A-Z]{4,8})\)\Z")


def strip_site(title: str, site: str = "") -> str:
    """Return a window title without the name of the site before or behind it.

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


def find_title(blocks: Sequence[Block], labels: Labels, head: Head) -> TitleChoice:
    """Return the block that is the title, and the others that could be.

    What the head calls the page counts first, if a block has it. Otherwise the block above the text that looks most
    like a title counts: by markup, words, place, and what else names them.
    """
    free = [
        number
        for number, block in enumerate(blocks)
        if number not in labels.blocks
        and len(block.text) <= LONGEST
        and not block.text.isdigit()
        and not _is_frame(block.text)
        and not is_caption(block.text)
        and not is_notice(block.text)
    ]
    named = _named_by_head(blocks, free, head)
    if named is None:
        named = next((n for n in (*free, *sorted(labels.blocks)) if _stated_within(blocks[n], head)), None)
    # What is called by few words may be the site: other lines may be more of a title.
    if named is not None and len(_words(blocks[named].text)) >= 4:
        others = [n for n in free if blocks[n].is_heading and n != named][:2]
        return TitleChoice(
            named, "head", tuple(Origin(blocks[n].text[:EVIDENCE], "heading", "", 0.3) for n in others)
        )
    scores = _by_place(blocks, free, labels, head)
    placed = max(scores, key=scores.__getitem__, default=None)
    if placed is None:
        return TitleChoice(named, "head" if named is not None else "", ())
    others = sorted((n for n in scores if n != placed), key=lambda n: scores[n], reverse=True)[:2]
    told = (
        Origin(blocks[n].text[:EVIDENCE], "line", "", max(0.0, round(scores[n][0] / 10, 2))) for n in others
    )
    return TitleChoice(placed, "heading" if blocks[placed].is_heading else "line", tuple(told))


def title_of(block: Block, head: Head) -> str:
    """Return the title in a block: the part that the head names, if it names one, else the whole block.

    >>> block = Block(("Post subject: Forty pupils went on air",), "td", (1,))
    >>> title_of(block, Head("Forty pupils went on air - Board"))
    'Forty pupils went on air'
    """
    return block.text if block.is_heading else _stated_within(block, head) or block.text


def _stated_within(block: Block, head: Head) -> str:
    """Return the name that the head gives the page, or a part of it, if a block that is no text contains it."""
    if _is_text(block):
        return ""
    for stated in (head.og_title, head.title):
        parts = _SEPARATOR.split(stated)[:FEW]
        for form in dict.fromkeys((stated, *parts)):
            if (
                len(_words(form)) >= 4
                and form in block.text
                and type_of(form) is None
                and not is_section(form)
            ):
                return form
    return ""


def _named_by_head(blocks: Sequence[Block], free: list[int], head: Head) -> int | None:
    stated = (
        *head.found.get("title", ()),
        head.og_title,
        head.article.headline if head.article else "",
        head.title,
    )
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
    """Return the longest heading with which a window title begins or ends.

    A name of less than half the window title's length may be the site's own.
    """
    keys = {
        number: line_key(blocks[number].text)
        for number in free
        if _is_marked(blocks[number]) and not is_front(blocks[number].text)
    }
    within = [
        number
        for number, key in keys.items()
        if any(len(key) * 2 > len(text) and (text.startswith(key) or text.endswith(key)) for text in stated)
    ]
    longest = max((len(keys[number]) for number in within), default=0)
    return [number for number in within if len(keys[number]) == longest]


def _by_place(
    blocks: Sequence[Block], free: list[int], labels: Labels, head: Head
) -> dict[int, tuple[float, int]]:
    """Return how much each block looks like a title; of equals, the first of the page is greater."""
    plain = [
        n
        for n in free
        if not is_front(blocks[n].text)
        and (blocks[n].is_heading or not (blocks[n].is_links or blocks[n].tag == "li"))
        and not (blocks[n].is_heading and is_end(blocks[n].text))
    ]
    prose = next(
        (n for n, block in enumerate(blocks) if n not in labels.blocks and _is_text(block)),
        len(blocks),
    )
    # A dateline says more: what stands above it may be a sentence of who keeps the page.
    prose = next((n for n in range(prose, min(prose + FEW, len(blocks))) if _is_dated(blocks[n])), prose)
    label = _first_of_frame(labels, prose, len(blocks))
    end = min(prose, label) if any(n < label for n in plain) else prose
    above = [n for n in plain if n < end and not _is_text(blocks[n])]
    headings = [n for n in plain if blocks[n].is_heading]
    if not above and not headings:
        return {}
    # The name of a source, a line of fields: only where nothing else could be the title.
    above = [n for n in above if not is_metadata(blocks[n])] or above
    types = [n for n in reversed(free) if n < end and type_of(blocks[n].text)]
    echoes = _words(" ".join((head.og_title, head.title, head.description)))
    told = _words(" ".join(block.text for block in blocks[end : end + LOOKED_AT]))

    places = {number: place for place, number in enumerate(above)}

    def score(number: int) -> tuple[float, int]:
        block = blocks[number]
        words = _words(block.text)
        value = HEADINGS.get(block.tag, 0.0) or (MARKED if _is_marked(block) else 0.0)
        value += min(len(words), 6) / 2 - (2 if len(words) < 3 else 0)
        # The same few words in the window's title may be the name of the site.
        value += min(len(words), 6) / 3 * _share(words, echoes) + _share(words, told)
        if number not in places:
            return value - 2, -number
        # Where no text follows, the first line is nearest to what is above, not the last to what is below.
        away = len(above) - 1 - places[number] if end < len(blocks) else places[number]
        value -= min(FARTHEST, away / 2) if end < len(blocks) else away / 2
        value += 2 * any(0 < number - kind <= 2 for kind in types[:FEW])
        return value - 2 * _is_front_of_parts(block.text), -number

    return {number: score(number) for number in {*above, *headings}}


def _first_of_frame(labels: Labels, prose: int, count: int) -> int:
    """Return the first of the labels right above the text: a menu far above may have words of labels, too."""
    above = sorted((at for at in labels.blocks if at < prose), reverse=True)
    if not above:
        return min(labels.blocks, default=count)
    return next((at for at, before in pairwise(above) if at - before > 2), above[-1])


def _is_marked(block: Block) -> bool:
    """Whether a block is a heading by its looks: all of it stands in one element, or its class says so."""
    return block.is_heading or block.is_emphasised or bool(_NAMED.search(block.names))


def _is_text(block: Block) -> bool:
    """Whether a block is running text and no long title: it ends as a sentence, or begins with a dateline."""
    text = block.text
    if not is_prose(text) or block.is_heading or _is_frame(text):
        return False
    if len(text) > LONGEST // 2 or text.rstrip("\"”»’“')")[-1:] in {".", "…", ":", ";"}:
        return True
    return _is_dated(block)


def _is_dated(block: Block) -> bool:
    return len(block.text) > LONGEST // 4 and is_dated(block.text)


def _words(text: str) -> frozenset[str]:
    """Return the first six letters of each word of a text with more than two letters: endings differ by case."""
    return frozenset(word[:6].casefold() for word in _WORD.findall(text))


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words) if words else 0.0


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
