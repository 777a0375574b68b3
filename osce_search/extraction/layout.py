"""Layout: nodes → blocks, the paragraphs and lines of a page with what the markup says of each.

White space comes from the layout, in one place for titles, values and texts: elements of BLOCK_TAGS part blocks, inline
elements part words as far as their kind and their neighbours say so (`spacing`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from lxml import etree

from osce_search.extraction.spacing import CLOSE, CLOSE_EMPHASIS, OPEN, OPEN_EMPHASIS, Spacing
from osce_search.vocabulary import normalise

_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCK_TAGS = frozenset(_BLOCK_TAGS.split())
"""Elements that begin a line of their own."""

_EMPHASIS = "b i em strong u font big tt sub sup mark q kbd samp var dfn ins bdi bdo acronym wbr"
EMPHASIS = frozenset(_EMPHASIS.split())
"""Inline elements that may stand within a word. Any other inline element (span, a, small, time …) is a part."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

STRUCK = frozenset(("del", "s", "strike"))
"""Elements whose text was taken back."""

_SILENT = frozenset(("script", "style", "figcaption", "template", "noscript", *STRUCK))
"""Elements of a piece of markup that hold none of its text."""

MAX_UNESCAPED = 5_000
"""The most encoded tags of a page that are read as tags."""

LONGEST_HEADING = 400
"""A heading with more text holds the page; a shorter one holds no paragraphs, whatever elements are in it."""

PIECED = 2_000
"""A block of more characters is text, whose pieces nobody asks for."""

_INVISIBLE = re.compile(
    "[\0-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ue000-\uf8ff\ufeff]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
_ESCAPED_TAG = re.compile(r"</?(?:p|br|div|span|strong|em|b|i|a|ul|li)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BETWEEN_LINKS = re.compile(r"\s*[|/·•>»‹›«<,]\s*")
_DISPLAYED = re.compile(r"display\s*:\s*(block|flex|grid|list-item|table)\b", re.IGNORECASE)
# What sites put beside a heading: a mark to link to it, a link to edit it.
_MARK = re.compile(r"\s*[¶#§🔗↩⚓∞\ue000-\uf8ff]\s*\Z")
_EDIT = re.compile(r"\s*\[[^\W\d_ |]{0,15}(?:[ |]+[^\W\d_]{1,15}){0,5}\s*\]\s*\Z")

_BREAK = "\v"
"""Stands for a `<br>` while a block is gathered: line ends in the source are spaces."""

_MARKS = re.compile("[\x0e-\x11]+")
_MARK_RUN = re.compile("([\x0e-\x11]+)")
MAX_BLOCK = 50_000
"""Lines of a block that are read. A page with fewer is refused for too many lines already."""

TOOL = 30
"""A link to edit or to share has no more characters."""

_TOOL_ADDRESS = re.compile(r"(?:action=|/|\b)(?:edit|print|share|permalink)\b", re.IGNORECASE)

_PARAGRAPH = re.compile(r"\v\s*?\v\s*")

_Event = tuple[str, str, Mapping[str, str]]
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Piece(NamedTuple):
    """A run of text between the tags of inline elements; `own` says that it begins one that is no emphasis."""

    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, item or cell.

    `lines` are its lines, parted by line breaks. `tag` is the innermost block element (`line` in a text copy). `path`
    numbers the block elements around it, so that two blocks share as much of their paths as they share ancestors.
    `names` are its classes. `pieces` are, for each line, the texts inside and between its inline elements (empty
    if there are none). `lead` is the text of the inline element that the
    block opens with, `link` the address of its first link and `linked` the number of its characters that are links.
    `time` is the `datetime` of a `<time>` in it. `pictured` and `ruled` say that a picture, or a rule, stands in it or
    right before it.
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
    pieces: tuple[tuple[Piece, ...], ...] = ()

    @property
    def text(self) -> str:
        """Return the whole block on one line."""
        return self.lines[0] if len(self.lines) == 1 else " ".join(self.lines)

    @property
    def is_heading(self) -> bool:
        """Whether the markup calls it a heading."""
        return self.tag in HEADINGS

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


def clean_line(text: str) -> str:
    """Return the text on one line: white space folded, soft hyphens dropped, entities that were encoded twice read.

    >>> clean_line("Co\\u00adoperation\\u00a0&amp;  &#8211; peace ")
    'Cooperation & – peace'
    """
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(_INVISIBLE.sub("", text).split())
    return text if text.isascii() else normalise("NFC", text)


def blocks_of(node: etree._Element, without: Container[etree._Element] = ()) -> Iterator[Block]:
    """Yield the blocks of a tree in their order, without those of some elements."""
    return _Reader(Spacing(node)).read(_tree_events(node, without))


def soup_blocks(markup: str) -> list[Block]:
    """Return the blocks of a piece of markup that came as text, cleaned by BeautifulSoup.

    Whole pages are read from lxml's own tree: a soup of one article takes longer than all else that is done with it.
    """
    return list(_Reader(Spacing()).read(_soup_events(markup)))


def _tree_events(node: etree._Element, without: Container[etree._Element]) -> Iterator[_Event]:
    walk = etree.iterwalk(node, events=("start", "end"))
    heading: etree._Element | None = None
    for event, element in walk:
        tag = element.tag
        attributes = element.attrib
        if tag in BLOCK_TAGS:
            if heading is not None and element is not heading:
                tag = "br"
            elif tag in HEADINGS and len(element) and heading is None and _is_short(element):
                heading = element
        elif attributes and ("style" in attributes or "class" in attributes) and _is_displayed(attributes):
            tag = "div" if heading is None else "br"
        if event == "end":
            yield ("open" if tag == "br" else "close"), tag, _NOTHING
            if element is heading:
                heading = None
            if element.tail and element is not node:
                yield "text", element.tail, _NOTHING
        elif element in without or tag in STRUCK:
            walk.skip_subtree()
            yield "open", tag, _NOTHING
        else:
            if element.tag != "br":
                yield "open", tag, attributes
            if element.text:
                yield "text", element.text, _NOTHING


def _is_short(element: etree._Element) -> bool:
    return sum(len(text) for text in element.itertext()) <= LONGEST_HEADING


def _is_displayed(attributes: Mapping[str, str]) -> bool:
    """Whether an inline element is shown as a block."""
    if "style" in attributes and _DISPLAYED.search(attributes["style"]):
        return True
    names = attributes.get("class")
    return names is not None and ("block" in names) and not {"block", "d-block"}.isdisjoint(names.split())


def _soup_events(markup: str) -> Iterator[_Event]:
    # A stack of its own: markup may be nested deeper than Python calls. A name on it closes its element.
    root: PageElement = BeautifulSoup(f"<div>{markup}</div>", "lxml")
    stack: list[tuple[str, PageElement | None]] = [("", root)]
    while stack:
        name, node = stack.pop()
        if node is None:
            if name != "br":
                yield "close", name, _NOTHING
        elif isinstance(node, Tag):
            if node.name in _SILENT:
                continue
            attributes = {
                key: value if isinstance(value, str) else " ".join(value) for key, value in node.attrs.items()
            }
            name = "div" if node.name not in BLOCK_TAGS and _is_displayed(attributes) else node.name
            yield "open", name, attributes
            stack.append((name, None))
            stack.extend(("", child) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield "text", str(node), _NOTHING


class _Reader:
    """Gathers the text between block elements, from one walk over a tree."""

    def __init__(self, spacing: Spacing) -> None:
        self.spacing = spacing
        self.count = 0
        self.pieces: list[str] = []
        self.begun = -1  # The number of the first piece that has text.
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
        """Yield the blocks of a walk, given as the opening and closing of elements and the text between."""
        for event, name, attributes in events:
            if event == "text":
                if "<" in name and self._is_encoded(name):
                    yield from self.read(_soup_events(name))
                else:
                    if self.begun < 0 and not name.isspace():
                        self.begun = len(self.pieces)
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
            elif name == "br":
                self.pieces.append(_BREAK)
            elif event == "open":
                self._enter(name, attributes)
            else:
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
        if name == "a":
            self.anchors.append(attributes.get("href") or "")
        elif name == "time":
            self.time = self.time or attributes.get("datetime")
        elif name == "img":
            self.pictured = True
        elif name in {"abbr", "span"} and attributes.get("title", "")[:4].isdigit():
            # The microformat of 2005 puts a date into the title of an abbreviation, scripts into that of a span.
            self.time = self.time or attributes["title"]
        self.marks.append(len(self.pieces))
        self.pieces.append(OPEN_EMPHASIS if name in EMPHASIS else OPEN)

    def _leave(self, name: str) -> None:
        # Where a block began within the inline element, the pieces before it are gone already.
        mark = min(self.marks.pop(), len(self.pieces))
        link = self.anchors.pop() if name == "a" else ""
        inner = _MARKS.sub("", "".join(self.pieces[mark:])).strip()
        if not inner:
            # An empty element (a picture, an anchor) parts no words.
            self._forget(mark)
            return
        doubled = inner.isupper() and len(inner) > 1 and self._ends_with(inner, mark)
        if doubled or self._is_tool(inner, link, mark):
            # A glossary prints its acronym once more in an element of its own; a heading has links to itself.
            self._forget(mark)
            return
        self.pieces.append(CLOSE_EMPHASIS if name in EMPHASIS else CLOSE)
        if link:
            self.linked += len(inner)
            self.link = self.link or link
        # The innermost element that opens the block is the first to be left.
        if not self.lead and self.begun >= mark:
            self.lead = clean_line(inner)

    def _forget(self, mark: int) -> None:
        """Leave out what was gathered since an element began."""
        del self.pieces[mark:]
        if self.begun >= mark:
            self.begun = -1

    def _ends_with(self, word: str, mark: int) -> bool:
        before = _MARKS.sub("", "".join(self.pieces[max(0, mark - 6) : mark]))
        return before.endswith(word) and not before[: -len(word)][-1:].isalnum()

    def _is_tool(self, inner: str, link: str, mark: int) -> bool:
        """Whether an element at the end of a heading links to the heading or edits it."""
        if self.elements[-1][0] not in HEADINGS or len(inner) > TOOL:
            return False
        if _EDIT.match(inner) or (link and _MARK.match(inner)):
            return True
        to_itself = link.startswith("#") or _TOOL_ADDRESS.search(link) is not None
        return to_itself and 0 <= self.begun < mark

    def _flush(self) -> Iterator[Block]:
        if not self.pieces:
            return
        source = "".join(self.pieces)
        lead, link, linked, time = self.lead, self.link, self.linked, self.time
        self.pieces, self.lead, self.link, self.linked, self.time = [], "", None, 0, None
        self.begun = -1
        # Elements that stay open around a block have their marks in it.
        self.marks = [0] * len(self.marks)
        if source.isspace():
            return
        if self.anchors and self.anchors[-1]:
            # A link around whole blocks, as cards have it.
            link, linked = self.anchors[-1], len(source)
        tag, names = self.elements[-1]
        parted = _BREAK in source and tag not in HEADINGS
        for paragraph in _PARAGRAPH.split(source) if parted else (source,):
            full = (line for line in map(self._line, paragraph.split(_BREAK)) if line[0])
            read = list(islice(full, MAX_BLOCK))
            if read:
                lines = tuple(text for text, _ in read)
                pieces = (
                    tuple(pieces for _, pieces in read) if any(len(found) > 1 for _, found in read) else ()
                )
                seen = (self.pictured, self.ruled, pieces)
                yield Block(
                    lines, tag, self.path, names, lead, link, min(linked, len(paragraph)), time, *seen
                )
                lead, self.pictured, self.ruled = "", False, False

    def _line(self, source: str) -> tuple[str, tuple[Piece, ...]]:
        """Return a line as text, and the pieces that its inline elements make of it."""
        if (
            OPEN not in source
            and OPEN_EMPHASIS not in source
            and CLOSE not in source
            and CLOSE_EMPHASIS not in source
        ):
            text = clean_line(source)
            return text, (Piece(text, False),)
        short = len(source) < PIECED
        whole, pieces, marks = "", [], ""
        for number, part in enumerate(_MARK_RUN.split(source)):
            if number % 2:
                marks += part
            elif part:
                spaced = not whole or whole[-1].isspace() or part[0].isspace()
                if not spaced and self.spacing.part(whole, marks, part, short):
                    whole += " "
                whole += part
                if short and (text := clean_line(part)):
                    pieces.append(Piece(text, OPEN in marks and OPEN_EMPHASIS not in marks))
                    marks = ""
        return clean_line(whole), tuple(pieces)
