"""Searcher: the right half of the way in one function: match, score, filter, count, rank, show → Results."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from osce_search.engine.counting import FacetGroup
from osce_search.engine.diagnosis import dropped, suggestions
from osce_search.engine.expansion import expand
from osce_search.engine.highlight import Wanted, snippets, wanted
from osce_search.engine.matching import CACHE, Matcher
from osce_search.engine.occurrences import terms_of
from osce_search.engine.profiles import profile
from osce_search.engine.ranking import top
from osce_search.index.reader import FacetValues, Snapshot
from osce_search.query import MISSING, And, DateRange, FacetRequest, Node, Or, Query, Tags, print_query
from osce_search.results import (
    Bucket,
    Dropped,
    Explanation,
    FacetCounts,
    Hit,
    Other,
    Receipt,
    Results,
    Suggestion,
)
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

__all__ = ["Searcher"]

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Searcher:
    """Answers questions over one snapshot; safe to share between threads."""

    def __init__(self, snapshot: Snapshot, software: str = "", cache: int = CACHE) -> None:
        self.snapshot = snapshot
        self._software = software
        self._cache = cache
        self._matchers: dict[str, Matcher] = {}
        self._groups: dict[tuple[tuple[str, ...], Tags], FacetGroup] = {}
        self._labels: dict[str, Mapping[str, str]] = {}
        self._lock = threading.Lock()

    def matcher(self, name: str) -> Matcher:
        """The matcher of a ranking profile."""
        found = self._matchers.get(name)
        if found is None:
            with self._lock:
                found = self._matchers.setdefault(name, Matcher(self.snapshot, profile(name), self._cache))
        return found

    def forget(self) -> None:
        """Drop what was kept from earlier questions: the next one finds everything as the first did."""
        for matcher in self._matchers.values():
            matcher.forget()

    def search(self, query: Query) -> Results:
        """The answer to a question."""
        matcher = self.matcher(query.profile)
        notes = query.notes
        relaxed = False
        tree, expansions = expand(query.tree, self.snapshot) if query.expand else (query.tree, ())
        counted = self._narrow(matcher, tree, query)
        without: tuple[Dropped, ...] = ()
        meant: tuple[Suggestion, ...] = ()
        if not len(counted.docs) and query.relax:
            without = dropped(query, self.count)
            meant = suggestions(query, self.snapshot, self.count)
            loose = _loosened(tree)
            if loose is not None:
                attempt = self._narrow(matcher, loose, query)
                if len(attempt.docs):
                    counted, relaxed = attempt, True
                    notes = (*notes, "no release has all of these words; these have some of them")
        order = self._order(query, counted)
        hits = _Hits(self, query, counted, order)
        facets = self._count(query, counted)
        receipt = self._receipt(query)
        return Results(
            total=len(counted.docs),
            hits=hits,
            facets=facets,
            read_as=receipt.question,
            notes=notes,
            expansions=expansions,
            relaxed=relaxed,
            dropped=without,
            suggestions=meant,
            receipt=receipt,
        )

    def count(self, query: Query) -> int:
        """How many releases match a question as it stands, without relaxing it."""
        tree = expand(query.tree, self.snapshot)[0] if query.expand else query.tree
        return len(self._narrow(self.matcher(query.profile), tree, query).docs)

    def _receipt(self, query: Query) -> Receipt:
        generation = self.snapshot.generation
        return Receipt(
            generation.fingerprint, generation.number, print_query(query), query.profile, self._software
        )

    # ── what is counted ──────────────────────────────────────────────────────────────────────────────────────

    def _narrow(self, matcher: Matcher, tree: Node, query: Query) -> _Narrowed:
        """The matches under the date range and all filters, and what each facet is counted over."""
        matched = matcher.match(tree, query.tags)
        docs, scores = matched.docs, matched.scores
        if query.since is not None or query.until is not None:
            dated = matcher.match(And((DateRange(query.since, query.until),)), query.tags)
            mask = np.zeros(self.snapshot.size, bool)
            mask[dated.docs] = True
            kept = mask.take(docs)
            docs, scores = docs[kept], None if scores is None else scores[kept]
        if not query.filters:
            return _Narrowed(tree, docs, scores, {})
        passing: dict[str, npt.NDArray[np.bool_]] = {}
        for item in query.filters:
            mask = matcher.filter_mask(item, query.tags).take(docs)
            passing[item.facet] = passing[item.facet] & mask if item.facet in passing else mask
        everything = functools.reduce(np.logical_and, passing.values())
        without = {}
        for name in passing:
            others = [mask for other, mask in passing.items() if other != name]
            without[name] = docs[functools.reduce(np.logical_and, others)] if others else docs
        return _Narrowed(tree, docs[everything], None if scores is None else scores[everything], without)

    def _count(self, query: Query, narrowed: _Narrowed) -> _Facets:
        """Counts of each facet asked for, over the matches under all the other facets' filters."""
        together = [item.name for item in query.facets if item.name not in narrowed.without]
        counts: dict[str, Ids] = {}
        if together:
            group = self._group(tuple(together), query.tags)
            counts.update(zip(together, group.count(narrowed.docs, self.snapshot.all_docs), strict=True))
        for item in query.facets:
            if item.name in narrowed.without:
                group = self._group((item.name,), query.tags)
                counts[item.name] = group.count(narrowed.without[item.name], self.snapshot.all_docs)[0]
        return _Facets(self, query, narrowed, counts)

    def _group(self, names: tuple[str, ...], tags: Tags) -> FacetGroup:
        found = self._groups.get((names, tags))
        if found is None:
            found = FacetGroup([self.snapshot.facet(name, tags) for name in names])
            self._groups[names, tags] = found
        return found

    def labels(self, name: str) -> Mapping[str, str]:
        """The label of each value of a facet."""
        found = self._labels.get(name)
        if found is None:
            values = self.snapshot.facet(name).values
            table = facet_of(name).vocabulary
            known = vocabulary(table) if table else None
            found = {value: known.label(value) if known else value for value in values}
            self._labels[name] = found
        return found

    # ── what comes first ─────────────────────────────────────────────────────────────────────────────────────

    def _order(self, query: Query, narrowed: _Narrowed) -> Ids:
        """Places among the matches of the page that was asked for."""
        count = len(narrowed.docs) if query.limit is None else query.offset + query.limit
        ties = self.snapshot.tie_rank
        if query.sort == "relevance":
            places = top(narrowed.docs, narrowed.scores, ties, count)
        elif query.sort == "-date":
            places = top(narrowed.docs, None, ties, count)
        elif query.sort == "date":
            places = top(narrowed.docs, None, self.snapshot.oldest_first, count)
        else:
            places = top(narrowed.docs, None, self.snapshot.title_rank, count)
        return places[query.offset :]


class _Narrowed:
    """The matches that are answered, and for each filtered facet the matches under the other filters alone."""

    __slots__ = ("docs", "scores", "tree", "without")

    def __init__(self, tree: Node, docs: Ids, scores: Floats | None, without: dict[str, Ids]) -> None:
        self.tree = tree
        self.docs = docs
        self.scores = scores
        self.without = without


class _Hits(Sequence[Hit]):
    """Hits that are read from the index when they are looked at."""

    __slots__ = ("_docs", "_query", "_scores", "_searcher", "_tree", "_wanted")

    def __init__(self, searcher: Searcher, query: Query, narrowed: _Narrowed, order: Ids) -> None:
        self._searcher = searcher
        self._query = query
        self._tree = narrowed.tree
        self._docs: list[int] = narrowed.docs.take(order).tolist()
        scores = narrowed.scores if query.sort == "relevance" else None
        self._scores: list[float] = [0.0] * len(self._docs) if scores is None else scores.take(order).tolist()
        self._wanted: Wanted | None = None

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
        name = self._searcher.snapshot.id
        return [(name(doc), score) for doc, score in zip(self._docs, self._scores, strict=True)]

    def _hit(self, number: int) -> Hit:
        doc, score = self._docs[number], self._scores[number]
        searcher = self._searcher
        release = searcher.snapshot.release(doc)
        if self._wanted is None:
            self._wanted = wanted(self._tree, functools.partial(terms_of, searcher.snapshot))
        return Hit(
            release.id,
            release.title,
            release.date,
            release.url,
            score,
            snippets(release.title, release.lead, release.body, self._wanted),
            release,
            self._explain(doc) if self._query.explain else None,
        )

    def _explain(self, doc: int) -> Explanation | None:
        return self._searcher.matcher(self._query.profile).explain(self._tree, doc)


class _Facets(Mapping[str, FacetCounts]):
    """Counts by facet, of which the values are listed when they are looked at."""

    __slots__ = ("_counts", "_made", "_narrowed", "_query", "_requests", "_searcher")

    def __init__(self, searcher: Searcher, query: Query, narrowed: _Narrowed, counts: dict[str, Ids]) -> None:
        self._searcher = searcher
        self._query = query
        self._narrowed = narrowed
        self._counts = counts
        self._requests = {item.name: item for item in query.facets}
        self._made: dict[str, FacetCounts] = {}

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[str]:
        return iter(self._requests)

    def __getitem__(self, name: str) -> FacetCounts:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(self._requests[name])
        return found

    def _make(self, request: FacetRequest) -> FacetCounts:
        name = request.name
        counts = self._counts[name]
        searcher = self._searcher
        values = searcher.snapshot.facet(name, self._query.tags)
        labels = searcher.labels(name)
        selected = {
            value
            for item in self._query.filters
            if item.facet == name and item.mode != "none"
            for value in item.values
        }
        docs = self._narrowed.without.get(name, self._narrowed.docs)
        lifts = _lifts(counts, values.totals, len(docs), searcher.snapshot.count)
        occurring = counts[1:].nonzero()[0] + 1
        chosen = _ordered(occurring, request, counts, lifts, values, labels)
        listed = chosen if request.limit is None else chosen[: request.limit]
        shown = set(listed)
        listed += [n for n in map(values.ordinals.get, sorted(selected)) if n is not None and n not in shown]
        buckets = tuple(
            Bucket(
                value := values.values[number - 1],
                labels[value],
                int(counts[number]),
                value in selected,
                int(values.totals[number]),
                round(float(lifts[number]), 4) if request.order == "lift" else None,
            )
            for number in listed
        )
        rest = set(occurring.tolist()) - set(listed)
        other = Other(len(rest), _having(values, rest, docs)) if rest else Other()
        return FacetCounts(name, facet_of(name).label, buckets, int(counts[0]), other, MISSING in selected)


def _lifts(counts: Ids, totals: Ids, hits: int, everything: int) -> Floats:
    """How many times as frequent each value is among the hits as among all releases; 0.0 where it has none."""
    if not hits:
        return np.zeros(len(counts))
    share = totals / max(everything, 1)
    return np.divide(counts / hits, share, out=np.zeros(len(counts)), where=share > 0)


LIFT_SUPPORT = 3
"""Hits that a value needs before its lift is compared: fewer say nothing."""


def _ordered(
    occurring: Ids,
    request: FacetRequest,
    counts: Ids,
    lifts: Floats,
    values: FacetValues,
    labels: Mapping[str, str],
) -> list[int]:
    """Ordinals in the order asked for; ties by value."""
    key: Callable[[int], object]
    if request.order == "count":
        # Ordinals are in the order of values, which a stable sort keeps.
        return occurring[np.argsort(-counts[occurring], kind="stable")].tolist()  # type: ignore[no-any-return]
    if request.order == "lift":
        supported = counts[occurring] >= LIFT_SUPPORT
        order = np.lexsort((-counts[occurring], -lifts[occurring], ~supported))
        return occurring[order].tolist()  # type: ignore[no-any-return]
    if request.order == "label":
        key = lambda number: labels[values.values[number - 1]].casefold()  # noqa: E731
    else:
        key = lambda number: values.values[number - 1]  # noqa: E731
    return sorted(occurring.tolist(), key=key)


def _having(values: FacetValues, ordinals: set[int], docs: Ids) -> int:
    """How many of some documents have at least one of these ordinals."""
    wanted = np.zeros(len(values.values) + 1, bool)
    wanted[list(ordinals)] = True
    mask = wanted[values.first.take(docs)]
    if len(values.more_docs):
        place = values.more_docs[wanted[values.more_ordinals]]
        at = docs.searchsorted(place)
        inside = at < len(docs)
        at = at[inside]
        mask[at[docs[at] == place[inside]]] = True
    return int(np.count_nonzero(mask))


def _loosened(tree: Node) -> Node | None:
    """The tree with its required words made alternatives; what filters or excludes stays."""
    if not isinstance(tree, And):
        return None
    words = tuple(child for child in tree.children if child.__class__.__name__ in _LOOSE)
    rest = tuple(child for child in tree.children if child.__class__.__name__ not in _LOOSE)
    if len(words) < 2:
        return None
    return And((Or(words), *rest)) if rest else Or(words)


_LOOSE = {"Word", "Phrase", "Prefix", "Fuzzy", "Near", "Or"}
