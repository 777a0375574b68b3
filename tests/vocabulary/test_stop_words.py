"""Stop words: the table has English function words, and drops them in one way."""

from __future__ import annotations

import pytest

from osce_search.vocabulary import ASK_WORDS, STOP_WORDS, drop_stop_words, is_stop_word
from osce_search.vocabulary.table import FOLDER, read_table


def test_the_table_has_the_expected_number_of_words_of_each_class() -> None:
    table = read_table(FOLDER / "stopwords.csv", ("class", "words"))
    counts = {name: len(words.split()) for name, words in (row.cells for row in table.rows)}
    assert counts == {
        "articles and determiners": 12,
        "conjunctions": 14,
        "prepositions": 17,
        "pronouns": 21,
        "interrogatives": 11,
        "auxiliary verbs": 23,
        "particles": 7,
    }
    assert len(STOP_WORDS) == 105


def test_the_table_of_words_of_asking_has_so_many_words_of_each_class() -> None:
    table = read_table(FOLDER / "askwords.csv", ("class", "words"))
    counts = {name: len(words.split()) for name, words in (row.cells for row in table.rows)}
    assert counts == {
        "prepositions": 26,
        "reflexive and indefinite pronouns": 16,
        "auxiliary verbs": 4,
        "contractions": 48,
        "words of asking": 17,
    }
    assert ASK_WORDS.isdisjoint(STOP_WORDS)
    assert ASK_WORDS.isdisjoint({"may", "all", "more", "up", "out", "report", "information", "need"})


@pytest.mark.parametrize("word", ["the", "whether", "via", "theirs", "here", "must", "too"])
def test_the_last_word_of_each_class_is_a_stop_word(word: str) -> None:
    assert is_stop_word(word)


def test_words_in_capitals_are_dropped_only_if_all_are_in_capitals() -> None:
    assert drop_stop_words(["The", "WHO", "office"]) == ["WHO", "office"]
    assert drop_stop_words(["THE", "WHO", "OFFICE"], all_capitals=True) == ["OFFICE"]


def test_words_of_asking_are_dropped_only_on_request() -> None:
    assert drop_stop_words(["Tell", "me", "don’t"]) == ["Tell", "don’t"]
    assert drop_stop_words(["Tell", "me", "don’t", "TELL"], ask_words=True) == ["TELL"]
