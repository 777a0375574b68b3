"""The analyzer gives the same terms as the declared one, for releases and for queries."""

from __future__ import annotations

import gzip
import json
import unicodedata
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.index.analyzer import analyze, form_of, spans, term_of
from osce_search.index.fields import release_analyzer

DECLARED = release_analyzer()


def declared(text: str) -> list[tuple[str, int]]:
    return [(token.text, token.pos) for token in DECLARED(text, positions=True)]


@given(st.text(max_size=200))
def test_any_text_gives_the_terms_and_positions_of_the_declared_analyzer(text: str) -> None:
    assert [(term, place) for place, term in enumerate(analyze(text))] == declared(text)


def test_every_sample_page_gives_the_terms_and_positions_of_the_declared_analyzer(corpus: Path) -> None:
    pages = sorted(path for path in (corpus / "pages").iterdir() if path.suffix in (".html", ".txt"))
    assert len(pages) >= 40
    for page in pages:
        text = page.read_text(encoding="utf-8", errors="replace")
        assert [(term, place) for place, term in enumerate(analyze(text))] == declared(text), page.name


@pytest.mark.data
def test_a_thousand_news_items_give_the_terms_and_positions_of_the_declared_analyzer(
    shared_data: Path,
) -> None:
    with gzip.open(shared_data / "reuters.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 1000):
            text = json.loads(line)["text"]
            assert [(term, place) for place, term in enumerate(analyze(text))] == declared(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("co-operation", "cooperation"),
        ("Co-ordinator’s", "coordinators"),
        ("re-elected", "reelected"),
        ("Désir", "Desir"),
        ("Đukanović", "Dukanovic"),
        ("Türkiye", "turkiye"),
        ("OSCE’s", "osce"),
        ("U.S.", "US"),
        ("TIRANË", "tirane"),
        ("observers", "observer"),
        ("Vollebæk", "vollebaek"),
    ],
)
def test_two_spellings_of_one_word_have_one_term(one: str, other: str) -> None:
    assert analyze(one) == analyze(other)


def test_an_acronym_is_not_stemmed_however_it_is_written() -> None:
    assert [term_of(word) for word in ("OSCE", "osce", "Osce", "ODIHR")] == ["osce", "osce", "osce", "odihr"]


def test_a_hyphen_separates_two_words_unless_the_first_is_a_joined_prefix() -> None:
    assert analyze("anti-trafficking long-term co-operation e-mail") == [
        "anti", "traffick", "long", "term", "cooper", "email",
    ]  # fmt: skip


def test_cyrillic_letters_keep_the_marks_that_make_them_letters() -> None:
    assert analyze("Київ Чайковский") == ["київ", "чайковский"]


def test_a_word_of_a_million_letters_is_cut_to_64() -> None:
    assert analyze("й" * 1_000_000) == ["й" * 64]


def test_offsets_are_those_of_the_words_as_written() -> None:
    text = "The OSCE’s co-ordinators met."
    assert [text[start:end] for _, start, end in spans(text)] == ["The", "OSCE’s", "co-ordinators", "met"]


def test_the_form_of_a_form_is_the_form_itself() -> None:
    characters = map(chr, range(0x80, 0x110000))
    # Unassigned and private-use characters have no properties; a few of them stand for all.
    words = (
        f"te{char}ing"
        for char in characters
        if (kind := unicodedata.category(char)) not in ("Cn", "Co", "Cs")
        or (kind != "Cs" and ord(char) % 100 == 0)
    )
    assert [word for word in words if form_of(form_of(word)) != form_of(word)] == []
    assert form_of("tᴱfficking") == "tefficking"
