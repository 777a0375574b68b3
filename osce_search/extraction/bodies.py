"""Bodies: blocks → the paragraphs of the release, without what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from osce_search.extraction.boilerplate import is_boilerplate_name
from osce_search.extraction.edges import trim_edges
from osce_search.extraction.front_matter import is_byline
from osce_search.extraction.labels import Labels
from osce_search.extraction.layout import Block
from osce_search.extraction.lines import (
    ends_sentence,
    is_caption,
    is_contact,
    is_end,
    is_noise,
    is_prose,
    is_section,
    line_key,
)
from osce_search.vocabulary.datelines import find_dateline, read_dateline

__all__ = ["read_body"]

REPEATED = 60
"""A paragraph of so many characters that occurs twice was printed twice by mistake."""

SIGNED = "--"
"""The line above a signature (RFC 3676, section 4.3)."""

MENU = 3
"""So many bulleted lines without an end are a menu."""

ABOVE_LABELS = 4
"""A standfirst stands so few blocks above the labels, and the text so few below them."""

STANDFIRST = re.compile(
    r"\b(?:stand-?first|sub-?title|sub-?head|strap-?line|deck|field-(?:field-)?description|document-?description)\b",
    re.IGNORECASE,
)
"""How the class of a line is named that sums up the text between title and text."""

SUMMARY_HEADINGS = frozenset(
    ("summary", "detail", "details", "резюме", "краткое содержание", "стислий виклад", "сажетак", "sažetak")
)
"""Headings of reports that text copies and feeds print as a line like others."""

_NUMBER_ALONE = re.compile(r"\d{1,8}\Z")
_NUMBER_FIRST = re.compile(r"\d{5,8}\s+(?=\S)")
# 123070 English Yes No: number, language and switches of a record, printed by mistake.
_SWITCHES = re.compile(r"(?:(?<=\s)|\A)\d{3,8}(?: [A-Z][a-z]+){1,2}(?: (?:Yes|No)\b){1,6}\s*")
_WITHOUT_NUMBER = re.compile(
    r"(?:English|Russian|Albanian|Serbian|Ukrainian|German|French)(?: (?:Yes|No)){1,6}\Z"
)


def read_body(
    blocks: Sequence[Block], title: str, start: int, labels: Labels, others: frozenset[int]
) -> tuple[str, ...]:
    """The paragraphs from block `start` on; `others` are blocks that were understood to be something else."""
    body: list[Block] = []
    in_menu = False
    for number in range(_text_start(blocks, labels, start), len(blocks)):
        block = blocks[number]
        if number in labels.blocks or number in others or is_noise(block.text):
            continue
        if is_end(block.text) or is_contact(block.lines) or block.lines[0] == SIGNED:
            if not body:
                continue
            in_menu = block.tag == "li" and len(block.path) == 1
            break
        if _is_frame(block) or (not body and (STANDFIRST.search(block.names) or _repeats(block.text, title))):
            continue
        body.append(block)
    body = trim_edges(_joined(body))
    return tuple(_once(_without_menu(body, 1 if in_menu else MENU)))


def _repeats(text: str, title: str) -> bool:
    return len(text) < len(title) + 20 and line_key(text) == line_key(title)


def _is_frame(block: Block) -> bool:
    if block.is_links and not is_prose(block.text):
        return True
    if len(block.text) < REPEATED and block.text.casefold().strip(" :") in SUMMARY_HEADINGS:
        return True
    return (
        is_caption(block.text)
        or is_section(block.text)
        or bool(_NUMBER_ALONE.match(block.text))
        or is_boilerplate_name(block.names)
        or is_byline(block)
    )


def _text_start(blocks: Sequence[Block], labels: Labels, start: int) -> int:
    """Where the text begins: past a standfirst, which stands above the labels or the paragraph with the dateline."""
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


def _joined(body: list[Block]) -> list[Block]:
    """Join a paragraph that an element within it has closed too early, as browsers and parsers do."""
    joined: list[Block] = []
    for block in body:
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
    """Leave out the bulleted lines below a text copy that are no sentences, if there are so many: a menu."""
    end = len(body)
    while (
        end
        and body[end - 1].tag == "li"
        and len(body[end - 1].path) == 1
        and not ends_sentence(body[end - 1].text)
    ):
        end -= 1
    return body[:end] if len(body) - end >= fewest else body


def _once(body: Iterable[Block]) -> Iterable[str]:
    """The paragraphs without what is said twice or by mistake: a repeated half, a glued caption, switches."""
    seen: set[str] = set()
    for position, block in enumerate(block for block in body if not block.is_heading):
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
    """A first paragraph without the number, credit and caption that a feed glued before its dateline."""
    if read_dateline(text):
        return text
    found = find_dateline(text)
    return text[found:] if found else _NUMBER_FIRST.sub("", text, count=1)
