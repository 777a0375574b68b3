"""Power: a log of events that ends anywhere → a directory as a power cut may leave it.

The content of a file survives once the file was forced to disk, and a name once the directory was. Any part of the rest
may be missing: blocks of a file stay zero, a file is cut short, names are still the old ones. With `ordered`, names
change on disk in the order in which the program changed them, as with a journal.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.disk import Disk, Event
from tests.reliability.history import Step, check, find_answers, go_on, make_history, run

__all__ = ["cut_power", "record", "replay"]

_BLOCK = 512


@dataclass(slots=True, eq=False)
class _Inode:
    sure: bytes = b""
    written: bytes = b""
    pending: list[tuple[int, int]] = field(default_factory=list)


def record(path: Path, history: Sequence[Step]) -> list[Event]:
    """Return the events of the steps of a history, with a note of the fingerprint after each."""
    path.mkdir(exist_ok=True)
    with Disk(path) as disk:
        for step in history:
            disk.log.append(Event("note", run(path, step)))
    return disk.log


def replay(log: Sequence[Event], dice: random.Random, ordered: bool) -> dict[str, bytes]:
    """Return files as they may be after a power cut at the end of a log."""
    sure: dict[str, _Inode] = {}
    names: dict[str, _Inode] = {}
    changes: list[tuple[str, str, _Inode | None]] = []
    inodes: list[_Inode] = []
    for event in log:
        if event.kind == "create":
            inode = _Inode()
            inodes.append(inode)
            names[event.name] = inode
            changes.append(("link", event.name, inode))
        elif event.kind == "write":
            inode = names[event.name]
            content = inode.written.ljust(event.offset, b"\0")
            end = event.offset + len(event.data)
            inode.written = content[: event.offset] + event.data + content[end:]
            inode.pending.append((event.offset, end))
        elif event.kind == "sync":
            inode = names[event.name]
            inode.sure = inode.written
            inode.pending.clear()
        elif event.kind == "rename":
            inode = names.pop(event.name)
            names[event.target] = inode
            changes.append((f"move {event.name}", event.target, inode))
        elif event.kind == "unlink":
            names.pop(event.name, None)
            changes.append(("unlink", event.name, None))
        elif event.kind == "sync_directory":
            sure, changes = dict(names), []
    kept = (
        changes[: dice.randint(0, len(changes))] if ordered else [c for c in changes if dice.random() < 0.5]
    )
    for kind, name, changed in kept:
        if changed is None:
            sure.pop(name, None)
            continue
        if kind.startswith("move ") and sure.get(kind[5:]) is changed:
            del sure[kind[5:]]
        sure[name] = changed
    return {name: _tear(inode, dice) for name, inode in sure.items()}


def _tear(inode: _Inode, dice: random.Random) -> bytes:
    """Return the content of a file without some blocks that were not forced to disk, or without its end."""
    if not inode.pending:
        return inode.sure
    share = dice.choice((0.0, 0.5, 0.9, 1.0))
    content = bytearray(inode.sure.ljust(len(inode.written), b"\0"))
    for begin, end in inode.pending:
        for start in range(begin - begin % _BLOCK, end, _BLOCK):
            low, high = max(start, begin), min(start + _BLOCK, end)
            if dice.random() < share:
                content[low:high] = inode.written[low:high]
    if dice.random() < 0.3:
        del content[dice.randint(len(inode.sure), len(content)) :]
    return bytes(content)


def cut_power(points: int, seed: int, steps: int = 8, size: int = 30) -> dict[str, int]:
    """Cut the power at a number of points of a history, and count the kinds of states.

    Raise AssertionError if an index is incomplete, or older than the last commit that returned.
    """
    dice = random.Random(seed)
    history = make_history(seed, steps, size)
    answers = find_answers(history)
    found = {"old state": 0, "new state": 0}
    with tempfile.TemporaryDirectory() as directory:
        log = record(Path(directory, "recorded"), history)
        renamed = [number + 1 for number, event in enumerate(log) if event.kind == "rename"]
        first = next(number for number, event in enumerate(log) if event.kind == "note")
        for number in range(points):
            cut = dice.randrange(first + 1, len(log) + 1)
            if number % 4 == 1:
                # The moment of publishing is short, and the one that matters most.
                cut = max(first + 1, dice.choice(renamed))
            past = [event.name for event in log[:cut] if event.kind == "note"]
            next_one = next((event.name for event in log[cut:] if event.kind == "note"), past[-1])
            path = Path(directory, str(number))
            path.mkdir()
            for name, data in replay(log[:cut], dice, ordered=number % 2 == 0).items():
                (path / name).write_bytes(data)
            state = check(path, answers, [past[-1], next_one])
            found["new state" if state != past[-1] else "old state"] += 1
            go_on(path, history[len(past) % steps])
            shutil.rmtree(path)
    return found


if __name__ == "__main__":
    print(cut_power(int(sys.argv[1]), int(sys.argv[2])))
