"""Summaries: what a build did, and what differs in a replay → a few lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from osce_search.builder.build_report import Report
from osce_search.console.terminal import Paragraph, Part, Terminal, make_row, print_page
from osce_search.formats.display import count_of
from osce_search.replay import Change, Replay

_SHOWN = 10
"""Labels and releases that are named."""

_LABEL_WIDTH = 80


def print_report(report: Report, index: str, terminal: Terminal) -> str:
    """Return what a build did, and what needs attention."""
    heading = Part(f"{count_of(report.total, 'release')} in {index}", "bold")
    names = ("added", "changed", "unchanged", "removed")
    lines = [", ".join(f"{getattr(report, name):,} {name}" for name in names)]
    read = f"{count_of(report.pages, 'page')} and {count_of(report.records, 'record')}"
    failed = f", {report.failed:,} not readable" if report.failed else ""
    lines.append(f"{read} in {report.seconds:,.1f} s{failed}")
    for number, one, several in (
        (report.merged, "was merged from several pages", "were merged from several pages"),
        (
            report.repeated,
            f"has several full texts; the last one read was kept: {_list_collisions(report)}",
            f"have several full texts; the last one read was kept: {_list_collisions(report)}",
        ),
        (
            report.partial,
            "has only a teaser (no full page was found)",
            "have only a teaser (no full page was found)",
        ),
        (
            report.kept,
            "was kept as it was, because its page cannot be read now",
            "were kept as they were, because their pages cannot be read now",
        ),
    ):
        if number:
            lines.append(f"{count_of(number, 'release')} {one if number == 1 else several}")
    if report.dropped:
        share = f"{report.dropped_share:.1%} of the characters"
        lines.append(
            f"{count_of(report.dropped, 'block')} between title and end left out of the texts ({share})"
        )
    if report.review:
        verb = "has" if report.review == 1 else "have"
        lines.append(
            f"{count_of(report.review, 'release')} {verb} lost a large share; --quarantine FILE names them"
        )
    if report.unknown:
        labels = [f"{item.facet} {_shorten(item.label)!r} ({item.count:,})" for item in report.unknown]
        verb = "is" if len(labels) == 1 else "are"
        lines.append(
            f"{count_of(len(labels), 'label')} {verb} in no vocabulary: {_join(labels, len(labels))}"
        )
    return print_page([Paragraph([heading]), *(Paragraph([Part(line)]) for line in lines)], terminal)


def print_replay(replay: Replay, terminal: Terminal) -> str:
    """Return whether the answer is the same, and if not, which hits came, went, moved or were edited."""
    heading = "The answer is the same." if replay.same else "The answer differs."
    saved, today = replay.saved.receipt, replay.results.receipt
    rows = [
        ("question", replay.results.read_as),
        ("releases", _compare(f"{replay.saved.total:,}", f"{replay.results.total:,}")),
        ("index", {True: "the same releases", False: "other releases", None: "not known"}[replay.same_index]),
    ]
    rows += [("software", _compare(saved.software, today.software))] if saved and today else []
    if replay.same_reading is False:
        rows.append(("note", "the text is read differently today; it was asked as it was read then"))
    changes = [Paragraph([Part(_describe(change))], (), 2, 4) for change in replay.changes]
    page = [Paragraph([Part(heading, "bold")]), *(make_row(*row) for row in rows), *changes]
    return print_page(page, terminal)


def _list_collisions(report: Report) -> str:
    """Return which releases have several full texts, and which file was kept."""
    names = [f"{item.id} (from {item.kept}, not {', '.join(item.dropped)})" for item in report.collisions]
    return _join(names, report.repeated)


def _join(names: Sequence[str], total: int) -> str:
    """Return the first names on one line, and how many more there are of a total."""
    shown = names[:_SHOWN]
    more = total - len(shown)
    return ", ".join(shown) + (f", and {more:,} more" if more else "")


def _shorten(label: str) -> str:
    """Return the beginning of a label: a whole paragraph may stand in the place of one."""
    return label if len(label) <= _LABEL_WIDTH else f"{label[: _LABEL_WIDTH - 1]}…"


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
