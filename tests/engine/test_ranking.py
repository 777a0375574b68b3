"""Ranking: the best without sorting everything."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from osce_search.engine.rank.relevance import choose_best, order_best


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[int], list[float], list[int], int]:
    scores = draw(st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0]) | st.floats(0, 9), max_size=400))
    ids = sorted(draw(st.permutations(range(len(scores) + 5)))[: len(scores)])
    ties = draw(st.permutations(range(len(scores) + 5)))
    return ids, scores, ties, draw(st.integers(0, len(scores) + 3))


@given(cases())
def test_the_top_is_that_of_sorting_everything(case: tuple[list[int], list[float], list[int], int]) -> None:
    ids, scores, ties, count = case
    expected = sorted(range(len(ids)), key=lambda place: (-scores[place], ties[ids[place]]))[:count]
    arrays = np.array(ids, np.int64), np.array(scores, np.float64), np.array(ties, np.int64)
    assert order_best(*arrays, count).tolist() == expected
    assert choose_best(*arrays, count).tolist() == sorted(expected)


def test_a_sample_that_misleads_does_no_harm() -> None:
    # Every place that is looked at first is among the best, and those are fewer than asked for.
    scores = np.zeros(4096)
    scores[::8] = np.arange(512) + 1.0
    ids = np.arange(4096)
    assert choose_best(ids, scores, ids, 600).tolist() == sorted(
        [*range(0, 4096, 8), *[n for n in range(101) if n % 8]]
    )
    assert order_best(ids, scores, ids, 3).tolist() == [4088, 4080, 4072]


def test_without_scores_ties_decide() -> None:
    assert order_best(np.array([4, 7, 9]), None, np.arange(10)[::-1], 2).tolist() == [2, 1]
