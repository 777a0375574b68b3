"""Statistics: is a difference between two runs more than chance? Paired, over topics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["FEW", "adjust_holm", "bootstrap_interval", "permutation_test"]

Floats = npt.NDArray[np.float64]

FEW = 50
"""Topics under which a mean moves by a point for no reason (Voorhees and Buckley, SIGIR 2002: 50 topics at least)."""

_EXACT = 16
"""Topics up to which every one of the 2^n sign patterns is tried."""

_BATCH = 1000


def permutation_test(differences: Sequence[float], rounds: int = 100_000, seed: int = 0) -> float:
    """The two-sided p-value of a mean difference, by changing signs at random.

    Under the hypothesis that the two runs are alike, each topic's difference could as well have the other
    sign (Smucker, Allan and Carterette, CIKM 2007). Up to 16 topics all patterns are tried and p is exact;
    beyond, `rounds` random ones, with the observed one counted among them, so that p is never 0. The same
    `seed` gives the same p.

    >>> permutation_test([1.0, 1.0, 1.0])
    0.25
    """
    values = np.asarray(differences, np.float64)
    values = values[values != 0]
    if not len(values):
        return 1.0
    # Sums that are equal on paper differ in the last digits, by the order in which they were added.
    observed = abs(float(values.sum())) - 1e-12 * float(np.abs(values).sum())
    if len(values) <= _EXACT:
        patterns = np.arange(1 << len(values))[:, None] >> np.arange(len(values)) & 1
        return float(np.mean(np.abs((1 - 2 * patterns) @ values) >= observed))
    generator = np.random.default_rng(seed)
    extreme = 0
    for begin in range(0, rounds, _BATCH):
        signs = generator.integers(0, 2, (min(_BATCH, rounds - begin), len(values)), np.int8) * 2.0 - 1.0
        extreme += int(np.count_nonzero(np.abs(signs @ values) >= observed))
    return (extreme + 1) / (rounds + 1)


def bootstrap_interval(
    values: Sequence[float], confidence: float = 0.95, rounds: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """The interval in which a mean would lie for other topics of the same kind, by drawing topics with replacement.

    The percentile interval of Efron; for few topics it is somewhat too narrow. The same `seed` gives the
    same interval.

    >>> bootstrap_interval([0.5, 0.5, 0.5])
    (0.5, 0.5)
    """
    array = np.asarray(values, np.float64)
    if not len(array):
        return (float("nan"), float("nan"))
    generator = np.random.default_rng(seed)
    means: list[Floats] = []
    for begin in range(0, rounds, _BATCH):
        drawn = generator.integers(0, len(array), (min(_BATCH, rounds - begin), len(array)))
        means.append(array[drawn].mean(axis=1))
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return (float(low), float(high))


def adjust_holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values made larger for having made several tests (Holm 1979), in the order given.

    >>> adjust_holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)
