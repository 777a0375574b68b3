"""Nothing of a page is obeyed by a terminal, a spreadsheet or a reader of JSON."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.formats.characters import defuse, escape, neutralise

ANYTHING = st.text(st.characters(codec=None, categories=None, exclude_categories=[]))


@given(ANYTHING)
def test_neutral_text_has_no_control_characters_and_the_same_length(text: str) -> None:
    safe = neutralise(text)
    assert len(safe) == len(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in safe)
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert neutralise(safe) == safe


@pytest.mark.parametrize(
    "text", ["Đukanović", "Киев", "Հայաստան", "🕊", "a\u200db", "\u200fשלום", "1\u00a0000"]
)
def test_letters_of_all_scripts_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text


@given(st.recursive(ANYTHING, lambda inner: st.lists(inner) | st.dictionaries(ANYTHING, inner)))
def test_escaped_json_is_the_same_json(value: object) -> None:
    printed = escape(json.dumps(value, ensure_ascii=False))
    assert json.loads(printed) == value
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in printed)


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-2", "@x", "\t=1", "\rx", " =1", "＝1"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(cell: str) -> None:
    assert defuse(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "2015-04-23", "A = B", "it's", "1+1"])
def test_plain_cells_stay_as_they_are(cell: str) -> None:
    assert defuse(cell) == cell
