"""An answer as JSON is what docs/schema/answer-1.json says, and nothing else."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from osce_search.errors import QueryError
from osce_search.formats.json_output import (
    HIT_FIELDS,
    choose_fields,
    write_answer,
    write_lines,
    write_reading,
)
from osce_search.query import Filter, Query
from osce_search.results import Dropped, Explanation, Hit, Suggestion
from tests.backends.fake import CONFERENCE, make_results

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
QUERY = Query(
    "the media freedom",
    filters=(Filter("country", ("BA",)), Filter("type", ("news",), "none")),
    since=dt.date(2010, 1, 1),
    limit=2,
)


def validate(value: object, name: str) -> None:
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / name).read_text())).validate(value)


def answer(fields: tuple[str, ...] = choose_fields(None), query: Query = QUERY, **changes: Any) -> Any:
    out = io.StringIO()
    write_answer(make_results(**changes), query, out.write, fields)
    return json.loads(out.getvalue())


def test_an_answer_follows_its_published_schema() -> None:
    for value in (answer(), answer(hits=(), facets={}, total=0, receipt=None), answer(fields=HIT_FIELDS)):
        validate(value, "answer-1.json")


def test_an_answer_tells_question_total_hits_counts_page_and_receipt() -> None:
    value = answer()
    assert value["schema_version"] == 1
    assert value["query"]["parsed"] == "media AND freedom AND country:BA"
    assert value["query"]["filters"] == {"country": {"any": ["BA"]}, "type": {"none": ["news"]}}
    assert value["query"]["since"] == "2010-01-01"
    assert value["total"] == {"value": 143, "relation": "eq", "unit": "release"}
    assert value["hits"][0]["country"] == [
        {"code": "BA", "label": "Bosnia and Herzegovina", "origin": "assigned"},
        {"code": "RS", "label": "Serbia", "origin": "inferred"},
    ]
    assert value["hits"][0]["date"] == {"value": "2015-04-23", "precision": "day", "source": "published"}
    assert value["hits"][0]["snippets"][1] == {
        "field": "body",
        "text": "Editors spoke about media freedom in small towns.",
        "marks": [[20, 25], [26, 33]],
        "offset": 120,
    }
    assert value["facets"]["country"]["buckets"][0] == {
        "value": "BA",
        "label": "Bosnia and Herzegovina",
        "count": 61,
        "of": 812,
        "selected": True,
    }
    assert value["facets"]["country"]["missing"] == 9
    assert value["facets"]["country"]["other"] == {"values": 31, "documents": 58}
    assert value["page"] == {"limit": 2, "offset": 0, "next": 2}
    assert value["receipt"]["index"] == "0123abcd"


def test_text_of_a_page_comes_through_unchanged_and_unprintable_characters_escaped() -> None:
    out = io.StringIO()
    write_answer(make_results(), QUERY, out.write)
    hit = json.loads(out.getvalue())["hits"][1]
    assert hit["title"] == '=HYPERLINK("x")\x1b]0;owned\x07 \u202egnp.exe'
    assert hit["date"] == {"value": "2016", "precision": "year", "source": None}
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out.getvalue())


def test_the_last_page_has_no_next() -> None:
    assert answer(total=2)["page"]["next"] is None
    assert answer(hits=())["page"]["next"] is None


def test_only_the_fields_that_were_chosen_are_told() -> None:
    assert answer(fields=choose_fields("id, title"))["hits"][0] == {
        "id": "900123",
        "title": "Media freedom conference opens in Sarajevo",
    }
    with pytest.raises(QueryError, match="a hit has no field 'name'"):
        choose_fields("id,name")


def test_each_hit_tells_which_parts_of_the_question_it_has_and_where() -> None:
    assert [hit["matched"] for hit in answer()["hits"]] == [
        [
            {"text": "media", "fields": ["title", "body"], "typed": None},
            {"text": "freedom", "fields": ["title"], "typed": "liberty"},
        ],
        [],
    ]


def test_an_explanation_is_a_tree_of_numbers() -> None:
    explanation = Explanation(3.0, "sum", (Explanation(1.0, "idf"), Explanation(2.0, "tf")))
    hit = Hit("900123", "t", None, None, 3.0, (), CONFERENCE, explanation)
    value = answer(hits=(hit,))
    validate(value, "answer-1.json")
    assert value["hits"][0]["explanation"]["parts"][1] == {"value": 2.0, "text": "tf"}


def test_lines_are_the_hits_of_the_answer() -> None:
    out = io.StringIO()
    write_lines(make_results(), out.write)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == answer()["hits"]


def test_a_reading_is_an_answer_without_hits() -> None:
    out = io.StringIO()
    write_reading(make_results(), QUERY, out.write)
    value = json.loads(out.getvalue())
    validate(value, "reading-1.json")
    assert value["query"]["expansions"] == [
        {"typed": "rfom", "also": ["Representative on Freedom of the Media"]}
    ]


def test_the_question_of_an_answer_can_be_asked_again() -> None:
    assert Query.from_record(answer()["query"]) == QUERY


def test_why_there_is_nothing_is_told_with_numbers() -> None:
    dropped = (Dropped("kyiv", "word", 14),)
    value = answer(total=0, hits=(), dropped=dropped, suggestions=(Suggestion("electons", "elections", 3),))
    validate(value, "answer-1.json")
    assert value["query"]["dropped"] == [{"what": "kyiv", "kind": "word", "total": 14}]
    assert value["query"]["suggestions"] == [{"typed": "electons", "instead": "elections", "total": 3}]
