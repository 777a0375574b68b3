"""Damage: an index with one file altered → an error that names it, or answers that are right all the same.

`python -m tests.reliability.damage PLACES SEED` alters a number of places: a flipped bit, a tail cut off, a page of
zeros, or another file of the index in its place.
"""

from __future__ import annotations

import dataclasses
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from osce_search.errors import IndexUnavailable
from osce_search.index.check.verification import verify
from tests.reliability.disk import Disk
from tests.reliability.history import Step, answer_all, find_answers, make_history, run

__all__ = ["damage_index"]

_KINDS = ("flipped bit", "tail cut off", "page of zeros", "swapped file")
_PAGE = 4096


def damage_index(places: int, seed: int, *, size: int = 60) -> Counter[str]:
    """Alter a number of places, one at a time, and count what each alteration led to.

    Raise AssertionError if `verify` does not name the altered file, or if an answer differs from that of the intact
    index. Any other exception is a defect as well.
    """
    dice = random.Random(seed)
    history = _make_history(seed, size)
    answers = find_answers(history)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        with Disk(path):
            fingerprints = [run(path, step) for step in history]
        right = answers[fingerprints[-1]]
        assert answer_all(path) == right
        files = {
            file: file.read_bytes() for file in sorted(path.iterdir()) if not file.name.startswith("MAIN_W")
        }
        assert any(file.suffix == ".deleted" for file in files)
        while sum(found[kind] for kind in _KINDS) < places:
            kind = dice.choice(_KINDS)
            file = dice.choice(list(files))
            altered = _alter(kind, files[file], dice, list(files.values()))
            if altered == files[file]:
                continue
            file.write_bytes(altered)
            found[kind] += 1
            assert file.name in _find_problems(path), f"{kind} in {file.name} goes unnoticed"
            try:
                told = answer_all(path)
            except IndexUnavailable as error:
                assert str(path) in str(error)
                found["told when asked"] += 1
            else:
                assert told == right, f"{kind} in {file.name} changes an answer"
                found["right all the same"] += 1
            file.write_bytes(files[file])
        assert verify(path, full=True).problems == ()
    return found


def _make_history(seed: int, size: int) -> tuple[Step, ...]:
    """Return steps that end with two segments, and deletions in the larger one, with any seed."""
    first = make_history(seed, 4, size)
    whole = dataclasses.replace(first[-1], optimize=True)
    there = [release.id for release in whole.added if release.id not in whole.deleted]
    added = tuple(
        dataclasses.replace(release, id=f"new-{release.id}") for release in whole.added[: size // 4]
    )
    return (*first[:-1], whole, Step(added, tuple(there[:3])))


def _alter(kind: str, data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    place = dice.randrange(len(data))
    if kind == "flipped bit":
        return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]
    if kind == "tail cut off":
        return data[:place]
    if kind == "page of zeros":
        start = place - place % _PAGE
        return data[:start] + bytes(len(data[start : start + _PAGE])) + data[start + _PAGE :]
    return dice.choice(others)


def _find_problems(path: Path) -> set[str]:
    try:
        return {problem.file for problem in verify(path).problems}
    except IndexUnavailable as error:
        return {Path(error.path).name}


if __name__ == "__main__":
    print(dict(damage_index(int(sys.argv[1]), int(sys.argv[2]))))
