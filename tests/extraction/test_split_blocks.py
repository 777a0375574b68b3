"""Parting: no date, type or place shares a block with a title."""

from __future__ import annotations

import datetime as dt

import pytest

from osce_search.extraction import extract_one
from osce_search.extraction.front_matter import split_blocks
from osce_search.extraction.layout import Block

TEXT = "Forty pupils of a school near Osh went on the air today, and more will follow in the autumn."
SECOND = "“We had practised for a month, and then the recorder would not start,” said a pupil."


@pytest.mark.parametrize(
    "top",
    [
        "<td><b>Radio school opens</b><br><i>5 May 2010</i><br><br>{}</td>",
        "<td>5 May 2010<br><b>Radio school opens</b><br><br>{}</td>",
        "<td><b>Radio school opens</b><br>OSH 5 May 2010<br><br>{}</td>",
        "<td><h2>Radio school opens <small>5 May 2010</small></h2>{}</td>",
    ],
)
def test_title_and_date_of_one_cell_are_told_apart(top: str) -> None:
    markup = top.format(f"{TEXT}<br><br>{SECOND}")
    page = f"<html><title>Radio school opens</title><table><tr>{markup}</tr></table></html>"
    release = extract_one(page.encode())
    assert (release.title, release.date) == ("Radio school opens", dt.date(2010, 5, 5))
    assert release.paragraphs == (TEXT, SECOND)


@pytest.mark.parametrize(
    "lines",
    [
        ("Publishing date: 5 May 2010", "News"),
        (TEXT, "5 May 2010"),
        ("Press Officer", "5 May 2010", "Tel.: +43 1 514 36 0"),
        ("News", "5 May 2010"),
    ],
)
def test_labels_text_and_addresses_stay_together(lines: tuple[str, ...]) -> None:
    assert split_blocks([Block(lines, "p", (1,))]) == [Block(lines, "p", (1,))]


def test_a_column_of_links_stays_together() -> None:
    block = Block(("Members", "News", "Finland"), "td", (1,), linked=18)
    assert split_blocks([block]) == [block]


def test_a_date_in_a_title_that_the_head_states_is_part_of_it() -> None:
    block = Block(("Report of 5 May 2010",), "h1", (1,))
    assert split_blocks([block], "Report of 5 May 2010") == [block]
