"""Titles: which line of a page is the title of the release."""

from __future__ import annotations

import re

import pytest

from osce_search.extraction import extract_one
from osce_search.extraction.titles import strip_site

TEXT = "<p>OSH, 5 May 2010 – Forty pupils of a school near Osh went on the air today, as planned.</p><p>More.</p>"
SITE = "Organization for Security and Co-operation in Europe"
TITLE = "Radio school opens: pupils read the news"


def title(markup: str) -> str:
    return extract_one(markup.encode()).title


@pytest.mark.parametrize(
    ("window", "stripped"),
    [
        ("Border police complete course | OSCE", "Border police complete course"),
        ("Border police complete course - Newsroom - OSCE", "Border police complete course"),
        ("OSCE | Border police complete course", "Border police complete course"),
        ("OSCE Press Release: Border police complete course", "Border police complete course"),
        ("Observers meet poll workers (OSCE PA)", "Observers meet poll workers"),
        ("Moldova – a vote", "Moldova – a vote"),
        ("Spot Report 7/2021: fog", "Spot Report 7/2021: fog"),
        ("OSCE", "OSCE"),
        ("", ""),
    ],
)
def test_a_window_title_loses_the_name_of_its_site(window: str, stripped: str) -> None:
    assert strip_site(window) == stripped


@pytest.mark.parametrize(
    "markup",
    [
        f"<title>{TITLE} | OSCE</title><h1>OSCE</h1><h1>{TITLE}</h1>{TEXT}",
        f"<h1>Newsroom</h1><h2>{TITLE}</h2>{TEXT}",
        f"<title>OSCE</title><h1><a href='/'>{SITE}</a></h1><h2>{TITLE}</h2>{TEXT}",
        f"<title>{TITLE}</title><div class='t'><b>{TITLE}</b></div>{TEXT}",
        f"<meta property='og:title' content='{TITLE}'><p>Newsroom</p><p>{TITLE}</p>{TEXT}",
        f"<p>Press release</p><p><font size=4>{TITLE}</font></p>{TEXT}",
        f"<p>Home</p><p>{TITLE}</p><p>Date: 5 May 2010</p><p>Source: OSCE Secretariat</p>{TEXT}",
        f"<p>Date: 5 May 2010</p><p>Source: OSCE Secretariat</p><h2>{TITLE}</h2>{TEXT}",
        f"<h1>Press release</h1><h2>{TITLE}</h2>{TEXT}",
        f"<h3>Contact</h3><h3>{TITLE}</h3>{TEXT}",
    ],
)
def test_the_title_is_found_by_structure_and_text(markup: str) -> None:
    assert title(markup) == TITLE


@pytest.mark.parametrize(
    "lines",
    [
        ["Newsroom", TITLE],
        ["Press release", TITLE, "- Date:", "- Place:", "- OSH"],
        ["- Home", "- Menu", "About us", "Press release", TITLE, "- Source:", "- OSCE Secretariat"],
        ["https://www.osce.example/osh/900001", "Newsroom", TITLE, "OSH 5 May 2010"],
        [TITLE],
        ["Redaksia e lajmeve", TITLE, "5 maj 2010"],
        ["# " + TITLE],
    ],
)
def test_the_title_of_a_text_copy_is_found_by_its_place(lines: list[str]) -> None:
    copy = "\n".join(
        [
            *lines,
            "OSH, 5 May 2010 – Forty pupils of a school near Osh went on the air today, and more will follow.",
        ]
    )
    assert title(copy) == TITLE


def test_a_title_keeps_its_quotes_colons_and_dashes() -> None:
    own = "“Quill to Cursor” – a book: part 2 | on the air's edge"
    assert title(f"<title>{own} | OSCE</title><h1>{own}</h1>{TEXT}") == own


def test_a_window_title_may_have_the_sites_name_before_a_colon() -> None:
    page = f"<title>My mountain blog: {TITLE}</title><h1>My mountain blog</h1><h2>Monday</h2><h3>{TITLE}</h3>{TEXT}"
    assert title(page) == TITLE


def test_a_window_title_that_is_a_type_or_a_section_is_no_title() -> None:
    for window in ("PRESS RELEASE", "Newsroom"):
        page = f"<title>{window}</title><p>{SITE}</p><p>PRESS RELEASE</p><p><b>{TITLE}</b></p>{TEXT}"
        assert title(page) == TITLE


@pytest.mark.parametrize("heading", ["OSCE NEWSLETTER ARCHIVE", "Press releases of the OSCE", "News service"])
def test_a_heading_of_words_for_parts_of_a_site_is_no_title(heading: str) -> None:
    assert title(f"<h2>{heading}</h2><p align=center><b>{TITLE}</b></p>{TEXT}") == TITLE


@pytest.mark.parametrize("line", ["No. 77/03", "2 min read", "5-minute read"])
def test_what_carriers_print_below_a_title_is_no_title(line: str) -> None:
    assert title(f"<p>Press Release</p><p>{line}</p><p><b>{TITLE}</b></p>{TEXT}") == TITLE
    copy = f"osce.org\n\n{TITLE}\n\n{line}\n\n{TEXT[3:-4].replace('</p><p>', chr(10))}"
    assert title(copy) == TITLE


def test_a_title_may_have_a_label() -> None:
    text = TEXT[3:-4].replace("</p><p>", "\n")
    copy = f"Title: {TITLE}\nDate: 5 May 2010\nSource: OSCE Secretariat\nText:\n{text}"
    release = extract_one(copy.encode())
    assert (release.title, len(release.paragraphs)) == (TITLE, 2)


def test_a_mailing_list_is_no_part_of_a_title() -> None:
    assert title(f"<title>[osce-news] {TITLE}</title><h1>[osce-news] {TITLE}</h1>{TEXT}") == TITLE


def test_among_short_lines_the_first_that_is_no_front_is_the_title() -> None:
    page = f"<p>OSCE – Press release</p><p><b>{TITLE}</b></p>"
    release = extract_one(f"{page}<p>Forty pupils went on the air.</p><p>More will.</p><p>1</p>".encode())
    assert (release.title, release.paragraphs) == (TITLE, ("Forty pupils went on the air.", "More will."))


@pytest.mark.parametrize(
    "markup",
    [
        f"<h2>SCHOOLS ARCHIVE</h2><p align=center><b>{TITLE}</b></p>{TEXT}",
        f"<p><b>Press Release</b></p><p><b>No. 77/03</b></p><p><b>{TITLE}</b></p>{TEXT}",
        f"<p>{TITLE}</p><p>Two minutes</p>{TEXT}",
        f"<title>Schools Project - Library</title><h1>Schools Project</h1><h2>Section 4</h2><h3>{TITLE}</h3>{TEXT}",
        f"<title>{TITLE} - Board</title><div>Member since spring</div><div>Post subject: {TITLE}</div>{TEXT}",
        f'<div>Home</div><div class="page-title">{TITLE}</div><div>1203 views</div>{TEXT}',
        f"<title>Radio Days</title><h1>Radio Days</h1><h2>{TITLE}</h2>{TEXT}",
    ],
)
def test_the_line_that_looks_most_like_a_title_is_the_title(markup: str) -> None:
    assert title(f"<html>{markup}</html>") == TITLE


@pytest.mark.parametrize(
    "heading",
    [
        f"{TITLE} <a href='?print=1'>Print</a>",
        f"{TITLE}<span class='t'><a href='/s'>Share</a> <a href='/b'>Bookmark</a></span>",
        f"{TITLE} <a href='/node/5' rel='bookmark'>Permalink</a>",
        f"{TITLE} <small>3 comments</small>",
        f"<span class='flag'>New</span> {TITLE}",
        f"<i class='icon'>\ue012</i> {TITLE}",
    ],
)
def test_tools_and_notes_in_a_heading_are_no_part_of_the_title(heading: str) -> None:
    assert title(f"<title>{TITLE} – Newsroom</title><h1>{heading}</h1>{TEXT}") == TITLE


@pytest.mark.parametrize(
    "heading",
    [
        "<b>New</b> licences for local stations",
        "Small stations learn to edit and <i>print</i>",
        "Two harbours agree to <i>share</i>",
        "Two harbours agree to <a href='/boats'>share</a>",
    ],
)
def test_words_of_a_title_stay_in_it(heading: str) -> None:
    words = re.sub("<[^>]*>", "", heading)
    assert title(f"<title>{words} – Newsroom</title><h1>{heading}</h1>{TEXT}") == words
