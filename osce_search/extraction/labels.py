"""Labels: blocks → what a page prints as metadata, by the label's spelling and its place in the structure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from osce_search.extraction.lines import is_date, is_prose, names_of
from osce_search.extraction.spellings import LABELS, STRONG
from osce_search.extraction.text import Block
from osce_search.vocabulary.written_dates import read_date

__all__ = ["Label", "Labels", "find_labels", "match_label", "read_labels"]

LONGEST_VALUE = 1000
"""A value of more characters is no value but a paragraph; eighteen fields of work take up 500."""

WIDEST = 12
"""A header row has no more cells."""

RUNNING = 200
"""A line of so many characters above a label is running text."""

_MEANINGS = {spelling: meaning for meaning, spellings in reversed(LABELS.items()) for spelling in spellings}
_PHRASES = tuple(spelling for spelling, meaning in _MEANINGS.items() if " " in spelling and meaning in STRONG)
_LONGEST = max(map(len, _MEANINGS))
_COLON = re.compile(r"\s*[:：]\s*")
_DATED_LABELS = frozenset({"published", "date"})


@dataclass(frozen=True, slots=True)
class Label:
    """One label found: what it means, its values as printed, and the first and last block it takes up."""

    meaning: str
    values: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one release: values by meaning, and the numbers of the blocks that hold them."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blocks: frozenset[int] = frozenset()

    def __getitem__(self, meaning: str) -> tuple[str, ...]:
        return self.values.get(meaning, ())


def match_label(text: str) -> tuple[str, str] | None:
    """What a line's label means and what follows its colon, or None for a line without a known label.

    >>> match_label("Publishing date: 14 March 2005")
    ('published', '14 March 2005')
    >>> match_label("Spot Report 7/2021: a lift of the fog") is None
    True
    """
    colon = _COLON.search(text, 0, _LONGEST + 3) if ":" in text or "：" in text else None
    if colon is None:
        return None
    meaning = _MEANINGS.get(text[: colon.start()].casefold().strip("* "))
    return (meaning, text[colon.end() :]) if meaning else None


def read_labels(blocks: Sequence[Block], found: Sequence[Label]) -> Labels:
    """The labels of a page that holds one release; of a label printed twice, the first that has a value counts.

    Left out are labels of the text itself: an invitation's "Date:" and "Place:" stand below running text, and lack what
    only the frame of a page has.
    """
    kept = list(_of_frame(blocks, found))
    values: dict[str, tuple[str, ...]] = {}
    for label in kept:
        if label.values and label.meaning not in values:
            values[label.meaning] = label.values
    taken = frozenset(number for label in kept for number in range(label.first, label.last + 1))
    return Labels({**dict.fromkeys((label.meaning for label in kept), ()), **values}, taken)


def find_labels(blocks: Sequence[Block]) -> Iterator[Label]:
    """Every label with its values, in the order of the page.

    A value stands behind the label's colon, in the next element, in the element after the one that wraps the label, in
    the next line of the block, or in the same column of the next row.
    """
    number = 0
    while number < len(blocks):
        block = blocks[number]
        if not _may_hold(block):
            number += 1
            continue
        row = _header_row(blocks, number)
        if row:
            width = len(row)
            for place, meaning in enumerate(row):
                yield Label(
                    meaning, _clean(meaning, [blocks[number + width + place]]), number, number + 2 * width - 1
                )
            number += 2 * width
            continue
        inline = list(_lines(block, number))
        if (inline and inline[-1].values) or len(inline) > 1:
            yield from inline
            number += 1
            continue
        bare = inline[0].meaning if inline else _bare(blocks, number)
        if bare is None:
            number += 1
            continue
        last = _value_end(blocks, number, bare)
        yield Label(bare, _clean(bare, blocks[number + 1 : last + 1]), number, last)
        number = last + 1


def _match_bare(line: str) -> tuple[str, str] | None:
    """A label of several words that lost its colon, where all that follows is known: "What we do Elections, Youth"."""
    opening = line.casefold()
    for spelling in _PHRASES:
        if opening.startswith(spelling) and line[len(spelling) : len(spelling) + 1] == " ":
            meaning, value = _MEANINGS[spelling], line[len(spelling) + 1 :]
            known = is_date(value) if meaning in _DATED_LABELS else bool(names_of(meaning, value))
            return (meaning, value) if known else None
    return None


def _may_hold(block: Block) -> bool:
    """Whether there may be a label in a block: most are paragraphs, and soon passed over."""
    if block.lead or len(block.lines) > 1:
        return True
    opening = block.lines[0][: _LONGEST + 3]
    if len(opening) <= _LONGEST + 2 or ":" in opening or "：" in opening:
        return True
    return opening.casefold().startswith(_PHRASES)


def _lines(block: Block, number: int) -> Iterator[Label]:
    """The labels with their values within one block."""
    meaning: str = ""
    values: list[str] = []
    named = _MEANINGS.get(_bare_text(block.lead)) if len(block.lines) == 1 and not _is_linked(block) else None
    if named:
        behind = block.text[len(block.lead) :].lstrip()
        rest = behind.lstrip(" :")
        # <b>Place</b> Skopje: the element parts label and value, so that no colon is needed.
        if rest and (block.lead.endswith(":") or behind.startswith(":") or _plausible(named, rest)):
            yield Label(named, _split(rest), number, number)
            return
    for line in block.lines:
        labelled = match_label(line) or _match_bare(line)
        if labelled:
            if meaning:
                yield Label(meaning, tuple(values), number, number)
            meaning, values = labelled[0], [*_split(labelled[1])]
        elif meaning:
            values.extend(_split(line))
        else:
            return
    if meaning and all(map(len, values)) and sum(map(len, values)) <= LONGEST_VALUE:
        yield Label(meaning, tuple(values), number, number)


def _is_linked(block: Block) -> bool:
    """Whether the label is a link itself: then it is an entry of a menu."""
    return block.linked > len(block.text) - len(block.lead)


def _bare(blocks: Sequence[Block], number: int) -> str | None:
    """What a block means that is nothing but a label: it has a colon, or an element for labels, or labels around it."""
    block = blocks[number]
    text = _bare_text(block.text)
    meaning = _MEANINGS.get(text)
    if meaning is None or len(block.lines) > 1 or block.is_links:
        return None
    if block.text.rstrip().endswith((":", "：")) or block.tag in {"dt", "th"} or "label" in block.names:
        return meaning
    # A heading "Source" by itself: what follows must be known by that name.
    if block.is_heading and number + 1 < len(blocks) and names_of(meaning, blocks[number + 1].text):
        return meaning
    # A line "Date" by itself: another label must stand two lines on, or two before.
    around = (blocks[at].text for at in (number + 2, number - 2) if 0 <= at < len(blocks))
    among = (
        block.tag != "h1" and meaning != "title" and any(_bare_text(other) in _MEANINGS for other in around)
    )
    return meaning if among else None


def _bare_text(text: str) -> str:
    return text.rstrip(" :：").casefold()


def _header_row(blocks: Sequence[Block], number: int) -> list[str]:
    """The meanings of a table's header row, where the row below it has as many cells."""
    if blocks[number].tag not in {"th", "td"}:
        return []
    row: list[str] = []
    path = blocks[number].path[:-1]
    for block in blocks[number : number + WIDEST]:
        meaning = _MEANINGS.get(_bare_text(block.text))
        if block.path[:-1] != path or meaning is None:
            break
        row.append(meaning)
    below = blocks[number + len(row) : number + 2 * len(row)]
    is_row = len(row) > 1 and len(below) == len(row) and len({block.path[:-1] for block in below}) == 1
    return row if is_row and below[0].path[:-1] != path else []


def _value_end(blocks: Sequence[Block], number: int, meaning: str) -> int:
    """The number of the last block of a bare label's value; the label's own where it has none."""
    label = blocks[number]
    if number + 1 >= len(blocks):
        return number
    first = blocks[number + 1]
    if _starts_label(blocks, number + 1) or not _plausible(meaning, first.text):
        return number
    if label.tag == "line" or first.tag == "line" or (label.tag == "li" and len(label.path) == 1):
        # In a text copy the bullet is all there is: a bulleted label has a bulleted value.
        if first.tag != label.tag:
            return number
        last = number + 1
        while (
            last + 1 < len(blocks)
            and blocks[last + 1].tag == label.tag
            and names_of(meaning, blocks[last + 1].text)
        ):
            last += 1
        return last
    shared = next((at for at, (a, b) in enumerate(zip(label.path, first.path, strict=False)) if a != b), None)
    if shared is None:
        shared = min(len(label.path), len(first.path))
    element = first.path[: shared + 1]
    last = number + 1
    while (
        last + 1 < len(blocks)
        and blocks[last + 1].path[: len(element)] == element
        and not _starts_label(blocks, last + 1)
        and _plausible(meaning, blocks[last + 1].text)
    ):
        last += 1
    return last


def _starts_label(blocks: Sequence[Block], number: int) -> bool:
    text = blocks[number].text
    if match_label(text) is not None:
        return True
    return _bare_text(text) in _MEANINGS and _bare(blocks, number) is not None


def _plausible(meaning: str, text: str) -> bool:
    if meaning in _DATED_LABELS:
        return len(text) <= 80 and read_date(text) is not None
    if meaning in {"place", "type", "language"} and len(text) > 100:
        return False
    if text.endswith(".") and meaning != "place":
        return False
    return len(text) <= LONGEST_VALUE and not re.search(r"[.!?]\s+\w+\s|\d{4}\s*[-–—]", text)


def _split(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _clean(meaning: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    if meaning in _DATED_LABELS:
        times = [block.time for block in blocks if block.time]
        if times and not any(read_date(block.text) for block in blocks):
            return tuple(times)
    return tuple(line for block in blocks for line in block.lines if line)


def _of_frame(blocks: Sequence[Block], found: Sequence[Label]) -> Iterator[Label]:
    groups: list[list[Label]] = []
    for label in found:
        if groups and label.first - groups[-1][-1].last <= 3:
            groups[-1].append(label)
        else:
            groups.append([label])
    for group in groups:
        strong = {label.meaning for label in group} & STRONG
        above = blocks[: group[0].first]
        # "Location:" alone below a text, however short, may be that of who posted it.
        if strong == {"country"}:
            below = any(is_prose(block.text) for block in above)
        else:
            below = not strong and any(len(block.text) > RUNNING for block in above)
        if not below:
            yield from group
