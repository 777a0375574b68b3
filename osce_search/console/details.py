"""Details: one release → its whole text, where its labels come from, and whether it says a quotation."""

from __future__ import annotations

from collections.abc import Iterator

from osce_search.console.cards import print_date_in_words
from osce_search.console.terminal import BLANK, Paragraph, Part, Terminal, make_row, print_page
from osce_search.formats.display import count_of, find_label
from osce_search.quotation import Difference, Quotation
from osce_search.release import Origin, Release

_FACETS = (
    ("Source", "source"),
    ("Place", "place"),
    ("Field", "field"),
    ("Country", "country"),
    ("Type", "type"),
    ("Language", "language"),
)
_LABELLED = frozenset(name for _, name in _FACETS)
_ORIGINS = {
    "assigned": "printed as a label",
    "inferred": "inferred from the text",
    "published": "printed as publishing date",
    "dateline": "read from the dateline",
    "modified": "printed as day of the last change",
    "title": "named by the title",
    "heading": "the heading that looks most like a title",
    "head": "named by the head of the page",
    "line": "a line in the place of a title",
    "label": "printed with a label",
}
_VERDICTS = {
    "exact": "The release says exactly this.",
    "near": "The release says nearly this.",
    "no": "The release does not say this.",
}
_NAME = 10
"""Columns of the names of rows."""


def print_release(release: Release, terminal: Terminal, why: bool = False) -> str:
    """Return the whole release, inferred labels with a tilde; `why` adds where each of its values comes from."""
    page = [Paragraph([Part(release.title or "(no title)", "bold")])]
    page += [*(_list_origins(release, "title") if why else ()), BLANK]
    page.append(make_row("Date", print_date_in_words(release.date, release.date_precision), _NAME))
    page += _list_origins(release, "date") if why else ()
    for label, name in _FACETS:
        value = getattr(release, name)
        values = value if isinstance(value, tuple) else (value,) if value else ()
        if values:
            inferred = release.inferred(name)
            labels = ["~" * (item in inferred) + find_label(name, item) for item in values]
            page.append(make_row(label, ", ".join(labels), _NAME))
            page += _list_origins(release, name) if why else ()
    if release.url:
        address = Part(release.url, link=release.url)
        page.append(Paragraph([Part(f"{'Address':<{_NAME}}", "dim"), address], fits=True))
    page.append(make_row("Id", release.id, _NAME))
    if why:
        page.append(make_row("SHA-256", release.content_sha256, _NAME)._replace(fits=True))
        page += [make_row("Read as", release.parser, _NAME)] if release.parser else ()
        page += [make_row("Text", _describe_text(release), _NAME)]
        page += [make_row("Flags", ", ".join(release.flags), _NAME)] if release.flags else ()
    if release.partial:
        page.append(make_row("Note", "only the teaser of a listing; the page itself was not found", _NAME))
    for paragraph in release.paragraphs:
        page += [BLANK, Paragraph([Part(paragraph)])]
    return print_page([*page, BLANK], terminal)


def print_quotation(release: Release, found: Quotation, terminal: Terminal) -> str:
    """Return whether a release says a quotation, where, and with which differences."""
    page = [Paragraph([Part(_VERDICTS[found.verdict], "bold")])]
    if found.verdict != "no":
        page.append(make_row("where", f"{found.field}, characters {found.start:,} to {found.end:,}"))
        page.append(make_row("text", f"“{found.text}”"))
    if found.verdict == "near":
        page.append(make_row("likeness", f"{100 * found.likeness:.0f} % of the words"))
        differences = [_print_difference(item) for item in found.differences]
        page += [make_row("differs", text) for text in differences or ["only in capitals or punctuation"]]
    page.append(make_row("release", f"{release.title} [{release.id}]"))
    page.append(make_row("SHA-256", release.content_sha256)._replace(fits=True))
    return print_page(page, terminal)


def _print_difference(item: Difference) -> str:
    if not item.found:
        return f"“{item.quoted}” is not there"
    return f"“{item.quoted}” is “{item.found}” there" if item.quoted else f"“{item.found}” is added there"


def _list_origins(release: Release, name: str) -> Iterator[Paragraph]:
    """Yield where the values of a facet, or the date, come from."""
    for origin in release.provenance.get(name, ()):
        yield Paragraph([Part(_describe(name, origin), "dim")], (), 12, 14)


def _describe_text(release: Release) -> str:
    """Return how much of the text is there, and why the rest is not."""
    kept = f"{count_of(len(release.paragraphs), 'paragraph')}, {count_of(len(release.text), 'character')}"
    dropped = next(
        (origin for origin in release.provenance.get("text", ()) if origin.origin == "dropped"), None
    )
    if dropped is None:
        return kept
    blocks = f"{dropped.value} block{'' if dropped.value == '1' else 's'}"
    return f"{kept}; left out {blocks}, {dropped.weight:.1%} of the characters: {dropped.evidence}"


def _describe(name: str, origin: Origin) -> str:
    label = find_label(name, origin.value) if name in _LABELLED else origin.value
    text = f"{label}: " if label else ""
    text += _ORIGINS.get(origin.origin, origin.origin)
    if origin.evidence:
        text += f", “{origin.evidence}”"
    return text if origin.weight == 1.0 else f"{text}, weight {origin.weight:.2f}"
