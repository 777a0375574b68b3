"""Answers travel: into data frames, and into notebooks without harm."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import re
from collections.abc import Iterator

import pytest

from osce_search import open_index
from osce_search.analyses import Crosstab, Heading, Point, Trend
from osce_search.backends import Index
from osce_search.results import Bucket, FacetCounts, Hit, Results, Snippet
from tests.backends.fake import CONFERENCE

HOSTILE = "<script>alert('x')</script> & \"so\""
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;so&quot;"


@pytest.fixture
def index(sample_index: object) -> Iterator[Index]:
    with open_index(str(sample_index)) as opened:
        yield opened


def make_hit(title: str, url: str | None) -> Hit:
    snippet = Snippet("body", f"A visit {title}", ((2, 7),))
    return Hit("7", title, dt.date(2015, 4, 23), url, 1.5, (Snippet("title", title), snippet), CONFERENCE)


def test_a_hit_becomes_a_flat_dictionary() -> None:
    assert make_hit("A visit", "https://www.osce.example/7").to_dict() == {
        "id": "7",
        "date": "2015-04-23",
        "title": "A visit",
        "url": "https://www.osce.example/7",
        "score": 1.5,
        "field": ["media-freedom"],
        "country": ["BA", "RS"],
        "source": ["rfom"],
        "type": "press-release",
        "place": ["Sarajevo"],
        "language": "en",
        "snippet": "A visit A visit",
    }


def test_answers_become_rows_that_csv_and_json_take(index: Index) -> None:
    results = index.search("border", facets=["country"], limit=3)
    for rows in (
        results.to_dicts(),
        results.facets["country"].to_dicts(),
        index.crosstab("country", "year", "border").to_dicts(),
        index.trend("border").to_dicts(),
    ):
        assert json.loads(json.dumps(rows)) == rows
        writer = csv.DictWriter(io.StringIO(), list(rows[0]))
        writer.writerows(rows)
    assert [row["id"] for row in results.to_dicts()] == [hit.id for hit in results.hits]


@pytest.mark.parametrize("limit", [3, None])
def test_hits_are_dataclasses_in_a_sequence_as_pandas_takes_them(index: Index, limit: int | None) -> None:
    hits = index.search("", limit=limit).hits
    assert dataclasses.is_dataclass(hits[0])
    assert list(dataclasses.asdict(hits[0]))[:4] == ["id", "title", "date", "url"]


def test_analyses_become_rows() -> None:
    table = Crosstab(
        "country", "year", (Heading("BA", "Bosnia", 3),), (Heading("2015", "2015", 2), Heading("2016", "2016", 1)),
        ((2, 1),), 3,
    )  # fmt: skip
    assert table.to_dicts() == [{"country": "BA", "2015": 2, "2016": 1}]
    trend = Trend("year", (Point("2015", 1, 4),), 1, 0)
    assert trend.to_dicts() == [{"period": "2015", "count": 1, "of": 4, "share": 0.25}]


def test_a_notebook_shows_an_answer_with_its_marks_and_links() -> None:
    results = Results(1, (make_hit("A visit", "https://www.osce.example/7"),), {}, "visit", ("a note",))
    assert results._repr_html_() == (
        "<table><caption>1 release: visit · a note</caption>"
        "<tr><th>date</th><th>title</th><th>passage</th><th>id</th></tr>"
        '<tr><td dir="auto">2015-04-23</td><td dir="auto">A visit</td>'
        '<td dir="auto">A <mark>visit</mark> A visit</td>'
        '<td><a href="https://www.osce.example/7" rel="noopener noreferrer">7</a></td></tr></table>'
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.example/\"onclick='alert(1)'", None])
def test_a_notebook_shows_hostile_texts_as_texts(url: str | None) -> None:
    heading = Heading("x", HOSTILE, 1)
    shown = (
        Results(1, (make_hit(HOSTILE, url),), {}, HOSTILE, (HOSTILE,)),
        FacetCounts("country", HOSTILE, (Bucket("x", HOSTILE, 1),)),
        Crosstab("country", "place", (heading,), (heading,), ((1,),), 1),
    )
    for answer in shown:
        page = answer._repr_html_()
        assert ESCAPED in page
        tags = re.sub(r"</?(?:table|caption|tr|th|mark)>|<td(?: dir=\"auto\")?>|</td>|</a>", "", page)
        assert re.findall("<[^>]*>", tags) in (
            [],
            [
                '<a href="https://x.example/&quot;onclick=&#x27;alert(1)&#x27;" rel="noopener noreferrer">',
            ],
        )
