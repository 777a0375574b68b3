"""Reading: pages and records → releases, in this process or in several at once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from osce_search.builder.enrichment import enrich
from osce_search.builder.report import Failure
from osce_search.corpus import Item, Rejected
from osce_search.errors import RecordError, SourceError
from osce_search.extraction import extract
from osce_search.release import Release

__all__ = ["Read", "clean", "describe", "digest", "read_item", "read_items", "read_record"]

FIRST = 128
"""So many items are read before other processes are started: starting them takes as long."""

_CHUNK = 16
_ID_LENGTH = 200
_TITLE_LENGTH, _URL_LENGTH, _LABEL_LENGTH, _EVIDENCE_LENGTH = 2_000, 4_000, 500, 10_000
_LABELS = 1_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_Promise: TypeAlias = "Future[list[tuple[list[str], str]]]"
_ROOMS = ("builder", "extraction", "vocabulary", "release.py")


@dataclass(frozen=True, slots=True)
class Read:
    """What an item holds: releases, or the reason why it holds none."""

    item: Item
    releases: tuple[Release, ...]
    failure: str = ""


def describe(found: Read | Rejected) -> Failure:
    """Why something brought no release, as a report tells it."""
    if isinstance(found, Rejected):
        return Failure(found.where, found.reason, "file", found.size)
    return Failure(
        found.item.where, found.failure, found.item.kind, len(found.item.content), found.item.sha256
    )


def digest(item: Item) -> str:
    """What an item is known by: it changes when its bytes change, and when that which reads it changes."""
    return hashlib.sha256(_reader() + f"{item.kind} {item.sha256}".encode()).hexdigest()[:32]


@cache
def _reader() -> bytes:
    """The SHA-256 of the code and tables that make a release of a page."""
    root = Path(__file__).parents[1]
    total = hashlib.sha256()
    for room in _ROOMS:
        path = root / room
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.digest()


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


def read_item(item: Item) -> Read:
    """What one item holds."""
    try:
        found = (
            extract(item.content, item.where)
            if item.kind == "page"
            else (read_record(item.content, item.where),)
        )
        releases = tuple(enrich(clean(release, item.where)) for release in found)
    except SourceError as error:
        return Read(item, (), error.reason)
    except Exception as error:  # One page must not end the reading of all; it is named, with what went wrong.
        return Read(
            item, (), f"the reader failed, which is a defect to report ({type(error).__name__}: {error})"
        )
    return Read(item, releases)


def read_record(line: bytes, where: str) -> Release:
    """The release in one line of JSONL; raises RecordError."""
    try:
        record = json.loads(line)
    except UnicodeDecodeError as error:
        raise RecordError(where, f"not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise RecordError(where, f"not JSON ({error.msg}, column {error.colno})") from error
    except (RecursionError, ValueError) as error:
        raise RecordError(where, "JSON that is nested too deep or holds a number too long") from error
    return Release.from_record(record, where)


def clean(release: Release, where: str) -> Release:
    """The release without halves of characters; raises RecordError for what does not fit where a line is shown."""
    if not release.id.isprintable() or len(release.id) > _ID_LENGTH:
        raise RecordError(
            where, f"the id {release.id[:40]!r} is not one line of at most {_ID_LENGTH} printable characters"
        )
    if reason := _find_excess(release):
        raise RecordError(where, reason)
    try:
        "".join(_strings(release)).encode()
    except UnicodeEncodeError:
        return _decode(_SURROGATE.sub("\ufffd", release.to_json()), where)
    return release


def _find_excess(release: Release) -> str:
    """What is too long or too much for a release: all but its text stands on lines of answers, facets and reports."""
    for name, text, most in (
        ("title", release.title, _TITLE_LENGTH),
        ("url", release.url or "", _URL_LENGTH),
        ("type", release.type or "", _LABEL_LENGTH),
        ("language", release.language or "", _LABEL_LENGTH),
        ("parser", release.parser, _LABEL_LENGTH),
    ):
        if len(text) > most:
            return f"the {name} has {len(text):,} characters, the limit is {most:,}"
    listed = ("source", "field", "country", "place", "flags")
    counted = (*((name, getattr(release, name)) for name in listed), ("provenance", release.provenance))
    for name, values in (*counted, *release.provenance.items()):
        if len(values) > _LABELS or len(name) > _LABEL_LENGTH:
            return f"{name[:40]!r} has {len(values):,} values, the limit is {_LABELS:,}"
    for name in listed:
        for label in getattr(release, name):
            if len(label) > _LABEL_LENGTH:
                return f"a value of {name!r} has {len(label):,} characters, the limit is {_LABEL_LENGTH:,}"
    for name, origins in release.provenance.items():
        for origin in origins:
            if len(origin.value) + len(origin.origin) + len(origin.evidence) > _EVIDENCE_LENGTH:
                return (
                    f"the provenance of {name!r} has more than {_EVIDENCE_LENGTH:,} characters for one value"
                )
    return ""


def _strings(release: Release) -> Iterator[str]:
    yield from (release.id, release.title, release.text, release.url or "", release.type or "")
    yield from (release.language or "", release.parser, *release.flags)
    yield from (*release.translations, *release.translations.values())
    yield from (*release.source, *release.field, *release.country, *release.place)
    for origins in release.provenance.values():
        for origin in origins:
            yield from (origin.value, origin.origin, origin.evidence)


def _decode(line: str, where: str) -> Release:
    return Release.from_record(json.loads(line), where, resolve=False)


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
        yield Read(item, tuple(_decode(line, item.where) for line in lines), failure)


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
