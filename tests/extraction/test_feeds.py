"""Feeds: every item is a release, whole or a teaser."""

from __future__ import annotations

import datetime as dt

from osce_search.extraction import extract, extract_one

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>OSCE - News</title><language>en</language>{items}</channel></rss>"""


def item(inner: str) -> bytes:
    return RSS.format(items=f"<item>{inner}</item>").encode()


def test_an_item_gives_title_date_address_and_body() -> None:
    release = extract_one(
        item(
            "<title>Radio &amp;amp; bees</title><link>https://www.osce.example/node/900270</link>"
            "<pubDate>Mon, 17 Nov 2025 11:02:00 +0100</pubDate>"
            "<category>Elections</category><category>Central Europe</category>"
            "<description>&lt;p&gt;OSH, 17 November 2025 – One.&lt;/p&gt;"
            "&lt;p&gt;Two &lt;b&gt;words&lt;/b&gt;.&lt;/p&gt;</description>"
        )
    )
    assert release.title == "Radio & bees"
    assert (release.id, release.url) == ("900270", "https://www.osce.example/node/900270")
    assert release.date == dt.date(2025, 11, 17)
    assert release.paragraphs == ("OSH, 17 November 2025 – One.", "Two words.")
    assert release.field == ("elections",)
    assert (release.place, release.parser, release.partial) == (("Osh",), "feed", False)


def test_what_is_glued_before_the_dateline_is_cut() -> None:
    body = "900270 An Officer, OSCE Mission to Serbia A hall, 12 November 2025. BELGRADE, 17 November 2025 – What"
    release = extract_one(
        item(f"<title>T</title><description>&lt;p&gt;{body} a day.&lt;/p&gt;</description>")
    )
    assert release.text == "BELGRADE, 17 November 2025 – What a day."


def test_the_whole_content_is_preferred_to_the_description() -> None:
    inner = "<title>T</title><description>Short.</description>"
    inner += "<content:encoded><![CDATA[<p>Long.</p><p>Longer.</p>]]></content:encoded>"
    assert extract_one(item(inner)).paragraphs == ("Long.", "Longer.")


def test_a_description_that_is_cut_is_a_teaser() -> None:
    assert extract_one(
        item("<title>T</title><description>The text begins, and then...</description>")
    ).partial


def test_the_number_of_an_identifier_counts_where_there_is_no_address() -> None:
    assert (
        extract_one(
            item('<title>T</title><guid isPermaLink="false">900271 at https://www.osce.example</guid>')
        ).id
        == "900271"
    )


def test_an_atom_entry_is_read_with_its_author_and_publishing_date() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>OSCE</title>
    <entry><title type="text">One</title><link rel="self" href="https://x.example/a"/>
    <link href="https://www.osce.example/pa/900273"/>
    <published>2023-03-03T12:00:00+01:00</published><updated>2023-03-06T09:00:00+01:00</updated>
    <author><name>OSCE Parliamentary Assembly</name></author><category term="Policing"/>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First.</p><p>Second.</p></div></content></entry>
    <entry><title>Two</title><id>tag:www.osce.example,2023:node/900790</id><summary>A teaser.</summary></entry>
    </feed>"""
    one, two = extract(feed.encode())
    assert (one.id, one.date, one.source) == ("900273", dt.date(2023, 3, 3), ("parliamentary-assembly",))
    assert one.field == ("policing",)
    assert one.paragraphs == ("First.", "Second.")
    assert (two.id, two.partial, two.text) == ("900790", True, "A teaser.")


def test_a_feed_in_another_encoding_is_read_by_its_declaration() -> None:
    feed = (
        RSS.replace("utf-8", "windows-1251")
        .format(items="<item><title>Семинар в Оше</title></item>")
        .encode("cp1251")
    )
    assert extract_one(feed).title == "Семинар в Оше"


def test_a_broken_feed_gives_what_it_still_holds() -> None:
    feed = RSS.format(
        items="<item><title>One & two</title><description>Text</item><item><title>Three</title></item>"
    )
    assert extract(feed.encode())[0].title == "One two"


def test_captions_and_the_blogs_own_last_line_are_no_text() -> None:
    caption = "<figure><img src='x'><figcaption>Students in Cyprus</figcaption></figure>"
    last = "<p>The post <a href='x'>Radio and bees</a> appeared first on <a href='y'>A site</a>.</p>"
    inner = f"<title>T</title><content:encoded><![CDATA[{caption}<p>Long.</p><p>Longer.</p>{last}]]></content:encoded>"
    assert extract_one(item(inner)).paragraphs == ("Long.", "Longer.")
