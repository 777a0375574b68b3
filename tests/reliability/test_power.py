"""A power cut leaves the last confirmed state, or the one after it."""

from __future__ import annotations

import random

import pytest

from osce_search.errors import IndexUnavailable
from osce_search.index import writer
from osce_search.index.storage import arrays, generation
from tests.reliability.disk import Event
from tests.reliability.power import cut_power, replay


def test_a_power_cut_at_any_point_leaves_a_complete_state() -> None:
    assert sum(cut_power(40, 1).values()) == 40


@pytest.mark.parametrize(
    ("room", "name"), [(arrays, "force"), (writer, "force_directory"), (generation, "force_directory")]
)
def test_a_writer_that_forgets_to_force_something_to_disk_is_found_out(
    monkeypatch: pytest.MonkeyPatch, room: object, name: str
) -> None:
    monkeypatch.setattr(room, name, lambda _: None)
    with pytest.raises((AssertionError, IndexUnavailable)):
        cut_power(60, 2, steps=5, size=10)


def test_forced_data_survive_and_the_rest_may_be_torn() -> None:
    log = [
        Event("create", "file"),
        Event("write", "file", 0, b"a" * 1000),
        Event("sync", "file"),
        Event("sync_directory", ""),
        Event("write", "file", 1000, b"b" * 1000),
    ]
    seen = {replay(log, random.Random(seed), ordered=True)["file"] for seed in range(200)}
    assert all(content.startswith(b"a" * 1000) for content in seen)
    assert len({len(content) for content in seen}) > 10
    assert b"a" * 1000 + b"b" * 1000 in seen
    assert {"file" in replay(log[:3], random.Random(seed), ordered=False) for seed in range(20)} == {
        True,
        False,
    }
