"""Tables: a cross-tabulation or a trend → JSON, CSV or TSV."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from osce_search.analyses import Crosstab, Trend
from osce_search.formats.answer import SCHEMA_VERSION, describe_receipt, print_object
from osce_search.formats.sheet import write_rows

__all__ = ["list_cut", "write_crosstab", "write_trend"]

Write = Callable[[str], object]


def list_cut(table: Crosstab) -> list[str]:
    """What a limit has cut off a table, in words."""
    cut = ((table.more_rows, table.row_facet), (table.more_columns, table.column_facet))
    return [
        f"{count:,} more {'value' if count == 1 else 'values'} of {facet}" for count, facet in cut if count
    ]


def write_crosstab(table: Crosstab, question: str, format_name: str, write: Write) -> None:
    """Write a table with a head of column labels and a row for each row label, or a JSON object."""
    if format_name == "json":
        head = {"schema_version": SCHEMA_VERSION, "question": question}
        told = dataclasses.asdict(table) | {"receipt": describe_receipt(table.receipt)}
        write(print_object({**head, **told}) + "\n")
        return
    top = (table.row_facet, *(column.label for column in table.columns))
    rows = ((row.label, *map(str, cells)) for row, cells in zip(table.rows, table.cells, strict=True))
    write_rows(top, rows, write, "\t" if format_name == "tsv" else ",")


def write_trend(trend: Trend, question: str, format_name: str, write: Write) -> None:
    """Write one row a period: its hits, all its releases, and the share of the one in the other."""
    points = [(point.period, point.count, point.of, round(point.share, 6)) for point in trend.points]
    if format_name == "json":
        names = ("period", "count", "of", "share")
        described = [dict(zip(names, point, strict=True)) for point in points]
        head = {"schema_version": SCHEMA_VERSION, "question": question, "by": trend.by, "total": trend.total}
        rest = {"notes": trend.notes, "receipt": describe_receipt(trend.receipt)}
        write(print_object({**head, "points": described, "undated": trend.undated, **rest}) + "\n")
        return
    rows = (tuple(map(str, point)) for point in points)
    write_rows((trend.by, "count", "of", "share"), rows, write, "\t" if format_name == "tsv" else ",")
