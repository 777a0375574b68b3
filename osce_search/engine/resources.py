"""Resources: the time and memory that one plan may use, and the cache of what plans share.

Time and memory are checked between the words of a plan and between the terms that a word stands for. The memory is an
upper estimate: postings that are no longer held still count.
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
"""The number of seconds that a plan may take by default."""

MEMORY = 1 << 30
"""The number of bytes of postings that a plan may read by default."""

_ENDLESS = 1 << 40
"""A number of megabytes that no machine has."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The seconds and bytes that each plan may use."""

    seconds: float = SECONDS
    memory: int = MEMORY


def read_budget() -> Budget:
    """Return the budget that OSCE_SEARCH_SECONDS and OSCE_SEARCH_MEMORY (in megabytes) set.

    Raise QueryError if one of them is not a number above 0.
    """
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


class limited:  # noqa: N801  # used like a function; a class takes a third of the time of a generator
    """A context in which `spend` takes from a budget."""

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
    """Take a number of bytes, and the time that has passed, from the budget. Raise BudgetExceeded if one is used up.

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
    """Keeps values that do not depend on the plan, up to a number of bytes; the oldest goes first.

    It may be shared between threads. The time of the last use is not noted, since that costs more than it saves.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> object | None:
        """Return the value of a key, or None."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keep a value of `size` bytes unless the key has one."""
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size)
            self._bytes += size
            while self._bytes > self._limit and len(self._entries) > 1:
                self._bytes -= self._entries.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Remove everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
