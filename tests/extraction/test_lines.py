"""Lines: what a line is, by its words alone."""

from __future__ import annotations

import pytest

from osce_search.extraction.lines import (
    ends_sentence,
    is_date,
    is_end,
    is_noise,
    is_placeline,
    is_prose,
    is_section,
    names_of,
    type_in,
    type_of,
)


@pytest.mark.parametrize(
    "line",
    [
        "5 May 2010",
        "Monday, 5 May 2010",
        "OSCE - Thu, 07/15/2021 - 17:53",
        "10 tetor 2012",
        "05.05.2010, 10:30 CET",
        "March 1999",
    ],
)
def test_a_date_alone_is_a_date(line: str) -> None:
    assert is_date(line)


@pytest.mark.parametrize(
    "line",
    [
        "The vote of 5 May 2003",
        "Spot Report 7/2021",
        "Elections, 5 May 2003: results",
        "",
    ],
)
def test_a_line_with_more_than_a_date_is_none(line: str) -> None:
    assert not is_date(line)


@pytest.mark.parametrize(
    "line", ["OSLO 19 March 1999", "VIENNA, 5 May 2010", "TIRANË, 10 tetor 2012", "WARSAW/VIENNA, 30 June"]
)
def test_a_place_with_a_date_is_a_placeline(line: str) -> None:
    assert is_placeline(line)
    assert not is_placeline(f"{line} – The text")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Press Release No. 94/98", "Press Release"),
        ("NEWS", "NEWS"),
        ("Press release:", "Press release"),
        ("Пресс-релиз", "Пресс-релиз"),
    ],
)
def test_a_type_is_known_with_its_number(line: str, kind: str) -> None:
    assert type_of(line) == kind


@pytest.mark.parametrize(
    "line", ["Press freedom", "News · Documents · Search", "Home | News", "Newsroom", ""]
)
def test_a_menu_is_no_type(line: str) -> None:
    assert type_of(line) is None


def test_names_are_known_all_or_not_at_all() -> None:
    assert names_of("source", "OSCE Secretariat, ODIHR") == ("OSCE Secretariat", "ODIHR")
    assert names_of("source", "OSCE Secretariat, somebody") == ()
    assert names_of("source", "https://www.osce.example/pc/900018") == ()


def test_the_frame_of_a_release_is_told() -> None:
    assert is_section("Newsroom")
    assert is_section("REDAKSIA E LAJMEVE")
    assert is_end("Related stories")
    assert is_end("For further information, please contact: the press officer")
    assert is_end("Контакти:")
    assert not is_end("Contacts between villages have grown since the bridge was opened.")
    assert is_noise("Email not displaying correctly? View it in your browser.")


def test_running_text_is_long_or_ends_as_sentences_do() -> None:
    assert is_prose("x" * 100)
    assert is_prose("They will be back in the autumn, with a new recorder.")
    assert not is_prose("Radio school opens in Osh, and forty pupils read the news")
    assert ends_sentence("“We will.”")
    assert not ends_sentence("We will")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Statement on World Bee Day by the Head of the OSCE Office in Yerevan", "Press statement"),
        ("Daily report of the Special Monitoring Mission to Ukraine", "Daily report"),
        ("Weekly update from the Observer Mission", "Weekly report"),
        ("Pupils write a statement on peace by the river", ""),
    ],
)
def test_a_title_names_its_type_in_several_ways(title: str, kind: str) -> None:
    assert type_in(title) == kind
