"""Times are medians, and what comes before a call is not timed."""

from __future__ import annotations

import time

import pytest

from benchmarks.timing import Entrant, measure


def test_every_call_has_a_time_and_what_goes_before_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def work(name: str, seconds: float) -> None:
        calls.append(name)
        clock[0] += seconds

    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(time, "process_time", lambda: clock[0])
    calls: list[str] = []
    quick = Entrant([lambda: work("a", 1.0), lambda: work("b", 2.0)])
    prepared = Entrant([lambda: work("c", 4.0)], before=lambda: work("before", 8.0))
    times = measure({"quick": quick, "prepared": prepared}, 3)
    assert {name: found.wall for name, found in times.items()} == {"quick": [1.0, 2.0], "prepared": [4.0]}
    assert times["prepared"].processor == [4.0]
    assert (calls.count("a"), calls.count("c")) == (4, 4)
