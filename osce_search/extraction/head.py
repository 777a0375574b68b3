"""Head: what a page says of itself beside its text: canonical address, OpenGraph, JSON-LD, microdata, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from osce_search.extraction.candidates import Candidate
from osce_search.extraction.layout import clean_line

ARTICLE_TYPES = frozenset(
    (
        "NewsArticle",
        "Article",
        "PressRelease",
        "ReportageNewsArticle",
        "BackgroundNewsArticle",
        "BlogPosting",
        "Report",
    )
)
"""The schema.org types that a release is marked up as."""

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date_published", "dcterms.issued",
    "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "date", "pubdate", "publishdate",
    "publish_date", "publication_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "dc.date.modified",
)
# The names of times in microdata and microformats: datePublished, published, dt-published, entry-date, updated.
_PUBLISHED_NAME = re.compile(
    r"\b(?:date-?published|date-?created|published|dt-published|entry-date|pubdate)\b", re.I
)
_MODIFIED_NAME = re.compile(r"\b(?:date-?modified|dt-updated|updated|modified)\b", re.I)
_ELSEWHERE = frozenset(("nav", "aside", "footer", "li", "figure"))
MOST_TIMES = 50
"""No more elements with a time are looked at."""

_LINE_END = re.compile(r",\s*([}\]])")


@dataclass(frozen=True, slots=True)
class Article:
    """A schema.org article in JSON-LD or microdata; what it does not say is empty."""

    headline: str = ""
    dates: tuple[Candidate, ...] = ()
    body: str = ""
    url: str = ""
    language: str = ""
    dateline: str = ""
    section: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a page says; `versions` are languages with the address of the page in each.

    `markup` is the source of the page, and `found` what the selectors of its template find, by field.
    """

    title: str = ""
    canonical: str = ""
    language: str = ""
    site: str = ""
    og_title: str = ""
    og_url: str = ""
    og_type: str = ""
    dates: tuple[Candidate, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    shortlink: str = ""
    base: str = ""
    article: Article | None = None
    versions: tuple[tuple[str, str], ...] = ()
    markup: str = ""
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_head(root: etree._Element, *, microdata: bool = True) -> Head:
    """Return what the head of a page says. `microdata` says whether to look for microdata in the body."""
    meta: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    title = ""
    articles: list[Article] = []
    versions: dict[str, str] = {}
    times: list[etree._Element] = []
    for node in root.iter("meta", "link", "title", "script", "base", "time", "abbr"):
        tag = node.tag
        if tag == "meta":
            name = node.get("property") or node.get("name") or node.get("itemprop")
            content = node.get("content")
            if name and content:
                meta.setdefault(name.casefold(), []).append(clean_line(content))
        elif tag == "script":
            if (node.get("type") or "").partition(";")[0].strip().casefold() == "application/ld+json":
                articles.extend(_articles(node.text or ""))
        elif tag in ("time", "abbr"):
            times.append(node)
        elif tag == "title":
            title = title or clean_line("".join(map(str, node.itertext())))
        elif (language := node.get("hreflang")) and (href := node.get("href")):
            versions.setdefault(language.strip().casefold(), href.strip())
        elif href := node.get("href"):
            links.setdefault("base" if tag == "base" else (node.get("rel") or "").casefold(), href.strip())

    if microdata and not articles:
        articles.extend(_article(item) for item in items_of(root) if _is_article(item))

    def first(*names: str) -> str:
        return next((meta[name][0] for name in names if name in meta), "")

    return Head(
        title=title,
        canonical=links.get("canonical", ""),
        language=root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or first("content-language", "language", "dc.language", "og:locale"),
        site=first("og:site_name", "application-name"),
        og_title=first("og:title", "twitter:title", "dcterms.title", "dc.title"),
        og_url=first("og:url"),
        og_type=first("og:type"),
        dates=(
            *(Candidate("markup published", date) for date in filter(None, [first(*_PUBLISHED)])),
            *_timed(times[:MOST_TIMES]),
            *(Candidate("modified", date) for date in filter(None, [first(*_MODIFIED)])),
        ),
        section=tuple(meta.get("article:section", ())),
        tags=tuple(tag for tags in meta.get("article:tag", ()) for tag in tags.split(",") if tag.strip()),
        description=first("og:description", "description"),
        shortlink=links.get("shortlink", ""),
        base=links.get("base") or links.get("canonical") or first("og:url"),
        article=articles[0] if articles else None,
        versions=tuple(versions.items()),
    )


def _timed(times: Sequence[etree._Element]) -> Iterator[Candidate]:
    """Yield the times that the markup of the body names as those of publication or change, the first of each."""
    seen: set[str] = set()
    for node in times:
        names = f"{node.get('itemprop', '')} {node.get('class', '')}{' pubdate' * ('pubdate' in node.attrib)}"
        modified = _MODIFIED_NAME.search(names) and not _PUBLISHED_NAME.search(node.get("itemprop", ""))
        kind = "modified" if modified else "markup published" if _PUBLISHED_NAME.search(names) else ""
        date = (
            node.get("datetime")
            or node.get("content")
            or node.get("title")
            or "".join(map(str, node.itertext()))
        )
        if (
            kind
            and kind not in seen
            and date
            and not any(above.tag in _ELSEWHERE for above in node.iterancestors())
        ):
            seen.add(kind)
            yield Candidate(kind, clean_line(date))


def _articles(source: str) -> Iterator[Article]:
    for item in _objects(_parse(source)):
        if _is_article(item):
            yield _article(item)


def _is_article(item: Mapping[str, Any]) -> bool:
    types = item.get("@type")
    named = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name in ARTICLE_TYPES for name in named)


def _parse(source: str) -> Any:
    source = (
        source.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .removeprefix("//<![CDATA[")
        .removesuffix("//]]>")
    )
    for text in (source, _LINE_END.sub(r"\1", source)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            # A page whose JSON-LD is broken still has its text.
            continue
    return None


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects at the top, in a list, in a graph, or as main entity: at most 1,000."""
    queue = [data]
    for _ in range(1000):
        if not queue:
            return
        item = queue.pop(0)
        if isinstance(item, list):
            queue[:0] = item[:1000]
        elif isinstance(item, dict):
            yield item
            queue.extend(item[key] for key in ("@graph", "mainEntity") if key in item)


def _article(item: Mapping[str, Any]) -> Article:
    return Article(
        headline=_one(item, "headline") or _one(item, "name"),
        dates=tuple(
            Candidate(kind, date)
            for kind, date in (
                ("markup published", _one(item, "datePublished") or _one(item, "dateCreated")),
                ("modified", _one(item, "dateModified")),
            )
            if date
        ),
        body=_text(item.get("articleBody")) or _text(item.get("text")),
        url=_one(item, "mainEntityOfPage") or _one(item, "url") or _one(item, "@id"),
        language=_one(item, "inLanguage"),
        dateline=_one(item, "dateline"),
        section=_many(item, "articleSection", "genre"),
        keywords=tuple(
            word.strip() for words in _many(item, "keywords") for word in words.split(",") if word.strip()
        ),
        authors=_many(item, "author", "creator", "sourceOrganization"),
        about=_many(item, "contentLocation", "spatialCoverage", "spatial"),
        places=_many(item, "locationCreated"),
    )


def _names(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = next(
                (
                    item[key]
                    for key in ("name", "@id", "url", "@value", "addressLocality")
                    if isinstance(item.get(key), str | list)
                ),
                None,
            )
            item = item[0] if isinstance(item, list) and item else item
        if isinstance(item, str) and clean_line(item):
            yield clean_line(item)


def _many(item: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for key in keys for name in _names(item.get(key))))


def _one(item: Mapping[str, Any], key: str) -> str:
    return next(_names(item.get(key)), "")


def _text(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else "\n\n".join(part for part in value if isinstance(part, str))
        if isinstance(value, list)
        else ""
    )


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
    """Yield each item with its type under `@type` and lists of values. An item within an item is a value of it.

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
    """Yield the elements with a property of this item, without those of an item within it."""
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
