"""Lazy results: results, facet counts and hits that make a field when it is first read."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self, TypeVar, overload

from osce_search.engine.match.occurrences import terms_of
from osce_search.engine.rank.relevance import Ranked
from osce_search.engine.show.explanation import Reasons
from osce_search.engine.show.highlight import Run, find_runs, highlight
from osce_search.index.reader import Snapshot
from osce_search.query import Node
from osce_search.release import Release
from osce_search.results import Explanation, FacetCounts, Hit, Results, Snippet

_KEPT = 1000
"""The number of hits up to which a page keeps its hits; a longer page makes them anew whenever they are read."""

_BATCH = 16
"""The number of hits that are read together once a second hit of a page is looked at."""

Made = TypeVar("Made")


class Source(Protocol):
    """What a lazy value reads its fields from."""

    def read(self, name: str, place: int) -> Mapping[str, object]:
        """Return fields by name, among them the field `name`; `place` is the place of a hit on its page."""
        ...


class _Lazy:
    """A value that stands for a frozen dataclass and makes a field when it is first read.

    It equals a plain value with the same fields, and it is pickled and copied as a plain value.
    """

    __slots__ = ()
    plain: ClassVar[Any]
    _from: tuple[Source, int]

    @classmethod
    def later(cls, source: Source, place: int = 0) -> Self:
        """Return a value whose fields are read from a source when they are needed."""
        value = cls.__new__(cls)
        object.__setattr__(value, "_from", (source, place))
        return value

    def __getattr__(self, name: str) -> Any:
        # Python calls this only for a field that is not set yet.
        if name not in self.plain.__dataclass_fields__:
            raise AttributeError(f"{self.plain.__name__!r} object has no attribute {name!r}")
        source, place = self._from
        made = source.read(name, place)
        for field, value in made.items():
            object.__setattr__(self, field, value)
        return made[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self.plain):
            return NotImplemented
        return self._values() == tuple([getattr(other, name) for name in self.plain.__dataclass_fields__])

    def __hash__(self) -> int:
        return hash(self._values())

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return self.plain, self._values()

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.plain.__dataclass_fields__])


class LazyResults(_Lazy, Results):
    """Results whose hits, facet counts, canonical text and receipt are made when they are read."""

    __slots__ = ("_from",)
    plain = Results


class LazyFacetCounts(_Lazy, FacetCounts):
    """Facet counts whose buckets are listed when they are read."""

    __slots__ = ("_from",)
    plain = FacetCounts


class LazyHit(_Lazy, Hit):
    """A hit whose release is read from the index when it is looked at."""

    __slots__ = ("_from",)
    plain = Hit


class Page:
    """One page of ranked documents, from which its hits are read.

    The first hit that is looked at is read alone. The second one is read together with those that follow it.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        tree: Node,
        ranked: Ranked,
        folded: list[int] | None,
        explain: Callable[[int], Explanation | None] | None,
    ) -> None:
        self._snapshot = snapshot
        self._tree = tree
        self._docs: list[int] = ranked.docs.tolist()
        self._scores: list[float] = ranked.scores.tolist()
        self._folded = folded
        self._explain = explain
        self._releases: dict[int, Release] = {}
        self._snippets: dict[int, tuple[Snippet, ...]] = {}

    def __len__(self) -> int:
        return len(self._docs)

    def hits(self) -> Sequence[Hit]:
        """Return the hits of the page: a tuple, or a sequence that makes them anew if there are more than 1,000."""
        places = range(len(self))
        return tuple(self.make(places)) if len(self) <= _KEPT else _LongPage(self, places)

    def make(self, places: range) -> list[Hit]:
        """Make the hits at some places."""
        chosen = slice(places.start, places.stop)
        ids = self._snapshot.ids(self._docs[chosen])
        hits: list[Hit] = []
        make, write = LazyHit.__new__, object.__setattr__
        for place, id, score in zip(places, ids, self._scores[chosen], strict=True):
            hit = make(LazyHit)
            write(hit, "_from", (self, place))
            write(hit, "id", id)
            write(hit, "score", score)
            hits.append(hit)
        return hits

    def read(self, name: str, place: int) -> Mapping[str, object]:
        """Return fields of the hit at a place of the page."""
        if name == "snippets":
            return {name: self._read_ahead(self._snippets, self._highlight, place)}
        if name == "matched":
            return {name: self._reasons.of(self._docs[place])}
        release = self._read_ahead(self._releases, self._load, place)
        made = {"title": release.title, "date": release.date, "url": release.url, "release": release}
        folded = self._folded[place] if self._folded else 0
        explanation = self._explain(self._docs[place]) if self._explain else None
        return {**made, "folded": folded, "explanation": explanation}

    def _read_ahead(self, made: dict[int, Made], make: Callable[[range], Sequence[Made]], place: int) -> Made:
        found = made.get(place)
        if found is None:
            stop = min(place + _BATCH, len(self)) if made else place + 1
            if len(self) > _KEPT:
                made.clear()
            places = range(place, stop)
            values = make(places)
            made.update(zip(places, values, strict=True))
            found = values[0]
        return found

    def _load(self, places: range) -> list[Release]:
        return [self._snapshot.release(doc) for doc in self._docs[places.start : places.stop]]

    def _highlight(self, places: range) -> list[tuple[Snippet, ...]]:
        releases = [self._read_ahead(self._releases, self._load, place) for place in places]
        return highlight(releases, self._runs)

    @functools.cached_property
    def _runs(self) -> tuple[Run, ...]:
        return find_runs(self._tree, functools.partial(terms_of, self._snapshot))

    @functools.cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self._snapshot, self._tree)


class _LongPage(Sequence[Hit]):
    """A page that makes its hits whenever they are read, so that a walk does not hold all releases in memory."""

    __slots__ = ("_page", "_places")

    def __init__(self, page: Page, places: range) -> None:
        self._page = page
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        number = self._places[place]
        return self._page.make(range(number, number + 1))[0]

    def __iter__(self) -> Iterator[Hit]:
        for start in range(0, len(self), _KEPT):
            yield from self._page.make(self._places[start : start + _KEPT])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type, tuple[tuple[Hit, ...]]]:
        return tuple, (tuple(self),)
