"""p-values and intervals follow their definitions, and are the same each time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from osce_search.evaluation.measures import adjust_holm, bootstrap_interval, permutation_test


def by_hand(differences: list[float]) -> float:
    """Return the exact p-value from all patterns of signs."""
    observed = abs(sum(differences))
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, differences, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    return sum(value >= observed - 1e-9 for value in sums) / len(sums)


@given(st.lists(st.integers(-5, 5).map(lambda n: n / 10), min_size=1, max_size=8))
def test_few_topics_give_the_exact_p(differences: list[float]) -> None:
    assert permutation_test(differences) == pytest.approx(by_hand(differences))


def test_many_topics_give_about_the_p_of_a_t_test() -> None:
    differences = np.random.default_rng(7).normal(0.03, 0.1, 60)
    trusted = stats.ttest_1samp(differences, 0).pvalue
    assert permutation_test(differences.tolist()) == pytest.approx(trusted, abs=0.003)


def test_the_same_differences_give_the_same_p_and_interval() -> None:
    differences = [((37 * number) % 23 - 9) / 20 for number in range(40)]
    assert permutation_test(differences) == permutation_test(differences) == pytest.approx(0.107, abs=0.003)
    interval = bootstrap_interval(differences)
    assert interval == bootstrap_interval(differences) == pytest.approx((-0.0125, 0.1925), abs=0.005)


def test_a_single_topic_has_p_1_and_an_interval_without_width() -> None:
    assert permutation_test([0.3]) == 1.0
    assert bootstrap_interval([0.3]) == (0.3, 0.3)


def test_p_is_1_without_any_difference() -> None:
    assert permutation_test([0.0, 0.0]) == 1.0
    assert permutation_test([]) == 1.0


def test_p_is_never_0() -> None:
    differences = [0.5] * 40
    assert (
        permutation_test(differences, rounds=1000) == permutation_test(differences, rounds=1000) == 1 / 1001
    )


def test_the_interval_contains_the_mean_and_narrows_with_more_topics() -> None:
    generator = np.random.default_rng(3)
    few, many = generator.normal(0.5, 0.2, 20).tolist(), generator.normal(0.5, 0.2, 500).tolist()
    low, high = bootstrap_interval(few)
    assert low < np.mean(few) < high
    narrow = bootstrap_interval(many)
    assert narrow[1] - narrow[0] < (high - low) / 3
    assert bootstrap_interval(few) == (low, high)


def test_the_interval_is_about_as_wide_as_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(5).normal(0.4, 0.25, 225)
    low, high = bootstrap_interval(values.tolist())
    half = 1.96 * values.std() / np.sqrt(225)
    assert (high - low) / 2 == pytest.approx(half, rel=0.05)


def test_holm_keeps_the_order_and_never_exceeds_1() -> None:
    assert adjust_holm([0.5, 0.001, 0.9]) == (1.0, 0.003, 1.0)
    assert adjust_holm([]) == ()
