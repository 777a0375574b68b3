"""Fronts: the short lines around a title → what they say without a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from osce_search.extraction.labels import Labels
from osce_search.extraction.layout import Block
from osce_search.extraction.lines import is_date, is_placeline, is_prose, is_section, names_of, type_of
from osce_search.vocabulary.written_dates import find_dates

__all__ = ["Front", "read_front"]

ABOVE, BELOW = 5, 8
"""How many blocks before and after the title are looked at."""

LONGEST = 400
"""A longer block is text, whatever it says."""

_PART = re.compile(r"\s*[·•|]\s*|\s+[–—-]\s+")


@dataclass(frozen=True, slots=True)
class Front:
    """What stands unlabelled near the title, told by the vocabularies: it counts where a whole line is understood."""

    blocks: frozenset[int] = frozenset()
    type: str = ""
    placeline: str = ""
    published: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    section: bool = False


def read_front(blocks: Sequence[Block], labels: Labels, title: int) -> Front:
    """The front of the release whose title is the block of that number (-1: it has none)."""
    taken: set[int] = set()
    lines: list[tuple[str, object]] = []
    for number in _around(blocks, labels, title):
        block = blocks[number]
        if number in labels.blocks:
            # Published: March 1999 · OSCE Mission to Croatia
            lines.extend(_meaning(part) for line in block.lines for part in _PART.split(line)[1:])
            continue
        understood = list(_understand(block))
        if all(meaning for meaning, _ in understood):
            taken.add(number)
            lines.extend(understood)
        elif number > title and is_prose(block.text):
            break

    def first(meaning: str) -> object:
        return next((value for found, value in lines if found == meaning), "")

    return Front(
        frozenset(taken),
        type=str(first("type")),
        placeline=str(first("placeline")),
        published=tuple(str(value) for found, value in lines if found == "date"),
        sources=_tuple(first("source")),
        fields=_tuple(first("field")),
        section=bool(first("section")),
    )


def _around(blocks: Sequence[Block], labels: Labels, title: int) -> Iterator[int]:
    for number in range(title - 1, max(-1, title - 1 - ABOVE), -1):
        # Links above a title are a path or a menu, whatever they are called.
        in_copy = blocks[number].tag == "li" and len(blocks[number].path) == 1
        if not blocks[number].is_links and not in_copy:
            yield number
    yield from range(title + 1, min(len(blocks), title + 1 + BELOW + len(labels.blocks)))


def _understand(block: Block) -> Iterator[tuple[str, object]]:
    if len(block.text) > LONGEST:
        yield "", block.text
        return
    if block.time and not is_prose(block.text) and not type_of(block.text):
        yield "date", block.time
        if len(block.text) < 40:
            return
    for line in block.lines:
        whole = len(line) > LONGEST // 2 or _meaning(line)[0]
        for part in [line] if whole else _PART.split(line):
            if part:
                meaning, value = _meaning(part)
                if meaning == "date" and (kind := _type_beside(part)):
                    yield "type", kind
                elif meaning == "type" and is_date(part):
                    yield "date", part
                yield (meaning, value) if meaning or not block.time else ("other", part)


def _type_beside(line: str) -> str | None:
    """The type in a line of type and date: "Press release, 12 May 2009"."""
    date = next(find_dates(line))
    return type_of(f"{line[: date.start]} {line[date.end :]}".strip(" ,;:.()[]/|·•–—-"))


def _meaning(text: str) -> tuple[str, object]:
    if kind := type_of(text):
        return "type", kind
    if is_placeline(text):
        return "placeline", text
    if is_date(text):
        return "date", text
    if is_section(text):
        return "section", True
    for name in ("source", "field") if "," in text or not is_prose(text) else ():
        if names := names_of(name, text):
            return name, names
    return "", ""


def _tuple(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
