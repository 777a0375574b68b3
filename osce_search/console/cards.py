"""Cards: the hits of an answer → one card each, with its passages, and the counts below."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from osce_search.console.bars import draw_facets
from osce_search.console.terminal import BLANK, Paragraph, Part, Terminal, make_row, print_page
from osce_search.formats.display import count_of, find_label, print_reasons, print_receipt
from osce_search.parser.notes import excerpt
from osce_search.query import Query
from osce_search.release import Precision, Release
from osce_search.results import NOTHING_NEW, RELAXED, Explanation, Hit, Results, Snippet

if TYPE_CHECKING:
    from osce_search.analyses import Likeness

_BATCH = 10
"""Hits that are read and printed together: a long answer appears while the rest of it is read."""

_NARROW = 72
"""Columns below which a date has no room beside its title."""

_ORDERS = {
    "relevance": "by relevance",
    "date": "oldest first",
    "-date": "newest first",
    "title": "by title",
}
_MARK = "bold red"
_QUERY_LENGTH, _PART_LENGTH = 1000, 100
"""Characters of a query and of one of its parts that are repeated; a longer one ends in an ellipsis."""

_SPACES = re.compile(r"\s+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def print_answer(
    results: Results, query: Query, terminal: Terminal, collection: int | None = None
) -> Iterator[str]:
    """Yield the answer in pieces, so that the first hits appear while the others are read.

    `collection` is the number of releases in the index.
    """
    yield print_page(_make_heading(results, query, collection), terminal)
    digits = len(str(query.offset + len(results.hits)))
    with_reasons = query.explain or results.relaxed
    yield from _print_cards(results.hits, query.offset + 1, digits, terminal, with_reasons)
    page: list[Paragraph] = []
    if results.facets:
        page += [*draw_facets(results.facets, terminal), BLANK]
    if results.receipt:
        page.append(Paragraph([Part(print_receipt(results.receipt), "dim")]))
    yield print_page(page, terminal)


def print_likeness(release: Release, found: Likeness, terminal: Terminal) -> Iterator[str]:
    """Yield in pieces the terms that set a release apart, and the releases that share them."""
    terms = ", ".join(term.text for term in found.terms) or "no words"
    page = [Paragraph([Part("like "), Part(release.title, "bold")], hanging=5), make_row("by", terms, 5)]
    page += [make_row("note", note, 5) for note in found.notes]
    yield print_page([*page, BLANK], terminal)
    yield from _print_cards(found.hits, 1, len(str(len(found.hits))), terminal, with_reasons=True)
    if not found.hits:
        beyond = f"No hit on this page; {count_of(found.total, 'release')} in all"
        yield print_page(
            [Paragraph([Part(beyond if found.total else "No other release is like it")])], terminal
        )


def print_reading(results: Results, query: Query, terminal: Terminal) -> str:
    """Return how a query is read."""
    rows = [("typed", query.text), ("read as", results.read_as)]
    rows += [("also", f"{item.typed} = {', '.join(item.also)}") for item in results.expansions]
    rows += [("note", note) for note in results.notes]
    return print_page([make_row(*row) for row in rows], terminal)


def print_date_in_words(date: dt.date | None, precision: Precision = "day") -> str:
    """Return a date as people write it.

    >>> print_date_in_words(dt.date(2007, 6, 1), "month")
    'June 2007'
    """
    if date is None:
        return "no date"
    month = _MONTHS[date.month - 1]
    parts = {"day": f"{date.day} {month} ", "month": f"{month} ", "year": ""}
    return f"{parts[precision]}{date.year}"


def _make_heading(results: Results, query: Query, collection: int | None) -> list[Paragraph]:
    shown, total = len(results.hits), results.total
    if results.relaxed:
        heading = [
            Part("No release has all of these words", "bold"),
            Part(f" · {total:,} of {collection or total:,} have some"),
        ]
    else:
        told = [note for note in results.notes if note.startswith(NOTHING_NEW)]
        empty = told[0][0].upper() + told[0][1:] if told else "No release matches"
        heading = [Part(count_of(total, "release") if total else empty, "bold")]
        if collection is not None and total:
            heading.append(Part(f" of {collection:,}"))
    if total and query.offset >= total:
        heading.append(Part(f" · none from {query.offset + 1:,} on"))
    if shown and shown < total:
        heading.append(Part(f" · {query.offset + 1:,}–{query.offset + shown:,}"))
    if shown > 1:
        heading.append(Part(f" · {_ORDERS[query.sort]}"))
    rows = []
    if results.read_as.replace(" AND ", " ") != (" ".join(query.text.split()) or "*"):
        rows.append(("read as", excerpt(results.read_as, _QUERY_LENGTH)))
    rows += [("also", f"{item.typed} = {', '.join(item.also)}") for item in results.expansions]
    # The heading says these two.
    rows += [("note", note) for note in results.notes if not note.startswith((RELAXED, NOTHING_NEW))]
    rows += [
        ("without", f"{excerpt(part.what, _PART_LENGTH)}: {count_of(part.total, 'release')}")
        for part in results.dropped
    ]
    rows += [
        ("perhaps", f"{item.instead} for {item.typed}? {count_of(item.total, 'release')}")
        for item in results.suggestions
    ]
    return [Paragraph(heading), *(make_row(*row) for row in rows), BLANK]


def _print_cards(
    hits: Iterable[Hit], first: int, digits: int, terminal: Terminal, with_reasons: bool
) -> Iterator[str]:
    """Yield the cards of hits, in pieces; `first` is the number of the first hit, of at most `digits` digits."""
    rest = iter(hits)
    while batch := list(islice(rest, _BATCH)):
        # All that a card shows is read at once: a hit reads its release and makes its snippets when they are asked for.
        batch = [
            Hit(h.id, h.title, h.date, h.url, h.score, h.snippets, h.release, h.explanation, h.folded,
                h.matched if with_reasons else ())
            for h in batch
        ]  # fmt: skip
        inferred = [hit.release.inferred("country") for hit in batch]
        page: list[Paragraph] = []
        for number, (hit, countries) in enumerate(zip(batch, inferred, strict=True), first):
            page += [*_make_card(number, hit, digits, terminal, countries), BLANK]
        first += len(batch)
        yield print_page(page, terminal)


def _make_card(
    number: int, hit: Hit, digits: int, terminal: Terminal, inferred: frozenset[str]
) -> Iterator[Paragraph]:
    release, indent = hit.release, digits + 2
    title = [Part(f"{number:>{digits}}  ", "dim"), *_mark_title(hit)]
    date = [Part(print_date_in_words(release.date, release.date_precision), "cyan")]
    about = [Part(" · ".join(_list_labels(release, inferred)))]
    if terminal.width < _NARROW:
        yield Paragraph(title, hanging=indent)
        about = [*date, Part(" · "), *about] if about[0].text else date
    else:
        yield Paragraph(title, date, hanging=indent)
    yield Paragraph(about, [Part(f"[{hit.id}]", "dim")], indent, indent)
    for snippet in hit.snippets:
        if snippet.field != "title":
            yield Paragraph(list(_mark_snippet(snippet, terminal)), (), indent, indent)
    if hit.matched:
        reasons = [Part("has  ", "dim"), Part(print_reasons(hit.matched), "dim")]
        yield Paragraph(reasons, (), indent, indent + 5)
    if hit.folded:
        yield Paragraph([Part(f"and {hit.folded:,} more like it", "dim")], (), indent, indent)
    if hit.explanation:
        yield from _explain(hit.explanation, indent)


def _list_labels(release: Release, inferred: frozenset[str]) -> list[str]:
    """Return who issued a release, what it is, and which countries it is about; a tilde marks an inferred country."""
    labels = [find_label("source", value) for value in release.source]
    labels += [find_label("type", release.type)] if release.type else []
    labels += ["~" * (value in inferred) + find_label("country", value) for value in release.country]
    return [*labels, "teaser only"] if release.partial else labels


def _mark_title(hit: Hit) -> Iterator[Part]:
    """Yield the title, with the marks of a snippet that holds all of it."""
    end = 0
    for snippet in hit.snippets:
        if snippet.field == "title" and snippet.text == hit.title:
            for start, stop in snippet.marks:
                yield Part(hit.title[end:start], "bold", hit.url)
                yield Part(hit.title[start:stop], _MARK, hit.url)
                end = stop
            break
    yield Part(hit.title[end:] if hit.title else "(no title)", "bold", hit.url)


def _mark_snippet(snippet: Snippet, terminal: Terminal) -> Iterator[Part]:
    """Yield a passage with its marks, as asterisks where there is no colour."""
    end = 0
    asterisks = Part("" if terminal.color else "**")
    for start, stop in _join_marks(snippet):
        yield from (Part(_squeeze(snippet.text[end:start])), asterisks)
        yield from (Part(_squeeze(snippet.text[start:stop]), _MARK), asterisks)
        end = stop
    yield Part(_squeeze(snippet.text[end:]))


def _squeeze(text: str) -> str:
    return _SPACES.sub(" ", text)


def _join_marks(snippet: Snippet) -> Sequence[tuple[int, int]]:
    """Return the marks; those with only white space between them become one."""
    joined: list[tuple[int, int]] = []
    for start, end in snippet.marks:
        if joined and not snippet.text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _explain(explanation: Explanation, indent: int) -> Iterator[Paragraph]:
    parts = [Part(f"{explanation.value:.6g}  "), Part(explanation.text, "dim")]
    yield Paragraph(parts, (), indent, indent + 4)
    for part in explanation.parts:
        yield from _explain(part, indent + 2)
