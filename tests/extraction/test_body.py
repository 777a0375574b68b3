"""Bodies: the paragraphs of the release, without what stands around them."""

from __future__ import annotations

import datetime as dt
import textwrap

import pytest

from osce_search.extraction import extract_one

ONE = "OSH, 5 May 2010 – Forty pupils of a school near Osh went on the air today, and more will follow in the autumn."
TWO = "“We had practised for a month, and then the tape recorder would not start,” said a pupil of the seventh class."
END = "They will be back."


def paragraphs(body: str) -> tuple[str, ...]:
    return extract_one(f"<html><body><h1>Radio school opens</h1>{body}</body></html>".encode()).paragraphs


@pytest.mark.parametrize(
    "after",
    [
        "<h3>Related stories</h3><p>Another story that is long enough to be text.</p>",
        "<p>For further information, please contact:</p><p>Press Officer, who answers questions.</p>",
        "<p><b>Contacts:</b></p><p>Press Officer</p><p>Street of the Poplars 5</p>",
        "<div><h2>More from the newsroom</h2><p>One more story, which has nothing to do with it.</p></div>",
        "<p>Контакты:</p><p>Сотрудник по связям с прессой, который отвечает на вопросы журналистов.</p>",
        "<p>© OSCE 1995–2010, all rights that there are in this text are reserved by somebody.</p>",
        "<p>Share this story</p><p>A line about something else, which nobody wrote for this release.</p>",
        '<p><a href="/2">Another story</a></p>',
        "<h4>Photos</h4>",
    ],
)
def test_what_follows_the_end_is_no_text(after: str) -> None:
    assert paragraphs(f"<div><p>{ONE}</p><p>{TWO}</p><p>{END}</p></div>{after}") == (ONE, TWO, END)
    assert paragraphs(f"<div><p>{ONE}</p><p>{TWO}</p><p>{END}</p>{after}</div>") == (ONE, TWO, END)


@pytest.mark.parametrize(
    "before",
    [
        '<p class="standfirst">A sentence that sums it all up, in fewer words than the text needs.</p>',
        "<h2>Forty pupils, three languages</h2>",
        "<div><em>Forty pupils, three languages</em></div>",
        '<div class="photo-caption">Pupils at the microphone. (OSCE/Somebody)</div>',
        "<p>Radio school opens</p>",
        "<p>5 May 2010</p>",
        "<p>OSH 5 May 2010</p>",
        "<p>Press release</p>",
    ],
)
def test_what_stands_between_title_and_text_is_no_text(before: str) -> None:
    assert paragraphs(f"{before}<div><p>{ONE}</p><p>{TWO}</p></div>") == (ONE, TWO)


def test_a_list_in_the_text_is_text() -> None:
    assert paragraphs(
        f"<p>{ONE}</p><p>On air were:</p><ul><li>the news;</li><li>the weather.</li></ul><p>{TWO}</p>"
    ) == (
        ONE,
        "On air were:",
        "the news;",
        "the weather.",
        TWO,
    )


def test_a_quotation_and_a_table_are_text() -> None:
    assert paragraphs(f"<p>{ONE}</p><blockquote>{TWO}</blockquote><p>{END}</p>") == (ONE, TWO, END)


def test_headings_within_the_text_are_paragraphs_and_those_around_it_are_none() -> None:
    assert paragraphs(f"<p>{ONE}</p><h3>Weather</h3><p>{TWO}</p>") == (ONE, "Weather", TWO)
    assert paragraphs(f"<h3>Weather</h3><p>{ONE}</p><p>{TWO}</p><h3>Weather</h3>") == (ONE, TWO)


def test_a_half_that_is_there_twice_is_there_once() -> None:
    assert paragraphs(f"<p>{ONE}</p><p>{TWO}</p><p>{END}</p><p>{ONE}</p><p>{TWO}</p>") == (ONE, TWO, END)
    assert paragraphs(f"<p>{ONE} {ONE}</p><p>{TWO}</p>") == (ONE, TWO)


def test_a_short_line_may_be_there_twice() -> None:
    assert paragraphs(f"<p>{ONE}</p><p>“Why?”</p><p>{TWO}</p><p>“Why?”</p>") == (ONE, "“Why?”", TWO, "“Why?”")


@pytest.mark.parametrize("switches", ["123070 English Yes No", "123070 Russian No No Yes", "English Yes No"])
def test_the_switches_of_a_record_are_no_text(switches: str) -> None:
    assert paragraphs(f"<p>{switches}</p><p>{ONE}</p><p>{TWO}</p>") == (ONE, TWO)
    assert paragraphs(f"<p>{ONE}</p><p>{TWO}</p><p>{switches}</p>") == (ONE, TWO)


def test_a_paragraph_that_an_element_closed_too_early_is_one() -> None:
    broken = '<p>Run by the <span>OSCE</span><div role="tooltip">A body</div> with the Ministry, it opened today.</p>'
    assert paragraphs(f"<div><p>{ONE}</p>{broken}</div>") == (
        ONE,
        "Run by the OSCE with the Ministry, it opened today.",
    )


def test_a_side_column_after_the_text_is_left_out() -> None:
    side = (
        "<div><h3>Weather</h3><p>It will rain in the north, and be dry in the south of the country.</p></div>"
    )
    assert paragraphs(f"<div><div><p>{ONE}</p><p>{TWO}</p></div>{side}</div>") == (ONE, TWO)


def test_a_last_paragraph_in_an_element_of_its_own_is_kept() -> None:
    assert (
        paragraphs(f"<div><p>{ONE}</p><p>{TWO}</p></div><div><p>{ONE[::-1]}.</p></div>")[-1]
        == f"{ONE[::-1]}."
    )


def test_the_menu_below_a_text_copy_is_left_out() -> None:
    copy = f"Newsroom\nRadio school opens\n{ONE}\n{TWO}\n- Home\n- Site map\n- Vacancies\n- Procurement\n"
    assert extract_one(copy.encode()).paragraphs == (ONE, TWO)


def test_bulleted_sentences_of_a_text_copy_are_kept() -> None:
    copy = (
        f"Newsroom\nRadio school opens\n{ONE}\n- News come first.\n- The weather comes last.\n- Then music.\n"
    )
    assert len(extract_one(copy.encode()).paragraphs) == 4


def test_a_page_of_a_title_alone_is_a_release() -> None:
    assert paragraphs("") == ()


def test_the_body_of_json_ld_is_taken_where_the_page_has_none() -> None:
    data = '{"@type": "NewsArticle", "headline": "T", "articleBody": "One.\\n\\nTwo."}'
    page = f'<script type="application/ld+json">{data}</script>'
    release = extract_one(page.encode())
    assert (release.title, release.paragraphs, release.parser) == ("T", ("One.", "Two."), "json-ld")


@pytest.mark.parametrize(
    "caption",
    [
        "Pupils at the microphone, 5 May 2010. (OSCE/A. Person)",
        "Photo: OSCE",
        "Фото: ОБСЕ",
        "(OSCE)",
        "“On air.” (photo: A. Person)",
    ],
)
def test_a_caption_is_told_by_its_credit(caption: str) -> None:
    assert paragraphs(f"<p>{caption}</p><p>{ONE}</p><p>{TWO}</p><p>{caption}</p>") == (ONE, TWO)


def test_a_sentence_that_ends_with_an_acronym_is_no_caption() -> None:
    sentence = "The school is supported by the Organization for Security and Co-operation in Europe (OSCE)."
    assert paragraphs(f"<p>{ONE}</p><p>{sentence}</p>") == (ONE, sentence)


def test_the_number_that_a_feed_glued_before_the_text_is_the_release_s() -> None:
    copy = f"Radio school opens\nOSCE - Thu, 05/06/2010 - 11:02\n601722 A Person, OSCE Mission {ONE}\nCategories: A\n"
    release = extract_one(copy.encode())
    assert (release.id, release.paragraphs) == ("601722", (ONE,))


def test_a_short_sentence_in_the_next_row_of_a_layout_is_text() -> None:
    def row(text: str) -> str:
        return f"<div class=row><div class=col><p>{text}</p></div></div>"

    assert paragraphs(row(ONE) + row("They will all be back in autumn.")) == (
        ONE,
        "They will all be back in autumn.",
    )
    assert paragraphs(row(ONE) + row("All rights reserved.")) == (ONE,)


def test_what_stands_in_the_cell_beside_the_text_is_none_of_it() -> None:
    cells = f"<td><b>Radio school opens</b><br><i>5 May 2010</i><br><br>{ONE}<br><br>{TWO}</td><td>Visitors: 102</td>"
    release = extract_one(f"<html><title>Archive</title><table><tr>{cells}</tr></table></html>".encode())
    assert (release.title, release.paragraphs) == ("Radio school opens", (ONE, TWO))


@pytest.mark.parametrize(
    "address",
    [
        "Press Officer<br>OSCE Centre in Bishkek<br>Tel.: +996 312 66 50 15",
        "Press office<br>press@osce.example",
    ],
)
def test_an_address_ends_the_text(address: str) -> None:
    assert paragraphs(
        f"<div><p>{ONE}</p><p>{TWO}</p><p>{address}</p><p>More of the same site.</p></div>"
    ) == (ONE, TWO)


@pytest.mark.parametrize(
    "line",
    [
        '<p class="post-author">Newsdesk</p>',
        "<div><em>Archive photo from Lithuania</em></div>",
        '<div class="byline">A. Nobody</div>',
        "<p>No Comments</p>",
    ],
)
def test_who_posted_the_text_is_no_text(line: str) -> None:
    assert paragraphs(f"{line}<div><p>{ONE}</p><p>{TWO}</p></div>") == (ONE, TWO)


@pytest.mark.parametrize(
    "line", ["Read also: Estonia wins contest", "Page 1 of 2", "стр. 3", "Rate this: 1 2 3 4 5", "7"]
)
def test_a_line_between_paragraphs_that_is_none_is_left_out(line: str) -> None:
    assert paragraphs(f"<div><p>{ONE}</p><p>{line}</p><p>{TWO}</p></div>") == (ONE, TWO)


def test_a_portals_summary_above_the_text_is_a_standfirst() -> None:
    summary = (
        '<div class="documentDescription">A sentence that sums it all up, in fewer words than the text.</div>'
    )
    assert paragraphs(f"{summary}<div><p>{ONE}</p><p>{TWO}</p></div>") == (ONE, TWO)


def test_a_sentence_above_the_labels_is_a_standfirst() -> None:
    above = "<div><div>A sentence that sums it all up, in fewer words than the text.</div></div>"
    labels = "<dl><dt>Date:</dt><dd>5 May 2010</dd><dt>Source:</dt><dd>OSCE Secretariat</dd></dl>"
    assert paragraphs(f"{above}{labels}<div><p>{ONE}</p><p>{TWO}</p></div>") == (ONE, TWO)
    # Below the text, the labels have none below them.
    assert paragraphs(f"<p>{ONE}</p>{labels}<p>Short.</p>")[0] == ONE


def test_goals_of_development_end_the_text() -> None:
    goals = "<h2>SDGs</h2><p>16 - Peace, justice and strong institutions</p>"
    assert paragraphs(f"<div><p>{ONE}</p><p>{TWO}</p></div><div>{goals}</div>") == (ONE, TWO)


def test_lines_that_a_converter_made_elements_are_paragraphs_again() -> None:
    lines = textwrap.wrap(ONE, 60) + textwrap.wrap(TWO, 60)
    assert paragraphs("".join(f'<p class="ft12">{line}</p>' for line in lines)) == (ONE, TWO)


def test_the_archive_of_a_mailing_list_gives_text_and_date() -> None:
    top = "<b>Press</b> <a href='mailto:x'>press at osce.example</a><br><i>Wed May  5 14:02:11 CET 2010</i>"
    links = "<ul><li>Previous message: <a>[news] Another</a></li><li>Messages sorted by: <a>[ date ]</a></li></ul>"
    text = ONE.partition("– ")[2]
    page = (
        f"<h1>[news] Radio school opens</h1>{top}{links}<hr><pre>{text}\n\n{TWO}\n\n-- \nPress\n</pre>{links}"
    )
    release = extract_one(f"<html><body>{page}</body></html>".encode())
    assert (release.title, release.paragraphs) == ("Radio school opens", (text, TWO))
    assert release.date == dt.date(2010, 5, 5)


def test_references_end_the_text() -> None:
    assert paragraphs(f"<p>{ONE}</p><p>{TWO}</p><h2>Sources</h2><ul><li>OSCE, Press release</li></ul>") == (
        ONE,
        TWO,
    )


@pytest.mark.parametrize(
    "between",
    [
        "<p>Follow us on <a href='/t'>Twitter</a></p>",
        "<div class='box'><h4>Related</h4><p><a href='/1'>Choir sings in Vilnius</a></p></div>",
        "<div><p>Contacts:</p><p>Press office, tel. +996 312 555 018</p></div>",
        "<p>© OSCE/press section</p>",
        "<p>Media enquiries: Press officer of the Centre, +996 312 555 018</p>",
    ],
)
def test_the_text_goes_on_below_what_stands_amid_it(between: str) -> None:
    assert paragraphs(f"<p>{ONE}</p>{between}<p>{TWO}</p><p>{END}</p>") == (ONE, TWO, END)


def test_the_text_of_a_copy_goes_on_below_a_link() -> None:
    copy = f"Radio school opens\n\n{ONE}\n\nFollow us on Twitter\n\n{TWO}\n\n{END}\n"
    assert extract_one(copy.encode()).paragraphs == (ONE, TWO, END)


@pytest.mark.parametrize(
    "after",
    [
        "<p>Legal disclaimer:</p><p>The wire passes this text on as it is, without a warranty.</p>",
        "<p><b>Legal notice</b></p><p>The texts of this portal are the responsibility of their authors.</p>",
        "<div><p>Disclaimer: The portal is not the author.</p></div><p>Subscribe to our newsletter</p><p>A letter.</p>",
        "<p>Legal information: the texts of this portal belong to their authors.</p>",
        "<h3>About the author</h3><p>The press section of a mission writes about its work.</p>",
        "<p>Rate this story: 1 2 3 4 5</p>",
        "<p>Sign up for our newsletter</p><p>Ten stories of the week, and one letter, every Friday.</p>",
    ],
)
def test_the_terms_and_the_newsletter_of_a_portal_end_the_text(after: str) -> None:
    assert paragraphs(f"<div><p>{ONE}</p><p>{TWO}</p></div>{after}") == (ONE, TWO)


def test_a_sentence_that_begins_like_a_link_is_text() -> None:
    share = "Share this list with your school: that is what every pupil was asked to do."
    assert paragraphs(f"<p>{ONE}</p><p>{TWO}</p><p>{share}</p>") == (ONE, TWO, share)


def test_a_list_of_links_that_the_text_introduces_is_kept() -> None:
    items = ("the radio of a village in the north", "a school above the tree line")
    listed = "".join(f"<li><a href='/x'>{item}</a></li>" for item in items)
    assert paragraphs(f"<p>{ONE}</p><p>They heard it in:</p><ul>{listed}</ul><p>{TWO}</p>") == (
        ONE,
        "They heard it in:",
        *items,
        TWO,
    )


def test_a_heading_without_markup_above_the_last_sentence_is_kept() -> None:
    last = "A second group will follow in the autumn."
    assert paragraphs(f"<p>{ONE}</p><p>{TWO}</p><p><b>Next steps</b></p><p>{last}</p>")[2:] == (
        "Next steps",
        last,
    )
    copy = f"Radio school opens\n\n{ONE}\n\n{TWO}\n\nNext steps\n\n{last}\n"
    assert extract_one(copy.encode()).paragraphs == (ONE, TWO, "Next steps", last)
