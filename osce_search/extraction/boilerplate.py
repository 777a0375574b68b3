"""Boilerplate: a tree → the elements that are menus, footers, forms and boxes, by tag, role, class and links."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice, pairwise
from typing import cast

from lxml import etree

from osce_search.extraction.labels import match_label
from osce_search.extraction.lines import spellings, type_of


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = frozenset(spellings("boilerplate tag"))
"""Elements that hold no part of a release, whatever they are called."""

WRAPPERS = _set("aside form figure footer")
"""Those of them that some sites put around labels or text all the same: they are looked into first."""

ROLES = frozenset(spellings("boilerplate role"))
"""ARIA roles of the same kind."""

WORDS = frozenset(spellings("boilerplate word"))
"""A class or id that has one of these among its words names boilerplate, unless the node holds the release itself."""

PAIRS = frozenset(spellings("boilerplate pair"))
"""Two neighbouring words that name boilerplate together."""

STATES = frozenset(spellings("hiding class"))
"""Classes by which a site hides a node. `field-label-hidden` and `hidden-xs` hide something else, or not here."""

ENDINGS = spellings("boilerplate ending")
"""Words that name boilerplate at the end of a longer one, too: `topmenu`, `imgcaption`."""

OTHERS = frozenset(spellings("other part"))
"""A name that has one of these speaks of other parts of the page: `no-sidebars`, `page-with-menu`."""

KEPT = _set("body html main article")
"""Elements that are never dropped for their name: sites say there what else the page has."""

BOXES = _set("ul ol table div td section header dl center p")
"""Elements that are a menu where they hold links and hardly anything else."""

LABELLING = _set("dt th b strong h3 h4 h5 h6")
"""Elements that label what stands beside them."""

LINK_LIST = 6
"""So many links make a menu."""

LINK_SHARE = 0.8
"""Of so much of a box's text."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LABELS = (
    "publishing date", "content type", "where we are:", "what we do:", "fields of work:", "field of work:", "source:",
)  # fmt: skip
_SPACES = re.compile(r"\s+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# Compiled once and run in C; strings come plain, without a pointer to their element.
_count_prose = cast(
    "Callable[[etree._Element], float]",
    etree.XPath("count(descendant::text()[string-length() > 120][not(parent::script or parent::style)])"),
)
_link_texts = cast(
    "Callable[[etree._Element], list[str]]", etree.XPath("descendant::a//text()", smart_strings=False)
)
_text = cast("Callable[[etree._Element], str]", etree.XPath("string()", smart_strings=False))


@lru_cache(maxsize=4096)
def is_boilerplate_name(name: str) -> bool:
    """Whether a class or id names boilerplate.

    >>> is_boilerplate_name("c-main-nav"), is_boilerplate_name("pageFooter"), is_boilerplate_name("field-label")
    (True, True, False)
    """
    for token in name.split():
        if token.casefold() in STATES:
            return True
        words = [word.casefold() for word in _WORDS.findall(token)]
        if not OTHERS.isdisjoint(words):
            continue
        if any(word.endswith(ENDINGS) for word in words) or not WORDS.isdisjoint(words):
            return True
        if not PAIRS.isdisjoint(map("-".join, pairwise(words))):
            return True
    return False


def prune(root: etree._Element) -> tuple[etree._Element, frozenset[etree._Element]]:
    """Return the body of a page and the elements in it that are boilerplate. The tree stays as it is."""
    body = root.find("body")
    top = root if body is None else body
    dropped: list[etree._Element] = []
    stack = [top]
    while stack:
        for child in stack.pop():
            if child.tag == "button" and _within_sentence(child):
                continue
            (dropped if _is_boilerplate(child, top) else stack).append(child)
    return top, frozenset(dropped)


def _is_boilerplate(node: etree._Element, page: etree._Element) -> bool:
    tag = node.tag
    if tag in TAGS:
        return tag not in WRAPPERS or not _holds_release(node, page)
    attributes = node.attrib
    if attributes:
        if "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return True
        if _HIDDEN.search(attributes.get("style", "")):
            return True
        if attributes.get("role") in ROLES:
            return not _holds_release(node, page)
        name = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if 1 < len(name) < 1000 and tag not in KEPT and is_boilerplate_name(name):
            return not (_holds_release(node, page) or ("tag" in name and (_is_type(node) or _is_value(node))))
    return tag in BOXES and _is_menu(node) and not _is_value(node)


def _has_headline(node: etree._Element) -> bool:
    return next(node.iter("h1"), None) is not None


def _holds_release(node: etree._Element, page: etree._Element) -> bool:
    """Whether a node has the headline, labels, or most of the running text of the page."""
    if _has_headline(node):
        return True
    # A menu is looked into no further: most names of boilerplate are menus, and the longest.
    if (
        sum(1 for _ in islice(node.iter("a"), 4 * LINK_LIST)) == 4 * LINK_LIST
        and next(node.iter("p"), None) is None
    ):
        return False
    text = _text(node)
    if node.tag == "form" and 2 * len(text) > len(_text(page)):
        # Some servers put one form around the whole page.
        return True
    opening = text[:4000].casefold()
    if any(label in opening for label in _LABELS):
        return True
    if len(text) < 300 or next(node.iter("p", "br"), None) is None:
        return False
    prose = _count_prose(node)
    return prose >= 2 and prose * 2 > _count_prose(page)


def _is_type(node: etree._Element) -> bool:
    """Whether what a site calls tags is the release's type alone."""
    return type_of(_SPACES.sub(" ", _text(node)).strip()) is not None


def _is_menu(node: etree._Element) -> bool:
    links = sum(1 for _ in islice(node.iter("a"), LINK_LIST))
    if links < LINK_LIST or _has_headline(node):
        return False
    linked = sum(len(text.strip()) for text in _link_texts(node))
    return linked > LINK_SHARE * len(_SPACES.sub(" ", _text(node)))


def _is_value(node: etree._Element) -> bool:
    """Whether a list of links is the value of a label, and not a menu: a label has a colon, or is called one."""
    own = _text(node).strip()[:60]
    if ":" in own and match_label(own):
        return True
    before = node.getprevious()
    if before is None:
        return False
    text = _text(before).strip()
    named = before.tag in LABELLING or "label" in before.get("class", "")
    return match_label(text if text.endswith(":") else f"{text}:") is not None and (
        named or text.endswith(":")
    )


def _within_sentence(button: etree._Element) -> bool:
    """Whether a button is a word of a paragraph, as glossaries make them."""
    parent, previous = button.getparent(), button.getprevious()
    before = (
        parent.text
        if previous is None and parent is not None
        else previous.tail
        if previous is not None
        else ""
    )
    return parent is not None and parent.tag in {"p", "li", "td", "dd"} and bool((before or "").strip())
