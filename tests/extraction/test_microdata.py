"""Microdata is read as JSON-LD is: types, properties, and items within items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from osce_search.extraction import extract_one
from osce_search.extraction.head import MOST, items_of

ARTICLE = '<div itemscope itemtype="https://schema.org/NewsArticle">{}</div>'


def only(properties: str) -> dict[str, object]:
    (item,) = items_of(etree.HTML(ARTICLE.format(properties)))
    return {name: value for name, value in item.items() if name != "@type"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<h1 itemprop="headline">A  visit</h1>', {"headline": ["A visit"]}),
        (
            '<time itemprop="datePublished" datetime="2010-05-06">May</time>',
            {"datePublished": ["2010-05-06"]},
        ),
        ('<meta itemprop="keywords" content="Youth, Policing">', {"keywords": ["Youth, Policing"]}),
        ('<a itemprop="url" href="/7">here</a>', {"url": ["/7"]}),
        ('<b itemprop="genre section">News</b>', {"genre": ["News"], "section": ["News"]}),
        ('<i itemprop="author">A</i><i itemprop="author">B</i>', {"author": ["A", "B"]}),
        (
            '<p itemprop="author" itemscope><b itemprop="name">A</b></p><b itemprop="name">B</b>',
            {"author": [{"name": ["A"]}], "name": ["B"]},
        ),
        ('<div itemprop="articleBody">A long text.</div>', {}),
    ],
)
def test_a_property_is_what_its_element_holds(properties: str, expected: dict[str, object]) -> None:
    assert only(properties) == expected


def test_no_page_makes_it_read_items_without_end() -> None:
    page = ARTICLE.format('<b itemprop="name">x</b>' * 1000) * 100
    items = list(items_of(etree.HTML(page)))
    assert len(items) == MOST
    assert all(item["name"] == ["x"] * 10 * MOST for item in items)


def test_an_article_in_microdata_is_a_release() -> None:
    page = ARTICLE.format(
        '<h1 itemprop="headline">A visit to Osh</h1><meta itemprop="datePublished" content="2010-05-06">'
        "<p>Forty pupils went on the air for the first time today.</p>"
    )
    release = extract_one(f"<html><body>{page}</body></html>".encode())
    assert (release.title, str(release.date)) == ("A visit to Osh", "2010-05-06")


@given(st.text(alphabet="<>pb itemscopeproy=\"'/", max_size=300))
def test_no_markup_breaks_it(markup: str) -> None:
    root = etree.HTML(f"<html><body>{markup}</body></html>")
    assert all("@type" in item for item in items_of(root))
