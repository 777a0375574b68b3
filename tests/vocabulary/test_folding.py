"""Folding: spellings of one name fall together, different names stay apart."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from osce_search.vocabulary.normalisation import fold, label_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đukanović", "Dukanovic"),
        ("Vollebæk", "Vollebaek"),
        ("co-operation", "cooperation"),
        ("Co–ordinator", "coordinator"),
        ("L’viv", "Lviv"),
        ("Reykjavík\u00a0", "reykjavik"),
        ("Cyber/ICT Security", "cyber-ict-security"),
        ("Bosnia & Herzegovina", "bosnia and herzegovina"),
        ("U.S.A.", "usa"),
        ("Ǿ", "o"),
        ("Ǽ", "ae"),
    ],
)
def test_two_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_label_that_is_only_a_prefix_is_kept() -> None:
    assert label_key("OSCE") == "osce"
    assert label_key("The OSCE") == "osce"


def test_other_words_in_parentheses_stay() -> None:
    assert label_key("Kosovo (UNSCR 1244)") == "kosovo unscr 1244"


@example("Ǽ")
@example("ŉ")
@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
