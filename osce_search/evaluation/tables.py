"""Tables: cells, names and numbers → text for a terminal, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from osce_search.evaluation.statistics import FEW

__all__ = ["REPORT_VERSION", "enumerate_names", "few_topics", "print_json", "print_p", "print_table"]

REPORT_VERSION = 1
"""The version of the JSON of reports and comparisons."""


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, markdown: bool = False) -> str:
    """Cells in columns: the first to the left, numbers to the right.

    >>> print(print_table(["measure", "mean"], [["AP", "0.4"], ["nDCG@10", "0.55"]]))
    measure  mean
    AP        0.4
    nDCG@10  0.55
    """
    table = [list(head), *map(list, rows)]
    if markdown:
        table = [[cell.replace("|", "\\|") for cell in row] for row in table]
        rule = ["---", *["---:"] * (len(head) - 1)]
        return "\n".join(f"| {' | '.join(row)} |" for row in [table[0], rule, *table[1:]])
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    return "\n".join(lines)


def few_topics(count: int) -> str:
    """A warning where there are too few topics for a mean to be steady; empty where there are enough.

    >>> few_topics(30)
    '30 topics: with fewer than 50, a difference of one point is noise'
    >>> few_topics(50)
    ''
    """
    topics = "1 topic" if count == 1 else f"{count} topics"
    return f"{topics}: with fewer than {FEW}, a difference of one point is noise" if count < FEW else ""


def print_p(value: float, digits: int = 3) -> str:
    """A p-value, which is never 0.

    >>> print_p(0.0421), print_p(0.00001), print_p(0.00001, 4)
    ('0.042', '<0.001', '<0.0001')
    """
    least = 10.0**-digits
    return f"{value:.{digits}f}" if value >= least else f"<{least:.{digits}f}"


def enumerate_names(names: Sequence[str], limit: int = 10) -> str:
    """The first of the names with commas between, and how many more there are.

    >>> enumerate_names(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def print_json(record: dict[str, Any]) -> str:
    """A JSON object as text with a line break at its end."""
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
