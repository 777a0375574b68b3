"""Tables: cross-tables, trends, coverage and vocabularies → columns and bars for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from osce_search.analyses import Crosstab, Trend
from osce_search.console.bars import fit_label, print_bar, print_timeline
from osce_search.console.terminal import Look, Page, span
from osce_search.coverage import Coverage
from osce_search.engine.facet.counts import list_periods
from osce_search.formats.display import find_label, list_cut
from osce_search.parser.notes import excerpt
from osce_search.query import MISSING
from osce_search.vocabulary import Term

_GAP = 2
_NAME = 22


def print_crosstab(table: Crosstab, look: Look) -> str:
    """The table, with as many columns as fit; nothing is a dot. Years that do not fit become a line for each row."""
    page = Page(look)
    if _add_heading(page, table):
        page.add_line()
    label_width = min(max((len(row.label) for row in table.rows), default=0), max(look.width // 3, 12))
    widths = [max(min(len(column.label), 12), len(f"{column.count:,}"), 3) for column in table.columns]
    fitting = 0
    room = look.width - label_width
    while fitting < len(widths) and sum(widths[: fitting + 1]) + _GAP * (fitting + 1) <= room:
        fitting += 1
    if fitting < len(table.columns) and table.column_facet in ("year", "month"):
        earlier = _add_timelines(page, table, label_width)
        hidden = f"{earlier:,} earlier {table.column_facet}{'s' * (earlier > 1)}" if earlier else ""
    else:
        _add_cells(page, table, widths[:fitting], label_width)
        rest = len(table.columns) - fitting
        fit = "column that does not fit" if rest == 1 else "columns that do not fit"
        hidden = f"{rest:,} {fit} the width" if rest else ""
    _add_rest(page, table, hidden)
    return page.print()


def _add_cells(page: Page, table: Crosstab, widths: Sequence[int], label_width: int) -> None:
    look = page.look
    head = Text(" " * label_width)
    for column, width in zip(table.columns, widths, strict=False):
        head.append(" " * _GAP).append(fit_label(column.label, width, look).strip().rjust(width), "bold")
    page.add_line(head)
    for row, cells in zip(table.rows, table.cells, strict=True):
        line = Text(fit_label(row.label, label_width, look))
        for count, width in zip(cells, widths, strict=False):
            shown = f"{count:,}" if count else ("." if look.ascii else "·")
            line.append(" " * _GAP + shown.rjust(width), "" if count else "dim")
        page.add_line(line)


def _add_timelines(page: Page, table: Crosstab, label_width: int) -> int:
    """One character a period, as high as its count among those of its row; periods without any are there, too.

    How many of the first periods have no room is given back.
    """
    known = {column.value: place for place, column in enumerate(table.columns) if column.value != MISSING}
    periods = list_periods(min(known), max(known)) if known else []
    digits = max((len(f"{row.count:,}") for row in table.rows), default=1)
    earlier = max(len(periods) - (page.look.width - label_width - digits - 2 * _GAP), 0)
    periods = periods[earlier:]
    head = f"{periods[0]} to {periods[-1]}" if periods else ""
    page.add_line(Text(" " * (label_width + _GAP)).append(head, "bold"))
    for row, cells in zip(table.rows, table.cells, strict=True):
        counts = [cells[known[period]] if period in known else 0 for period in periods]
        line = Text(fit_label(row.label, label_width, page.look) + " " * _GAP)
        line.append(print_timeline(counts, page.look), "cyan").append(f"{row.count:>{digits + _GAP},}")
        page.add_line(line)
    return earlier


def print_trend(trend: Trend, look: Look) -> str:
    """One line a period: hits, their share of all releases of the period, and a bar of that share."""
    page = Page(look)
    _add_heading(page, trend)
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
        line.rstrip()
        page.add_line(line)
    if trend.undated:
        page.add(f"{trend.undated:,} without a {trend.by}")
    return page.print()


def _add_heading(page: Page, told: Crosstab | Trend) -> bool:
    """How many releases are counted, for which question, with notes; False, and nothing, for a table of them all."""
    question = told.receipt.question if told.receipt else ""
    if question in ("", "*") and not told.notes and isinstance(told, Crosstab):
        return False
    releases = f"{told.total:,} {'release' if told.total == 1 else 'releases'}"
    page.add(span(releases, "bold"), span(f" for {excerpt(question, 1000)}" if question else ""))
    for note in told.notes:
        page.add(Text("note     ", "dim"), span(note), hanging=9)
    return True


def _add_rest(page: Page, table: Crosstab, hidden: str) -> None:
    notes = list_cut(table)
    if hidden:
        notes.append(f"{hidden} (--csv has them)")
    if notes:
        page.add_line()
        page.add(Text("not shown: " + ", ".join(notes), "dim"))


def print_coverage(coverage: Coverage, index: str, fingerprint: str, look: Look) -> str:
    """Releases by year and type, the completeness of each facet, and how the pages were read."""
    page = Page(look)
    page.add(span(f"{coverage.total:,} releases in {index}", "bold"))
    page.add(Text("fingerprint ", "dim"), span(fingerprint), hanging=12)
    _add_bars(page, "By year", {year: sum(types.values()) for year, types in coverage.years.items()})
    # A type by its value and the same by its name stand under one name, and are not to hide each other.
    types: Counter[str] = Counter()
    for name, count in coverage.types.items():
        types[find_label("type", name)] += count
    _add_bars(page, "By type", types)
    page.add_line()
    page.add(Text(f"{'Labels':<{_NAME}}{'values':>8}{'assigned':>10}{'inferred':>10}{'missing':>9}", "bold"))
    for facet in coverage.facets:
        shares = (_share(count, coverage.total) for count in (facet.assigned, facet.inferred, facet.missing))
        assigned, inferred, missing = shares
        page.add(span(f"{facet.label:<{_NAME}}{facet.values:>8,}{assigned:>10}{inferred:>10}{missing:>9}"))
    _add_bars(page, "Read as", coverage.parsers)
    _add_bars(page, "Flags", coverage.flags)
    if coverage.partial:
        page.add_line()
        page.add(f"{coverage.partial:,} known by a teaser only")
    return page.print()


def _add_bars(page: Page, heading: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    page.add_line()
    page.add(Text(heading, "bold"))
    most = max(counts.values())
    digits = len(f"{most:,}")
    width = max(page.look.width - _NAME - digits - 2, 8)
    for name, count in counts.items():
        bar = print_bar(count, most, width, page.look)
        page.add_line(span(f"{name[:_NAME]:<{_NAME}}").append(f"{count:>{digits},} ").append(bar, "cyan"))


def _share(count: int, total: int) -> str:
    """A share that is not rounded to all or nothing when it is neither."""
    if not total or count in (0, total):
        return f"{100 if count else 0} %"
    return f"{min(max(100 * count / total, 0.1), 99.9):.1f} %"


def print_terms(terms: Sequence[Term], look: Look) -> Iterator[str]:
    """Each value with its label and other names; what has a parent stands beneath it, where that is listed, too."""
    listed = {term.value for term in terms}
    page = Page(look)
    width = min(max((len(term.value) for term in terms), default=0), look.width // 3) + 2
    for term in terms:
        indent = 2 if term.parent in listed else 0
        head = Text(" " * indent).append_text(span(f"{term.value:<{width - indent}} ", "cyan"))
        head.append_text(span(term.label, "bold"))
        if term.closed:
            head.append(" (closed)", "dim")
        if term.parent and not indent:
            head.append(f" · in {term.parent}", "dim")
        if term.aliases:
            names = (_print_alias(a.name, a.since, a.until) for a in term.aliases)
            head.append_text(span(" = " + ", ".join(names), "dim"))
        page.add(head, hanging=width + 1)
        yield page.print()


def _print_alias(name: str, since: int | None, until: int | None) -> str:
    return f"{name} [{since or ''}-{until or ''}]" if since or until else name
