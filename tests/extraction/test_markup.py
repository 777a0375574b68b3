"""Markup: what kind of page bytes are, and their tree."""

from __future__ import annotations

import pytest

from osce_search.errors import ExtractionError
from osce_search.extraction.markup import decode, parse_html, read_page, skip_prologue
from osce_search.extraction.refusals import MAX_TAGS


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><title>x</title>", "html"),
        (b"<P>Old <B>page</B>", "html"),
        (b"Text before<br>a break", "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><html/>', "html"),
        (b'<?xml version="1.0"?><rss version="2.0"/>', "feed"),
        (b"<!-- note --><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        (b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b>">]>\n<rss/>', "feed"),
        (b"<rdf:RDF xmlns:rdf='x'/>", "feed"),
        (b"From: a@b.example\nSubject: x\n\ntext", "email"),
        (b"Received: by x\n\tid 1\nDate: today\n\n<html>", "email"),
        (b"Subject: only one\n\ntext", "text"),
        (b"Newsroom\nA title\nA text with 3 < 5 and 7 > 6.", "text"),
        (b"- Date:\n- Place:\n- OSH", "text"),
    ],
)
def test_the_kind_of_a_page_is_told_by_how_it_begins(content: bytes, kind: str) -> None:
    assert read_page(content).kind == kind


def test_a_page_is_called_by_its_name_or_address() -> None:
    assert read_page(b"x", "a.html", "https://x.example").source == "a.html"
    assert read_page(b"x", "", "https://x.example").source == "https://x.example"
    assert read_page(b"x").source == "page"


def test_a_prologue_without_an_end_leaves_nothing() -> None:
    assert skip_prologue("<!-- never closed <rss>") == len("<!-- never closed <rss>")
    assert skip_prologue("<?xml?>" * 100) > 0


def test_a_tree_has_no_comments_and_no_instructions() -> None:
    root = parse_html(decode(b"<p>one<!-- two --><?three?></p>"), "page")
    assert "".join(map(str, root.itertext())) == "one"


def test_a_tree_of_256_levels_and_more_is_refused() -> None:
    with pytest.raises(ExtractionError, match="nested too deeply"):
        parse_html(decode(b"<div>" * 300), "page")


def test_limits_leave_room_for_every_real_page() -> None:
    assert MAX_TAGS > 10 * 2500
