"""Names: a text typed for a value of a facet → the values with that name, that prefix, or a similar name."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from osce_search.index.distance import Words
from osce_search.query import MISSING
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import fold, vocabulary

_LONGEST = 200
"""The number of characters up to which similar names are looked for."""

_CLOSE = 5
"""The number of letters up to which a name may have one wrong letter; a longer name may have two."""


_LIKELY = 0.7
"""The similarity, from 0 to 1, at which a name may have been meant. With a lower one, Atlantis would be Albania."""

_MOST = 3
"""The number of nearest values."""

_REMEMBERED = 100
"""The number of texts whose nearest values are remembered: both a note and a suggestion need them."""

_FEW = 12
"""The number of values up to which `outline` lists all."""


class Names:
    """The values of a facet in an index and their names: value, label, and the other names in the vocabulary.

    Case, diacritics and punctuation make no difference.
    """

    def __init__(self, facet: str, ordinals: Mapping[str, int], labels: Mapping[str, str]) -> None:
        self._facet = facet
        self._ordinals = ordinals
        self._labels = labels
        table = facet_of(facet).vocabulary
        self._vocabulary = vocabulary(table) if table else None
        self._nearest: dict[str, tuple[str, ...]] = {}

    @functools.cached_property
    def _keys(self) -> dict[str, list[tuple[str, int]]]:
        """Map each folded name to its values, with the rank of the name: 0 a label, 1 a value, 2 another name."""
        found: dict[str, list[tuple[str, int]]] = {}
        for value in self._ordinals:
            term = self._vocabulary.term(value) if self._vocabulary else None
            others = [alias.name for alias in term.aliases] if term else []
            label = self._labels[value]
            own = ((label, 0),) if label == value else ((label, 0), (value, 1))
            for name, rank in (*own, *((other, 2) for other in others)):
                found.setdefault(fold(name), []).append((value, rank))
        return found

    @functools.cached_property
    def _words(self) -> Words:
        return Words(self._keys)

    def resolve(self, typed: str) -> str | None:
        """Return the one value of the index with that name, or None if there is none or more than one.

        >>> Names("place", {"Osh": 1}, {"Osh": "Osh"}).resolve("OSH")
        'Osh'
        """
        if typed in self._ordinals:
            return typed
        found = {value for value, _ in self._keys.get(fold(typed), ())}
        return found.pop() if len(found) == 1 else None

    def __contains__(self, value: object) -> bool:
        """Whether the index has the value."""
        return value in self._ordinals

    def knows(self, value: str) -> bool:
        """Whether the index or the vocabulary has the value."""
        return (
            value == MISSING
            or value in self._ordinals
            or bool(self._vocabulary and value in self._vocabulary)
        )

    def begin(self, prefix: str) -> dict[str, int]:
        """Map each value with a name of which a word begins with `prefix` to its rank; 0 if its label begins so.

        >>> labels = {"BA": "Bosnia and Herzegovina", "HU": "Hungary"}
        >>> Names("country", {"BA": 1, "HU": 2}, labels).begin("HER")
        {'BA': 1}
        """
        wanted = fold(prefix)
        found: dict[str, int] = {}
        for key, values in self._keys.items():
            if key.startswith(wanted):
                within = 0
            elif f" {wanted}" in key:
                within = 1
            else:
                continue
            for value, rank in values:
                place = 2 * (rank == 2) + within
                found[value] = min(place, found.get(value, place))
        return found

    def nearest(self, typed: str) -> tuple[str, ...]:
        """Return the values of the index, or else of the vocabulary, with the most similar names, the nearest first.

        >>> Names("place", {"Osh": 1, "Tirana": 2}, {"Osh": "Osh", "Tirana": "Tirana"}).nearest("Tirna")
        ('Tirana',)
        """
        if len(typed) > _LONGEST:
            return ()
        found = self._nearest.get(typed)
        if found is None:
            if len(self._nearest) == _REMEMBERED:
                self._nearest.clear()
            found = self._nearest[typed] = self._find_nearest(typed)
        return found

    def likely(self, typed: str) -> tuple[str, ...]:
        """Return those of the nearest values that are similar enough to have been meant."""
        nearest = self.nearest(typed)
        if not self._vocabulary or not nearest or self._within(typed):
            return nearest
        alike = {term.value for term in self._vocabulary.suggest(typed, _MOST, _LIKELY)}
        return tuple(value for value in nearest if value in alike)

    def _find_nearest(self, typed: str) -> tuple[str, ...]:
        found = self._within(typed)
        if not found and self._vocabulary:
            return tuple(term.value for term in self._vocabulary.suggest(typed, _MOST))
        return found

    def _within(self, typed: str) -> tuple[str, ...]:
        """Return the values of the index with a name that differs by one or two letters."""
        wanted = fold(typed)
        distance = 1 if len(wanted) <= _CLOSE else 2
        found: dict[str, None] = {}
        for _, key in self._words.within(wanted, distance) if len(wanted) > 1 else ():
            found.update(dict.fromkeys(value for value, _ in self._keys[key]))
        return tuple(found)[:_MOST]

    def label(self, value: str) -> str:
        """Return the label of a value of the index or of the vocabulary."""
        found = self._labels.get(value)
        return found if found is not None else self._vocabulary.label(value) if self._vocabulary else value

    def outline(self) -> str:
        """Return a clause that lists the values if they are few, or the first and last period; else an empty text.

        >>> Names("language", {"en": 0, "sr": 1}, {"en": "en", "sr": "sr"}).outline()
        'its values are en, sr'
        """
        values = sorted(self._ordinals)
        if facet_of(self._facet).derived and len(values) > 1:
            return f"its values run from {values[0]} to {values[-1]}"
        return f"its values are {', '.join(values)}" if 0 < len(values) <= _FEW else ""
