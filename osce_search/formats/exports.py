"""Exports: results, analyses and vocabularies → CSV, TSV, Markdown or a list of ids."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from osce_search.formats.characters import defuse, neutralise
from osce_search.formats.citations import CITATIONS, today
from osce_search.formats.display import NOT_SPECIFIED, count_of, find_label, print_reasons, print_receipt
from osce_search.formats.json_output import choose_fields
from osce_search.release import print_date
from osce_search.results import FacetCounts, Hit, Results, Snippet
from osce_search.vocabulary import Term

if TYPE_CHECKING:
    from osce_search.analyses import Crosstab, Trend

COLUMNS = (
    "id", "date", "title", "type", "source", "field", "country", "place", "language", "url", "score", "snippets",
)  # fmt: skip
"""The fields of a row by default."""

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""The character between two cells in each format."""

Write = Callable[[str], object]

_JOINED = "; "
_LINK = re.compile("https?://", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])|^(\d+)([.)])|^[+=-]")


def write_sheet(
    results: Results, write: Write, fields: Sequence[str] = COLUMNS, delimiter: str = ","
) -> None:
    """Write a heading and one row for each hit; a semicolon separates the values of a cell."""
    rows = ([read_cell(hit, name) for name in fields] for hit in results.hits)
    write_rows(fields, rows, write, delimiter)


def write_facet_rows(facets: Iterable[FacetCounts], write: Write, delimiter: str = ",") -> None:
    """Write one row for each value of the facets, for the releases without a value, and for what a limit cut off."""
    rows: list[tuple[object, ...]] = []
    for counts in facets:
        rows += [
            (counts.name, b.value, b.label, b.count, b.of, "" if b.lift is None else round(b.lift, 4))
            for b in counts.buckets
        ]
        if counts.missing or counts.missing_selected:
            label = find_label(counts.name, "_missing")
            rows.append((counts.name, "_missing", label, counts.missing, "", ""))
        if counts.other.values:
            label = count_of(counts.other.values, "other value")
            rows.append((counts.name, "_other", label, counts.other.releases, "", ""))
    head = ("facet", "value", "label", "count", "of", "lift")
    size = len(head) if any(row[-1] != "" for row in rows) else len(head) - 1
    write_rows(head[:size], ([str(cell) for cell in row[:size]] for row in rows), write, delimiter)


def write_rows(
    head: Sequence[str], rows: Iterable[Sequence[str]], write: Write, delimiter: str = ","
) -> None:
    """Write rows of cells. No cell is a formula, or has a character that a terminal obeys."""
    sheet = csv.writer(_Writable(write), delimiter=delimiter, lineterminator="\n")
    for row in itertools.chain((head,), rows):
        sheet.writerow([defuse(neutralise(cell)) for cell in row])


def write_crosstab(table: Crosstab, write: Write, delimiter: str = ",") -> None:
    """Write a heading of column labels, and one row for each row label."""
    head = (table.row_facet, *(column.label for column in table.columns))
    rows = ((row.label, *map(str, cells)) for row, cells in zip(table.rows, table.cells, strict=True))
    write_rows(head, rows, write, delimiter)


def write_trend(trend: Trend, write: Write, delimiter: str = ",") -> None:
    """Write one row for each period: its hits, all its releases, and the share of the hits."""
    rows = (
        (point.period, str(point.count), str(point.of), str(round(point.share, 6))) for point in trend.points
    )
    write_rows((trend.by, "count", "of", "share"), rows, write, delimiter)


def write_terms(terms: Iterable[Term], write: Write, delimiter: str = ",") -> None:
    """Write one row for each term of a vocabulary."""
    rows = (
        (
            term.value,
            term.label,
            term.parent or "",
            "yes" if term.closed else "",
            "; ".join(alias.name for alias in term.aliases),
        )
        for term in terms
    )
    write_rows(("value", "label", "parent", "closed", "aliases"), rows, write, delimiter)


def write_ids(results: Results, write: Write, end: str = "\n") -> None:
    """Write the ids of the hits, each followed by `end`."""
    for hit in results.hits:
        write(neutralise(hit.id) + end)


def write_markdown(results: Results, write: Write, offset: int = 0) -> None:
    """Write the hits as a numbered list with links, and each facet as a table. Text from pages is never markup."""
    write(f"**{count_of(results.total, 'release')}**")
    write(f" for {_escape(results.read_as)}\n\n" if results.read_as else "\n\n")
    for note in results.notes:
        write(f"> {_escape(note)}\n\n")
    for number, hit in enumerate(results.hits, offset + 1):
        write(_print_hit(number, hit))
    for counts in results.facets.values():
        write("\n" + _print_facet(counts))
    if results.receipt:
        write(f"\n{_escape(print_receipt(results.receipt))}\n")


def read_cell(hit: Hit, name: str) -> str:
    """Return one field of a hit as the text of a cell."""
    release = hit.release
    if name == "date":
        return print_date(release.date, release.date_precision) if release.date else ""
    if name == "score":
        return f"{hit.score:.4f}" if hit.score else ""
    if name == "snippets":
        return " … ".join(snippet.text for snippet in hit.snippets)
    if name == "matched":
        return print_reasons(hit.matched)
    if name == "folded":
        return str(hit.folded or "")
    if name == "explanation":
        return hit.explanation.text if hit.explanation else ""
    if name == "partial":
        return "yes" if release.partial else ""
    value = getattr(release, name)
    if name in ("type", "language"):
        return find_label(name, value) if value else ""
    if isinstance(value, tuple):
        return _JOINED.join(find_label(name, item) for item in value)
    return value or ""


class _Writable:
    """A file, as far as the csv module needs one."""

    def __init__(self, write: Write) -> None:
        self.write = write


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
        rows.append((f"others: {count_of(counts.other.values, 'value')}", counts.other.releases))
    if counts.missing:
        rows.append((NOT_SPECIFIED, counts.missing))
    table = [f"| {_escape(counts.label)} | releases |", "|---|--:|"]
    return "\n".join([*table, *(f"| {_escape(label)} | {count:,} |" for label, count in rows)]) + "\n"


def _escape(text: str) -> str:
    return _SPECIAL.sub(_put_backslash, neutralise(text)).replace("&", "&amp;")


def _put_backslash(match: re.Match[str]) -> str:
    return f"{match[2]}\\{match[3]}" if match[2] else f"\\{match[0]}"


def _address(url: str) -> str:
    return neutralise(url).replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C").replace(" ", "%20")


def choose_writer(
    name: str,
    results: Results,
    offset: int,
    fields: str | None,
    *,
    facets_only: bool = False,
    nul: bool = False,
) -> Callable[[Write], None]:
    """Return what writes an answer in a format other than JSON, when it is called with what takes text.

    `fields` are the columns of CSV and TSV, separated by commas; `facets_only` writes the counts in their place;
    `nul` ends each id with a NUL. Raise QueryError for an unknown field.
    """
    if name in DELIMITERS and facets_only:
        return lambda write: write_facet_rows(results.facets.values(), write, DELIMITERS[name])
    if name in DELIMITERS:
        columns = choose_fields(fields, COLUMNS)
        return lambda write: write_sheet(results, write, columns, DELIMITERS[name])
    if name == "ids":
        return lambda write: write_ids(results, write, "\0" if nul else "\n")
    if name == "md":
        return lambda write: write_markdown(results, write, offset)
    return lambda write: CITATIONS[name]((hit.release for hit in results.hits), write, today())
