"""Notes: where a query is not read as typed; and the limits past which it is refused."""

from __future__ import annotations

from collections.abc import Mapping

from osce_search.errors import LimitExceeded, QueryError, UnknownValue

# No query that a person typed has come near these limits; a pasted paragraph is within them.
MAX_LENGTH = 10_000
"""Maximum number of characters in a query."""

MAX_TERMS = 1_000
"""Maximum number of words, words of phrases, facet values and dates in a query."""

MAX_PHRASE = 64
"""Maximum number of words in a phrase."""

MAX_NOTES = 20
"""Maximum number of notes on a query; a last note gives the number of the others."""

_MAX_SUGGESTIONS = 3
"""Maximum number of unknown values in a query for which the nearest values are looked up."""

_MEANING = {
    "length": "characters in a query",
    "terms": "words in a query",
    "phrase": "words in a phrase",
    "depth": "parentheses within parentheses",
}


def check_limit(name: str, found: int, limit: int) -> None:
    """Raise LimitExceeded if more was found than the limit allows.

    >>> check_limit("phrase", 65, 64)
    Traceback (most recent call last):
    ...
    osce_search.errors.LimitExceeded: 65 words in a phrase are too many: the limit is 64; shorten the query
    """
    if found > limit:
        message = f"{found:,} {_MEANING[name]} are too many: the limit is {limit:,}; shorten the query"
        raise LimitExceeded(message, name=name, limit=limit)


class Notes:
    """The notes collected while a query is read. If `strict`, the first one is raised as a QueryError."""

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self._notes: dict[str, None] = {}
        self._more = 0
        self._unknown = 0

    @property
    def full(self) -> bool:
        """Whether another note would only be counted, so that its text need not be worked out."""
        return len(self._notes) >= MAX_NOTES

    @property
    def suggesting(self) -> bool:
        """Whether the next unknown value shall come with the nearest values, which take time to find."""
        return self._unknown < _MAX_SUGGESTIONS and not self.full

    def add(self, problem: str, reading: str, position: int, suggestion: str | None = None) -> None:
        """Note a problem and how it was read; raise it as a QueryError if the notes are strict.

        `position` is the offset of the character at fault; `suggestion` is what to type instead.
        """
        if self.strict:
            advice = f"; write {suggestion}" if suggestion else ""
            raise QueryError(
                f"{problem} (at character {position + 1}){advice}", position=position, suggestion=suggestion
            )
        self._keep(f"{problem}: {reading}")

    def add_unknown_value(self, facet: str, value: str, nearest: Mapping[str, str], position: int) -> None:
        """Note a value that the facet's vocabulary lacks; raise UnknownValue if the notes are strict.

        `nearest` maps the most similar values to their labels.
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
        """Return the notes in the order in which they were added."""
        more = (f"and {self._more} more notes of this kind",) if self._more else ()
        return (*self._notes, *more)


def excerpt(text: str, size: int = 40) -> str:
    """Return the text, cut to at most `size` characters.

    >>> excerpt("observation " * 9, 30)
    'observation observation obser…'
    """
    return text if len(text) <= size else text[: size - 1] + "…"
