"""Hostile pages are refused with a reason, or read in little time; nothing but ExtractionError leaves extract."""

from __future__ import annotations

import contextlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osce_search.errors import ExtractionError
from osce_search.extraction import extract, extract_one
from osce_search.extraction.markup import MAX_BYTES, MAX_LINES
from osce_search.extraction.refusals import MAX_ATTRIBUTES, MAX_TAGS
from tests.work import count_work

MB = 1024 * 1024
PAGE = (
    b"<html><head><title>Radio day in Osh</title></head><body><h1>Radio day in Osh</h1>"
    b"<p>OSH, Kyrgyzstan, 14 March 2006 - Forty pupils went on the air today."
)


RSS = b"<rss><channel><item><title>A title</title><description>%s</description></item></channel></rss>"


def multipart(depth: int) -> bytes:
    parts = b"".join(
        b"--%s\nContent-Type: multipart/mixed; boundary=%s\n\n" % (b"x" * n, b"x" * (n + 1))
        for n in range(1, depth)
    )
    return b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=x\n\n" + parts


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b" \r\n\t\0\0", "empty file"),
        (b"\xef\xbb\xbf", "empty file"),
        (b"%PDF-1.7\n...", "a PDF, not a page"),
        (b"PK\x03\x04...", "a ZIP archive or an office document, not a page"),
        (b"\xd0\xcf\x11\xe0...", "an office document, not a page"),
        (b"\x1f\x8b\x08...", "a gzip archive, not a page"),
        (b"\x89PNG\r\n", "an image, not a page"),
        (b"{\\rtf1}", "an RTF document, not a page"),
        (b"x" * (MAX_BYTES + MB // 2), "too large (5.5 MB > 5 MB)"),
        (b"x" * 20 * MB, "too large (20 MB > 5 MB)"),
        (b"x" * 50 * MB, "too large (50 MB > 5 MB)"),
        (b"<p>" * 100_000, f"too many tags (100000 > {MAX_TAGS})"),
        (b"<div>" * 25_000, "nested too deeply (more than 256 levels)"),
        (b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "no title or text found"),
        (b"-\n- \n***\n", "no title or text found"),
        (b"a line\n" * (MAX_LINES + 1), f"too many lines ({MAX_LINES + 1} > {MAX_LINES})"),
        (PAGE + b"<pre>" + b"x\n\n" * (MAX_TAGS + 1), f"too many lines (more than {MAX_TAGS})"),
        (PAGE + b"<pre>" + b"x\n" * 2 * MB, f"too many lines (more than {MAX_TAGS})"),
        (RSS % (b"&#x03C;p&#62;x" * (MAX_TAGS + 1)), f"too many tags ({MAX_TAGS + 1} > {MAX_TAGS})"),
        (RSS % (b"&lt;pre>" + b"x\n&#10;" * 100_001), "too many lines (200002 > 200000)"),
        (b"<rss><channel></channel></rss>", "no title or text found"),
        (multipart(1000), "an e-mail of more than 200 parts"),
        (bytes(range(128, 256)) * 50, "no words (0% of its text is in words)"),
        (bytes(range(256)) * 50, "no text (11% of its characters are control characters or broken)"),
    ],
)
def test_what_is_no_page_is_refused_with_its_name_and_the_reason(content: bytes, reason: str) -> None:
    with count_work() as work, pytest.raises(ExtractionError) as refused:
        extract(content, "corpus/page.html")
    assert work.calls < 4_000_000
    assert refused.value.reason == reason
    assert str(refused.value) == f"corpus/page.html: {reason}"


def test_a_tag_of_a_hundred_thousand_attributes_is_refused() -> None:
    tag = b"<div " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">"
    with pytest.raises(ExtractionError, match=f"a tag with more than {MAX_ATTRIBUTES} attributes"):
        extract(PAGE + tag)


FEED = (
    b'<?xml version="1.0"?><!DOCTYPE rss [%s]><rss><channel><item><title>A title</title>'
    b"<description>&j;</description></item></channel></rss>"
)
LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)

ARTICLE = (
    b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A title", "articleBody": "%s"}'
    b"</script>" + PAGE
)

COSTLY = {
    "one long line": b"VIENNA " * (MAX_BYTES // 7 - 1),
    "one long word": b"A" * (MAX_BYTES - 1),
    "numbers": b"1 May " * (MAX_BYTES // 6 - 1),
    "dashes": b"VIENNA - " * (MAX_BYTES // 9 - 1),
    "as many lines as may be": b"Publishing date: 5 May 2010\n" * (MAX_LINES - 1),
    "as many tags as may be": PAGE
    + b"<p>A sentence that goes on for a while, and then stops." * (MAX_TAGS - 20),
    "as many lines without tags": PAGE + b"<pre>" + b"x\n\n" * (MAX_TAGS - 3),
    "lines without tags": PAGE + b"<pre>" + b"x\n\n" * (MAX_BYTES // 3 - 100),
    "a table of labels": PAGE + b"<table><tr>" + b"<th>Date</th>" * (MAX_TAGS // 2 - 20),
    "a listing": b"<h1>Press releases</h1>"
    + b"<h3>Title</h3><p>Publishing date: 5 May 2010</p>" * (MAX_TAGS // 4 - 20),
    "240 levels": PAGE + b"<div>" * 240 + b"Here." + b"</div>" * 240,
    "links in many boxes": PAGE + (b"<div>" + b"<a href=x>y</a>" * 50) * 200,
    "elements side by side in one paragraph": PAGE + b"<p>x" + b"<span>ab</span>" * (MAX_TAGS // 2 - 20),
    "links of a heading to itself": PAGE + b"<h2>x" + b"<a href=#x>a</a>" * (MAX_TAGS // 2 - 20),
    "a huge attribute": PAGE + b'<p class="' + b"menu " * (4 * MB // 5) + b'">',
    "entities of entities": PAGE + b"&" + b"amp;" * (4 * MB // 4),
    "encoded tags": PAGE + b"<p>" + b"&lt;p&gt;word" * 200_000,
    "a billion laughs": FEED % LAUGHS,
    "a file of the machine": FEED % b'<!ENTITY j SYSTEM "file:///etc/hostname">',
    "brackets in JSON-LD": b'<script type="application/ld+json">' + b"[" * 4 * MB + b"</script>" + PAGE,
    "tags in JSON-LD": ARTICLE % (b"\\u003cp>x" * 400_000),
    "lines in JSON-LD": ARTICLE % (b"<p><pre>" + b"x\\n\\n" * 900_000),
    "lines in a feed": RSS % (b"&lt;pre>" + b"x\n" * 199_999),
    "objects in JSON-LD": b'<script type="application/ld+json">'
    + b'{"@graph":' * 400_000
    + b"</script>"
    + PAGE,
    "null bytes": b"\0" * 4 * MB + PAGE,
    "control characters": PAGE + bytes(range(1, 32)) * 1000,
    "broken UTF-8": PAGE + b"\xff\xc3\xe2\x80" * MB,
    "a letter in Base64": b"From: a@b.example\nSubject: x\nContent-Transfer-Encoding: base64\n\n"
    + b"VklFTk5B\n" * 400_000,
    "a letter with a long subject": b"From: a@b.example\nSubject: "
    + b"=?utf-8?q?x?= " * 9000
    + b"\n\nThe text.",
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_would_be_costly_takes_a_bounded_number_of_steps(name: str) -> None:
    with count_work() as work, contextlib.suppress(ExtractionError):
        extract(COSTLY[name], name)
    assert work.calls < 25_000_000


def test_reading_a_page_takes_memory_in_proportion_to_its_size() -> None:
    tracemalloc.start()
    extract(PAGE + b"<p>A sentence that goes on for a while, and then stops." * 10_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * MB


def test_no_entity_is_expanded_and_nothing_is_fetched() -> None:
    assert "haha" not in extract_one(FEED % LAUGHS).text
    assert extract_one(FEED % b'<!ENTITY j SYSTEM "file:///etc/hostname">').text in {"", "&j;"}


def test_null_bytes_and_control_characters_are_gone() -> None:
    release = extract_one(
        b"<h1>Radio\0 day\x07</h1><p>Forty pu\0pils went\x1b on the air&#1; for the first time."
    )
    assert release.title == "Radio day"
    assert release.text == "Forty pupils went on the air for the first time."


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_it(content: bytes) -> None:
    try:
        releases = extract(content, "page.html")
    except ExtractionError:
        return
    assert all(release.id and (release.title or release.text) for release in releases)


TOKENS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class=menu>",
            "<h1>",
            "<dl><dt>",
            "<dd>",
            "<table><tr>",
            "<td>",
            "<br>",
            "<a href='http://[::1'>",
        ),
        *(
            "Date:",
            "Place:\n",
            "Source: , ,",
            "Publishing date: 31 June 2003",
            "VIENNA, 5 May 2003 – ",
            "29 February 2001",
            "\n",
        ),
        *(
            "<script type='application/ld+json'>",
            '{"@type":"NewsArticle","headline":',
            "</script>",
            "&lt;p&gt;",
            "&#xD800;",
            "&a;",
        ),
        *(
            "<?xml version='1.0'?>",
            "<rss>",
            "<item>",
            "<title>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "From: a\nSubject: =?x?b?=?=\n\n",
        ),
        *(
            "http://",
            "node/123456",
            "https://www.osce.example/x/123456",
            "OSCEOSCE",
            "123456 English Yes No",
            "\u2028",
            "\ud7ff",
            "İ",
        ),
        *(
            "A sentence that is long enough to be taken for running text by whoever reads it.",
            "Newsroom",
            "Press release",
            "- ",
        ),
    ]
)


@given(st.lists(st.one_of(TOKENS, st.text(max_size=20)), max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_heap_of_tokens_breaks_it(tokens: list[str]) -> None:
    try:
        releases = extract(
            "".join(tokens).encode("utf-8", "surrogatepass"), "page.html", "https://www.osce.example/x/1"
        )
    except ExtractionError:
        return
    for release in releases:
        assert release.to_json()
