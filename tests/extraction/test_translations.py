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


def version(prefix: str, title: str, text: str) -> bytes:
    """A page of a release that is in English and in Serbian under one number; a sample."""
    return (
        f'<html><head><link rel="canonical" href="https://www.osce.example{prefix}/node/900777">'
        '<link rel="alternate" hreflang="en" href="https://www.osce.example/node/900777">'
        '<link rel="alternate" hreflang="sr" href="https://www.osce.example/sr/node/900777">'
        f"</head><body><h1>{title}</h1><p>{text}</p></body></html>"
    ).encode()


def test_versions_under_one_number_are_releases_of_their_own_that_know_each_other() -> None:
    english = extract_one(
        version("", "A reading room opens", "BELGRADE, 3 May 2012 - A reading room opened today.")
    )
    serbian = extract_one(
        version("/sr", "Otvorena čitaonica", "BEOGRAD, 3. maj 2012. - Danas je otvorena čitaonica.")
    )
    assert (english.id, dict(english.translations)) == ("900777", {"sr": "900777-sr"})
    assert (serbian.id, dict(serbian.translations)) == ("900777-sr", {"en": "900777"})


def test_one_number_under_english_and_bare_addresses_is_one_release() -> None:
    page = version("/en", "A reading room opens", "BELGRADE, 3 May 2012 - A reading room opened today.")
    assert extract_one(page).id == "900777"


def test_a_page_that_tells_no_address_links_the_version_with_its_number() -> None:
    page = version("", "A reading room opens", "BELGRADE, 3 May 2012 - A reading room opened today.")
    release = extract_one(page.replace(b"canonical", b"nothing"), "900777.html")
    assert (release.id, dict(release.translations)) == ("900777", {"sr": "900777-sr"})
