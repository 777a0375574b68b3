"""Likeness: similar releases, and quotations → text for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from osce_search.analyses import Likeness
from osce_search.console.answer import add_hit
from osce_search.console.look import Look, Page, span
from osce_search.quotation import Quotation
from osce_search.release import Release

__all__ = ["print_likeness", "print_quotation"]

_VERDICTS = {
    "exact": "The release says exactly this.",
    "near": "The release says nearly this.",
    "no": "The release does not say this.",
}


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


def print_quotation(release: Release, found: Quotation, look: Look) -> str:
    """Whether a release says it, where, and with which other words."""
    page = Page(look)
    page.add(span(_VERDICTS[found.verdict], "bold"))
    if found.verdict != "no":
        where = f"{found.field}, characters {found.start:,} to {found.end:,}"
        page.add(Text("where    ", "dim"), span(where), hanging=9)
        page.add(Text("there    ", "dim"), span(f"“{found.text}”"), hanging=9)
    if found.verdict == "near":
        page.add(Text("likeness ", "dim"), f"{100 * found.likeness:.0f} % of the words", hanging=9)
        for item in found.differences:
            page.add(Text("differs  ", "dim"), span(f"“{item.quoted}” is “{item.found}” there"), hanging=9)
        if not found.differences:
            page.add(Text("differs  ", "dim"), "in capitals or punctuation alone", hanging=9)
    page.add(Text("release  ", "dim"), span(f"{release.title} [{release.id}]"), hanging=9)
    page.add(Text("SHA-256  ", "dim"), span(release.content_sha256), hanging=9)
    return page.print()
