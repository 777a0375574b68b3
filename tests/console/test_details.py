"""A release is printed whole, and says why it has its labels."""

from __future__ import annotations

from osce_search.console.details import print_release
from osce_search.console.terminal import Terminal
from tests.backends.fake import CONFERENCE, HOSTILE


def test_a_release_with_the_reasons_for_its_labels() -> None:
    assert (
        print_release(CONFERENCE, Terminal(80), why=True)
        == f"""\
Media freedom conference opens in Sarajevo

Date      23 April 2015
            printed as publishing date
Source    Representative on Freedom of the Media
Place     Sarajevo
Field     Media freedom and development
Country   Bosnia and Herzegovina, ~Serbia
            Bosnia and Herzegovina: printed as a label
            Serbia: inferred from the text, “editors from Serbia”, weight 0.80
Type      Press release
Language  English
Address   https://www.osce.example/fom/900123
Id        900123
SHA-256   {CONFERENCE.content_sha256}
Read as   legacy-page
Text      2 paragraphs, 97 characters

SARAJEVO, 23 April 2015 – A conference opened.

Editors spoke about media freedom in small towns.

"""
    )


def test_a_hostile_release_is_printed_without_harm() -> None:
    text = print_release(HOSTILE, Terminal(80), why=True)
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(text)
    assert "only the teaser of a listing" in text
