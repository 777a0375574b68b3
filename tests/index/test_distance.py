"""The words within a distance are those that a plain computation finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from osce_search.index.distance import Words

words = st.text("abcdeé\u0431\u00e2", min_size=1, max_size=7)


def distance(left: str, right: str) -> int:
    """Count the insertions, deletions, substitutions and swaps of adjacent letters from one word to another."""
    table = {(i, 0): i for i in range(len(left) + 1)} | {(0, j): j for j in range(len(right) + 1)}
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            cell = min(
                table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (left[i - 1] != right[j - 1])
            )
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                cell = min(cell, table[i - 2, j - 2] + 1)
            table[i, j] = cell
    return table[len(left), len(right)]


@given(st.sets(words, max_size=30), words, st.integers(1, 2))
def test_exactly_the_words_within_a_distance_are_found(known: set[str], word: str, most: int) -> None:
    expected = sorted((apart, other) for other in known if (apart := distance(word, other)) <= most)
    assert Words(known).within(word, most) == expected
