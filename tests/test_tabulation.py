"""Counts across facets and over time are those that a search gives."""

from __future__ import annotations

import json

import pytest

from osce_search.backends import Index, open_index
from osce_search.builder import build
from osce_search.errors import QueryError
from osce_search.query import MISSING, FacetRequest, Filter, Query, Word
from osce_search.tabulation import Heading, Point, check_period, measure_trend, tabulate

RECORDS: tuple[tuple[str, str | None, list[str], list[str], str], ...] = (
    ("1", "2015-04-23", ["BA"], ["elections"], "media"),
    ("2", "2015-05", ["BA", "RS"], ["elections", "policing"], "media police"),
    ("3", "2017", ["RS"], [], "media"),
    ("4", "2018-01-01", [], ["policing"], "police"),
    ("5", None, ["MD"], ["policing"], "media"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("tabulation")
    names = ("id", "date", "country", "field", "text")
    provenance = {"country": [{"value": code, "origin": "assigned"} for code in ("BA", "RS", "MD")]}
    records = [
        {"title": "t", **dict(zip(names, row, strict=True)), "provenance": provenance} for row in RECORDS
    ]
    (folder / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    build([folder / "records.jsonl"], folder / "index")
    return open_index(folder / "index")


def test_a_cell_counts_the_releases_with_both_values(index: Index) -> None:
    table = tabulate(index, Query(), FacetRequest("country"), FacetRequest("field"))
    assert [(row.value, row.count) for row in table.rows] == [("BA", 2), ("RS", 2), ("MD", 1), (MISSING, 1)]
    assert [column.value for column in table.columns] == ["policing", "elections", MISSING]
    assert table.cells == ((1, 2, 0), (1, 1, 1), (1, 0, 0), (1, 0, 0))
    assert table.total == 5


def test_a_question_and_filters_narrow_the_table(index: Index) -> None:
    query = Query(Word("media"), filters=(Filter("country", ("BA",)),))
    table = tabulate(index, query, FacetRequest("country"), FacetRequest("year", None, "date"))
    assert table.rows == (Heading("BA", "Bosnia and Herzegovina", 2),)
    assert table.cells == ((2,),)


def test_what_a_limit_cuts_off_is_counted(index: Index) -> None:
    table = tabulate(index, Query(), FacetRequest("country", 1), FacetRequest("field", 1))
    assert (table.more_rows, table.more_columns) == (2, 1)


def test_every_cell_is_the_number_of_hits_under_both_filters(index: Index) -> None:
    table = tabulate(index, Query(), FacetRequest("field"), FacetRequest("country"))
    for row, cells in zip(table.rows, table.cells, strict=True):
        for column, count in zip(table.columns, cells, strict=True):
            filters = (Filter("field", (row.value,)), Filter("country", (column.value,)))
            assert index.ask(Query(filters=filters)).total == count


def test_a_table_needs_two_facets(index: Index) -> None:
    with pytest.raises(QueryError, match="country is given twice"):
        tabulate(index, Query(), FacetRequest("country"), FacetRequest("country"))


def test_a_trend_leaves_no_year_out_and_tells_the_share(index: Index) -> None:
    trend = measure_trend(index, Query(Word("media")))
    assert trend.points == (Point("2015", 2, 2), Point("2016", 0, 0), Point("2017", 1, 1))
    assert (trend.total, trend.undated) == (4, 1)
    police = measure_trend(index, Query(Word("police")))
    assert [round(point.share, 2) for point in police.points] == [0.5, 0.0, 0.0, 1.0]


def test_months_run_over_the_end_of_a_year(index: Index) -> None:
    trend = measure_trend(index, Query(Word("police")), "month")
    assert trend.points[0] == Point("2015-05", 1, 1)
    assert [point.period for point in trend.points[7:9]] == ["2015-12", "2016-01"]
    assert trend.points[-1] == Point("2018-01", 1, 1)


def test_without_hits_there_is_no_period(index: Index) -> None:
    assert measure_trend(index, Query(Word("nothing"))).points == ()


def test_a_trend_is_over_time() -> None:
    assert check_period("month") == "month"
    with pytest.raises(QueryError, match="by year or by month"):
        check_period("country")
