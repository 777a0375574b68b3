"""An answer reads well at any width, with and without colour."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from osce_search.console.cards import print_answer, print_date_in_words, print_reading
from osce_search.console.terminal import Terminal
from osce_search.query import Plan
from osce_search.results import RELAXED, Dropped, Explanation, Hit, Snippet, Suggestion
from tests.backends.fake import CONFERENCE, make_results

QUERY = Plan(text="the media freedom", limit=2)


def show(terminal: Terminal, query: Plan = QUERY, of: int | None = 25310, **changes: object) -> str:
    return "".join(print_answer(make_results(**changes), query, terminal, of))


def test_a_hundred_columns_show_title_date_source_snippet_and_bars() -> None:
    assert (
        show(Terminal(100))
        == """\
143 releases of 25,310 · 1–2 · by relevance
read as  media AND freedom AND country:BA
also     rfom = Representative on Freedom of the Media
note     the word 'the' was left out

1  Media freedom conference opens in Sarajevo                                          23 April 2015
   Representative on Freedom of the Media · Press release · Bosnia and Herzegovina ·        [900123]
   ~Serbia
   Editors spoke about **media freedom** in small towns.

2  =HYPERLINK("x")�]0;owned� �gnp.exe                                                           2016
   +49 (unknown) · teaser only                                                              [900124]
   �[**31m**red�[0m and �31m too, {\\input} & 100% | <b>bold</b> line

Country                                            Source
[x] Bosnia and Herzegovina          █████████ 61   Institutions                        █████████ 80
[ ] Serbia                          ███▎      22     Office for Democratic Institutio… ████▌     40
    others: 31 values                         58
[ ] (not specified)                            9

Year 2010 ▁▁·▅·█▄ 2016  most: 2015 (61)  (not specified) 1

index 0123abcd · osce-search 0.1.0
"""
    )


def test_sixty_columns_in_ascii() -> None:
    assert (
        show(Terminal(60, ascii=True))
        == """\
143 releases of 25,310 - 1-2 - by relevance
read as  media AND freedom AND country:BA
also     rfom = Representative on Freedom of the Media
note     the word 'the' was left out

1  Media freedom conference opens in Sarajevo
   23 April 2015 - Representative on Freedom of     [900123]
   the Media - Press release - Bosnia and Herzegovina -
   ~Serbia
   Editors spoke about **media freedom** in small towns.

2  =HYPERLINK("x")�]0;owned� �gnp.exe
   2016 - +49 (unknown) - teaser only               [900124]
   �[**31m**red�[0m and �31m too, {\\input} & 100% |
   <b>bold</b> line

Country                        Source
[x] Bosnia and H... ##### 61   Institutions        ##### 80
[ ] Serbia          ##    22     Office for Dem... ##    40
    others: 31 v...       58
[ ] (not specified)        9

Year 2010 .. + #= 2016  most: 2015 (61)  (not specified) 1

index 0123abcd - osce-search 0.1.0
"""
    )


def test_colour_adds_nothing_but_colour_and_takes_the_place_of_asterisks() -> None:
    import re

    colored = show(Terminal(100, color=True))
    assert "\x1b[1;31mmedia freedom\x1b[0m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == show(Terminal(100)).replace("**", "")


@pytest.mark.parametrize("width", [40, 47, 60, 72, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(cell_len, show(Terminal(width)).splitlines())) <= width


def test_a_question_that_was_read_as_it_was_typed_is_not_repeated() -> None:
    plain = Plan(text="media freedom")
    assert "read as" not in show(Terminal(100), plain, read_as="media AND freedom")
    assert "read as" not in show(Terminal(100), Plan(), read_as="*")
    assert "read as  media OR freedom" in show(Terminal(100), plain, read_as="media OR freedom")


def test_without_hits_it_is_told_what_would_find_some() -> None:
    text = show(
        Terminal(60),
        hits=(),
        total=0,
        facets={},
        notes=(),
        expansions=(),
        dropped=(Dropped("country:BA", "filter", 14), Dropped("freedom", "word", 1)),
        suggestions=(Suggestion("medai", "media", 1200),),
    )
    assert (
        text
        == """\
No release matches
read as  media AND freedom AND country:BA
without  country:BA: 14 releases
without  freedom: 1 release
perhaps  media for medai? 1,200 releases

index 0123abcd · osce-search 0.1.0
"""
    )


def test_an_explanation_stands_beneath_its_hit_as_a_tree() -> None:
    parts = (Explanation(2.25, "idf of media"), Explanation(1.5, "frequency in title, lead and body"))
    hit = Hit("900123", "t", None, None, 3.375, (), CONFERENCE, Explanation(3.375, "product of", parts))
    lines = show(Terminal(100), hits=(hit,), facets={}).splitlines()
    assert lines[-5:-1] == [
        "   3.375  product of",
        "     2.25  idf of media",
        "     1.5  frequency in title, lead and body",
        "",
    ]


def test_hits_that_match_in_part_stand_under_a_line_that_says_so() -> None:
    heading = show(Terminal(100), relaxed=True, notes=(RELAXED,)).splitlines()[0]
    assert heading == "No release has all of these words · 143 of 25,310 have some · 1–2 · by relevance"
    assert show(Terminal(100), relaxed=True, notes=(RELAXED,)).count("have some") == 1


def test_a_page_behind_the_last_is_told() -> None:
    heading = show(Terminal(100), replace(QUERY, offset=200), hits=()).splitlines()[0]
    assert heading == "143 releases of 25,310 · none from 201 on"


def test_a_long_question_is_repeated_in_short() -> None:
    shown = show(
        Terminal(100), read_as="media AND " * 20_000, dropped=(Dropped("border " * 5000, "word", 3),)
    )
    assert len(shown) < 5000
    assert "…: 3 releases" in shown


def test_why_a_hit_is_here_is_told_on_one_line_where_asked_or_where_it_matches_in_part() -> None:
    line = "   has  media (title, body); freedom for liberty (title)"
    assert line not in show(Terminal(100)).splitlines()
    assert line in show(Terminal(100), replace(QUERY, explain=True)).splitlines()
    assert line in show(Terminal(100), relaxed=True).splitlines()


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_any_snippet_can_be_printed(text: str, spans: list[tuple[int, int]]) -> None:
    marks = tuple(sorted((min(a, b, len(text)), min(max(a, b), len(text))) for a, b in spans))
    kept = tuple(mark for place, mark in enumerate(marks) if not place or marks[place - 1][1] <= mark[0])
    hit = Hit("1", "t", None, None, 1.0, (Snippet("body", text, kept),), CONFERENCE)
    shown = show(Terminal(60, color=True), hits=(hit,), facets={})
    assert "\x1b[2J" not in shown
    assert not {"\x9b", "\u202e", "\x07"} & set(shown)


def test_the_reading_of_a_question_is_told_line_by_line() -> None:
    assert print_reading(make_results(), QUERY, Terminal(80)) == (
        "typed    the media freedom\n"
        "read as  media AND freedom AND country:BA\n"
        "also     rfom = Representative on Freedom of the Media\n"
        "note     the word 'the' was left out\n"
    )


def test_a_date_is_as_precise_as_it_is_known() -> None:
    day = dt.date(2015, 4, 1)
    assert print_date_in_words(day) == "1 April 2015"
    assert print_date_in_words(day, "year") == "2015"
    assert print_date_in_words(None) == "no date"
