"""Terms: controlled values → JSON, CSV or TSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from osce_search.formats.answer import SCHEMA_VERSION, print_object
from osce_search.formats.sheet import write_rows
from osce_search.vocabulary import Term

__all__ = ["write_terms"]

Write = Callable[[str], object]


def write_terms(name: str, terms: Sequence[Term], format_name: str, write: Write) -> None:
    """Write the terms of a vocabulary in a format: `json`, `csv` or `tsv`."""
    if format_name == "json":
        described = [
            {
                "value": term.value,
                "label": term.label,
                "parent": term.parent,
                "closed": term.closed,
                "aliases": [{"name": a.name, "since": a.since, "until": a.until} for a in term.aliases],
            }
            for term in terms
        ]
        write(print_object({"schema_version": SCHEMA_VERSION, "vocabulary": name, "terms": described}) + "\n")
        return
    rows = (
        (
            term.value,
            term.label,
            term.parent or "",
            "yes" if term.closed else "",
            "; ".join(a.name for a in term.aliases),
        )
        for term in terms
    )
    head = ("value", "label", "parent", "closed", "aliases")
    write_rows(head, rows, write, "\t" if format_name == "tsv" else ",")
