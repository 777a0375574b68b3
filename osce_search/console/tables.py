"""Tables: a cross-tabulation or a trend → columns and bars for people."""

from __future__ import annotations

from rich.text import Text

from osce_search.console.counts import fit_label, print_bar
from osce_search.console.look import Look, Page, span
from osce_search.results import Crosstab, Trend

__all__ = ["print_crosstab", "print_trend"]

_GAP = 2


def print_crosstab(table: Crosstab, look: Look) -> str:
    """The table, with as many columns as fit; nothing is a dot."""
    page = Page(look)
    label_width = min(max((len(row.label) for row in table.rows), default=0), max(look.width // 3, 12))
    widths = [max(min(len(column.label), 12), len(f"{column.count:,}"), 3) for column in table.columns]
    fitting = 0
    room = look.width - label_width
    while fitting < len(widths) and sum(widths[: fitting + 1]) + _GAP * (fitting + 1) <= room:
        fitting += 1
    head = Text(" " * label_width)
    for column, width in zip(table.columns[:fitting], widths, strict=False):
        head.append(" " * _GAP).append(fit_label(column.label, width, look).strip().rjust(width), "bold")
    page.add_line(head)
    for row, cells in zip(table.rows, table.cells, strict=True):
        line = Text(fit_label(row.label, label_width, look))
        for count, width in zip(cells[:fitting], widths, strict=False):
            shown = f"{count:,}" if count else ("." if look.ascii else "·")
            line.append(" " * _GAP + shown.rjust(width), "" if count else "dim")
        page.add_line(line)
    _add_rest(page, table, len(table.columns) - fitting)
    return page.print()


def print_trend(trend: Trend, question: str, look: Look) -> str:
    """One line a period: hits, their share of all releases of the period, and a bar of that share."""
    page = Page(look)
    releases = "release" if trend.total == 1 else "releases"
    page.add(span(f"{trend.total:,} {releases}", "bold"), span(f" for {question}" if question else ""))
    if not trend.points:
        return page.print()
    page.add_line()
    most = max(point.share for point in trend.points)
    names = max(len(point.period) for point in trend.points)
    counts = max(len(f"{point.count:,}") for point in trend.points)
    totals = max(len(f"{point.of:,}") for point in trend.points)
    width = look.width - names - counts - totals - 16
    for point in trend.points:
        line = Text(f"{point.period:<{names}}  {point.count:>{counts},} of {point.of:>{totals},}  ")
        line.append(f"{100 * point.share:5.1f} % ").append(print_bar(point.share, most, width, look), "cyan")
        page.add_line(line)
    if trend.undated:
        page.add(f"{trend.undated:,} without a {trend.by}")
    return page.print()


def _add_rest(page: Page, table: Crosstab, hidden: int) -> None:
    notes = []
    if table.more_rows:
        notes.append(f"{table.more_rows:,} more values of {table.row_facet}")
    if table.more_columns:
        notes.append(f"{table.more_columns:,} more values of {table.column_facet}")
    if hidden:
        notes.append(f"{hidden:,} columns that do not fit the width (--csv has them)")
    if notes:
        page.add_line()
        page.add(Text("not shown: " + ", ".join(notes), "dim"))
