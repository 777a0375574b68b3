"""Body: blocks → the paragraphs of the release, and every block that is left out, with the reason.

A block between title and end is kept unless something speaks against it. REASONS lists what may speak against a block;
the end is the last paragraph that is of one kind with the others (`trim`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from osce_search.extraction.boilerplate import is_boilerplate_name
from osce_search.extraction.front_matter import is_byline, is_notice
from osce_search.extraction.labels import Labels
from osce_search.extraction.layout import Block
from osce_search.extraction.lines import (
    ends_sentence,
    has_contact,
    is_caption,
    is_contact,
    is_end,
    is_noise,
    is_pointer,
    is_prompt,
    is_prose,
    is_section,
    line_key,
    spellings,
)
from osce_search.extraction.trim import trim
from osce_search.vocabulary.datelines import find_dateline, read_dateline

REPEATED = 60
"""A paragraph of at least this many characters that occurs twice was printed twice by mistake."""

SIGNED = "--"
"""The line above a signature (RFC 3676, section 4.3)."""

MENU = 3
"""This many bulleted lines without an end are a menu."""

ABOVE_LABELS = 4
"""A standfirst stands at most this many blocks above the labels, and the text at most this many below them."""

CONTACTS = 8
"""An address within the text has at most this many lines."""

RESUMED = 100
"""A paragraph below an address has at least this many characters if the text goes on with it."""

CELL = " | "
"""What stands between the cells of a row."""

STANDFIRST = re.compile(
    r"\b(?:stand-?first|sub-?title|sub-?head|strap-?line|deck|field-(?:field-)?description|document-?description)\b",
    re.IGNORECASE,
)
"""How the class of a line is named that sums up the text between title and text."""

SUMMARY_HEADINGS = frozenset(spellings("summary heading"))
"""Headings of reports that text copies and feeds print as a line like others."""

_NUMBER_ALONE = re.compile(r"\d{1,8}\Z")
_NUMBER_FIRST = re.compile(r"\d{5,8}\s+(?=\S)")
# 123070 English Yes No: number, language and switches of a record, printed by mistake.
_SWITCHES = re.compile(r"(?:(?<=\s)|\A)\d{3,8}(?: [A-Z][a-z]+){1,2}(?: (?:Yes|No)\b){1,6}\s*")
_WITHOUT_NUMBER = re.compile(
    r"(?:English|Russian|Albanian|Serbian|Ukrainian|German|French)(?: (?:Yes|No)){1,6}\Z"
)


REASONS: Mapping[str, Callable[[Block], bool]] = {
    "links": lambda block: block.is_links and not is_prose(block.text),
    "prompt": lambda block: is_prompt(block.text),
    "heading of a report": lambda block: block.text[:REPEATED].casefold().strip(" :") in SUMMARY_HEADINGS,
    "caption": lambda block: is_caption(block.text),
    "part of the site": lambda block: is_section(block.text),
    "number": lambda block: _NUMBER_ALONE.match(block.text) is not None,
    "class of boilerplate": lambda block: is_boilerplate_name(block.names),
    "byline": lambda block: is_byline(block) or is_notice(block.text),
}
"""What speaks against a block, wherever it stands, by the name that the reason has in reports."""


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of a release, and the texts between title and end that are none, each with the reason."""

    paragraphs: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


def read_body(
    blocks: Sequence[Block], title: str, start: int, labels: Labels, others: frozenset[int]
) -> Body:
    """Return the body from block `start` on; `others` are blocks that were understood to be something else."""
    kept: list[Block] = []
    dropped: list[tuple[int, str]] = []
    begin = _text_start(blocks, labels, start)
    dropped.extend(
        (number, "above the text") for number in range(start, begin) if number not in labels.blocks
    )
    in_menu = False
    skipped_to = 0
    places: dict[int, int] = {}
    for number in range(begin, len(blocks)):
        block = blocks[number]
        if number in others or (number in labels.blocks and not (kept and is_end(block.text))):
            continue
        if number < skipped_to:
            dropped.append((number, "address"))
            continue
        is_last = is_end(block.text) or is_contact(block.lines) or block.lines[0] == SIGNED
        is_last = is_last and not is_caption(block.text)
        if is_last and kept:
            resumed = _resumes(blocks, number, kept)
            if not resumed:
                in_menu = block.tag == "li" and len(block.path) == 1
                break
            skipped_to = resumed
        reason = "link or address" if is_last else _why_not(block, title if not kept else None)
        if (reason == "number" and _is_cell(blocks, number)) or (
            reason == "links" and kept and _is_introduced(block, kept[-1])
        ):
            reason = ""
        if reason:
            dropped.append((number, reason))
            continue
        places[id(block)] = number
        kept.append(block)
    joined = _join(kept)
    text, reasons = trim(joined)
    paragraphs = _without_menu(text, 1 if in_menu else MENU)
    number_of = {id(block): places.get(id(block), -1) for block in joined}
    last = max((number_of[id(block)] for block in paragraphs), default=0)
    dropped.extend((number_of[id(block)], reason) for block, reason in reasons)
    told = tuple((blocks[number].text, reason) for number, reason in sorted(dropped) if 0 <= number < last)
    return Body(tuple(_once(paragraphs)), told)


def _why_not(block: Block, title: str | None) -> str:
    """Return what speaks against a block, or an empty string; above the text, `title` is the release's title."""
    if is_noise(block.text):
        return "line of a carrier"
    if title is not None and (STANDFIRST.search(block.names) or _repeats(block.text, title)):
        return "standfirst"
    return next((reason for reason, speaks in REASONS.items() if speaks(block)), "")


def _is_introduced(block: Block, before: Block) -> bool:
    """Whether a block is an item of the list that the paragraph before it introduces, or that the item before is of."""
    items = before.tag == block.tag and before.path[:-1] == block.path[:-1]
    return block.tag == "li" and len(block.path) > 1 and (items or before.text.endswith(":"))


def _is_cell(blocks: Sequence[Block], number: int) -> bool:
    """Whether a block is one of several cells of a row."""
    beside = [blocks[at] for at in (number - 1, number + 1) if 0 <= at < len(blocks)]
    return blocks[number].tag in {"td", "th"} and any(
        other.path[:-1] == blocks[number].path[:-1] for other in beside
    )


def _resumes(blocks: Sequence[Block], number: int, kept: Sequence[Block]) -> int:
    """Return where the text goes on below a link or an address that stands amid it, or 0 where it ends.

    A link, a summary or a box of its own may stand between any two paragraphs. Below the line of an address the
    paragraph must be long: the names and streets of an address are short.
    """
    block = blocks[number]
    box = block.path[:-1]
    boxed = all(len(before.path) <= len(box) and before.path[: len(box)] != box for before in kept)
    prompted = is_prompt(block.text) or is_pointer(block.text)
    linked = (
        block.is_links or block.tag == "summary" or (prompted and (block.linked > 0 or block.tag == "line"))
    )
    address = is_contact(block.lines) or (
        has_contact(block.text)
        and (ends_sentence(block.text) or block.tag != "line")
        and len(block.text) > 40
    )
    stands_alone = block.is_heading or not (linked or address) or block.text.rstrip().endswith(":")
    if stands_alone and not boxed:
        return 0
    boxed = boxed and stands_alone
    for after in range(number + 1, min(len(blocks), number + 1 + CONTACTS)):
        other = blocks[after]
        if other.is_heading and is_end(other.text):
            return 0
        if boxed and all(other.path[:-1] != before.path[:-1] for before in kept):
            continue
        if is_prose(other.text) and not other.is_links and not is_end(other.text) and _is_alike(other, kept):
            long = len(other.text) >= RESUMED or ((linked or boxed) and block.tag != "line")
            return after if long and not is_noise(other.text) else 0
    return 0


def _is_alike(block: Block, kept: Sequence[Block]) -> bool:
    """Whether a block stands where the paragraphs before it stand, in the same kind of element."""
    # A converter may have put each paragraph into an element of its own.
    wrapped = {(before.tag, before.path[:-2], len(before.path)) for before in kept if len(before.path) > 3}
    return (block.tag, block.path[:-2], len(block.path)) in wrapped or any(
        block.tag == before.tag and block.path[: len(before.path) - 1] == before.path[:-1] for before in kept
    )


def _repeats(text: str, title: str) -> bool:
    return len(text) < len(title) + 20 and line_key(text) == line_key(title)


def _text_start(blocks: Sequence[Block], labels: Labels, start: int) -> int:
    """Return where the text begins: below a standfirst, which stands above the labels or the dateline."""
    label = min((at for at in labels.blocks if at > start), default=start)
    above = [block for block in blocks[start:label] if is_prose(block.text)]
    if len(above) == 1 and label - start <= ABOVE_LABELS:
        after = label
        while after in labels.blocks:
            after += 1
        below = blocks[after : after + ABOVE_LABELS]
        if sum(len(block.text) for block in below if is_prose(block.text)) > len(above[0].text):
            start = after
    number = start
    while number < len(blocks) and (number in labels.blocks or not is_prose(blocks[number].text)):
        if number in labels.blocks:
            start = number + 1
        number += 1
    for number in range(start, min(start + 5, len(blocks))):
        line = read_dateline(blocks[number].text)
        if line and line.date and line.end < len(blocks[number].text):
            while number > start and _is_sibling(blocks[number - 1], blocks[number]):
                number -= 1
            return number
        if len(blocks[number].text) > 300:
            break
    return start


def _is_sibling(before: Block, first: Block) -> bool:
    """Whether a block before the dateline is a paragraph like that with the dateline, and no standfirst."""
    return (
        before.path[:-1] == first.path[:-1]
        and (before.tag, before.names) == (first.tag, first.names)
        and ends_sentence(before.text)
        and not read_dateline(before.text)
    )


def _join(body: Sequence[Block]) -> list[Block]:
    """Join a paragraph that an element within it has closed too early, and the cells of a row of a table."""
    joined: list[Block] = []
    for _, group in groupby(
        body, key=lambda block: block.path[:-1] if block.tag in {"td", "th"} else id(block)
    ):
        cells = list(group)
        if len(cells) > 1 and not any(is_prose(cell.text) for cell in cells):
            row = replace(cells[0], lines=(CELL.join(cell.text for cell in cells),), lead="", tag="tr")
            joined.append(row)
            continue
        for block in cells:
            before = joined[-1] if joined else None
            if (
                before is not None
                and before.tag == "p"
                and block.tag != "p"
                and block.path == before.path[:-1]
                and not ends_sentence(before.text)
                and not block.text[0].isupper()
            ):
                gap = "" if block.text[0] in ",.;:!?)" else " "
                joined[-1] = Block((before.text + gap + block.text,), before.tag, before.path, before.names)
            else:
                joined.append(block)
    return joined


def _without_menu(body: list[Block], fewest: int) -> list[Block]:
    """Leave out the bulleted lines at the end of a text copy that are no sentences, if there are `fewest`: a menu."""
    end = len(body)
    while (
        end
        and body[end - 1].tag == "li"
        and len(body[end - 1].path) == 1
        and not ends_sentence(body[end - 1].text)
    ):
        end -= 1
    return body[:end] if len(body) - end >= fewest else body


def _once(body: Sequence[Block]) -> Iterator[str]:
    """Yield the paragraphs without what is said twice or by mistake: a repeated half, a glued caption, switches."""
    seen: set[str] = set()
    for position, block in enumerate(body):
        text = block.text
        if " Yes" in text or " No" in text:
            text = _SWITCHES.sub("", text).strip()
            if _WITHOUT_NUMBER.match(text):
                continue
        half = len(text) // 2
        if half > REPEATED and text[:half].strip() == text[-half:].strip():
            text = text[:half].strip()
        if position == 0:
            text = _unglued(text)
        if not text or (len(text) >= REPEATED and text in seen):
            continue
        seen.add(text)
        yield text


def _unglued(text: str) -> str:
    """Return a first paragraph without the number, credit and caption that a feed glued before its dateline."""
    if read_dateline(text):
        return text
    found = find_dateline(text)
    return text[found:] if found else _NUMBER_FIRST.sub("", text, count=1)
