"""A writer publishes a generation completely or not at all."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import multiprocessing
import pickle
from pathlib import Path
from typing import Any

import pytest

from osce_search.engine.searcher import Searcher
from osce_search.errors import IndexDamaged, IndexLocked, IndexMissing
from osce_search.index.check.verification import verify
from osce_search.index.reader import open_snapshot
from osce_search.index.storage.generation import FILE, read_generation
from osce_search.index.writer import IndexWriter
from osce_search.query import FacetRequest, MatchAll, Plan, Word
from osce_search.release import Release


def release(number: int, text: str = "Border guards were trained.", **more: object) -> Release:
    fields = {"title": f"Training {number}", "date": dt.date(2010, 1, 1 + number % 28), **more}
    return Release(id=str(number), text=text, **fields)  # type: ignore[arg-type]


def write(path: Path, *releases: Release, **options: object) -> None:
    with IndexWriter(path, **options) as writer:  # type: ignore[arg-type]
        for item in releases:
            writer.add(item)
        writer.commit()


def ids(path: Path, word: str | None = None) -> list[str]:
    tree = Word(word) if word else MatchAll()
    query = Plan(tree=tree, limit=None, sort="-date", relax=False)
    return sorted(hit.id for hit in Searcher(open_snapshot(path)).search(query).hits)


def test_uncommitted_changes_are_not_visible(tmp_path: Path) -> None:
    write(tmp_path, release(1))
    with IndexWriter(tmp_path) as writer:
        writer.add(release(2))
        assert ids(tmp_path) == ["1"]
    assert ids(tmp_path) == ["1"]


def test_a_release_replaces_the_one_with_its_id_within_and_across_commits(tmp_path: Path) -> None:
    write(tmp_path, release(1, "old words"), release(1, "newer words"))
    assert ids(tmp_path, "old") == []
    assert ids(tmp_path, "newer") == ["1"]
    write(tmp_path, release(1, "latest words"))
    assert (ids(tmp_path, "newer"), ids(tmp_path, "latest"), ids(tmp_path)) == ([], ["1"], ["1"])


def test_a_delete_after_an_add_in_the_same_session_counts(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(release(1))
        writer.add(release(2))
        assert writer.delete("1") is True
        assert writer.delete("9") is False
        done = writer.commit()
    assert (done.generation, done.total) == (1, 1)
    assert ids(tmp_path) == ["2"]


def test_deleted_releases_are_neither_found_nor_counted(tmp_path: Path) -> None:
    write(tmp_path, *(release(number, country=("MD",)) for number in range(6)))
    with IndexWriter(tmp_path) as writer:
        writer.delete("3")
        writer.commit()
    results = Searcher(open_snapshot(tmp_path)).search(
        Plan(tree=Word("guards"), facets=(FacetRequest("country"),))
    )
    assert results.total == 5
    assert [(bucket.value, bucket.count) for bucket in results.facets["country"].buckets] == [("MD", 5)]


def test_the_fingerprint_does_not_depend_on_order_or_history(tmp_path: Path) -> None:
    write(tmp_path / "a", *(release(number) for number in range(5)))
    write(tmp_path / "b", *(release(number) for number in (4, 2, 9)), release(0, "other words"))
    with IndexWriter(tmp_path / "b") as writer:
        writer.delete("9")
        for number in (0, 1, 3):
            writer.add(release(number))
        writer.commit(optimize=True)
    one, other = (read_generation(tmp_path / name).fingerprint for name in "ab")
    assert one == other


def test_a_changed_word_changes_the_fingerprint(tmp_path: Path) -> None:
    write(tmp_path / "a", release(1))
    write(tmp_path / "b", release(1, "Border guard was trained."))
    assert read_generation(tmp_path / "a").fingerprint != read_generation(tmp_path / "b").fingerprint


def test_many_commits_are_merged_into_few_segments(tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path, release(number))
    assert len(read_generation(tmp_path).segments) <= 8
    assert len(ids(tmp_path, "guards")) == 40


def test_little_memory_gives_the_same_index_as_much(tmp_path: Path) -> None:
    items = [
        release(number, f"Border guards of post {number} were trained, {number % 7} times.")
        for number in range(200)
    ]
    write(tmp_path / "much", *items)
    write(tmp_path / "little", *items, memory=20_000)
    assert read_generation(tmp_path / "much").fingerprint == read_generation(tmp_path / "little").fingerprint
    for word in ("guards", "17", "post", "3"):
        assert ids(tmp_path / "much", word) == ids(tmp_path / "little", word)


def test_a_snapshot_answers_the_same_while_a_writer_changes_and_merges_everything(tmp_path: Path) -> None:
    write(tmp_path, *(release(number) for number in range(10)))
    searcher = Searcher(open_snapshot(tmp_path))
    for number in range(10):
        write(tmp_path, release(number, "Something else."), release(100 + number))
    with IndexWriter(tmp_path) as writer:
        writer.commit(optimize=True)
    hits = searcher.search(Plan(tree=Word("guards"), limit=None)).hits
    assert sorted(hit.id for hit in hits) == [str(number) for number in range(10)]
    assert {hit.release.lead for hit in hits} == {"Border guards were trained."}


def test_digests_and_origins_are_read_back(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(release(1), digest="abc", origin="pages/1.html")
        writer.commit()
    with IndexWriter(tmp_path) as writer:
        assert (writer.digests(), writer.origins()) == ({"1": "abc"}, {"1": "pages/1.html"})


def test_leftovers_of_a_crash_are_removed_and_other_files_are_not(tmp_path: Path) -> None:
    write(tmp_path, release(1))
    (tmp_path / "MAIN_0123456789abcdef.text").write_bytes(b"half")
    (tmp_path / "_MAIN_2.toc").write_bytes(b"half")
    (tmp_path / f"{FILE}.new").write_bytes(b"half")
    (tmp_path / "README.md").write_text("kept")
    write(tmp_path, release(2))
    names = {path.name for path in tmp_path.iterdir()}
    assert "MAIN_0123456789abcdef.text" not in names
    assert f"{FILE}.new" not in names
    assert "README.md" in names
    assert ids(tmp_path) == ["1", "2"]


def test_a_second_writer_learns_which_process_holds_the_lock(tmp_path: Path) -> None:
    with IndexWriter(tmp_path), pytest.raises(IndexLocked, match=r"process \d+ on .* since"):
        IndexWriter(tmp_path)
    write(tmp_path, release(1))


def _die(path: Path) -> None:
    writer = IndexWriter(path)
    writer.add(release(7))
    multiprocessing.current_process().kill()


def test_the_lock_is_released_when_its_process_dies(tmp_path: Path) -> None:
    write(tmp_path, release(1))
    process = multiprocessing.get_context("spawn").Process(target=_die, args=(tmp_path,))
    process.start()
    process.join(30)
    write(tmp_path, release(2))
    assert ids(tmp_path) == ["1", "2"]


def test_a_missing_index_and_a_missing_directory_have_different_messages(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="no such directory"):
        open_snapshot(tmp_path / "nothing")
    with pytest.raises(IndexMissing, match="no index of osce-search in it"):
        open_snapshot(tmp_path)


def test_an_altered_generation_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, release(1))
    path = tmp_path / FILE
    path.write_text(path.read_text().replace('"releases": 1', '"releases": 2'))
    with pytest.raises(IndexDamaged, match="altered"):
        open_snapshot(tmp_path)


def test_a_missing_segment_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, release(1))
    next(tmp_path.glob("*.text")).unlink()
    with pytest.raises(IndexDamaged, match=r"\.text: a file of the index is missing.*--rebuild"):
        open_snapshot(tmp_path)


def test_a_rebuild_replaces_a_damaged_index(tmp_path: Path) -> None:
    write(tmp_path, release(1))
    (tmp_path / FILE).write_text("{}")
    write(tmp_path, release(2), rebuild=True)
    assert ids(tmp_path) == ["2"]


def test_the_values_of_an_index_can_be_pickled_and_copied(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained.", country=("AL",)))
        done = writer.commit()
    generation, found = read_generation(tmp_path), verify(tmp_path)
    values: list[Any] = [done, generation, *generation.segments, found]
    for value in values:
        for twin in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
            assert twin == value
        assert dataclasses.asdict(value)
    snapshot = open_snapshot(tmp_path)
    assert snapshot.neighbours is not None
    for arrays in (snapshot.facet("country"), snapshot.term("border"), snapshot.neighbours):
        assert repr(pickle.loads(pickle.dumps(arrays))) == repr(copy.deepcopy(arrays)) == repr(arrays)
