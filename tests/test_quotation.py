"""A quotation is found in a release exactly, nearly or not, and its place is reported."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from osce_search.errors import LimitExceeded, QueryError
from osce_search.quotation import Difference, find_quotation
from osce_search.release import Release
from tests.work import count_work

TEXT = (
    "SKOPJE, 3 May 2010 – “We asked for three things,” said the Head of Mission.\n\n"
    "Judges, prosecutors and police officers from Kumanovo took part. The co-operation began in 2004, and it\u00a0will "
    "go on until the end of the year. Café owners in Đakovica sent word."
)
RELEASE = Release(id="7", title="Round table on witness protection ends", text=TEXT)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Judges, prosecutors and police officers", "Judges, prosecutors and police officers"),
        ('"We asked for three things," said', "“We asked for three things,” said"),
        ("SKOPJE, 3 May 2010 - “We asked", "SKOPJE, 3 May 2010 – “We asked"),
        ("in 2004, and it will\n  go on", "in 2004, and it\u00a0will go on"),
        ("Head of Mission. Judges", "Head of Mission.\n\nJudges"),
        ("Cafe\u0301 owners", "Café owners"),
        ("'Judges, prosecutors'", "Judges, prosecutors"),
    ],
)
def test_white_space_quotation_marks_and_dashes_make_no_difference(quote: str, found: str) -> None:
    quotation = find_quotation(RELEASE, quote)
    assert (quotation.verdict, quotation.field, quotation.text) == ("exact", "text", found)
    assert TEXT[quotation.start : quotation.end] == found


@pytest.mark.parametrize("name", ["Bešić", "Bes\u030cic\u0301"])
def test_a_last_letter_without_its_accent_is_another_letter(name: str) -> None:
    release = Release("7", "A visit", f"The minister Bešic and the mayor {name} met.")
    assert find_quotation(release, "and the mayor Bešic").verdict == "near"
    assert find_quotation(release, "mayor Bešić").text == f"mayor {name}"
    assert find_quotation(Release("8", "A visit", f"{name} and Bešic met."), "Bešic").start == len(name) + 5


def test_a_title_can_be_quoted() -> None:
    assert find_quotation(RELEASE, "witness protection").field == "title"


@pytest.mark.parametrize("dots", ["...", "…", "[...]", " (…) "])
def test_three_dots_leave_something_out(dots: str) -> None:
    quotation = find_quotation(RELEASE, f"Judges{dots}took part{dots}until the end")
    assert quotation.verdict == "exact"
    assert quotation.text.startswith("Judges, prosecutors")
    assert quotation.text.endswith("until the end")
    assert find_quotation(RELEASE, f"took part{dots}Judges").verdict != "exact"


def test_other_words_in_their_place_are_told() -> None:
    quotation = find_quotation(RELEASE, "Judges and police officers from the Kumanovo took part")
    assert quotation.verdict == "near"
    assert quotation.text == "Judges, prosecutors and police officers from Kumanovo took part"
    assert quotation.differences == (
        Difference("", "prosecutors"),
        Difference("the", ""),
    )


def test_capitals_and_punctuation_alone_are_near() -> None:
    quotation = find_quotation(RELEASE, "judges prosecutors and police officers")
    assert (quotation.verdict, quotation.likeness, quotation.differences) == ("near", 1.0, ())


def test_what_is_not_said_is_not_found() -> None:
    quotation = find_quotation(RELEASE, "Ministers refused to comment on the proposal of the committee")
    assert (quotation.verdict, quotation.text) == ("no", "")
    assert quotation.likeness < 0.5


@pytest.mark.parametrize("quote", ["", " … ", "—", "?!"])
def test_a_quotation_needs_words(quote: str) -> None:
    with pytest.raises(QueryError, match="at least one word"):
        find_quotation(RELEASE, quote)


def test_a_long_quotation_is_refused_and_the_longest_allowed_is_compared() -> None:
    with pytest.raises(LimitExceeded, match="longer than 1,000"):
        find_quotation(RELEASE, "word " * 1001)
    long = Release(id="8", title="t", text="Nothing of that sort was said here. " * 300)
    with count_work() as work:
        assert find_quotation(long, "other words " * 500).verdict == "no"
    assert work.calls < 600_000


@given(st.text(min_size=1), st.data())
def test_any_part_of_a_text_with_a_word_in_it_is_found_exactly(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    assume("..." not in quote and "…" not in quote)
    # Without its accent the last letter is another.
    assume(end == len(text) or not unicodedata.combining(text[end]))
    release = Release(id="9", title="", text=text)
    try:
        quotation = find_quotation(release, quote)
    except QueryError:
        return
    assert quotation.verdict == "exact"
    assert 0 <= quotation.start < quotation.end <= len(text)


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(text: str, quote: str) -> None:
    try:
        quotation = find_quotation(Release(id="9", title="t", text=text), quote)
    except QueryError:
        return
    assert (
        quotation.text
        == getattr(Release(id="9", title="t", text=text), quotation.field or "id")[
            quotation.start : quotation.end
        ]
        or quotation.verdict == "no"
    )


def test_a_quotation_that_is_not_there_exactly_is_not_compared_with_a_book() -> None:
    book = Release(id="1", title="A book", text="The visit began on Monday. " * 2000)
    with pytest.raises(LimitExceeded, match="too long to be compared"):
        find_quotation(book, "The visit started on Monday. " * 190)
    assert find_quotation(book, ("The visit began on Monday. " * 190).strip()).verdict == "exact"
    assert find_quotation(book, "The visit started on Monday").verdict == "near"
