"""Damage anywhere is found, or changes no answer; the long run is `make damage`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from osce_search.backends import open_index
from osce_search.errors import IndexDamaged, IndexUnavailable
from osce_search.index import generation
from osce_search.index.arrays import ArrayReader, ArrayWriter
from osce_search.index.generation import FILE
from osce_search.index.verification import verify
from tests.reliability.damage import damage_index
from tests.reliability.history import make_history, run


def test_damage_at_random_places_is_told_or_changes_no_answer() -> None:
    found = damage_index(150, 5, size=30)
    assert found["told when asked"] > 100


def test_a_pipe_or_a_directory_in_place_of_a_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
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
def test_a_forged_generation_leads_to_no_file_outside(tmp_path: Path, name: str) -> None:
    run(tmp_path, make_history(1, 1, 10)[0])
    content = json.loads((tmp_path / FILE).read_text())["index"]
    content["segments"][0]["name"] = name
    forged = {"sha256": generation._checksum(content), "index": content}
    (tmp_path / FILE).write_text(json.dumps(forged))
    with pytest.raises(IndexDamaged, match="does not say what it should"):
        open_index(tmp_path)


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
        writer._finish()
        writer._directory["b"] = entry  # type: ignore[assignment]
    with pytest.raises(IndexUnavailable, match="its directory"):
        ArrayReader(tmp_path / "file")
