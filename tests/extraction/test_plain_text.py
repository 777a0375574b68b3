"""Copies: the lines of a text copy, unwrapped where it was wrapped."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import ExtractionError
from osce_search.extraction.markup import MAX_LINES
from osce_search.extraction.plain_text import lines_of

PARAGRAPHS = (
    "Forty pupils of a school near Osh went on the air today, in three languages, and read the news of the week.",
    "“We had practised for a month,” said one, “and then the recorder would not start, so we sang until it did.”",
    "More will follow in autumn.",
)


def texts(copy: str) -> list[str]:
    return [block.text for block in lines_of(copy)]


def test_bullets_headings_and_rules_are_told_from_lines() -> None:
    copy = "## Radio\n---\n- Place:\n•  OSH\n-\n**Source:** A\n\n"
    assert [(block.tag, block.text) for block in lines_of(copy)] == [
        ("h2", "Radio"),
        ("li", "Place:"),
        ("li", "OSH"),
        ("line", "Source: A"),
    ]


@pytest.mark.parametrize("width", [60, 72, 76, 80])
def test_a_text_that_was_wrapped_is_unwrapped(width: int) -> None:
    copy = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in PARAGRAPHS)
    assert texts(copy) == list(PARAGRAPHS)


def test_a_text_of_short_lines_is_left_as_it_is() -> None:
    lines = [
        "Radio school opens in Osh: forty pupils are on the air",
        "Publishing date: 14 March 2005",
        "Content type: News",
    ]
    lines += [
        "Beekeepers share a weather station near Batken",
        "Publishing date: 12 March 2005",
        "Content type: News",
    ]
    assert texts("\n".join(lines)) == lines


def test_a_text_with_a_paragraph_on_each_line_is_left_as_it_is() -> None:
    assert texts("\n".join(PARAGRAPHS)) == list(PARAGRAPHS)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(ExtractionError, match="too many lines"):
        lines_of("\u2028" * (MAX_LINES + 1), "copy.txt")


@given(st.lists(st.text("abcdefgh ", min_size=1, max_size=150), max_size=20))
def test_no_word_is_lost(lines: list[str]) -> None:
    assert " ".join(texts("\n".join(lines))).split() == " ".join(lines).split()


def test_a_short_text_is_unwrapped_where_a_sentence_breaks_off() -> None:
    lines = [
        "Radio school opens in Osh",
        "",
        "14 March 2005",
        "",
        "OSH, 14 March 2005 – Forty pupils of a school near the bazaar of",
        "Osh went on the air today.",
        "",
        "More will follow in autumn.",
    ]
    joined = f"{lines[4]} {lines[5]}"
    assert texts("\n".join(lines)) == [lines[0], lines[2], joined, lines[7]]


def test_a_line_that_ends_in_a_small_word_goes_on() -> None:
    lines = [
        "Firemen of the valley are being filmed this summer in Osh and",
        "Batken.",
        "",
        "More will follow.",
    ]
    assert texts("\n".join(lines)) == [f"{lines[0]} {lines[1]}", lines[3]]


def test_a_title_and_the_sentence_below_it_are_no_wrapped_text() -> None:
    lines = [
        "Radio school opens in Osh and forty pupils go on the air",
        "",
        "The news is read in three languages.",
    ]
    assert texts("\n".join(lines)) == [lines[0], lines[2]]
    assert texts("\n".join([lines[0], lines[2], "", "More."])) == [lines[0], lines[2], "More."]


def test_a_signature_is_left_out() -> None:
    assert texts("It began.\n\nIt ended.\n\n-- \nOSCE\nwww.osce.example\n") == ["It began.", "It ended."]
    long = "A line that is no part of any signature, " * 4
    assert len(texts(f"It began.\n--\n{long}")) == 2
