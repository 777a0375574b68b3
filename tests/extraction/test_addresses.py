"""Addresses: where a release was published, and its number."""

from __future__ import annotations

import pytest

from osce_search.extraction import extract_one
from osce_search.extraction.addresses import canonical_address, file_number, node_number

TEXT = "<h1>A title</h1><p>OSH, 5 May 2010 – Forty pupils went on the air today, and more will follow in autumn.</p>"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://www.osce.example/cio/52360", "52360"),
        ("http://osce.example/node/52360/", "52360"),
        ("https://www.osce.example/sq/albania/95137?fbclid=x#top", "95137"),
        ("/node/900208", "900208"),
        ("node/900208", "900208"),
        ("900208", "900208"),
        ("tag:www.osce.example,2023:node/900273", "900273"),
        ("https://www.osce.example/press-releases?page=310", None),
        ("https://press.example/news/2016/04/02", None),
        ("https://press.example/archive/1999", None),
        ("https://press.example/node/1999", "1999"),
        ("https://press.example/news/a-title-of-2016", None),
        ("https://[::1/900208", None),
        ("", None),
    ],
)
def test_the_number_is_the_last_part_of_an_address(address: str, number: str | None) -> None:
    assert node_number(address) == number


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("900123.html", "900123"),
        ("corpus/pages/release-900123-en.html", "900123"),
        ("node_95137.txt", "95137"),
        ("45.html", "45"),
        ("daily-report-131.html", None),
        ("report-2024-07-30.html", None),
        ("20240730.html", None),
        ("900123-900124.html", None),
        ("page.html", None),
        ("", None),
    ],
)
def test_a_file_is_named_by_a_number_or_not(name: str, number: str | None) -> None:
    assert file_number(name) == number


def test_an_address_is_made_absolute_and_loses_what_tracks() -> None:
    assert (
        canonical_address("/a/1?utm_source=x&page=2#c", "https://x.example/b")
        == "https://x.example/a/1?page=2"
    )
    assert canonical_address("mailto:a@b.example") is None
    assert canonical_address("/a/1") is None
    assert canonical_address("http://[::1") is None


@pytest.mark.parametrize(
    "printed",
    [
        '<div class="footer"><strong>Source URL:</strong> https://www.osce.example/mg/900023<br>Vienna</div>',
        '<p class="permalink">Link to this page: <a href="/x">https://www.osce.example/mg/900023</a></p>',
        '<div id="footer">No document of ours. https://www.osce.example/mg/900023.</div>',
        "<p>https://www.osce.example/mg/900023</p>",
        '<p>Archived. <a href="https://www.osce.example/mg/900023">View original</a></p>',
        '<p>Filed under: law. <a href="https://www.osce.example/mg/900023">Source</a></p>',
    ],
)
def test_an_address_that_a_page_prints_as_its_own_is_its_address(printed: str) -> None:
    release = extract_one(f"<html><body>{TEXT}{printed}</body></html>".encode())
    assert (release.id, release.url) == ("900023", "https://www.osce.example/mg/900023")


def test_the_note_of_the_browser_that_saved_a_page_is_its_address() -> None:
    page = f"<!-- saved from url=(0039)https://www.osce.example/moldova/900212 --><html><body>{TEXT}</body></html>"
    assert extract_one(page.encode()).url == "https://www.osce.example/moldova/900212"


@pytest.mark.parametrize(
    "markup",
    [
        '<body class="page-node page-node-900220">{}</body>',
        '<article about="/node/900220">{}</article>',
        '<div id="node-900220" class="node">{}</div>',
        '<div data-history-node-id="900220">{}</div>',
        "<div>{}</div><div>Reference: node/900220</div>",
    ],
)
def test_a_number_in_the_markup_counts_where_there_is_no_address(markup: str) -> None:
    release = extract_one(markup.format(TEXT).encode())
    assert (release.id, release.url) == ("900220", None)


def test_an_address_in_a_sentence_of_the_text_is_not_the_page_s_own() -> None:
    text = TEXT + "<p>The report can be read at https://www.osce.example/odihr/123456 from tomorrow on.</p>"
    assert extract_one(f"<html><body>{text}</body></html>".encode()).url is None
