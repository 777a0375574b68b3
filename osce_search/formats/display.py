"""Display: values, reasons and receipts → the words that people read, and values found by those words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from osce_search.query import MISSING
from osce_search.results import FacetCounts, Other, Reason, Receipt, Results
from osce_search.schema import facet
from osce_search.vocabulary import Term, fold, vocabulary

if TYPE_CHECKING:
    from osce_search.analyses import Crosstab

NOT_SPECIFIED = "(not specified)"
"""The label of releases that have no value."""


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or plural.

    >>> count_of(1, "release"), count_of(1200, "release")
    ('1 release', '1,200 releases')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@cache
def find_term(name: str, value: str) -> Term | None:
    """Return the term of a facet's value, or None if the facet has no vocabulary or that does not know the value."""
    table = facet(name).vocabulary
    return vocabulary(table).term(value) if table else None


@cache
def find_label(name: str, value: str) -> str:
    """Return the label of a facet's value; a value that no vocabulary knows is its own label.

    >>> find_label("year", "2015"), find_label("country", "_missing")
    ('2015', '(not specified)')
    """
    term = find_term(name, value)
    return term.label if term else NOT_SPECIFIED if value == MISSING else value


def list_omissions(table: Crosstab) -> list[str]:
    """Return what a limit left out of a cross-table.

    >>> from osce_search.analyses import Crosstab
    >>> list_omissions(Crosstab("country", "year", (), (), (), 0, more_rows=1))
    ['1 more value of country']
    """
    omitted = ((table.more_rows, table.row_facet), (table.more_columns, table.column_facet))
    return [f"{count_of(number, 'more value')} of {name}" for number, name in omitted if number]


def print_reasons(reasons: Iterable[Reason]) -> str:
    """Return on one line which parts of a query a hit has, and in which fields.

    >>> print_reasons([Reason("Kyiv", ("title", "body"), "Kiev"), Reason("media", ("lead",))])
    'Kyiv for Kiev (title, body); media (lead)'
    """
    return "; ".join(
        f"{reason.text}{f' for {reason.typed}' if reason.typed else ''} ({', '.join(reason.fields)})"
        for reason in reasons
    )


def print_receipt(receipt: Receipt) -> str:
    """Return a receipt on one line: the fingerprint, the ranking profile unless it is the default, and the software.

    >>> print_receipt(Receipt("b2:0123", 3, "media", "recent", "osce-search 0.1.0"))
    'index b2:0123 · ranked by recent · osce-search 0.1.0'
    """
    ranked = f"ranked by {receipt.profile}" if receipt.profile != "default" else ""
    parts = (f"index {receipt.fingerprint}", ranked, receipt.software)
    return " · ".join(part for part in parts if part)


def has_prefix(name: str, value: str, label: str, prefix: str) -> bool:
    """Return whether a facet's value, label or alias has a word, or words in a row, that begin with a prefix.

    >>> has_prefix("country", "BA", "Bosnia and Herzegovina", "herz")
    True
    """
    # Folded names have one space between their words.
    wanted = f" {fold(prefix)}"
    term = find_term(name, value)
    names = (value, label, *(term.names if term else ()))
    return any(wanted in f" {folded}" for folded in map(fold, names))


def keep_prefix(
    results: Results, name: str, prefix: str, limit: int | None, count: Callable[[tuple[str, ...]], int]
) -> Results:
    """Return the answer with only those values of a facet that have a word with the prefix, up to `limit` of them.

    Case and diacritics make no difference. `count` returns how many releases have at least one of the values that
    the limit cuts off.
    """
    counts = results.facets[name]
    kept = [bucket for bucket in counts.buckets if has_prefix(name, bucket.value, bucket.label, prefix)]
    cut = tuple(bucket.value for bucket in kept[limit:] if bucket.count) if limit is not None else ()
    other = Other(len(cut), count(cut)) if cut else Other()
    chosen = FacetCounts(name, counts.label, tuple(kept[:limit]), other=other)
    return replace(results, facets={**results.facets, name: chosen})
