"""Coverage: what an index holds → tables for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.text import Text

from osce_search.console.counts import print_bar
from osce_search.console.look import Look, Page, span
from osce_search.coverage import Coverage
from osce_search.formats.labels import find_label

__all__ = ["print_coverage"]

_NAME = 22


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
