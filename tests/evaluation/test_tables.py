"""Tables stand in columns, on a terminal and in Markdown."""

from __future__ import annotations

from osce_search.evaluation.run_report import print_table


def test_a_table_in_markdown_has_its_rule() -> None:
    assert print_table(["a", "b"], [["x|y", "1"]], markdown=True) == (
        "| a | b |\n| --- | ---: |\n| x\\|y | 1 |"
    )
