"""Timing: what several engines take for the same questions, so that noise falls on all of them alike."""

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
    """The calls of one engine, one a question; `before` is called, and not timed, ahead of each."""

    calls: Sequence[Callable[[], Any]]
    before: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The median seconds of each call: by the clock on the wall, and by the processor's.

    On a machine with nothing else to do both are the same; where it is shared, long calls are interrupted more than
    short ones, and only the processor's clock compares them.
    """

    wall: list[float]
    processor: list[float]


def measure(entrants: Mapping[str, Entrant], repetitions: int) -> dict[str, Times]:
    """The times of each call, by entrant.

    Every call is made once to warm up. Then in each repetition every entrant answers all questions in turn, and who
    is first changes from one to the next. What lives before is kept out of the collector's sight, so that no
    engine's garbage collection pays for another's objects.
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
