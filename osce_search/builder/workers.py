"""Workers: items → what each holds, read in this process or in several at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TypeAlias

from osce_search.builder.ingestion import Read, decode, read_item
from osce_search.corpus import Item
from osce_search.errors import SourceError

FIRST = 128
"""Items that are read before other processes start: a start takes as long as reading them."""

_CHUNK = 16
"""Items that a process reads at a time."""

_Lines: TypeAlias = tuple[list[str], str]
"""What an item holds, as it travels between processes: releases as lines of JSONL, and the failure."""


def read_items(items: Iterable[Item], workers: int = 1) -> Iterator[Read]:
    """Yield what each item holds, in the order of the items.

    With more than one worker, processes start once there is enough to read. A page that crashes its process becomes
    a failure, and the reading goes on. Raise SourceError if no process can be started.
    """
    rest = iter(items)
    for item in islice(rest, FIRST) if workers > 1 else rest:
        yield read_item(item)
    first = next(rest, None)
    if first is not None:
        yield from _read_in_processes(first, rest, workers)


def _read_in_processes(first: Item, rest: Iterator[Item], workers: int) -> Iterator[Read]:
    chunk = [first, *islice(rest, _CHUNK - 1)]
    waiting: deque[list[Item]] = deque()
    while chunk or waiting:
        with _Pool(workers) as pool:
            futures = deque(_submit(pool, items) for items in waiting)
            while chunk or waiting:
                while chunk and len(waiting) < 3 * workers:
                    waiting.append(chunk)
                    futures.append(_submit(pool, chunk))
                    chunk = list(islice(rest, _CHUNK))
                try:
                    found = futures.popleft().result()
                except BrokenProcessPool:
                    break
                yield from _decode_chunk(waiting.popleft(), found)
            else:
                return
        _check_start()
        items = waiting.popleft()
        yield from _decode_chunk(items, _read_one_by_one(items))


def _read_one_by_one(items: list[Item]) -> Iterator[_Lines]:
    """Yield what each item holds, and a failure for each item that crashes its process."""
    rest = deque(items)
    while rest:
        with _Pool(1) as pool:
            while rest:
                try:
                    found = _submit(pool, [rest[0]]).result()[0]
                except BrokenProcessPool:
                    break
                rest.popleft()
                yield found
            else:
                return
        rest.popleft()
        yield [], "reading it crashed the process"


def _read_chunk(chunk: list[Item]) -> list[_Lines]:
    """Read items in a worker process."""
    reads = [read_item(item) for item in chunk]
    return [([release.to_json() for release in read.releases], read.failure) for read in reads]


def _decode_chunk(items: list[Item], found: Iterable[_Lines]) -> Iterator[Read]:
    for item, (lines, failure) in zip(items, found, strict=True):
        yield Read(item, tuple(decode(line, item.where) for line in lines), failure)


class _Pool(ProcessPoolExecutor):
    """Processes that read pages. Leaving the context ends them, even if the wait for that is interrupted."""

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        end, self._line = context.Pipe(duplex=False)
        if os.name == "posix":
            # Starting the tracker unblocks SIGINT, so it has to run before `_defer_interrupt` blocks it.
            resource_tracker.ensure_running()
        super().__init__(workers, context, initializer=_prepare_worker, initargs=(end,))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.shutdown(cancel_futures=True)
        finally:
            # A second Ctrl-C interrupts the shutdown; without this the processes would wait for ever.
            self._line.close()


def _prepare_worker(line: Connection) -> None:
    """Ignore Ctrl-C, which the main process handles, and end when the main process closes the line or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line: Connection) -> None:
    # A main process that is killed tells nobody, and its workers would wait for ever.
    connection.wait([line])
    os._exit(1)


def _submit(pool: ProcessPoolExecutor, items: list[Item]) -> Future[list[_Lines]]:
    try:
        with _defer_interrupt():
            return pool.submit(_read_chunk, items)
    except BrokenProcessPool as error:
        future: Future[list[_Lines]] = Future()
        future.set_exception(error)
        return future


@contextlib.contextmanager
def _defer_interrupt() -> Iterator[None]:
    """Defer SIGINT until the block ends; child processes that start in it ignore SIGINT."""
    handler = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not callable(handler) or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    received: list[int] = []
    # Children inherit the mask. The handler is replaced, too: another thread may get the signal, and Python then runs
    # the handler in this one.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, lambda number, frame: received.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if received:
            signal.raise_signal(signal.SIGINT)


def _check_start() -> None:
    """Raise SourceError if no process can be started, so that no page is blamed for that."""
    with _Pool(1) as pool:
        try:
            _submit(pool, []).result()
        except BrokenProcessPool as error:
            raise SourceError(
                "reading in several processes",
                "no process can be started (its output is above); use one worker, or call this below "
                'if __name__ == "__main__" if it runs when the main module is loaded',
            ) from error
