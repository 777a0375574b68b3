"""Templates: each page generation is known by its signature, and its selectors come first."""

from __future__ import annotations

import datetime as dt

import pytest

from osce_search.extraction import extract_one
from osce_search.extraction.templates import Traits, name_page, templates

TEXT = (
    "<p>OSH, 5 May 2010 – Forty pupils of a school near Osh went on the air today, and more will follow.</p>"
)


def traits(*labels: str, copied: bool = False) -> Traits:
    return Traits(copied=copied, labels=frozenset(labels))


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (traits("published", "type"), "site-2025"),
        (traits("published", "type", copied=True), "legacy-text"),
        (traits("date", "place"), "legacy-page"),
        (traits("date", "type"), "legacy-page"),
        (traits("date"), "generic"),
        (traits("source", copied=True), "legacy-text"),
        (
            Traits(
                copied=True, labels=frozenset(), lines=["This message was sent by the OSCE e-mail service"]
            ),
            "email",
        ),
        (Traits(copied=False, labels=frozenset(), head=frozenset({"opengraph"})), "opengraph"),
        (Traits(copied=False, labels=frozenset(), head=frozenset({"opengraph", "article"})), "json-ld"),
        (Traits(copied=False, labels=frozenset(), front=True), "compact"),
        (
            Traits(copied=False, labels=frozenset({"date"}), markup="content--header content--content"),
            "drupal-6",
        ),
    ],
)
def test_a_page_generation_is_known_by_its_signature(page: Traits, name: str) -> None:
    assert name_page(page) == name


def test_the_order_of_the_templates_is_this() -> None:
    names = [
        "email",
        "drupal-6",
        "site-2025",
        "legacy-text",
        "legacy-page",
        "json-ld",
        "opengraph",
        "compact",
    ]
    assert [template.parser for template in templates()] == names


def test_the_selectors_of_a_template_come_before_all_else() -> None:
    header = (
        "<div class='content--header'><div class='item-type'>Press release</div><h1>Radio school opens</h1>"
        "<div class='field field-field-item-date'><span class='date-display-single'>6 May 2010</span></div></div>"
    )
    page = (
        f"<title>News</title><p>4 May 2010</p>{header}<div class='content--content'><div>{TEXT}</div></div>"
    )
    release = extract_one(page.encode())
    assert (release.parser, release.title, release.type) == (
        "drupal-6",
        "Radio school opens",
        "press-release",
    )
    assert release.date == dt.date(2010, 5, 6)
    assert [(o.value, o.origin) for o in release.provenance["date"]][:2] == [
        ("2010-05-06", "published"),
        ("2010-05-05", "dateline"),
    ]
