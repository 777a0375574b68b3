"""Every sample page gives the record written beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from osce_search.extraction import extract
from osce_search.release import Release, print_date
from osce_search.vocabulary import canonical

PAGES = Path(__file__).parents[2] / "corpus" / "pages"


def cases() -> list[Any]:
    found = []
    for path in sorted(PAGES.glob("*.toml")):
        expected = tomllib.loads(path.read_text("utf-8"))
        found.append(pytest.param(path, expected, id=f"{path.stem}: {expected['description']}"))
    return found


def page_of(expectation: Path) -> Path:
    pages = [path for path in expectation.parent.glob(f"{expectation.stem}.*") if path.suffix != ".toml"]
    assert len(pages) == 1, f"{expectation} has {len(pages)} pages beside it"
    return pages[0]


def record(release: Release) -> dict[str, object]:
    """What a release says, in the terms of the expectation files."""
    date = release.provenance.get("date")
    return {
        "url": release.url,
        "title": release.title,
        "date": print_date(release.date, release.date_precision) if release.date else None,
        "date_origin": (date[0].origin if date else None),
        "type": release.type,
        "place": set(release.place),
        "source": set(release.source),
        "field": set(release.field),
        "language": release.language,
        "paragraphs": len(release.paragraphs),
        "date_conflict": "date_conflict" in release.flags,
    }


def expectation(expected: dict[str, Any]) -> dict[str, object]:
    return {
        "url": expected.get("url"),
        "title": expected["title"],
        "date": expected.get("date"),
        "date_origin": expected.get("date_origin"),
        "type": canonical("type", expected["type"]) if "type" in expected else None,
        "place": {canonical("place", label) for label in expected["place"]},
        "source": {canonical("source", label) for label in expected["source"]},
        "field": {canonical("field", label) for label in expected["field"]},
        "language": expected["language"],
        "paragraphs": expected["paragraphs"],
        "date_conflict": "date_conflict" in expected["flags"],
    }


@pytest.mark.parametrize(("path", "expected"), cases())
def test_the_page_gives_the_record_beside_it(path: Path, expected: dict[str, Any]) -> None:
    page = page_of(path)
    releases = extract(page.read_bytes(), page.name)
    assert [release.title for release in releases] == [one["title"] for one in expected["release"]]
    for release, one in zip(releases, expected["release"], strict=True):
        assert record(release) == expectation(one)
        if "id" in one:
            assert release.id == one["id"]
        paragraphs = release.paragraphs
        assert paragraphs[0][: len(one["first"])] == one["first"]
        assert paragraphs[-1][-len(one["last"]) :] == one["last"]
