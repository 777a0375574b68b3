"""Load: many readers and a writer on one index → answers that belong to one state each, and flat memory.

`python -m tests.reliability.load crowd COMMITS SEED` lets 8 processes and 16 threads of one handle search while a
writer commits; `python -m tests.reliability.load soak MINUTES SEED` watches memory and open files.
"""

from __future__ import annotations

import dataclasses
import gc
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path

from osce_search.backends import Index, open_index
from osce_search.index.storage.generation import read_generation
from tests.reliability.history import QUESTIONS, Answers, answer, find_answers, make_history, run

__all__ = ["Footprint", "crowd", "soak"]

PROCESSES, THREADS = 8, 16
_States = dict[str, tuple[Answers, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Footprint:
    """The resources of a process: bytes of private memory, open files, and mapped files of the index."""

    memory: int
    files: int
    maps: int


def crowd(commits: int, seed: int, *, processes: int = PROCESSES, threads: int = THREADS) -> Counter[str]:
    """Search in many processes and threads while a writer commits; count the answers and their states.

    Raise AssertionError if an answer is not that of the state that it names.
    """
    history = make_history(seed, commits, 20)
    answers = find_answers(history)
    found: Counter[str] = Counter()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        run(path, history[0])
        stop = context.Event()
        ends, children = [], []
        for number in range(processes):
            end, other = context.Pipe(duplex=False)
            child = context.Process(target=_read_apart, args=(path, answers, stop, other, seed + number))
            child.start()
            other.close()
            ends.append(end)
            children.append(child)
        with open_index(path) as index:
            done: list[Counter[str]] = []
            readers = [
                threading.Thread(target=_read_shared, args=(index, answers, stop, done, number, _Turn()))
                for number in range(threads)
            ]
            for reader in readers:
                reader.start()
            try:
                for end in ends:
                    assert end.recv() == "ready"
                for step in history[1:]:
                    run(path, step)
                    found["commits"] += 1
            finally:
                stop.set()
                for reader in readers:
                    reader.join()
        told = [*(end.recv() for end in ends), *done]
        for child in children:
            child.join()
    assert len(told) == processes + threads, "a reader did not end as it should"
    for counts in told:
        assert "wrong" not in counts, counts
        found["answers"] += sum(counts.values())
    found["states that were answered of"] = len(set().union(*told))
    return found


def _read_apart(path: Path, answers: _States, stop: Event, end: object, seed: int) -> None:
    """Run a process that opens the index again for some questions and keeps it for others."""
    counts: Counter[str] = Counter()
    with open_index(path) as index:
        end.send("ready")  # type: ignore[attr-defined]
        dice = random.Random(seed)
        while not stop.is_set():
            if dice.random() < 0.2:
                index.refresh()
            if dice.random() < 0.2:
                with open_index(path) as other:
                    _ask(other, answers, dice, counts)
            _ask(index, answers, dice, counts)
    end.send(counts)  # type: ignore[attr-defined]


def _read_shared(
    index: Index, answers: _States, stop: Event, done: list[Counter[str]], seed: int, turn: _Turn
) -> None:
    """Run a thread that shares its index with others, which refresh it at any moment."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    while not stop.is_set():
        with turn:
            if dice.random() < 0.05:
                index.refresh()
            _ask(index, answers, dice, counts)
    done.append(counts)


class _Turn:
    """A lock that a reader holds while it asks, and that another thread takes between two questions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._may = threading.Event()
        self._may.set()

    def __enter__(self) -> None:
        self._may.wait()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def take(self) -> None:
        """Wait for the end of the question, and let no other one begin until `give`."""
        self._may.clear()
        self._lock.acquire()

    def give(self) -> None:
        """Let the reader go on."""
        self._lock.release()
        self._may.set()


def _ask(index: Index, answers: _States, dice: random.Random, counts: Counter[str]) -> None:
    number = dice.randrange(len(QUESTIONS))
    told = answer(index, QUESTIONS[number])
    fingerprint = str(told[0])
    counts[fingerprint if answers[fingerprint][number] == told else "wrong"] += 1


def soak(
    minutes: float, seed: int, *, every: float = 2.0, readers: int = 3, least: int = 30
) -> tuple[Counter[str], list[Footprint]]:
    """Run readers that refresh and a writer that commits in one process, for some minutes; return its resources.

    Resources are measured when every reader is between two questions and the index at the newest state, at least
    `least` times, however long that takes. Raise AssertionError if files of another state are open, or if the last
    third of the measurements finds more memory than the middle third.
    """
    whole = make_history(seed, 42, 40)
    history = (dataclasses.replace(whole[0], rebuild=True), *whole[1:])
    answers = find_answers(history)
    found: Counter[str] = Counter()
    prints: list[Footprint] = []
    stop = threading.Event()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        run(path, history[0])
        other_files = _look(directory).files
        with open_index(path) as index:
            done: list[Counter[str]] = []
            turns = [_Turn() for _ in range(readers)]
            threads = [
                threading.Thread(target=_read_shared, args=(index, answers, stop, done, number, turn))
                for number, turn in enumerate(turns)
            ]
            for thread in threads:
                thread.start()
            begun = looked = time.monotonic()
            try:
                while time.monotonic() < begun + minutes * 60 or len(prints) < least:
                    run(path, history[found["commits"] % len(history)])
                    found["commits"] += 1
                    if time.monotonic() > looked + every:
                        prints.append(_look_at_rest(directory, index, turns))
                        looked = time.monotonic()
                        held = sum(1 for _ in read_generation(path).files())
                        assert prints[-1].maps == held, f"{prints[-1].maps} files are mapped, and not {held}"
                        assert prints[-1].files == other_files + held, f"{prints[-1].files} files are open"
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
        assert len(done) == readers, "a reader did not end as it should"
        for counts in done:
            assert "wrong" not in counts
            found["answers"] += sum(counts.values())
        rest = {file.suffix for file in path.iterdir()}
        assert len(list(path.iterdir())) < 40, rest
    third = len(prints) // 3
    middle, last = (
        statistics.median(item.memory for item in part) for part in (prints[third:-third], prints[-third:])
    )
    assert last <= middle * 1.1, f"memory grew from {middle} to {last}"
    return found, prints


def _look_at_rest(directory: str, index: Index, turns: list[_Turn]) -> Footprint:
    for turn in turns:
        turn.take()
    try:
        index.refresh()
        return _look(directory)
    finally:
        for turn in turns:
            turn.give()


def _look(directory: str) -> Footprint:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    maps = sum(directory in line for line in Path("/proc/self/maps").read_text().splitlines())
    return Footprint(pages, len(os.listdir("/proc/self/fd")), maps)


if __name__ == "__main__":
    amount, first = float(sys.argv[2]), int(sys.argv[3])
    if sys.argv[1] == "crowd":
        print(dict(crowd(int(amount), first)))
    else:
        told, held = soak(amount, first)
        print(dict(told))
        for name in ("memory", "files", "maps"):
            values = [getattr(item, name) for item in held]
            middle = values[len(values) // 2]
            print(
                f"{name}: first {values[0]:,}, middle {middle:,}, last {values[-1]:,}, most {max(values):,}"
            )
