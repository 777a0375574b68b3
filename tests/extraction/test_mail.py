"""Mail: the release within an e-mail."""

from __future__ import annotations

import base64
import datetime as dt
import quopri

from osce_search.extraction import extract_one

BODY = """Forty pupils on the air
Email not displaying correctly? View it in your browser.
FacebookTwitterYouTube

PRESS RELEASE

Radio school opens in Osh

OSH, Kyrgyzstan, 14 March 2019 – Forty pupils of a school near Osh went on
the air today. They read the news in three languages, and the weather in
two, since nobody knew the third language's word for drizzle.

“Next week we invite the mayor,” a pupil said.

For PDF attachments or links to sources of further information, please visit: https://www.osce.example/bishkek/900300

Contacts:

Press Officer
OSCE Programme Office in Bishkek

This message was sent by the OSCE e-mail service, to which you are a subscriber.
"""
HEADER = """From: OSCE <press@osce.example>
To: you@x.example
Date: Fri, 15 Mar 2019 08:00:00 +0000
Subject: {subject}
MIME-Version: 1.0
"""
FIRST = (
    "OSH, Kyrgyzstan, 14 March 2019 – Forty pupils of a school near Osh went on the air today. They read the news in "
    "three languages, and the weather in two, since nobody knew the third language's word for drizzle."
)


def check(content: bytes) -> None:
    release = extract_one(content, "letter.eml")
    assert release.title == "Radio school opens in Osh"
    assert release.paragraphs == (FIRST, "“Next week we invite the mayor,” a pupil said.")
    assert (release.id, release.url) == ("900300", "https://www.osce.example/bishkek/900300")
    assert (release.type, release.place, release.parser) == ("press-release", ("Osh",), "email")


def test_a_text_copy_of_a_letter_is_read_without_its_frame() -> None:
    check(BODY.encode())
    assert extract_one(BODY.encode()).date == dt.date(2019, 3, 14)


def test_a_plain_letter_is_read_with_its_date() -> None:
    subject = base64.b64encode(b"OSCE: Radio school opens in Osh").decode()
    content = HEADER.format(subject=f"=?utf-8?b?{subject}?=") + "Content-Type: text/plain; charset=utf-8\n"
    letter = (
        content.encode()
        + b"Content-Transfer-Encoding: quoted-printable\n\n"
        + quopri.encodestring(BODY.encode())
    )
    check(letter)
    release = extract_one(letter)
    assert release.date == dt.date(2019, 3, 15)
    assert release.flags == ("date_conflict",)


def test_a_letter_in_two_parts_is_read_once() -> None:
    html = "<html><body><h1>Radio school opens in Osh</h1><p>OSH, 14 March 2019 – Short.</p></body></html>"
    letter = (
        HEADER.format(subject="Radio school opens in Osh")
        + "Content-Type: multipart/alternative; boundary=b\n\n"
    )
    letter += f"--b\nContent-Type: text/plain; charset=utf-8\n\n{BODY}\n"
    letter += f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    check(letter.encode())


def test_a_letter_of_html_alone_is_read_as_a_page() -> None:
    html = """<html><body><div class="preheader" style="display:none">Forty pupils</div><p>PRESS RELEASE</p>
    <h2>Radio school opens in Osh</h2>
    <p>OSH, 14 March 2019 – Forty pupils of a school near Osh went on the air today.</p>
    <p>Contacts:</p><p>Press Officer</p></body></html>"""
    letter = (
        HEADER.format(subject="Fwd: [press] Radio school opens in Osh")
        + "Content-Type: text/html; charset=windows-1252\n\n"
    )
    release = extract_one(letter.encode() + html.encode("cp1252"))
    assert release.title == "Radio school opens in Osh"
    assert release.text == "OSH, 14 March 2019 – Forty pupils of a school near Osh went on the air today."
    assert (release.parser, release.type) == ("email", "press-release")


def test_attachments_are_left_alone() -> None:
    letter = (
        HEADER.format(subject="x")
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        + BODY
    )
    letter += (
        '\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="long.txt"\n\n'
        + "word " * 5000
        + "\n--b--\n"
    )
    assert "word word" not in extract_one(letter.encode()).text
