"""Text: nodes → blocks, the paragraphs and lines of a page with what the markup says of each."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from lxml import etree

__all__ = ["Block", "blocks_of", "fold", "lines_of", "soup_blocks"]

_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCK_TAGS = frozenset(_BLOCK_TAGS.split())
"""Elements that begin a line of their own."""

MAX_UNESCAPED = 50
"""How many stretches of encoded markup are read as markup in one page."""

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACE = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
_ESCAPED_TAG = re.compile(r"</?(?:p|br|div|span|strong|em|b|i|a|ul|li)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-–*•·▪◦o■]|\u2022)\s+(?=\S)")
_BETWEEN_LINKS = re.compile(r"\s*[|/·•>»‹›«<,]\s*")
_MARK = re.compile(r"#{1,6}\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, item or cell.

    `lines` are its lines, parted by line breaks; `tag` is the innermost block element (`line` in a text copy);
    `path` numbers the block elements around it, so that two blocks share as much of their paths as they share
    ancestors. `lead` is the text of the inline element that the block opens with, `link` the address of its first
    link and `linked` how many of its characters are links; `time` is the `datetime` of a `<time>` in it.
    """

    lines: tuple[str, ...]
    tag: str
    path: tuple[int, ...]
    names: str = ""
    lead: str = ""
    link: str | None = None
    linked: int = 0
    time: str | None = None

    @property
    def text(self) -> str:
        """The whole block on one line."""
        return self.lines[0] if len(self.lines) == 1 else " ".join(self.lines)

    @property
    def is_heading(self) -> bool:
        """Whether the markup calls it a heading."""
        return len(self.tag) == 2 and self.tag[0] == "h" and self.tag[1].isdigit()

    @property
    def is_links(self) -> bool:
        """Whether hardly anything of it is not a link."""
        return self.linked > 0.8 * sum(len(_BETWEEN_LINKS.sub("", line)) for line in self.lines)


def fold(text: str) -> str:
    """The text on one line: white space folded, soft hyphens dropped, entities that were encoded twice read.

    >>> fold("Co\\u00adoperation\\u00a0&amp;  &#8211; peace ")
    'Cooperation & – peace'
    """
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _SPACE.sub(" ", text).strip()


def blocks_of(node: etree._Element) -> list[Block]:
    """The blocks of a pruned tree, in their order."""
    markup = etree.tostring(node, encoding="unicode", method="html", with_tail=False)
    return soup_blocks(markup)


def soup_blocks(markup: str) -> list[Block]:
    """The blocks of a piece of markup, cleaned by BeautifulSoup."""
    return list(_Reader().read(BeautifulSoup(f"<div>{markup}</div>", "lxml")))


def lines_of(text: str) -> list[Block]:
    """The blocks of a text copy: its lines, or its paragraphs where lines were wrapped at a width.

    A line that begins with a bullet is an `li`, one that begins with number signs a heading.
    """
    lines = [fold(line) for line in text.splitlines()]
    blocks: list[Block] = []
    for number, line in enumerate(_unwrap(lines)):
        tag = "line"
        if _BULLET.match(line):
            line, tag = _BULLET.sub("", line, count=1), "li"
        elif _MARK.match(line):
            tag, line = f"h{len(line) - len(line.lstrip('#'))}", line.lstrip("# ")
        line = line.replace("**", "")
        if line.strip("-–—=_*•·| "):
            blocks.append(Block((line,), tag, (number,)))
    return blocks


def _unwrap(lines: list[str]) -> Iterator[str]:
    """Join the lines of a paragraph where the text was wrapped: no line is long, and most break within a sentence."""
    filled = [line for line in lines if line]
    broken = [
        line
        for line, after in pairwise(lines)
        if 50 <= len(line) <= 90 and after and not _BULLET.match(after)
    ]
    if (
        not filled
        or max(map(len, filled)) > 100
        or len(broken) * 3 < len([line for line in filled if len(line) > 50])
    ):
        yield from lines
        return
    joined = ""
    for line in lines:
        if joined and line and len(joined.rpartition("\n")[2]) >= 45 and not _BULLET.match(line):
            joined += "\n" + line
        else:
            yield joined.replace("\n", " ")
            joined = line
    yield joined.replace("\n", " ")


class _Reader:
    """One walk over a soup; it goes by a stack, since a page may be nested deeper than Python calls."""

    def __init__(self) -> None:
        self.count = 0
        self.pieces: list[str] = []
        self.lead = ""
        self.link: str | None = None
        self.linked = 0
        self.time: str | None = None
        self.anchors: list[str] = []
        self.unescaped = 0

    def read(self, soup: Tag) -> Iterator[Block]:
        path: tuple[int, ...] = ()
        element: Tag = soup
        stack: list[tuple[str, Tag | NavigableString, int]] = [("open", soup, 0)]
        owners: list[tuple[tuple[int, ...], Tag]] = []
        while stack:
            event, node, mark = stack.pop()
            if not isinstance(node, Tag):
                if not isinstance(node, PreformattedString):
                    self._take(node, element, stack)
                continue
            name = node.name
            if event == "open":
                if name == "br":
                    self.pieces.append("\n")
                elif name in BLOCK_TAGS:
                    yield from self._flush(element, path)
                    owners.append((path, element))
                    self.count += 1
                    path, element = (*path, self.count), node
                    stack.append(("close", node, 0))
                    stack.extend(("open", child, 0) for child in reversed(node.contents))  # type: ignore[misc]
                else:
                    if name == "a":
                        self.anchors.append(str(node.get("href") or ""))
                    elif name == "time" and node.get("datetime"):
                        self.time = self.time or str(node["datetime"])
                    stack.append(("close", node, len(self.pieces)))
                    stack.extend(("open", child, 0) for child in reversed(node.contents))  # type: ignore[misc]
            elif name in BLOCK_TAGS:
                yield from self._flush(element, path)
                path, element = owners.pop()
            else:
                self._leave(node, mark)
        yield from self._flush(element, path)

    def _take(
        self, node: NavigableString, element: Tag, stack: list[tuple[str, Tag | NavigableString, int]]
    ) -> None:
        text = str(node)
        if "<" in text and self.unescaped < MAX_UNESCAPED and _ESCAPED_TAG.search(text):
            # The whole body was encoded: what looks like text is markup.
            self.unescaped += 1
            inner = BeautifulSoup(f"<div>{text}</div>", "lxml")
            stack.append(("open", inner, 0))
            return
        self.pieces.append(text if element.name == "pre" else _SPACE.sub(" ", text))

    def _leave(self, node: Tag, mark: int) -> None:
        if node.name == "a":
            self.anchors.pop()
        text = "".join(self.pieces[mark:])
        before = "".join(self.pieces[max(0, mark - 3) : mark])
        inner = text.strip()
        if inner.isupper() and len(inner) > 1 and re.search(rf"(?<!\w){re.escape(inner)}\Z", before):
            # A glossary prints its acronym once more in an element of its own.
            del self.pieces[mark:]
            return
        if node.name == "a" and node.get("href"):
            self.linked += len(inner)
            self.link = self.link or str(node["href"])
        # The innermost element that opens the block, so the first to be left.
        if inner and not self.lead and not "".join(self.pieces[:mark]).strip():
            self.lead = fold(inner)

    def _flush(self, element: Tag, path: tuple[int, ...]) -> Iterator[Block]:
        if not self.pieces:
            return
        lead, link, linked, time = self.lead, self.link, self.linked, self.time
        source = "".join(self.pieces)
        self.pieces, self.lead, self.link, self.linked, self.time = [], "", None, 0, None
        if not source.strip():
            return
        if self.anchors and self.anchors[-1]:
            # A link around whole blocks, as cards have it.
            link, linked = self.anchors[-1], len(source)
        names = " ".join(filter(None, element.get_attribute_list("class"))) if element.attrs else ""
        for paragraph in re.split(r"\n[^\S\n]*\n\s*", source):
            lines = tuple(line for line in map(fold, paragraph.split("\n")) if line)
            if lines:
                yield Block(lines, element.name, path, names, lead, link, min(linked, len(paragraph)), time)
                lead = ""
