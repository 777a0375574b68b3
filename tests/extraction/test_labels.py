"""Labels: what a page prints as metadata, by spelling and structure."""

from __future__ import annotations

import pytest

from osce_search.extraction.labels import find_labels, match_label, read_labels
from osce_search.extraction.layout import Block, soup_blocks
from osce_search.extraction.plain_text import lines_of


def labels(blocks: list[Block]) -> dict[str, tuple[str, ...]]:
    return dict(read_labels(blocks, tuple(find_labels(blocks))).values)


def of_markup(markup: str) -> dict[str, tuple[str, ...]]:
    return labels(soup_blocks(markup))


def of_copy(text: str) -> dict[str, tuple[str, ...]]:
    return labels(lines_of(text))


@pytest.mark.parametrize(
    ("line", "meaning", "value"),
    [
        ("Publishing date: 14 March 2005", "published", "14 March 2005"),
        ("Content type: Press release", "type", "Press release"),
        ("Where we are: OSCE Chairmanship", "source", "OSCE Chairmanship"),
        ("What we do: Elections", "field", "Elections"),
        ("Location: Azerbaijan", "country", "Azerbaijan"),
        ("Locations: Kazakhstan, Kyrgyzstan", "country", "Kazakhstan, Kyrgyzstan"),
        ("Fields of work: Youth", "field", "Youth"),
        ("FIELDS OF WORK : Youth", "field", "Youth"),
        ("Date:", "date", ""),
        ("Дата публикации: 5 мая 2010 г.", "published", "5 мая 2010 г."),
        ("Источник: Центр ОБСЕ в Ашхабаде", "source", "Центр ОБСЕ в Ашхабаде"),
        ("Напрями роботи: Права людини", "field", "Права людини"),
        ("Oblasti rada: Dobro upravljanje", "field", "Dobro upravljanje"),
        ("Области рада: Образовање", "field", "Образовање"),
        ("Fushat e punës: Zgjedhje", "field", "Zgjedhje"),
        ("Місце: КИЇВ", "place", "КИЇВ"),
    ],
)
def test_a_label_is_known_by_its_spelling_in_several_languages(line: str, meaning: str, value: str) -> None:
    assert match_label(line) == (meaning, value)


@pytest.mark.parametrize(
    "line",
    [
        "Spot Report 7/2021: a lift of the fog",
        "UA:PBC",
        "Press release: observers arrive",
        "“Source: the river,” she said",
        "Dateline: Osh",
        "The date: 5 May",
        "",
        ":",
    ],
)
def test_a_colon_alone_makes_no_label(line: str) -> None:
    found = match_label(line)
    assert found is None


def test_a_value_may_stand_in_the_next_element_however_deep() -> None:
    markup = """<div class="f"><div class="l"><span>Place:&nbsp;</span></div><div class="v"><div>OSH</div></div></div>
    <div class="f"><div class="l">Source:</div><div class="v"><div>A</div><div>B</div></div></div><p>The text.</p>"""
    assert of_markup(markup) == {"place": ("OSH",), "source": ("A", "B")}


def test_labels_and_values_may_be_siblings_without_wrappers() -> None:
    markup = "<div>Date:</div><div>5 May 2010</div><div>Place:</div><div>OSH</div><div>Source:</div><p>A</p>"
    assert of_markup(markup) == {"date": ("5 May 2010",), "place": ("OSH",), "source": ("A",)}


def test_an_empty_value_takes_nothing_from_what_follows() -> None:
    markup = (
        "<dl><dt>Date:</dt><dd></dd><dt>Place:</dt><dd>OSH</dd><dt>Fields of work:</dt></dl><p>A text.</p>"
    )
    assert of_markup(markup) == {"date": (), "place": ("OSH",), "field": ()}
    assert of_copy("- Date:\n- Place:\n- OSH\n- Source:\nThe text begins.") == {
        "date": (),
        "place": ("OSH",),
        "source": (),
    }


def test_a_paragraph_is_no_value() -> None:
    text = "BISHKEK, 5 May 2010 – The Centre opened a school today. It has nine rooms and a garden behind the house."
    assert of_markup(f"<p>Source:</p><p>{text}</p>") == {"source": ()}
    assert of_markup(f"<p>Date:</p><p>{text}</p>") == {"date": ()}


def test_a_header_row_has_its_values_below() -> None:
    markup = """<table><tr><th>Date</th><th>Place</th><th>Source</th></tr>
    <tr><td>5 May 2010</td><td>OSH</td><td>A, B</td></tr></table>"""
    assert of_markup(markup) == {"date": ("5 May 2010",), "place": ("OSH",), "source": ("A, B",)}


def test_lines_of_one_paragraph_are_labels_each() -> None:
    markup = "<p><b>Date:</b> 5 May 2010<br><b>Place:</b> OSH<br><b>Source:</b> A<br>B</p>"
    assert of_markup(markup) == {"date": ("5 May 2010",), "place": ("OSH",), "source": ("A", "B")}


def test_an_element_parts_label_and_value_without_a_colon() -> None:
    markup = "<p><span>Place</span><span>OSH</span></p><p><b>Source</b> A</p>"
    assert of_markup(markup) == {"place": ("OSH",), "source": ("A",)}


def test_words_of_a_menu_are_no_labels() -> None:
    menu = (
        '<div><a href="/a">Our work</a> | <a href="/b">Where we are</a> | <a href="/c">What we do</a></div>'
    )
    assert of_markup(menu + "<p>A line of text.</p>") == {}
    assert of_copy("Fields of work\n- Arms control\n- Elections\nCountries\n- Albania") == {}


def test_an_invitation_in_the_text_is_no_metadata() -> None:
    frame = (
        "<dl><dt>Date:</dt><dd>5 May 2010</dd><dt>Place:</dt><dd>TIRANA</dd><dt>Source:</dt><dd>A</dd></dl>"
    )
    text = f"<p>{'The conference on radio, water and bees begins on Monday with a speech. ' * 4}</p>"
    invitation = "<p>Date: 12 May 2010</p><p>Place: Hotel by the Lake</p>"
    assert of_markup(frame + text + invitation)["place"] == ("TIRANA",)
    assert of_markup(text + invitation) == {}


def test_of_a_label_printed_twice_the_first_with_a_value_counts() -> None:
    assert of_copy("Source:\nSource: A\nSource: B")["source"] == ("A",)


def test_the_blocks_of_labels_and_values_are_told() -> None:
    blocks = lines_of("Title\n- Date:\n- Place:\n- OSH\nThe text.")
    assert read_labels(blocks, tuple(find_labels(blocks))).blocks == frozenset({1, 2, 3})


def test_a_copy_may_have_lost_the_colons_of_its_labels() -> None:
    copy = "Publishing date 14 March 2025\nContent type News\nWhere we are OSCE Secretariat\n"
    copy += "What we do Education, Youth\nA text."
    assert of_copy(copy) == {
        "published": ("14 March 2025",),
        "type": ("News",),
        "source": ("OSCE Secretariat",),
        "field": ("Education, Youth",),
    }
    assert of_copy("What we do together matters\nWhere we are going nobody knows") == {}


def test_a_copy_may_have_one_value_on_each_line() -> None:
    copy = "Source:\nOSCE Secretariat\nODIHR\nFields of work:\nEducation\nYouth\nThe text begins."
    assert of_copy(copy) == {"source": ("OSCE Secretariat", "ODIHR"), "field": ("Education", "Youth")}


def test_where_somebody_lives_who_posted_the_text_is_no_country_of_it() -> None:
    text = (
        "Forty pupils of a school near Osh went on the air today, and more of them will follow in the autumn."
    )
    assert (
        of_markup(f"<p>{text}</p><dl><dt>Posts:</dt><dd>12</dd><dt>Location:</dt><dd>Sweden</dd></dl>") == {}
    )
    assert of_markup(f"<p>Location: Sweden</p><p>{text}</p>") == {"country": ("Sweden",)}


def test_a_heading_is_a_label_where_its_value_is_known() -> None:
    values = "<ul><li>OSCE Mission to Serbia</li><li>OSCE Secretariat</li></ul>"
    assert of_markup(f"<div><h2>Source</h2><div>{values}</div></div><p>The text.</p>") == {
        "source": ("OSCE Mission to Serbia", "OSCE Secretariat")
    }
    assert of_markup("<h2>Source</h2><p>The text has none.</p>") == {}


@pytest.mark.parametrize(
    "markup",
    [
        "<p><span>Source</span> <span>OSCE Mission to Serbia</span> <span>Date</span> <span>9 May 2011</span></p>",
        "<p><b>Date</b> 9 May 2011 <b>Source</b> OSCE Mission to Serbia</p>",
        "<p>9 May 2011 / Source: OSCE Mission to Serbia</p>",
        "<p>9 May 2011    Source: OSCE Mission to Serbia</p>",
        "<p>DATE: 9 May 2011<br>SOURCE: OSCE Mission to Serbia</p>",
        "<p>DATE: 9 May 2011 SOURCE: OSCE Mission to Serbia</p>",
    ],
)
def test_labels_of_a_line_are_told_apart_without_colons_in_capitals_and_behind_a_date(markup: str) -> None:
    assert of_markup(markup) == {"source": ("OSCE Mission to Serbia",), "date": ("9 May 2011",)}


def test_a_date_and_place_below_the_text_are_its_own_if_the_frame_has_a_date() -> None:
    text = 3 * "<p>Forty pupils of a school near Osh went on the air today.</p>"
    invitation = "<p>Date: 14 May 2011</p><p>Place: Osh, hall of the school</p>"
    assert of_markup(f"<p>Date: 9 May 2011</p>{text}{invitation}") == {"date": ("9 May 2011",)}
