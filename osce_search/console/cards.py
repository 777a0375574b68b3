"""Cards: the hits of an answer → one card each, with marks, and the counts beneath."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from rich.text import Text

from osce_search.analyses import Likeness
from osce_search.console.bars import add_facets
from osce_search.console.terminal import Look, Page, link, span
from osce_search.formats.display import find_label, print_reasons, print_receipt
from osce_search.parser.notes import excerpt
from osce_search.query import Query
from osce_search.release import Precision, Release
from osce_search.results import RELAXED, Explanation, Hit, Results, Snippet

_NARROW = 72
_ORDERS = {
    "relevance": "by relevance",
    "date": "oldest first",
    "-date": "newest first",
    "title": "by title",
}
_MARK = "bold red"
_LONGEST = 1000
"""Characters of a question that are repeated, and of one of its parts a tenth of that; a longer one ends in dots."""

_SPACES = re.compile(r"\s+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def print_answer(results: Results, query: Query, look: Look, of: int | None = None) -> Iterator[str]:
    """The answer for people, piece by piece, so that a long one can be shown while it is read.

    `of` is how many releases the index holds.
    """
    page = Page(look)
    _add_heading(page, results, query, of)
    yield page.print()
    reasons = query.explain or results.relaxed
    for number, hit in enumerate(results.hits, query.offset + 1):
        add_hit(page, number, hit, len(str(query.offset + len(results.hits))), reasons)
        page.add_line()
        yield page.print()
    if results.facets:
        add_facets(page, results.facets)
        page.add_line()
    if results.receipt:
        page.add(span(print_receipt(results.receipt), "dim"))
    yield page.print()


def print_likeness(release: Release, found: Likeness, look: Look) -> Iterator[str]:
    """The words that set a release apart, and the releases that share them."""
    page = Page(look)
    page.add("like ", span(release.title, "bold"))
    page.add(
        Text("by   ", "dim"), span(", ".join(term.text for term in found.terms) or "no words"), hanging=5
    )
    for note in found.notes:
        page.add(Text("note ", "dim"), span(note), hanging=5)
    page.add_line()
    yield page.print()
    if not found.hits:
        page.add("No other release is like it")
    for number, hit in enumerate(found.hits, 1):
        add_hit(page, number, hit, len(str(len(found.hits))), reasons=True)
        page.add_line()
        yield page.print()
    yield page.print()


def print_reading(results: Results, query: Query, look: Look) -> str:
    """How a question was read, for people."""
    page = Page(look)
    rows = [("typed", query.text), ("read as", results.read_as)]
    rows += [("also", f"{item.typed} = {', '.join(item.also)}") for item in results.expansions]
    rows += [("note", note) for note in results.notes]
    for name, text in rows:
        page.add(Text(f"{name:<9}", "dim"), span(text), hanging=9)
    return page.print()


def print_date_in_words(date: dt.date | None, precision: Precision = "day") -> str:
    """A date as a person writes it.

    >>> print_date_in_words(dt.date(2007, 6, 1), "month")
    'June 2007'
    """
    if date is None:
        return "no date"
    month = _MONTHS[date.month - 1]
    parts = {"day": f"{date.day} {month} ", "month": f"{month} ", "year": ""}
    return f"{parts[precision]}{date.year}"


def _add_heading(page: Page, results: Results, query: Query, of: int | None) -> None:
    shown = len(results.hits)
    heading = Text.assemble((_count(results.total) if results.total else "No release matches", "bold"))
    if results.relaxed:
        heading = Text.assemble(("No release has all of these words", "bold"))
        heading.append(f" · {results.total:,} of {of or results.total:,} have some")
    elif of is not None and results.total:
        heading.append(f" of {of:,}")
    if results.total and query.offset >= results.total:
        heading.append(f" · none from {query.offset + 1:,} on")
    if shown and shown < results.total:
        heading.append(f" · {query.offset + 1:,}–{query.offset + shown:,}")
    if shown > 1:
        heading.append(f" · {_ORDERS[query.sort]}")
    page.add(heading)
    if results.read_as.replace(" AND ", " ") != (" ".join(query.text.split()) or "*"):
        page.add(Text("read as  ", "dim"), span(excerpt(results.read_as, _LONGEST)), hanging=9)
    for expansion in results.expansions:
        page.add(
            Text("also     ", "dim"), span(f"{expansion.typed} = {', '.join(expansion.also)}"), hanging=9
        )
    for note in results.notes:
        if note == RELAXED:  # It is the heading.
            continue
        page.add(Text("note     ", "dim"), span(note), hanging=9)
    for part in results.dropped:
        page.add(
            Text("without  ", "dim"),
            span(f"{excerpt(part.what, _LONGEST // 10)}: {_count(part.total)}"),
            hanging=9,
        )
    for item in results.suggestions:
        meant = f"{item.instead} for {item.typed}? {_count(item.total)}"
        page.add(Text("perhaps  ", "dim"), span(meant), hanging=9)
    page.add_line()


def _count(number: int) -> str:
    return f"{number:,} {'release' if number == 1 else 'releases'}"


def add_hit(page: Page, number: int, hit: Hit, digits: int, reasons: bool = False) -> None:
    """A hit under its number, which has so many digits at most; `reasons` says which of the words it has, and where."""
    release = hit.release
    indent = digits + 2
    title = Text.assemble((f"{number:>{digits}}  ", "dim"), link(_print_marked_title(hit), hit.url))
    date = Text.assemble((print_date_in_words(release.date, release.date_precision), "cyan"))
    about = _print_about(release)
    if page.look.width < _NARROW:
        page.add(title, hanging=indent)
        about = date.append(" · " if about.plain else "").append_text(about)
    else:
        page.add_beside(title, date, hanging=indent)
    page.add_beside(about, Text(f"[{span(hit.id).plain}]", "dim"), indent=indent)
    for snippet in hit.snippets:
        if snippet.field != "title":
            page.add(_print_snippet(snippet, page.look), indent=indent)
    if reasons and hit.matched:
        page.add(
            Text("has  ", "dim"), span(print_reasons(hit.matched), "dim"), indent=indent, hanging=indent + 5
        )
    if hit.folded:
        page.add(Text(f"and {hit.folded:,} more like it", "dim"), indent=indent)
    if hit.explanation:
        _add_explanation(page, hit.explanation, indent)


def _print_about(release: Release) -> Text:
    """Who issued it, what it is, and which countries it is about; an inferred country bears a tilde."""
    parts = [find_label("source", value) for value in release.source]
    if release.type:
        parts.append(find_label("type", release.type))
    for value in release.country:
        inferred = release.origin_of("country", value) == "inferred"
        parts.append(("~" if inferred else "") + find_label("country", value))
    if release.partial:
        parts.append("teaser only")
    return span(" · ".join(parts))


def _print_marked_title(hit: Hit) -> Text:
    """The title, with the marks of a snippet that shows all of it."""
    for snippet in hit.snippets:
        if snippet.field == "title" and snippet.text == hit.title:
            text = span(hit.title, "bold")
            for start, end in snippet.marks:
                text.stylize(_MARK, start, end)
            return text
    return span(hit.title or "(no title)", "bold")


def _print_snippet(snippet: Snippet, look: Look) -> Text:
    """A passage; where there is no colour its marks are asterisks."""
    text, end = Text(), 0
    asterisks = "" if look.color else "**"
    for start, stop in _join_marks(snippet):
        text.append_text(_squeeze(snippet.text[end:start])).append(asterisks)
        text.append_text(_squeeze(snippet.text[start:stop], _MARK)).append(asterisks)
        end = stop
    return text.append_text(_squeeze(snippet.text[end:]))


def _squeeze(text: str, style: str = "") -> Text:
    return span(_SPACES.sub(" ", text), style)


def _join_marks(snippet: Snippet) -> list[tuple[int, int]]:
    """The marks, those with only white space between them as one."""
    joined: list[tuple[int, int]] = []
    for start, end in snippet.marks:
        if joined and not snippet.text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _add_explanation(page: Page, explanation: Explanation, indent: int) -> None:
    page.add(f"{explanation.value:.6g}  ", span(explanation.text, "dim"), indent=indent, hanging=indent + 4)
    for part in explanation.parts:
        _add_explanation(page, part, indent + 2)
