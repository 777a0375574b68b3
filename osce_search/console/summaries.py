"""Summaries: what a build did, and what a replay found → a few lines for people."""

from __future__ import annotations

from rich.text import Text

from osce_search.builder.build_report import Report
from osce_search.console.terminal import Look, Page, span
from osce_search.replay import Change, Replay

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


def print_replay(replay: Replay, look: Look) -> str:
    """Whether the answer is the same, and if not, which hits came, went, moved or were edited."""
    page = Page(look)
    page.add(span("The answer is the same." if replay.same else "The answer is another.", "bold"))
    rows = [
        ("question", replay.results.read_as),
        ("releases", _compare(f"{replay.kept.total:,}", f"{replay.results.total:,}")),
        ("index", {True: "the same releases", False: "other releases", None: "not known"}[replay.same_index]),
    ]
    if replay.kept.receipt and replay.results.receipt:
        rows.append(("software", _compare(replay.kept.receipt.software, replay.results.receipt.software)))
    for name, text in rows:
        page.add(Text(f"{name:<9}", "dim"), span(text), hanging=9)
    if replay.same_reading is False:
        note = "the text is read otherwise today; it was asked as it was read then"
        page.add(Text("note     ", "dim"), note, hanging=9)
    for change in replay.changes:
        page.add(span(_describe(change)), indent=2, hanging=4)
    return page.print()


def _compare(before: str, now: str) -> str:
    return before if before == now else f"{before} then, {now} now"


def _describe(change: Change) -> str:
    if change.before is None:
        text = f"new at {change.now}"
    elif change.now is None:
        text = f"gone from {change.before}"
    elif change.before == change.now:
        text = f"still at {change.now}"
    else:
        text = f"from {change.before} to {change.now}"
    return f"{change.id}: {text}{', text edited' if change.edited else ''}"
