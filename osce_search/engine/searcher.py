"""Searcher: the right half of the way in one function: match, filter, count, rank and show → Results."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from osce_search.engine.facet.counts import CountedFacet, OrdinalCounter, describe_values
from osce_search.engine.facet.names import Names
from osce_search.engine.match.expansion import Expander
from osce_search.engine.match.filters import FilteredMatches, filter_matches
from osce_search.engine.match.matcher import Matcher
from osce_search.engine.rank.collapse import collapse, find_series
from osce_search.engine.rank.relevance import Ranked, Relevance, order_best
from osce_search.engine.resources import Cache
from osce_search.engine.scoring import profile
from osce_search.engine.show.explanation import explain_rank, explain_words
from osce_search.engine.show.lazy_results import LazyFacetCounts, LazyResults, Page
from osce_search.index.reader import Snapshot
from osce_search.query import (
    And,
    Collapse,
    DateRange,
    FacetRequest,
    Leaf,
    Near,
    Node,
    Or,
    Plan,
    Tags,
    print_query,
)
from osce_search.results import (
    RELAXED,
    Bucket,
    Dropped,
    Explanation,
    FacetCounts,
    Receipt,
    Results,
    Suggestion,
)

COUNTERS, COUNTERS_EACH = 16 << 20, 256
"""Cache size for the counters of facets: a fixed minimum plus a number of bytes for each document."""

Ids = npt.NDArray[np.int64]


class Searcher:
    """Answers plans over one snapshot. It may be shared between threads."""

    def __init__(self, snapshot: Snapshot, software: str = "", cache: int | None = None) -> None:
        self.snapshot = snapshot
        self._software = software
        self._cache = cache
        self._relevances: dict[str, Relevance] = {}
        self._counters = Cache(COUNTERS + COUNTERS_EACH * snapshot.size)
        self._empty: dict[tuple[str, Tags], list[Bucket]] = {}
        self._names: dict[str, Names] = {}
        self._groups: dict[Collapse, npt.NDArray[np.uint64]] = {}
        self._expander = Expander(snapshot)
        self._lock = threading.Lock()

    def matcher(self, name: str) -> Matcher:
        """Return the matcher of a ranking profile."""
        return self.relevance(name).matcher

    def relevance(self, name: str) -> Relevance:
        """Return the order of a ranking profile."""
        found = self._relevances.get(name)
        if found is None:
            matcher = Matcher(self.snapshot, profile(name), self._cache)
            with self._lock:
                found = self._relevances.setdefault(name, Relevance(self.snapshot, matcher))
        return found

    def forget(self) -> None:
        """Empty the caches of scores and masks, so that the next plan runs as the first did."""
        for relevance in self._relevances.values():
            relevance.matcher.forget()

    def search(self, plan: Plan) -> Results:
        """Return the answer to a plan."""
        relevance = self.relevance(plan.profile)
        tree, expansions = self._expander.expand(plan.tree) if plan.expand else (plan.tree, ())
        matches = self._match(relevance.matcher, tree, plan)
        notes, relaxed = plan.notes, False
        dropped: tuple[Dropped, ...] = ()
        suggestions: tuple[Suggestion, ...] = ()
        if not len(matches.docs) and plan.relax:
            dropped, suggestions, missing = self._find_ways_out(relevance.matcher, plan)
            notes = (*notes, *missing)
            loosened = _loosen(tree)
            if loosened is not None:
                attempt = self._match(relevance.matcher, loosened, plan)
                if len(attempt.docs):
                    matches, relaxed, notes = attempt, True, (*notes, RELAXED)
        ranked, folded = self._rank(plan, relevance, matches)
        explain = functools.partial(self._explain, plan, matches, ranked) if plan.explain else None
        fields = {
            "total": len(matches.docs),
            "notes": notes,
            "expansions": expansions,
            "relaxed": relaxed,
            "dropped": dropped,
            "suggestions": suggestions,
        }
        makers: dict[str, Callable[[], object]] = {
            "hits": Page(self.snapshot, matches.tree, ranked, folded, explain).hits,
            "facets": self.count_facets(plan, matches).list_counts,
            "read_as": functools.partial(print_query, plan),
            "receipt": functools.partial(self.receipt, plan),
        }
        return LazyResults.later(_Answer(fields, makers))

    def count(self, plan: Plan) -> int:
        """Return the number of releases that match a plan, without relaxing it."""
        return len(self.filtered_matches(plan).docs)

    def filtered_matches(self, plan: Plan) -> FilteredMatches:
        """Return the matches of a plan that pass its filters, without relaxing it."""
        return self._match(self.matcher(plan.profile), self.expand(plan, plan.tree), plan)

    def receipt(self, plan: Plan) -> Receipt:
        """Return what the answer to a plan rests on."""
        generation = self.snapshot.generation
        return Receipt(
            generation.fingerprint,
            generation.number,
            print_query(plan),
            self.relevance(plan.profile).name,
            self._software,
        )

    def _match(self, matcher: Matcher, tree: Node, plan: Plan) -> FilteredMatches:
        matched = matcher.match(tree, plan.tags)
        matches = FilteredMatches(tree, matched.docs, matched.scores, {}, matched)
        if plan.since is not None or plan.until is not None:
            dated = matcher.mask(DateRange(plan.since, plan.until), plan.tags)
            matches = matches.keep(dated.take(matched.docs))
        if not plan.filters:
            return matches
        masks = [matcher.mask_filter(item, plan.tags) for item in plan.filters]
        return filter_matches(matches, plan.filters, masks)

    def expand(self, plan: Plan, tree: Node) -> Node:
        """Return the tree with other names, if the plan asks for them."""
        return self._expander.expand(tree)[0] if plan.expand else tree

    def _find_ways_out(
        self, matcher: Matcher, plan: Plan
    ) -> tuple[tuple[Dropped, ...], tuple[Suggestion, ...], tuple[str, ...]]:
        """Return what to leave out of a plan without hits, what may have been meant, and notes on what is missing."""
        from osce_search.engine.suggest.diagnosis import Diagnosis  # few plans have no hits
        from osce_search.engine.suggest.suggestions import find_missing, suggest

        expand: Callable[[Node], Node] = functools.partial(self.expand, plan)
        diagnosis = Diagnosis(self.snapshot, matcher, plan, expand, self.count)
        suggestions = suggest(self.snapshot, plan, self.count, self.names)
        return diagnosis.find_dropped(), suggestions, find_missing(self.snapshot, plan, self.count)

    # ── facets ───────────────────────────────────────────────────────────────────────────────────────────────

    def count_facets(self, plan: Plan, matches: FilteredMatches) -> CountedFacets:
        """Count each facet of a plan over the matches that remain when a value of it is chosen."""
        together = [item.name for item in plan.facets if item.name not in matches.without]
        counts: dict[str, Ids] = {}
        if together:
            counter = self._counter(tuple(together), plan.tags)
            counts.update(zip(together, counter.count(matches.docs, self.snapshot.all_docs), strict=True))
        for item in plan.facets:
            if item.name in matches.without:
                counter = self._counter((item.name,), plan.tags)
                counts[item.name] = counter.count(matches.without[item.name], self.snapshot.all_docs)[0]
        return CountedFacets(self, plan, matches, counts)

    def _counter(self, names: tuple[str, ...], tags: Tags) -> OrdinalCounter:
        found = self._counters.get((names, tags))
        if found is None:
            found = OrdinalCounter([self.snapshot.facet(name, tags) for name in names])
            self._counters.put((names, tags), found, found.size)
        assert isinstance(found, OrdinalCounter)
        return found

    def empty_buckets(self, name: str, tags: Tags = "both") -> list[Bucket]:
        """Return a bucket without hits for each ordinal of a facet."""
        found = self._empty.get((name, tags))
        if found is None:
            found = self._empty[name, tags] = describe_values(name, self.snapshot.facet(name, tags))
        return found

    def names(self, name: str) -> Names:
        """Return the values of a facet with their names."""
        found = self._names.get(name)
        if found is None:
            labels = {bucket.value: bucket.label for bucket in self.empty_buckets(name)[1:]}
            found = self._names[name] = Names(name, self.snapshot.facet(name).ordinals, labels)
        return found

    # ── the page ─────────────────────────────────────────────────────────────────────────────────────────────

    def _rank(
        self, plan: Plan, relevance: Relevance, matches: FilteredMatches
    ) -> tuple[Ranked, list[int] | None]:
        """Return the page of a plan, and the number of hits that are folded beneath each of its documents."""
        count = len(matches.docs)
        stop = count if plan.limit is None else plan.offset + plan.limit
        if plan.collapse == "none":
            return self._order(plan, relevance, matches, plan.offset, stop), None
        whole = self._order(plan, relevance, matches, 0, count)
        kept, folded = collapse(self._group_of(plan.collapse).take(whole.docs))
        page = slice(plan.offset, stop)
        ranked = Ranked(whole.docs.take(kept)[page], whole.scores.take(kept)[page], whole.considered)
        return ranked, folded[page].tolist()

    def _group_of(self, by: Collapse) -> npt.NDArray[np.uint64]:
        """Return a number for the group of each document; only the first hit of a group is listed. 0 is no group."""
        found = self._groups.get(by)
        if found is None:
            found = find_series(self.snapshot) if by == "series" else self.snapshot.text_keys
            self._groups[by] = found
        return found

    def _order(
        self, plan: Plan, relevance: Relevance, matches: FilteredMatches, start: int, stop: int
    ) -> Ranked:
        """Return the documents from one place to another of the order that the plan asks for."""
        if plan.sort == "relevance":
            return relevance.rank(matches, start, stop)
        if plan.sort == "-date":
            first = self.snapshot.tie_rank
        else:
            first = self.snapshot.oldest_first if plan.sort == "date" else self.snapshot.title_rank
        places = order_best(matches.docs, None, first, stop)[start:]
        return Ranked(matches.docs.take(places), np.zeros(len(places)))

    def _explain(self, plan: Plan, matches: FilteredMatches, ranked: Ranked, doc: int) -> Explanation | None:
        relevance = self.relevance(plan.profile)
        if plan.sort != "relevance":
            return explain_words(self.snapshot, relevance.matcher, matches.tree, doc, plan.tags)
        return explain_rank(self.snapshot, relevance, matches, ranked, doc, plan.tags)


class CountedFacets:
    """The counted facets of an answer; the buckets of a facet are listed when they are read."""

    def __init__(
        self, searcher: Searcher, plan: Plan, matches: FilteredMatches, counts: Mapping[str, Ids]
    ) -> None:
        self._searcher = searcher
        self._plan = plan
        self._matches = matches
        self._counts = counts
        self._listed: dict[int, CountedFacet] = {}

    def list_counts(self) -> dict[str, FacetCounts]:
        """Return the counts of each facet by its name."""
        return {item.name: LazyFacetCounts.later(self, place) for place, item in enumerate(self._plan.facets)}

    def read(self, name: str, place: int) -> Mapping[str, object]:
        """Return fields of the facet counts at a place."""
        found = self._listed.get(place)
        if found is None:
            found = self._listed[place] = self._list(self._plan.facets[place])
        return found.read(name)

    def _list(self, request: FacetRequest) -> CountedFacet:
        searcher, plan, matches = self._searcher, self._plan, self._matches
        return CountedFacet(
            request,
            searcher.snapshot.facet(request.name, plan.tags),
            searcher.empty_buckets(request.name, plan.tags),
            self._counts[request.name],
            matches.without.get(request.name, matches.docs),
            plan.filters,
            searcher.snapshot.count,
        )


class _Answer:
    """The source of results: fields that are known, and functions for fields that are made when they are read."""

    __slots__ = ("_fields", "_makers")

    def __init__(self, fields: Mapping[str, object], makers: Mapping[str, Callable[[], object]]) -> None:
        self._fields = fields
        self._makers = makers

    def read(self, name: str, place: int) -> Mapping[str, object]:
        """Return fields of Results."""
        return {name: self._makers[name]()} if name in self._makers else self._fields


def _loosen(tree: Node) -> Node | None:
    """Return the tree with its required words as alternatives, or None if it requires fewer than two.

    What filters or excludes stays.
    """
    if not isinstance(tree, And):
        return None
    loose = Leaf | Near | Or
    words = tuple([child for child in tree.children if isinstance(child, loose)])
    rest = tuple([child for child in tree.children if not isinstance(child, loose)])
    if len(words) < 2:
        return None
    return And((Or(words), *rest)) if rest else Or(words)
