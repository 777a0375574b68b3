"""Markdown: Results → a list of releases and tables of counts."""

from __future__ import annotations

import re
from collections.abc import Callable

from osce_search.formats.characters import neutralise
from osce_search.formats.labels import find_label, print_receipt
from osce_search.release import print_date
from osce_search.results import FacetCounts, Hit, Results, Snippet

__all__ = ["write_markdown"]

Write = Callable[[str], object]

_LINK = re.compile("https?://", re.IGNORECASE)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])|^(\d+)([.)])|^[+=-]")


def write_markdown(results: Results, write: Write, offset: int = 0) -> None:
    """Write the hits as a numbered list with links, and each facet as a table; nothing of a page is read as markup."""
    write(f"**{results.total:,} {'release' if results.total == 1 else 'releases'}**")
    write(f" for {_escape(results.read_as)}\n\n" if results.read_as else "\n\n")
    for note in results.notes:
        write(f"> {_escape(note)}\n\n")
    for number, hit in enumerate(results.hits, offset + 1):
        write(_print_hit(number, hit))
    for counts in results.facets.values():
        write("\n" + _print_facet(counts))
    if results.receipt:
        write(f"\n{_escape(print_receipt(results.receipt))}\n")


def _print_hit(number: int, hit: Hit) -> str:
    release = hit.release
    title = _escape(hit.title.strip() or hit.id)
    heading = f"[{title}](<{_address(hit.url)}>)" if hit.url and _LINK.match(hit.url) else f"**{title}**"
    about = [print_date(release.date, release.date_precision)] if release.date else []
    about += [_escape(find_label("source", value)) for value in release.source]
    indent = " " * (len(str(number)) + 2)
    lines = [f"{number}. {heading}", f"{indent}{' · '.join([*about, f'`{neutralise(hit.id)}`'])}"]
    lines += [f"{indent}> {_print_snippet(snippet)}" for snippet in hit.snippets]
    return "  \n".join(lines[:2]) + "".join(f"\n{line}" for line in lines[2:]) + "\n"


def _print_snippet(snippet: Snippet) -> str:
    parts, end = [], 0
    for start, stop in snippet.marks:
        parts += [_escape(snippet.text[end:start]), "**", _escape(snippet.text[start:stop]), "**"]
        end = stop
    return "".join([*parts, _escape(snippet.text[end:])])


def _print_facet(counts: FacetCounts) -> str:
    rows = [(b.label + (" (chosen)" if b.selected else ""), b.count) for b in counts.buckets]
    if counts.other.values:
        rows.append((f"others: {counts.other.values} values", counts.other.releases))
    if counts.missing:
        rows.append(("(not specified)", counts.missing))
    table = [f"| {_escape(counts.label)} | releases |", "|---|--:|"]
    return "\n".join([*table, *(f"| {_escape(label)} | {count:,} |" for label, count in rows)]) + "\n"


def _escape(text: str) -> str:
    return _SPECIAL.sub(_put_backslash, neutralise(text)).replace("&", "&amp;")


def _put_backslash(match: re.Match[str]) -> str:
    return f"{match[2]}\\{match[3]}" if match[2] else f"\\{match[0]}"


def _address(url: str) -> str:
    return neutralise(url).replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C").replace(" ", "%20")
