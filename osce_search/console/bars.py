"""Counts: facets → bars and timelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from osce_search.console.terminal import Look, Page, column_width, span
from osce_search.formats.characters import neutralise
from osce_search.formats.display import NOT_SPECIFIED, find_term
from osce_search.results import Bucket, FacetCounts

_EIGHTHS = "▏▎▍▌▋▊▉█"
_STEPS = "▁▂▃▄▅▆▇█"
_STEPS_ASCII = ".:-=+*%#"
_NARROWEST, _WIDEST = 30, 48


def add_facets(page: Page, facets: Mapping[str, FacetCounts]) -> None:
    """The facets beneath the hits: years as one line, the others as columns of bars."""
    shown = [counts for counts in facets.values() if not _is_empty(counts)]
    years = next((counts for counts in shown if _is_timeline(counts)), None)
    blocks = [counts for counts in shown if counts is not years]
    columns = max(1, min(3, page.look.width // _NARROWEST, len(blocks)))
    width = min(column_width(page.look.width, columns), _WIDEST)
    page.add_columns([_print_block(counts, page.look, width) for counts in blocks], columns, width)
    if years:
        if blocks:
            page.add_line()
        page.add(_print_years(years, page.look), hanging=len(years.label) + 1)


def _is_empty(counts: FacetCounts) -> bool:
    return not (counts.buckets or counts.missing or counts.missing_selected)


def _is_timeline(counts: FacetCounts) -> bool:
    """Whether the values are years that are worth a line of time, all of them listed."""
    years = [bucket.value for bucket in counts.buckets if bucket.value.isdecimal()]
    return counts.name == "year" and len(years) > 3 and not counts.other.values


def print_bar(count: float, most: float, width: int, look: Look) -> str:
    """A bar for a count; anything above nothing is seen.

    >>> print_bar(3, 4, 4, Look())
    '███'
    """
    if not count or not most:
        return ""
    if look.ascii:
        return "#" * max(round(width * count / most), 1)
    whole, rest = divmod(max(round(8 * width * count / most), 1), 8)
    return "█" * whole + (_EIGHTHS[rest - 1] if rest else "")


def print_timeline(counts: Sequence[float], look: Look) -> str:
    """One character for each count, as high as the count; a dot, or a space in ASCII, for none.

    >>> print_timeline([0, 1, 4, 8], Look())
    '·▁▄█'
    """
    steps, none = (_STEPS_ASCII, " ") if look.ascii else (_STEPS, "·")
    most = max(counts, default=0)
    return "".join(steps[max(round(len(steps) * count / most), 1) - 1] if count else none for count in counts)


def _print_block(counts: FacetCounts, look: Look, width: int) -> list[Text]:
    chosen = counts.missing_selected or any(bucket.selected for bucket in counts.buckets)
    # A lift orders values by themselves; beneath each other they would not stand in its order.
    lifted = any(bucket.lift is not None for bucket in counts.buckets)
    ordered = ((0, bucket) for bucket in counts.buckets) if lifted else _order_as_tree(counts)
    rows = [("  " * depth + b.label, b.count, b.selected, "", b.lift) for depth, b in ordered]
    other = f"others: {counts.other.values:,} {'value' if counts.other.values == 1 else 'values'}"
    if counts.other.values:
        rows.append((other, counts.other.releases, False, "dim", None))
    if counts.missing or counts.missing_selected:
        rows.append((NOT_SPECIFIED, counts.missing, counts.missing_selected, "dim", None))
    digits = max((len(f"{count:,}") for _, count, _, _, _ in rows), default=1)
    times = "x" if look.ascii else "×"
    lifts = max((len(f"{lift:.1f}") + 2 for *_, lift in rows if lift is not None), default=0)
    marker = 4 if chosen else 0
    bar_width = max(4, width // 5)
    label_width = width - marker - bar_width - digits - lifts - 2
    most = max((bucket.count for bucket in counts.buckets), default=0)
    lines = [span(counts.label, "bold")]
    for label, count, selected, style, lift in rows:
        choice = "[x] " if selected else "    " if label == other else "[ ] "
        line = Text(choice if chosen else "")
        line.append(fit_label(label, label_width, look), "bold" if selected else style)
        bar = "" if style else print_bar(count, most, bar_width, look)
        line.append(f" {bar:<{bar_width}} ", "cyan").append(f"{count:>{digits},}")
        if lift is not None:
            line.append(f"{times}{lift:.1f}".rjust(lifts), "dim")
        lines.append(line)
    return lines


def _order_as_tree(counts: FacetCounts) -> Iterator[tuple[int, Bucket]]:
    """Each value with how deep it stands: beneath the value above it, where that is listed, too."""
    listed = {bucket.value for bucket in counts.buckets}
    beneath: dict[str, list[Bucket]] = {}
    for bucket in counts.buckets:
        term = find_term(counts.name, bucket.value)
        beneath.setdefault(term.parent if term and term.parent in listed else "", []).append(bucket)
    waiting = [(0, bucket) for bucket in reversed(beneath.get("", ()))]
    while waiting:
        depth, bucket = waiting.pop()
        yield depth, bucket
        waiting += [(depth + 1, child) for child in reversed(beneath.get(bucket.value, ()))]


def _print_years(counts: FacetCounts, look: Look) -> Text:
    years = {int(b.value): b for b in counts.buckets if b.value.isdecimal()}
    first, last = min(years), max(years)
    line = [years[year].count if year in years else 0 for year in range(first, last + 1)]
    peak = max(years.values(), key=lambda bucket: bucket.count)
    text = Text.assemble(
        (counts.label, "bold"), f" {first} ", (print_timeline(line, look), "cyan"), f" {last}"
    )
    text.append(f"  most: {peak.label} ({peak.count:,})")
    if chosen := [bucket.label for bucket in years.values() if bucket.selected]:
        text.append(f"  [x] {', '.join(chosen)}", "bold")
    if counts.missing:
        text.append(f"  {NOT_SPECIFIED} {counts.missing:,}", "dim")
    return text


def fit_label(label: str, width: int, look: Look) -> str:
    """A label in exactly so many cells; what does not fit ends in an ellipsis."""
    label = neutralise(label)
    if cell_len(label) <= width:
        return set_cell_size(label, width)
    dots = "..." if look.ascii else "…"
    return set_cell_size(label, width - len(dots)) + dots
