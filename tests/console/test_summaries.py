"""What a build tells people is short, whatever it met."""

from __future__ import annotations

from osce_search.builder.build_report import Report, UnknownLabel
from osce_search.console.summaries import print_report
from osce_search.console.terminal import Terminal


def test_of_a_label_that_is_a_whole_text_the_beginning_is_told() -> None:
    unknown = (UnknownLabel("place", "A visit " * 100_000, 1), UnknownLabel("source", "Desk for Railways", 2))
    report = Report(1, 0, 0, 0, 1, 1, 0, 1, 0, (), unknown)
    assert print_report(report, "index", Terminal(200)).splitlines()[-1] == (
        f"2 labels are in no vocabulary: place {('A visit ' * 10)[:79] + '…'!r} (1), "
        "source 'Desk for Railways' (2)"
    )
