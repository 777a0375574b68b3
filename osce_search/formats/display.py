"""Display: what people call the values of facets, and how they find one by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from osce_search.query import MISSING
from osce_search.results import FacetCounts, Other, Reason, Receipt, Results, alter
from osce_search.schema import facet
from osce_search.vocabulary import Term, fold, vocabulary

if TYPE_CHECKING:
    from osce_search.analyses import Crosstab

NOT_SPECIFIED = "(not specified)"

Count = Callable[[tuple[str, ...]], int]


@cache
def find_term(name: str, value: str) -> Term | None:
    """The entry of the facet's vocabulary, or None where it has none or does not know the value."""
    table = facet(name).vocabulary
    return vocabulary(table).term(value) if table else None


def find_label(name: str, value: str) -> str:
    """What people call a value; a value that no vocabulary knows is its own label.

    >>> find_label("year", "2015"), find_label("country", "_missing")
    ('2015', '(not specified)')
    """
    term = find_term(name, value)
    return term.label if term else NOT_SPECIFIED if value == MISSING else value


def list_cut(table: Crosstab) -> list[str]:
    """What a limit has cut off a table, in words."""
    cut = ((table.more_rows, table.row_facet), (table.more_columns, table.column_facet))
    return [
        f"{count:,} more {'value' if count == 1 else 'values'} of {facet}" for count, facet in cut if count
    ]


def print_reasons(reasons: Iterable[Reason]) -> str:
    """Which parts of a question a hit has, and in which fields, on one line.

    >>> print_reasons([Reason("Kyiv", ("title", "body"), "Kiev"), Reason("media", ("lead",))])
    'Kyiv for Kiev (title, body); media (lead)'
    """
    return "; ".join(
        f"{reason.text}{f' for {reason.typed}' if reason.typed else ''} ({', '.join(reason.fields)})"
        for reason in reasons
    )


def print_receipt(receipt: Receipt) -> str:
    """What an answer rests on, on one line: the releases by their fingerprint, an unusual ranking, the software.

    >>> print_receipt(Receipt("b2:0123", 3, "media", "recent", "osce-search 0.1.0"))
    'index b2:0123 · ranked by recent · osce-search 0.1.0'
    """
    ranked = f"ranked by {receipt.profile}" if receipt.profile != "default" else ""
    parts = (f"index {receipt.fingerprint}", ranked, receipt.software)
    return " · ".join(part for part in parts if part)


def keep_prefix(results: Results, name: str, prefix: str, limit: int | None, count: Count) -> Results:
    """The answer with only those values of a facet of which label, value or another name has such a word.

    Case and diacritics make no difference. `count` tells how many releases have any of the values that `limit` cuts
    off.
    """
    counts = results.facets[name]
    kept = [bucket for bucket in counts.buckets if begins(name, bucket.value, bucket.label, prefix)]
    cut = tuple(bucket.value for bucket in kept[limit:] if bucket.count) if limit is not None else ()
    other = Other(len(cut), count(cut)) if cut else Other()
    chosen = FacetCounts(name, counts.label, tuple(kept[:limit]), other=other)
    facets: dict[str, FacetCounts] = {**results.facets, name: chosen}
    return alter(results, facets=facets)


def begins(name: str, value: str, label: str, prefix: str) -> bool:
    """Whether value, label or another name of a facet's value has a word, or words in a row, that begin so.

    >>> begins("country", "BA", "Bosnia and Herzegovina", "herz")
    True
    """
    # Folded names have one space between their words.
    wanted = f" {fold(prefix)}"
    term = find_term(name, value)
    names = (value, label, *(term.names if term else ()))
    return any(wanted in f" {folded}" for folded in map(fold, names))
