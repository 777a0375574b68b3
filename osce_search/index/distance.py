"""Distance: a word × many words → the words within a number of edits of it.

An edit is an insertion, a deletion, a substitution or a swap of two adjacent letters: the optimal string alignment
distance (Damerau 1964, Wagner and Fischer 1974). NumPy fills the tables of all words at once, which takes nanoseconds
for a word where Python takes microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]

_ONE = np.int16(1)
_BITS = np.array([number.bit_count() for number in range(256)], np.uint8)


class Words:
    """Words that can be searched by their distance to another word."""

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
        self._alphabets: dict[int, npt.NDArray[np.uint64]] = {}

    def within(self, word: str, distance: int) -> list[tuple[int, str]]:
        """Return the words within a distance, the nearest first, each with its distance.

        >>> Words(["election", "elections", "selection", "nation"]).within("elecion", 1)
        [(1, 'election')]
        """
        alphabet = 0
        for letter in word:
            alphabet |= 1 << (ord(letter) & 63)
        likely: list[tuple[int, Places]] = []
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            if length in self._letters:
                # One edit removes at most one letter and adds at most one.
                different = self._alphabet(length) ^ np.uint64(alphabet)
                bits = _BITS[different.view(np.uint8)].reshape(-1, 8).sum(axis=1, dtype=np.int64)
                likely.append((length, (bits <= 2 * distance).nonzero()[0]))
        words = [self._words[length][place] for length, places in likely for place in places.tolist()]
        if not words:
            return []
        letters = np.zeros((len(word) + distance, len(words)), np.uint32)
        lengths = np.repeat([length for length, _ in likely], [len(places) for _, places in likely])
        start = 0
        for length, places in likely:
            letters[:length, start : start + len(places)] = self._letters[length][:, places]
            start += len(places)
        distances = _distances(word, letters, lengths.astype(np.int64))
        found = np.flatnonzero(distances <= distance).tolist()
        return sorted((int(distances[place]), words[place]) for place in found)

    def _alphabet(self, length: int) -> npt.NDArray[np.uint64]:
        """Return the letters of each word of a length as bits; letters that are 64 code points apart share one."""
        found = self._alphabets.get(length)
        if found is None:
            bits = np.left_shift(np.uint64(1), (self._letters[length] & 63).astype(np.uint64))
            found = self._alphabets[length] = np.bitwise_or.reduce(bits, axis=0)
        return found


def _distances(word: str, letters: npt.NDArray[np.uint32], lengths: Places) -> npt.NDArray[np.int16]:
    """Return the distance of a word to each column of `letters`, whose first `lengths` rows spell a word."""
    length, count = letters.shape
    previous: Sequence[npt.NDArray[np.int16]] = []
    row = [np.full(count, place, np.int16) for place in range(length + 1)]
    same_before: Sequence[npt.NDArray[np.bool_]] = []
    for number, letter in enumerate(map(ord, word), 1):
        same = letters == letter
        following = [np.full(count, number, np.int16)]
        for place in range(1, length + 1):
            cell = np.minimum(row[place], following[place - 1]) + _ONE
            np.minimum(cell, row[place - 1] + ~same[place - 1], out=cell)
            if number > 1 and place > 1:
                swapped = same[place - 2] & same_before[place - 1]
                cell = np.where(swapped, np.minimum(cell, previous[place - 2] + _ONE), cell)
            following.append(cell)
        previous, row, same_before = row, following, same
    # A cell depends only on the letters before it, so the padding after a word changes nothing.
    return np.stack(row)[lengths, np.arange(count)]
