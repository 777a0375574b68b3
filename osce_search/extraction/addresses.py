"""Addresses: where a release was published, and the number by which it is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from osce_search.extraction.boilerplate import is_boilerplate_name
from osce_search.extraction.head import Head

_PREFIX = re.compile(r"(?:https?://[^/?#]*)?/([a-z]{2})/")
_NODE = re.compile(r"(?:\A|[/:])(?:node/)?(\d{3,8})/?\Z")
_FILE = re.compile(r"(?<!\d)(\d{5,7})(?!\d)")
_NODE_TEXT = re.compile(r"(?<![\w/.-])(?:node[/ :#-]{1,2}|nid[ :=#]{1,2})(\d{3,8})\b", re.IGNORECASE)
_NODE_NAME = re.compile(r"(?:^|\s)(?:page-)?node-(\d{3,8})(?=\s|$)")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id)\Z")
_SAVED = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+")
_CUE = re.compile(
    r"(?:source url|permalink|link to this page|this page|page address|address|url|original|retrieved from|saved from|"
    r"published at|source|adresse|адрес|адреса|adresa|adresa stranice|adresa e faqes)\s*[:：]?\s*\Z",
    re.IGNORECASE,
)
_CUE_LINK = re.compile(
    r"(?:view |see |go to |read )?(?:the )?"
    r"(?:original|source|permalink|permanent link|original (?:page|text|release|article|version))",
    re.IGNORECASE,
)

_texts_with_address = cast(
    "Callable[[etree._Element], list[etree._ElementUnicodeResult]]",
    etree.XPath("//text()[contains(., '://')][not(parent::script or parent::style)]"),
)
_outward_links = cast(
    "Callable[[etree._Element], list[etree._Element]]",
    etree.XPath("//a[contains(@href, '://')][string-length(normalize-space()) < 40]"),
)
_texts_with_node = cast(
    "Callable[[etree._Element], list[str]]",
    etree.XPath("//text()[contains(., 'node')][not(ancestor::script or ancestor::a)]"),
)


def node_number(address: str) -> str | None:
    """Return the number at the end of an address, which identifies a release, or None.

    >>> node_number("https://www.osce.example/sq/albania/95137?fbclid=x"), node_number("https://press.example/news/2016/04/02")
    ('95137', None)
    """
    address = address.strip()
    try:
        path = urlsplit(address).path if "//" in address or address.startswith("/") else address
    except ValueError:
        return None
    match = _NODE.search(path)
    if match is None or ("node/" not in match[0] and re.fullmatch(r"(?:19|20)\d\d", match[1])):
        return None
    return match[1].lstrip("0") or None


def path_language(address: str) -> str:
    """Return the language at the beginning of the path of an address, or "" for English and for none.

    >>> path_language("https://www.osce.example/sr/node/7"), path_language("/en/node/7"), path_language("/fom/7")
    ('sr', '', '')
    """
    match = _PREFIX.match(address.strip())
    return match[1] if match and match[1] != "en" else ""


def file_number(name: str) -> str | None:
    """Return the number in the name of a file, or None. A day (20240730) and a running number do not count.

    >>> file_number("pages/release-900123.html"), file_number("daily-report-131.html"), file_number("52360.html")
    ('900123', None, '52360')
    """
    stem = re.split(r"[\\/]", name)[-1].partition(".")[0]
    if stem.isascii() and stem.isdigit() and len(stem) < 8:
        return stem.lstrip("0") or None
    numbers = _FILE.findall(stem)
    return numbers[0].lstrip("0") or None if len(numbers) == 1 else None


def canonical_address(printed: str, base: str = "") -> str | None:
    """Return an absolute address without fragment and tracking parameters, or None if there is none.

    >>> canonical_address("/odihr/900242?utm_source=x#top", "https://www.osce.example/odihr")
    'https://www.osce.example/odihr/900242'
    """
    try:
        parts = urlsplit(urljoin(base, printed.strip()) if base else printed.strip())
        query = parts.query and urlencode(
            [pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0])]
        )
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def find_hints(root: etree._Element, head: Head, source: str) -> tuple[str, ...]:
    """Return other places where a page names its address or number, the best first, or () if its head names them.

    That is the note of the browser that saved it, addresses that it prints as its own, and names in its markup.
    """
    if any(map(node_number, (head.canonical, head.og_url, head.article.url if head.article else ""))):
        return ()
    saved = _SAVED.search(source, 0, 2000)
    return (*([saved[1]] if saved else []), *_printed_addresses(root), *_numbers(root))


def _printed_addresses(root: etree._Element) -> Iterator[str]:
    """Yield the addresses that a page prints as its own: in the footer, alone in a block, behind "Source URL:"."""
    for text in _texts_with_address(root):
        match = _ADDRESS.search(text)
        node = text.getparent()
        if match is None or node is None or len(text) > 300:
            continue
        while node is not None and node.tag in {
            "a",
            "b",
            "i",
            "em",
            "strong",
            "span",
            "font",
            "small",
            "code",
        }:
            node = node.getparent()
        if node is None:
            continue
        whole = (
            " ".join("".join(map(str, node.itertext())).split())
            if text.is_text or node is not text.getparent()
            else text
        )
        before, _, after = whole.partition(match[0])
        alone = not before.strip() and not after.strip()
        if alone or _CUE.search(before.strip()) or _in_footer(node):
            yield match[0].rstrip(".,;)")

    for link in _outward_links(root):
        if _CUE_LINK.fullmatch("".join(map(str, link.itertext())).strip()):
            yield link.get("href", "")


def _numbers(root: etree._Element) -> Iterator[str]:
    """Yield the node numbers that the markup or a line of a page names, the best first."""
    for node in root.iter("html", "body", "article", "div", "main"):
        for name in ("data-history-node-id", "data-nid", "data-node-id", "data-source-node"):
            if (number := node.get(name, "")).isdigit():
                yield number
        for name in (node.get("id", ""), node.get("class", "")):
            if match := _NODE_NAME.search(name):
                yield match[1]
        if match := re.fullmatch(r"/?node/(\d{3,8})", node.get("about", "")):
            yield match[1]
    for text in _texts_with_node(root):
        if match := _NODE_TEXT.search(text):
            yield match[1]


def _in_footer(node: etree._Element | None) -> bool:
    while node is not None:
        if node.tag == "footer" or is_boilerplate_name(
            f"{node.get('class', '')} {node.get('id', '')}"[:1000]
        ):
            return True
        node = node.getparent()
    return False
