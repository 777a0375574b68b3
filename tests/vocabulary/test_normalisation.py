"""Normal forms are those of Unicode, and are found in a time that grows with the text alone."""

from __future__ import annotations

import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.vocabulary import normalise

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
def test_a_letter_with_many_marks_takes_no_time_and_keeps_thirty(
    form: Literal["NFC", "NFD", "NFKC", "NFKD"],
) -> None:
    began = time.process_time()
    for one in MARKS:
        for other in MARKS:
            found = normalise(form, "q" + (one + other) * 20_000 + "y")
            assert found.startswith("q")
            assert found.endswith("y")
    assert time.process_time() - began < 5
    assert len(normalise(form, "q" + "\u0316\u0301" * 50_000)) == 31
