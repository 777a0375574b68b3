"""Distance: one word against many at once, by insertions, deletions, substitutions and swaps of neighbours.

The optimal string alignment distance (Damerau 1964, Wagner and Fischer 1974), its table filled for all
words of one length together: a word that Python compares in microseconds is compared here in nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Words"]


class Words:
    """Words that can be searched by likeness."""

    def __init__(self, words: Iterable[str]) -> None:
        grouped: dict[int, list[str]] = {}
        for word in words:
            grouped.setdefault(len(word), []).append(word)
        self._words = grouped
        self._letters = {
            length: np.frombuffer("".join(group).encode("utf-32-le"), np.uint32).reshape(-1, length).T.copy()
            for length, group in grouped.items()
            if length
        }

    def within(self, word: str, distance: int) -> list[tuple[int, str]]:
        """The words at most `distance` away, with their distances, the nearest first.

        >>> Words(["election", "elections", "selection", "nation"]).within("elecion", 1)
        [(1, 'election')]
        """
        found: list[tuple[int, str]] = []
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            letters = self._letters.get(length)
            if letters is not None:
                distances = _distances(word, letters)
                near = np.flatnonzero(distances <= distance).tolist()
                found.extend((int(distances[place]), self._words[length][place]) for place in near)
        return sorted(found)


def _distances(word: str, letters: npt.NDArray[np.uint32]) -> npt.NDArray[np.int16]:
    """The distance of a word to each column of `letters`, which has a row a place and a column a word."""
    length, count = letters.shape
    previous: Sequence[npt.NDArray[np.int16]] = []
    row = [np.full(count, place, np.int16) for place in range(length + 1)]
    for number, letter in enumerate(map(ord, word), 1):
        following = [np.full(count, number, np.int16)]
        for place in range(1, length + 1):
            same = letters[place - 1] == letter
            cell = np.minimum(row[place] + 1, following[place - 1] + 1)
            cell = np.minimum(cell, row[place - 1] + ~same)
            if number > 1 and place > 1:
                swapped = (letters[place - 2] == letter) & (letters[place - 1] == ord(word[number - 2]))
                cell = np.where(swapped, np.minimum(cell, previous[place - 2] + 1), cell)
            following.append(cell.astype(np.int16))
        previous, row = row, following
    return row[length]
