"""Diagnosis: a plan without hits → what to leave out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.matcher import Matcher
from osce_search.index.reader import Snapshot
from osce_search.query import And, DateRange, In, MatchAll, Node, Not, Plan, print_query, print_tree
from osce_search.results import Dropped

MAX_TRIED = 40
"""The number of words, and of filters, that are left out in turn; those after them are not tried."""

MAX_LOOKED_AT = 4000
"""The number of parts that are looked at in all: a plan with more parts is changed less often."""

MAX_SUGGESTED = 3
"""The number of ways out of each kind."""

_MANY = 8
"""The number of parts that may be left out together; a plan that needs more asks for something else."""

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Finds how many hits a plan has without each of its parts.

    `expand` adds other names to a tree, as the search does. `count` returns the number of hits of a plan.
    """

    snapshot: Snapshot
    matcher: Matcher
    plan: Plan
    expand: Callable[[Node], Node]
    count: Callable[[Plan], int]
    _masks: dict[Node, Mask] = field(default_factory=dict)

    def find_dropped(self) -> tuple[Dropped, ...]:
        """Return each part without which there are hits, with their number, the most first.

        One pass counts all: a part alone excludes the documents that fail this part and no other.
        """
        plan, tags = self.plan, self.plan.tags
        dates = DateRange(plan.since, plan.until) if plan.since or plan.until else None
        if len(parts_of(plan.tree)) + len(plan.filters) + (dates is not None) < 2:
            return ()
        nodes = dict.fromkeys(parts_of(self.expand(plan.tree)))
        fails = np.zeros(self.snapshot.size, np.int32)
        for node in nodes:
            fails += ~self._mask(node)
        found: list[Dropped] = []
        filtering = [(print_query(Plan(filters=(f,))), "filter", f) for f in plan.filters[:MAX_TRIED]]
        failing = {item: ~self.matcher.mask_filter(item, tags) for _, _, item in filtering}
        for item in plan.filters:
            fails += failing[item] if item in failing else ~self.matcher.mask_filter(item, tags)
        if dates:
            fails += ~self._mask(dates)
        for what, kind, item in filtering:
            found.append(Dropped(what, kind, self._passing(fails - failing[item])))
        if dates:
            found.append(Dropped(print_tree(dates), "date", self._passing(fails - ~self._mask(dates))))
        for what, kind, rest in self._without():
            left = dict.fromkeys(parts_of(self.expand(rest)))
            # Without a word between them, two words can become a name: then more changes than the word.
            changed = fails.copy()
            for node in nodes.keys() - left.keys():
                changed -= ~self._mask(node)
            for node in left.keys() - nodes.keys():
                changed += ~self._mask(node)
            found.append(Dropped(what, kind, self._passing(changed)))
        found = [item for item in found if item.total] or self._together(dates)
        return tuple(sorted(found, key=lambda item: (-item.total, item.what)))

    def _together(self, dates: DateRange | None) -> list[Dropped]:
        """Return the fewest parts to leave out together, taken from the releases that lack the fewest parts."""
        plan, tags = self.plan, self.plan.tags
        parts = parts_of(plan.tree)
        if len(parts) > MAX_TRIED or len(plan.filters) > MAX_TRIED:
            return []
        masks = [self._mask(self.expand(child)) for child in parts]
        masks += [self.matcher.mask_filter(item, tags) for item in plan.filters]
        masks += [self._mask(dates)] if dates else []
        lacking = ~np.stack([mask.take(self.snapshot.all_docs) for mask in masks])
        number = lacking.sum(axis=0)
        if not number.size or not 1 < number.min() <= _MANY:
            return []
        if number.min() == len(lacking):
            return []  # nothing would be left
        ways, counts = np.unique(lacking[:, number == number.min()], axis=1, return_counts=True)
        best = np.argsort(-counts, kind="stable")[:MAX_SUGGESTED]
        return [self._without_all(ways[:, way]) for way in best.tolist()]

    def _without_all(self, left_out: Mask) -> Dropped:
        """Count the hits without several parts; `left_out` marks children of the tree, filters, and the dates."""
        plan, parts = self.plan, parts_of(self.plan.tree)
        size = len(parts)
        within = left_out[size : size + len(plan.filters)]
        kept = tuple(child for child, gone in zip(parts, left_out, strict=False) if not gone)
        gone = tuple(child for child, gone in zip(parts, left_out, strict=False) if gone)
        undated = len(left_out) > size + len(plan.filters) and bool(left_out[-1])
        left = Plan(
            tree=And(gone),
            filters=tuple(item for item, gone in zip(plan.filters, within, strict=True) if gone),
            since=plan.since if undated else None,
            until=plan.until if undated else None,
        )
        rest = replace(
            plan,
            tree=And(kept) if kept else MatchAll(),
            filters=tuple(item for item, gone in zip(plan.filters, within, strict=True) if not gone),
            since=None if undated else plan.since,
            until=None if undated else plan.until,
            relax=False,
        )
        return Dropped(print_query(left), "several", self.count(rest))

    def _without(self) -> Iterator[tuple[str, str, Node]]:
        """Iterate over the children of the tree: the text and the kind of each, and the tree without it."""
        children = parts_of(self.plan.tree)
        for place, child in enumerate(children[: count_tries(children)]):
            others = (*children[:place], *children[place + 1 :])
            rest: Node = And(others) if len(others) > 1 else others[0] if others else MatchAll()
            yield print_tree(child), _kind(child), rest

    def _mask(self, node: Node) -> Mask:
        found = self._masks.get(node)
        if found is None:
            found = self._masks[node] = np.zeros(self.snapshot.size, bool)
            found[self.matcher.match(node, self.plan.tags).docs] = True
        return found

    def _passing(self, fails: Counts) -> int:
        return int(np.count_nonzero(fails.take(self.snapshot.all_docs) == 0))


def parts_of(tree: Node) -> tuple[Node, ...]:
    """Return the parts that a tree requires."""
    if isinstance(tree, And):
        return tree.children
    return () if isinstance(tree, MatchAll) else (tree,)


def count_tries(parts: Sequence[Node]) -> int:
    """Return the number of changed plans that are tried for a plan with these parts."""
    return min(MAX_TRIED, max(MAX_LOOKED_AT // max(len(parts), 1), 1))


def _kind(child: Node) -> str:
    if isinstance(child, Not):
        return "exclusion"
    return "filter" if isinstance(child, In) else "date" if isinstance(child, DateRange) else "word"
