"""Counts across two facets are those that a search gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.analyses import Crosstab, Heading
from osce_search.backends import Index, open_index
from osce_search.engine.tabulation import count_pairs
from osce_search.errors import QueryError
from osce_search.index.facet_values import FacetOrdinals
from osce_search.index.writer import IndexWriter
from osce_search.query import MISSING, FacetRequest, Filter
from osce_search.release import Release, parse_date

ROWS: tuple[tuple[str, str | None, tuple[str, ...], tuple[str, ...], str], ...] = (
    ("1", "2015-04-23", ("BA",), ("elections",), "media"),
    ("2", "2015-05", ("BA", "RS"), ("elections", "policing"), "media police"),
    ("3", "2017", ("RS",), (), "media"),
    ("4", "2018-01-01", (), ("policing",), "police"),
    ("5", None, ("MD",), ("policing",), "media"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("crosstab")
    with IndexWriter(path) as writer:
        for id, date, country, field, text in ROWS:
            day, precision = parse_date(date or "1970")
            writer.add(
                Release(
                    id=id,
                    title="t",
                    text=text,
                    date=day if date else None,
                    date_precision=precision,
                    country=country,
                    field=field,
                )
            )
        writer.commit()
    with open_index(path) as opened:
        yield opened


def check_cells(index: Index, table: Crosstab, text: str = "", *more: Filter) -> None:
    for row, cells in zip(table.rows, table.cells, strict=True):
        for column, count in zip(table.columns, cells, strict=True):
            filters = (Filter(table.row_facet, (row.value,)), Filter(table.column_facet, (column.value,)))
            assert index.search(text, filters=(*more, *filters)).total == count, (row, column)


def test_a_cell_counts_the_releases_with_both_values(index: Index) -> None:
    table = index.crosstab("country", "field")
    assert [(row.value, row.count) for row in table.rows] == [("BA", 2), ("RS", 2), ("MD", 1), (MISSING, 1)]
    assert [column.value for column in table.columns] == ["policing", "elections", MISSING]
    assert table.cells == ((1, 2, 0), (1, 1, 1), (1, 0, 0), (1, 0, 0))
    assert table.total == 5
    check_cells(index, table)


def test_a_question_and_filters_narrow_the_table_to_what_they_ask_for(index: Index) -> None:
    table = index.crosstab("country", "year", "media", filters={"country": ["Bosnia and Herzegovina"]})
    assert table.rows == (Heading("BA", "Bosnia and Herzegovina", 2),)
    assert table.columns == (Heading("2015", "2015", 2),)
    assert table.cells == ((2,),)


def test_a_value_that_is_left_out_has_no_cell(index: Index) -> None:
    without = Filter("country", ("BA",), "none")
    table = index.crosstab("country", "field", filters=[without])
    assert [row.value for row in table.rows] == ["MD", "RS", MISSING]
    check_cells(index, table, "", without)


def test_years_stand_in_their_order_with_those_that_are_empty(index: Index) -> None:
    table = index.crosstab("year", "country", "media")
    assert [row.value for row in table.rows] == ["2015", "2016", "2017", MISSING]
    assert table.cells[1] == (0, 0, 0)
    check_cells(index, table, "media")


def test_what_a_limit_cuts_off_is_counted(index: Index) -> None:
    table = index.crosstab(FacetRequest("country", 1), FacetRequest("field", 1, "label"))
    assert (table.more_rows, table.more_columns) == (2, 1)
    assert [heading.value for heading in (*table.rows, *table.columns)] == [
        "BA",
        MISSING,
        "elections",
        MISSING,
    ]
    check_cells(index, table)


def test_without_hits_there_is_no_cell(index: Index) -> None:
    table = index.crosstab("country", "year", "nothing")
    assert (table.rows, table.columns, table.cells, table.total) == ((), (), (), 0)


def test_a_table_needs_two_facets(index: Index) -> None:
    with pytest.raises(QueryError, match="country is given twice"):
        index.crosstab("country", "countries")


values = st.lists(st.lists(st.integers(1, 4), unique=True, max_size=3), min_size=1, max_size=12)


def facet_of(owned: list[list[int]]) -> FacetOrdinals:
    ordered = [sorted(ordinals) for ordinals in owned]
    more = [(doc, ordinal) for doc, ordinals in enumerate(ordered) for ordinal in ordinals[1:]]
    first = np.array([ordinals[0] if ordinals else 0 for ordinals in ordered], np.int64)
    docs, ordinals = np.array(more, np.int64).reshape(-1, 2).T
    return FacetOrdinals(("a", "b", "c", "d"), {}, first, docs, ordinals, np.zeros(5, np.int64))


@given(st.data(), values)
def test_pairs_are_counted_as_one_would_by_hand(data: st.DataObject, rows: list[list[int]]) -> None:
    columns = data.draw(st.lists(st.lists(st.integers(1, 4), unique=True, max_size=3), min_size=len(rows)))
    columns = columns[: len(rows)]
    docs = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    down, across = (data.draw(st.lists(st.integers(0, 4), unique=True)) for _ in range(2))
    counted = count_pairs(
        np.array(docs, np.int64),
        facet_of(rows),
        np.array([*down, -1], np.int64),
        facet_of(columns),
        np.array(across, np.int64),
    )
    expected = [
        [sum(r in (rows[doc] or [0]) and c in (columns[doc] or [0]) for doc in docs) for c in across]
        for r in [*down, -1]
    ]
    assert counted.tolist() == expected
