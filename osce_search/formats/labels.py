"""Labels: the value of a facet → what people call it, and whence a release has it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from osce_search.query import MISSING
from osce_search.results import Reason, Receipt
from osce_search.schema import facet
from osce_search.vocabulary import Term, vocabulary

__all__ = ["NOT_SPECIFIED", "find_label", "find_term", "print_reasons", "print_receipt"]

NOT_SPECIFIED = "(not specified)"


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
