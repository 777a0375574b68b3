"""Why a hit is one: what of the question it has, where, and what its score is made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.index.analyzer import analyze
from osce_search.results import Explanation, Reason


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Index]:
    with open_index(sample_index) as opened:
        yield opened


def test_a_hit_tells_which_words_it_has_in_which_fields(index: Index) -> None:
    for hit in index.search("media OR police OR zebra", limit=None).hits:
        texts = {"title": hit.release.title, "lead": hit.release.lead, "body": hit.release.body}
        found = {
            word: tuple(name for name, text in texts.items() if analyze(word)[0] in analyze(text))
            for word in ("media", "police")
        }
        assert hit.matched == tuple(Reason(word, fields) for word, fields in found.items() if fields)


def test_another_name_is_told_with_what_it_stands_for(index: Index) -> None:
    typed = {reason.typed for hit in index.search("ODIHR", limit=None).hits for reason in hit.matched}
    assert typed == {None, "ODIHR"}
    without = [
        reason for hit in index.search("ODIHR", limit=None, expand=False).hits for reason in hit.matched
    ]
    assert {(reason.text, reason.typed) for reason in without} == {("ODIHR", None)}


def test_parts_of_words_phrases_and_fields_are_told_as_they_would_be_typed(index: Index) -> None:
    texts = {
        reason.text
        for hit in index.search(
            'title:elect* OR "press freedom" OR mediaa~1^3 OR border NEAR/5 police', limit=None
        ).hits
        for reason in hit.matched
    }
    assert {"title:elect*", "mediaa~1"} <= texts <= {
        "title:elect*", "mediaa~1", '"press freedom"', "border NEAR/5 police",
    }  # fmt: skip


def test_what_only_filters_is_no_reason(index: Index) -> None:
    (hit, *_) = index.search("country:BA -media date:2000..").hits
    assert hit.matched == ()


def add_up(part: Explanation) -> None:
    """Every sum in an explanation is that of its parts."""
    if part.text.startswith(("sum of", "tf~: sum")):
        assert part.value == pytest.approx(sum(inner.value for inner in part.parts), rel=1e-9)
    for inner in part.parts:
        add_up(inner)


WORDS = [
    "media",
    "OSCE",
    "elections",
    "ODIHR",
    "Human",
    "Rights",
    "elect*",
    '"rule of law"',
    "Bosnia",
    "and",
    "training^3",
]


@pytest.mark.parametrize("seed", range(6))
def test_an_explanation_adds_up_to_the_score(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    hits = 0
    while hits < 60:
        text = chance.choice((" ", " OR ", " AND NOT ")).join(chance.choices(WORDS, k=chance.randint(1, 5)))
        for hit in index.search(text, explain=True).hits:
            if hit.explanation is None:
                assert hit.score == 0.0
                continue
            hits += 1
            assert hit.explanation.value == pytest.approx(hit.score, rel=1e-9), text
            add_up(hit.explanation)
