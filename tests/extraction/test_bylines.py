"""Bylines: who posted a text and when is said above or below it, and is none of it."""

from __future__ import annotations

import datetime as dt

import pytest

from osce_search.extraction import extract_one

ONE = "Forty pupils of a school near Osh went on the air today, and more will follow in the autumn."
TWO = "“We had practised for a month, and then the recorder would not start,” said a pupil."


@pytest.mark.parametrize(
    "byline",
    [
        "<p class='postmetadata'>This entry was posted on May 5th, 2010 at 8:12 am and is filed under OSCE.</p>",
        "<p>This entry was posted on Wednesday, May 5th, 2010 at 8:12 am and is filed under OSCE.</p>",
        "<div class='documentByLine'>by <a>admin</a> — published 5 May 2010, last modified 7 May 2010 10:12</div>",
        "<div class='documentByLine'>by admin — last modified 7 May 2010 10:12, published 5 May 2010</div>",
        "<div class='entry-meta'>Posted by admin on 05.05.2010</div>",
    ],
)
def test_a_byline_gives_the_date_and_no_text(byline: str) -> None:
    text = f"<div><p>{ONE}</p><p>{TWO}</p></div>"
    for page in (f"<h1>Radio school opens</h1>{byline}{text}", f"<h1>Radio school opens</h1>{text}{byline}"):
        release = extract_one(page.encode())
        assert (release.date, release.paragraphs) == (dt.date(2010, 5, 5), (ONE, TWO))


def test_a_long_text_is_no_byline_whatever_its_class() -> None:
    page = f"<h1>Radio school opens</h1><div class='author'><p>{ONE} {TWO} {ONE} {TWO} {ONE}</p></div>"
    assert len(extract_one(page.encode()).text) > 300
