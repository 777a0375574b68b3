"""An answer as Markdown has links, marks and tables, and takes no markup from a page."""

from __future__ import annotations

import io

import pytest

from osce_search.formats.exports import write_markdown
from osce_search.release import Release
from osce_search.results import Hit, Results, Snippet
from tests.backends.fake import make_results


def test_hits_are_a_numbered_list_and_facets_are_tables() -> None:
    out = io.StringIO()
    write_markdown(make_results(), out.write, offset=10)
    lines = out.getvalue().splitlines()
    assert lines[0] == "**143 releases** for media AND freedom AND country:BA"
    assert (
        "11. [Media freedom conference opens in Sarajevo](<https://www.osce.example/fom/900123>)  " in lines
    )
    assert "    2015-04-23 · Representative on Freedom of the Media · `900123`" in lines
    assert "    > Editors spoke about **media** **freedom** in small towns." in lines
    assert "| Bosnia and Herzegovina (chosen) | 61 |" in lines
    assert "| others: 31 values | 58 |" in lines
    assert "| (not specified) | 9 |" in lines
    assert lines[-1] == "index 0123abcd · osce-search 0.1.0"


def test_what_a_page_says_is_text_and_no_markup() -> None:
    out = io.StringIO()
    write_markdown(make_results(), out.write)
    text = out.getvalue()
    assert "javascript" not in text
    assert "<b>" not in text
    assert r"\<b\>bold\</b\>" in text
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)


@pytest.mark.parametrize("line", ["===", "---", "- item", "+ item", "= 5"])
def test_a_passage_is_neither_the_line_under_a_heading_nor_a_list(line: str) -> None:
    release = Release("7", "A visit", line)
    hit = Hit("7", "A visit", None, None, 0.0, (Snippet("title", "A visit"), Snippet("lead", line)), release)
    out = io.StringIO()
    write_markdown(Results(1, (hit,), {}, ""), out.write)
    assert f"   > \\{line}" in out.getvalue().splitlines()


def test_a_release_without_a_title_is_named_by_its_id() -> None:
    release = Release("a_7", " ", "…", url="https://www.osce.example/7")
    out = io.StringIO()
    write_markdown(Results(1, (Hit("a_7", " ", None, release.url, 0.0, (), release),), {}, ""), out.write)
    assert r"1. [a\_7](<https://www.osce.example/7>)  " in out.getvalue().splitlines()
