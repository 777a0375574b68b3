"""A setting that does not exist is refused with a list of those that do; otherwise it would silently do nothing."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
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
    ("settings", "message"),
    [
        ({"sort": "newest"}, "'newest' is not a sort order (choose one of relevance, date, -date, title)"),
        ({"tags": "all"}, "'all' is not a kind of tags (choose one of assigned, inferred, both)"),
        ({"collapse": "yes"}, "'yes' is not a way to collapse hits (choose one of none, series, text)"),
        ({"operator": "or"}, "'or' is not an operator; the operators are all, any"),
        (
            {"facets": [FacetRequest("year", 5, "newest")]},  # type: ignore[arg-type]
            "'newest' is not an order of year (choose one of count, label, date, lift)",
        ),
        (
            {"facets": [FacetRequest("year", -1)]},
            "the limit of year must be a whole number, at least 0, or None, not -1",
        ),
        ({"limit": -1}, "limit -1 and offset 0: neither can be below 0"),
        ({"limit": None, "offset": -1}, "limit None and offset -1: neither can be below 0"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_known_ones(
    index: Index, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("guards", **settings)
    assert str(caught.value) == message


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
def test_every_method_refuses_an_unknown_setting(index: Index, ask: Callable[[Index], object]) -> None:
    with pytest.raises(QueryError, match="'all' is not a kind of tags"):
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
def test_no_limit_and_no_offset_is_below_zero(index: Index, ask: Callable[[Index], object]) -> None:
    with pytest.raises(QueryError, match=r"below 0|at least 0"):
        ask(index)


def test_the_name_of_one_facet_need_not_stand_in_a_list(index: Index) -> None:
    assert index.search("guards", facets="country").facets["country"].buckets[0].value == "KG"
    assert list(index.similar("1", facets="country").facets) == ["country"]


@pytest.mark.parametrize("by", ["decade", "country", "years"])
def test_a_trend_by_another_period_is_refused(index: Index, by: Any) -> None:
    with pytest.raises(QueryError, match=f"a trend is by year or by month, not by '{by}'"):
        index.trend("guards", by=by)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"limit": "5"}, "limit must be a whole number, or None for all hits, not '5'"),
        ({"limit": True}, "limit must be a whole number, or None for all hits, not True"),
        ({"offset": None}, "offset must be a whole number, not None"),
        ({"sort": ["date"]}, "sort must be a text, not ['date']"),
        ({"strict": "yes"}, "strict must be True or False, not 'yes'"),
        ({"since": 3.5}, "since must be a date, a text such as '2015-04', or a year, not 3.5"),
        ({"facets": 5}, "facets must be the name of a facet, a FacetRequest, or a list of them, not 5"),
        ({"facets": [5]}, "a facet to count must be a name or a FacetRequest, not 5"),
        ({"filters": 5}, "filters must be a mapping of facets to values, or a list of Filter, not 5"),
        (
            {"filters": ["country"]},
            "filters must be a mapping of facets to values, or a list of Filter, not 'country'",
        ),
        (
            {"filters": "country"},
            "filters must be a mapping of facets to values, or a list of Filter, not 'country'",
        ),
        (
            {"filters": {"country": b"KG"}},
            "the filter 'country' takes a value or a list of values, not b'KG'",
        ),
        (
            {"filters": {"country": [1.5]}},
            "the filter 'country' takes a value or a list of values, not [1.5]",
        ),
    ],
)
def test_a_setting_of_another_type_is_refused_with_what_it_must_be(
    index: Index, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("guards", **settings)
    assert str(caught.value) == message


@pytest.mark.parametrize("query", [None, 5, b"guards", ["guards"]])
def test_a_query_is_a_text_or_a_query(index: Index, query: Any) -> None:
    with pytest.raises(QueryError, match="a query is a text or a Query, not"):
        index.search(query)


def test_a_query_that_holds_other_types_is_refused_when_it_is_asked(index: Index) -> None:
    filters: Any = {"country": "KG"}
    with pytest.raises(
        QueryError, match="the filters of a Query must be a tuple of Filter; 'country' is not"
    ):
        index.search(Query("guards", filters=filters))
    facets: Any = ("country",)
    with pytest.raises(QueryError, match="a facet to count must be a name or a FacetRequest, not 'country'"):
        index.search(Query("guards", facets=facets))


def test_another_type_cannot_be_asked(index: Index) -> None:
    text: Any = 5
    with pytest.raises(QueryError, match="a query is a text or a Query, not 5"):
        index.ask(text)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda index: index.get(1), "an id must be a text, not 1"),
        (lambda index: index.similar(1), "an id must be a text, not 1"),
        (lambda index: index.facet_values(1), "a facet to count must be a name or a FacetRequest, not "),
        (lambda index: index.facet_values("country", 1), "prefix must be a text, not 1"),
        (
            lambda index: index.crosstab("country", 1),
            "a facet to count must be a name or a FacetRequest, not 1",
        ),
    ],
)
def test_an_argument_of_another_type_is_refused(
    index: Index, call: Callable[[Index], Any], message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        call(index)
    assert str(caught.value).startswith(message)


def test_a_time_of_day_in_a_date_has_no_meaning(index: Index) -> None:
    assert index.search("guards", since=dt.datetime(2014, 5, 1, 12)).read_as == "guards AND date:2014-05.."


def test_years_may_be_numbers(index: Index) -> None:
    assert index.search("guards", filters={"year": 2014}).read_as == "guards AND year:2014"
    assert index.search("guards", since=2014, until=2015).read_as == "guards AND date:2014..2015"


def test_an_unknown_setting_name_is_a_type_error(index: Index) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'limt'"):
        index.search("guards", limt=5)  # type: ignore[call-arg]


def test_queries_and_plans_pickle_copy_and_go_through_asdict(index: Index) -> None:
    query = make_query("guards", {"filters": {"country": "KG"}, "facets": "year", "since": "2014"})
    for value in (query, index.read(query)):
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        assert dataclasses.asdict(value)["text"] == "guards"
