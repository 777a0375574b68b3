"""What is too large is refused at once, and nothing that can be typed raises anything else."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import LimitExceeded
from osce_search.parser import MAX_LENGTH, MAX_NOTES, MAX_PHRASE, MAX_TERMS, parse
from osce_search.query import MAX_DEPTH, normalize
from tests.work import count_work


def refused(text: str) -> tuple[str, int]:
    with count_work() as work, pytest.raises(LimitExceeded) as caught:
        parse(text)
    assert work.calls < 50_000
    return caught.value.name, caught.value.limit


def test_a_question_of_a_hundred_thousand_characters_is_refused() -> None:
    assert refused("media " * 17_000) == ("length", MAX_LENGTH)
    assert refused("x" * 100_000) == ("length", MAX_LENGTH)


def test_ten_thousand_nested_parentheses_are_refused() -> None:
    assert refused("(" * 10_000 + "media" + ")" * 10_000) == ("length", MAX_LENGTH)
    assert refused("(" * 9_000) == ("depth", MAX_DEPTH)
    assert refused("title:(" * 1_000) == ("depth", MAX_DEPTH)


def test_too_many_words_are_refused() -> None:
    assert refused("media " * (MAX_TERMS + 1)) == ("terms", MAX_TERMS)
    assert refused("ab" + " ab" * MAX_TERMS) == ("terms", MAX_TERMS)
    assert refused("country:" + "BA," * (MAX_TERMS + 1)) == ("terms", MAX_TERMS)


def test_too_long_a_phrase_is_refused() -> None:
    assert refused('"' + "ab " * (MAX_PHRASE + 1) + '"') == ("phrase", MAX_PHRASE)


def test_what_is_at_a_limit_is_answered() -> None:
    assert parse("(" * MAX_DEPTH + "media" + ")" * MAX_DEPTH).canonical == "media"
    assert len(parse("ab" + " ab" * (MAX_TERMS - 1)).canonical) == 2
    assert parse('"' + "ab " * MAX_PHRASE + '"').notes == ()


def test_the_deepest_tree_prints_and_reads_back() -> None:
    text = "ab"
    for number in range(MAX_DEPTH):
        text = f"+c{number} d{number} -({text} OR e{number} f{number} country:BA)"
    reading = parse(text, operator="any")
    assert normalize(reading.tree) == reading.tree


UNITS = [
    "a:b ", "x:y:z ", "country:Xx%d ", "date:2015-13 ", "date:x%d ", "NOT ", "-", "+- ", "*a ", "a*b ", '"',
    "“", "„", "«", "( ", ") ", "()", '""', "\\", "~", "^", "a~9 ", "a^ ", "NEAR ", "ab NEAR cd OR ", "title:",
    "http://x%d.y ", "OR ", "date:" + "." * 40 + " ", "source:a b c d e f g h ", "?", "a?b ", "[", ",", "a,",
    "a--b", "\ue000", "—", "é\u0301", "place:Xx%d ", "since:1 day ", "osce.org/%d ", "a.a-", "country:a b ",
    "‘a ", "‘a b’", "‘a’b", "‚a b", "‹a ", "a’ ", "‘ ",
]  # fmt: skip
"""Pieces of questions; `%d` stands for a number."""


def repeat(unit: str) -> str:
    """Return the longest question that repeats a unit."""
    text = "".join(unit % number if "%d" in unit else unit for number in range(MAX_LENGTH))
    return text[:MAX_LENGTH]


@pytest.mark.parametrize("unit", UNITS)
def test_the_largest_question_of_any_kind_costs_a_bounded_number_of_steps(unit: str) -> None:
    text = repeat(unit)
    with count_work() as work, contextlib.suppress(LimitExceeded):
        assert len(parse(text).notes) <= MAX_NOTES + 1
    assert work.calls < 50 * MAX_LENGTH


def test_notes_past_their_limit_are_counted() -> None:
    notes = parse(" ".join(f"x{number}:y" for number in range(30))).notes
    assert len(notes) == MAX_NOTES + 1
    assert notes[-1] == "and 10 more notes of this kind"


WORDS = (
    "alpha beta the OSCE co-operation Désir U.S. 10,000 19:30 BA RS Serbia Bosnia and Herzegovina 30 days ago"
)
OPERATORS = (
    'AND OR NOT NEAR NEAR/3 ( ) " “ ” „ « » ‘ ’ ‚ ‹ › - + -- – — * '
    "~ ~1 ~2 ^ ^2 ^0.5 : ? \\ / . .. , ; & | [ ] >= <"
)
NAMES = "title: body: country: source: date: since: year: id: foo: _missing 2015 2015-04 2015-13 2017..2015"
ODD = "http://www.osce.org/fom/123456 osce.org/x \x00 \u00ad \u0301 \ud800"
PIECES = " ".join((WORDS, OPERATORS, NAMES, ODD)).split(" ")


@given(st.lists(st.sampled_from([*PIECES, " "]), max_size=25).map("".join), st.sampled_from(["all", "any"]))
def test_any_mixture_of_syntax_is_read_and_its_canonical_text_reads_the_same(
    text: str, operator: str
) -> None:
    reading = parse(text, operator="any" if operator == "any" else "all")
    assert normalize(reading.tree) == reading.tree
    again = parse(reading.canonical)
    assert again.tree == reading.tree
    assert again.canonical == reading.canonical
    assert reading.canonical.isprintable()


@given(st.text(max_size=60))
def test_any_text_is_read_and_its_canonical_text_reads_the_same(text: str) -> None:
    reading = parse(text)
    assert parse(reading.canonical).tree == reading.tree


def test_plain_words_are_read_quickly_and_as_slowly() -> None:
    """The short way for plain words and the long one give the same."""
    chance = random.Random(5)
    words = [
        "media",
        "the",
        "of",
        "OSCE",
        "WHO",
        "Désir",
        "co-operation",
        "journalists’s",
        "Київ",
        "2015",
        "may",
    ]
    for _ in range(500):
        text = " ".join(chance.choices(words, k=chance.randint(1, 6)))
        for operator in ("all", "any"):
            short = parse(text, operator="any" if operator == "any" else "all")
            assert parse(f" {text}", operator="any" if operator == "any" else "all") == short
