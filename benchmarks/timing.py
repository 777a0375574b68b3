"""Timing: what several engines take for the same questions, so that noise falls on all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Entrant", "measure"]


@dataclass(frozen=True, slots=True)
class Entrant:
    """The calls of one engine, one a question; `before` is called, and not timed, ahead of each."""

    calls: Sequence[Callable[[], Any]]
    before: Callable[[], None] | None = None


def measure(entrants: Mapping[str, Entrant], repetitions: int) -> dict[str, list[float]]:
    """The median seconds of each call, by entrant.

    Every call is made once to warm up. Then in each repetition every entrant answers all questions in turn, and who
    is first changes from one to the next. What lives before is kept out of the collector's sight, so that no
    engine's garbage collection pays for another's objects.
    """
    for entrant in entrants.values():
        for call in entrant.calls:
            call()
    gc.collect()
    gc.freeze()
    times: dict[str, list[list[float]]] = {
        name: [[] for _ in entrant.calls] for name, entrant in entrants.items()
    }
    names = list(entrants)
    for repetition in range(repetitions):
        turn = repetition % len(names)
        for name in names[turn:] + names[:turn]:
            _answer_all(entrants[name], times[name])
            gc.collect()
    gc.unfreeze()
    return {name: [statistics.median(call) for call in calls] for name, calls in times.items()}


def _answer_all(entrant: Entrant, times: list[list[float]]) -> None:
    before, clock = entrant.before, time.perf_counter
    for call, taken in zip(entrant.calls, times, strict=True):
        if before is not None:
            before()
        begun = clock()
        call()
        taken.append(clock() - begun)
