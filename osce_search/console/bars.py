"""Bars: the counts of facets → columns of bars, and years as a timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from osce_search.console.terminal import BLANK, Paragraph, Part, Terminal
from osce_search.formats.characters import neutralise_all
from osce_search.formats.display import NOT_SPECIFIED, count_of
from osce_search.results import Bucket, FacetCounts

_EIGHTHS = "▏▎▍▌▋▊▉█"
_STEPS = "▁▂▃▄▅▆▇█"
_STEPS_ASCII = ".:-=+*%#"
_NARROWEST, _WIDEST = 30, 64
_GAP = 3


class _Row(NamedTuple):
    """One line of a block; a row in a style of its own is no value, and has no bar."""

    label: str
    count: int  # type: ignore[assignment]  # of a tuple it is a method, of no use here
    selected: bool = False
    style: str = ""
    lift: float | None = None
    has_box: bool = True


def draw_facets(facets: Mapping[str, FacetCounts], terminal: Terminal) -> list[Paragraph]:
    """Return the facets below the hits: columns of bars, and years as one line."""
    # What a limit cut off is counted each time that somebody looks at it.
    every = [
        FacetCounts(c.name, c.label, c.buckets, c.missing, c.other, c.missing_selected)
        for c in facets.values()
    ]
    shown = [counts for counts in every if counts.buckets or counts.missing or counts.missing_selected]
    years = next((counts for counts in shown if _is_timeline(counts)), None)
    blocks = [counts for counts in shown if counts is not years]
    columns = max(1, min(3, terminal.width // _NARROWEST, len(blocks)))
    width = min((terminal.width - _GAP * (columns - 1)) // columns, _WIDEST)
    page = _place_beside([_draw_block(counts, terminal, width) for counts in blocks], columns, width)
    if years:
        page += [BLANK] * bool(blocks)
        page.append(_draw_years(years, terminal))
    return page


def draw_bar(count: float, highest: float, width: int, terminal: Terminal) -> str:
    """Return a bar for a count, `width` columns long for the highest count; every count above 0 is visible.

    >>> draw_bar(3, 4, 4, Terminal())
    '███'
    """
    if not count or not highest:
        return ""
    if terminal.ascii:
        return "#" * max(round(width * count / highest), 1)
    whole, rest = divmod(max(round(8 * width * count / highest), 1), 8)
    return "█" * whole + (_EIGHTHS[rest - 1] if rest else "")


def draw_timeline(counts: Sequence[float], terminal: Terminal) -> str:
    """Return one character for each count, as high as the count; 0 is a dot, or a space in ASCII.

    >>> draw_timeline([0, 1, 4, 8], Terminal())
    '·▁▄█'
    """
    steps, none = (_STEPS_ASCII, " ") if terminal.ascii else (_STEPS, "·")
    highest = max(counts, default=0)
    return "".join(
        steps[max(round(len(steps) * count / highest), 1) - 1] if count else none for count in counts
    )


def fit_labels(labels: Sequence[str], width: int, terminal: Terminal) -> list[str]:
    """Return each label in exactly `width` columns; a label that is too long ends in an ellipsis.

    Where lines are not wrapped, labels are not cut, and all have the width of the longest.
    """
    safe = neutralise_all(labels)
    if not terminal.wrap:
        width = max(map(cell_len, safe), default=width)
    dots = "..." if terminal.ascii else "…"
    return [
        set_cell_size(label, width)
        if cell_len(label) <= width
        else set_cell_size(label, width - len(dots)) + dots
        for label in safe
    ]


def _is_timeline(counts: FacetCounts) -> bool:
    """Return whether a facet is years, all of them listed and enough for a timeline."""
    years = [bucket.value for bucket in counts.buckets if bucket.value.isdecimal()]
    return counts.name == "year" and len(years) > 3 and not counts.other.values


def _draw_block(counts: FacetCounts, terminal: Terminal, width: int) -> list[list[Part]]:
    """Return a facet as lines: its name, then each value with a bar and a count."""
    rows = _list_rows(counts)
    has_boxes = any(row.selected for row in rows)
    digits = max((len(f"{row.count:,}") for row in rows), default=1)
    times = "x" if terminal.ascii else "×"
    lifts = max((len(f"{row.lift:.1f}") + 2 for row in rows if row.lift is not None), default=0)
    bar_width = max(4, width // 5)
    label_width = width - 4 * has_boxes - bar_width - digits - lifts - 2
    highest = max((bucket.count for bucket in counts.buckets), default=0)
    lines = [[Part(counts.label, "bold")]]
    labels = fit_labels([row.label for row in rows], label_width, terminal)
    for row, label in zip(rows, labels, strict=True):
        box = "[x] " if row.selected else "[ ] " if row.has_box else "    "
        bar = "" if row.style else draw_bar(row.count, highest, bar_width, terminal)
        line = [
            Part(box if has_boxes else ""),
            Part(label, "bold" if row.selected else row.style),
            Part(f" {bar:<{bar_width}} ", "cyan"),
            Part(f"{row.count:>{digits},}"),
        ]
        if row.lift is not None:
            line.append(Part(f"{times}{row.lift:.1f}".rjust(lifts), "dim"))
        lines.append(line)
    return lines


def _list_rows(counts: FacetCounts) -> list[_Row]:
    # Lift orders single values; as a tree they would lose that order.
    is_lifted = any(bucket.lift is not None for bucket in counts.buckets)
    ordered = ((0, bucket) for bucket in counts.buckets) if is_lifted else _order_as_tree(counts.buckets)
    rows = [_Row("  " * depth + b.label, b.count, b.selected, lift=b.lift) for depth, b in ordered]
    if counts.other.values:
        label = f"others: {count_of(counts.other.values, 'value')}"
        rows.append(_Row(label, counts.other.releases, style="dim", has_box=False))
    if counts.missing or counts.missing_selected:
        rows.append(_Row(NOT_SPECIFIED, counts.missing, counts.missing_selected, "dim"))
    return rows


def _order_as_tree(buckets: Sequence[Bucket]) -> Iterator[tuple[int, Bucket]]:
    """Yield each bucket with its depth, below the bucket of its parent if that is listed."""
    listed = {bucket.value for bucket in buckets}
    children: dict[str | None, list[Bucket]] = {}
    for bucket in buckets:
        children.setdefault(bucket.parent if bucket.parent in listed else None, []).append(bucket)
    waiting = [(0, bucket) for bucket in reversed(children.get(None, ()))]
    while waiting:
        depth, bucket = waiting.pop()
        yield depth, bucket
        waiting += [(depth + 1, child) for child in reversed(children.get(bucket.value, ()))]


def _draw_years(counts: FacetCounts, terminal: Terminal) -> Paragraph:
    years = {int(b.value): b for b in counts.buckets if b.value.isdecimal()}
    first, last = min(years), max(years)
    heights = [years[year].count if year in years else 0 for year in range(first, last + 1)]
    peak = max(years.values(), key=lambda bucket: bucket.count)
    parts = [
        Part(counts.label, "bold"),
        Part(f" {first} "),
        Part(draw_timeline(heights, terminal), "cyan"),
        Part(f" {last}  most: {peak.label} ({peak.count:,})"),
    ]
    if chosen := [bucket.label for bucket in years.values() if bucket.selected]:
        parts.append(Part(f"  [x] {', '.join(chosen)}", "bold"))
    if counts.missing:
        parts.append(Part(f"  {NOT_SPECIFIED} {counts.missing:,}", "dim"))
    return Paragraph(parts, hanging=len(counts.label) + 1)


def _place_beside(blocks: Sequence[list[list[Part]]], columns: int, width: int) -> list[Paragraph]:
    """Return blocks of lines side by side, with `columns` blocks to a row."""
    page: list[Paragraph] = []
    for start in range(0, len(blocks), columns):
        row = blocks[start : start + columns]
        widths = [max(width, *map(_measure, block)) for block in row]
        page += [BLANK] * bool(start)
        for cells in zip_longest(*row, fillvalue=[]):
            line: list[Part] = []
            padding = 0
            for cell, cell_width in zip(cells, widths, strict=True):
                if cell:
                    line += [Part(" " * padding), *cell]
                    padding = 0
                padding += cell_width - _measure(cell) + _GAP
            page.append(Paragraph(line, fits=True))
    return page


def _measure(parts: Sequence[Part]) -> int:
    """Return the number of columns that parts take."""
    return sum(cell_len(part.text) for part in parts)
