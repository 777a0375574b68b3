"""Datelines: the opening of a paragraph → places, date, and where the sentence begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.vocabulary import canonical
from osce_search.vocabulary.datelines import find_dateline, read_dateline, split_places

# Every variant met in print, with the oddity that makes it one.
VARIANTS = [
    ("(Pristina, 22 February 2000) The", ["Pristina"], "2000-2-22"),
    ("[VIENNA, 3 May 2004] – The", ["VIENNA"], "2004-5-3"),
    ("VIENNA, BRUSSELS, GENEVA, 3 June 2014 – The", ["VIENNA", "BRUSSELS", "GENEVA"], "2014-6-3"),
    ("CHISINAU, 14 March 2005- The", ["CHISINAU"], "2005-3-14"),
    ("BISHKEK, 27 June 2011 – The", ["BISHKEK"], "2011-6-27"),
    ("VIENNA, 27 January 2021 — The", ["VIENNA"], "2021-1-27"),
    ("OSLO, 19 March 1999 - The", ["OSLO"], "1999-3-19"),
    ("OSLO, 24 June 1999-- The", ["OSLO"], "1999-6-24"),
    ("VIENNA, 27 August 2001 (OSCE)-- The", ["VIENNA"], "2001-8-27"),
    ("TBILISI, 12 October 2001 (OSCE)- The", ["TBILISI"], "2001-10-12"),
    ("SKOPE, 30 August, 2002-- The", ["SKOPE"], "2002-8-30"),
    ("ZAGREB, 17 October, 2000-- The", ["ZAGREB"], "2000-10-17"),
    ("YERAVAN, 13 March 2006- The", ["YERAVAN"], "2006-3-13"),
    ("KIEV, 13 March 2002- The", ["KIEV"], "2002-3-13"),
    ("ASHGABAD/THE HAGUE, 16 December 2004- The", ["ASHGABAD", "THE HAGUE"], "2004-12-16"),
    ("OSH, Kyrgyzstan, 14 March 2006- The", ["OSH"], "2006-3-14"),
    ("VADUL LUI VODA, Moldova, 6 September 2012 – The", ["VADUL LUI VODA"], "2012-9-6"),
    ("WASHINGTON D.C., 23 October 2002- The", ["WASHINGTON D.C."], "2002-10-23"),
    ("WASHINGTON DC, 22 June 2018- The", ["WASHINGTON D.C."], "2018-6-22"),
    ("WASHINGTON, 28 June 2006- The", ["WASHINGTON"], "2006-6-28"),
    ("VALLETTA/VIENNA/WARSAW, 30 July 2024 – The", ["VALLETTA", "VIENNA", "WARSAW"], "2024-7-30"),
    ("SKOPJE/WARSAW/COPENHAGEN, 7 September 2023- The", ["SKOPJE", "WARSAW", "COPENHAGEN"], "2023-9-7"),
    ("HELSINKI/VALLETTA/BERN, 24 February 2025 – The", ["HELSINKI", "VALLETTA", "BERN"], "2025-2-24"),
    ("VIENNA / SARAJEVO, 25 October 2019 – The", ["VIENNA", "SARAJEVO"], "2019-10-25"),
    ("TIRANA / BRUSSELS / GENEVA – 6 October 2020. The", ["TIRANA", "BRUSSELS", "GENEVA"], "2020-10-6"),
    ("PRISHTINE/PRISTINA, 29 April 2009- The", ["PRISHTINE", "PRISTINA"], "2009-4-29"),
    ("VIENNA, 23 August – The", ["VIENNA"], "None-8-23"),
    ("WARSAW/VIENNA, 30 June – The", ["WARSAW", "VIENNA"], "None-6-30"),
    ("VIENNA- The", ["VIENNA"], None),
    ("SARAJEVO – The", ["SARAJEVO"], None),
    ("NEW YORK CITY, 28 September 2015 The", ["NEW YORK CITY"], "2015-9-28"),
    ("DUSHANBE, 16 January 2013 –The", ["DUSHANBE"], "2013-1-16"),
    ("Bishkek, 1 September 2025 — The", ["Bishkek"], "2025-9-1"),
    ("Moscow, Paris, Washington DC, 29 July 2021 – The", ["Moscow", "Paris", "Washington D.C."], "2021-7-29"),
    ("Moscow/Washington/Paris, April 2, 2016, The", ["Moscow", "Washington", "Paris"], "2016-4-2"),
    ("Kamensk-Shakhtinsky, Russian Federation. The", ["Kamensk-Shakhtinsky"], None),
    ("TBILISI, 26 October 2013 (Georgian and Spanish versions below.) – The", ["TBILISI"], "2013-10-26"),
    ("TIRANË, 10 tetor 2012 – The", ["TIRANË"], "2012-10-10"),
    ("АШХАБАД, 15 апреля 2015 года – The", ["АШХАБАД"], "2015-4-15"),
    ("ANDORRA LA VELLA, 28 July 2022- The", ["ANDORRA LA VELLA"], "2022-7-28"),
    # The like of them in the other languages, and with what else may stand in between.
    ("КИЇВ, 3 березня 2016 р. – The", ["КИЇВ"], "2016-3-3"),
    ("BEOGRAD, 5. maj 2010. – The", ["BEOGRAD"], "2010-5-5"),
    ("БЕОГРАД, 28. јуна 2007. године – The", ["БЕОГРАД"], "2007-6-28"),
    ("PRISHTINË/PRIŠTINA, 3 shkurt 2010 – The", ["PRISHTINË", "PRIŠTINA"], "2010-2-3"),
    ("WIEN, 7. Dezember 2001 – The", ["WIEN"], "2001-12-7"),
    ("VIENNA, Monday, 6 May 2003 - The", ["VIENNA"], "2003-5-6"),
    ("VIENNE, le 6 mai 2003 – The", ["VIENNE"], "2003-5-6"),
    ("SKOPJE (6 May 2003) – The", ["SKOPJE"], "2003-5-6"),
    ("VIENNA/ONLINE, 6 May 2020 – The", ["VIENNA"], "2020-5-6"),
    ("VIENNA, 29 April–1 May 2003 – The", ["VIENNA"], "2003-4-29"),
    ("THE HAGUE, 31 June 2003 – The", ["THE HAGUE"], None),
    ("GJILAN/GNJILANE, 29 April 2009 - The", ["GJILAN", "GNJILANE"], "2009-4-29"),
    ("‎VIENNA, 6 May 2003 – The"[1:], ["VIENNA"], "2003-5-6"),
]


@pytest.mark.parametrize(("opening", "places", "date"), VARIANTS)
def test_every_variant_gives_its_places_its_date_and_the_rest(
    opening: str, places: list[str], date: str | None
) -> None:
    text = f"{opening} Office opened its doors today."
    line = read_dateline(text)
    assert line is not None
    assert list(line.places) == places
    assert (f"{line.date.year}-{line.date.month}-{line.date.day}" if line.date else None) == date
    assert text[line.end :] == "The Office opened its doors today."


@pytest.mark.parametrize(
    "text",
    [
        "On 26 April, the SMM observed a calm night.",
        "Summary In Donetsk region, the SMM recorded fewer calls.",
        "Spot Report 7/2021: fog near the bridge",
        "Quill to Cursor-- Freedom of expression in the region",
        "OSCE - The first of three courses began today.",
        "ODIHR – The Office published its guide on 5 May 2003.",
        "In Skopje on 6 May 2003, the Mission handed over keys.",
        "The workshop of 6 May 2003 – a first – was held in Osh.",
        "Officers—all men—who had finished the course",
        "Three of the train–the-trainers went home.",
        "Since 5 May 2003 – the day of the fire – the bridge is closed.",
        "Following 6 May 2003, the Mission will move.",
        "Today, 6 May 2003, the Mission opened a library.",
        "",
        "–",
        "5 May 2003",
    ],
)
def test_a_sentence_is_no_dateline(text: str) -> None:
    assert read_dateline(text) is None


def test_a_line_of_place_and_date_ends_where_it_ends() -> None:
    line = read_dateline("OSLO 19 March 1999")
    assert line is not None
    assert line.places == ("OSLO",)
    assert line.end == len("OSLO 19 March 1999")


def test_a_dateline_is_found_behind_a_number_a_credit_and_a_caption() -> None:
    text = "900270 An Officer, OSCE Mission to Serbia A hall, 12 November 2025. BELGRADE, 17 November 2025 – What"
    start = find_dateline(text)
    assert start is not None
    assert text[start:] == "BELGRADE, 17 November 2025 – What"


def test_a_text_without_capitals_before_its_dates_has_no_dateline_within() -> None:
    assert find_dateline("The halls of Leskovac, opened on 12 November 2025 – at last – are warm.") is None


@pytest.mark.parametrize(
    ("printed", "places"),
    [
        ("VALLETTA/VIENNA/WARSAW", ("VALLETTA", "VIENNA", "WARSAW")),
        ("VIENNA / SARAJEVO", ("VIENNA", "SARAJEVO")),
        ("OSH, Kyrgyzstan", ("OSH",)),
        ("Vienna and Warsaw", ("Vienna", "Warsaw")),
        ("Washington, D.C.", ("Washington D.C.",)),
        ("WASHINGTON DC/VIENNA", ("WASHINGTON D.C.", "VIENNA")),
        ("Luxembourg", ("Luxembourg",)),
        ("", ()),
    ],
)
def test_the_places_of_a_value_are_parted(printed: str, places: tuple[str, ...]) -> None:
    assert split_places(printed) == places


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    line = read_dateline(text)
    assert line is None or (line.places and 0 < line.end <= len(text))
    start = find_dateline(text)
    assert start is None or 0 <= start < len(text)


@pytest.mark.data
def test_real_datelines_give_the_date_and_place_that_were_printed(shared_data: Path) -> None:
    misses = []
    records = [
        json.loads(line)
        for line in (shared_data / "osce" / "labelled-dev.jsonl").read_text("utf-8").splitlines()
    ]
    whole = [r for r in records if r["dateline"] and not r["dateline"].endswith("…")]
    for record in whole:
        line = read_dateline(f"{record['dateline']} The Office opened its doors.")
        wrong_year = line and line.date and line.date.year and abs(line.date.year - record["year"]) > 1
        if line is None or wrong_year or not all(canonical("place", place) for place in line.places):
            misses.append(record["dateline"])
    assert len(whole) > 150
    assert misses == []
