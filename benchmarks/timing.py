"""Timing: the times of several engines on the same queries, with noise spread evenly over all of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Entrant", "Times", "measure"]


@dataclass(frozen=True, slots=True)
class Entrant:
    """The calls of one engine, one per query. `before` runs before each call and is not timed."""

    calls: Sequence[Callable[[], Any]]
    before: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The median wall-clock and CPU seconds of each call.

    Both are equal on an idle machine. On a busy one, long calls are interrupted more often than short ones, so that
    only CPU times can be compared.
    """

    wall: list[float]
    processor: list[float]


def measure(entrants: Mapping[str, Entrant], repetitions: int) -> dict[str, Times]:
    """Return the times of each call, by entrant.

    Every call runs once to warm up. In each repetition, the entrants answer all queries in turns, and a different one
    begins. Existing objects are frozen, so that the garbage collection of one engine does not visit the objects of
    another.
    """
    for entrant in entrants.values():
        for call in entrant.calls:
            call()
    gc.collect()
    gc.freeze()
    taken: dict[str, list[list[tuple[float, float]]]] = {
        name: [[] for _ in entrant.calls] for name, entrant in entrants.items()
    }
    names = list(entrants)
    for repetition in range(repetitions):
        turn = repetition % len(names)
        for name in names[turn:] + names[:turn]:
            _answer_all(entrants[name], taken[name])
            gc.collect()
    gc.unfreeze()
    return {
        name: Times(
            *([statistics.median(pair[clock] for pair in call) for call in calls] for clock in (0, 1))
        )
        for name, calls in taken.items()
    }


def _answer_all(entrant: Entrant, taken: list[list[tuple[float, float]]]) -> None:
    before, wall, processor = entrant.before, time.perf_counter, time.process_time
    for call, times in zip(entrant.calls, taken, strict=True):
        if before is not None:
            before()
        begun, busy = wall(), processor()
        call()
        used, ended = processor() - busy, wall()
        times.append((ended - begun, used))
