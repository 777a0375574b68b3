"""Releases are alike by the words that set them apart from all others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from osce_search.backends import Index, open_index
from osce_search.errors import QueryError
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

TEXTS = {
    "dogs": (
        "Border police train with dogs",
        "Handlers and their dogs searched lorries at the border crossing.",
    ),
    "kennel": ("Kennel for search dogs opens", "The kennel has room for twelve dogs of the border police."),
    "copy": (
        "Border police train with their dogs",
        "Handlers and their dogs searched lorries at the border crossing.",
    ),
    "election": (
        "Observers deployed before election",
        "Sixty observers will watch the opening of polling stations.",
    ),
    "concert": ("Concert of two schools", "Pupils sang in the town hall before their parents."),
    "lake": ("Lake cleaned by volunteers", "Volunteers took tyres and bottles out of the lake."),
    "library": ("Library bus on its way", "The bus brings books to villages without a library."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("similarity")
    releases = [
        Release(id=id, title=title, text=text, country=("AL",) if id == "lake" else ("BA",))
        for id, (title, text) in TEXTS.items()
    ]
    releases += [Release(id=f"other{n}", title=f"Visit {n}", text="It began and ended.") for n in range(20)]
    with IndexWriter(path) as writer:
        for release in releases:
            writer.add(release)
        writer.commit()
    with open_index(path) as opened:
        yield opened


def test_the_likest_comes_first_and_neither_the_release_itself_nor_its_copy_does(index: Index) -> None:
    found = index.similar("dogs")
    assert [hit.id for hit in found.hits] == ["kennel"]
    assert found.notes == ("left out as copies of dogs: copy",)
    assert ("dogs", 3) in [(term.text, term.releases) for term in found.terms]


def test_its_question_can_be_asked_like_any_other(index: Index) -> None:
    found = index.similar("dogs")
    asked = index.search(found.read_as)
    assert asked.read_as == found.read_as
    assert [(hit.id, hit.score) for hit in asked.hits] == [(hit.id, hit.score) for hit in found.hits]


def test_filters_limits_and_facets_hold(index: Index) -> None:
    assert index.similar("dogs", limit=0).hits[:] == ()
    assert index.similar("dogs", filters={"country": "AL"}).total == 0
    found = index.similar("dogs", facets=["country"])
    assert [(bucket.value, bucket.count) for bucket in found.facets["country"].buckets] == [("BA", 1)]


def test_a_release_without_words_of_its_own_is_like_none(index: Index) -> None:
    found = index.similar("other1")
    assert (found.total, found.hits[:], found.terms) == (0, (), ())


def test_an_unknown_release_is_refused(index: Index) -> None:
    with pytest.raises(QueryError, match="there is no release 'nobody'"):
        index.similar("nobody")
