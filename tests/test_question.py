"""A question goes to JSON and comes back as it went; what is none is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from osce_search.errors import OsceSearchError
from osce_search.query import FacetRequest
from osce_search.question import (
    Question,
    describe_question,
    print_facet_request,
    read_facet_request,
    read_question,
)
from tests.questions import QUESTION, REQUEST


@given(QUESTION)
def test_json_goes_and_comes_back(question: Question) -> None:
    assert read_question(json.loads(json.dumps(describe_question(question)))) == question


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
def test_what_is_no_question_is_refused(value: object) -> None:
    with pytest.raises(OsceSearchError):
        read_question(value)


@given(REQUEST)
def test_a_request_for_a_facet_goes_and_comes_back(request: FacetRequest) -> None:
    assert read_facet_request(print_facet_request(request), 10) == request
