"""The application's search still finds what people look for."""

from __future__ import annotations

from datetime import date

import pytest
from search import find

from osce_search import open_index
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

RELEASES = [
    ("1", 2008, "TM", "Border guards trained in Ashgabat", "Forty border guards completed a course."),
    ("2", 2011, "BY", "Media freedom round table in Minsk", "Editors discussed media freedom and a law."),
    ("3", 2015, "BY", "Election observers open office", "The mission will observe media coverage, too."),
    ("4", 2019, "MD", "Police and border guards meet", "They spoke of trafficking across the border."),
    ("5", 2021, "TM", "A library of law opens", "Students guard media law beside the border of the campus."),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """A small index that stands for the application's own."""
    path = tmp_path_factory.mktemp("index")
    with IndexWriter(path) as writer:
        for id, year, country, title, text in RELEASES:
            writer.add(Release(id=id, title=title, text=text, date=date(year, 5, 6), country=(country,)))
        writer.commit()
    with open_index(path) as opened:
        yield opened


@pytest.mark.relevance(
    topics="topics.yaml", qrels="qrels.txt", rules="rules.yaml", floors={"nDCG@10": 0.9, "RR@10": 0.9}
)
def test_the_search_of_the_application_keeps_its_floors(relevance, index):
    def ask(topic):
        country = next((value for item in topic.filters for value in item.values), None)
        return find(index, topic.query, country)

    relevance.check(ask, index=index)
