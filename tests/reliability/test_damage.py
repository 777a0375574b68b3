"""Damage anywhere is found, or changes no answer; the long run is `make damage`."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osce_search.backends import open_index
from osce_search.errors import IndexDamaged, IndexUnavailable
from osce_search.index.check.verification import verify
from osce_search.index.segment.columns import SegmentReader
from osce_search.index.storage import generation
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter
from osce_search.index.storage.generation import FILE, publish, read_generation
from tests.reliability.damage import damage_index
from tests.reliability.history import Step, make_history, run


def test_damage_at_random_places_is_reported_or_changes_no_answer() -> None:
    found = damage_index(150, 5, size=30)
    assert found["told when asked"] > 100


def test_a_pipe_or_a_directory_in_place_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    run(tmp_path, make_history(1, 1, 10)[0])
    for name in (next(tmp_path.glob("*.text")).name, FILE):
        whole = (tmp_path / name).read_bytes()
        for make in (os.mkfifo, os.mkdir):
            (tmp_path / name).unlink()
            make(tmp_path / name)
            with pytest.raises(IndexDamaged, match=name):
                open_index(tmp_path)
            (tmp_path / name).unlink() if make is os.mkfifo else (tmp_path / name).rmdir()
            (tmp_path / name).write_bytes(whole)
    assert verify(tmp_path).problems == ()


@pytest.mark.parametrize("name", ["../outside.text", "/etc/passwd", "MAIN_a/../../x.text", "MAIN_", ""])
def test_a_forged_generation_reads_no_file_outside(tmp_path: Path, name: str) -> None:
    run(tmp_path, make_history(1, 1, 10)[0])
    forge(tmp_path, lambda content: content["segments"][0].update(name=name))
    with pytest.raises(IndexDamaged, match="does not describe an index"):
        open_index(tmp_path)


def forge(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the generation file, and make its checksum right again."""
    content = json.loads((path / FILE).read_text())["index"]
    change(content)
    forged = {"sha256": generation._checksum(content), "index": content}
    (path / FILE).write_text(json.dumps(forged))


NUMBERS: tuple[object, ...] = ("3", -1, 3.0, None, True, 2, 10**18, 1 << 40, 10**30, [])
GENERATIONS: tuple[object, ...] = (-5, "x", 10**100, None, 1.5)
SEGMENTS: tuple[object, ...] = ({}, "abc", None, [], [7])
FORMATS: tuple[object, ...] = ("\x1b]0;x\x07", [[[]]], None, -1)
STAMPS: tuple[object, ...] = ([], [[1, 2]], [["a", "b"]] * 3, [[1, 2]] * 4, 7, [[1, -2]] * 3)
TOCS: tuple[object, ...] = ("x", 7, [], [1], [1, -2], [1, 2, 3], {"size": 1})
NEIGHBOURS: tuple[object, ...] = ("x", 7, {"file": "../x", "stamp": [1, 2]}, {"file": 7})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("documents", item) for item in NUMBERS),
        *(("stamps", item) for item in STAMPS),
        ("name", 5),
        ("name", None),
        ("name", []),
        ("deleted", [1]),
        ("deleted", {"file": None, "stamp": [1, 2], "count": 2}),
        ("deleted", {"file": "MAIN_a.b", "stamp": [1, 2], "count": -1}),
        ("deleted", {"file": "MAIN_a.b", "stamp": [1, 2], "count": 9}),
    ],
)
def test_a_forged_segment_is_refused_and_takes_no_memory(tmp_path: Path, key: str, value: object) -> None:
    run(tmp_path, make_history(1, 1, 10)[0])
    forge(tmp_path, lambda content: content["segments"][0].update({key: value}))
    with pytest.raises(IndexDamaged, match=FILE):
        open_index(tmp_path)
    with pytest.raises(IndexDamaged, match=FILE):
        verify(tmp_path, full=True)


@pytest.mark.parametrize("size", [1 << 40, 11, 2, 0])
def test_a_forged_number_of_documents_is_found(tmp_path: Path, size: int) -> None:
    run(tmp_path, Step(make_history(1, 1, 10)[0].added[:5], ()))

    def change(content: dict[str, Any]) -> None:
        content["segments"][0]["documents"] = content["releases"] = size

    forge(tmp_path, change)
    with pytest.raises(IndexDamaged, match=r"\.columns: has 5 dates"):
        open_index(tmp_path)
    assert any(problem.file.endswith(".columns") for problem in verify(tmp_path).problems)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("generation", item) for item in GENERATIONS),
        *(("segments", item) for item in SEGMENTS),
        *(("total", item) for item in ("zz", 7, None)),
        *(("neighbours", item) for item in NEIGHBOURS),
        *(("toc", item) for item in TOCS),
        *(("format", item) for item in FORMATS),
        ("releases", 77),
    ],
)
def test_a_forged_description_of_an_index_is_refused(tmp_path: Path, key: str, value: object) -> None:
    run(tmp_path, make_history(1, 1, 10)[0])
    forge(tmp_path, lambda content: content.update({key: value}))
    with pytest.raises(IndexDamaged, match="does not describe an index"):
        open_index(tmp_path)


def test_the_same_release_in_two_segments_is_found(tmp_path: Path) -> None:
    """A deletion is missing in the description and in all sums."""
    first, *_ = make_history(1, 1, 10)
    run(tmp_path, first)
    before = read_generation(tmp_path).segments[0]
    run(tmp_path, Step(first.added[:1], ()))
    after = read_generation(tmp_path)
    whole = (before, *after.segments[1:])
    twice = SegmentReader(tmp_path, after.segments[1]).hashes[0].tobytes()
    publish(tmp_path, dataclasses.replace(after, segments=whole, neighbours=None, total=after.plus([twice])))
    assert [problem.what for problem in verify(tmp_path).problems] == ["1 release is stored twice"]


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "|O", "offset": 64, "length": 1, "crc": [0]},
        {"dtype": "<u8", "offset": 64, "length": 1 << 60, "crc": [0]},
        {"dtype": "<u4", "offset": -4, "length": 1, "crc": [0]},
        {"dtype": "<u4", "offset": 64, "length": 1.5, "crc": [0]},
        {"dtype": "(9,9)u4", "offset": 64, "length": 1, "crc": [0]},
        {"dtype": "<u4", "offset": 64, "length": 1, "crc": []},
        {"dtype": "<u4"},
        7,
    ],
)
def test_a_forged_directory_of_arrays_is_refused(tmp_path: Path, entry: object) -> None:
    with ArrayWriter(tmp_path / "file") as writer:
        writer.write("a", np.arange(4, dtype=np.uint32))
        writer._directory["b"] = entry  # type: ignore[assignment]
    with pytest.raises(IndexUnavailable, match="its directory"):
        ArrayReader(tmp_path / "file")
