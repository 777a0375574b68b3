"""Metadata: a draft → a release with controlled values, each with where it comes from."""

from __future__ import annotations

import datetime as dt

import pytest

from osce_search.extraction import extract_one
from osce_search.extraction.candidates import Draft
from osce_search.extraction.labels import Labels
from osce_search.extraction.markup import Decoded
from osce_search.extraction.metadata import complete, split_values
from osce_search.release import Release

DATELINE = "VIENNA, 5 May 2010 – The first paragraph of the text, in the language of this page."


def release(
    *paragraphs: str,
    labels: dict[str, tuple[str, ...]] | None = None,
    name: str = "",
    url: str | None = None,
    **given: object,
) -> Release:
    draft = Draft("test", "A title", paragraphs or (DATELINE,), labels=Labels(labels or {}), **given)  # type: ignore[arg-type]
    return complete(draft, Decoded("", "utf-8", "utf-8"), name, url, alone=True)


def test_the_publishing_date_comes_before_the_dateline() -> None:
    found = release(labels={"published": ("6 May 2010",), "date": ("7 May 2010",)})
    assert found.date == dt.date(2010, 5, 6)
    assert found.flags == ("date_conflict",)
    assert [(o.value, o.origin) for o in found.provenance["date"]] == [
        ("2010-05-06", "published"),
        ("2010-05-07", "published"),
        ("2010-05-05", "dateline"),
    ]


def test_dates_that_agree_are_no_conflict() -> None:
    for printed in ("5 May 2010", "May 2010", "2010", "2010-05-05T23:00:00+02:00"):
        assert release(labels={"published": (printed,)}).flags == ()
    assert release("VIENNA, 5 May – The text.", labels={"date": ("5 May 2010",)}).flags == ()
    assert release("VIENNA, 6 May – The text.", labels={"date": ("5 May 2010",)}).flags == ("date_conflict",)


def test_without_a_publishing_date_the_dateline_gives_it() -> None:
    found = release(labels={"date": ()})
    assert (found.date, found.date_precision) == (dt.date(2010, 5, 5), "day")
    assert found.provenance["date"][0].origin == "dateline"


def test_a_dateline_without_a_year_gives_no_date() -> None:
    found = release("VIENNA, 23 August – The text.")
    assert found.date is None
    assert "date" not in found.provenance
    assert found.place == ("Vienna",)


def test_a_month_is_a_month() -> None:
    found = release("The text.", labels={"published": ("March 1999",)})
    assert (found.date, found.date_precision) == (dt.date(1999, 3, 1), "month")


def test_one_city_in_two_languages_is_one_place() -> None:
    assert release("PRISHTINE/PRISTINA, 29 April 2009- The text.").place == ("Pristina",)
    assert release("GJILAN/GNJILANE, 29 April 2009- The text.").place == ("Gjilan",)
    assert release("VIENNA / SARAJEVO, 25 October 2019 – The text.").place == ("Vienna", "Sarajevo")


def test_a_place_of_label_and_dateline_is_there_once_with_its_origin() -> None:
    found = release(labels={"place": ("VIENNA/WARSAW",)})
    assert found.place == ("Vienna", "Warsaw")
    assert [(o.value, o.origin, o.evidence) for o in found.provenance["place"]] == [
        ("Vienna", "assigned", "VIENNA"),
        ("Warsaw", "assigned", "WARSAW"),
    ]


def test_an_unknown_place_in_capitals_is_written_as_names_are() -> None:
    assert release("QWERTYVILLE, 5 May 2010 – The text.").place == ("Qwertyville",)


def test_labels_become_values_and_unknown_ones_are_kept() -> None:
    found = release(
        labels={"source": ("OSCE Centre in Bishkek, Ministry of Silly Walks",), "field": ("Elections; Bees",)}
    )
    assert found.source == ("programme-office-in-bishkek", "Ministry of Silly Walks")
    assert found.field == ("elections", "Bees")
    assert {o.origin for o in found.provenance["source"]} == {"assigned"}


def test_what_is_not_under_a_label_counts_only_if_it_is_known() -> None:
    found = release(sources=("OSCE Secretariat", "webteam"), fields=("Elections", "Central Europe"))
    assert (found.source, found.field) == (("secretariat",), ("elections",))


def test_locations_are_countries_that_were_assigned() -> None:
    found = release(labels={"country": ("Russia, Türkiye",)})
    assert found.country == ("RU", "TR")
    assert found.provenance["country"][0].evidence == "Russia"


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("OSCE Chairmanship, OSCE Mission to Moldova", ("OSCE Chairmanship", "OSCE Mission to Moldova")),
        (
            "OSCE Mission to Croatia / OSCE Office in Zagreb (closed)",
            ("OSCE Mission to Croatia / OSCE Office in Zagreb (closed)",),
        ),
        (
            "Missions of Long Duration in Kosovo, Sandjak and Vojvodina",
            ("Missions of Long Duration in Kosovo, Sandjak and Vojvodina",),
        ),
        ("A, B; C | D", ("A", "B", "C", "D")),
        (" , ,", ()),
    ],
)
def test_a_line_of_labels_is_parted_but_never_a_name(printed: str, parts: tuple[str, ...]) -> None:
    assert split_values("source", [printed]) == parts


def test_a_slash_within_a_field_is_no_end_of_it() -> None:
    assert split_values("field", ["Cyber/ICT Security, Good governance"]) == (
        "Cyber/ICT Security",
        "Good governance",
    )


def test_the_number_comes_from_the_address_before_url_and_name() -> None:
    assert release(url="https://x.example/cio/1234", name="5678.html").id == "1234"
    assert release(url="https://x.example/list", name="release-56789.html").id == "56789"
    assert release(name="5678.html").id == "5678"
    printed = extract_one(
        b'<link rel=canonical href="https://x.example/a/900001"><h1>T</h1>',
        "5678.html",
        "https://x.example/b/2345",
    )
    assert (printed.id, printed.url) == ("900001", "https://x.example/a/900001")


def test_without_a_number_the_id_is_the_beginning_of_a_digest() -> None:
    found = release()
    assert found.id == found.content_sha256[:16]


def test_the_language_is_that_of_the_text_and_not_of_the_menu() -> None:
    text = "Учасники семінару обговорили доступ до питної води та роботу районних служб."
    page = f'<html lang="en"><h1>Семінар</h1><p>{text}</p>'
    assert extract_one(page.encode()).language == "uk"
    assert extract_one(b'<html lang="sq-AL"><h1>Titulli</h1><p>Pak.</p>').language == "sq"
