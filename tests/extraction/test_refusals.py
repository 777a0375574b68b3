"""What is no text and what has no words is told from releases by measures, whatever file it is."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import ExtractionError
from osce_search.extraction import extract, extract_one
from osce_search.extraction.candidates import Draft
from osce_search.extraction.refusals import why_no_text, why_no_words

BYTES = random.Random(7).randbytes(4000)


@pytest.mark.parametrize(
    "content",
    [
        BYTES,
        BYTES[:60],
        b"RIFF\x01\x02\x03\x04WEBP" + BYTES,
        b"SQLite format 3\0" + b"\0" * 3000,
        b"<html><body><h1>" + BYTES.replace(b"<", b"") + b"</h1><p>" + BYTES.replace(b"<", b"") + b"</p>",
    ],
)
def test_bytes_at_random_are_no_release_whatever_is_around_them(content: bytes) -> None:
    with pytest.raises(ExtractionError, match=r"no (?:text|words) \(\d+% of its"):
        extract(content, "page.html")


@pytest.mark.parametrize(
    "content",
    [
        base64.encodebytes(BYTES),
        BYTES.hex().encode(),
        b"function f(a){return a+1;}\n" * 50,
        b".menu>li{color:red;margin:0 3px}\n" * 50,
        b'{"a":[1,2,3],"b":{"c":true}}\n' * 50,
        b"12;33;4.5;2020-01-01\n" * 50,
    ],
)
def test_code_and_figures_are_no_release(content: bytes) -> None:
    with pytest.raises(ExtractionError, match=r"no words \(\d+% of its text is in words\)"):
        extract(content, "page.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Spot Report 7/2021: 119 explosions (14 June, 19:30–21:00)",
        "ШКОЛЬНИКИ ИЗ ОША ВЫШЛИ В ЭФИР",
        "東京で会議が開かれました。参加者は協力について話し合いました。",
        "დღეს თბილისში შეხვედრა გაიმართა.",
        "“Co-operation”—that’s it: the NGOs’ ‘train-the-trainers’ course…",
    ],
)
def test_text_in_any_script_and_with_figures_has_words(text: str) -> None:
    assert why_no_words(Draft("generic", text, (text,))) == ""


def test_a_page_that_names_its_source_is_believed() -> None:
    page = b"<h1>217/2021</h1><dl><dt>Source:</dt><dd>OSCE Secretariat</dd><dt>Date:</dt><dd>5 May 2010</dd></dl>"
    assert extract_one(page).source == ("secretariat",)


def test_a_few_broken_letters_make_no_page_unreadable() -> None:
    assert why_no_text("Pupils \ufffd went \x07 on the air. " * 3) == ""
    assert why_no_text("Pupils went on the air", dropped=22).startswith("no text (50%")


@given(st.text(st.characters(whitelist_categories=("Ll", "Lu", "Zs", "Po")), max_size=300))
def test_letters_and_punctuation_are_text(text: str) -> None:
    assert why_no_text(text) == ""
