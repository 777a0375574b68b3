"""The lock of a writer belongs to one process, and a link in its place is not followed."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest

from osce_search.errors import IndexLocked, IndexUnavailable
from osce_search.index.check.verification import verify
from osce_search.index.storage.generation import FILE, LOCK
from osce_search.index.storage.lock import WriterLock
from osce_search.index.writer import IndexWriter
from osce_search.release import Release


def release(number: int) -> Release:
    return Release(id=str(number), title=f"Training {number}", text="Border guards were trained. " * 20)


def write(path: Path, number: int) -> None:
    with IndexWriter(path) as writer:
        writer.add(release(number))
        writer.commit()


@pytest.mark.parametrize("name", [LOCK, f"{LOCK}.owner", f"{FILE}.new", "_MAIN_1.toc", "_MAIN_2.toc"])
@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_link_in_place_of_a_written_file_is_not_followed(
    tmp_path: Path, name: str, is_damaged: bool
) -> None:
    path, other = tmp_path / "index", tmp_path / "other"
    write(path, 1)
    other.write_text("precious")
    if is_damaged:
        (path / FILE).write_text("{")
    (path / name).unlink(missing_ok=True)
    (path / name).symlink_to(other)
    # The lock file itself must not be a link, and the writer says so.
    told = pytest.raises(IndexUnavailable, match=LOCK) if name == LOCK else contextlib.nullcontext()
    with told, IndexWriter(path, rebuild=is_damaged) as writer:
        writer.add(release(2))
        writer.commit()
    assert other.read_text() == "precious"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_in_place_of_the_note_of_the_writer_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{LOCK}.owner")
    write(tmp_path, 1)
    assert verify(tmp_path).problems == ()


@pytest.mark.parametrize(
    "note", ["", "[]", "7", "{}", "[" * 100_000, json.dumps({"pid": 1, "host": "h" * 10_000, "since": "s"})]
)
def test_a_note_without_content_is_ignored(tmp_path: Path, note: str) -> None:
    lock = WriterLock(tmp_path, 0)
    (tmp_path / f"{LOCK}.owner").write_text(note)
    with pytest.raises(IndexLocked, match="another process is writing this index; try again"):
        WriterLock(tmp_path, 0)
    lock.release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_of_a_writer_neither_writes_nor_releases_the_lock(tmp_path: Path) -> None:
    writer = IndexWriter(tmp_path, memory=1)
    writer.add(release(1))
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with writer:
                writer.add(release(2))
        except IndexUnavailable as error:
            status = 0 if "forked" in str(error) else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with pytest.raises(IndexLocked):
        IndexWriter(tmp_path)
    assert writer.commit().total == 1
    writer.close()
    assert verify(tmp_path, full=True).problems == ()
    with pytest.raises(IndexUnavailable, match="this writer was closed"):
        writer.add(release(3))


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed")
@pytest.mark.parametrize("is_used", [True, False])
def test_a_writer_whose_lock_file_was_removed_publishes_nothing_and_removes_nothing(
    tmp_path: Path, is_used: bool
) -> None:
    write(tmp_path, 1)
    first = IndexWriter(tmp_path)
    first.add(release(2))
    (tmp_path / LOCK).unlink()
    with IndexWriter(tmp_path, memory=1) if is_used else contextlib.nullcontext() as second:
        if second:
            second.add(release(3))
        with pytest.raises(IndexUnavailable, match="removed or replaced while this writer worked"):
            first.commit()
        first.close()
        if second:
            assert second.commit().total == 2
    assert verify(tmp_path, full=True).problems == ()
    with IndexWriter(tmp_path) as writer:
        assert ("3" in writer, "2" in writer) == (is_used, False)


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved")
def test_a_writer_whose_directory_was_replaced_publishes_nothing_in_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "index"
    write(path, 1)
    with IndexWriter(path) as writer:
        writer.add(release(2))
        path.rename(tmp_path / "moved")
        write(path, 3)
        before = {item.name: item.read_bytes() for item in path.iterdir()}
        with pytest.raises(IndexUnavailable, match="removed or replaced while this writer worked"):
            writer.commit()
    assert {item.name: item.read_bytes() for item in path.iterdir()} == before
    assert verify(tmp_path / "moved").problems == ()
