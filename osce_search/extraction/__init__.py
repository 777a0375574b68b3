"""Extraction: page bytes → Release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from osce_search.errors import ExtractionError
from osce_search.extraction.addresses import find_hints
from osce_search.extraction.boilerplate import prune
from osce_search.extraction.candidates import Candidate, Draft
from osce_search.extraction.carriers import read_feed, read_forwarded, read_letter
from osce_search.extraction.front_matter import split_blocks
from osce_search.extraction.head import Head, read_head
from osce_search.extraction.labels import find_labels
from osce_search.extraction.layout import Block, blocks_of
from osce_search.extraction.markup import Decoded, Page, parse_html, read_page
from osce_search.extraction.metadata import complete
from osce_search.extraction.pages import read_listing, read_single, split_releases
from osce_search.extraction.plain_text import lines_of, unwrap_blocks
from osce_search.extraction.refusals import MAX_TAGS, why_no_release, why_no_words
from osce_search.extraction.templates import select_values
from osce_search.release import Release

__all__ = ["Dropped", "extract", "extract_one", "extract_with_dropped"]


Dropped = tuple[tuple[str, str], ...]
"""The blocks between title and end of a release that are not in its text, each with the reason."""


def extract(content: bytes, name: str = "", url: str | None = None) -> tuple[Release, ...]:
    """Return the releases that a page holds: one, or many for a listing or a feed; never none.

    `content` is an HTML page, a text copy of one, an RSS or Atom feed, or an e-mail. `name` is what it is called in
    messages; like `url`, it may hold the number of the release. A release of a listing is `partial`: only its teaser is
    known.

    Raise ExtractionError, and nothing else, if the page is empty, too large, nested too deeply, no text, or no release.

    >>> page = b"<h1>Radio day in Osh</h1><p>OSH, Kyrgyzstan, 14 March 2006 - Forty pupils went on the air today."
    >>> extract(page, "radio-day.html")[0].date
    datetime.date(2006, 3, 14)
    """
    return tuple(release for release, _ in extract_with_dropped(content, name, url))


def extract_with_dropped(
    content: bytes, name: str = "", url: str | None = None
) -> tuple[tuple[Release, Dropped], ...]:
    """Return the releases that a page holds, as `extract` does, each with the blocks that were left out of its text.

    >>> page = b"<h1>Radio day in Osh</h1><p>Forty pupils went on the air today, and read the news of the week.</p>"
    >>> page += b"<p><a href='/more'>Read more</a></p><p>They had practised for a month with the radio of the town.</p>"
    >>> extract_with_dropped(page)[0][1]
    (('Read more', 'link or address'),)
    """
    page = read_page(content, name, url)
    drafts = tuple(_read(page, content))
    if not drafts:
        raise ExtractionError(page.source, "no title or text found")
    if len(drafts) == 1 and (reason := why_no_words(drafts[0])):
        raise ExtractionError(page.source, reason)
    alone = len(drafts) == 1
    return tuple((complete(draft, page.decoded, name, url, alone=alone), draft.dropped) for draft in drafts)


def extract_one(content: bytes, name: str = "", url: str | None = None) -> Release:
    """Return the release of a page that holds one. Raise ExtractionError if it holds several."""
    releases = extract(content, name, url)
    if len(releases) > 1:
        raise ExtractionError(name or url or "page", f"a page of {len(releases)} releases, not of one")
    return releases[0]


def _read(page: Page, content: bytes) -> Iterator[Draft]:
    if page.kind == "feed":
        yield from read_feed(page.text, page.source)
    elif page.kind == "email":
        letter = read_letter(content, page.source)
        dates = (Candidate("feed or mail", letter.date),) if letter.date else ()
        head = Head(title=letter.subject, dates=dates, language=letter.language)
        if letter.is_html:
            inner = _read_html(letter.body, page.source, head)
        else:
            inner = _read_blocks(lines_of(letter.body.text, page.source), head)
        yield from (replace(draft, parser="email") for draft in inner)
    elif page.kind == "html":
        yield from _read_html(page.decoded, page.source)
    else:
        yield from _read_blocks(lines_of(page.text, page.source), Head())


def _read_html(page: Decoded, source: str, letter: Head | None = None) -> Iterator[Draft]:
    root = parse_html(page, source)
    head = letter or read_head(root, microdata="itemscope" in page.text)
    head = replace(head, markup=page.text, found=select_values(page.text, root))
    hints = find_hints(root, head, page.text)
    drafts = tuple(_read_blocks(unwrap_blocks(_count_lines(blocks_of(*prune(root)), source)), head))
    if len(drafts) < 2 and (
        reason := why_no_release(drafts[0] if drafts else Draft("generic", head.title, ()), root)
    ):
        raise ExtractionError(source, reason)
    for draft in drafts:
        yield draft if draft.partial else replace(draft, hints=(*draft.hints, *hints), versions=head.versions)


def _count_lines(blocks: Iterable[Block], source: str) -> list[Block]:
    """Return the blocks. Raise ExtractionError if they have too many lines: `<pre>` has lines without tags."""
    kept, lines = [], 0
    for block in blocks:
        lines += len(block.lines)
        if lines > MAX_TAGS:
            raise ExtractionError(source, f"too many lines (more than {MAX_TAGS})")
        kept.append(block)
    return kept


def _read_blocks(blocks: Sequence[Block], head: Head) -> Iterator[Draft]:
    blocks, head = read_forwarded(blocks, head)
    blocks = split_blocks(blocks, head.title)
    labels = tuple(find_labels(blocks))
    listed = read_listing(blocks, labels, head)
    yield from listed
    # A page whose labels occur once each holds one release.
    once = len(labels) > 1 and len({label.meaning for label in labels}) == len(labels)
    parts = () if listed or once else split_releases(blocks, labels, head)
    for part in parts:
        if draft := read_single(part, tuple(find_labels(part)), Head(language=head.language)):
            yield draft
    if not listed and not parts and (draft := read_single(blocks, labels, head)):
        yield draft
