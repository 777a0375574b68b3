"""Trim: the blocks of a text → those without lines before, after and between that are not of its kind.

What stands beside a text (a kicker, a caption, a rating, a date of change, links) is named in a thousand ways, but
hardly ever looks like a paragraph of it: it is no sentence, or stands in another kind of element, or is mostly links.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from osce_search.extraction.layout import Block
from osce_search.extraction.lines import ends_sentence, is_contact, is_prose
from osce_search.vocabulary.datelines import is_dated

CONTAINED = 0.6
"""The element that holds so much of the text holds the body."""

KIND = 0.2
"""So much of the running text is in blocks of one tag and depth, if these are its paragraphs."""

WORDS = 5
"""A line of fewer words that is no sentence is no paragraph; nor is a sentence of fewer below the text."""

LINKED = 0.5
"""A line of which more is links is no sentence of the text."""

PARAGRAPH = 100
"""A sentence of this many characters is a paragraph, even if most of it is a link."""

CAPTION = 300
"""A caption is shorter."""

_NOTE = re.compile(r"\W*[^\W\d_]+(?:\W[^\W\d_]+){0,2}\s*:\s")
_INDENTED = frozenset(("blockquote", "li", "dd", "dt", "pre", "caption"))
"""Elements in which a text has paragraphs of another kind."""

_CELLS = frozenset(("td", "th", "tr"))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the paragraphs of a text have in common: the element around them, shapes, and the class of the first."""

    container: tuple[int, ...]
    shapes: frozenset[tuple[str, str, int]]
    names: str = ""

    def is_within(self, block: Block) -> bool:
        return block.path[: len(self.container)] == self.container

    def is_alike(self, block: Block) -> bool:
        return _shape_of(block) in self.shapes

    def is_aside(self, block: Block) -> bool:
        """Whether a block is mostly links, an emphasised note, or of a class of its own with a link or emphasis."""
        if block.linked > LINKED * len(block.text):
            # A paragraph of the text may be a link as a whole, or nearly.
            whole = block.is_emphasised or len(block.text) >= PARAGRAPH
            return not (whole and self.is_alike(block) and ends_sentence(block.text))
        if block.is_emphasised and _NOTE.match(block.text):
            return True
        other = bool(block.names) and block.names != self.names
        return other and (block.linked > 0 or block.is_emphasised)


def trim(body: Sequence[Block]) -> tuple[list[Block], list[tuple[Block, str]]]:
    """Return the blocks from the first paragraph to the last, and those left out, each with the reason.

    >>> text = "Forty pupils of a school near Osh went on the air today, and more of them will follow in the autumn."
    >>> page = [Block((text,), "p", (1, 2)), Block((text,), "p", (1, 3)), Block(("Views: 17",), "div", (1, 4))]
    >>> kept, dropped = trim(page)
    >>> len(kept), [(block.text, reason) for block, reason in dropped]
    (2, [('Views: 17', 'below the text')])
    """
    running = [number for number, block in enumerate(body) if is_prose(block.text)]
    if not running:
        return list(body), []
    kind = _kind_of(body)
    held = [number for number in running if kind.is_within(body[number])] or running
    first = next((n for n in held if kind.is_alike(body[n]) or is_dated(body[n].text)), held[0])
    kind = replace(kind, names=body[first].names)
    part = body[: _next_part(body, first)]
    held = [number for number in held if number < len(part)]
    last = next(
        (n for n in reversed(held) if n > first and kind.is_alike(part[n]) and not kind.is_aside(part[n])),
        first,
    )
    reasons = ["" if _may_open(block, kind) else "above the text" for block in part[:first]]
    reasons += [""]
    reasons += [_why_interrupts(block, kind) for block in part[first + 1 : last]]
    reasons += [""] * (last > first)
    closing = {id(block) for block in _close(part[last], part[last + 1 :], kind)}
    reasons += ["" if id(block) in closing else "below the text" for block in part[last + 1 :]]
    reasons += ["another part of the page"] * (len(body) - len(part))
    paired = list(zip(body, reasons, strict=True))
    return [block for block, reason in paired if not reason], [pair for pair in paired if pair[1]]


def _next_part(body: Sequence[Block], first: int) -> int:
    """Return where a heading begins another part of the page: it stands with its own text, beside the release."""
    around, depth = body[first].path[:-1], len(body[first].path)
    for number, (heading, below) in enumerate(pairwise(body)):
        apart = below.path[:-1] != around and len(below.path) != depth
        if number > first and heading.is_heading and apart and heading.path[:-1] == below.path[:-1]:
            return number
    return len(body)


def _shape_of(block: Block) -> tuple[str, str, int]:
    """Return tag, class and depth of a block. The class of a paragraph says nothing of its kind."""
    return block.tag, "" if block.tag == "p" else block.names, len(block.path)


def _kind_of(body: Sequence[Block]) -> _Kind:
    shapes: Counter[tuple[str, str, int]] = Counter()
    for block in body:
        if is_prose(block.text):
            shapes[_shape_of(block)] += len(block.text)
    total = shapes.total()
    alike = frozenset(shape for shape, length in shapes.items() if length >= KIND * total)
    return _Kind(_container(body), alike)


def _container(body: Sequence[Block]) -> tuple[int, ...]:
    """Return the path of the innermost element that holds most of the text."""
    paths = Counter(block.path for block in body)
    # A cell with broken lines in it is their container.
    if len({path if count > 1 else path[:-1] for path, count in paths.items()}) < 2:
        return ()
    total = sum(len(block.text) for block in body)
    prefix: tuple[int, ...] = ()
    while True:
        weight: Counter[tuple[int, ...]] = Counter()
        for block in body:
            path = block.path[: len(prefix) + 1]
            # A paragraph is no container, but an element with several of them in it is, broken lines included.
            if len(path) > len(prefix) and (len(path) < len(block.path) or paths[path] > 1):
                weight[path] += len(block.text)
        best = max(weight, key=weight.__getitem__, default=None)
        if best is None or weight[best] < CONTAINED * total:
            return prefix
        prefix = best


def _may_open(block: Block, kind: _Kind) -> bool:
    if block.is_heading or _is_caption(block, kind) or (block.text.endswith(":") and not _is_long(block)):
        return False
    if ends_sentence(block.text):
        return True
    alike = kind.is_alike(block) and not block.is_emphasised
    return alike and kind.is_within(block) and _is_long(block)


def _why_interrupts(block: Block, kind: _Kind) -> str:
    """Return what speaks against a block between two paragraphs, or an empty string."""
    within = kind.is_within(block)
    if block.tag in _INDENTED or block.tag in _CELLS or block.is_heading:
        return "" if within else "outside of the text"
    if _is_caption(block, kind):
        return "caption"
    if (within and kind.is_alike(block)) or is_prose(block.text) or ends_sentence(block.text):
        return ""
    return "" if within and _is_long(block) and not block.linked else "fragment"


def _close(before: Block, rest: Sequence[Block], kind: _Kind) -> Iterator[Block]:
    """Yield the blocks after the last paragraph that belong to the text."""
    introduced = before.text.endswith(":")
    particulars = sum(1 for block in rest if ":" in block.text) > 1
    for number, block in enumerate(rest):
        sentence = ends_sentence(block.text)
        if block.is_heading or block.is_links or (block.ruled and not is_prose(block.text)):
            return
        if not sentence and is_contact([part.text for part in rest[number : number + 2]]):
            return
        if not kind.is_within(block):
            alike = block.tag == before.tag and (kind.is_alike(block) or len(block.path) == len(before.path))
            if not (alike and sentence and _is_long(block)):
                return
        elif block.tag == "tr":
            if block.linked:
                continue
        elif block.tag in _INDENTED:
            if not (introduced or (sentence and (_is_long(block) or len(block.path) == 1))):
                continue
        elif _is_caption(block, kind) or kind.is_aside(block):
            continue
        elif not sentence:
            if _heads(block, rest[number + 1 : number + 2], kind):
                yield block
                continue
            particular = particulars and ":" in block.text
            if not (kind.is_alike(block) and (_is_long(block) or particular)):
                continue
        introduced = block.text.endswith(":") or (introduced and block.tag in _INDENTED)
        yield block


def _heads(block: Block, after: Sequence[Block], kind: _Kind) -> bool:
    """Whether a line right above a sentence of the text is its heading by its looks, or in a text copy."""
    marked = block.tag == "line" or (block.is_emphasised and not block.linked)
    return marked and kind.is_alike(block) and any(
        kind.is_within(below) and kind.is_alike(below) and _is_long(below) and ends_sentence(below.text)
        and not kind.is_aside(below) for below in after
    )  # fmt: skip


def _is_long(block: Block) -> bool:
    return block.text.count(" ") >= WORDS - 1


def _is_caption(block: Block, kind: _Kind) -> bool:
    """Whether a block next to a picture is no paragraph like those of the text."""
    alike = kind.is_within(block) and kind.is_alike(block)
    return block.pictured and not alike and len(block.text) < CAPTION and not is_dated(block.text)
