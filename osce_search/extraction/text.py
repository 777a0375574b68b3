"""Text: nodes → blocks, the paragraphs and lines of a page with what the markup says of each."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from lxml import etree

from osce_search.vocabulary import normalise

__all__ = ["BLOCK_TAGS", "MAX_UNESCAPED", "Block", "blocks_of", "fold", "soup_blocks"]

_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCK_TAGS = frozenset(_BLOCK_TAGS.split())
"""Elements that begin a line of their own."""

_SILENT = frozenset(("script", "style", "figcaption", "template", "noscript"))
"""Elements of a piece of markup that hold none of its text."""

MAX_UNESCAPED = 5_000
"""How many encoded tags of a page are read as tags."""

_INVISIBLE = re.compile(
    "[\0-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
_ESCAPED_TAG = re.compile(r"</?(?:p|br|div|span|strong|em|b|i|a|ul|li)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BETWEEN_LINKS = re.compile(r"\s*[|/·•>»‹›«<,]\s*")

_BREAK = "\v"
"""Stands for a `<br>` while a block is gathered: line ends in the source are spaces."""

_PARAGRAPH = re.compile(r"\v\s*?\v\s*")

_Event = tuple[str, str, Mapping[str, str]]
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, item or cell.

    `lines` are its lines, parted by line breaks; `tag` is the innermost block element (`line` in a text copy);
    `path` numbers the block elements around it, so that two blocks share as much of their paths as they share
    ancestors; `names` are its classes. `lead` is the text of the inline element that the block opens with, `link` the
    address of its first link and `linked` how many of its characters are links; `time` is the `datetime` of a `<time>`
    in it; `pictured` and `ruled` say that a picture, or a rule, stands in it or right before it.
    """

    lines: tuple[str, ...]
    tag: str
    path: tuple[int, ...]
    names: str = ""
    lead: str = ""
    link: str | None = None
    linked: int = 0
    time: str | None = None
    pictured: bool = False
    ruled: bool = False

    @property
    def text(self) -> str:
        """The whole block on one line."""
        return self.lines[0] if len(self.lines) == 1 else " ".join(self.lines)

    @property
    def is_heading(self) -> bool:
        """Whether the markup calls it a heading."""
        return len(self.tag) == 2 and self.tag[0] == "h" and self.tag[1].isdigit()

    @property
    def is_emphasised(self) -> bool:
        """Whether all of it stands in one inline element."""
        return bool(self.lead) and len(self.lead) >= len(self.text) - 2

    @property
    def is_links(self) -> bool:
        """Whether hardly anything of it is not a link."""
        return self.linked > 0 and self.linked > 0.8 * sum(
            len(_BETWEEN_LINKS.sub("", line)) for line in self.lines
        )


def fold(text: str) -> str:
    """The text on one line: white space folded, soft hyphens dropped, entities that were encoded twice read.

    >>> fold("Co\\u00adoperation\\u00a0&amp;  &#8211; peace ")
    'Cooperation & – peace'
    """
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(_INVISIBLE.sub("", text).split())
    return text if text.isascii() else normalise("NFC", text)


def blocks_of(node: etree._Element, without: Container[etree._Element] = ()) -> Iterator[Block]:
    """The blocks of a tree in their order, without those of some elements."""
    return _Reader().read(_tree_events(node, without))


def soup_blocks(markup: str) -> list[Block]:
    """The blocks of a piece of markup that came as text, cleaned by BeautifulSoup.

    Whole pages are read from lxml's own tree: a soup of one article takes longer than all else that is done with it.
    """
    return list(_Reader().read(_soup_events(markup)))


def _tree_events(node: etree._Element, without: Container[etree._Element]) -> Iterator[_Event]:
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield "close", element.tag, _NOTHING
            if element.tail and element is not node:
                yield "text", element.tail, _NOTHING
        elif element in without:
            walk.skip_subtree()
            yield "open", element.tag, _NOTHING
        else:
            yield "open", element.tag, element.attrib
            if element.text:
                yield "text", element.text, _NOTHING


def _soup_events(markup: str) -> Iterator[_Event]:
    # A stack of its own: markup may be nested deeper than Python calls. A name on it closes its element.
    root: PageElement = BeautifulSoup(f"<div>{markup}</div>", "lxml")
    stack: list[tuple[str, PageElement | None]] = [("", root)]
    while stack:
        name, node = stack.pop()
        if node is None:
            yield "close", name, _NOTHING
        elif isinstance(node, Tag):
            if node.name in _SILENT:
                continue
            yield (
                "open",
                node.name,
                {
                    key: value if isinstance(value, str) else " ".join(value)
                    for key, value in node.attrs.items()
                },
            )
            stack.append((node.name, None))
            stack.extend(("", child) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield "text", str(node), _NOTHING


def _flat(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


class _Reader:
    """Gathers the text between block elements, from one walk over a tree."""

    def __init__(self) -> None:
        self.count = 0
        self.pieces: list[str] = []
        self.lead = ""
        self.link: str | None = None
        self.linked = 0
        self.time: str | None = None
        self.pictured = self.ruled = False
        self.unescaped = 0
        # The block elements that are open, with their classes, and the inline ones, with the piece that each began at.
        self.path: tuple[int, ...] = ()
        self.elements: list[tuple[str, str]] = [("div", "")]
        self.marks: list[int] = []
        self.anchors: list[str] = []

    def read(self, events: Iterator[_Event]) -> Iterator[Block]:
        """The blocks of a walk, given as the opening and closing of elements and the text between."""
        for event, name, attributes in events:
            if event == "text":
                if "<" in name and self._is_encoded(name):
                    yield from self.read(_soup_events(name))
                else:
                    self.pieces.append(name.replace("\n", _BREAK) if self.elements[-1][0] == "pre" else name)
            elif name in BLOCK_TAGS:
                yield from self._flush()
                if event == "open":
                    self.count += 1
                    self.ruled = self.ruled or name == "hr"
                    self.path = (*self.path, self.count)
                    self.elements.append((name, attributes.get("class") or ""))
                else:
                    self.path = self.path[:-1]
                    self.elements.pop()
            elif event == "open":
                self._enter(name, attributes)
            elif name != "br":
                self._leave(name)
        yield from self._flush()

    def _is_encoded(self, text: str) -> bool:
        """Whether what looks like text is markup that was encoded once too often."""
        count = self.unescaped + text.count("<")
        if count > MAX_UNESCAPED or not _ESCAPED_TAG.search(text):
            return False
        self.unescaped = count
        return True

    def _enter(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "br":
            self.pieces.append(_BREAK)
            return
        if name == "a":
            self.anchors.append(attributes.get("href") or "")
        elif name == "time":
            self.time = self.time or attributes.get("datetime")
        elif name == "img":
            self.pictured = True
        self.marks.append(len(self.pieces))

    def _leave(self, name: str) -> None:
        # Where a block began within the inline element, the pieces before it are gone already.
        mark = min(self.marks.pop(), len(self.pieces))
        link = self.anchors.pop() if name == "a" else ""
        inner = "".join(self.pieces[mark:]).strip()
        if not inner:
            return
        if inner.isupper() and len(inner) > 1 and self._ends_with(inner, mark):
            # A glossary prints its acronym once more in an element of its own.
            del self.pieces[mark:]
            return
        if link:
            self.linked += len(inner)
            self.link = self.link or link
        # The innermost element that opens the block is the first to be left.
        if not self.lead and not "".join(self.pieces[:mark]).strip():
            self.lead = fold(inner)

    def _ends_with(self, word: str, mark: int) -> bool:
        before = "".join(self.pieces[max(0, mark - 3) : mark])
        return before.endswith(word) and not before[: -len(word)][-1:].isalnum()

    def _flush(self) -> Iterator[Block]:
        if not self.pieces:
            return
        source = "".join(self.pieces)
        lead, link, linked, time = self.lead, self.link, self.linked, self.time
        self.pieces, self.lead, self.link, self.linked, self.time = [], "", None, 0, None
        if source.isspace():
            return
        if self.anchors and self.anchors[-1]:
            # A link around whole blocks, as cards have it.
            link, linked = self.anchors[-1], len(source)
        tag, names = self.elements[-1]
        for paragraph in _PARAGRAPH.split(source) if _BREAK in source else (source,):
            lines = tuple(line for line in map(fold, paragraph.split(_BREAK)) if line)
            if lines:
                seen = (self.pictured, self.ruled)
                yield Block(
                    lines, tag, self.path, names, lead, link, min(linked, len(paragraph)), time, *seen
                )
                lead, self.pictured, self.ruled = "", False, False
