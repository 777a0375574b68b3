"""Tables fit the terminal, whatever they hold."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from osce_search.analyses import Crosstab, Heading, Point, Trend
from osce_search.console.tables import print_coverage, print_crosstab, print_trend
from osce_search.console.terminal import Terminal
from osce_search.coverage import measure
from osce_search.release import Release
from osce_search.results import Receipt


def table(columns: int, facet: str = "field") -> Crosstab:
    names = [f"{1990 + n}" if facet == "year" else f"Field of work {n}" for n in range(columns)]
    rows = (Heading("BA", "Bosnia and Herzegovina", 1234), Heading("RS", "Serbia", 3))
    cells = tuple(tuple((row.count * n) % 7 for n in range(columns)) for row in rows)
    return Crosstab("country", facet, rows, tuple(Heading(n, n, 5) for n in names), cells, 1237, 4, 0)


def test_columns_that_do_not_fit_are_counted() -> None:
    assert print_crosstab(table(9), Terminal(60)) == (
        "                      Field of wo…  Field of wo…\n"
        "Bosnia and Herzegov…             ·             2\n"
        "Serbia                           ·             3\n"
        "\n"
        "not shown: 4 more values of country, 7 columns that do not\n"
        "fit the width (--csv has them)\n"
    )


def test_years_that_do_not_fit_are_a_line_for_each_row() -> None:
    assert print_crosstab(table(30, "year"), Terminal(50, ascii=True)) == (
        "                  1995 to 2019\n"
        "Bosnia and He...  =% -+#.=% -+#.=% -+#.=% -  1,234\n"
        "Serbia            .+ =#-%.+ =#-%.+ =#-%.+ =      3\n"
        "\n"
        "not shown: 4 more values of country, 5 earlier\n"
        "years (--csv has them)\n"
    )


@pytest.mark.parametrize("width", [40, 60, 100, 200])
@pytest.mark.parametrize("columns", [0, 1, 5, 80])
@pytest.mark.parametrize("facet", ["field", "year"])
def test_no_line_is_wider_than_the_terminal(width: int, columns: int, facet: str) -> None:
    text = print_crosstab(table(columns, facet), Terminal(width))
    assert max(map(cell_len, text.splitlines())) <= width


def test_a_trend_shows_hits_and_share_and_no_space_at_the_end_of_a_line() -> None:
    points = (Point("2015", 50, 200), Point("2016", 0, 1000), Point("2017", 1, 100))
    trend = Trend(
        "year", points, 51, 2, ("OR has nothing after it",), Receipt("b2:0", 1, "media", "default", "1")
    )
    assert print_trend(trend, Terminal(60, ascii=True)) == (
        "51 releases for media\n"
        "note     OR has nothing after it\n"
        "\n"
        "2015  50 of   200   25.0 % #################################\n"
        "2016   0 of 1,000    0.0 %\n"
        "2017   1 of   100    1.0 % #\n"
        "2 without a year\n"
    )


def test_a_type_by_its_value_and_by_its_name_is_one_bar() -> None:
    coverage = measure(
        Release(str(number), "A visit", "It began.", type=name)
        for number, name in enumerate(("press-release", "Press release", "press-release", "news"))
    )
    lines = print_coverage(coverage, "index", "b2:1", Terminal(width=80)).splitlines()
    bars = lines[lines.index("By type") + 1 : lines.index("By type") + 3]
    assert [line.split()[:-1] for line in bars] == [["Press", "release", "3"], ["News", "1"]]
