"""A repair keeps every release that can be read, reports how many cannot, and can be interrupted anywhere."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from osce_search.errors import IndexDamaged, IndexMissing, IndexUnavailable
from osce_search.index.check.repair import repair
from osce_search.index.check.verification import verify
from osce_search.index.reader import open_snapshot
from osce_search.index.segment.columns import write_deleted
from osce_search.index.segment.records import RecordsReader
from osce_search.index.storage.arrays import ArrayReader
from osce_search.index.storage.generation import FILE, NOTE, read_generation
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from tests.reliability.disk import Disk, Event

STORED = 60


def make_release(number: int, version: int = 0) -> Release:
    dice = random.Random(number * 100 + version)
    words = [f"{dice.randrange(1 << 30):x}" for _ in range(300)]
    return Release(id=str(number), title=f"Training {number}", text=" ".join(words))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """60 releases in two segments, after 10 were replaced and 5 deleted."""
    path = tmp_path / "index"
    with IndexWriter(path) as writer:
        for number in range(65):
            writer.add(make_release(number), digest=f"d{number}", origin="o")
        writer.commit(optimize=True)
    with IndexWriter(path) as writer:
        for number in range(10):
            writer.add(make_release(number, version=1), digest=f"d{number}", origin="o")
        for number in range(60, 65):
            writer.delete(str(number))
        writer.commit()
    assert [bool(segment.deleted) for segment in read_generation(path).segments] == [True, False]
    assert read_generation(path).releases == STORED
    return path


def read_all(path: Path) -> dict[str, Release]:
    return {release.id: release for release in open_snapshot(path).releases()}


def largest(path: Path, part: str) -> Path:
    return max(path.glob(f"*.{part}"), key=lambda file: file.stat().st_size)


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 16
    file.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"\0" * 32 + data[32:],
        lambda data: data[:-1],
        lambda data: data[:-100],
        lambda data: data + b"more",
        lambda data: data[: len(data) - 500] + bytes(500),
        lambda data: b"OSCEARR9" + data[8:],
        lambda data: data[:12] + bytes(8) + data[20:],
    ],
    ids=[
        "no header",
        "cut by one",
        "no end",
        "longer",
        "no directory",
        "other format",
        "directory elsewhere",
    ],
)
def test_damage_outside_the_releases_loses_none_of_them(path: Path, damage: Callable[[bytes], bytes]) -> None:
    before, fingerprint = read_all(path), read_generation(path).fingerprint
    file = largest(path, "records")
    file.write_bytes(damage(file.read_bytes()))
    assert verify(path).problems
    assert repair(path).lost == 0
    assert read_all(path) == before
    assert read_generation(path).fingerprint == fingerprint
    assert verify(path, full=True).problems == ()


def test_a_damaged_block_loses_only_its_own_releases(path: Path) -> None:
    before = read_all(path)
    file = largest(path, "records")
    blocks = [lines for _, lines in RecordsReader(ArrayReader(file)).blocks()]
    assert len(blocks) > 4
    flip(file, file.stat().st_size // 3)
    done = repair(path)
    assert 0 < done.lost <= max(map(len, blocks))
    after = read_all(path)
    assert len(after) == STORED - done.lost
    assert after == {id: before[id] for id in after}
    with IndexWriter(path) as writer:
        assert {id: f"d{id}" for id in after} == writer.digests()


@pytest.mark.parametrize("also", ["", "columns"])
def test_a_repair_keeps_the_right_releases_wherever_their_file_is_damaged(
    path: Path, tmp_path: Path, also: str
) -> None:
    before = read_all(path)
    dice = random.Random(5)
    blocks = RecordsReader(ArrayReader(largest(path, "records"))).blocks()
    largest_block = max(len(lines) for _, lines in blocks)
    for turn in range(12):
        copy = tmp_path / f"copy-{turn}"
        shutil.copytree(path, copy)
        file = largest(copy, "records")
        size = file.stat().st_size
        if turn % 2:
            flip(file, dice.randrange(size))
        else:
            file.write_bytes(file.read_bytes()[: dice.randrange(size)])
        if also:
            flip(copy / f"{file.stem}.{also}", 3)
        done = repair(copy)
        after = read_all(copy)
        # Without the columns, the deletions of the segment may be lost.
        assert {id: after[id] for id in after if id in before} == {
            id: before[id] for id in after if id in before
        }
        assert also or after.keys() <= before.keys()
        assert done.lost >= len(before.keys() - after.keys()) if not also else done.lost >= 0
        assert turn % 2 == 0 or len(before.keys() - after.keys()) <= largest_block
        assert verify(copy, full=True).problems == ()


@pytest.mark.parametrize("optimize", [True, False])
def test_a_description_older_than_the_files_loses_no_release(path: Path, optimize: bool) -> None:
    old = (path / FILE).read_bytes()
    with IndexWriter(path) as writer:
        writer.add(make_release(70))
        writer.add(make_release(20, version=2))
        writer.commit(optimize=optimize)
    before = read_all(path)
    (path / FILE).write_bytes(old)
    files = {item.name for item in path.iterdir()}
    assert "missing" in verify(path).problems[0].what
    with pytest.raises(IndexDamaged, match="missing"):
        IndexWriter(path)
    assert {item.name for item in path.iterdir()} == files
    repair(path)
    assert read_all(path) == before
    assert verify(path, full=True).problems == ()


@pytest.mark.parametrize("state", ["gone", "empty", "of another index"])
def test_without_its_description_an_index_is_repaired_from_its_files(
    path: Path, tmp_path: Path, state: str
) -> None:
    before, number = read_all(path), read_generation(path).number
    (path / FILE).unlink()
    if state == "empty":
        (path / FILE).touch()
    elif state == "of another index":
        with IndexWriter(tmp_path / "other") as writer:
            writer.add(make_release(900))
            writer.commit()
        shutil.copy(tmp_path / "other" / FILE, path / FILE)
    files = {item.name for item in path.iterdir()}
    if state != "of another index":
        with pytest.raises(IndexDamaged):
            open_snapshot(path)
    with pytest.raises(IndexDamaged):
        IndexWriter(path)
    assert {item.name for item in path.iterdir()} - files <= {"MAIN_WRITELOCK"}
    assert repair(path).lost == 0
    assert read_all(path) == before
    assert state == "of another index" or read_generation(path).number > number


def test_an_index_that_lost_its_description_after_one_commit_is_damaged(
    tmp_path: Path,
) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(make_release(1))
        writer.commit()
    (tmp_path / FILE).unlink()
    with pytest.raises(IndexDamaged, match="missing, beside the other files of an index"):
        open_snapshot(tmp_path)
    # A writer that was killed before its first commit leaves the same files, and its note.
    (tmp_path / NOTE).touch()
    with pytest.raises(IndexMissing):
        open_snapshot(tmp_path)


def test_a_file_that_cannot_be_opened_now_does_not_count_as_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_all(path)
    flip(largest(path, "text"), 100)
    refused = largest(path, "records")
    plain = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        if self == refused:
            raise PermissionError(13, "Permission denied", str(self))
        return plain(self, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        with pytest.raises(IndexUnavailable, match="Permission denied"):
            repair(path)
        with pytest.raises(IndexUnavailable, match="Permission denied"):
            verify(path)
    assert repair(path).lost == 0
    assert read_all(path) == before


@pytest.mark.parametrize("is_described", [True, False])
def test_a_repair_that_is_interrupted_anywhere_can_be_repeated(
    path: Path, tmp_path: Path, is_described: bool
) -> None:
    before = read_all(path)
    flip(largest(path, "text"), 100)
    if not is_described:
        (path / FILE).write_text("{")
    whole = tmp_path / "whole"
    shutil.copytree(path, whole)
    with Disk(whole) as disk:
        repair(whole)
    for last in range(0, len(disk.log), 11):
        copy = tmp_path / "copy"
        shutil.copytree(path, copy)
        left = last

        def interrupt(event: Event) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt

        with Disk(copy, interrupt), contextlib.suppress(KeyboardInterrupt):
            repair(copy)
        if not (copy / FILE).exists() or verify_problems(copy):
            assert repair(copy).lost == 0
        assert read_all(copy) == before
        shutil.rmtree(copy)


def verify_problems(path: Path) -> int:
    try:
        return len(verify(path).problems)
    except IndexUnavailable:
        return 1


def test_the_longest_list_of_deletions_counts_whatever_the_file_times(path: Path) -> None:
    before = read_all(path)
    generation = read_generation(path)
    segment = next(item for item in generation.segments if item.deleted)
    older = dataclasses.replace(segment, deleted_count=1)
    assert segment.deleted
    numbers = ArrayReader(path / segment.deleted).array("deleted")[:1]
    write_deleted(path, older, numbers.astype("int64"))
    (path / FILE).write_text("{")
    assert repair(path).lost == 0
    assert read_all(path) == before
