"""Sheet: Results → rows for a spreadsheet, or ids alone."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterable, Sequence

from osce_search.formats.characters import defuse, neutralise
from osce_search.formats.labels import find_label, print_reasons
from osce_search.release import print_date
from osce_search.results import FacetCounts, Hit, Results

__all__ = ["COLUMNS", "write_facet_rows", "write_ids", "write_rows", "write_sheet"]

COLUMNS = (
    "id",
    "date",
    "title",
    "type",
    "source",
    "field",
    "country",
    "place",
    "language",
    "url",
    "score",
    "snippets",
)
"""What a row tells unless other fields are chosen."""

Write = Callable[[str], object]

_JOINED = "; "


def write_sheet(
    results: Results, write: Write, fields: Sequence[str] = COLUMNS, delimiter: str = ","
) -> None:
    """Write a head and one row a hit; several values of a cell have a semicolon between them."""
    rows = ([read_cell(hit, name) for name in fields] for hit in results.hits)
    write_rows(fields, rows, write, delimiter)


def write_facet_rows(facets: Iterable[FacetCounts], write: Write, delimiter: str = ",") -> None:
    """Write one row for each value of the facets, with what is missing and what a limit cut off."""
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
            label = f"{counts.other.values} other values"
            rows.append((counts.name, "_other", label, counts.other.releases, "", ""))
    head = ("facet", "value", "label", "count", "of", "lift")
    size = len(head) if any(row[-1] != "" for row in rows) else len(head) - 1
    write_rows(head[:size], ([str(cell) for cell in row[:size]] for row in rows), write, delimiter)


def write_rows(
    head: Sequence[str], rows: Iterable[Sequence[str]], write: Write, delimiter: str = ","
) -> None:
    """Write rows of cells; none of them can be a formula or hold what a terminal would obey."""
    sheet = csv.writer(_Writable(write), delimiter=delimiter, lineterminator="\n")
    for row in itertools.chain((head,), rows):
        sheet.writerow([defuse(neutralise(cell)) for cell in row])


def write_ids(results: Results, write: Write, end: str = "\n") -> None:
    """Write the ids of the hits, each followed by `end`."""
    for hit in results.hits:
        write(neutralise(hit.id) + end)


def read_cell(hit: Hit, name: str) -> str:
    """One field of a hit as the text of a cell."""
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
    """What the csv module writes to."""

    def __init__(self, write: Write) -> None:
        self.write = write
