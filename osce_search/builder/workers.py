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
"""So many items are read before other processes are started: starting them takes as long."""

_CHUNK = 16
_Promise: TypeAlias = "Future[list[tuple[list[str], str]]]"


def read_items(items: Iterable[Item], workers: int = 1) -> Iterator[Read]:
    """What each item holds, in the order of the items.

    With more than one worker, processes are started once there is enough to read. A page that brings its process
    down is told as a failure, and the reading goes on.
    """
    rest = iter(items)
    for item in islice(rest, FIRST) if workers > 1 else rest:
        yield read_item(item)
    first = next(rest, None)
    if first is not None:
        yield from _read_apart(first, rest, workers)


def _read_chunk(chunk: list[Item]) -> list[tuple[list[str], str]]:
    """What the items hold, as lines of JSONL: a release's provenance cannot be pickled."""
    reads = [read_item(item) for item in chunk]
    return [([release.to_json() for release in read.releases], read.failure) for read in reads]


def _serve(line: Connection) -> None:
    """Leave Ctrl-C to the process that writes, and end when that one has let go of the line, or has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line: Connection) -> None:
    # A writer that was killed tells nobody to end, and readers of pages would wait for ever.
    connection.wait([line])
    os._exit(1)


class _Pool(ProcessPoolExecutor):
    """Processes that read pages; leaving the context ends them, also where the waiting for that is interrupted."""

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        end, self._line = context.Pipe(duplex=False)
        if os.name == "posix":
            # It lets interrupts through once it is there, and so has to be there before they are put off.
            resource_tracker.ensure_running()
        super().__init__(workers, context, initializer=_serve, initargs=(end,))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.shutdown(cancel_futures=True)
        finally:
            # Whoever interrupts a second time interrupts this waiting, and would leave processes that wait for ever.
            self._line.close()


def _start(workers: int) -> _Pool:
    return _Pool(workers)


def _read_apart(first: Item, rest: Iterator[Item], workers: int) -> Iterator[Read]:
    chunk = [first, *islice(rest, _CHUNK - 1)]
    waiting: deque[list[Item]] = deque()
    while chunk or waiting:
        with _start(workers) as pool:
            promises = deque(_submit(pool, items) for items in waiting)
            while chunk or waiting:
                while chunk and len(waiting) < 3 * workers:
                    waiting.append(chunk)
                    promises.append(_submit(pool, chunk))
                    chunk = list(islice(rest, _CHUNK))
                try:
                    read = promises.popleft().result()
                except BrokenProcessPool:
                    break
                yield from _put_together(waiting.popleft(), read)
            else:
                return
        _ensure_startable()
        items = waiting.popleft()
        yield from _put_together(items, _read_one_by_one(items))


def _put_together(items: list[Item], read: Iterable[tuple[list[str], str]]) -> Iterator[Read]:
    for item, (lines, failure) in zip(items, read, strict=True):
        yield Read(item, tuple(decode(line, item.where) for line in lines), failure)


def _submit(pool: ProcessPoolExecutor, items: list[Item]) -> _Promise:
    try:
        with _interrupted_later():
            return pool.submit(_read_chunk, items)
    except BrokenProcessPool as error:
        promise: _Promise = Future()
        promise.set_exception(error)
        return promise


@contextlib.contextmanager
def _interrupted_later() -> Iterator[None]:
    """Ctrl-C within it comes after it, and not at all to what is started in it, from its first moment on."""
    handler = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not callable(handler) or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    came: list[int] = []
    # What is started has what is blocked from here; but another thread may be told, and this one be interrupted for it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if came:
            signal.raise_signal(signal.SIGINT)


def _ensure_startable() -> None:
    """Raise SourceError where it is no page that brings processes down: none so much as starts."""
    with _start(1) as pool:
        try:
            _submit(pool, []).result()
        except BrokenProcessPool as error:
            raise SourceError(
                "reading in several processes",
                "none of them can be started, and what they told stands above; read with one worker, or call this from "
                'beneath if __name__ == "__main__" where it is called as the main module is loaded',
            ) from error


def _read_one_by_one(items: list[Item]) -> Iterator[tuple[list[str], str]]:
    """What each item holds; whichever brings its process down is found out."""
    rest = deque(items)
    while rest:
        with _start(1) as pool:
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
        yield [], "reading it brought the process down"
