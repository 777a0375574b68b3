"""Markup: bytes → a page whose encoding, kind and tree are decided once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from osce_search.corpus import PAGE_LIMIT
from osce_search.errors import ExtractionError
from osce_search.extraction.encoding import Decoded, decode
from osce_search.extraction.refusals import FOREIGN, refuse_bytes, why_no_text

MAX_BYTES = PAGE_LIMIT
"""A page above this size is refused unread, as files of this size are before."""

MAX_LINES = 20_000
"""A text copy of more lines is refused; the copy of a release page has about 200."""

Kind = Literal["html", "text", "feed", "email"]

_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]*+\Z")
_SPACE = re.compile(r"\s*")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PROLOGUE = (("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"))
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|script|div|p|br|table|tr|td|ul|ol|li|dl|article|main|section|span|h[1-6]|a|b|i|em|"
    r"strong|font|center)\b[^<>]*/?>",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:Received|Return-Path|MIME-Version|Message-ID|From|To|Subject|Date|Content-Type|Delivered-To|Reply-To|X-[\w-]+)"
    r":[ \t]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What was given, decoded: the text, what kind of page it is, and under which name or address it came."""

    decoded: Decoded
    kind: Kind
    name: str
    url: str | None

    @property
    def source(self) -> str:
        """What messages call the page."""
        return self.name or self.url or "page"

    @property
    def text(self) -> str:
        """The whole source text."""
        return self.decoded.text


def read_page(content: bytes, name: str = "", url: str | None = None, declared: str | None = None) -> Page:
    """The page of these bytes; raises ExtractionError for what is empty, too large, or no page at all."""
    source = name or url or "page"
    if len(content) > MAX_BYTES:
        raise ExtractionError(source, f"too large ({_size(len(content))} > {_size(MAX_BYTES)})")
    if _BLANK.match(content):
        raise ExtractionError(source, "empty file")
    opening = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, what in FOREIGN:
        if opening.startswith(magic):
            raise ExtractionError(source, f"{what}, not a page")
    refuse_bytes(content, source)
    decoded = decode(content, declared)
    if reason := why_no_text(decoded.text, decoded.dropped):
        raise ExtractionError(source, reason)
    return Page(decoded, _kind(decoded.text), name, url)


def parse_html(page: Decoded, source: str) -> etree._Element:
    """The root element of a page; raises ExtractionError where tags are nested past what the parser takes (256).

    No entity is expanded but HTML's own characters, and nothing is fetched.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False
    )
    try:
        root = etree.fromstring(page.utf8, parser)
    except etree.LxmlError as error:
        raise ExtractionError(source, "no title or text found (the markup cannot be parsed)") from error
    if root is None:
        raise ExtractionError(source, "no title or text found")
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise ExtractionError(source, "nested too deeply (more than 256 levels)")
    return root


def skip_prologue(text: str) -> int:
    """Where the root element of a text begins: past declaration, comments, and a document type with its entities.

    >>> text = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss/>'
    >>> text[skip_prologue(text) :]
    '<rss/>'
    """
    at = 0
    for _ in range(20):
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        for opening, closing in _PROLOGUE:
            if text[at : at + len(opening)].upper() == opening:
                if opening == "<!DOCTYPE" and -1 < text.find("[", at, at + 500) < text.find(">", at):
                    closing = "]>"
                end = text.find(closing, at)
                if end < 0:
                    return len(text)
                at = end + len(closing)
                break
        else:
            break
    return at


def _kind(text: str) -> Kind:
    if _FEED.match(text, skip_prologue(text)):
        return "feed"
    opening = text[:4096]
    lines = opening.lstrip().splitlines()[:12]
    if lines and _HEADER.match(lines[0]) and sum(1 for line in lines if _HEADER.match(line)) >= 2:
        return "email"
    return "html" if _HTML.search(opening) else "text"


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB".replace(".0 MB", " MB")
