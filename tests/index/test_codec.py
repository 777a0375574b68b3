"""Stock Whoosh opens an index and finds what the engine finds."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh_query
from whoosh.index import open_dir
from whoosh.qparser import QueryParser
from whoosh.scoring import BM25F

from osce_search.engine.searcher import Searcher
from osce_search.errors import OsceSearchError
from osce_search.index.analyzer import term_of
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.query import And, DateRange, In, Not, Or, Phrase, Plan, Word
from osce_search.release import Release

TEXTS = (
    "The OSCE trained border guards.\n\nThe guards passed the border.",
    "Media freedom was discussed.\n\nFreedom of the media matters to the OSCE.",
    "Observers watched the election.\n\nThe border was quiet.",
    "A round table on media and elections.",
    "Guards, observers and media at the border.\n\nElection day.",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index")
    for part in range(2):
        with IndexWriter(path) as writer:
            for number, text in enumerate(TEXTS):
                day = dt.date(2000 + number + 5 * part, 1 + number, 3) if number else None
                country = (("MD", "UA"), ("UA",), ())[number % 3]
                writer.add(Release(f"{part}{number}", f"Release {number}", text, date=day, country=country))
            writer.commit()
    with IndexWriter(path) as writer:
        writer.delete("12")
        writer.commit()
    return path


def found(path: Path, query: Any) -> set[str]:
    with open_dir(str(path)).searcher() as searcher:
        return {hit["id"] for hit in searcher.search(query, limit=None)}


def ours(path: Path, tree: Any) -> set[str]:
    return {
        hit.id for hit in Searcher(open_snapshot(path)).search(Plan(tree=tree, limit=None, relax=False)).hits
    }


def term(word: str) -> Any:
    return whoosh_query.Or([whoosh_query.Term(field, term_of(word)) for field in ("title", "lead", "body")])


@pytest.mark.parametrize("word", ["border", "media", "osce", "elections", "absent"])
def test_a_word(path: Path, word: str) -> None:
    assert found(path, term(word)) == ours(path, Word(word))


def test_a_query_in_the_language_of_whoosh(path: Path) -> None:
    with open_dir(str(path)).searcher() as searcher:
        query = QueryParser("lead", searcher.schema).parse("observers OR guards")
        assert {hit["id"] for hit in searcher.search(query, limit=None)} == {"00", "02", "04", "10", "14"}


def test_a_phrase(path: Path) -> None:
    query = whoosh_query.Phrase("lead", ["border", "guard"])
    assert found(path, query) == ours(path, Phrase("border guards", field="lead")) == {"00", "10"}


def test_and_or_not(path: Path) -> None:
    assert found(path, whoosh_query.And([term("border"), term("media")])) == ours(
        path, And((Word("border"), Word("media")))
    )
    assert found(path, whoosh_query.Or([term("guards"), term("freedom")])) == ours(
        path, Or((Word("guards"), Word("freedom")))
    )
    without = whoosh_query.And([term("border"), whoosh_query.Not(term("guards"))])
    assert found(path, without) == ours(path, And((Word("border"), Not(Word("guards")))))


def test_a_facet_value_is_a_term(path: Path) -> None:
    assert found(path, whoosh_query.Term("country", "UA")) == ours(path, In("country", ("UA",)))


def test_a_range_of_dates(path: Path) -> None:
    since, until = dt.date(2002, 1, 1), dt.date(2006, 12, 31)
    query = whoosh_query.DateRange("date", dt.datetime(2002, 1, 1), dt.datetime(2006, 12, 31))
    assert found(path, query) == ours(path, DateRange(since, until)) == {"02", "03", "04", "11"}


def test_sorting_by_date(path: Path) -> None:
    with open_dir(str(path)).searcher() as searcher:
        hits = searcher.search(whoosh_query.Every(), sortedby="date", limit=None)
        dated = [hit["id"] for hit in hits if hit["id"] not in ("00", "10")]
    assert dated == ["01", "02", "03", "04", "11", "13", "14"]


def test_prefix_and_lexicon(path: Path) -> None:
    with open_dir(str(path)).reader() as reader:
        assert [text.decode() for text in reader.expand_prefix("lead", "ob")] == ["observ"]
        assert list(reader.field_terms("country")) == ["MD", "UA"]
        assert reader.doc_frequency("lead", "border") == 4


def test_deleted_releases_are_deleted_for_whoosh(path: Path) -> None:
    assert "12" not in found(path, whoosh_query.Every())
    assert found(path, whoosh_query.Term("id", "12")) == set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_writing_through_whoosh_is_refused(path: Path, tmp_path: Path) -> None:
    shutil.copytree(path, tmp_path / "index", ignore=shutil.ignore_patterns("fresh"))
    with pytest.raises(OsceSearchError, match="IndexWriter"):
        open_dir(str(tmp_path / "index")).delete_by_term("id", "00")


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(["border", "media", "osce", "election", "guards"]))
def test_scores_in_one_field_are_those_of_whoosh_except_for_the_idf(path: Path, word: str) -> None:
    """Whoosh counts deleted documents in its idf and means, so this index has none."""
    releases = list(open_snapshot(path).releases())
    fresh = path / "fresh"
    if not fresh.exists():
        with IndexWriter(fresh) as writer:
            for release in releases:
                writer.add(release)
            writer.commit()
    searcher = Searcher(open_snapshot(fresh))
    results = searcher.search(Plan(tree=Word(word, field="title"), limit=None, profile="fast"))
    profile = searcher.matcher("fast").profile
    with open_dir(str(fresh)).searcher(weighting=BM25F(B=profile.b_title, K1=profile.k1)) as whoosh:
        hits = whoosh.search(whoosh_query.Term("title", term_of(word)), limit=None)
        theirs = {hit["id"]: hit.score for hit in hits}
        theirs_idf = whoosh.idf("title", term_of(word))
    assert set(theirs) == {hit.id for hit in results.hits}
    ours_idf = searcher.matcher("fast").scored(Word(word, field="title")).idf
    # Whoosh saturates tf / norm with k1, the literature v tf / norm; with a weight of one they are equal.
    weight = profile.weights[0]
    for hit in results.hits:
        tf = theirs[hit.id] / theirs_idf
        plain = profile.k1 * tf / (profile.k1 + 1 - tf)
        expected = ours_idf * (profile.k1 + 1) * weight * plain / (profile.k1 + weight * plain)
        assert hit.score == pytest.approx(expected, abs=1e-5)
