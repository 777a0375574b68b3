"""Releases are alike by the words that set them apart from all others."""

from __future__ import annotations

import json

import pytest

from osce_search.backends import Index, open_index
from osce_search.builder import build
from osce_search.query import Query
from osce_search.similarity import find_similar

TEXTS = {
    "dogs": (
        "Border police train with dogs",
        "Handlers and their dogs searched lorries at the border crossing.",
    ),
    "kennel": ("Kennel for search dogs opens", "The kennel has room for twelve dogs of the border police."),
    "election": (
        "Observers deployed before election",
        "Sixty observers will watch the opening of polling stations.",
    ),
    "concert": ("Concert of two schools", "Pupils sang in the town hall before their parents."),
    "lake": ("Lake cleaned by volunteers", "Volunteers took tyres and bottles out of the lake."),
    "library": ("Library bus on its way", "The bus brings books to villages without a library."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("similarity")
    records = [{"id": id, "title": title, "text": text} for id, (title, text) in TEXTS.items()]
    records += [
        {"id": f"other{n}", "title": f"Visit {n}", "text": "The visit began and ended."} for n in range(20)
    ]
    (folder / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    build([folder / "records.jsonl"], folder / "index")
    return open_index(folder / "index")


def test_the_likest_comes_first_and_the_release_itself_does_not(index: Index) -> None:
    release = index.get("dogs")
    assert release is not None
    found = find_similar(index, release, Query(limit=3))
    assert found.hits[0].id == "kennel"
    assert "dogs" not in [hit.id for hit in found.hits]
    assert ("dogs", 2) in [(term.text, term.releases) for term in found.terms[:2]]


def test_filters_and_limits_hold(index: Index) -> None:
    release = index.get("dogs")
    assert release is not None
    assert len(find_similar(index, release, Query(limit=1)).hits) == 1
    assert find_similar(index, release, Query(limit=None)).hits[0].id == "kennel"


def test_a_release_without_words_of_its_own_is_like_none(index: Index) -> None:
    release = index.get("other1")
    assert release is not None
    found = find_similar(index, release, Query(limit=3))
    assert found.hits == ()
    assert found.terms == ()
