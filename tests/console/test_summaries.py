"""What a build tells people is short, whatever it met, and says one thing in the singular."""

from __future__ import annotations

from typing import Any

from osce_search.builder.build_report import Collision, Report, UnknownLabel
from osce_search.console.summaries import print_report
from osce_search.console.terminal import Terminal


def show(**counts: Any) -> list[str]:
    """The lines of a report on one record, with other counts where they are given."""
    numbers = (
        "added",
        "changed",
        "unchanged",
        "removed",
        "total",
        "generation",
        "pages",
        "records",
        "failed",
    )
    report = Report(**dict.fromkeys(numbers, 0) | {"failures": (), "unknown": ()} | counts)
    return print_report(report, "index", Terminal(200)).splitlines()


def test_a_report_counts_in_the_plural() -> None:
    assert show(
        added=3, total=212, pages=167, seconds=1.04, failed=2, merged=20, repeated=2, partial=51, kept=4,
        collisions=(Collision("7", "b", ("a",)), Collision("8", "z", ("x",))),
    ) == [
        "212 releases in index",
        "3 added, 0 changed, 0 unchanged, 0 removed",
        "167 pages and 0 records in 1.0 s, 2 not readable",
        "20 releases were merged from several pages",
        "2 releases have several full texts; the last one read was kept: 7 (from b, not a), 8 (from z, not x)",
        "51 releases have only a teaser (no full page was found)",
        "4 releases were kept as they were, because their pages cannot be read now",
    ]  # fmt: skip


def test_a_report_counts_in_the_singular() -> None:
    unknown = (UnknownLabel("place", "Osh", 1),)
    assert show(
        added=1, total=1, pages=1, records=1, merged=1, repeated=1, partial=1, kept=1, unknown=unknown,
        collisions=(Collision("7", "b.html", ("a.html",)),),
    ) == [
        "1 release in index",
        "1 added, 0 changed, 0 unchanged, 0 removed",
        "1 page and 1 record in 0.0 s",
        "1 release was merged from several pages",
        "1 release has several full texts; the last one read was kept: 7 (from b.html, not a.html)",
        "1 release has only a teaser (no full page was found)",
        "1 release was kept as it was, because its page cannot be read now",
        "1 label is in no vocabulary: place 'Osh' (1)",
    ]  # fmt: skip


def test_of_many_collisions_the_first_are_named() -> None:
    collisions = tuple(Collision(str(number), "b", ("a",)) for number in range(10))
    assert show(repeated=25, collisions=collisions)[-1].endswith("9 (from b, not a), and 15 more")


def test_only_the_beginning_of_a_label_that_is_a_whole_text_is_shown() -> None:
    unknown = (UnknownLabel("place", "A visit " * 100_000, 1), UnknownLabel("source", "Desk for Railways", 2))
    assert show(unknown=unknown)[-1] == (
        f"2 labels are in no vocabulary: place {('A visit ' * 10)[:79] + '…'!r} (1), "
        "source 'Desk for Railways' (2)"
    )
