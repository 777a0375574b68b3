"""Forwarding: a forwarded or printed e-mail says subject and date above the text."""

from __future__ import annotations

import datetime as dt

import pytest

from osce_search.extraction import extract_one

ONE = "Forty pupils of a school near Osh went on the air today, and more will follow in the autumn."
TWO = "“We had practised for a month, and then the recorder would not start,” said a pupil."


@pytest.mark.parametrize(
    "header",
    [
        "From: OSCE Press <press@osce.example>\nSent: Wednesday, May 5, 2010 3:12 PM\nTo: Readers\nSubject: {}",
        "-----Original Message-----\nFrom: OSCE Press\nDate: 5 May 2010\nTo: Readers\nCc: Others\nSubject: FW: {}",
        "Von: OSZE Presse\nGesendet: Mittwoch, 5. Mai 2010\nAn: Leser\nBetreff: WG: {}",
        "От: Пресс-служба\nОтправлено: 5 мая 2010 г.\nКому: Читателям\nТема: {}",
    ],
)
def test_the_header_of_a_message_gives_title_and_date(header: str) -> None:
    lines = header.format("Radio school opens").splitlines()
    copy = "\n".join([*lines, "", ONE, "", TWO])
    top = "<br>".join(line.replace("<", "&lt;") for line in lines)
    page = f"<html><body><div><p>{top}</p><p>{ONE}</p><p>{TWO}</p></div></body></html>"
    for content in (copy, page):
        release = extract_one(content.encode(), "message")
        assert (release.title, release.date) == ("Radio school opens", dt.date(2010, 5, 5))
        assert release.paragraphs == (ONE, TWO)


def test_a_text_that_quotes_a_field_is_no_message() -> None:
    page = f"<h1>Radio school opens</h1><p>Subject: a letter</p><p>To: the school</p><p>{ONE}</p>"
    assert extract_one(page.encode()).title == "Radio school opens"


def test_a_letter_that_forwards_another_has_the_date_of_that_one() -> None:
    outer = "From: b@x.example\nTo: c@x.example\nSubject: Fwd: Radio school\nDate: Thu, 6 May 2010 09:00:00 +0200\n"
    inner = "From: Press <p@x.example>\nDate: Wed, 5 May 2010 17:00:00 +0200\nSubject: Radio school opens\n"
    mime = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    release = extract_one(f"{outer}{mime}\n{inner}\n{ONE}\n\n{TWO}\n".encode(), "a.eml")
    assert (release.title, release.date) == ("Radio school opens", dt.date(2010, 5, 5))
