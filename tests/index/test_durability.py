"""If the disk refuses a write, the error is clear, the old state intact and the lock free; a retry succeeds."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.engine.searcher import Searcher
from osce_search.errors import IndexDamaged, IndexUnavailable, RecordError
from osce_search.index import writer
from osce_search.index.check.repair import repair
from osce_search.index.check.verification import verify
from osce_search.index.reader import open_snapshot
from osce_search.index.storage import arrays, durability, generation
from osce_search.index.storage.durability import make_directory, replace
from osce_search.index.storage.generation import FILE, read_generation
from osce_search.index.storage.lock import WriterLock
from osce_search.index.writer import IndexWriter
from osce_search.query import MatchAll, Plan
from osce_search.release import Release


def release(number: int, text: str = "Border guards were trained.") -> Release:
    return Release(id=str(number), title=f"Training {number}", text=text)


def write(path: Path, *numbers: int, text: str = "Border guards were trained.") -> None:
    with IndexWriter(path) as writer:
        for number in numbers:
            writer.add(release(number, text))
        writer.commit()


def ids(path: Path) -> list[str]:
    query = Plan(tree=MatchAll(), limit=None)
    return sorted(hit.id for hit in Searcher(open_snapshot(path)).search(query).hits)


def refuse(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, r"no space is left .*; free some space and try again\. The index is unchanged"),
        (
            errno.EROFS,
            r"cannot be written .*; change its permissions, or name another directory with --index",
        ),
        (errno.EMFILE, r"too many files are open .*ulimit"),
        (errno.EIO, r"cannot be written .*; check the disk and try again"),
    ],
)
def test_a_refusal_says_what_where_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    write(tmp_path, 1)
    with monkeypatch.context() as patch, IndexWriter(tmp_path) as open_writer:
        open_writer.add(release(2))
        patch.setattr(arrays, "force", refuse(number))
        with pytest.raises(IndexUnavailable, match=told) as caught:
            open_writer.commit()
        assert str(tmp_path) in str(caught.value)
    assert ids(tmp_path) == ["1"]
    write(tmp_path, 3)
    assert ids(tmp_path) == ["1", "3"]


def test_a_commit_that_failed_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a", 1, 2, 3)
    with IndexWriter(tmp_path / "a") as open_writer:
        open_writer.add(release(2, "newer words"))
        open_writer.delete("3")
        for room, name in ((arrays, "force"), (generation, "force"), (writer, "publish")):
            with monkeypatch.context() as patch:
                patch.setattr(room, name, refuse(errno.ENOSPC))
                with pytest.raises(IndexUnavailable, match="no space"):
                    open_writer.commit()
        done = open_writer.commit()
    assert (done.added, done.deleted, done.total) == (1, 1, 2)
    assert verify(tmp_path / "a", full=True).problems == ()
    write(tmp_path / "b", 1)
    write(tmp_path / "b", 2, text="newer words")
    one, other = (read_generation(tmp_path / name).fingerprint for name in "ab")
    assert one == other


def test_a_state_that_was_published_but_not_confirmed_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)
    with monkeypatch.context() as patch, IndexWriter(tmp_path) as open_writer:
        open_writer.add(release(2))
        patch.setattr(generation, "force_directory", refuse(errno.EIO))
        with pytest.raises(
            IndexUnavailable, match="the new state is published, but the disk does not confirm"
        ):
            open_writer.commit()
    assert ids(tmp_path) == ["1", "2"]
    assert verify(tmp_path, full=True).problems == ()


def test_an_interrupt_right_after_publishing_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)

    def publish_and_stop(path: Path, state: generation.Generation) -> None:
        generation.publish(path, state)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, IndexWriter(tmp_path) as open_writer:
        open_writer.add(release(2))
        patch.setattr(writer, "publish", publish_and_stop)
        with pytest.raises(KeyboardInterrupt):
            open_writer.commit()
    assert ids(tmp_path) == ["1", "2"]


def test_a_rebuild_over_another_format_keeps_every_file_until_it_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(generation, "FORMAT", 99)
        write(tmp_path, 1)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("MAIN_*.*") if path.suffix != ".owner"}
    with IndexWriter(tmp_path, rebuild=True) as open_writer:
        open_writer.add(release(2))
    assert all((tmp_path / name).read_bytes() == data for name, data in before.items())
    with IndexWriter(tmp_path, rebuild=True) as open_writer:
        open_writer.add(release(2))
        open_writer.commit()
    assert not any((tmp_path / name).exists() for name in before)
    assert ids(tmp_path) == ["2"]


def test_a_full_disk_for_the_note_of_the_writer_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(json, "dumps", refuse(errno.ENOSPC))
        with pytest.raises(IndexUnavailable, match="no space"):
            IndexWriter(tmp_path)
    write(tmp_path, 1)


def test_a_lock_is_released_although_no_file_can_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        open_writer = IndexWriter(tmp_path)
        patch.setattr(Path, "unlink", refuse(errno.EROFS))
        open_writer.close()
    write(tmp_path, 1)


def test_a_table_of_contents_that_a_crash_left_stops_no_commit(tmp_path: Path) -> None:
    write(tmp_path, 1)
    with IndexWriter(tmp_path) as open_writer:
        (tmp_path / "_MAIN_2.toc").write_bytes(b"half")
        open_writer.add(release(2))
        open_writer.commit()
    assert ids(tmp_path) == ["1", "2"]


def test_too_many_open_files_are_not_reported_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)
    monkeypatch.setattr(Path, "open", refuse(errno.EMFILE))
    with pytest.raises(IndexUnavailable, match="cannot be read") as caught:
        arrays.ArrayReader(next(tmp_path.glob("*.text")))
    assert not isinstance(caught.value, IndexDamaged)


def test_new_directories_are_forced_into_those_above_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[Path] = []
    monkeypatch.setattr(durability, "force_directory", forced.append)
    make_directory(tmp_path / "a" / "b")
    assert forced == [tmp_path / "a", tmp_path]
    make_directory(tmp_path / "a" / "b")
    assert len(forced) == 2


def test_a_file_that_another_process_has_open_is_replaced_when_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_text("new")
    tries = iter([PermissionError(), PermissionError(), None])
    plain = Path.replace

    def held(source: Path, target: Path) -> Path:
        error = next(tries)
        if error:
            raise error
        return plain(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held)
        with pytest.raises(PermissionError):
            replace(tmp_path / "new", tmp_path / "old")
        patch.setattr(os, "name", "nt")
        replace(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "new"


def test_a_repair_waits_for_a_writer_and_then_reads_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 1)
    plain = WriterLock

    def wait_while_another_commits(path: Path, wait: float) -> object:
        monkeypatch.setattr(writer, "WriterLock", plain)
        write(path, 2)
        with IndexWriter(path) as other:
            other.commit(optimize=True)
        return plain(path, wait)

    monkeypatch.setattr(writer, "WriterLock", wait_while_another_commits)
    assert repair(tmp_path, wait=1).lost == 0
    assert ids(tmp_path) == ["1", "2"]


def test_a_repair_works_without_the_generation_file(tmp_path: Path) -> None:
    write(tmp_path, 1, 2, 3)
    write(tmp_path, 2, text="newer words")
    with IndexWriter(tmp_path) as open_writer:
        open_writer.delete("3")
        open_writer.commit()
    before = read_generation(tmp_path).fingerprint
    data = bytearray((tmp_path / FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / FILE).write_bytes(data)
    assert repair(tmp_path).lost == 0
    assert read_generation(tmp_path).fingerprint == before


def test_a_lost_list_of_deletions_brings_back_no_older_version(tmp_path: Path) -> None:
    write(tmp_path, *range(1, 7))
    write(tmp_path, 2, text="newer words")
    next(tmp_path.glob("*.deleted")).write_bytes(b"")
    repair(tmp_path)
    releases = {item.id: item.text for item in open_snapshot(tmp_path).releases()}
    assert releases["2"] == "newer words"


def test_verifying_while_a_writer_removes_files_finds_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from osce_search.index.check import verification

    write(tmp_path, 1)
    plain = verification._check_files
    commits = iter(range(2, 5))

    def check_late(*arguments: object) -> object:
        for number in commits:
            write(tmp_path, number)
            with IndexWriter(tmp_path) as other:
                other.commit(optimize=True)
            break
        return plain(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(verification, "_check_files", check_late)
    found = verify(tmp_path)
    assert (found.problems, found.releases) == ((), 4)


def test_a_release_that_cannot_be_added_leaves_the_old_one(tmp_path: Path) -> None:
    write(tmp_path, 1, 2)
    with IndexWriter(tmp_path) as open_writer:
        open_writer.add(release(2, "newer words"))
        for number in (1, 2, 3):
            with pytest.raises(RecordError, match=f"release '{number}': has half a character"):
                open_writer.add(release(number, "half \ud800"))
        assert open_writer.commit().total == 2
    assert {item.id: item.text for item in open_snapshot(tmp_path).releases()} == {
        "1": "Border guards were trained.",
        "2": "newer words",
    }
