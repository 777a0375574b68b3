"""Edges: which lines around the paragraphs of a text belong to it, by what those have in common."""

from __future__ import annotations

import pytest

from osce_search.extraction import extract_one

ONE = "OSH, 5 May 2010 – Forty pupils of a school near Osh went on the air today, and more will follow in the autumn."
TWO = "“We had practised for a month, and then the tape recorder would not start,” said a pupil of the seventh class."
END = "They will be back in June."


def paragraphs(body: str) -> tuple[str, ...]:
    return extract_one(f"<html><body><h1>Radio school opens</h1>{body}</body></html>".encode()).paragraphs


@pytest.mark.parametrize(
    "beside",
    [
        "<div>Votes: 1 2 3 4 5</div>",
        "<div>4127</div><div>views so far</div>",
        "<p>Printed twice</p>",
        "<ul><li>Agency, Release</li></ul>",
        '<p class="where">Kept in the folder <a href="/c">Radio</a> on 6 May 2010. Answers may be sent for a week.</p>',
        '<p>The <a href="/x">Radio school opens: pupils read news</a> was shown by <a href="/r">Radio Days</a>.</p>',
        "<p><em>Editor's note: we print what we receive.</em></p>",
        "<hr><p>Document printed from a site of schools on 3 March 2012</p>",
        "<div><h3>Help us</h3><p>With ten euros a month you help us to give radios to schools.</p></div>",
    ],
)
def test_what_is_no_sentence_or_of_another_kind_is_no_text_below_it(beside: str) -> None:
    assert paragraphs(f"<div><p>{ONE}</p><p>{TWO}</p><p>{END}</p>{beside}</div>") == (ONE, TWO, END)


@pytest.mark.parametrize(
    "beside",
    [
        "<ul><li>1</li><li>2</li></ul>",
        "<p>Listen now</p>",
        "<p>Text:</p>",
        "<div>by admin, changed 7 May 2010 at noon and once more</div>",
        '<div class="z"><img src="a.jpg"><div>The school, seen from the road.</div></div>',
    ],
)
def test_what_is_no_sentence_or_below_a_picture_is_no_text_above_it(beside: str) -> None:
    assert paragraphs(f"<div>{beside}<p>{ONE}</p><p>{TWO}</p></div>") == (ONE, TWO)


def test_a_caption_and_a_line_between_paragraphs_are_no_text() -> None:
    between = '<div><img src="a.jpg"><span>The school, seen from the road.</span></div><div>Read on</div>'
    assert paragraphs(f"<div><p>{ONE}</p>{between}<p>{TWO}</p></div>") == (ONE, TWO)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<p>{ONE}</p><p><img src='a.jpg'>{TWO}</p>", (ONE, TWO)),
        (f"<p class='first'>{ONE}</p><p class='last'>{TWO}</p>", (ONE, TWO)),
        (f"<p><strong>{ONE}</strong></p><p>{TWO}</p><p><em>{END}</em></p>", (ONE, TWO, END)),
        (f"<p>{ONE}</p><blockquote><p>{TWO}</p></blockquote><p>{END}</p>", (ONE, TWO, END)),
        (
            f"<p>{ONE}</p><p>On air were:</p><ul><li>the news</li><li>music</li></ul>",
            (ONE, "On air were:", "the news", "music"),
        ),
        (
            f"<p>{ONE}</p><p>When: 3 June, 10:00</p><p>Where: School No. 4</p>",
            (ONE, "When: 3 June, 10:00", "Where: School No. 4"),
        ),
        (f"<p>Dear listeners,</p><p>{TWO}</p><p>{TWO[::-1]}</p>", ("Dear listeners,", TWO, TWO[::-1])),
        (f"<div><div><p>{ONE}</p></div></div><div><div><p>{TWO}</p></div></div>", (ONE, TWO)),
        (f"<p>{ONE}</p><h3>What comes next</h3><p>{TWO}</p>", (ONE, "What comes next", TWO)),
        (f"<p>{ONE}</p><hr><p>{TWO}</p>", (ONE, TWO)),
        (f"{ONE}<br><br>{TWO}<br><br>{END}", (ONE, TWO, END)),
    ],
)
def test_what_a_text_has_of_other_kinds_is_kept(markup: str, text: tuple[str, ...]) -> None:
    assert paragraphs(f"<div>{markup}</div>") == text


def test_an_address_in_lines_of_a_copy_ends_the_text() -> None:
    copy = f"PRESS RELEASE\n\nRadio school opens\n\n{ONE}\n\n{TWO}\n\nStreet of the Poplars 5, Osh\nTel: +996 1 51436\n"
    assert extract_one(copy.encode()).paragraphs == (ONE, TWO)
