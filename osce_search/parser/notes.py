"""Notes: where a question was not read as typed, and the limits past which it is not read at all."""

from __future__ import annotations

from collections.abc import Mapping

from osce_search.errors import LimitExceeded, QueryError, UnknownValue

MAX_LENGTH = 10_000
"""Characters in a question."""

MAX_TERMS = 1_000
"""Words, words of phrases, facet values and dates in a question."""

MAX_PHRASE = 64
"""Words in one phrase."""

MAX_NOTES = 20
"""Notes on one question; what is left out is counted in a last one."""

MAX_SUGGESTING = 3
"""Unknown values of a question for which the nearest ones are looked for."""

_MEANING = {
    "length": "characters in a question",
    "terms": "words in a question",
    "phrase": "words in a phrase",
    "depth": "parentheses within parentheses",
}


def check_limit(name: str, found: int, limit: int) -> None:
    """Nothing, or LimitExceeded where more was found than the limit allows.

    >>> check_limit("phrase", 65, 64)
    Traceback (most recent call last):
    ...
    osce_search.errors.LimitExceeded: 65 words in a phrase are too many: the limit is 64; shorten the question
    """
    if found > limit:
        raise LimitExceeded(
            f"{found:,} {_MEANING[name]} are too many: the limit is {limit:,}; shorten the question",
            name=name,
            limit=limit,
        )


class Notes:
    """Collects notes while a question is read; `strict` makes the first of them a QueryError."""

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self._notes: dict[str, None] = {}
        self._more = 0
        self._unknown = 0

    @property
    def full(self) -> bool:
        """Whether there is no room for another note, so that working out its text is work for nothing."""
        return len(self._notes) >= MAX_NOTES

    @property
    def suggesting(self) -> bool:
        """Whether the nearest values of an unknown one are worth the time that finding them takes."""
        return self._unknown < MAX_SUGGESTING and not self.full

    def add(self, problem: str, reading: str, position: int, suggestion: str | None = None) -> None:
        """Note a problem and how it was read; under strict reading raise it instead.

        `position` is the offset of the character at fault, `suggestion` what to type instead.
        """
        if self.strict:
            advice = f"; write {suggestion}" if suggestion else ""
            raise QueryError(
                f"{problem} (at character {position + 1}){advice}", position=position, suggestion=suggestion
            )
        self._keep(f"{problem}: {reading}")

    def add_unknown_value(self, facet: str, value: str, nearest: Mapping[str, str], position: int) -> None:
        """Note a facet value that is not in its vocabulary; under strict reading raise UnknownValue.

        `nearest` are values like it with their labels.
        """
        self._unknown += 1
        error = UnknownValue(facet, value, tuple(nearest), tuple(nearest.values()))
        if self.strict:
            error.position = position
            raise error
        self._keep(f"{error}: searched as typed")

    def _keep(self, note: str) -> None:
        if note in self._notes:
            return
        if self.full:
            self._more += 1
        else:
            self._notes[note] = None

    def texts(self) -> tuple[str, ...]:
        """The notes in the order in which they came up."""
        more = (f"and {self._more} more notes of this kind",) if self._more else ()
        return (*self._notes, *more)


def excerpt(text: str, size: int = 40) -> str:
    """The text, cut to a size that fits a note.

    >>> excerpt("observation " * 9, 30)
    'observation observation obser…'
    """
    return text if len(text) <= size else text[: size - 1] + "…"
