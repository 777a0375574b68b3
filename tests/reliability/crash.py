"""Crash: a writer that is killed at any point → the complete index before its commit or after it.

`python -m tests.reliability.crash POINTS SEED` kills a number of writers with SIGKILL: of twenty, nine after a delay,
nine at a change of the directory, and two as `osce-search index`.
"""

from __future__ import annotations

import functools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from osce_search.errors import IndexMissing
from osce_search.index.storage.generation import read_generation
from tests.reliability.disk import Disk, Event
from tests.reliability.history import Answers, Step, answer_all, check, find_answers, go_on, make_history, run

__all__ = ["kill_commands", "kill_writers"]

_States = dict[str, tuple[Answers, ...]]


def kill_writers(points: int, seed: int, *, size: int = 150) -> Counter[str]:
    """Kill a number of writers, half of them at an event and half after a delay; count the states that they leave.

    Raise AssertionError if a state is incomplete or neither of the two.
    """
    dice = random.Random(seed)
    history = make_history(seed, 7, size)
    answers = find_answers(history)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        states, costs = _prepare(Path(directory), history)
        for number in range(points):
            place = dice.randrange(len(history))
            path = Path(directory, f"killed-{number}")
            _copy(states[place], path)
            seconds, events = costs[place]
            if number % 2:
                status = _wait(_start(functools.partial(_die, path, history[place], dice.randrange(events))))
                assert status == -signal.SIGKILL, "a writer did not come as far as the event it was to die at"
            else:
                pid = _start(functools.partial(run, path, history[place]))
                time.sleep(dice.uniform(0, seconds))
                os.kill(pid, signal.SIGKILL)
                assert _wait(pid) in (0, -signal.SIGKILL), "a writer failed before it was killed"
            after = states[place + 1]
            assert after
            found[_find(path, answers, states[place], after)] += 1
            go_on(path, history[place])
            shutil.rmtree(path)
    return found


def kill_commands(points: int, seed: int) -> Counter[str]:
    """Kill `osce-search index` while it builds, updates and rebuilds, a number of times; count the states."""
    dice = random.Random(seed)
    history = make_history(seed, 2, 150)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        sources: list[Path] = []
        states: list[Path] = []
        for number, step in enumerate(history):
            source = Path(directory, f"{number}.jsonl")
            source.write_text("".join(release.to_json() + "\n" for release in step.added))
            sources.append(source)
            whole = Path(directory, f"whole-{number}", "index")
            if number:
                shutil.copytree(whole.parents[1] / "whole-0" / "index", whole)
            begun = time.monotonic()
            subprocess.run(_command(sources, whole), check=True)
            seconds = time.monotonic() - begun
            states.append(whole)
        answers = {read_generation(whole).fingerprint: answer_all(whole) for whole in states}
        for number in range(points):
            place = dice.randrange(2)
            path = Path(directory, f"killed-{number}", "index")
            before = states[place - 1] if place else None
            _copy(before, path)
            process = subprocess.Popen(
                _command(sources[: place + 1], path, "--rebuild" if number % 3 == 2 else "")
            )
            time.sleep(dice.uniform(seconds * 0.3, seconds))
            process.kill()
            process.wait()
            found[_find(path, answers, before, states[place])] += 1
            subprocess.run(_command(sources[: place + 1], path), check=True)
            assert read_generation(path).fingerprint == read_generation(states[place]).fingerprint
    return found


def _command(sources: Sequence[Path], path: Path, option: str = "") -> list[str]:
    words = ["index", *map(str, sources), "--index", str(path), "--quiet", "--workers", "1", option]
    return [sys.executable, "-m", "osce_search", *filter(None, words)]


def _prepare(directory: Path, history: Sequence[Step]) -> tuple[list[Path | None], list[tuple[float, int]]]:
    """Return the index before and after each step, and the seconds and the events that each step takes."""
    states: list[Path | None] = [None]
    costs: list[tuple[float, int]] = []
    for number, step in enumerate(history):
        logged, path = directory / f"logged-{number}", directory / f"state-{number}"
        for copy in (logged, path):
            _copy(states[-1], copy)
        with Disk(logged) as disk:
            run(logged, step)
        begun = time.monotonic()
        assert _wait(_start(functools.partial(run, path, step))) == 0
        costs.append((time.monotonic() - begun, len(disk.log)))
        states.append(path)
    return states, costs


def _copy(state: Path | None, path: Path) -> None:
    if state is None:
        path.mkdir(parents=True)
    else:
        shutil.copytree(state, path)


def _start(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return pid


def _wait(pid: int) -> int:
    """Return the exit code of a process, or the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _die(path: Path, step: Step, last: int) -> None:
    """Run a step until a number of events have happened."""
    left = last

    def count(event: Event) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with Disk(path, count):
        run(path, step)


def _find(path: Path, answers: _States, before: Path | None, after: Path) -> str:
    """Check that the index is at the state before or after, and return which one it is."""
    new = read_generation(after).fingerprint
    if before is None:
        try:
            read_generation(path)
        except IndexMissing:
            return "old state"
    allowed = [new] if before is None else [read_generation(before).fingerprint, new]
    return "new state" if check(path, answers, allowed) == new else "old state"


if __name__ == "__main__":
    count, first = int(sys.argv[1]), int(sys.argv[2])
    print("writers killed:", dict(kill_writers(count - count // 10, first)))
    print("commands killed:", dict(kill_commands(count // 10, first)))
