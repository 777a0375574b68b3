"""Checking an index, and mending it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from osce_search.index.storage.generation import FILE, publish, read_generation
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from tests.cli.conftest import Osce


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    with IndexWriter(path) as writer:
        for number in range(5):
            writer.add(Release(id=str(number), title="A visit", text=f"It began at gate {number}."))
        writer.commit()
    return path


def damage(path: Path, ending: str, place: int = 100) -> Path:
    file = next(path.glob(f"*{ending}"))
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    return file


def test_a_sound_index_is_reported_with_what_was_checked(osce: Osce, path: Path) -> None:
    outcome = osce("verify", "--full", "--index", str(path))
    assert outcome.code == 0
    assert "sound; generation 1, 5 releases" in outcome.out
    assert outcome.out.endswith("5 releases analysed again\n")


def test_a_damaged_file_is_named_with_what_is_lost(osce: Osce, path: Path) -> None:
    file = damage(path, ".text")
    outcome = osce("verify", "--index", str(path))
    assert outcome.code == 5
    assert outcome.out.startswith(f"{file}: ")
    assert "lost: words of 5 releases cannot be searched" in outcome.out
    assert "osce-search verify --repair" in outcome.err


def test_a_repair_mends_what_is_stored_and_says_so(osce: Osce, path: Path) -> None:
    damage(path, ".columns")
    outcome = osce("verify", "--repair", "--json", "--index", str(path))
    value = json.loads(outcome.out)
    assert outcome.code == 0
    assert (value["sound"], value["repaired"], len(value["problems"])) == (False, {"lost": 0}, 1)
    assert json.loads(osce("verify", "--json", "--index", str(path)).out)["sound"] is True


def test_what_cannot_be_mended_is_counted(osce: Osce, path: Path) -> None:
    damage(path, ".records")
    outcome = osce("verify", "--repair", "--index", str(path))
    assert outcome.code == 5
    assert "5 releases are lost; index the sources" in outcome.err


def test_a_damaged_description_of_the_index_is_a_problem_that_can_be_mended(osce: Osce, path: Path) -> None:
    damage(path, FILE)
    outcome = osce("verify", "--index", str(path))
    assert (outcome.code, FILE in outcome.out) == (5, True)
    assert osce("verify", "--repair", "--index", str(path)).code == 0
    assert osce("query", "gate", "--index", str(path), "--json").code == 0


def test_a_damaged_table_of_contents_is_repaired_without_a_rebuild(osce: Osce, path: Path) -> None:
    file = damage(path, ".toc")
    records = next(path.glob("*.records"))
    outcome = osce("verify", "--index", str(path))
    assert (outcome.code, outcome.out.startswith(f"{file}: altered, its checksum differs")) == (5, True)
    outcome = osce("verify", "--repair", "--index", str(path))
    assert (outcome.code, "repaired; 0 releases are lost" in outcome.err) == (0, True)
    assert records.exists()
    assert osce("verify", "--index", str(path)).code == 0


def test_an_index_of_an_older_version_is_sound_and_says_what_is_not_covered(osce: Osce, path: Path) -> None:
    publish(path, dataclasses.replace(read_generation(path), toc=None))
    outcome = osce("verify", "--index", str(path))
    assert (outcome.code, "sound; generation 1" in outcome.out) == (0, True)
    assert "_MAIN_1.toc: an older version recorded no checksum of it; a repair adds one" in outcome.err
    assert osce("verify", "--repair", "--index", str(path)).code == 0
    assert json.loads(osce("verify", "--json", "--index", str(path)).out)["notes"] == []


def test_no_index_is_no_damage(osce: Osce, tmp_path: Path) -> None:
    outcome = osce("verify", "--repair", "--index", str(tmp_path / "none"))
    assert outcome.code == 3
    assert "no such directory" in outcome.err
