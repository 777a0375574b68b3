"""Arrays in one file are read as they were written, and every alteration is found."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osce_search.errors import IndexDamaged, IndexIncompatible
from osce_search.index.storage.arrays import CHUNK, ArrayReader, ArrayWriter, smallest_uint


def write(path: Path) -> None:
    with ArrayWriter(path) as writer:
        writer.write("small", np.array([1, 2, 3], np.uint8))
        writer.begin("long", np.uint32)
        for start in range(0, 50_000, 7_000):
            writer.extend(np.arange(start, min(start + 7_000, 50_000), dtype=np.uint32))
        writer.write("empty", np.empty(0, np.int64))


def test_an_array_written_whole_or_in_pieces_is_read_back(tmp_path: Path) -> None:
    write(tmp_path / "file")
    reader = ArrayReader(tmp_path / "file")
    assert list(reader.names()) == ["small", "long", "empty"]
    assert reader.array("small").tolist() == [1, 2, 3]
    assert (reader.array("long") == np.arange(50_000)).all()
    assert reader.array("long", 40_000, 40_003).tolist() == [40_000, 40_001, 40_002]
    assert reader.array("empty").size == 0


def test_arrays_are_read_only(tmp_path: Path) -> None:
    write(tmp_path / "file")
    with pytest.raises(ValueError, match="read-only"):
        ArrayReader(tmp_path / "file").array("small")[0] = 9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1)))
def test_the_narrowest_type_holds_every_number(numbers: list[int]) -> None:
    dtype = smallest_uint(max(numbers, default=0))
    assert np.array(numbers, dtype).tolist() == numbers


def test_a_flipped_bit_anywhere_is_found_when_it_is_touched_or_verified(tmp_path: Path) -> None:
    write(tmp_path / "whole")
    data = (tmp_path / "whole").read_bytes()
    dice = random.Random(7)
    for number in range(300):
        altered = bytearray(data)
        altered[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        (tmp_path / "file").write_bytes(altered)
        with pytest.raises((IndexDamaged, IndexIncompatible), match="file"):
            ArrayReader(tmp_path / "file").verify()
        assert number >= 0


def test_only_touched_chunks_are_compared_with_their_checksums(tmp_path: Path) -> None:
    write(tmp_path / "file")
    with (tmp_path / "file").open("r+b") as file:
        file.seek(2 * CHUNK + 100)
        file.write(b"\xff\xff\xff\xff")
    reader = ArrayReader(tmp_path / "file")
    assert reader.array("long", 0, 3).tolist() == [0, 1, 2]
    with pytest.raises(IndexDamaged, match="long is altered near byte"):
        reader.array("long")


@pytest.mark.parametrize("kept", [0, 10, 31, 5_000, 200_000])
def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    write(tmp_path / "file")
    data = (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(data[:kept])
    with pytest.raises(IndexDamaged, match="--rebuild"):
        ArrayReader(tmp_path / "file")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match=r"nothing: a file of the index is missing"):
        ArrayReader(tmp_path / "nothing")


def test_a_file_of_another_format_is_refused_with_both_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("osce_search.index.storage.arrays.FORMAT", 99)
        write(tmp_path / "file")
    with pytest.raises(IndexIncompatible, match="format 99, but this version reads format 1"):
        ArrayReader(tmp_path / "file")


def test_an_exception_while_writing_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), ArrayWriter(tmp_path / "file"):
        raise RuntimeError
    assert not (tmp_path / "file").exists()
