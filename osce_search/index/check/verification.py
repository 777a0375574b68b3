"""Verification: an index on disk → what is damaged, and what is lost by it.

As in Lucene's CheckIndex, each step rests on the one before: every byte is compared with its checksum, then every
number with its bounds and its neighbours, then postings and columns with an analysis of the stored releases
(inspection.py), and last the neighbours and the fingerprint.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexUnavailable
from osce_search.index.check.inspection import Ids, inspect
from osce_search.index.neighbours import find_neighbours
from osce_search.index.segment.columns import Neighbours, SegmentReader, read_neighbours
from osce_search.index.storage.arrays import ArrayReader, Stamp
from osce_search.index.storage.generation import (
    FILE,
    PARTS,
    Generation,
    Segment,
    read_generation,
    stamp_file,
)

SAMPLE = 200
"""The number of documents in each segment that are analysed again, unless all are."""

_TRIES = 20
_DAMAGE = (IndexDamaged, IndexIncompatible)
"""Errors in the content of a file. A file that cannot be opened (no permission, too many open files) is not damaged."""

_LOST = {
    "text": "words of {releases} cannot be searched; a repair restores them from the stored releases",
    "columns": "facets, dates and order of {releases}; a repair restores them from the stored releases",
    "records": "texts of {releases}; index their sources again",
    "deleted": "which releases were deleted; a repair brings them back",
    "neighbours": "which releases are similar; a repair or the next commit with changes finds it again",
    "toc": "stock Whoosh cannot open the index; osce-search does not read this file, and a repair writes it again",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A damaged file: what is wrong with it, and what is lost."""

    file: str
    what: str
    lost: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a check. The index is sound if `problems` is empty.

    `files` is the number of files whose checksums were compared, and `bytes` their size. `notes` tell what could not be
    checked in a sound index.
    """

    generation: int
    fingerprint: str
    releases: int
    files: int
    bytes: int
    analysed: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def verify(directory: Path, *, full: bool = False) -> Verification:
    """Check the index in a directory; `full` analyses every document again, not a sample.

    Writers may be at work: if files disappear because a newer state was published, that state is checked. Raise
    IndexMissing, IndexDamaged or IndexIncompatible if there is no generation to check, and IndexUnavailable if a file
    cannot be opened.
    """
    for _ in range(_TRIES):
        generation = read_generation(directory)
        found = _verify(directory, generation, full)
        if not found.problems or read_generation(directory) == generation:
            return found
    raise IndexUnavailable(
        f"{directory}: it changes faster than it can be checked; verify it when no process writes to it",
        path=str(directory),
    )


def _verify(directory: Path, generation: Generation, full: bool) -> Verification:
    problems: list[Problem] = []
    readers: list[SegmentReader] = []
    analysed = 0
    for segment in generation.segments:
        found = list(_check_files(directory, segment))
        if not found:
            docs = np.arange(0, segment.documents, 1 if full else max(1, segment.documents // SAMPLE))
            analysed += len(docs)
            try:
                readers.append(SegmentReader(directory, segment))
                found = [_problem(segment, part, what) for part, what in inspect(readers[-1], docs)]
            except _DAMAGE as error:
                found = [_problem(segment, Path(error.path).name.rpartition(".")[2], _tell(error))]
        problems.extend(found)
    problems.extend(_check_neighbours(directory, generation, readers if not problems else None, full))
    if not problems:
        problems.extend(_check_whole(generation, readers))
    toc = generation.toc_name
    if what := _check_toc(directory / toc, generation.toc):
        problems.append(Problem(toc, what, _LOST["toc"]))
    stamps = [stamp for _, stamp in generation.files()] + ([generation.toc] if generation.toc else [])
    return Verification(
        generation.number,
        generation.fingerprint,
        generation.releases,
        len(stamps),
        sum(size for size, _ in stamps),
        analysed,
        tuple(problems),
        () if generation.toc else (f"{toc}: an older version recorded no checksum of it; a repair adds one",),
    )


def _check_files(directory: Path, segment: Segment) -> Iterator[Problem]:
    """Compare the size and every byte of each file of a segment with what was published."""
    for part, (name, stamp) in zip((*PARTS, "deleted"), segment.files(), strict=False):
        if what := _check_file(directory / name, stamp):
            yield _problem(segment, part, what)


def _check_file(path: Path, stamp: Stamp) -> str | None:
    try:
        ArrayReader(path, stamp).verify()
    except _DAMAGE as error:
        return _tell(error)
    return None


def _check_toc(path: Path, stamp: Stamp | None) -> str | None:
    """Compare Whoosh's table of contents with its checksum; it is a pickle, and never loaded."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file"
        if stamp and status.st_size != stamp[0]:
            return f"not the file of {stamp[0]} bytes that was published but one of {status.st_size}"
        if stamp and stamp_file(path) != stamp:
            return "altered, its checksum differs"
    except FileNotFoundError:
        return "a file of the index is missing"
    except OSError as error:
        raise IndexUnavailable(f"{path}: cannot be read ({error.strerror})", path=str(path)) from error
    return None


def _problem(segment: Segment, part: str, what: str) -> Problem:
    name = segment.deleted if part == "deleted" and segment.deleted else f"{segment.name}.{part}"
    return Problem(name, what, _LOST[part].format(releases=_count_releases(segment.documents)))


def _tell(error: IndexUnavailable) -> str:
    """Return the part of a message that says what is wrong, without the path and what to do."""
    return str(error).removeprefix(f"{error.path}: ").partition("; ")[0]


def _check_whole(generation: Generation, readers: Sequence[SegmentReader]) -> Iterator[Problem]:
    """Check that all segments together have each release once, and the fingerprint."""
    hashes: list[bytes] = []
    ids: list[bytes] = []
    for reader in readers:
        hashes.extend(row.tobytes() for row in reader.hashes[reader.live_docs])
        ids.extend(reader.live_ids())
    twice = len(ids) - len({*ids})
    if twice:
        verb = "is" if twice == 1 else "are"
        what, lost = f"{_count_releases(twice)} {verb} stored twice", "which version of them is the newest"
        yield Problem(FILE, what, f"{lost}; rebuild the index")
    elif replace(generation, total=0).plus(hashes) != generation.total:
        yield Problem(
            FILE, "the fingerprint is not that of the releases", "nothing; rebuild the index to be sure"
        )


def _count_releases(number: int) -> str:
    return f"{number} release{'' if number == 1 else 's'}"


def _check_neighbours(
    directory: Path, generation: Generation, readers: Sequence[SegmentReader] | None, full: bool
) -> Iterator[Problem]:
    """Check the file of neighbours, and its rows against the segments unless these are damaged."""
    if generation.neighbours is None:
        return
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
    live = np.zeros(len(found.docs), bool)
    base = 0
    for reader in readers:
        live[base + reader.live_docs] = True
        base += reader.segment.documents
    own: Ids = np.arange(len(live))[:, None]
    is_neighbour = found.cosines > 0
    if (np.diff(found.cosines.astype(np.int64), axis=1) > 0).any():
        return "neighbours are out of order"
    if (
        ((found.docs == own) == is_neighbour).any()
        or not live[found.docs[is_neighbour]].all()
        or is_neighbour[~live].any()
    ):
        return "a neighbour is the release itself or a deleted one"
    if full:
        expected = find_neighbours(readers)
        if (found.docs != expected.docs).any() or (found.cosines != expected.cosines).any():
            return "not the neighbours of these releases"
    return None
