"""A setting that there is not is refused, with those that there are: else it would silently do nothing."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from osce_search.backends import Index, open_index
from osce_search.errors import QueryError
from osce_search.index.writer import IndexWriter
from osce_search.query import FacetRequest, Query, make_query
from osce_search.release import Release


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with IndexWriter(tmp_path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained.", country=("KG",)))
        writer.commit()
    with open_index(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"sort": "newest"}, "'newest' is not a sort; there are relevance, date, -date, title"),
        ({"tags": "all"}, "'all' is not a choice of tags; there are assigned, inferred, both"),
        ({"collapse": "yes"}, "'yes' is not a collapse; there are none, series, text"),
        ({"operator": "or"}, "'or' is not an operator; the operators are all, any"),
        (
            {"facets": [FacetRequest("year", 5, "newest")]},  # type: ignore[arg-type]
            "'newest' is not an order of year; there are count, label, date, lift",
        ),
        ({"facets": [FacetRequest("year", -1)]}, "limit -1 of year: it cannot be below 0"),
        ({"limit": -1}, "limit -1 and offset 0: neither can be below 0"),
        ({"limit": None, "offset": -1}, "limit None and offset -1: neither can be below 0"),
    ],
)
def test_a_setting_that_there_is_not_is_refused_with_those_that_there_are(
    index: Index, settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("guards", **settings)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.ask(Query(tags="all")),  # type: ignore[arg-type]
        lambda index: index.read(tags="all"),
        lambda index: index.crosstab("country", "year", tags="all"),
        lambda index: index.trend(tags="all"),
        lambda index: index.similar("1", tags="all"),
        lambda index: index.facet_values("country", tags="all"),
    ],
)
def test_every_way_to_ask_refuses_it(index: Index, ask: Callable[[Index], object]) -> None:
    with pytest.raises(QueryError, match="'all' is not a choice of tags"):
        ask(index)


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.ask(Query(limit=-1)),
        lambda index: index.similar("1", limit=-1),
        lambda index: index.similar("1", offset=-1),
        lambda index: index.facet_values("country", limit=-1),
        lambda index: index.crosstab(FacetRequest("country", -1), "year"),
    ],
)
def test_no_page_and_no_list_is_shorter_than_nothing(index: Index, ask: Callable[[Index], object]) -> None:
    with pytest.raises(QueryError, match="below 0"):
        ask(index)


def test_the_name_of_one_facet_need_not_stand_in_a_list(index: Index) -> None:
    assert index.search("guards", facets="country").facets["country"].buckets[0].value == "KG"
    assert list(index.similar("1", facets="country").facets) == ["country"]


@pytest.mark.parametrize("by", ["decade", "country", "years"])
def test_a_trend_by_what_is_no_time_is_refused_with_the_times(index: Index, by: Any) -> None:
    with pytest.raises(QueryError, match=f"a trend is by year or by month, not by '{by}'"):
        index.trend("guards", by=by)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"limit": "5"}, "limit is a whole number, or None for all hits, not '5'"),
        ({"limit": True}, "limit is a whole number, or None for all hits, not True"),
        ({"offset": None}, "offset is a whole number, not None"),
        ({"sort": ["date"]}, "sort is a text, not ['date']"),
        ({"strict": "yes"}, "strict is True or False, not 'yes'"),
        ({"since": 3.5}, "since is a date, or a text or a year that says one, not 3.5"),
        ({"facets": 5}, "facets is the name of a facet, a FacetRequest, or a list of them, not 5"),
        ({"facets": [5]}, "a facet to count is a name or a FacetRequest, not 5"),
        ({"filters": 5}, "filters is values by facet, or a list of Filter, not 5"),
        ({"filters": ["country"]}, "filters are values by facet, or a list of Filter, not 'country'"),
        (
            {"filters": {"country": [1.5]}},
            "the filter 'country' takes a value or a list of values, not [1.5]",
        ),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_it_may_be(
    index: Index, settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("guards", **settings)
    assert str(caught.value) == told


@pytest.mark.parametrize("query", [None, 5, b"guards", ["guards"]])
def test_a_query_is_a_text_or_a_query(index: Index, query: Any) -> None:
    with pytest.raises(QueryError, match="a query is a text or a Query, not"):
        index.search(query)


def test_years_may_be_numbers(index: Index) -> None:
    assert index.search("guards", filters={"year": 2014}).read_as == "guards AND year:2014"
    assert index.search("guards", since=2014, until=2015).read_as == "guards AND date:2014..2015"


def test_the_name_of_a_setting_that_does_not_exist_is_an_error_of_the_program(index: Index) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'limt'"):
        index.search("guards", limt=5)  # type: ignore[call-arg]


def test_queries_and_plans_pickle_copy_and_go_through_asdict(index: Index) -> None:
    query = make_query("guards", {"filters": {"country": "KG"}, "facets": "year", "since": "2014"})
    for value in (query, index.read(query)):
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        assert dataclasses.asdict(value)["text"] == "guards"
