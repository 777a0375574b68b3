"""Head: canonical address, OpenGraph, JSON-LD."""

from __future__ import annotations

import json

import pytest

from osce_search.extraction.candidates import Candidate
from osce_search.extraction.head import Article, Head, read_head
from osce_search.extraction.markup import decode, parse_html


def head(markup: str) -> Head:
    return read_head(
        parse_html(
            decode(f"<html lang='en'><head>{markup}</head><body><p>x</p></body></html>".encode()), "page"
        )
    )


def article(data: object) -> Article | None:
    return head(f'<script type="application/ld+json">{json.dumps(data)}</script>').article


def test_what_the_head_declares_is_read() -> None:
    found = head(
        """<title> A  title </title><link rel="canonical" href=" https://x.example/1 "><link rel=shortlink href=/node/1>
        <meta property="og:title" content="Og"><meta property="og:url" content="https://x.example/2">
        <meta property="og:type" content="article"><meta property="og:site_name" content="OSCE">
        <meta property="article:published_time" content="2015-05-06"><meta property="article:section" content="News">
        <meta property="article:tag" content="Elections, Youth"><meta property="article:tag" content="Policing">"""
    )
    assert (found.title, found.canonical, found.shortlink, found.language) == (
        "A title",
        "https://x.example/1",
        "/node/1",
        "en",
    )
    assert (found.og_title, found.og_url, found.og_type, found.site) == (
        "Og",
        "https://x.example/2",
        "article",
        "OSCE",
    )
    assert (found.dates, found.section, found.tags) == (
        (Candidate("markup published", "2015-05-06"),),
        ("News",),
        ("Elections", " Youth", "Policing"),
    )


@pytest.mark.parametrize("name", ["DC.date.issued", "dcterms.issued", "date", "datePublished", "pubdate"])
def test_a_publishing_date_has_many_names(name: str) -> None:
    assert head(f'<meta name="{name}" content="2015-05-06">').dates == (
        Candidate("markup published", "2015-05-06"),
    )


def test_an_article_is_found_alone_in_a_list_and_in_a_graph() -> None:
    news = {"@type": "NewsArticle", "headline": "T", "datePublished": "2015-05-06"}
    for data in (
        news,
        [{"@type": "Organization"}, news],
        {"@graph": [{"@type": "WebSite"}, news]},
        {"@type": "WebPage", "mainEntity": news},
    ):
        assert article(data) == Article(headline="T", dates=(Candidate("markup published", "2015-05-06"),))
    assert article({"@type": ["Article", "NewsArticle"], "name": "T"}) == Article(headline="T")
    assert article({"@type": "WebPage", "headline": "T"}) is None


def test_the_parts_of_an_article_may_be_texts_objects_or_lists() -> None:
    found = article(
        {
            "@type": "NewsArticle",
            "headline": "T",
            "author": [{"@type": "Organization", "name": "A"}, "B"],
            "keywords": ["Elections", "Youth, Policing"],
            "mainEntityOfPage": {"@id": "https://x.example/1"},
            "contentLocation": {"@type": "Country", "name": "Malta"},
            "articleBody": ["One.", "Two."],
        }
    )
    assert found is not None
    assert (found.authors, found.keywords, found.url) == (
        ("A", "B"),
        ("Elections", "Youth", "Policing"),
        "https://x.example/1",
    )
    assert (found.about, found.body) == (("Malta",), "One.\n\nTwo.")


@pytest.mark.parametrize(
    "source",
    [
        '{"@type": "NewsArticle", "headline": "T",}',
        '<!-- {"@type": "NewsArticle", "headline": "T"} -->',
        '{"@type": "NewsArticle",\n"headline": "T\n"}',
    ],
)
def test_json_ld_that_is_nearly_right_is_read(source: str) -> None:
    found = head(f'<script type="application/ld+json">{source}</script>').article
    assert found == Article(headline="T")


@pytest.mark.parametrize(
    "source",
    ["", "{", "[" * 5000, "null", "7", '{"@type": 7}', '{"@type": ["NewsArticle"], "headline": {"x": []}}'],
)
def test_json_ld_that_is_wrong_is_passed_over(source: str) -> None:
    found = head(f'<script type="application/ld+json">{source}</script>').article
    assert found in {None, Article()}
