"""Refusals: a disk that is full, read-only or failing at any write → a clear error, and an unchanged index.

`python -m tests.reliability.refusals SEED` refuses every event of a history in turn, and then sets real limits: on the
size of files and, if it may mount one, on the size of a file system.
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from osce_search.errors import IndexUnavailable
from osce_search.index.storage.generation import read_generation
from tests.reliability.disk import Disk, Event
from tests.reliability.history import Step, check, find_answers, go_on, make_history, run

__all__ = ["fill_file_system", "limit_file_sizes", "refuse_each"]

_ERRORS = {
    "create": (errno.EROFS, errno.EACCES, errno.ENOSPC),
    "write": (errno.ENOSPC, errno.EIO),
    "truncate": (errno.EIO,),
    "sync": (errno.ENOSPC, errno.EIO),
    "rename": (errno.EROFS, errno.EACCES),
    "unlink": (errno.EROFS, errno.EACCES),
    "sync_directory": (errno.EIO,),
}


def refuse_each(seed: int, *, steps: int = 7, size: int = 30, every: int = 1) -> Counter[str]:
    """Refuse each event of a history in turn, once and from then on, and count the outcomes.

    Raise AssertionError if an error is unclear or the index not as it was.
    """
    history = make_history(seed, steps, size)
    answers = find_answers(history)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        before = Path(directory, "before")
        with Disk(before):
            run(before, history[0])
        for step in history[1:]:
            after = Path(directory, "after")
            shutil.copytree(before, after)
            with Disk(after) as disk:
                run(after, step)
            allowed = [read_generation(path).fingerprint for path in (before, after)]
            for number, event in enumerate(disk.log[::every]):
                error = _ERRORS[event.kind][number % len(_ERRORS[event.kind])]
                for lasting in (False, True):
                    path = Path(directory, "refused")
                    shutil.copytree(before, path)
                    told = _refuse(path, step, number * every, error, lasting)
                    state = check(path, answers, allowed)
                    kept = "the new state" if state == allowed[1] else "the old state"
                    assert told or state == allowed[1], "neither an error nor the new state"
                    found[f"{'told' if told else 'nothing to tell'}, {kept} is there"] += 1
                    go_on(path, step)
                    shutil.rmtree(path)
            shutil.rmtree(before)
            after.rename(before)
    return found


def _refuse(path: Path, step: Step, place: int, number: int, lasting: bool) -> bool:
    """Return whether the refused event led to an error."""
    seen = -1

    def count(event: Event) -> None:
        nonlocal seen
        seen += 1
        if seen == place or (lasting and seen > place):
            # Name the file as the system does if there is a path in the call.
            named = (
                ()
                if event.kind in ("write", "truncate", "sync", "sync_directory")
                else (str(path / event.name),)
            )
            raise OSError(number, os.strerror(number), *named)

    with Disk(path, count):
        try:
            run(path, step)
        except IndexUnavailable as error:
            assert os.strerror(number) in str(error)
            assert str(path) in str(error)
            return True
    return False


def limit_file_sizes(seed: int) -> Counter[str]:
    """Limit the size of files through the system to each of many sizes, and count the outcomes."""
    history = make_history(seed, 2, 60)
    answers = find_answers(history)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        before = Path(directory, "before")
        run(before, history[0])
        old = read_generation(before).fingerprint
        for size in (0, 1, 31, 32, 33, 500, 2000, 5000, 10_000, 20_000, 40_000, 1 << 30):
            path = Path(directory, "limited")
            shutil.copytree(before, path)
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
            try:
                run(path, history[1])
                told = False
            except IndexUnavailable as error:
                assert "no space is left" in str(error)
                told = True
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            state = check(path, answers, [old] if told else list(answers))
            found["told, the old state is there" if told else "the new state is there"] += 1
            assert told or state != old
            go_on(path, history[1])
            shutil.rmtree(path)
    return found


def fill_file_system(seed: int, sizes: Sequence[int]) -> Counter[str] | None:
    """Write to file systems of some sizes in kilobytes; return None if this process may not mount one."""
    history = make_history(seed, 3, 200)
    answers = find_answers(history)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        for size in sizes:
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}k", "osce-search-test", directory],
                capture_output=True,
            )
            if mounted.returncode:
                return None
            try:
                path = Path(directory, "index")
                done: list[str] = []
                for step in history:
                    try:
                        done.append(run(path, step))
                    except IndexUnavailable as error:
                        assert "no space is left" in str(error)
                        found["told, the old state is there" if done else "told, nothing was there"] += 1
                        break
                else:
                    found["the new state is there"] += 1
                if done:
                    check(path, answers, done[-1:])
            finally:
                subprocess.run(["umount", directory], check=True)
    return found


if __name__ == "__main__":
    first = int(sys.argv[1])
    print("each event refused:", dict(refuse_each(first)))
    print("file sizes limited:", dict(limit_file_sizes(first)))
    print("file systems filled:", fill_file_system(first, range(50, 1000, 25)))
