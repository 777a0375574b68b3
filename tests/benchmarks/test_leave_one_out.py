"""Constants are chosen without the collection that they are measured on."""

from __future__ import annotations

from pathlib import Path

from benchmarks.derived_collections import DerivedCollection, write_collection
from benchmarks.leave_one_out import (
    SETTINGS,
    choose_setting,
    measure_collection,
    print_default,
    print_left_out,
    print_settings,
    read_collection,
)
from benchmarks.rankers import Document
from osce_search.engine.scoring import PROFILES

SHIPS = DerivedCollection(
    [
        Document("a", "", "Ships wait."),
        Document("b", "", "Ships sail to the harbour."),
        Document("c", "", "Rain."),
    ],
    {"1": "harbour ships"},
    {"1": ["b"]},
)


def test_the_collection_left_out_has_no_say() -> None:
    changes = [[0.0, 9.0], [0.1, 0.0], [0.1, 0.0]]
    assert [choose_setting(changes, number) for number in range(3)] == [0, 1, 1]


def test_the_tables_name_every_collection_and_setting_and_no_profile_stays_behind(tmp_path: Path) -> None:
    before = list(PROFILES)
    measured = []
    for name in ("ships", "boats"):
        write_collection(SHIPS, tmp_path / name)
        collection = read_collection(tmp_path / name, tmp_path / f"index of {name}")
        measured.append(measure_collection(collection, peers=False))
    assert list(PROFILES) == before
    assert "| boats | 3 | 1 | osce-search, plain | 1.000 / 1.000 / 1.000 |" in print_default(measured)
    assert print_left_out(measured).splitlines()[-1].startswith("| mean |")
    assert len(print_settings(measured).splitlines()) == 3 + len(SETTINGS)
