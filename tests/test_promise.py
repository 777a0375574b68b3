"""The promise of a count: the number beside a value is the number of hits after choosing it.

Questions and filters are drawn at random from the releases of an index; everything that is listed is then chosen:
each value, "(not specified)", and what a limit cut off.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from osce_search.backends import Index, open_index
from osce_search.engine.match.filters import choose
from osce_search.parser import parse
from osce_search.query import MISSING, FacetRequest, Filter, Plan
from osce_search.release import Release
from osce_search.results import FacetCounts
from osce_search.schema import facet_names
from tests.backends.engine import local

ORDERS: tuple[Literal["count", "label", "date", "lift"], ...] = ("count", "label", "date", "lift")
MODES: tuple[Literal["any", "all", "none"], ...] = ("any", "any", "all", "none")
LIMITS = (None, 0, 1, 3, 10)


class Asker:
    """Draws questions that an index has something to say to, and checks what the answers promise."""

    def __init__(self, index: Index, seed: int, at_most: int = 10**6) -> None:
        self.index = index
        self.chance = random.Random(seed)
        self.at_most = at_most
        snapshot = local(index).snapshot
        step = 1 + snapshot.size // 300
        self.titles = [snapshot.release(doc).title.split() or ["a"] for doc in range(0, snapshot.size, step)]
        self.values = {name: [*snapshot.facet(name).values, MISSING, "none-such"] for name in facet_names()}

    def ask(self) -> Plan:
        """A question with up to three words and up to four filters, of any modes and often of one facet."""
        chance = self.chance
        words = [chance.choice(chance.choice(self.titles)) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))]
        query = Plan(
            tree=parse(chance.choice((" ", " OR ", " NOT ")).join(words)).tree,
            filters=tuple(self.draw_filter() for _ in range(chance.choice((0, 1, 1, 2, 3, 4)))),
            facets=tuple(
                FacetRequest(name, chance.choice(LIMITS), chance.choice(ORDERS)) for name in facet_names()
            ),
            limit=0,
            relax=False,
            tags=chance.choice(("both", "both", "assigned", "inferred")),
        )
        if chance.random() < 0.3:
            dates = [release.date for release in (self.draw_release(), self.draw_release()) if release.date]
            query = replace(query, since=min(dates, default=None), until=max(dates, default=None))
        return query

    def draw_release(self) -> Release:
        snapshot = local(self.index).snapshot
        return snapshot.release(self.chance.randrange(snapshot.size))

    def draw_filter(self) -> Filter:
        name = self.chance.choice(("country", "country", "source", "source", *facet_names()))
        # Frequent values are asked for more often, so that the filters leave something.
        frequent = self.index.ask(Plan(facets=(FacetRequest(name, 4),), limit=0)).facets[name].buckets
        drawn = [*self.chance.choices(self.values[name], k=2), *(bucket.value for bucket in frequent)]
        values = self.chance.choices(drawn, k=self.chance.choice((1, 1, 2, 3)))
        return Filter(name, tuple(dict.fromkeys(values)), self.chance.choice(MODES))

    def check(self) -> int:
        """Check every promise of the answer to one question; how many there were that are not 0."""
        query = self.ask()
        results = self.index.ask(query)
        return sum(self.check_facet(query, item, results.facets[item.name]) for item in query.facets)

    def check_facet(self, query: Plan, request: FacetRequest, counts: FacetCounts) -> int:
        promises: dict[tuple[str, ...], int] = {(bucket.value,): bucket.count for bucket in counts.buckets}
        assert len(promises) == len(counts.buckets)
        if len(promises) > self.at_most:
            promises = dict(self.chance.sample(sorted(promises.items()), self.at_most))
        promises[(MISSING,)] = counts.missing
        everything = replace(query, facets=(FacetRequest(request.name, None),))
        listed = {bucket.value for bucket in counts.buckets}
        others = self.index.ask(everything).facets[request.name].buckets
        cut = tuple(bucket.value for bucket in others if bucket.count and bucket.value not in listed)
        assert counts.other.values == len(cut), (query, request)
        if cut:
            promises[cut] = counts.other.releases
        for values, count in promises.items():
            chosen = choose(query.filters, request.name, *values)
            total = self.index.ask(replace(query, facets=(), filters=chosen)).total
            assert total == count, (query, request, values)
        return sum(count > 0 for count in promises.values())


@pytest.fixture(scope="module")
def sample(sample_index: Path) -> Index:
    return open_index(sample_index)


@pytest.mark.parametrize("seed", range(16))
def test_every_count_is_the_number_of_hits_after_choosing_its_value_on_the_sample_pages(
    sample: Index, seed: int
) -> None:
    asker = Asker(sample, seed)
    # A question without hits promises nothing but zeros, which are checked and do not count.
    telling = 0
    while telling < 4:
        telling += asker.check() > 0


@pytest.fixture(scope="module")
def reuters(reuters_index: Path) -> Index:
    return open_index(reuters_index)


@pytest.mark.data
def test_every_count_is_the_number_of_hits_after_choosing_its_value_on_reuters(reuters: Index) -> None:
    asker = Asker(reuters, 1987, at_most=12)
    assert sum(asker.check() for _ in range(150)) > 1000
