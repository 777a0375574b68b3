"""Budget: what a question may take of time and memory → an answer, or BudgetExceeded before the rest is touched.

Time is looked at, and memory added up, between the words of a question and between the terms that one of them stands
for. What is counted is an estimate from above: arrays of postings that have been let go since count as well.

Cache: arrays that were worked out for one question → the same for the next.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from contextvars import ContextVar
from dataclasses import dataclass

from osce_search.errors import BudgetExceeded, QueryError

SECONDS = 10.0
"""Seconds that a question may take, unless told otherwise."""

_ENDLESS = 1 << 40
"""Megabytes that no machine has."""

MEMORY = 1 << 30
"""Bytes of postings that a question may touch, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds and bytes that each question may take."""

    seconds: float = SECONDS
    memory: int = MEMORY


def read_budget() -> Budget:
    """The budget that OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY (in megabytes) set; raises QueryError."""
    try:
        seconds = float(os.environ.get("OSCE_SEARCH_SECONDS") or SECONDS)
        megabytes = float(os.environ.get("OSCE_SEARCH_MEMORY") or MEMORY / 2**20)
    except ValueError as error:
        raise QueryError(f"OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY are numbers ({error})") from error
    if not (seconds > 0 and megabytes > 0):
        raise QueryError(
            "OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY are numbers above 0, or inf for no limit"
        )
    return Budget(seconds, int(min(megabytes, _ENDLESS) * 2**20))


class limited:  # noqa: N801  # used like a function; a class costs a third of a generator
    """A context in which no more may be spent than a budget has."""

    __slots__ = ("_token", "budget", "left", "until")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.left = budget.memory
        self.until = time.monotonic() + budget.seconds

    def __enter__(self) -> None:
        self._token = _METER.set(self)

    def __exit__(self, *_: object) -> None:
        _METER.reset(self._token)


_METER: ContextVar[limited | None] = ContextVar("meter", default=None)


def spend(size: int) -> None:
    """Take so many bytes from the budget, and the time that has passed; raises BudgetExceeded where one is used up.

    >>> with limited(Budget(memory=100)):
    ...     spend(101)
    Traceback (most recent call last):
    ...
    osce_search.errors.BudgetExceeded: the question needs more than the 0 MB that it may; ask for fewer ...
    """
    meter = _METER.get()
    if meter is None:
        return
    meter.left -= size
    if meter.left < 0:
        raise BudgetExceeded(
            f"the question needs more than the {meter.budget.memory >> 20:,} MB that it may; ask for fewer or longer "
            "words, or raise OSCE_SEARCH_MEMORY"
        )
    if time.monotonic() > meter.until:
        raise BudgetExceeded(
            f"the question takes longer than the {meter.budget.seconds:g} seconds that it may; ask for fewer or longer "
            "words, or raise OSCE_SEARCH_SECONDS (--timeout on the command line)"
        )


class Cache:
    """What does not depend on the question, up to a number of bytes; what was kept first goes first.

    Safe to share between threads. Which was used last is not noted: that would cost each question more than it spares.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> object | None:
        """What is kept under a key, or None."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keep something of so many bytes under a key that has nothing yet."""
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size)
            self._bytes += size
            while self._bytes > self._limit and len(self._entries) > 1:
                self._bytes -= self._entries.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
