"""Extraction: page bytes → Release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from osce_search.errors import ExtractionError
from osce_search.extraction.addresses import page_numbers, printed_addresses, saved_address
from osce_search.extraction.boilerplate import prune
from osce_search.extraction.draft import Draft
from osce_search.extraction.feeds import read_feed
from osce_search.extraction.head import Head, read_head
from osce_search.extraction.listings import read_listing
from osce_search.extraction.mail import read_letter
from osce_search.extraction.markup import Page, parse_html, read_page
from osce_search.extraction.metadata import complete
from osce_search.extraction.pages import read_single
from osce_search.extraction.text import blocks_of, lines_of
from osce_search.release import Release

__all__ = ["extract", "extract_one"]


def extract(content: bytes, name: str = "", url: str | None = None) -> tuple[Release, ...]:
    """The releases that a page holds: one, or many for a listing or a feed; never none.

    `content` is an HTML page, a text copy of one, an RSS or Atom feed, or an e-mail; `name` is what it is called in
    messages and, like `url`, where its number may stand. Of a release in a listing only the teaser is known: it is
    `partial`.

    Raises ExtractionError, and nothing else, for what is empty, too large, nested too deeply, or no release.

    >>> page = b"<h1>Radio day in Osh</h1><p>OSH, Kyrgyzstan, 14 March 2006 - Forty pupils went on the air today."
    >>> extract(page, "radio-day.html")[0].date
    datetime.date(2006, 3, 14)
    """
    page = read_page(content, name, url)
    drafts = tuple(_read(page, content))
    if not drafts:
        raise ExtractionError(page.source, "no title or text found")
    return tuple(complete(draft, page.decoded, name, url, alone=len(drafts) == 1) for draft in drafts)


def extract_one(content: bytes, name: str = "", url: str | None = None) -> Release:
    """The release of a page that holds one; raises ExtractionError where it holds several."""
    releases = extract(content, name, url)
    if len(releases) > 1:
        raise ExtractionError(name or url or "page", f"a page of {len(releases)} releases, not of one")
    return releases[0]


def _read(page: Page, content: bytes) -> Iterator[Draft]:
    if page.kind == "feed":
        yield from read_feed(page.text, page.source)
    elif page.kind == "email":
        letter = read_letter(content, page.source)
        head = Head(title=letter.subject, published=letter.date, language=letter.language)
        for draft in (
            _read_html(letter.body.text, page.source, head)
            if letter.is_html
            else _read_text(letter.body.text, head)
        ):
            yield replace(draft, parser="email")
    elif page.kind == "html":
        yield from _read_html(page.text, page.source)
    else:
        yield from _read_text(page.text)


def _read_html(text: str, source: str, letter: Head | None = None) -> Iterator[Draft]:
    root = parse_html(text, source)
    head = letter or read_head(root)
    hints = (saved_address(text), *printed_addresses(root), *page_numbers(root))
    blocks = blocks_of(prune(root))
    listed = read_listing(blocks, head)
    yield from listed
    if not listed and (draft := read_single(blocks, head)):
        yield replace(draft, hints=(*draft.hints, *hints))


def _read_text(text: str, head: Head | None = None) -> Iterator[Draft]:
    blocks = lines_of(text)
    listed = read_listing(blocks, head or Head())
    yield from listed
    if not listed and (draft := read_single(blocks, head or Head())):
        yield draft
