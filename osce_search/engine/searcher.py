"""Searcher: the right half of the way in one function: match, score, filter, count, rank, show → Results."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from osce_search.engine.facet.counts import Entry, FacetGroup, Facets, describe
from osce_search.engine.facet.names import Names
from osce_search.engine.match.expansion import Expander
from osce_search.engine.match.filters import Narrowed, narrow
from osce_search.engine.match.matcher import Matcher
from osce_search.engine.match.occurrences import terms_of
from osce_search.engine.rank.collapse import fold, series_keys
from osce_search.engine.rank.relevance import Ranked, Relevance, top
from osce_search.engine.resources import Cache
from osce_search.engine.scoring import profile
from osce_search.engine.show.explanation import Explainer, Reasons
from osce_search.engine.show.highlight import Wanted, snippets, wanted
from osce_search.engine.show.hits import Answer, Hits
from osce_search.index.reader import Snapshot
from osce_search.query import And, Collapse, DateRange, Node, Or, Plan, Tags, print_query
from osce_search.release import Release
from osce_search.results import (
    RELAXED,
    Dropped,
    Explanation,
    Reason,
    Receipt,
    Results,
    Snippet,
    Suggestion,
)

GROUPS, GROUPS_EACH = 16 << 20, 256
"""Bytes of facets that are kept as they are counted together: at least, and for each document on top."""

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Searcher:
    """Answers questions over one snapshot; safe to share between threads."""

    def __init__(self, snapshot: Snapshot, software: str = "", cache: int | None = None) -> None:
        self.snapshot = snapshot
        self._software = software
        self._cache = cache
        self._matchers: dict[str, Matcher] = {}
        self._rankings: dict[str, Relevance] = {}
        self._groups = Cache(GROUPS + GROUPS_EACH * snapshot.size)
        self._entries: dict[tuple[str, Tags], list[Entry]] = {}
        self._names: dict[str, Names] = {}
        self._folding: dict[Collapse, npt.NDArray[np.uint64]] = {}
        self._expander = Expander(snapshot)
        self._lock = threading.Lock()

    def matcher(self, name: str) -> Matcher:
        """The matcher of a ranking profile."""
        found = self._matchers.get(name)
        if found is None:
            with self._lock:
                found = self._matchers.setdefault(name, Matcher(self.snapshot, profile(name), self._cache))
        return found

    def relevance(self, name: str) -> Relevance:
        """The order of a ranking profile."""
        found = self._rankings.get(name)
        if found is None:
            found = self._rankings.setdefault(name, Relevance(self.snapshot, self.matcher(name)))
        return found

    def forget(self) -> None:
        """Drop what was kept from earlier questions: the next one finds everything as the first did."""
        for matcher in self._matchers.values():
            matcher.forget()

    def search(self, query: Plan) -> Results:
        """The answer to a question."""
        matcher = self.matcher(query.profile)
        notes = query.notes
        relaxed = False
        tree, expansions = self._expander.expand(query.tree) if query.expand else (query.tree, ())
        counted = self._narrow(matcher, tree, query)
        without: tuple[Dropped, ...] = ()
        meant: tuple[Suggestion, ...] = ()
        if not len(counted.docs) and query.relax:
            without, meant = self._find_ways_out(matcher, query)
            loose = _loosened(tree)
            if loose is not None:
                attempt = self._narrow(matcher, loose, query)
                if len(attempt.docs):
                    counted, relaxed = attempt, True
                    notes = (*notes, RELAXED)
        ranked, folded = self._page(query, counted)
        shown = _Shown(self, query, counted, ranked)
        facets = self.count_facets(query, counted)
        return Answer(
            query,
            functools.partial(self.receipt, query),
            total=len(counted.docs),
            hits=Hits(shown, ranked.docs.tolist(), ranked.scores.tolist(), folded),
            facets=facets,
            notes=notes,
            expansions=expansions,
            relaxed=relaxed,
            dropped=without,
            suggestions=meant,
        )

    def _find_ways_out(
        self, matcher: Matcher, query: Plan
    ) -> tuple[tuple[Dropped, ...], tuple[Suggestion, ...]]:
        """What to leave out of a question without an answer, and what may have been meant."""
        from osce_search.engine.suggest.diagnosis import Diagnosis  # few questions have no answer
        from osce_search.engine.suggest.suggestions import suggest

        diagnosis = Diagnosis(self.snapshot, matcher, query, self.expander_of(query), self.count)
        return diagnosis.dropped(), suggest(self.snapshot, query, self.count, self.names)

    def count(self, query: Plan) -> int:
        """How many releases match a question as it stands, without relaxing it."""
        return len(self.narrow(query).docs)

    def narrow(self, query: Plan) -> Narrowed:
        """What matches a question as it stands, without relaxing it."""
        return self._narrow(self.matcher(query.profile), self.expander_of(query)(query.tree), query)

    def expander_of(self, query: Plan) -> Callable[[Node], Node]:
        """What gives trees their other names, where the question wants them."""
        return (lambda tree: self._expander.expand(tree)[0]) if query.expand else (lambda tree: tree)

    def receipt(self, query: Plan) -> Receipt:
        """What an answer to a question rests on."""
        generation = self.snapshot.generation
        return Receipt(
            generation.fingerprint,
            generation.number,
            print_query(query),
            self.relevance(query.profile).name,
            self._software,
        )

    # ── what is counted ──────────────────────────────────────────────────────────────────────────────────────

    def _narrow(self, matcher: Matcher, tree: Node, query: Plan) -> Narrowed:
        """The matches under the date range and all filters, and what each facet is counted over."""
        matched = matcher.match(tree, query.tags)
        narrowed = Narrowed(tree, matched.docs, matched.scores, {}, matched)
        if query.since is not None or query.until is not None:
            dated = matcher.mask(DateRange(query.since, query.until), query.tags)
            narrowed = narrowed.keep(dated.take(matched.docs))
        if not query.filters:
            return narrowed
        return narrow(narrowed, query.filters, [matcher.filter_mask(f, query.tags) for f in query.filters])

    def count_facets(self, query: Plan, narrowed: Narrowed) -> Facets:
        """Counts of each facet asked for, over the matches under all that stays when a value of it is chosen."""
        together = [item.name for item in query.facets if item.name not in narrowed.without]
        counts: dict[str, Ids] = {}
        if together:
            group = self._group(tuple(together), query.tags)
            counts.update(zip(together, group.count(narrowed.docs, self.snapshot.all_docs), strict=True))
        for item in query.facets:
            if item.name in narrowed.without:
                group = self._group((item.name,), query.tags)
                counts[item.name] = group.count(narrowed.without[item.name], self.snapshot.all_docs)[0]
        return Facets(self.snapshot, self.entries, query, narrowed, counts)

    def _group(self, names: tuple[str, ...], tags: Tags) -> FacetGroup:
        found = self._groups.get((names, tags))
        if found is None:
            found = FacetGroup([self.snapshot.facet(name, tags) for name in names])
            self._groups.put((names, tags), found, found.size)
        assert isinstance(found, FacetGroup)
        return found

    def entries(self, name: str, tags: Tags = "both") -> list[Entry]:
        """What is told of each ordinal of a facet."""
        found = self._entries.get((name, tags))
        if found is None:
            found = self._entries[name, tags] = describe(name, self.snapshot.facet(name, tags))
        return found

    def names(self, name: str) -> Names:
        """What the values of a facet are called."""
        found = self._names.get(name)
        if found is None:
            labels = {entry.value: entry.label for entry in self.entries(name)[1:]}
            found = self._names[name] = Names(name, self.snapshot.facet(name).ordinals, labels)
        return found

    # ── what comes first ─────────────────────────────────────────────────────────────────────────────────────

    def _page(self, query: Plan, narrowed: Narrowed) -> tuple[Ranked, list[int]]:
        """The page that was asked for, and how many are folded beneath each of its documents."""
        count = len(narrowed.docs)
        stop = count if query.limit is None else query.offset + query.limit
        if query.collapse == "none":
            return self._order(query, narrowed, query.offset, stop), []
        whole = self._order(query, narrowed, 0, count)
        kept, folded = fold(self._keys(query.collapse).take(whole.docs))
        page = slice(query.offset, stop)
        ranked = Ranked(whole.docs.take(kept)[page], whole.scores.take(kept)[page], whole.considered)
        return ranked, folded[page].tolist()

    def _keys(self, by: Collapse) -> npt.NDArray[np.uint64]:
        """A number for what the hits of each document are folded into."""
        found = self._folding.get(by)
        if found is None:
            found = self._folding[by] = (
                series_keys(self.snapshot) if by == "series" else self.snapshot.text_keys
            )
        return found

    def _order(self, query: Plan, narrowed: Narrowed, start: int, stop: int) -> Ranked:
        """The documents from one place to another of the order that was asked for."""
        if query.sort == "relevance":
            return self.relevance(query.profile).rank(narrowed, start, stop)
        if query.sort == "-date":
            first = self.snapshot.tie_rank
        elif query.sort == "date":
            first = self.snapshot.oldest_first
        else:
            first = self.snapshot.title_rank
        places = top(narrowed.docs, None, first, stop)[start:]
        return Ranked(narrowed.docs.take(places), np.zeros(len(places)))


class _Shown:
    """What the hits of one answer show: releases of the snapshot, with passages for its question."""

    __slots__ = ("_narrowed", "_query", "_ranked", "_reasons", "_searcher", "_snapshot", "_wanted")

    def __init__(self, searcher: Searcher, query: Plan, narrowed: Narrowed, ranked: Ranked) -> None:
        self._searcher = searcher
        self._snapshot = searcher.snapshot
        self._query = query
        self._narrowed = narrowed
        self._ranked = ranked
        self._wanted: Wanted | None = None
        self._reasons: Reasons | None = None

    def id(self, doc: int) -> str:
        return self._snapshot.id(doc)

    def release(self, doc: int) -> Release:
        return self._snapshot.release(doc)

    def snippets(self, release: Release) -> tuple[Snippet, ...]:
        if self._wanted is None:
            self._wanted = wanted(self._narrowed.tree, functools.partial(terms_of, self._snapshot))
        return snippets(release.title, release.lead, release.body, self._wanted)

    def matched(self, doc: int) -> tuple[Reason, ...]:
        if self._reasons is None:
            self._reasons = Reasons(self._snapshot, self._narrowed.tree)
        return self._reasons.of(doc)

    def explain(self, doc: int) -> Explanation | None:
        query, narrowed = self._query, self._narrowed
        if not query.explain:
            return None
        if query.sort != "relevance":
            explainer = Explainer(self._snapshot, self._searcher.matcher(query.profile))
            return explainer.explain(narrowed.tree, doc, query.tags)
        return self._searcher.relevance(query.profile).explain(narrowed, self._ranked, doc, query.tags)


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
