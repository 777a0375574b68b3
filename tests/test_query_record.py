"""A query goes to JSON and comes back as it was; anything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from osce_search.errors import OsceSearchError
from osce_search.query import FacetRequest, Query
from tests.questions import QUERY, REQUEST


@given(QUERY)
def test_json_goes_and_comes_back(query: Query) -> None:
    assert Query.from_record(json.loads(json.dumps(query.to_record()))) == query


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"input": 3},
        {"limit": -1},
        {"limit": True},
        {"since": "2015-02-30"},
        {"sort": "best"},
        {"filters": {"contry": {"any": ["BA"]}}},
        {"filters": {"country": {"some": ["BA"]}}},
        {"filters": {"country": {"any": "BA"}}},
        {"filters": []},
        {"facets": ["contry"]},
        {"facets": "country"},
        {"filters": {"country": ["BA"], "countries": ["RS"]}},
    ],
)
def test_a_record_that_is_not_of_a_query_is_refused(value: object) -> None:
    with pytest.raises(OsceSearchError):
        Query.from_record(value)


@given(REQUEST)
def test_a_request_for_a_facet_goes_and_comes_back(request: FacetRequest) -> None:
    assert FacetRequest.parse(str(request), 10) == request


@pytest.mark.parametrize("since", ["2005", "2005-06", "June 2005", "30 days ago"])
def test_a_date_of_any_precision_stays_in_the_record_as_it_was_given(since: str) -> None:
    query = Query("media", since=since, relax=False, explain=True)
    assert query.to_record()["since"] == since
    assert Query.from_record(query.to_record()) == query


@pytest.mark.parametrize("since", ["2015-13", "2015-00", "2015-02-30", 2015, True])
def test_a_date_that_does_not_exist_is_refused(since: object) -> None:
    with pytest.raises(OsceSearchError, match="is not a valid since"):
        Query.from_record({"input": "media", "since": since})
