"""Hits: the documents of a page of the answer → hits that read their release when they are looked at.

Answer: results that print their question when somebody reads it, as most callers never do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, overload

from osce_search.query import Plan, print_query
from osce_search.release import Release
from osce_search.results import Explanation, Hit, Reason, Receipt, Results, Snippet


class Source(Protocol):
    """Where hits read what they show."""

    def id(self, doc: int) -> str:
        """The id of a document."""
        ...

    def release(self, doc: int) -> Release:
        """The release of a document."""
        ...

    def snippets(self, release: Release) -> tuple[Snippet, ...]:
        """The passages of a release that match."""
        ...

    def matched(self, doc: int) -> tuple[Reason, ...]:
        """Which parts of the question a document has, and where."""
        ...

    def explain(self, doc: int) -> Explanation | None:
        """How the score of a document came about, if that was asked for."""
        ...


class _LazyHit(Hit):
    """A hit that knows its document and score, and reads the rest once it is asked for."""

    __slots__ = ("_doc", "_folded", "_release", "_score", "_snippets", "_source")
    _doc: int
    _folded: int
    _release: Release
    _score: float
    _snippets: tuple[Snippet, ...]
    _source: Source

    def __init__(self, source: Source, doc: int, score: float) -> None:
        _SET_SOURCE(self, source)
        _SET_DOC(self, doc)
        _SET_SCORE(self, score)

    @property
    def id(self) -> str:
        return self._source.id(self._doc)

    @property
    def score(self) -> float:
        return self._score

    @property
    def release(self) -> Release:
        try:
            return self._release
        except AttributeError:
            release = self._source.release(self._doc)
            object.__setattr__(self, "_release", release)
            return release

    @property
    def title(self) -> str:
        return self.release.title

    @property
    def date(self) -> dt.date | None:
        return self.release.date

    @property
    def url(self) -> str | None:
        return self.release.url

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        try:
            return self._snippets
        except AttributeError:
            found = self._source.snippets(self.release)
            object.__setattr__(self, "_snippets", found)
            return found

    @property
    def folded(self) -> int:
        try:
            return self._folded
        except AttributeError:
            return 0

    @property
    def matched(self) -> tuple[Reason, ...]:
        return self._source.matched(self._doc)

    @property
    def explanation(self) -> Explanation | None:
        return self._source.explain(self._doc)


# A hit is frozen, and its slots are written by their descriptors, three times as fast as by name.
_SET_SOURCE, _SET_DOC, _SET_SCORE, _SET_FOLDED = (
    vars(_LazyHit)[name].__set__ for name in ("_source", "_doc", "_score", "_folded")
)


class Hits(Sequence[Hit]):
    """One page of hits; what is not looked at is not read."""

    __slots__ = ("_docs", "_folded", "_made", "_scores", "_source")

    def __init__(self, source: Source, docs: list[int], scores: list[float], folded: list[int]) -> None:
        self._source = source
        self._docs = docs
        self._scores = scores
        self._folded = folded
        self._made: dict[int, Hit] = {}

    def __len__(self) -> int:
        return len(self._docs)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(place, slice):
            return tuple(self._hit(number) for number in range(*place.indices(len(self))))
        return self._hit(range(len(self))[place])

    def __iter__(self) -> Iterator[Hit]:
        return map(self._hit, range(len(self)))

    def ranking(self) -> list[tuple[str, float]]:
        """The ids of the hits with their scores, without reading the releases."""
        return [(self._source.id(doc), score) for doc, score in zip(self._docs, self._scores, strict=True)]

    def _hit(self, number: int) -> Hit:
        hit = self._made.get(number)
        if hit is None:
            hit = _LazyHit(self._source, self._docs[number], self._scores[number])
            if self._folded:
                _SET_FOLDED(hit, self._folded[number])
            # A page of any length is walked without keeping all it read.
            if len(self._docs) <= _KEPT:
                self._made[number] = hit
        return hit


_KEPT = 1000
"""Hits of a page that are kept once they are made; those of a longer page are made anew."""


class Answer(Results):
    """Results whose `read_as` and `receipt` are made when they are looked at."""

    __slots__ = ("_make_receipt", "_question")
    _make_receipt: Callable[[], Receipt]
    _question: Plan

    def __init__(self, question: Plan, make_receipt: Callable[[], Receipt], **fields: Any) -> None:
        write = object.__setattr__
        write(self, "_question", question)
        write(self, "_make_receipt", make_receipt)
        for name, value in fields.items():
            write(self, name, value)

    @property
    def read_as(self) -> str:
        return print_query(self._question)

    @property
    def receipt(self) -> Receipt:
        return self._make_receipt()
