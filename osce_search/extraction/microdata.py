"""Microdata: the attributes `itemscope` and `itemprop` of a page → the items they make, in the shape of JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from osce_search.extraction.layout import clean_line

Item = dict[str, object]

MOST = 20
"""So many items of a page are read, and so many properties of each ten times over."""

_ITEMS = etree.XPath("//*[@itemscope and @itemtype]")
_ADDRESSES = {
    "a": "href",
    "link": "href",
    "area": "href",
    "img": "src",
    "meta": "content",
    "time": "datetime",
}
"""The attribute that holds an element's value (HTML Living Standard, section 5.2.4); in others it is the text."""
_TEXT = frozenset(("articleBody", "text"))


def items_of(root: etree._Element) -> Iterator[Item]:
    """Each item with its type under `@type` and lists of values; an item within an item is a value of that one.

    The text of an article is left out: it stands in the page for everybody to read.

    >>> page = '<p itemscope itemtype="https://schema.org/Report"><b itemprop="headline">A visit</b></p>'
    >>> list(items_of(etree.HTML(page)))
    [{'@type': ['Report'], 'headline': ['A visit']}]
    """
    found = _ITEMS(root)
    for node in found[:MOST] if isinstance(found, list) else ():
        if isinstance(node, etree._Element):
            yield _item(node)


def _item(node: etree._Element) -> Item:
    kinds = [address.rstrip("/").rpartition("/")[2] for address in (node.get("itemtype") or "").split()]
    item: Item = {"@type": kinds}
    for place, part in enumerate(_parts(node)):
        if place == 10 * MOST:
            break
        value = _value(part)
        for name in (part.get("itemprop") or "").split():
            if name not in _TEXT:
                values = item.setdefault(name, [])
                if isinstance(values, list):
                    values.append(value)
    return item


def _parts(node: etree._Element) -> Iterator[etree._Element]:
    """The elements with a property of this item, and not of one within it."""
    queue = list(reversed(node))
    while queue:
        part = queue.pop()
        if part.get("itemprop"):
            yield part
        if part.get("itemscope") is None:
            queue.extend(reversed(part))


def _value(part: etree._Element) -> object:
    if part.get("itemscope") is not None:
        return {name: values for name, values in _item(part).items() if name != "@type"}
    written = part.get("content") or part.get(_ADDRESSES.get(str(part.tag), "content"))
    return clean_line(written or "".join(map(str, part.itertext())))
