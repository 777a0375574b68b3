"""Tables: cross-tables, trends, coverage and vocabularies → columns and bars for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from osce_search.analyses import Crosstab, Trend
from osce_search.console.bars import draw_bar, draw_timeline, fit_labels
from osce_search.console.terminal import BLANK, Paragraph, Part, Terminal, make_row, print_page
from osce_search.coverage import Coverage
from osce_search.engine.facet.counts import list_periods
from osce_search.formats.display import count_of, find_label, list_omissions
from osce_search.parser.notes import excerpt
from osce_search.query import MISSING
from osce_search.vocabulary import Term

_GAP = 2
_NAME = 22
"""Columns of the names beside the bars of `print_coverage`."""

_QUERY_LENGTH = 1000
"""Characters of a query that are repeated; a longer one ends in an ellipsis."""


def print_crosstab(table: Crosstab, terminal: Terminal) -> str:
    """Return the table with the columns that fit; 0 is a dot. Years that do not fit become a timeline for each row."""
    page = _make_heading(table)
    page += [BLANK] * bool(page)
    longest = max((len(row.label) for row in table.rows), default=0)
    labels = fit_labels(
        [row.label for row in table.rows], min(longest, max(terminal.width // 3, 12)), terminal
    )
    label_width = max(map(len, labels), default=0)
    widths = [_width_of(column.label, column.count, terminal) for column in table.columns]
    fitting = 0
    room = terminal.width - label_width
    while fitting < len(widths) and sum(widths[: fitting + 1]) + _GAP * (fitting + 1) <= room:
        fitting += 1
    fitting = fitting if terminal.wrap else len(widths)
    hidden = ""
    if fitting < len(table.columns) and table.column_facet in ("year", "month"):
        timelines, earlier = _list_timelines(table, labels, label_width, terminal)
        page += timelines
        hidden = count_of(earlier, f"earlier {table.column_facet}") if earlier else ""
    else:
        page += _list_cells(table, labels, widths[:fitting], label_width, terminal)
        rest = len(table.columns) - fitting
        fit = "does not fit" if rest == 1 else "do not fit"
        hidden = f"{count_of(rest, 'column')} that {fit} the width" if rest else ""
    omitted = list_omissions(table) + ([f"{hidden} (--csv has them)"] if hidden else [])
    if omitted:
        page += [BLANK, Paragraph([Part("not shown: " + ", ".join(omitted), "dim")])]
    return print_page(page, terminal)


def print_trend(trend: Trend, terminal: Terminal) -> str:
    """Return a line for each period: its hits, their share of all releases of the period, and a bar of the share."""
    page = _make_heading(trend)
    if trend.points:
        page.append(BLANK)
        highest = max(point.share for point in trend.points)
        names = max(len(point.period) for point in trend.points)
        counts = max(len(f"{point.count:,}") for point in trend.points)
        totals = max(len(f"{point.of:,}") for point in trend.points)
        width = terminal.width - names - counts - totals - 16
        for point in trend.points:
            bar = draw_bar(point.share, highest, width, terminal)
            numbers = f"{point.period:<{names}}  {point.count:>{counts},} of {point.of:>{totals},}  "
            share = f"{100 * point.share:5.1f} %"
            page.append(Paragraph([Part(numbers), Part(f"{share} {bar}".rstrip(), "cyan")], fits=True))
        if trend.undated:
            page.append(Paragraph([Part(f"{trend.undated:,} without a {trend.by}")]))
    return print_page(page, terminal)


def print_coverage(coverage: Coverage, index: str, fingerprint: str, terminal: Terminal) -> str:
    """Return releases by year and type, the completeness of each facet, and how the pages were read."""
    page = [Paragraph([Part(f"{count_of(coverage.total, 'release')} in {index}", "bold")])]
    page.append(make_row("fingerprint", fingerprint, 12))
    years = {year: sum(types.values()) for year, types in coverage.years.items()}
    page += _list_bars("By year", years, terminal)
    # A type is found as its value or as its label; both are one bar.
    types: Counter[str] = Counter()
    for name, count in coverage.types.items():
        types[find_label("type", name)] += count
    page += _list_bars("By type", types, terminal)
    head = f"{'Labels':<{_NAME}}{'values':>8}{'assigned':>10}{'inferred':>10}{'missing':>9}"
    page += [BLANK, Paragraph([Part(head, "bold")], fits=True)]
    for facet in coverage.facets:
        shares = (_share(count, coverage.total) for count in (facet.assigned, facet.inferred, facet.missing))
        assigned, inferred, missing = shares
        row = f"{facet.label:<{_NAME}}{facet.values:>8,}{assigned:>10}{inferred:>10}{missing:>9}"
        page.append(Paragraph([Part(row)], fits=True))
    page += _list_bars("Read as", coverage.parsers, terminal)
    page += _list_bars("Flags", coverage.flags, terminal)
    if coverage.partial:
        verb = "has" if coverage.partial == 1 else "have"
        page += [BLANK, Paragraph([Part(f"{count_of(coverage.partial, 'release')} {verb} only a teaser")])]
    return print_page(page, terminal)


def print_terms(terms: Sequence[Term], terminal: Terminal) -> Iterator[str]:
    """Yield each value with its label and aliases, indented if its parent is listed, too."""
    listed = {term.value for term in terms}
    width = min(max((len(term.value) for term in terms), default=0), terminal.width // 3) + 2
    for term in terms:
        indent = 2 if term.parent in listed else 0
        parts = [Part(f"{' ' * indent}{term.value:<{width - indent}} ", "cyan"), Part(term.label, "bold")]
        if term.closed:
            parts.append(Part(" (closed)", "dim"))
        if term.parent and not indent:
            parts.append(Part(f" · in {term.parent}", "dim"))
        if term.aliases:
            names = (_print_alias(a.name, a.since, a.until) for a in term.aliases)
            parts.append(Part(" = " + ", ".join(names), "dim"))
        yield print_page([Paragraph(parts, hanging=width + 1)], terminal)


def _make_heading(found: Crosstab | Trend) -> list[Paragraph]:
    """Return the number of releases with the query and notes; nothing for a cross-table of all releases."""
    query = found.receipt.question if found.receipt else ""
    if query in ("", "*") and not found.notes and isinstance(found, Crosstab):
        return []
    text = f" for {excerpt(query, _QUERY_LENGTH)}" if query else ""
    heading = Paragraph([Part(count_of(found.total, "release"), "bold"), Part(text)])
    return [heading, *(make_row("note", note) for note in found.notes)]


def _width_of(label: str, count: int, terminal: Terminal) -> int:
    longest = min(len(label), 12) if terminal.wrap else len(label)
    return max(longest, len(f"{count:,}"), 3)


def _list_cells(
    table: Crosstab, labels: Sequence[str], widths: Sequence[int], label_width: int, terminal: Terminal
) -> Iterator[Paragraph]:
    head = [Part(" " * label_width)]
    for column, width in zip(table.columns, widths, strict=False):
        label = fit_labels([column.label], width, terminal)[0].strip().rjust(width)
        head.append(Part(" " * _GAP + label, "bold"))
    yield Paragraph(head, fits=True)
    none = "." if terminal.ascii else "·"
    for label, cells in zip(labels, table.cells, strict=True):
        line = [Part(label)]
        for count, width in zip(cells, widths, strict=False):
            shown = f"{count:,}" if count else none
            line.append(Part(" " * _GAP + shown.rjust(width), "" if count else "dim"))
        yield Paragraph(line, fits=True)


def _list_timelines(
    table: Crosstab, labels: Sequence[str], label_width: int, terminal: Terminal
) -> tuple[list[Paragraph], int]:
    """Return a timeline for each row, from the first period to the last, and how many early periods have no room."""
    known = {column.value: place for place, column in enumerate(table.columns) if column.value != MISSING}
    periods = list_periods(min(known), max(known)) if known else []
    digits = max((len(f"{row.count:,}") for row in table.rows), default=1)
    earlier = max(len(periods) - (terminal.width - label_width - digits - 2 * _GAP), 0)
    periods = periods[earlier:]
    head = f"{periods[0]} to {periods[-1]}" if periods else ""
    page = [Paragraph([Part(" " * (label_width + _GAP)), Part(head, "bold")], fits=True)]
    for row, label, cells in zip(table.rows, labels, table.cells, strict=True):
        counts = [cells[known[period]] if period in known else 0 for period in periods]
        timeline = Part(draw_timeline(counts, terminal), "cyan")
        count = Part(f"{row.count:>{digits + _GAP},}")
        page.append(Paragraph([Part(label + " " * _GAP), timeline, count], fits=True))
    return page, earlier


def _list_bars(heading: str, counts: Mapping[str, int], terminal: Terminal) -> list[Paragraph]:
    if not counts:
        return []
    page = [BLANK, Paragraph([Part(heading, "bold")])]
    highest = max(counts.values())
    digits = len(f"{highest:,}")
    labels = fit_labels(list(counts), _NAME, terminal)
    width = max(terminal.width - len(labels[0]) - digits - 2, 8)
    for label, count in zip(labels, counts.values(), strict=True):
        bar = Part(draw_bar(count, highest, width, terminal), "cyan")
        page.append(Paragraph([Part(f"{label}{count:>{digits},} "), bar], fits=True))
    return page


def _share(count: int, total: int) -> str:
    """Return a percentage that is rounded to 0 or 100 only if it is exactly that.

    >>> _share(1, 100_000), _share(0, 7)
    ('0.1 %', '0 %')
    """
    if not total or count in (0, total):
        return f"{100 if count else 0} %"
    return f"{min(max(100 * count / total, 0.1), 99.9):.1f} %"


def _print_alias(name: str, since: int | None, until: int | None) -> str:
    return f"{name} [{since or ''}-{until or ''}]" if since or until else name
