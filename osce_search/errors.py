"""What can go wrong, as one tree; every message says what happened, where, and what to do.

OsceSearchError
├── QueryError              a question that cannot be read as asked (exit code 2)
│   ├── LimitExceeded       a question past a stated limit
│   ├── UnknownFacet        no facet of that name
│   ├── UnknownValue        no such value of a facet
│   └── CapabilityMissing   a question that this back end cannot answer
├── SourceError             something to be indexed that cannot be read
│   ├── ExtractionError     a page
│   └── RecordError         a line of JSONL
├── VocabularyError         a table of controlled values that contradicts itself
├── IndexUnavailable        no index to answer from (exit code 3)
│   ├── IndexMissing        nothing there, or nothing of ours
│   ├── IndexDamaged        a file is missing, cut short or altered
│   ├── IndexIncompatible   written in another format
│   └── IndexLocked         another writer is at work
├── BudgetExceeded          a question that took more than its time or memory (exit code 4)
├── SettingsError           a settings file that cannot be used (exit code 2)
└── EvaluationError         topics, judgements or runs that cannot be used (exit code 2)
    └── GateFailed          ranking fell below what was pinned (exit code 5)
"""

from __future__ import annotations

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


_REBUILD = "build the index anew with: osce-search index --rebuild"
_REPAIR = "keep what can be read with: osce-search verify --repair, or build it anew with: osce-search index --rebuild"


class OsceSearchError(Exception):
    """Base of every error this package raises on purpose."""


class QueryError(OsceSearchError):
    """A question could not be read as asked.

    `position` is the offset of the character at fault, where there is one; `suggestion` is what to
    type instead, where that is known.
    """

    def __init__(self, message: str, *, position: int | None = None, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.position = position
        self.suggestion = suggestion


class LimitExceeded(QueryError):
    """A question went past a stated limit; `limit` is that limit and `name` what it limits."""

    def __init__(self, message: str, *, name: str, limit: int) -> None:
        super().__init__(message)
        self.name = name
        self.limit = limit


class UnknownFacet(QueryError):
    """A facet was named that a release does not have."""

    def __init__(self, name: str, known: Sequence[str], suggestion: str | None = None) -> None:
        hint = f"; did you mean {suggestion}?" if suggestion else ""
        super().__init__(
            f"there is no facet called {name!r}{hint} (the facets are {', '.join(known)})",
            suggestion=suggestion,
        )
        self.name = name


class UnknownValue(QueryError):
    """A value was asked for that the facet does not have; `nearest` holds the most similar ones.

    `labels` are what those are called; where there are none, `hint` says what values there are. Both are for the
    message.
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
    """A back end cannot do what a question needs; `capabilities` names what it lacks (docs/python.md)."""

    def __init__(self, capabilities: Sequence[str]) -> None:
        super().__init__(
            f"this back end cannot answer the question: it lacks {', '.join(capabilities)}; "
            "ask without it, or ask a local index"
        )
        self.capabilities = tuple(capabilities)


class SourceError(OsceSearchError):
    """Something that was to be indexed cannot be read; `source` names it and `reason` says why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class ExtractionError(SourceError):
    """A page that is no release, or that no reader should try to parse."""


class RecordError(SourceError):
    """A line of JSONL that is no release record."""


class VocabularyError(OsceSearchError):
    """A table of controlled values contradicts itself."""


class IndexUnavailable(OsceSearchError):
    """There is no index to answer from; `path` is where one was looked for."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class IndexMissing(IndexUnavailable):
    """The directory does not exist or holds no index of this project."""


class IndexDamaged(IndexUnavailable):
    """A file of the index is missing, cut short or altered; `path` names it."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}; {_REPAIR}", path=str(path))


class IndexIncompatible(IndexUnavailable):
    """The index was written in a format that this version does not read."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}; {_REBUILD}", path=str(path))


class IndexLocked(IndexUnavailable):
    """Another writer holds the index."""


class BudgetExceeded(OsceSearchError):
    """A question took more time or memory than it may."""


class SettingsError(OsceSearchError):
    """A settings file cannot be read, or sets what does not exist; the message names the file."""


class EvaluationError(OsceSearchError):
    """Topics, judgements or a run cannot be used; the message names file and line."""


class GateFailed(EvaluationError):
    """A ranking fell below what was pinned; `failures` says which questions and by how much."""

    def __init__(self, message: str, failures: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)
