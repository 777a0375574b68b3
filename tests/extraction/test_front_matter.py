"""Fronts: the short lines around a title say their type, date, place and source without a label."""

from __future__ import annotations

import datetime as dt

import pytest

from osce_search.extraction import extract_one

TEXT = "<p>Forty pupils of a school near Osh went on the air today, and more will follow in the autumn.</p>"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Press release · 5 May 2010 · OSCE Secretariat</p>",
        "<p>5 May 2010 | OSCE Secretariat | Press release</p>",
        "<div>Press release</div><div>5 May 2010</div><div>OSCE Secretariat</div>",
        '<p><time datetime="2010-05-05">yesterday</time> · <b>Press release</b> · <i>OSCE Secretariat</i></p>',
        "<p>Press release<br>5 May 2010<br>OSCE Secretariat</p>",
        "<p>Press release, 5 May 2010 · OSCE Secretariat</p>",
        "<p>Press release, 5 May 2010, OSCE Secretariat</p>",
        "<p>5 May 2010 / OSCE Secretariat / Press release</p>",
        "<p>OSCE Secretariat</p><p>Press release (5 May 2010)</p>",
    ],
)
def test_a_line_of_known_values_is_metadata(line: str) -> None:
    for page in (f"<h1>Radio school opens</h1>{line}{TEXT}", f"{line}<h1>Radio school opens</h1>{TEXT}"):
        release = extract_one(page.encode())
        assert (release.title, release.type, release.source) == (
            "Radio school opens",
            "press-release",
            ("secretariat",),
        )
        assert release.date == dt.date(2010, 5, 5)
        assert release.provenance["date"][0].origin == "published"
        assert len(release.paragraphs) == 1


def test_a_line_of_place_and_date_is_a_dateline() -> None:
    release = extract_one(f"<p>Newsroom</p><h1>Radio school opens</h1><p>OSH 5 May 2010</p>{TEXT}".encode())
    assert (release.place, release.date, release.parser) == (("Osh",), dt.date(2010, 5, 5), "compact")
    assert release.provenance["date"][0].origin == "dateline"


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/">OSCE</a> / <a href="/odihr">ODIHR</a></p>',
        "<p>Ministry portal · News · Documents</p>",
        "<p>Elections in spring</p>",
    ],
)
def test_a_path_a_menu_and_a_sentence_are_no_metadata(line: str) -> None:
    release = extract_one(f"{line}<h1>Radio school opens</h1>{TEXT}".encode())
    assert (release.type, release.source, release.field, release.date) == (None, (), (), None)
    assert release.parser == "generic"


@pytest.mark.parametrize(
    "copy",
    [
        "Radio school opens in Osh\n5 May 2010 | OSCE Secretariat | Education",
        "Radio school opens in Osh\n5 May 2010, OSCE Secretariat\nEducation",
        "Radio school opens in Osh\n\nWednesday, 5 May 2010\nOSCE Secretariat\nKyrgyzstan\nEducation",
    ],
)
def test_a_line_of_names_below_the_title_is_no_title(copy: str) -> None:
    release = extract_one(f"{copy}\n\n{TEXT[3:-4]}\n\n{TEXT[3:-4]} The end.\n".encode())
    assert (release.title, release.source, release.field) == (
        "Radio school opens in Osh",
        ("secretariat",),
        ("education",),
    )
    assert release.date == dt.date(2010, 5, 5)
