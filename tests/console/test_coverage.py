"""What an index holds is told in tables that add up."""

from __future__ import annotations

from osce_search.console.coverage import print_coverage
from osce_search.console.look import Look
from osce_search.coverage import measure
from osce_search.release import Release


def test_a_type_by_its_value_and_by_its_name_is_one_bar() -> None:
    coverage = measure(
        Release(str(number), "A visit", "It began.", type=name)
        for number, name in enumerate(("press-release", "Press release", "press-release", "news"))
    )
    lines = print_coverage(coverage, "index", "b2:1", Look(width=80)).splitlines()
    bars = lines[lines.index("By type") + 1 : lines.index("By type") + 3]
    assert [line.split()[:-1] for line in bars] == [["Press", "release", "3"], ["News", "1"]]
