"""Replay: what is different today → text for people."""

from __future__ import annotations

from rich.text import Text

from osce_search.console.look import Look, Page, span
from osce_search.replay import Change, Replay

__all__ = ["print_replay"]


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
