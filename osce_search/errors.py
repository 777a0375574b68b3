"""Errors: one tree of exceptions. Every message says what happened, where, and what to do.

OsceSearchError
├── QueryError              a query that cannot be read as asked (exit code 2)
│   ├── LimitExceeded       a query larger than a limit
│   ├── UnknownFacet        no facet of that name
│   ├── UnknownValue        no such value of a facet
│   └── CapabilityMissing   a query that this back end cannot answer
├── SourceError             a source of releases that cannot be read
│   ├── ExtractionError     a page
│   └── RecordError         a line of JSONL
├── VocabularyError         a table of controlled values that contradicts itself
├── IndexUnavailable        there is no usable index (exit code 3)
│   ├── IndexMissing        the directory holds no index of osce-search
│   ├── IndexDamaged        a file is missing, cut short or altered
│   ├── IndexIncompatible   written in another format
│   └── IndexLocked         another process writes to the index
├── BudgetExceeded          a query that took more time or memory than allowed (exit code 4)
├── SettingsError           a settings file that cannot be used (exit code 2)
└── EvaluationError         topics, judgements or runs that cannot be used (exit code 2)
    └── GateFailed          ranking fell below the pinned baseline (exit code 5)
"""

from __future__ import annotations

import os
from collections.abc import Sequence

__all__ = [
    "BudgetExceeded",
    "CapabilityMissing",
    "EvaluationError",
    "ExtractionError",
    "GateFailed",
    "IndexDamaged",
    "IndexIncompatible",
    "IndexLocked",
    "IndexMissing",
    "IndexUnavailable",
    "LimitExceeded",
    "OsceSearchError",
    "QueryError",
    "RecordError",
    "SettingsError",
    "SourceError",
    "UnknownFacet",
    "UnknownValue",
    "VocabularyError",
]


def _index_option(path: object) -> str:
    """Return the option that names the index at a path, or the index that the file at this path belongs to."""
    text = str(path)
    return f"--index {text if os.path.isdir(text) else os.path.dirname(text) or '.'}"


class OsceSearchError(Exception):
    """Base class of every error that this package raises on purpose. Errors pickle, and so cross processes."""

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, dict(vars(self)))


def _restore(
    kind: type[OsceSearchError], arguments: tuple[object, ...], fields: dict[str, object]
) -> OsceSearchError:
    """Return a pickled error without calling its constructor, whose arguments are not those of the message."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(fields)
    return error


class QueryError(OsceSearchError):
    """A query cannot be read as asked.

    `position` is the offset of the character at fault, and `suggestion` what to type instead; None if unknown.
    """

    def __init__(self, message: str, *, position: int | None = None, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.position = position
        self.suggestion = suggestion


class LimitExceeded(QueryError):
    """A query is larger than a limit: `name` says of what, and `limit` is the maximum."""

    def __init__(self, message: str, *, name: str, limit: int) -> None:
        super().__init__(message)
        self.name = name
        self.limit = limit


class UnknownFacet(QueryError):
    """There is no facet called `name`."""

    def __init__(self, name: str, known: Sequence[str], suggestion: str | None = None) -> None:
        hint = f"; did you mean {suggestion}?" if suggestion else ""
        super().__init__(
            f"there is no facet called {name!r}{hint} (the facets are {', '.join(known)})",
            suggestion=suggestion,
        )
        self.name = name


class UnknownValue(QueryError):
    """A facet does not have a value; `nearest` holds the most similar values.

    The message shows them with their `labels`, or else the `hint`, which says what values there are.
    """

    def __init__(
        self, facet: str, value: str, nearest: Sequence[str] = (), labels: Sequence[str] = (), hint: str = ""
    ) -> None:
        shown = [
            near if label.lower().replace(" ", "-") == near.lower() else f"{near} ({label})"
            for near, label in zip(nearest, labels or nearest, strict=True)
        ]
        if shown:
            hint = f"the nearest {'is' if len(shown) == 1 else 'are'} {', '.join(shown)}"
        super().__init__(
            f"the facet {facet} has no value {value!r}{hint and '; '}{hint}",
            suggestion=nearest[0] if nearest else None,
        )
        self.facet = facet
        self.value = value
        self.nearest = tuple(nearest)


class CapabilityMissing(QueryError):
    """A back end cannot answer a query; `capabilities` names what it lacks (docs/python.md)."""

    def __init__(self, capabilities: Sequence[str]) -> None:
        super().__init__(
            f"this back end cannot answer the question: it lacks {', '.join(capabilities)}; "
            "ask without it, or ask a local index"
        )
        self.capabilities = tuple(capabilities)


class SourceError(OsceSearchError):
    """A source of releases cannot be read; `source` names it and `reason` says why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class ExtractionError(SourceError):
    """A page is not a release, or is too large or too deep to parse."""


class RecordError(SourceError):
    """A line of JSONL is not a release record."""


class VocabularyError(OsceSearchError):
    """A table of controlled values contradicts itself."""


class IndexUnavailable(OsceSearchError):
    """There is no usable index at `path`."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class IndexMissing(IndexUnavailable):
    """The directory does not exist or holds no index of osce-search."""


class IndexDamaged(IndexUnavailable):
    """A file of the index is missing, cut short or altered; `path` names it."""

    def __init__(self, path: object, reason: str) -> None:
        index = _index_option(path)
        super().__init__(
            f"{path}: {reason}; keep what can be read with: osce-search verify --repair {index}, or build the index "
            f"anew with: osce-search index SOURCE… --rebuild {index}",
            path=str(path),
        )


class IndexIncompatible(IndexUnavailable):
    """The index is in a format that this version does not read."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}; build the index anew with: osce-search index SOURCE… --rebuild {_index_option(path)}",
            path=str(path),
        )


class IndexLocked(IndexUnavailable):
    """Another process writes to the index."""


class BudgetExceeded(OsceSearchError):
    """A query took more time or memory than allowed."""


class SettingsError(OsceSearchError):
    """A settings file cannot be read, or sets what does not exist; the message names the file."""


class EvaluationError(OsceSearchError):
    """Topics, judgements or a run cannot be used; the message names file and line."""


class GateFailed(EvaluationError):
    """A ranking fell below the pinned baseline; `failures` says for which topics, and by how much."""

    def __init__(self, message: str, failures: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)
