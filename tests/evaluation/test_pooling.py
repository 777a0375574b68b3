"""The pool holds what is not judged, in an order that does not tell which ranking found it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from osce_search.evaluation.rankings import (
    interleave,
    pool_unjudged,
)
from tests.evaluation.runs import run_of

RANKING = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(RANKING, RANKING, st.text(max_size=3))
def test_interleaving_loses_and_repeats_nothing(one: list[str], two: list[str], seed: str) -> None:
    mixed = interleave([one, two], seed)
    assert sorted(mixed) == sorted({*one, *two})
    assert mixed == interleave([one, two], seed)


@given(RANKING, RANKING)
def test_interleaving_is_fair_at_every_depth(one: list[str], two: list[str]) -> None:
    mixed = interleave([one, two])
    for depth, _ in enumerate(zip(one, two, strict=False), 1):
        assert {*one[:depth], *two[:depth]} <= set(mixed[: 2 * depth])


def test_which_ranking_comes_first_is_random() -> None:
    assert {interleave([["a"], ["b"]], str(seed))[0] for seed in range(20)} == {"a", "b"}


def test_the_pool_is_what_is_not_judged_topic_by_topic() -> None:
    pool = pool_unjudged([run_of(p="abc", q="x"), run_of(p="bad", q="y")], {("p", "a")}, depth=2)
    assert set(pool) == {("p", "b"), ("q", "x"), ("q", "y")}
    assert [topic for topic, _ in pool] == ["p", "q", "q"]
