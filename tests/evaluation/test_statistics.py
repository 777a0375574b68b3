"""p-values and intervals are those of the literature's definitions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from osce_search.evaluation.measures import adjust_holm, bootstrap_interval, permutation_test


def by_hand(differences: list[float]) -> float:
    """Every pattern of signs, in plain Python."""
    observed = abs(sum(differences))
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, differences, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    return sum(value >= observed - 1e-9 for value in sums) / len(sums)


@given(st.lists(st.integers(-5, 5).map(lambda n: n / 10), min_size=1, max_size=8))
def test_few_topics_give_the_exact_p(differences: list[float]) -> None:
    assert permutation_test(differences) == pytest.approx(by_hand(differences))


def test_many_topics_give_nearly_the_p_of_scipy() -> None:
    generator = np.random.default_rng(7)
    differences = generator.normal(0.03, 0.1, 60)
    trusted = stats.permutation_test(
        (differences, np.zeros(60)),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples", n_resamples=20_000, vectorized=True, rng=np.random.default_rng(1),
    ).pvalue  # fmt: skip
    assert permutation_test(differences.tolist()) == pytest.approx(trusted, abs=0.01)


def test_no_difference_at_all_is_no_finding() -> None:
    assert permutation_test([0.0, 0.0]) == 1.0
    assert permutation_test([]) == 1.0


def test_p_is_never_nothing_and_the_same_each_time() -> None:
    differences = [0.5] * 40
    assert (
        permutation_test(differences, rounds=1000) == permutation_test(differences, rounds=1000) == 1 / 1001
    )


def test_the_interval_holds_the_mean_and_narrows_with_topics() -> None:
    generator = np.random.default_rng(3)
    few, many = generator.normal(0.5, 0.2, 20).tolist(), generator.normal(0.5, 0.2, 500).tolist()
    low, high = bootstrap_interval(few)
    assert low < np.mean(few) < high
    narrow = bootstrap_interval(many)
    assert narrow[1] - narrow[0] < (high - low) / 3
    assert bootstrap_interval(few) == (low, high)


def test_the_interval_is_about_as_wide_as_the_normal_one() -> None:
    values = np.random.default_rng(5).normal(0.4, 0.25, 225)
    low, high = bootstrap_interval(values.tolist())
    half = 1.96 * values.std() / np.sqrt(225)
    assert (high - low) / 2 == pytest.approx(half, rel=0.05)


def test_holm_keeps_the_order_and_never_passes_one() -> None:
    assert adjust_holm([0.5, 0.001, 0.9]) == (1.0, 0.003, 1.0)
    assert adjust_holm([]) == ()
