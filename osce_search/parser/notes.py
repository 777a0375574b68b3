"""Notes: where a question was not read as typed, or the error that says so under strict reading."""

from __future__ import annotations

from collections.abc import Mapping

from osce_search.errors import QueryError, UnknownValue
from osce_search.parser.limits import MAX_NOTES, MAX_SUGGESTING

__all__ = ["Notes", "excerpt"]


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
