"""The nearest documents are those of a plain comparison of all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.index import neighbours
from osce_search.index.neighbours import LEAST, UNIT, find_nearest, order_of

Vector = dict[int, int]


@st.composite
def vectors(draw: st.DrawFn) -> list[Vector]:
    row = st.dictionaries(st.integers(0, 6), st.integers(1, 9), max_size=4)
    rows = draw(st.lists(row, min_size=1, max_size=12))
    lengths = [max(1.0, sum(weight**2 for weight in row.values()) ** 0.5) for row in rows]
    return [
        {term: round(weight * UNIT / length) for term, weight in row.items()}
        for row, length in zip(rows, lengths, strict=True)
    ]


def as_arrays(rows: list[Vector], width: int = 4) -> tuple[np.ndarray, np.ndarray]:
    # A weight of 0 may have any term.
    terms, weights = np.full((len(rows), width), 9, np.int32), np.zeros((len(rows), width), np.uint16)
    for number, row in enumerate(rows):
        terms[number, : len(row)] = list(row)
        weights[number, : len(row)] = list(row.values())
    return terms, weights


def compared(rows: list[Vector], listed: int, count: int) -> list[list[tuple[int, int]]]:
    """Return the neighbours of each row with their cosines, by comparing it with every other one."""
    lists: dict[int, list[int]] = {}
    for term in {term for row in rows for term in row}:
        having = sorted((d for d, row in enumerate(rows) if term in row), key=lambda d: (-rows[d][term], d))
        lists[term] = having[:listed] if len(having) > 1 else []
    found = []
    for doc, row in enumerate(rows):
        sums: dict[int, int] = {}
        for term, weight in row.items():
            for other in lists[term]:
                sums[other] = sums.get(other, 0) + (weight * rows[other][term] >> 13)
        alike = [
            (-min(total, UNIT), other)
            for other, total in sums.items()
            if other != doc and total >= LEAST * UNIT
        ]
        found.append([(other, -total >> 5) for total, other in sorted(alike)[:count]])
    return found


def shown(docs: np.ndarray, cosines: np.ndarray) -> list[list[tuple[int, int]]]:
    pairs = [list(zip(*row, strict=True)) for row in zip(docs.tolist(), cosines.tolist(), strict=True)]
    return [[pair for pair in row if pair[1]] for row in pairs]


@given(vectors(), st.sampled_from([(64, 12, 32), (2, 3, 5), (3, 1, 1)]))
def test_neighbours_are_those_of_a_comparison_of_all_pairs(
    rows: list[Vector], sizes: tuple[int, int, int]
) -> None:
    listed, count, block = sizes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "LISTED", listed)
        patch.setattr(neighbours, "NEAREST", count)
        patch.setattr(neighbours, "_BLOCK", block)
        assert shown(*find_nearest(*as_arrays(rows))) == compared(rows, listed, count)


def test_three_documents_computed_by_hand() -> None:
    # 0 and 1 share term 7 with 0.6 and 1; 2 shares nothing.
    terms = np.array([[7, 3], [7, 0], [5, 0]], np.int32)
    weights = np.array([[4915, 6553], [UNIT, 0], [UNIT, 0]], np.uint16)
    docs, cosines = find_nearest(terms, weights)
    assert docs[:, 0].tolist() == [1, 0, 2]
    assert cosines[:, 0].tolist() == [153, 153, 0]
    assert not cosines[:, 1:].any()
    assert docs[:, 1:].T.tolist() == [[0, 1, 2]] * 11


def test_no_documents_have_no_neighbours() -> None:
    docs, cosines = find_nearest(np.zeros((0, 4), np.int32), np.zeros((0, 4), np.uint16))
    assert docs.shape == cosines.shape == (0, 12)


def test_documents_that_do_not_fit_beside_a_weight_in_32_bits_are_compared_in_64() -> None:
    count = (1 << 19) + 1
    terms, weights = np.zeros((count, 1), np.int32), np.zeros((count, 1), np.uint16)
    weights[[5, count - 1]] = UNIT
    docs, cosines = find_nearest(terms, weights)
    assert (docs[5, 0], docs[count - 1, 0]) == (count - 1, 5)
    assert cosines[5, 0] == 255


@given(st.lists(st.sampled_from([0, 1, 65535, 65536, 70000, 1 << 20])))
def test_the_order_is_that_of_a_stable_sort(keys: list[int]) -> None:
    assert order_of(np.array(keys, np.int64)).tolist() == sorted(range(len(keys)), key=keys.__getitem__)
