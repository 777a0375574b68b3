"""One release, marked up in a dozen ways, is one record."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from osce_search.extraction import extract_one

TITLE = "Beekeepers and border guards share a weather station near Batken"
URL = "https://www.osce.example/bishkek/123456"
DATE = "6 May 2015"
PLACE = "BATKEN/BISHKEK"
SOURCES = ("OSCE Programme Office in Bishkek", "OSCE Secretariat")
FIELDS = ("Border management", "Environmental activities")
TEXT = tuple(
    """\
BATKEN/BISHKEK, 6 May 2015 – A weather station on the roof of a border post has been sending its readings to forty \
beekeepers in the valley since this morning. The OSCE paid for the mast and the cable.
“Rain on the pass is rain on my hives two hours later,” said the head of the beekeepers’ co-operative. “Now I know.”
Readings are read out in three languages by the local radio at six, at noon and at six again.
The post will note every month what the station has been good for, and the Programme Office will pass it on to other \
posts in Batken province in the autumn.""".splitlines()
)
MENU = (
    "Arms control",
    "Elections",
    "Human rights",
    "Albania",
    "Andorra",
    "Armenia",
    "Turkmenistan",
    "Permanent Council",
)


def menu_list() -> str:
    return (
        "<ul>"
        + "".join(f'<li><a href="/{number}">{name}</a></li>' for number, name in enumerate(MENU))
        + "</ul>"
    )


def paragraphs() -> str:
    return "".join(f"<p>{html.escape(text)}</p>\n" for text in TEXT)


def head(extra: str = "") -> str:
    link = f'<link rel="canonical" href="{URL}">'
    return f'<html lang="en"><head><meta charset="utf-8"><title>{TITLE} | OSCE</title>{link}{extra}</head>'


def definition_list() -> str:
    return f"""<!DOCTYPE html>{head()}<body><nav>{menu_list()}</nav><main>
    <p class="kind">Press release</p><h1>{TITLE}</h1>
    <dl><dt>Date:</dt><dd>{DATE}</dd><dt>Place:</dt><dd>{PLACE}</dd><dt>Source:</dt><dd>{", ".join(SOURCES)}</dd>
    <dt>Fields of work:</dt><dd>{", ".join(FIELDS)}</dd></dl><article>{paragraphs()}</article></main>
    <aside><h3>Related stories</h3><p><a href="/2">Another story of another day</a></p></aside></body></html>"""


def table_rows() -> str:
    rows = (
        ("Date", DATE),
        ("Place", PLACE),
        ("Source", "<br>".join(SOURCES)),
        ("Fields of work", "; ".join(FIELDS)),
    )
    table = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in rows)
    return f"""{head()}<body><div class="top-menu">{menu_list()}</div><div id="c">
    <h4>Press Release</h4><h1>{TITLE}</h1>
    <table class="facts">{table}</table><div>{paragraphs()}</div></div>
    <div class="footer">Vienna, Austria</div></body>"""


def header_row() -> str:
    return f"""{head()}<body>{menu_list()}<p>Press release</p><h2>{TITLE}</h2><table>
    <tr><td>Date</td><td>Place</td><td>Source</td><td>Fields of work</td></tr>
    <tr><td>{DATE}</td><td>{PLACE}</td><td>{", ".join(SOURCES)}</td><td>{", ".join(FIELDS)}</td></tr></table>
    {paragraphs()}<h3>Read more</h3><p>The beekeepers of another valley have a station as well, and a longer story.</p>
    </body></html>"""


def field_divs() -> str:
    def field(name: str, items: tuple[str, ...]) -> str:
        inner = "".join(f'<div class="field-item">{item}</div>' for item in items)
        label = f'<div class="field-label">{name}:&nbsp;</div>'
        return f'<div class="field">{label}<div class="field-items">{inner}</div></div>'

    return f"""{head()}<body class="page-node-123456">
    <div id="header"><div class="menu">{menu_list()}</div></div>
    <div class="content--header"><div class="item-type">Press release</div><h1>{TITLE}</h1></div>
    {field("Date", (DATE,))}{field("Place", (PLACE,))}{field("Source", SOURCES)}{field("Fields of work", FIELDS)}
    <figure><img src="x.jpg" alt=""><figcaption>A hive at sunrise. (OSCE)</figcaption></figure>
    <div class="content--content"><div><div class="pane-content">{paragraphs()}</div></div></div>
    <div class="share-links"><a href="#">Share</a> <a href="#">Print</a></div></body></html>"""


def bullets_on_two_lines() -> str:
    def item(name: str, value: str) -> str:
        return f"<li><strong>{name}:</strong></li><li>{value}</li>"

    return f"""{head()}<body><div role="navigation">{menu_list()}</div>
    <section><div>Press release</div><h1>{TITLE}</h1>
    <ul>{item("Date", DATE)}{item("Place", PLACE)}{item("Source", ", ".join(SOURCES))}
    {item("Fields of work", ", ".join(FIELDS))}</ul>{paragraphs()}</section>
    <div><p>For further information, please contact:</p><p>Press Officer, Bishkek</p></div></body></html>"""


def lines_with_breaks() -> str:
    body = "<br>\n<br>\n".join(map(html.escape, TEXT))
    return f"""<HTML><HEAD><TITLE>{TITLE}</TITLE><LINK REL="canonical" HREF="{URL}"></HEAD><BODY>
    <TABLE><TR><TD WIDTH=100>{"<BR>".join(f'<A HREF="/{name}">{name}</A>' for name in MENU)}</TD>
    <TD><FONT SIZE=1>Press release</FONT><BR><H2>{TITLE}</H2>
    <P><B>Date:</B> {DATE}<BR><B>Place:</B> {PLACE}<BR><B>Source:</B> {", ".join(SOURCES)}<BR>
    <B>Fields of work:</B> {", ".join(FIELDS)}</P><DIV>{body}</DIV></TD></TR></TABLE></BODY></HTML>"""


def site_of_2025() -> str:
    def row(name: str, value: str) -> str:
        label = f'<span class="c-meta__label">{name}</span>'
        return f'<li class="c-meta__item">{label}<span class="c-meta__value">{value}</span></li>'

    links = ", ".join(f'<a href="/t">{name}</a>' for name in FIELDS)
    return f"""<!doctype html>{head()}<body><a class="visually-hidden" href="#m">Skip Links</a>
    <header><nav>{menu_list()}</nav></header>
    <main id="m"><h1>{TITLE}</h1><p class="c-standfirst">Readings reach forty households</p><ul class="c-meta">
    {row("Publishing date", DATE)}{row("Content type", "Press release")}{row("Where we are", ", ".join(SOURCES))}
    {row("What we do", links)}</ul><div class="c-text">{paragraphs()}</div>
    <section><h2>More from the newsroom</h2><article><h3><a href="/node/1">A story of 2 June 2024</a></h3></article>
    </section></main><footer><p>All about cookies, and about what we do with them when nobody looks.</p></footer>
    </body></html>"""


def linked_data() -> str:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "OSCE"},
            {
                "@type": ["NewsArticle"],
                "headline": TITLE,
                "datePublished": "2015-05-06T09:00:00+06:00",
                "dateModified": "2021-01-01",
                "mainEntityOfPage": {"@id": URL},
                "author": [{"@type": "Organization", "name": name} for name in SOURCES],
                "articleSection": "Press release",
                "keywords": ", ".join(FIELDS),
            },
        ],
    }
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return f"""<!doctype html><html lang="en"><head><title>{TITLE}</title>{script}</head><body>
    <nav>{menu_list()}</nav><article><header><h1>{TITLE}</h1></header>{paragraphs()}</article>
    <aside class="related">{menu_list()}</aside></body></html>"""


def microdata() -> str:
    who = "".join(
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Organization">'
        f'<b itemprop="name">{name}</b></span>'
        for name in SOURCES
    )
    return f"""<!doctype html><html lang="en"><head><title>{TITLE}</title></head><body><nav>{menu_list()}</nav>
    <div itemscope itemtype="https://schema.org/NewsArticle"><link itemprop="mainEntityOfPage" href="{URL}">
    <meta itemprop="articleSection" content="Press release"><meta itemprop="keywords" content="{", ".join(FIELDS)}">
    <h1 itemprop="headline">{TITLE}</h1><time itemprop="datePublished" datetime="2015-05-06">{DATE}</time>
    <div class="credits">{who}</div><div itemprop="articleBody">{paragraphs()}</div></div>
    <aside class="related">{menu_list()}</aside></body></html>"""


def open_graph() -> str:
    tags = "".join(f'<meta property="article:tag" content="{name}">' for name in FIELDS)
    meta = f"""<meta property="og:title" content="{TITLE}"><meta property="og:type" content="article">
    <meta property="article:published_time" content="2015-05-06T03:00:00Z">{tags}"""
    line = f'<time datetime="2015-05-06">6 May</time> · <span>Press release</span> · <span>{", ".join(SOURCES)}</span>'
    return f"""{head(meta)}<body><div class="menu-bar">{menu_list()}</div>
    <main><h1>{TITLE}</h1><div class="meta">{line}</div><div class="post">{paragraphs()}</div></main>
    <div class="pane-related"><h2>You may also like</h2></div></body></html>"""


def text_copy() -> str:
    menu = "\n".join(["-", "Our work", "-", "Fields of work", *(f"- {name}" for name in MENU), "- About us"])
    sources, fields = ", ".join(SOURCES), ", ".join(FIELDS)
    labels = f"- Date:\n- Place:\n- {PLACE}\n- Source:\n- {sources}\n- Fields of work:\n- {fields}"
    return (
        f"{URL}\n{menu}\nPress release\n{TITLE}\n{labels}\n"
        + "\n".join(TEXT)
        + "\n- Contact us\n- Newsletter\n- Site map\n"
    )


def plain_labels() -> str:
    menu = " | ".join(f'<a href="#">{name}</a>' for name in MENU)
    return f"""{head()}<body><p>{menu}</p><p>Press release</p><p><b>{TITLE}</b></p><p>Publishing date: {DATE}</p>
    <p>Where we are: {", ".join(SOURCES)}</p><p>What we do: {", ".join(FIELDS)}</p>{paragraphs()}
    <p>Share this story</p><p>A line about something else that nobody wrote for this release.</p></body></html>"""


def dirty() -> str:
    # Soft hyphens, spaces that do not break, a glossary that repeats its acronym, a half that is there twice.
    body = (
        paragraphs()
        .replace("weather", "wea\u00adther")
        .replace("A weather station", "A\u00a0weather station")
    )
    body = body.replace("The OSCE paid", 'The OSCE<span class="glossary">OSCE</span> paid').replace(
        " – ", "&nbsp;&ndash; "
    )
    body += f"<p>123456 English Yes No</p>{paragraphs()}"
    values = {"Date": DATE, "Place": PLACE, "Source": ", ".join(SOURCES), "Fields of work": ", ".join(FIELDS)}
    labels = "".join(
        f'<div><span class="label">{name}</span><span>{value}</span></div>' for name, value in values.items()
    )
    return f"{head()}<body><h1>{TITLE}</h1><div>Press release</div>{labels}<div>{body}</div></body></html>"


SKINS: list[Callable[[], str]] = [
    definition_list,
    table_rows,
    header_row,
    field_divs,
    bullets_on_two_lines,
    lines_with_breaks,
    site_of_2025,
    linked_data,
    microdata,
    open_graph,
    text_copy,
    plain_labels,
    dirty,
]


@pytest.mark.parametrize("skin", SKINS, ids=lambda skin: skin.__name__)
def test_every_skin_gives_the_same_record(skin: Callable[[], str]) -> None:
    release = extract_one(skin().encode(), "page.html")
    assert release.title == TITLE
    assert release.text == "\n\n".join(TEXT)
    assert release.to_record()["date"] == "2015-05-06"
    assert release.type == "press-release"
    assert release.place == ("Batken", "Bishkek")
    assert release.source == ("programme-office-in-bishkek", "secretariat")
    assert release.field == ("border-management", "environmental-activities")
    assert release.language == "en"
    assert release.flags == ()
    assert (release.id, release.url) == ("123456", URL)
