"""Rows can be read back by any spreadsheet and computed by none."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.formats.exports import write_facet_rows, write_ids, write_rows, write_sheet
from osce_search.formats.json_output import HIT_FIELDS
from osce_search.results import Bucket, FacetCounts
from tests.backends.fake import make_results


def test_a_row_tells_a_hit() -> None:
    out = io.StringIO()
    write_sheet(make_results(), out.write, ("id", "date", "title", "source", "country", "score", "partial"))
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows == [
        ["id", "date", "title", "source", "country", "score", "partial"],
        [
            "900123",
            "2015-04-23",
            "Media freedom conference opens in Sarajevo",
            "Representative on Freedom of the Media",
            "Bosnia and Herzegovina; Serbia",
            "11.4216",
            "",
        ],
        ["900124", "2016", '\'=HYPERLINK("x")�]0;owned� �gnp.exe', "'+49 (unknown)", "", "3.5000", "yes"],
    ]


@pytest.mark.parametrize("name", HIT_FIELDS)
def test_a_row_can_tell_whatever_json_can(name: str) -> None:
    out = io.StringIO()
    write_sheet(make_results(), out.write, ("id", name))
    assert [len(row) for row in csv.reader(io.StringIO(out.getvalue()))] == [2, 2, 2]


def test_a_row_tells_why_a_hit_is_there() -> None:
    out = io.StringIO()
    write_sheet(make_results(), out.write, ("matched",))
    assert out.getvalue().splitlines()[1] == '"media (title, body); freedom for liberty (title)"'


def test_tabs_and_line_breaks_of_a_page_do_not_break_a_table() -> None:
    out = io.StringIO()
    write_sheet(make_results(), out.write, ("id", "snippets"), "\t")
    lines = out.getvalue().split("\n")
    assert len(lines) == 4
    assert lines[2].split("\t")[1].endswith("<b>bold</b> line")


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_no_cell_begins_a_formula(rows: list[list[str]]) -> None:
    out = io.StringIO()
    write_rows(("a", "b"), rows, out.write)
    read = list(csv.reader(io.StringIO(out.getvalue())))
    assert len(read) == len(rows) + 1
    assert not any(cell.strip()[:1] in tuple("=+-@") for row in read[1:] for cell in row if cell.strip())


def test_a_head_that_comes_from_an_index_is_no_formula_and_obeyed_by_no_terminal() -> None:
    out = io.StringIO()
    write_rows(("country", "=1+1", "\x1b[31m"), [], out.write)
    assert out.getvalue() == "country,'=1+1,\ufffd[31m\n"


def test_facets_as_rows_tell_what_is_missing_and_what_was_cut_off() -> None:
    out = io.StringIO()
    write_facet_rows([make_results().facets["country"]], out.write)
    assert out.getvalue() == (
        "facet,value,label,count,of\n"
        "country,BA,Bosnia and Herzegovina,61,812\n"
        "country,RS,Serbia,22,400\n"
        "country,_missing,(not specified),9,\n"
        "country,_other,31 other values,58,\n"
    )


def test_facets_in_the_order_of_lift_tell_it() -> None:
    counts = FacetCounts("country", "Country", (Bucket("BA", "Bosnia", 3, of=9, lift=2.5),), missing=1)
    out = io.StringIO()
    write_facet_rows([counts], out.write)
    assert out.getvalue() == (
        "facet,value,label,count,of,lift\ncountry,BA,Bosnia,3,9,2.5\ncountry,_missing,(not specified),1,,\n"
    )


def test_ids_end_with_what_was_asked_for() -> None:
    out = io.StringIO()
    write_ids(make_results(), out.write, "\0")
    assert out.getvalue() == "900123\x00900124\x00"
