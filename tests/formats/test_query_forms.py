"""A question is the same question on every surface, and comes back from an address as it went."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from osce_search.errors import QueryError
from osce_search.formats.query_forms import print_address, print_command, print_python, read_address
from osce_search.query import FacetRequest, Filter, Query
from tests.backends.fake import FakeIndex, make_results
from tests.questions import QUERY, same


@given(QUERY)
def test_an_address_goes_and_comes_back_and_does_not_depend_on_order(query: Query) -> None:
    address = print_address(query)
    back = read_address("https://search.example" + address)
    assert same(back, query)
    assert print_address(back) == address


@given(QUERY)
def test_python_asks_the_same(query: Query) -> None:
    index = FakeIndex(make_results())
    names = {"Filter": Filter, "FacetRequest": FacetRequest, "open_index": lambda path: index}
    exec(print_python(query).partition("\n\n")[2], names)
    index.ask(query)
    by_python, by_query = index.asked
    for name in ("since", "until"):
        by_python[name] = dt.date.fromisoformat(by_python[name]) if by_python[name] else None
    assert by_python == by_query


def test_the_index_that_was_chosen_stands_in_the_command_and_in_python() -> None:
    query = Query("media")
    assert print_command(query, "my index") == 'osce-search query --index "my index" -- media'
    assert 'open_index("my index")' in print_python(query, "my index")


def test_a_command_that_bash_reads_has_no_characters_that_a_terminal_obeys() -> None:
    command = print_command(Query("a\x1b[2J'b\\"))
    assert command == "osce-search query -- $'a\\x1b[2J\\'b\\\\'"


@pytest.mark.parametrize("address", ["?contry=BA", "?limit=many", "?sort=best", "?since=2015-13", "?not.x=1"])
def test_an_address_that_says_something_unknown_is_refused(address: str) -> None:
    with pytest.raises(QueryError):
        read_address(address)
