"""Boilerplate: what is not the release is named by tag, role, class and the share of links."""

from __future__ import annotations

import pytest

from osce_search.extraction.boilerplate import is_boilerplate_name, prune
from osce_search.extraction.layout import blocks_of
from osce_search.extraction.markup import decode, parse_html

PROSE = (
    "<p>"
    + "A sentence that is long enough to be running text, and then some more of it, to make sure of that. "
    * 2
    + "</p>"
)


def kept(body: str) -> list[str]:
    root = parse_html(decode(f"<html><body>{body}</body></html>".encode()), "page")
    return [block.text for block in blocks_of(*prune(root))]


@pytest.mark.parametrize(
    "name",
    [
        "menu", "main-menu", "topmenu", "navbar navbar-default", "breadcrumb", "site-footer", "pageFooter",
        "sidebar-left", "share-links", "c-social", "related", "pane-related", "cookie-banner", "skip-link",
        "visually-hidden", "pager", "photo-caption", "imgcaption", "contact", "left-column", "search-form",
        "print-link newsletter", "hidden", "visually-hidden focusable", "is-hidden", "legal",
        "commentlist",
    ],
)  # fmt: skip
def test_names_of_boilerplate_are_known_by_their_words(name: str) -> None:
    assert is_boilerplate_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "content", "node-content", "field-label", "field field-name-body", "search-result-news", "search-title",
        "search-snippet", "publishing-date", "article__text", "no-sidebars", "page-with-menu",
        "layout-sidebar-left", "even", "media-body", "navy", "headline", "contactless", "unrelated-note",
        "footnotes", "field field-name-body field-type-text-with-summary field-label-hidden",
        "text-formatted field field--name-body field--label-hidden field__item", "hidden-xs hidden-sm",
    ],
)  # fmt: skip
def test_names_of_content_are_left_alone(name: str) -> None:
    assert not is_boilerplate_name(name)


@pytest.mark.parametrize(
    "markup",
    [
        "<nav>Menu</nav>", "<footer>Foot</footer>", "<aside>Aside</aside>", "<script>x()</script>",
        "<style>p{}</style>", "<form><label>Search</label></form>",
        "<figure><figcaption>A photo</figcaption></figure>", "<noscript>No</noscript>",
        '<div role="navigation">Menu</div>', '<div role="search">Search</div>', '<p hidden="">Hidden</p>',
        '<p style="display: none">Hidden</p>', '<p aria-hidden="true">Hidden</p>',
        '<div class="menu">Menu</div>', '<div id="footer">Foot</div>', "<select><option>One</option></select>",
        "<button>Send</button>",
    ],
)  # fmt: skip
def test_what_is_boilerplate_is_gone_and_the_text_behind_it_stays(markup: str) -> None:
    assert kept(f"{PROSE}{markup}behind") == [PROSE[3:-4].strip(), "behind"]


def test_a_list_of_links_is_a_menu_whatever_it_is_called() -> None:
    links = "".join(f'<li><a href="/{n}">Participating State {n}</a></li>' for n in range(10))
    assert kept(f"<ul class=x>{links}</ul>{PROSE}") == [PROSE[3:-4].strip()]
    few = "".join(f'<li><a href="/{n}">Report {n}</a></li>' for n in range(3))
    assert len(kept(f"<ul class=x>{few}</ul>{PROSE}")) == 4


def test_a_list_of_releases_is_no_menu() -> None:
    item = '<li><a href="/{0}">A title of a release, number {0}</a> 5 May 2010 The lede, as long as ledes are.</li>'
    assert len(kept("<ul>" + "".join(map(item.format, range(10))) + "</ul>")) == 10


@pytest.mark.parametrize("name", ["menu", "sidebar", "footer", "related", "share"])
def test_a_name_of_boilerplate_does_not_cost_the_release(name: str) -> None:
    assert "A title" in kept(f'<div class="{name}"><h1>A title</h1>{PROSE}</div>')
    assert len(kept(f'<div class="{name}">{PROSE}{PROSE}</div>')) == 2


def test_labels_in_a_side_column_are_kept() -> None:
    labels = "<p>Publishing date: 5 May 2010</p><p>Where we are: OSCE Secretariat</p>"
    assert len(kept(f"<h1>A title</h1>{PROSE}<aside class=sidebar>{labels}</aside>")) == 4


def test_a_button_within_a_sentence_is_a_word_of_it() -> None:
    assert kept("<p>Run by the <button>OSCE</button> and others.</p><p><button>Send</button></p>") == [
        "Run by the OSCE and others."
    ]


def test_a_list_of_links_under_a_label_is_its_value() -> None:
    links = "".join(f'<div><a href="/{n}">Field of work {n}</a></div>' for n in range(8))
    labelled = f'<div class="field"><div class="field-label">Fields of work:</div><div>{links}</div></div>'
    assert len(kept(labelled + PROSE)) == 10
    assert len(kept(f"<div><h3>Fields of work</h3><div>{links}</div></div>{PROSE}")) == 1


def test_a_form_around_the_whole_page_is_no_boilerplate() -> None:
    page = '<form action="page.aspx"><div class="menu">Menu</div><div>A short text.</div></form>'
    assert kept(page) == ["A short text."]
    assert kept(f"<form><label>Search</label></form>{PROSE}") == [PROSE[3:-4].strip()]


def test_the_type_is_kept_where_a_site_shows_it_as_a_tag() -> None:
    page = f'<div class="hero__tags"><span>News</span></div><h1>A title</h1>{PROSE}<div class="tags">Elections</div>'
    assert kept(page) == ["News", "A title", PROSE[3:-4].strip()]
