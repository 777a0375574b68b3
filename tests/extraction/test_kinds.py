"""Kinds of trouble that pages bring, each written in several ways: markup, language, order and words differ.

All pages are invented. A page is what stands between the tags of its body; the expectation names what matters.
"""

# ruff: noqa: E501  (pages are easier to read on one line)
from __future__ import annotations

from typing import Any

import pytest

from osce_search.errors import ExtractionError
from osce_search.extraction import extract
from osce_search.release import Release, print_date

TITLE = "Ferry pilots on Drina learn first aid"
ONE = "Nineteen ferry pilots from both banks of the Drina completed a first-aid course today, supported by the OSCE."
TWO = "They practised on a sandbank, where the Red Cross had put up a tent, and on the deck of the oldest ferry."
END = "A second group will follow in autumn, when the water is low and the ferries have time to spare for it."
LINE = "VISEGRAD, 4 June 2013 – "
TEXT = f"<p>{LINE}{ONE}</p><p>{TWO}</p><p>{END}</p>"
PLAIN = f"<p>{ONE}</p><p>{TWO}</p><p>{END}</p>"
COPY = f"{LINE}{ONE}\n\n{TWO}\n\n{END}\n"
BOSNIA = "mission-to-bosnia-and-herzegovina"


def page(body: str, title: str = TITLE) -> str:
    return f"<html lang='en'><head><title>{title} - OSCE</title></head><body>{body}</body></html>"


def article(middle: str, text: str = TEXT, title: str = TITLE) -> str:
    menu = "<ul class='m'><li><a href='/a'>Start</a></li><li><a href='/b'>What we do</a></li></ul>"
    return page(f"{menu}<main><h1>{title}</h1>{middle}<div class='t'>{text}</div></main>", title)


def body_of(markup: str) -> str:
    """A page whose text is this markup; its date stands in a label."""
    return page(f"<h1>{TITLE}</h1><dl><dt>Date</dt><dd>4 June 2013</dd></dl><div id='story'>{markup}</div>")


def record(release: Release) -> dict[str, Any]:
    return {
        "title": release.title,
        "date": print_date(release.date, release.date_precision) if release.date else None,
        "type": release.type,
        "source": sorted(release.source),
        "field": sorted(release.field),
        "place": sorted(release.place),
        "country": sorted(release.country),
        "url": release.url,
        "paragraphs": release.paragraphs,
        "conflict": "date_conflict" in release.flags,
    }


TWO_SOURCES = ["mission-to-bosnia-and-herzegovina", "secretariat"]
TWO_FIELDS = ["border-management", "youth"]
VALUES = {
    "chips of a description list": "<dl><dt>Where we are</dt><dd><a>OSCE Mission to Bosnia and Herzegovina</a><a>OSCE Secretariat</a></dd>"
    "<dt>What we do</dt><dd><a>Border management</a><a>Youth</a></dd></dl>",
    "tags with white space between": "<div class=r><span class=k>Source:</span> <em class=v>OSCE Mission to Bosnia and Herzegovina</em> "
    "<em class=v>OSCE Secretariat</em></div><div class=r><span class=k>Fields of work:</span> <em class=v>Border management</em> "
    "<em class=v>Youth</em></div>",
    "items of lists without colons": "<section><h4>Source</h4><ul><li>OSCE Mission to Bosnia and Herzegovina<li>OSCE Secretariat</ul>"
    "<h4>Fields of work</h4><ul><li>Border management<li>Youth</ul></section>",
    "cells of one row": "<table><tr><th>Source<td>OSCE Mission to Bosnia and Herzegovina<td>OSCE Secretariat<tr><th>Topics"
    "<td>Border management<td>Youth</table>",
    "lines in a cell": "<table><tr><td>Source:</td><td>OSCE Mission to Bosnia and Herzegovina<br>OSCE Secretariat</td></tr>"
    "<tr><td>Fields of work:</td><td>Border management<br>Youth</td></tr></table>",
    "paragraphs of values": "<div class=f><p class=lab>Issued by:</p><p class=val>OSCE Mission to Bosnia and Herzegovina</p>"
    "<p class=val>OSCE Secretariat</p></div><div class=f><p class=lab>Themes:</p><p class=val>Border management</p>"
    "<p class=val>Youth</p></div>",
    "one line with bars": "<p>Source: OSCE Mission to Bosnia and Herzegovina, OSCE Secretariat | Topics: Border management, Youth</p>",
    "one line with bold labels": "<p><b>Source</b> OSCE Mission to Bosnia and Herzegovina; OSCE Secretariat <b>Topics</b> "
    "Border management; Youth</p>",
    "one line with dots": "<div>Source: OSCE Mission to Bosnia and Herzegovina / OSCE Secretariat · Fields of work: Border management, "
    "Youth</div>",
    "labels glued to values": "<p><i>Source:</i><span>OSCE Mission to Bosnia and Herzegovina</span><span>OSCE Secretariat</span>"
    "<i>Fields of work:</i><span>Border management</span><span>Youth</span></p>",
    "an empty label between": "<dl><dt>Source:</dt><dd>OSCE Mission to Bosnia and Herzegovina, OSCE Secretariat</dd><dt>Place:</dt>"
    "<dt>Country:</dt><dd></dd><dt>Fields of work:</dt><dd>Border management, Youth</dd></dl>",
    "buttons as spans of a list": "<div><strong>Source</strong><ul class=tags><a>OSCE Mission to Bosnia and Herzegovina</a>"
    "<a>OSCE Secretariat</a></ul></div><div><strong>Fields of work</strong><ul class=tags><a>Border management</a><a>Youth</a></ul></div>",
    "Serbian labels": "<p>Izvor: OSCE Mission to Bosnia and Herzegovina, OSCE Secretariat</p><p>Oblasti rada: Border management, Youth</p>",
    "Russian labels on a line": "<p>Источник: OSCE Mission to Bosnia and Herzegovina, OSCE Secretariat | Темы: Border management, Youth</p>",
}


@pytest.mark.parametrize("middle", VALUES.values(), ids=VALUES.keys())
def test_values_are_parted_as_the_page_parts_them(middle: str) -> None:
    (release,) = extract(article(middle).encode())
    assert (sorted(release.source), sorted(release.field)) == (TWO_SOURCES, TWO_FIELDS)
    assert release.paragraphs == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    "lines",
    [
        "Source: OSCE Mission to Bosnia and Herzegovina Date: 4 June 2013 Fields of work: Border management, Youth",
        "Date: 4 June 2013; Source: OSCE Mission to Bosnia and Herzegovina; Topics: Border management, Youth",
        "Source:OSCE Mission to Bosnia and HerzegovinaDate:4 June 2013Fields of work:Border management, Youth",
        "Source:\nOSCE Mission to Bosnia and Herzegovina\nPlace:\nFields of work:\nBorder management\nYouth\nDate:\n4 June 2013",
        "* Date: 4 June 2013\n* Source: OSCE Mission to Bosnia and Herzegovina\n* Fields of work: Border management, Youth",
        "Datum: 4. juna 2013.\nIzvor: OSCE Mission to Bosnia and Herzegovina\nOblasti rada: Border management, Youth",
    ],
)
def test_labels_of_a_copy_may_share_a_line(lines: str) -> None:
    (release,) = extract(f"Press release\n{TITLE}\n{lines}\n\n{COPY}".encode(), "a.txt")
    assert (release.title, release.source, sorted(release.field)) == (TITLE, (BOSNIA,), TWO_FIELDS)
    assert record(release)["date"] == "2013-06-04"
    assert release.paragraphs == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("<h1><span>Ferry pilots on Drina</span><span>learn first aid</span></h1>", TITLE),
        ("<h2><b>Ferry pilots on Drina </b><br>learn first aid</h2>", TITLE),
        ("<h1><p>Ferry pilots on Drina</p><p>learn first aid</p></h1>", TITLE),
        ("<h1>Ferry pilots on Drina learn first aid<time datetime=2013-06-04>4 June 2013</time></h1>", TITLE),
        ("<h1><span class=d>4 June 2013</span>Ferry pilots on Drina learn first aid</h1>", TITLE),
        ("<h1>Ferry pilots on Drina learn first aid <a href='#h'>#</a></h1>", TITLE),
        ("<h1>Ferry pilots on Drina learn first aid<a class=anchor href='#x'>🔗</a></h1>", TITLE),
        (
            "<h1>Ferry pilots on Drina learn first aid <small>[<a href='/e?action=edit'>edit source</a>]</small></h1>",
            TITLE,
        ),
        (
            "<h1>Ferry pilots on Drina learn first aid <span>[ <a href='/e'>uredi</a> | <a href='/e'>uredi izvor</a> ]</span></h1>",
            TITLE,
        ),
        ("<h1><font size=7>F</font>erry pilots on <u>Dri</u>na learn first aid</h1>", TITLE),
        ("<h1><span class=cap>F</span>erry pilots on Drina learn first aid</h1>", TITLE),
        ("<h1>Ferry&nbsp;pilots on Dri&shy;na learn first aid</h1>", TITLE),
    ],
)
def test_a_title_is_read_as_people_see_it(heading: str, title: str) -> None:
    (release,) = extract(page(f"<div id=c>{heading}<p>Date: 4 June 2013</p>{TEXT}</div>").encode())
    assert (release.title, record(release)["date"]) == (title, "2013-06-04")
    assert release.paragraphs == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    ("markup", "first"),
    [
        (
            f"<p>{LINE}Nineteen <del>sailors</del><ins>ferry pilots</ins> completed a course on first aid and on rescue today.</p>",
            f"{LINE}Nineteen ferry pilots completed a course on first aid and on rescue today.",
        ),
        (
            f"<p>{LINE}Nineteen <s>sailors</s> ferry pilots completed a course on first aid and on rescue today.</p>",
            f"{LINE}Nineteen ferry pilots completed a course on first aid and on rescue today.",
        ),
        (f"<p><span style='float:left'>V</span>ISEGRAD, 4 June 2013 – {ONE}</p>", LINE + ONE),
        (f"<p><strong>VISEGRAD,</strong><em> 4 June 2013</em> – {ONE}</p>", LINE + ONE),
        (f"<p><img src=a.jpg><em class='img-caption'>Pilots on deck</em>{LINE}{ONE}</p>", LINE + ONE),
        (f"<p><span class='photo-credit'>OSCE/sample</span>{LINE}{ONE}</p>", LINE + ONE),
        (f"<p>Pilots on the deck of a ferry{LINE}{ONE}</p>", LINE + ONE),
        (f"<p>Pilots on the deck of a ferry. {LINE}{ONE}</p>", LINE + ONE),
    ],
)
def test_the_first_paragraph_has_nothing_glued_to_it(markup: str, first: str) -> None:
    (release,) = extract(article("", f"{markup}<p>{TWO}</p><p>{END}</p>").encode())
    assert release.paragraphs == (first, TWO, END)
    assert (record(release)["date"], release.place) == ("2013-06-04", ("Visegrad",))


@pytest.mark.parametrize(
    "markup",
    [
        "<span style='display: block'>{}</span><span style='display:block;margin:0'>{}</span><span style='display:block'>{}</span>",
        "<span class='d-block'>{}</span><span class='d-block'>{}</span><span class='d-block'>{}</span>",
        "{}<br><br>{}<br><br>{}",
        "<font>{}</font><p>{}</p><div><div>{}</div></div>",
    ],
)
def test_sentences_of_neighbours_are_not_glued(markup: str) -> None:
    (release,) = extract(article("", markup.format(LINE + ONE, TWO, END)).encode())
    assert release.paragraphs == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{LINE}{ONE}</p><p>{TWO} <a href='/c'>More</a></p><div class=x><a href='#'>Continue reading</a></div><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><p><a href='#rest'>Подробнее</a></p><p>{TWO}</p><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><div><a href='/t'>Tweet</a> <a href='/f'>Share</a></div><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><div class='share-bar'><a href='/t'>Tweet</a></div><p>{TWO}</p><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><details><summary>Show more</summary><p>{TWO}</p><p>{END}</p></details>",
        f"<p>{LINE}{ONE}</p><details open><summary>Continue</summary><div><p>{TWO}</p></div><p>{END}</p></details>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><p><a href='/x'>{END}</a></p>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><p><b><a href='/x'>{END}</a></b></p>",
        f"<p>{LINE}{ONE}</p><p>For more information please contact the press desk, tel. +387 33 555 010.</p><p>{TWO}</p><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><p>Press desk<br>Tel: +387 33 555 010<br>desk@mission.example</p><p>{TWO}</p><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><aside>Drina at a glance: 346 km</aside><p>{TWO}</p><p>{END}</p>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><p>{END}</p><p><a href='/1'>Older</a> | <a href='/2'>Newer</a></p>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><p>{END}</p><h2>See also</h2><p>The Presence in Albania lends boats to clubs.</p>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><p>{END}</p><h4>Share this story</h4><p><a href=/f>Facebook</a></p>",
        f"<p>{LINE}{ONE}</p><p>{TWO}</p><p>{END}</p><h3>Related</h3><ul><li><a href=/1>Boats for a rescue club in Albania</a></li></ul>",
    ],
)
def test_links_contacts_and_boxes_amid_a_text_lose_none_of_it(markup: str) -> None:
    (release,) = extract(body_of(markup).encode())
    found = tuple(line.removesuffix(" More") for line in release.paragraphs)
    assert found == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    ("markup", "inner"),
    [
        (f"<p>{LINE}{ONE}</p><h3>On the sandbank</h3><p>{TWO}</p><p>{END}</p>", ["On the sandbank"]),
        (
            f"<p>{LINE}{ONE}</p><h4>Вторая группа</h4><p>{TWO}</p><h4>Third part</h4><p>{END}</p>",
            ["Вторая группа", "Third part"],
        ),
        (
            f"<p>{LINE}{ONE}</p><p><b>On the sandbank of the river Drina</b></p><p>{TWO}</p><p>{END}</p>",
            ["On the sandbank of the river Drina"],
        ),
        (
            f"<p>{LINE}{ONE}</p><table><tr><td>Ferry</td><td>Pilots</td></tr><tr><td>Old Mill</td><td>11</td></tr></table><p>{TWO}</p><p>{END}</p>",
            ["Old Mill | 11"],
        ),
        (
            f"<p>{LINE}{ONE}</p><p>{TWO}</p><table><caption>Pilots</caption><tr><th>Old Mill<td>11<tr><th>New Mill<td>8</table><p>{END}</p>",
            ["Old Mill | 11", "New Mill | 8"],
        ),
        (
            f"<p>{LINE}{ONE}</p><blockquote>“Cold water, warm hands,” said a pilot.</blockquote><p>{TWO}</p><p>{END}</p>",
            ["“Cold water, warm hands,” said a pilot."],
        ),
        (
            f"<p>{LINE}{ONE}</p><p>They learnt:</p><ol><li>to stop bleeding</li><li>to keep warm</li></ol><p>{TWO}</p><p>{END}</p>",
            ["They learnt:", "to stop bleeding", "to keep warm"],
        ),
        (
            f"<p>{LINE}{ONE}</p><dl><dt>Morning</dt><dd>Bandages</dd></dl><p>{TWO}</p><p>{END}</p>",
            ["Morning", "Bandages"],
        ),
    ],
)
def test_headings_tables_and_lists_are_text(markup: str, inner: list[str]) -> None:
    (release,) = extract(body_of(markup).encode())
    assert [line for line in (LINE + ONE, *inner, TWO, END) if line not in release.paragraphs] == []
    assert release.paragraphs[-1] == END


DATES = {
    "a clock and a line": ("<div class=top>Tuesday, 3 March 2026</div>", "<p>Posted on 4 June 2013</p>"),
    "a clock and a dateline": ("<div class=top>3 March 2026, 10:15</div>", LINE),
    "printed, and a dateline": ("<p>Page printed: 3 March 2026</p>", LINE),
    "retrieved, and a label": ("<p>Retrieved 3 March 2026</p>", "<p>Publishing date: 4 June 2013</p>"),
    "updated, and published": ("<div>Updated 3 March 2026</div>", "<p>Published 4 June 2013</p>"),
    "updated beside published": ("", "<p>Last modified: 3 March 2026 · First published: 4 June 2013</p>"),
    "modified in the markup": (
        "",
        "<p><time class=updated datetime=2026-03-03>3 March</time> <time class='entry-date published' datetime=2013-06-04>4 June</time></p>",
    ),
    "pubdate": ("", "<p>By the press desk <time pubdate datetime='2013-06-04T09:00'>this morning</time></p>"),
    "an abbreviation": ("", "<p>Released <abbr title='2013-06-04'>this week</abbr></p>"),
    "a title": ("", "<span class='published' title='2013-06-04'>last summer</span>"),
    "a type and a date": ("", "<div><b>Press release</b><span>4 June 2013</span></div>"),
    "a type glued to a date": ("", "<div>Press release4 June 2013</div>"),
    "compact": ("", "<p>Date: 2013-06-04T00:00</p>"),
    "compact without signs": ("", "<dl><dt>Date</dt><dd>20130604</dd></dl>"),
    "a comma behind the day": ("", "<p>Date: 4, June 2013</p>"),
    "Roman months": ("", "<p>Datum: 4.VI.2013</p>"),
    "a short year": ("", f"<p>Date: 4/6/13</p><p>VISEGRAD, 4 June – {ONE}</p>"),
    "a short year in words": ("", f"<p>Date: 4 Jun 13</p><p>VISEGRAD, 4 June – {ONE}</p>"),
    "brackets": ("", f"<p>(Visegrad, 4 June 2013) {ONE}</p>"),
    "square brackets": ("", f"<p>[VISEGRAD, 4 June 2013] – {ONE}</p>"),
    "German": ("<p>Stand: 3. März 2026</p>", "<p>Veröffentlicht am 4. Juni 2013</p>"),
    "Russian": ("<p>Обновлено: 3 марта 2026</p>", "<p>Опубликовано 4 июня 2013 г.</p>"),
    "a bare date": ("", "<p>4 June 2013</p>"),
    "a bare date above": ("<p>4 June 2013</p>", ""),
}


@pytest.mark.parametrize(("above", "below"), DATES.values(), ids=DATES.keys())
def test_the_day_of_publication_counts(above: str, below: str) -> None:
    text = PLAIN if below != LINE else TEXT
    markup = f"{above}<div id=c><h1>{TITLE}</h1>{below if below != LINE else ''}<div>{text}</div></div>"
    (release,) = extract(page(markup).encode())
    assert (release.title, record(release)["date"]) == (TITLE, "2013-06-04")


@pytest.mark.parametrize(
    "below",
    [
        "<p>© 1995–2013 OSCE</p>",
        "<p>Copyright 2013</p>",
        "<small>Printed on 4 June 2013</small>",
        "<p>Date: 4/6/13</p>",
    ],
)
def test_a_copyright_a_print_and_a_lone_short_year_are_no_date(below: str) -> None:
    (release,) = extract(page(f"<h1>{TITLE}</h1><div>{PLAIN}</div>{below}").encode())
    assert release.date is None


def test_a_printed_date_that_disagrees_with_the_dateline_is_told() -> None:
    copy = f"Newsroom\n{TITLE}\nVISEGRAD 4 July 2013\n\n{COPY}"
    (release,) = extract(copy.encode(), "a.txt")
    found = record(release)
    assert (found["date"], found["conflict"], found["place"]) == ("2013-07-04", True, ["Visegrad"])
    assert [(o.value, o.origin) for o in release.provenance["date"]] == [
        ("2013-07-04", "dateline"),
        ("2013-06-04", "dateline"),
    ]


@pytest.mark.parametrize(
    ("title", "kind", "date"),
    [
        (
            "OSCE Observer Mission Weekly Update 7/2016 issued on 2 February 2016",
            "weekly-report",
            "2016-02-02",
        ),
        ("Spot Report 9/2020: Fog delays ferries", "spot-report", None),
        ("SMM Daily Report 12/2020 issued on 16 January 2020", "daily-report", "2020-01-16"),
        ("Joint statement by the Heads of Mission on the floods", "press-statement", None),
        ("Statement of the Chair-in-Office on World Water Day", "press-statement", None),
        ("Media advisory: Ferry pilots to show rescue on Tuesday", "media-advisory", None),
        ("Statements by pupils fill a wall in Visegrad", None, None),
        ("A statement by the river: poets read on ferry", None, None),
    ],
)
def test_a_title_may_name_the_type_and_the_day(title: str, kind: str | None, date: str | None) -> None:
    (release,) = extract(article("", PLAIN, title).encode())
    assert (release.title, release.type, record(release)["date"]) == (title, kind, date)


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<div class=meta>News</div><div class=meta>Tue, 2013-06-04</div><div>OSCE Mission to Bosnia and Herzegovina</div>"
            "<div>Bosnia and Herzegovina</div><div>Border management</div><div>Youth</div>"
        ),
        (
            "<ul><li>News</li><li>4 June 2013</li><li>OSCE Mission to Bosnia and Herzegovina</li><li>Bosnia and Herzegovina</li>"
            "<li>Border management</li><li>Youth</li></ul>"
        ),
        "<p>News<br>4 June 2013<br>OSCE Mission to Bosnia and Herzegovina<br>Bosnia and Herzegovina<br>Border management<br>Youth</p>",
        (
            "<p><span>News</span><span>4 June 2013</span><span>OSCE Mission to Bosnia and Herzegovina</span>"
            "<span>Bosnia and Herzegovina</span><span>Border management</span><span>Youth</span></p>"
        ),
    ],
)
def test_lines_without_labels_are_known_by_their_values(markup: str) -> None:
    (release,) = extract(article(markup, PLAIN).encode())
    found = record(release)
    assert (found["type"], found["date"], found["source"]) == ("news", "2013-06-04", [BOSNIA])
    assert (found["country"], found["field"]) == (["BA"], TWO_FIELDS)
    assert found["paragraphs"] == (ONE, TWO, END)


RELEASES = (
    (
        "Beavers move into river park near Osh",
        "OSH, 3 May 2011 – Nine beavers moved into the river park near Osh today.",
    ),
    (
        "Choirs of two banks sing on Dniester bridge",
        "CHISINAU, 2 May 2011 – Two choirs sang on a bridge over the Dniester today.",
    ),
    (
        "Clockmaker teaches girls in Vlora",
        "TIRANA, 29 April 2011 – A clockmaker taught nineteen girls in Vlora to mend clocks.",
    ),
)
MORE = "Those who came late were shown everything once more by the hosts of the day."


@pytest.mark.parametrize(
    ("opening", "item", "name"),
    [
        ("Press releases of May\n\n", "{title}\n{text}\n{more}\n\n", "a.txt"),
        ("Archive\n", "{title}\n\n{text}\n\n{more}\n\n---\n\n", "a.txt"),
        ("", "Press release\n{title}\n{text}\n{more}\n\n", "a.txt"),
        ("", "{title}\nType: News\nSource: OSCE Secretariat\n\n{text}\n\n{more}\n\n", "a.txt"),
        ("", "News\n{title}\n- Source:\n- OSCE Secretariat\n{text}\n{more}\n", "a.txt"),
        ("<html><body><h1>Archive</h1>", "<h2>{title}</h2><p>{text}</p><p>{more}</p>", "a.html"),
        (
            "<html><body>",
            "<article><h2>{title}</h2><div><p>{text}</p><p>{more}</p></div></article>",
            "a.html",
        ),
        ("<html><body>", "<dl><dt>{title}</dt><dd><p>{text}</p><p>{more}</p></dd></dl>", "a.html"),
        (
            "<html><body><h1>Archive</h1>",
            "<h2>{title}</h2><p class='by'>OSCE Secretariat, OSCE Mission to Serbia</p><p>{text}</p><p>{more}</p>",
            "a.html",
        ),
    ],
)
def test_several_releases_of_a_page_are_several(opening: str, item: str, name: str) -> None:
    content = opening + "".join(item.format(title=title, text=text, more=MORE) for title, text in RELEASES)
    found = extract(content.encode(), name)
    assert [(release.title, release.paragraphs) for release in found] == [
        (title, (text, MORE)) for title, text in RELEASES
    ]
    assert [record(release)["date"] for release in found] == ["2011-05-03", "2011-05-02", "2011-04-29"]
    assert len({release.id for release in found}) == 3


@pytest.mark.parametrize(
    "middle",
    [
        "<p>5 June 2013</p><p>Bandages and splints</p><p>6 June 2013</p><p>Cold water and warm blankets</p>",
        "<p>In Gorazde, 5 June 2013 – pilots of the upper river</p><p>In Zvornik, 6 June 2013 – pilots of the lower river</p>",
        "<h3>Background</h3><p>SARAJEVO, 12 May 2012 was the day of the first course, which twelve pilots attended.</p>",
    ],
)
def test_a_programme_makes_no_page_of_several_releases(middle: str) -> None:
    assert len(extract(body_of(f"<p>{LINE}{ONE}</p>{middle}<p>{TWO}</p><p>{END}</p>").encode())) == 1


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (
            "<html><head><title>Mission</title></head><frameset rows='20%,*'><frame src=a.htm><frame src=b.htm></frameset></html>",
            "frames",
        ),
        ("<title>OSCE</title><body><div id=app></div><script src=main.js></script></body>", "script"),
        (
            "<title>Just a moment...</title><body><p>Checking if the connection is secure. Enable JavaScript and cookies to go on.</p></body>",
            "script",
        ),
        (
            "<title>Anmelden</title><h1>Anmelden</h1><form><input name=u><input type=password><input type=submit></form>",
            "log in",
        ),
        (
            "<title>Sign in - OSCE</title><h2>Members only</h2><form><p>Sign in with your account to see this page.</p><input type=password></form>",
            "log in",
        ),
        (
            "<title>Security check</title><h2>Please confirm that you are a human</h2><p>Tick the box to go on.</p>",
            "script",
        ),
        (
            "<title>Search | OSCE</title><h1>Search</h1><form><input name=q></form><p>No results were found.</p>",
            "search",
        ),
        (
            "<title>Cookies</title><h1>Your privacy</h1><p>We and our partners use cookies to measure and to show.</p><button>Agree</button>",
            "cookies",
        ),
        (
            "<title>404 - Not Found</title><h1>404</h1><p>The page that you asked for could not be found on this server.</p>",
            "error",
        ),
        (
            "<title>403 Forbidden</title><h1>Forbidden</h1><p>You do not have permission to read /press/1 on this server.</p>",
            "error",
        ),
    ],
)
def test_what_stands_in_the_place_of_a_release_is_refused_by_its_name(markup: str, reason: str) -> None:
    with pytest.raises(ExtractionError, match=reason):
        extract(markup.encode(), "a.html")


@pytest.mark.parametrize(
    "beside",
    [
        "<form><input type=text><input type=password><button>Log in</button></form>",
        "<div class=bar>This site uses cookies. <button>OK</button></div>",
        "<noscript>Please enable JavaScript to see the map.</noscript><script src=a.js></script>",
    ],
)
def test_a_release_beside_such_things_is_one(beside: str) -> None:
    (release,) = extract(page(f"{beside}<h1>{TITLE}</h1><p>4 June 2013</p><p>{ONE}</p>").encode())
    assert (release.title, release.paragraphs) == (TITLE, (ONE,))


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x02\x05\x01ok\x00\x07",
        b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x02\x00",
        b"\x01\x02\x03name\x04\x05",
    ],
)
def test_a_few_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(ExtractionError, match="no text"):
        extract(content, "a.html")


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (
            "<base href='https://www.osce.example/bih/'><link rel=canonical href='900777'>",
            "https://www.osce.example/bih/900777",
        ),
        (
            "<base href='https://www.osce.example/'><meta property='og:url' content='/bih/900777'>",
            "https://www.osce.example/bih/900777",
        ),
        (
            "<base href='//www.osce.example/bih/'><link rel=canonical href='https://www.osce.example/900777'>",
            "https://www.osce.example/900777",
        ),
    ],
)
def test_an_address_counts_from_the_base(head: str, url: str) -> None:
    markup = f"<html><head>{head}<title>{TITLE}</title></head><body><h1>{TITLE}</h1>{TEXT}</body></html>"
    assert extract(markup.encode())[0].url == url


@pytest.mark.parametrize("mark", ["> ", ">", "| ", ">> "])
def test_a_quoted_copy_is_read_without_its_marks(mark: str) -> None:
    lines = (
        f"Press release\n{TITLE}\nDate: 4 June 2013\nSource: OSCE Mission to Bosnia and Herzegovina\n\n{COPY}"
    )
    (release,) = extract("\n".join(mark + line for line in lines.splitlines()).encode(), "a.txt")
    assert (release.title, release.source, release.paragraphs) == (TITLE, (BOSNIA,), (LINE + ONE, TWO, END))


@pytest.mark.parametrize(
    "menu",
    [
        "Our work\nFields of work\nCountries\nAbout us\n",
        "-\nOur work\n-\nFields of work\n- Arms control\n- Youth\n-\nCountries\n- Albania\n- Serbia\n- About us\n",
        "Home\nFields of work\nArms control\nBorder management\nElections\nHuman rights\nMigration\nPolicing\nRule of law\nYouth\nAbout us\n",
        "- Home\n- What we do\n- Where we are\n- Who we are\n-\n",
    ],
)
def test_a_menu_of_a_copy_gives_no_values(menu: str) -> None:
    copy = f"{menu}Press release\n{TITLE}\n- Date:\n- Place:\n- VISEGRAD\n- Source:\n- OSCE Mission to Bosnia and Herzegovina\n"
    (release,) = extract(f"{copy}- Fields of work:\n- Border management\n{COPY}".encode(), "a.txt")
    found = record(release)
    assert (found["title"], found["source"], found["field"], found["type"]) == (
        TITLE, [BOSNIA], ["border-management"], "press-release",
    )  # fmt: skip
    assert found["paragraphs"] == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    "tail",
    [
        "Office: +387 33 555 010\nMobile: +387 61 555 011\n",
        "Contact\nOffice: +387 (33) 555-010\nE-mail: desk@mission.example\n",
        "Source: desk@mission.example\n",
    ],
)
def test_a_telephone_is_no_source(tail: str) -> None:
    (release,) = extract(f"{TITLE}\n\n{COPY}\n{tail}".encode(), "a.txt")
    assert release.source == ()
    assert release.paragraphs == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    "tail",
    [
        "<div class=b><p>Disclaimer</p><p>The portal passes on what others write and answers for none of it; complaints go to the author.</p></div>",
        "<div><h5>Newsletter</h5><p>Leave us your address, and every Friday the ten best stories are in your mailbox.</p></div>",
        "<footer><p>Whoever uses the texts of this portal does so at their own risk and names the portal as the source.</p></footer>",
    ],
)
def test_what_a_portal_says_of_itself_is_no_text(tail: str) -> None:
    (release,) = extract(page(f"<h1>{TITLE}</h1><div class=body>{TEXT}</div>{tail}").encode())
    assert release.paragraphs == (LINE + ONE, TWO, END)


@pytest.mark.parametrize(
    "caption",
    [
        "(OSCE/sample) Pilots on the deck of a ferry, 3 June 2013. Photo details",
        "Pilots on the deck of a ferry, Visegrad, 3 June 2013. (OSCE/sample)",
        "Photo: Pilots on the deck of a ferry",
        "(ОБСЕ/sample) Пилоты на палубе парома",
    ],
)
def test_a_caption_of_a_copy_is_no_text(caption: str) -> None:
    (release,) = extract(f"Newsroom\n{TITLE}\nVISEGRAD 4 June 2013\n\n{caption}\n{COPY}".encode(), "a.txt")
    assert (release.title, release.paragraphs) == (TITLE, (LINE + ONE, TWO, END))


@pytest.mark.parametrize(
    "description",
    [
        "<div>Country: Bosnia and Herzegovina</div><div>Source: Organization for Security and Co-operation in Europe</div><p>{one}</p><p>{two}</p>",
        "<p><b>Country:</b> Bosnia and Herzegovina<br><b>Source:</b> OSCE Mission to Bosnia and Herzegovina</p><p>{one}</p><p>{two}</p>",
    ],
)
def test_a_feed_may_have_labels_in_its_text(description: str) -> None:
    markup = description.format(one=ONE, two=TWO).replace("<", "&lt;")
    title = "Weekly Report 12/2013 issued on 4 June 2013"
    item = f"<item><title>{title}</title><link>https://x.example/node/900888</link><description>{markup}</description></item>"
    (release,) = extract(
        f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>".encode(), "a.xml"
    )
    assert (release.country, release.type, release.paragraphs) == (("BA",), "weekly-report", (ONE, TWO))


@pytest.mark.parametrize(
    "tail",
    [
        "Contact:\nPress desk\nTel. +387 33 555 010\n\nTo stop these mails, write to the press desk.\n",
        "You receive this mail because you are on our list.\n",
        "--\nPress desk of the Mission\n",
        "This e-mail was sent to you by the press desk.\nUnsubscribe: https://x.example/u\n",
    ],
)
def test_the_tail_of_a_letter_is_no_text(tail: str) -> None:
    head = f"From: a@mission.example\nTo: b@mission.example\nSubject: {TITLE}\nDate: Tue, 4 Jun 2013 09:00:00 +0200\n"
    letter = f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nPRESS RELEASE\n\n{TITLE}\n\n{COPY}\n{tail}"
    (release,) = extract(letter.encode(), "a.eml")
    assert (release.title, release.type, release.paragraphs) == (
        TITLE,
        "press-release",
        (LINE + ONE, TWO, END),
    )


def test_signs_in_a_script_are_no_tags() -> None:
    line = "if(i<n&&a<b){c='" + "x y z " * 300 + "'}\n"
    markup = article("<p>4 June 2013</p>").replace("<main>", f"<script>{line * 120}</script><main>")
    assert extract(markup.encode())[0].title == TITLE
