"""Times are medians, and what comes before a call is not timed."""

from __future__ import annotations

import time

from benchmarks.timing import Entrant, measure


def test_every_call_has_a_time_and_what_goes_before_has_none() -> None:
    calls: list[str] = []
    quick = Entrant([lambda: calls.append("a"), lambda: calls.append("b")])
    prepared = Entrant([lambda: calls.append("c")], before=lambda: time.sleep(0.02))
    times = measure({"quick": quick, "prepared": prepared}, 3)
    assert {name: len(found.wall) for name, found in times.items()} == {"quick": 2, "prepared": 1}
    assert times["prepared"].wall[0] < 0.01
    assert (calls.count("a"), calls.count("c")) == (4, 4)
