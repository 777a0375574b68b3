"""A handle that was closed says so, one that is dropped lets go of its files, and each stays with its directory."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.backends import Index, local, open_index
from osce_search.errors import IndexUnavailable
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.release import Release


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search("guards"),
        lambda index: index.get("1"),
        lambda index: index.count(),
        lambda index: index.refresh(),
        lambda index: index.fingerprint,
        lambda index: list(index.releases()),
    ],
)
def test_a_closed_handle_answers_no_more_and_what_it_answered_stays(
    tmp_path: Path, ask: Callable[[Index], object]
) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained."))
        writer.commit()
    with open_index(tmp_path) as index:
        results = index.search("guards", facets=["year"])
        index.close()
        index.close()
        with pytest.raises(IndexUnavailable, match="this handle was closed; open the index anew"):
            ask(index)
        assert [hit.release.title for hit in results.hits] == ["A visit"]
        assert results.facets["year"].missing == 1


def write(path: Path, id: str) -> None:
    with IndexWriter(path) as writer:
        writer.add(Release(id=id, title="A visit", text="Border guards were trained."))
        writer.commit()


def test_a_handle_and_a_writer_stay_with_their_directory_where_the_program_moves_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write(here / "index", "1")
    write(there / "index", "other")
    monkeypatch.chdir(here)
    with open_index("index") as index, IndexWriter(Path("index")) as writer:
        monkeypatch.chdir(there)
        writer.add(Release(id="2", title="A visit", text="Judges met."))
        writer.commit()
        assert index.refresh()
        assert [release.id for release in index.releases()] == ["1", "2"]
    with open_index("index") as index:
        assert [release.id for release in index.releases()] == ["other"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list open files")
def test_a_handle_that_is_dropped_unclosed_lets_go_of_its_files_at_once(tmp_path: Path) -> None:
    write(tmp_path, "1")
    before = len(os.listdir("/proc/self/fd"))
    gc.disable()
    try:
        for _ in range(20):
            index = open_index(tmp_path)
            assert index.search("guards", facets=["country"]).total == 1
        del index
        assert len(os.listdir("/proc/self/fd")) == before
    finally:
        gc.enable()


def test_a_handle_that_is_closed_while_it_refreshes_stays_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "1")
    index = open_index(tmp_path)
    write(tmp_path, "2")
    closing = threading.Thread(target=index.close)

    def close_meanwhile(path: Path) -> object:
        closing.start()
        closing.join(0.1)
        return open_snapshot(path)

    monkeypatch.setattr(local, "open_snapshot", close_meanwhile)
    index.refresh()
    closing.join()
    with pytest.raises(IndexUnavailable, match="this handle was closed"):
        index.search("guards")
