"""Reports of one series and copies of one text are folded into one hit, and still counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

SMM = "special-monitoring-mission-to-ukraine"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    with IndexWriter(tmp_path) as writer:
        for day in range(1, 11):
            text = f"The water station was visited, for the {day}th time."
            writer.add(
                Release(f"d{day:02}", f"Daily report {day}", text, date=dt.date(2018, 5, day), type="daily-report",
                        source=(SMM,))
            )  # fmt: skip
        for number in range(2):
            writer.add(
                Release(
                    f"w{number}", "Weekly report", "The water station.", type="weekly-report", source=(SMM,)
                )
            )
        writer.add(
            Release(
                "n1", "Visit", "A visit to the water station.", date=dt.date(2018, 5, 3), source=("odihr",)
            )
        )
        writer.add(Release("n2", "A visit", "A VISIT to the  water station!", source=("secretariat",)))
        writer.commit()
    return open_index(tmp_path)


def test_a_series_is_one_hit_with_a_count(index: Index) -> None:
    results = index.search("water", collapse="series", sort="-date", facets=["type"])
    assert [(hit.id, hit.folded) for hit in results.hits] == [("d10", 9), ("n1", 0), ("n2", 0), ("w0", 1)]


def test_folding_changes_neither_the_total_nor_the_counts(index: Index) -> None:
    results = index.search("water", collapse="series", facets=["type"])
    assert results.total == 14
    assert {bucket.value: bucket.count for bucket in results.facets["type"].buckets}["daily-report"] == 10


def test_pages_go_on_where_the_last_one_ended(index: Index) -> None:
    whole = [hit.id for hit in index.search("water", collapse="series", limit=None).hits]
    pages = [
        hit.id
        for offset in (0, 2, 4)
        for hit in index.search("water", collapse="series", limit=2, offset=offset).hits
    ]
    assert pages == whole


def test_one_text_under_two_ids_is_one_hit(index: Index) -> None:
    results = index.search("visit water", collapse="text", sort="-date")
    assert [(hit.id, hit.folded) for hit in results.hits if hit.id.startswith("n")] == [("n1", 1)]


def test_without_folding_nothing_is_folded(index: Index) -> None:
    hits = index.search("water", limit=None).hits
    assert len(hits) == 14
    assert {hit.folded for hit in hits} == {0}
