"""The engine of arrays and a plain-Python reference give the same hits, scores and counts."""

from __future__ import annotations

import datetime as dt
import importlib.util
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osce_search.engine.searcher import Searcher
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.query import (
    And,
    DateRange,
    FacetRequest,
    Filter,
    In,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Plan,
    Word,
)
from osce_search.release import Release

_spec = importlib.util.spec_from_file_location("reference", Path(__file__).with_name("reference.py"))
assert _spec is not None
assert _spec.loader is not None
reference: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)

WORDS = (
    "border",
    "media",
    "freedom",
    "election",
    "observers",
    "police",
    "training",
    "OSCE",
    "co-operation",
    "the",
)
COUNTRIES = ("AL", "BA", "MD", "UA")
SOURCES = ("odihr", "fom", "secretariat")

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
bodies = st.lists(texts, min_size=1, max_size=3).map("\n\n".join)
days = st.dates(dt.date(1999, 1, 1), dt.date(2003, 12, 31))


@st.composite
def releases(draw: st.DrawFn) -> list[Release]:
    count = draw(st.integers(1, 12))
    return [
        Release(
            id=str(number),
            title=draw(texts),
            text=draw(bodies),
            date=draw(st.none() | days),
            type=draw(st.sampled_from((None, "news", "press-release"))),
            country=tuple(draw(st.lists(st.sampled_from(COUNTRIES), unique=True, max_size=3))),
            source=tuple(draw(st.lists(st.sampled_from(SOURCES), unique=True, max_size=2))),
        )
        for number in range(count)
    ]


words = st.builds(Word, st.sampled_from(WORDS), st.sampled_from((None, None, "title", "lead", "body")))
phrases = st.builds(Phrase, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join))
conditions = st.one_of(
    st.builds(
        In, st.just("country"), st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2).map(tuple)
    ),
    st.builds(DateRange, st.none() | days, st.none() | days),
)
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(words, phrases, conditions, st.just(MatchAll())),
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


def index(items: list[Release], directory: str, pieces: int) -> Searcher:
    """An index of these releases, written in so many commits."""
    path = Path(directory)
    for number in range(pieces):
        with IndexWriter(path) as writer:
            for release in items[number::pieces]:
                writer.add(release)
            writer.commit()
    return Searcher(open_snapshot(path))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases(), st.lists(trees, min_size=1, max_size=6), st.integers(1, 3))
def test_hits_scores_and_counts_are_those_of_the_reference(
    items: list[Release], questions: list[Node], pieces: int
) -> None:
    twin = reference.Reference(items)
    with tempfile.TemporaryDirectory() as directory:
        searcher = index(items, directory, pieces)
        for tree in questions:
            query = Plan(
                tree=tree, facets=(FacetRequest("country", None),), limit=None, relax=False, profile="plain"
            )
            results = searcher.search(query)
            expected = {
                release.id: score
                for release, row in zip(items, twin.fields, strict=True)
                if (score := twin.score(row, tree)) is not None
            }
            assert {hit.id: hit.score for hit in results.hits} == pytest.approx(expected, abs=1e-5)
            matched = [release for release in items if release.id in expected]
            counts = Counter(country for release in matched for country in release.country)
            assert {b.value: b.count for b in results.facets["country"].buckets} == counts
            assert results.facets["country"].missing == sum(not release.country for release in matched)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    releases(),
    trees,
    st.lists(st.sampled_from(COUNTRIES), max_size=2),
    st.lists(st.sampled_from(SOURCES), max_size=2),
)
def test_a_count_is_the_number_of_hits_after_choosing_the_value(
    items: list[Release], tree: Node, countries: list[str], sources: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        searcher = index(items, directory, 1)
        filters = tuple(
            Filter(name, tuple(dict.fromkeys(values)))
            for name, values in (("country", countries), ("source", sources))
            if values
        )
        names = ("country", "source", "type", "year")
        query = Plan(
            tree=tree, filters=filters, facets=tuple(FacetRequest(n, None) for n in names), relax=False
        )
        results = searcher.search(query)
        for name in names:
            others = tuple(item for item in filters if item.facet != name)
            for bucket in results.facets[name].buckets:
                chosen = Plan(tree=tree, filters=(*others, Filter(name, (bucket.value,))), relax=False)
                assert searcher.search(chosen).total == bucket.count
            missing = Plan(tree=tree, filters=(*others, Filter(name, ("_missing",))), relax=False)
            assert searcher.search(missing).total == results.facets[name].missing


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases(), trees, st.integers(2, 4))
def test_many_small_segments_answer_as_one(items: list[Release], tree: Node, pieces: int) -> None:
    query = Plan(tree=tree, limit=None, facets=(FacetRequest("source", None), FacetRequest("year", None)))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        whole, parts = index(items, one, 1).search(query), index(items, many, pieces).search(query)
        assert [(hit.id, hit.score) for hit in whole.hits] == [(hit.id, hit.score) for hit in parts.hits]
        assert [whole.facets[name] for name in whole.facets] == [parts.facets[name] for name in parts.facets]
        assert whole.receipt is not None
        assert parts.receipt is not None
        assert whole.receipt.fingerprint == parts.receipt.fingerprint
