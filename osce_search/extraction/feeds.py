"""Feeds: an RSS or Atom feed → a draft of each of its items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from osce_search.errors import ExtractionError
from osce_search.extraction.body import read_body
from osce_search.extraction.candidates import Candidate, Draft
from osce_search.extraction.labels import find_labels, read_labels
from osce_search.extraction.layout import clean_line, soup_blocks
from osce_search.extraction.lines import names_of, type_of
from osce_search.extraction.markup import skip_prologue
from osce_search.extraction.refusals import MAX_TAGS

MAX_ITEMS = 2_000
"""A feed of more items is refused."""

MAX_LINES = 200_000
"""A feed of more lines is refused."""

ITEMS = frozenset({"item", "entry"})
"""What an item is called in RSS and in Atom."""

_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_CUT = re.compile(r"(?:\.\.\.|…)[\"”’]?\Z")
# What becomes a tag, and a line of `<pre>`, once the text of an item is read as markup.
_TAG = re.compile(r"&(?:lt|#0*+60|#x0*+3c);", re.IGNORECASE)
_LINE = re.compile(r"\n|&#(?:0*+10|x0*+a);", re.IGNORECASE)
_BODIES = ("encoded", "content", "description", "summary")
_DATES = {
    **dict.fromkeys(("published", "pubdate", "issued", "date", "created"), "feed or mail"),
    **dict.fromkeys(("updated", "modified"), "modified"),
}


def read_feed(text: str, source: str) -> Iterator[Draft]:
    """The drafts of a feed's items, in its order; raises ExtractionError where the feed is nested too deeply.

    No document type is read, so no entity beyond XML's own is ever expanded, and nothing is fetched.
    """
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    for found, most, what in ((_TAG, MAX_TAGS, "tags"), (_LINE, MAX_LINES, "lines")):
        if (count := sum(1 for _ in found.finditer(text))) > most:
            raise ExtractionError(source, f"too many {what} ({count} > {most})")
    # XML has no control characters; some feeds do.
    bare = _CONTROLS.sub("", _REFERENCE.sub(_valid, text[skip_prologue(text) :]))
    try:
        root = etree.fromstring(bare.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise ExtractionError(source, "no title or text found (the feed cannot be parsed)") from error
    last = parser.error_log.last_error
    if last is not None and "depth" in last.message.casefold():
        raise ExtractionError(source, "nested too deeply (more than 256 levels)")
    if root is None:
        return
    language = _text_of(root, "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    items = [node for node in root.iter() if _name(node) in ITEMS]
    if len(items) > MAX_ITEMS:
        raise ExtractionError(source, f"too many items ({len(items)} > {MAX_ITEMS})")
    for node in items:
        draft = _draft(node, language)
        if draft is not None:
            yield draft


def _draft(node: etree._Element, language: str) -> Draft | None:
    title = clean_line(" ".join(_plain(_text_of(node, "title"))))
    body, whole = "", True
    for name in _BODIES:
        found = [child for child in node if _name(child) == name]
        if found and (body := _markup(found[0])):
            whole = name not in {"summary"}
            break
    blocks = soup_blocks(body) if body else []
    labels = read_labels(blocks, tuple(find_labels(blocks)))
    text = read_body(blocks, title, 0, labels, frozenset())
    paragraphs = text.paragraphs
    if not title and not paragraphs:
        return None
    link, identity = _link(node), _text_of(node, "guid") or _text_of(node, "id")
    categories = [
        child.get("term") or clean_line(_all_text(child)) for child in node if _name(child) == "category"
    ]
    return Draft(
        parser="feed",
        title=title,
        paragraphs=paragraphs,
        dropped=text.dropped,
        labels=labels,
        dates=tuple(Candidate(kind, date) for name, kind in _DATES.items() if (date := _text_of(node, name))),
        type=next((kind for category in categories if (kind := type_of(category))), ""),
        sources=tuple(name for author in _authors(node) for name in names_of("source", author)),
        fields=tuple(name for category in categories for name in names_of("field", category)),
        url=link,
        language=_text_of(node, "language") or language,
        hints=(link, identity.partition(" at ")[0]),
        partial=not whole or bool(paragraphs and _CUT.search(paragraphs[-1])),
    )


def _valid(reference: re.Match[str]) -> str:
    """A reference to a character that there is; the parser trips over others."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    valid = (
        code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )
    return reference[0] if valid else ""


def _name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2].casefold() if isinstance(node.tag, str) else ""


def _all_text(node: etree._Element) -> str:
    return "".join(map(str, node.itertext()))


def _text_of(node: etree._Element, name: str) -> str:
    return next((text for child in node if _name(child) == name and (text := _all_text(child).strip())), "")


def _plain(markup: str) -> list[str]:
    return [block.text for block in soup_blocks(markup)] if "<" in markup or "&" in markup else [markup]


def _markup(node: etree._Element) -> str:
    """The markup of a body, be it encoded in text or made of elements."""
    if len(node):
        return etree.tostring(node, encoding="unicode", method="html", with_tail=False)
    return node.text or ""


def _link(node: etree._Element) -> str:
    links = [child for child in node if _name(child) == "link"]
    for child in links:
        if child.get("href") and child.get("rel", "alternate") == "alternate":
            return child.get("href", "")
    return next((text for child in links if (text := (child.text or "").strip())), "")


def _authors(node: etree._Element) -> Iterator[str]:
    for child in node:
        if _name(child) in {"author", "creator", "source"}:
            yield clean_line(_all_text(child))
