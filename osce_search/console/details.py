"""Details: one release → its whole text, where its labels come from, and whether it says a quotation."""

from __future__ import annotations

from rich.text import Text

from osce_search.console.cards import print_date_in_words
from osce_search.console.terminal import Look, Page, link, span
from osce_search.formats.display import find_label
from osce_search.quotation import Quotation
from osce_search.release import Origin, Release

_FACETS = (
    ("Source", "source"),
    ("Place", "place"),
    ("Field", "field"),
    ("Country", "country"),
    ("Type", "type"),
    ("Language", "language"),
)
_ORIGINS = {
    "assigned": "printed as a label",
    "inferred": "worked out from the text",
    "published": "printed as publishing date",
    "dateline": "read from the dateline",
}

_VERDICTS = {
    "exact": "The release says exactly this.",
    "near": "The release says nearly this.",
    "no": "The release does not say this.",
}


def print_release(release: Release, look: Look, why: bool = False) -> str:
    """The whole release; with `why`, where each of its values comes from."""
    page = Page(look)
    page.add(span(release.title or "(no title)", "bold"))
    page.add_line()
    _add_row(page, "Date", print_date_in_words(release.date, release.date_precision))
    _add_reasons(page, release, "date", why)
    for label, name in _FACETS:
        value = getattr(release, name)
        values = value if isinstance(value, tuple) else (value,) if value else ()
        if values:
            _add_row(page, label, ", ".join(find_label(name, item) for item in values))
            _add_reasons(page, release, name, why)
    if release.url:
        page.add(Text("Address   ", "dim"), link(span(release.url), release.url), hanging=10)
    _add_row(page, "Id", release.id)
    if why:
        _add_row(page, "SHA-256", release.content_sha256)
        if release.parser:
            _add_row(page, "Read as", release.parser)
        if release.flags:
            _add_row(page, "Flags", ", ".join(release.flags))
    if release.partial:
        _add_row(page, "Note", "a listing's teaser only; the page itself was not read")
    for paragraph in release.paragraphs:
        page.add_line()
        page.add(span(paragraph))
    page.add_line()
    return page.print()


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


def _add_row(page: Page, label: str, text: str) -> None:
    page.add(Text(f"{label:<10}", "dim"), span(text), hanging=10)


def _add_reasons(page: Page, release: Release, name: str, why: bool) -> None:
    if why:
        for origin in release.provenance.get(name, ()):
            page.add(_describe(name, origin), indent=12, hanging=14)


def _describe(name: str, origin: Origin) -> Text:
    text = Text(style="dim")
    if origin.value:
        text.append_text(span(f"{find_label(name, origin.value)}: "))
    text.append_text(span(_ORIGINS.get(origin.origin, origin.origin)))
    if origin.evidence:
        text.append_text(span(f", “{origin.evidence}”"))
    if origin.weight != 1.0:
        text.append(f", weight {origin.weight:.2f}")
    return text
