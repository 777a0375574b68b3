"""Work: the cost of a call in function calls, which a busy machine does not change, as seconds are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Work:
    """Calls of functions, in Python and in C."""

    calls: int = 0


@contextmanager
def count_work() -> Iterator[Work]:
    """Count the functions that this thread calls in the block. Generators count once for each value."""
    work = Work()

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            work.calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield work
    finally:
        sys.setprofile(before)
