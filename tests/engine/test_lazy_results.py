"""Answers are plain values: they equal each other, and can be pickled, copied, changed and made dicts."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from osce_search.backends import Index, open_index
from osce_search.builder import build
from osce_search.engine.show import lazy_results
from osce_search.query import FacetRequest, Filter, Query
from osce_search.results import FacetCounts, Hit, Results


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Index]:
    with open_index(sample_index) as opened:
        yield opened


def ask(index: Index, **settings: Any) -> Results:
    facets = (FacetRequest("country", 2), FacetRequest("year", None, "date"))
    return index.search("media", **{"facets": facets, "explain": True, "collapse": "series", **settings})


ANSWERS: dict[str, Callable[[Index], Any]] = {
    "results": ask,
    "relaxed results": lambda index: ask(index, filters={"country": "BA", "year": "1975"}),
    "hits": lambda index: ask(index).hits,
    "one hit": lambda index: ask(index).hits[0],
    "facets": lambda index: ask(index).facets,
    "counts of a facet": lambda index: ask(index).facets["country"],
    "a bucket": lambda index: ask(index).facets["country"].buckets[0],
    "a crosstab": lambda index: index.crosstab("country", "year", "media"),
    "a trend": lambda index: index.trend("media"),
    "similar releases": lambda index: index.similar(index.search("media").hits[0].id, facets="country"),
    "a plan": lambda index: index.read("media", filters={"country": "BA"}, since="2015"),
    "a query": lambda index: Query("media", filters=(Filter("country", ("BA",)),)),
}


@pytest.mark.parametrize("make", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize(
    "copied",
    [lambda value: pickle.loads(pickle.dumps(value)), copy.deepcopy, copy.copy],
    ids=["pickled", "deeply copied", "copied"],
)
def test_a_copy_equals_the_answer(
    index: Index, make: Callable[[Index], Any], copied: Callable[[Any], Any]
) -> None:
    value = make(index)
    other = copied(value)
    assert other == value
    assert value == other
    assert other == make(index)


@pytest.mark.parametrize(
    "name",
    [
        "results",
        "relaxed results",
        "one hit",
        "counts of a facet",
        "a crosstab",
        "a trend",
        "similar releases",
    ],
)
def test_an_answer_becomes_a_dict_down_to_its_leaves(index: Index, name: str) -> None:
    made = dataclasses.asdict(ANSWERS[name](index))
    json.dumps(made, default=lambda value: value.isoformat())  # A date has no JSON form of its own.


def test_hits_and_counts_within_results_become_dicts(index: Index) -> None:
    results = ask(index)
    made = dataclasses.asdict(results)
    assert [hit["id"] for hit in made["hits"]] == [hit.id for hit in results.hits]
    assert made["hits"][0]["release"]["title"] == results.hits[0].title
    assert list(made["facets"]) == ["country", "year"]
    assert made["facets"]["country"]["other"] == results.facets["country"].other


def test_a_pickled_answer_holds_its_hits_after_the_index_is_closed(tmp_path: Path, corpus: Path) -> None:
    build([corpus], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        data = pickle.dumps(ask(opened))
        expected = [(hit.id, hit.title, hit.snippets, hit.matched) for hit in ask(opened).hits]
    kept = pickle.loads(data)
    assert type(kept) is Results
    assert {type(hit) for hit in kept.hits} == {Hit}
    assert {type(counts) for counts in kept.facets.values()} == {FacetCounts}
    assert [(hit.id, hit.title, hit.snippets, hit.matched) for hit in kept.hits] == expected


def test_an_answer_is_frozen_and_can_be_replaced(index: Index) -> None:
    results = ask(index)
    for value, name in ((results, "total"), (results.hits[0], "title"), (results.facets["year"], "buckets")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)
    fewer = dataclasses.replace(results, hits=results.hits[:1], total=1)
    assert (fewer.total, len(fewer.hits), fewer.read_as) == (1, 1, results.read_as)
    assert fewer != results
    assert dataclasses.replace(results.hits[0], score=9.0).score == 9.0


def test_equal_counts_have_equal_hashes_and_an_unknown_name_is_refused(index: Index) -> None:
    results = ask(index)
    counts, hit = results.facets["country"], results.hits[0]
    assert hash(counts) == hash(pickle.loads(pickle.dumps(counts)))
    assert counts != results.facets["year"]
    assert counts != object()
    with pytest.raises(AttributeError, match="'Hit' object has no attribute 'titel'"):
        hit.titel  # type: ignore[attr-defined]  # noqa: B018


def test_the_hits_of_a_long_page_are_made_whenever_they_are_read(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = index.search("", limit=None, sort="date").hits
    monkeypatch.setattr(lazy_results, "_KEPT", 7)
    long = index.search("", limit=None, sort="date").hits
    assert len(long) == len(short) > 20
    assert long[0] is not long[0]
    assert short[0] is short[0]
    assert [hit.title for hit in long] == [hit.title for hit in short]
    assert [hit.snippets for hit in long] == [hit.snippets for hit in short]
    assert (long[-1], long[3:5]) == (short[-1], short[3:5])
    assert long == short
    assert pickle.loads(pickle.dumps(long)) == short
    with pytest.raises(IndexError):
        long[len(long)]


def test_a_hit_that_is_looked_at_alone_is_read_alone(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = index.search("", limit=40).hits
    page = hits[0]._from[0]  # type: ignore[attr-defined]
    assert hits[5].title == hits[5].release.title
    assert list(page._releases) == [5]
    assert hits[9].title == hits[9].release.title
    assert list(page._releases) == [5, *range(9, 25)]
