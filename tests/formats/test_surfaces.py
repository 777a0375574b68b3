"""A question is the same question on every surface, and comes back from an address as it went."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given

from osce_search.errors import QueryError
from osce_search.formats.surfaces import print_address, print_command, print_python, read_address
from osce_search.query import FacetRequest, Filter, Query
from osce_search.question import Question
from tests.backends.fake import FakeIndex, make_results
from tests.questions import QUESTION, same


@given(QUESTION)
def test_an_address_goes_and_comes_back_and_does_not_depend_on_order(question: Question) -> None:
    address = print_address(question)
    back = read_address("https://search.example" + address)
    assert same(back, question)
    assert print_address(back) == address


@given(QUESTION)
def test_python_asks_the_same(question: Question) -> None:
    index = FakeIndex(make_results())
    code = print_python(question)
    names = {"Filter": Filter, "FacetRequest": FacetRequest, "open_index": lambda path: index}
    exec(code.partition("\n\n")[2], names)
    question.ask(index)  # type: ignore[arg-type]  # it answers like one
    by_python, by_question = index.asked
    defaults: dict[str, Any] = {"filters": (), "facets": (), "since": None, "until": None}
    defaults |= {"limit": 10, "offset": 0, "sort": "relevance", "profile": "default", "operator": "all"}
    defaults |= {"strict": False, "expand": True, "explain": False, "tags": "both", "collapse": "none"}
    defaults |= {"relax": True}
    told = defaults | by_python
    given_filters = told["filters"]
    if isinstance(given_filters, dict):
        told["filters"] = tuple(Filter(name, tuple(values)) for name, values in given_filters.items())
    told |= {"filters": tuple(told["filters"]), "facets": tuple(told["facets"])}
    for name in ("since", "until"):
        told[name] = dt.date.fromisoformat(told[name]) if told[name] else None
    assert told == by_question


def test_the_index_that_was_chosen_stands_in_the_command_and_in_python() -> None:
    question = Question(Query(text="media"))
    assert print_command(question, "my index") == 'osce-search query --index "my index" -- media'
    assert 'open_index("my index")' in print_python(question, "my index")


def test_a_command_that_bash_reads_has_no_characters_that_a_terminal_obeys() -> None:
    command = print_command(Question(Query(text="a\x1b[2J'b\\")))
    assert command == "osce-search query -- $'a\\x1b[2J\\'b\\\\'"


@pytest.mark.parametrize("address", ["?contry=BA", "?limit=many", "?sort=best", "?since=2015-13", "?not.x=1"])
def test_an_address_that_says_something_unknown_is_refused(address: str) -> None:
    with pytest.raises(QueryError):
        read_address(address)
