"""Work: the cost of a call in function calls, which a busy machine does not change, as it changes seconds."""

from __future__ import annotations

import cProfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Work:
    """Calls of functions, in Python and in C."""

    calls: int = 0


@contextmanager
def count_work() -> Iterator[Work]:
    """Count the functions that this thread calls in the block. A generator counts once for each of its values."""
    work = Work()
    profile = cProfile.Profile()
    profile.enable()
    try:
        yield work
    finally:
        profile.disable()
        work.calls = sum(entry.callcount for entry in profile.getstats())
