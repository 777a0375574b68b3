"""Report: what a build did → a few lines for people."""

from __future__ import annotations

from osce_search.builder.report import Report
from osce_search.console.look import Look, Page, span

__all__ = ["print_report"]

_LABELS_TOLD = 10
_LABEL_WIDTH = 80


def print_report(report: Report, index: str, look: Look) -> str:
    """What was done, and what to look at."""
    page = Page(look)
    page.add(span(f"{report.total:,} releases in {index}", "bold"))
    counts = (
        ("added", report.added),
        ("changed", report.changed),
        ("unchanged", report.unchanged),
        ("removed", report.removed),
    )
    page.add(", ".join(f"{count:,} {name}" for name, count in counts))
    read = f"{report.pages:,} pages and {report.records:,} records in {report.seconds:,.1f} s"
    page.add(f"{read}, {report.failed:,} not readable" if report.failed else read)
    for count, meaning in (
        (report.merged, "told of by several pages, put together"),
        (report.repeated, "of these with more than one full text; the last one read counts"),
        (report.partial, "known by a teaser only"),
        (report.kept, "kept as they were, because their page cannot be read now"),
    ):
        if count:
            page.add(f"{count:,} {meaning}")
    if report.unknown:
        shown = ", ".join(
            f"{item.facet} {_shorten(item.label)!r} ({item.count:,})"
            for item in report.unknown[:_LABELS_TOLD]
        )
        more = len(report.unknown) - _LABELS_TOLD
        rest = f", and {more:,} more" if more > 0 else ""
        page.add(span(f"{len(report.unknown):,} labels that no vocabulary knows: {shown}{rest}"))
    return page.print()


def _shorten(label: str) -> str:
    """What is told of a label: a whole paragraph may stand where one should."""
    return label if len(label) <= _LABEL_WIDTH else f"{label[: _LABEL_WIDTH - 1]}…"
