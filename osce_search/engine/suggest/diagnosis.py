"""Diagnosis: a question without an answer → what to leave out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.matcher import Matcher
from osce_search.index.reader import Snapshot
from osce_search.query import And, DateRange, In, MatchAll, Node, Not, Plan, print_query, print_tree
from osce_search.results import Dropped

MAX_TRIED = 40
"""Words, and filters, that are left out in turn; the rest of a longer question is not tried."""

MAX_LOOKED_AT = 4000
"""Parts of the question that are looked at in all: a longer one is changed less often."""

MAX_SUGGESTED = 3
"""Ways out of a question without an answer that are told of one kind."""

_MANY = 8
"""Parts that are left out together, at most; a question that needs more is about something else."""

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int32]


class Diagnosis:
    """Tells of one question how many hits it has without each of its parts.

    `expand` gives a tree its other names, as the search does, and `count` the hits of a whole question.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        matcher: Matcher,
        query: Plan,
        expand: Callable[[Node], Node],
        count: Callable[[Plan], int],
    ) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._query = query
        self._expand = expand
        self._count = count
        self._children = parts_of(query.tree)
        self._masks: dict[Node, Mask] = {}

    def dropped(self) -> tuple[Dropped, ...]:
        """Each part without which there are hits, with their number, the most first.

        All is counted in one pass: what a part alone keeps out are the documents that fail it and nothing else.
        """
        query, tags = self._query, self._query.tags
        dates = DateRange(query.since, query.until) if query.since or query.until else None
        if len(self._children) + len(query.filters) + (dates is not None) < 2:
            return ()
        nodes = dict.fromkeys(parts_of(self._expand(query.tree)))
        fails = np.zeros(self._snapshot.size, np.int32)
        for node in nodes:
            fails += ~self._mask(node)
        found: list[Dropped] = []
        filtering = [(print_query(Plan(filters=(f,))), "filter", f) for f in query.filters[:MAX_TRIED]]
        failing = {item: ~self._matcher.filter_mask(item, tags) for _, _, item in filtering}
        for item in query.filters:
            fails += failing[item] if item in failing else ~self._matcher.filter_mask(item, tags)
        if dates:
            fails += ~self._mask(dates)
        for what, kind, item in filtering:
            found.append(Dropped(what, kind, self._passing(fails - failing[item])))
        if dates:
            found.append(Dropped(print_tree(dates), "date", self._passing(fails - ~self._mask(dates))))
        for what, kind, rest in self._without():
            left = dict.fromkeys(parts_of(self._expand(rest)))
            # A word that stands between two others may part a name: without it more changes than itself.
            changed = fails.copy()
            for node in nodes.keys() - left.keys():
                changed -= ~self._mask(node)
            for node in left.keys() - nodes.keys():
                changed += ~self._mask(node)
            found.append(Dropped(what, kind, self._passing(changed)))
        found = [item for item in found if item.total] or self._together(dates)
        return tuple(sorted(found, key=lambda item: (-item.total, item.what)))

    def _together(self, dates: DateRange | None) -> list[Dropped]:
        """The fewest parts that have to be left out at once, as a few of the releases tell that lack no others."""
        query, tags = self._query, self._query.tags
        if len(self._children) > MAX_TRIED or len(query.filters) > MAX_TRIED:
            return []
        masks = [self._mask(self._expand(child)) for child in self._children]
        masks += [self._matcher.filter_mask(item, tags) for item in query.filters]
        masks += [self._mask(dates)] if dates else []
        lacking = ~np.stack([mask.take(self._snapshot.all_docs) for mask in masks])
        number = lacking.sum(axis=0)
        if not number.size or not 1 < number.min() <= _MANY:
            return []
        if number.min() == len(lacking):
            return []  # Nothing would be left of the question.
        ways, counts = np.unique(lacking[:, number == number.min()], axis=1, return_counts=True)
        best = np.argsort(-counts, kind="stable")[:MAX_SUGGESTED]
        return [self._without_all(ways[:, way]) for way in best.tolist()]

    def _without_all(self, left_out: Mask) -> Dropped:
        """The hits without several parts: of the tree, then of the filters, then the dates."""
        query, size = self._query, len(self._children)
        within = left_out[size : size + len(query.filters)]
        kept = tuple(child for child, gone in zip(self._children, left_out, strict=False) if not gone)
        gone = tuple(child for child, gone in zip(self._children, left_out, strict=False) if gone)
        undated = len(left_out) > size + len(query.filters) and bool(left_out[-1])
        left = Plan(
            tree=And(gone),
            filters=tuple(item for item, gone in zip(query.filters, within, strict=True) if gone),
            since=query.since if undated else None,
            until=query.until if undated else None,
        )
        rest = replace(
            query,
            tree=And(kept) if kept else MatchAll(),
            filters=tuple(item for item, gone in zip(query.filters, within, strict=True) if not gone),
            since=None if undated else query.since,
            until=None if undated else query.until,
            relax=False,
        )
        return Dropped(print_query(left), "several", self._count(rest))

    def _without(self) -> Iterator[tuple[str, str, Node]]:
        """The tree with one child left out at a time: its text, its kind, the rest."""
        children = self._children
        for place, child in enumerate(children[: count_tries(children)]):
            others = (*children[:place], *children[place + 1 :])
            rest: Node = And(others) if len(others) > 1 else others[0] if others else MatchAll()
            yield print_tree(child), _kind(child), rest

    def _mask(self, node: Node) -> Mask:
        found = self._masks.get(node)
        if found is None:
            found = self._masks[node] = np.zeros(self._snapshot.size, bool)
            found[self._matcher.match(node, self._query.tags).docs] = True
        return found

    def _passing(self, fails: Counts) -> int:
        return int(np.count_nonzero(fails.take(self._snapshot.all_docs) == 0))


def parts_of(tree: Node) -> tuple[Node, ...]:
    """What a tree requires, each for itself."""
    if isinstance(tree, And):
        return tree.children
    return () if isinstance(tree, MatchAll) else (tree,)


def count_tries(parts: Sequence[Node]) -> int:
    """How many questions with other parts than these are asked instead."""
    return min(MAX_TRIED, max(MAX_LOOKED_AT // max(len(parts), 1), 1))


def _kind(child: Node) -> str:
    if isinstance(child, Not):
        return "exclusion"
    return "filter" if isinstance(child, In) else "date" if isinstance(child, DateRange) else "word"
