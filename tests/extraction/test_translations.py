"""Language versions of one release know each other."""

from __future__ import annotations

from pathlib import Path

from osce_search.extraction import extract_one


def test_a_page_links_its_other_language_versions_by_their_numbers(corpus: Path) -> None:
    page = corpus / "pages" / "ashgabat-meteorologists-en.html"
    release = extract_one(page.read_bytes(), page.name)
    assert release.id == "900402"
    assert dict(release.translations) == {"ru": "900401"}
    assert release.to_record()["translations"] == {"ru": "900401"}


def test_a_page_without_links_to_versions_has_none() -> None:
    page = b"<h1>Radio day in Osh</h1><p>OSH, Kyrgyzstan, 14 March 2006 - Forty pupils went on the air today."
    assert extract_one(page).translations == {}
