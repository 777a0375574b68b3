"""A saved answer is asked again, and every difference is reported."""

from __future__ import annotations

import dataclasses
import io
import json
from typing import Any

import pytest

from osce_search.console.summaries import print_replay
from osce_search.console.terminal import Terminal
from osce_search.errors import QueryError
from osce_search.formats.json_output import write_answer
from osce_search.query import Query
from osce_search.replay import Change, SavedAnswer, read_answer, replay
from osce_search.results import Receipt, Results
from tests.backends.fake import FakeIndex, make_results

QUERY = Query("media", limit=2, operator="any")


def keep(results: Results) -> Any:
    out = io.StringIO()
    write_answer(results, QUERY, out.write)
    return json.loads(out.getvalue())


def again(kept: SavedAnswer, **changes: Any) -> Any:
    index = FakeIndex(make_results(**changes))
    return replay(index, kept)  # type: ignore[arg-type]  # it answers like one


def test_the_same_index_gives_the_same_answer() -> None:
    compared = again(read_answer(keep(make_results())))
    assert compared.same
    assert compared.changes == ()
    assert (compared.same_index, compared.same_software) == (True, True)


def test_the_question_is_asked_as_it_was() -> None:
    kept = read_answer(keep(make_results()))
    assert kept.query == QUERY


def test_hits_that_came_went_moved_or_were_edited_are_told() -> None:
    kept = read_answer(keep(make_results()))
    first, second = make_results().hits
    edited = dataclasses.replace(first, release=dataclasses.replace(first.release, text="Another text."))
    fresh = dataclasses.replace(second, id="900999")
    compared = again(kept, hits=(fresh, edited), total=150)
    assert not compared.same
    assert compared.changes == (
        Change("900123", 1, 2, edited=True),
        Change("900124", 2, None),
        Change("900999", None, 1),
    )


def test_another_index_is_told_even_where_the_answer_is_the_same() -> None:
    receipt = Receipt("another", 4, "q", "default", "osce-search 0.2.0")
    compared = again(read_answer(keep(make_results())), receipt=receipt)
    assert compared.same
    assert (compared.same_index, compared.same_software) == (False, False)


def test_an_answer_without_a_receipt_or_hashes_can_be_compared_all_the_same() -> None:
    value = keep(make_results()) | {"receipt": None}
    for hit in value["hits"]:
        del hit["content_sha256"]
    compared = again(read_answer(value))
    assert compared.same
    assert compared.same_index is None


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"query": {}},
        {"query": {"input": "x"}, "total": {"value": 1}, "hits": [{}]},
        {"query": {"input": "x"}, "total": {"value": float("inf")}, "hits": []},
        {"query": {"input": "x"}, "total": {"value": 1}, "hits": [], "receipt": {"index": 7}},
    ],
)
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(QueryError):
        read_answer(value)


def test_a_text_that_is_read_otherwise_today_is_asked_as_it_was_read_then() -> None:
    value = keep(make_results()) | {"receipt": None}
    value["query"] |= {"input": "media date:yesterday", "parsed": "media AND date:2015-04-23"}
    index = FakeIndex(make_results())
    compared = replay(index, read_answer(value))  # type: ignore[arg-type]  # it answers like one
    assert [asked["text"] for asked in index.asked] == ["media date:yesterday", "media AND date:2015-04-23"]
    assert compared.same_reading is False
    assert "the text is read differently today" in print_replay(compared, Terminal(100))


def test_a_text_that_is_read_as_it_was_is_asked_once() -> None:
    index = FakeIndex(make_results())
    kept = read_answer(keep(make_results()))
    assert replay(index, kept).same_reading is True  # type: ignore[arg-type]
    assert len(index.asked) == 1
