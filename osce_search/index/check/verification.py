"""Verification: an index on disk → what is damaged in it, and what is lost by that.

After Lucene's CheckIndex: first every byte against its checksum, then every number against its bounds and its
neighbours, then the postings against an analysis of the stored releases (inspection.py, agreement.py), at last what
is alike and the fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable
from osce_search.index.check.inspection import inspect
from osce_search.index.neighbours import Neighbours, find_neighbours, read_neighbours
from osce_search.index.segment.segment_reader import SegmentReader
from osce_search.index.storage.arrays import ArrayReader
from osce_search.index.storage.generation import FILE, PARTS, Generation, Segment, Stamp, read_generation

_TRIES = 20
SAMPLE = 200
"""Documents of each segment that are analysed anew, unless all are asked for."""

_DAMAGE = (IndexDamaged, IndexIncompatible)
"""What a file says of itself; that it cannot be opened (no permission, too many open files) says nothing of it."""

_LOST = {
    "text": "words of {n} releases cannot be searched; the releases themselves are in the records and can be repaired",
    "columns": "facets, dates and order of {n} releases; the releases are in the records and can be repaired",
    "records": "texts of {n} releases; index their sources anew",
    "deleted": "which releases were deleted; a repair brings them back",
    "neighbours": "which releases are alike; the next commit that changes anything finds it anew",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A damaged file: what is wrong with it and what is lost."""

    file: str
    what: str
    lost: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found: nothing where `problems` is empty."""

    generation: int
    fingerprint: str
    releases: int
    files: int
    bytes: int
    analysed: int
    problems: tuple[Problem, ...]


def verify(directory: Path, *, full: bool = False) -> Verification:
    """What is damaged in the index of a directory; `full` analyses every document anew and not a sample.

    Raises IndexMissing, IndexDamaged or IndexIncompatible where there is no generation to check, and IndexUnavailable
    where a file is there and cannot be opened: that may be so today and not tomorrow, and is no damage. Writers may be
    at work: files that one of them has removed meanwhile are no damage, and the newer state is checked.
    """
    for _ in range(_TRIES):
        generation = read_generation(directory)
        found = _verify(directory, generation, full)
        if not found.problems or read_generation(directory) == generation:
            return found
    raise IndexUnavailable(
        f"{directory}: it changes faster than it can be checked; verify it when nothing is written",
        path=str(directory),
    )


def _verify(directory: Path, generation: Generation, full: bool) -> Verification:
    problems: list[Problem] = []
    readers: list[SegmentReader] = []
    analysed = 0
    for segment in generation.segments:
        found = list(_check_files(directory, segment))
        if not found:
            docs = _sample(segment.documents, full)
            analysed += len(docs)
            try:
                readers.append(SegmentReader(directory, segment))
                found = [_problem(segment, part, what) for part, what in inspect(readers[-1], docs)]
            except _DAMAGE as error:
                part = Path(error.path).name.rpartition(".")[2]
                found = [_problem(segment, part, _tell(error))]
        problems.extend(found)
    if generation.neighbours:
        problems.extend(_check_neighbours(directory, generation, readers if not problems else None, full))
    if not problems:
        problems.extend(_check_whole(generation, readers))
    stamps = [stamp for _, stamp in generation.files()]
    return Verification(
        generation.number,
        generation.fingerprint,
        generation.releases,
        len(stamps),
        sum(size for size, _ in stamps),
        analysed,
        tuple(problems),
    )


def _check_whole(generation: Generation, readers: Sequence[SegmentReader]) -> Iterator[Problem]:
    """All segments together: each release once, and the fingerprint theirs."""
    hashes: list[bytes] = []
    ids: list[bytes] = []
    for reader in readers:
        live = range(reader.segment.documents) if reader.live is None else np.flatnonzero(reader.live)
        hashes.extend(row.tobytes() for row in reader.columns.hashes[live])
        names = list(reader.columns.ids)
        ids.extend(names[doc] for doc in live)
    if len(set(ids)) < len(ids):
        twice = len(ids) - len(set(ids))
        yield Problem(
            FILE, f"{twice} releases are there twice", "which version of them is the last; rebuild to be sure"
        )
    elif replace(generation, total=0).plus(hashes) != generation.total:
        yield Problem(FILE, "the fingerprint is not that of the releases", "nothing; rebuild to be sure")


def _sample(documents: int, full: bool) -> npt.NDArray[np.int64]:
    step = 1 if full else max(1, documents // SAMPLE)
    return np.arange(0, documents, step)


def _problem(segment: Segment, part: str, what: str) -> Problem:
    name = segment.deleted if part == "deleted" and segment.deleted else f"{segment.name}.{part}"
    return Problem(name, what, _LOST[part].format(n=segment.documents))


def _check_files(directory: Path, segment: Segment) -> Iterator[Problem]:
    """Every file there, of its size, and every byte as it was written."""
    parts = [*PARTS, *(["deleted"] if segment.deleted else [])]
    for part, (name, stamp) in zip(parts, segment.files(), strict=True):
        what = _check_file(directory / name, stamp)
        if what:
            yield _problem(segment, part, what)


def _check_file(path: Path, stamp: Stamp) -> str | None:
    try:
        reader = ArrayReader(path)
        if reader.stamp != stamp:
            return f"not the file of {stamp[0]} bytes that was published"
        reader.verify()
    except _DAMAGE as error:
        return _tell(error)
    return None


def _tell(error: IndexUnavailable) -> str:
    """What an error says beside where it is and what to do."""
    return str(error).removeprefix(f"{error.path}: ").partition("; ")[0]


def _check_neighbours(
    directory: Path, generation: Generation, readers: Sequence[SegmentReader] | None, full: bool
) -> Iterator[Problem]:
    """The file of neighbours whole; beside sound segments, neighbours that can be, and if `full` the very ones."""
    assert generation.neighbours is not None
    name, stamp = generation.neighbours
    what = _check_file(directory / name, stamp)
    if what is None:
        try:
            documents = sum(segment.documents for segment in generation.segments)
            found = read_neighbours(ArrayReader(directory / name), documents)
            what = None if readers is None else _compare(found, readers, full)
        except _DAMAGE as error:
            what = _tell(error)
        except (ValueError, IndexError) as error:
            what = f"cannot be compared with the releases ({error})"
    if what is not None:
        yield Problem(name, what, _LOST["neighbours"])


def _compare(found: Neighbours, readers: Sequence[SegmentReader], full: bool) -> str | None:
    masks = [np.ones(r.segment.documents, bool) if r.live is None else r.live for r in readers]
    live = np.concatenate([np.empty(0, bool), *masks])
    own = np.arange(len(live))[:, None]
    there = found.cosines > 0
    if (np.diff(found.cosines.astype(np.int64), axis=1) > 0).any():
        return "neighbours are out of order"
    if ((found.docs == own) == there).any() or not live[found.docs[there]].all() or there[~live].any():
        return "something is the neighbour of a release that cannot be"
    if full:
        expected = find_neighbours(readers)
        if (found.docs != expected.docs).any() or (found.cosines != expected.cosines).any():
            return "not the neighbours of these releases"
    return None
