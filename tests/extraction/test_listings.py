"""Listings: every item is a partial release."""

from __future__ import annotations

import datetime as dt

from osce_search.extraction import extract, extract_one

ITEMS = """News and press releases
News and press releases from the OSCE's global activities.
Radio school opens in Osh: forty pupils on air
Publishing date: 14 March 2005
Content type: Press release
Where we are: OSCE Centre in Bishkek
What we do: Media freedom and development, Youth
OSH, Kyrgyzstan, 14 March 2005- Forty pupils went on the air today, in three...
Beekeepers share a weather station
Publishing date: 12 March 2005
Where we are: OSCE Secretariat
The station stands on the roof of a border post and sends its readings to for
Statement on the river
Publishing date: 11 March 2005
Content type: Press statement
next ›
last »
"""


def test_a_text_copy_gives_an_item_for_each_publishing_date() -> None:
    first, second, third = extract(ITEMS.encode(), "listing.txt")
    assert first.title == "Radio school opens in Osh: forty pupils on air"
    assert first.date == dt.date(2005, 3, 14)
    assert first.type == "press-release"
    assert first.source == ("programme-office-in-bishkek",)
    assert first.field == ("media-freedom", "youth")
    assert first.place == ("Osh",)
    assert first.text == "OSH, Kyrgyzstan, 14 March 2005- Forty pupils went on the air today, in three..."
    assert (first.partial, first.parser) == (True, "listing")
    assert (second.title, second.field) == ("Beekeepers share a weather station", ())
    assert (third.title, third.text, third.type) == ("Statement on the river", "", "press-statement")


def card(number: int, title: str, extra: str = "") -> str:
    return f"""<div class="row"><h3><a href="/osh/{number}?utm_source=list">{title}</a></h3>
    <div><b>Publishing date:</b> {number % 28 + 1} May 2010</div>{extra}
    <div>Teaser of {title}, which says a little more.</div></div>"""


def test_items_of_markup_have_their_address_and_number() -> None:
    page = f"""<html><head><link rel="canonical" href="https://www.osce.example/press-releases?page=3"></head><body>
    <h1>Press releases</h1>{card(900001, "One title")}{card(900002, "Other title")}</body></html>"""
    one, other = extract(page.encode())
    assert (one.id, one.url) == ("900001", "https://www.osce.example/osh/900001")
    assert (other.id, other.text) == ("900002", "Teaser of Other title, which says a little more.")


def test_statements_on_media_freedom_print_the_country() -> None:
    extra = "<div><b>What we do:</b> Media laws</div><div><b>Locations:</b> Russia, Türkiye</div>"
    heading = "<h1>Press statements of the OSCE Representative on Freedom of the Media</h1>"
    page = heading + card(900003, "A title", extra) + card(900004, "Another title")
    one, other = extract(page.encode())
    assert one.country == ("RU", "TR")
    assert [origin.origin for origin in one.provenance["country"]] == ["assigned", "assigned"]
    assert one.parser == other.parser == "fom-listing"
    assert other.country == ()


def test_dates_without_labels_make_items_under_a_listing_heading() -> None:
    items = "".join(
        f'<li><a href="/news/{n}">A title that is long enough, number {n}</a>'
        "<p>What it is about, in a line or two of text.</p>"
        f"<span>{n % 28 + 1} June, 2025</span></li>"
        for n in (700001, 700002, 700003)
    )
    releases = extract(f"<h1>Latest press releases</h1><ul>{items}</ul>".encode())
    assert [release.id for release in releases] == ["700001", "700002", "700003"]
    assert releases[0].date == dt.date(2025, 6, 700001 % 28 + 1)
    assert releases[0].text == "What it is about, in a line or two of text."


def test_a_release_with_related_ones_below_is_no_listing() -> None:
    text = "<p>OSH, 5 May 2010 – Forty pupils went on the air today, and more will follow in the autumn.</p>"
    own = "<h1>Radio school opens</h1><p>Publishing date: 5 May 2010</p><p>Content type: News</p>"
    page = (
        own
        + "<p>Where we are: OSCE Secretariat</p>"
        + text
        + "<h2>Related stories</h2>"
        + card(900005, "One more")
        + card(900006, "And another")
    )
    release = extract_one(page.encode())
    assert (release.title, release.partial) == ("Radio school opens", False)
    assert release.date == dt.date(2010, 5, 5)
    assert len(release.paragraphs) == 1


def test_a_page_under_newsroom_with_one_set_of_labels_is_a_release() -> None:
    page = """<p>Newsroom</p><h1>Radio school opens</h1><p>Publishing date: 5 May 2010</p><p>Content type: News</p>
    <p>Forty pupils went on the air today, and more will follow in the autumn, the Office said in Osh.</p>"""
    assert not extract_one(page.encode()).partial


def test_a_listing_of_one_is_a_listing() -> None:
    page = f"<h1>News and press releases</h1>{card(900007, 'The only title of the page')}"
    release = extract_one(page.encode())
    assert (release.title, release.partial) == ("The only title of the page", True)
