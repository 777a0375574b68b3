"""Normal forms are those of Unicode, and the work to find them grows with the text alone."""

from __future__ import annotations

import unicodedata
from types import SimpleNamespace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.vocabulary import normalisation, normalise

FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
MARKS = "\u0301\u0316\u0344\u0f73\uff9e\u3099"


@given(st.text(max_size=30), st.sampled_from(FORMS))
def test_what_people_write_has_the_form_that_unicode_gives_it(
    text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    assert normalise(form, text) == unicodedata.normalize(form, text)


@given(st.text(st.sampled_from("aか\uac00" + MARKS), max_size=200), st.sampled_from(FORMS))
def test_a_text_in_its_form_stays_as_it_is(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    once = normalise(form, text)
    assert normalise(form, once) == once
    assert unicodedata.is_normalized(form, once)


@pytest.mark.parametrize("form", FORMS)
def test_a_letter_with_many_marks_keeps_thirty(
    form: Literal["NFC", "NFD", "NFKC", "NFKD"], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
        given.append(text)
        return unicodedata.normalize(form, text)

    watched = SimpleNamespace(**vars(unicodedata) | {"normalize": normalize})
    monkeypatch.setattr(normalisation, "unicodedata", watched)
    for one in MARKS:
        for other in MARKS:
            found = normalise(form, "q" + (one + other) * 1_000 + "y")
            assert found.startswith("q")
            assert found.endswith("y")
    # Unicode sorts the marks of a letter in a time that grows with the square of their number.
    unsorted = [text for text in given if not unicodedata.is_normalized(form, text)]
    assert max(longest_run_of_marks(form, text) for text in unsorted) == 30
    assert len(normalise(form, "q" + "\u0316\u0301" * 50_000)) == 31


def longest_run_of_marks(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> int:
    decomposed = {char: unicodedata.normalize("NFKD" if "K" in form else "NFD", char) for char in set(text)}
    orders = "".join(
        "m" if unicodedata.combining(mark) else " " for char in text for mark in decomposed[char]
    )
    return max(map(len, orders.split()), default=0)
