"""Naming: what is typed for a value of a facet → the values of an index that it names, begins, or nearly is."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from osce_search.index.distance import Words
from osce_search.query import MISSING
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import fold, vocabulary

_LONGEST = 200
"""Characters of a name: nothing is called nearly like a longer text."""

_CLOSE = 5
"""Letters of a name of which one may be wrong."""


_LIKELY = 0.7
"""How much like a name, from 0 to 1, something must be to have been meant for it; below, Atlantis were Albania."""

_MOST = 3
"""Values that are called the nearest."""

_REMEMBERED = 100
"""Texts whose nearest values are remembered: a note names them, and a suggestion tries them."""

_FEW = 12
"""Values that are told where none is like what was typed."""


class Names:
    """What the values of a facet in an index are called: value, label, and the other names in its vocabulary.

    Case, diacritics and punctuation make no difference. `ordinals` has the values, `labels` what each is called.
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
        """Folded names, each with the values that it may mean and its rank: label, value, other name."""
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
        """The one value of the index that is called so, or None where there is none, or several are.

        >>> Names("place", {"Osh": 1}, {"Osh": "Osh"}).resolve("OSH")
        'Osh'
        """
        if typed in self._ordinals:
            return typed
        found = {value for value, _ in self._keys.get(fold(typed), ())}
        return found.pop() if len(found) == 1 else None

    def __contains__(self, value: object) -> bool:
        """Whether the index has a value."""
        return value in self._ordinals

    def knows(self, value: str) -> bool:
        """Whether the index or the vocabulary has a value."""
        return (
            value == MISSING
            or value in self._ordinals
            or bool(self._vocabulary and value in self._vocabulary)
        )

    def begin(self, prefix: str) -> dict[str, int]:
        """The values with a name of which a word begins so, the best with rank 0: its label does.

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
        """Values that are called nearly so, the nearest first: of the index, or else of the vocabulary.

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
        """Those of the nearest values that may well have been meant, and are not only less unlike than others."""
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
        """The values of the index of which a name is one or two letters away."""
        wanted = fold(typed)
        distance = 1 if len(wanted) <= _CLOSE else 2
        found: dict[str, None] = {}
        for _, key in self._words.within(wanted, distance) if len(wanted) > 1 else ():
            found.update(dict.fromkeys(value for value, _ in self._keys[key]))
        return tuple(found)[:_MOST]

    def label(self, value: str) -> str:
        """What a value of the index or of the vocabulary is called."""
        found = self._labels.get(value)
        return found if found is not None else self._vocabulary.label(value) if self._vocabulary else value

    def outline(self) -> str:
        """Which values the index has, in a few words: all of a few, the ends of a row of years; else nothing.

        >>> Names("language", {"en": 0, "sr": 1}, {"en": "en", "sr": "sr"}).outline()
        'its values are en, sr'
        """
        values = sorted(self._ordinals)
        if facet_of(self._facet).derived and len(values) > 1:
            return f"its values run from {values[0]} to {values[-1]}"
        return f"its values are {', '.join(values)}" if 0 < len(values) <= _FEW else ""
