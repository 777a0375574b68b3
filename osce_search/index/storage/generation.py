"""Generation: the one file that says what the index is, published by renaming it into place.

`osce-search.json` names the segments of the current state, with the sizes of their files, the fingerprint
of the releases and the rules they were analysed by. It carries a checksum of itself. Whoosh's own table of
contents is written beside it for Whoosh's sake and never read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexMissing, IndexUnavailable
from osce_search.index.analyzer import ANALYZER
from osce_search.index.storage.arrays import FORMAT
from osce_search.index.storage.durability import force, force_directory, replace

PARTS = ("text", "columns", "records")
"""The files of a segment, by their endings."""

Stamp = tuple[int, int]
"""The size of a file in bytes and the CRC-32 that tells it from any other of that size."""

INDEX_NAME = "MAIN"
"""What Whoosh calls an index that was given no name; it begins the name of every file."""

FILE = "osce-search.json"
NEW = f"{FILE}.new"
"""What a generation is written to before it takes the place of the last one."""

TOC = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc(\.\d+\.\d+)?", re.ASCII)
"""The names of tables of contents for Whoosh, with the number of the generation."""

LOCK = f"{INDEX_NAME}_WRITELOCK"
"""The lock file that Whoosh's own writers take, so that neither writes while the other does."""

NOTE = f"{LOCK}.owner"
"""Who has the lock; it stays where a writer was killed."""

_MODULUS = 1 << 128
_LARGEST = 1 << 26
_SHOWN = 100
_NAME = re.compile(rf"{INDEX_NAME}_\w+(\.\w+)+", re.ASCII)
_OWN = re.compile(rf"{INDEX_NAME}_[0-9a-f]{{16}}(\.\w+)+", re.ASCII)
_LARGEST_NUMBER = (1 << 63) - 1


def new_name() -> str:
    """A name that no segment has had, in the form that Whoosh gives and cleans up by."""
    return f"{INDEX_NAME}_{os.urandom(8).hex()}"


@dataclass(frozen=True, slots=True)
class Segment:
    """What the generation file says of a segment.

    `stamps` has the size and the checksum of each file of PARTS; `deleted` names the file that lists deleted
    documents, `deleted_count` of them, and `deleted_stamp` is its stamp.
    """

    name: str
    documents: int
    stamps: tuple[Stamp, ...]
    deleted: str | None = None
    deleted_stamp: Stamp = (0, 0)
    deleted_count: int = 0

    @property
    def live(self) -> int:
        """Documents that are not deleted."""
        return self.documents - self.deleted_count

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """The names of all files with their stamps."""
        yield from ((f"{self.name}.{part}", stamp) for part, stamp in zip(PARTS, self.stamps, strict=True))
        if self.deleted:
            yield self.deleted, self.deleted_stamp

    def to_json(self) -> dict[str, Any]:
        """The segment as it stands in the generation file."""
        entry: dict[str, Any] = {"name": self.name, "documents": self.documents, "stamps": self.stamps}
        if self.deleted:
            entry["deleted"] = {
                "file": self.deleted,
                "stamp": self.deleted_stamp,
                "count": self.deleted_count,
            }
        return entry

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Segment:
        """The segment from its entry in the generation file; raises ValueError, TypeError or KeyError for no such."""
        gone = entry.get("deleted") or {"file": None, "stamp": (0, 0), "count": 0}
        documents, count = read_number(entry["documents"]), read_number(gone["count"])
        if count > documents or (count and gone["file"] is None):
            raise ValueError("more documents deleted than there are")
        stamps = tuple(map(read_stamp, entry["stamps"]))
        return cls(entry["name"], documents, stamps, gone["file"], read_stamp(gone["stamp"]), count)


def read_number(value: object) -> int:
    """A count or size from JSON; raises ValueError for what is none.

    >>> read_number(3)
    3
    """
    if type(value) is not int or not 0 <= value <= _LARGEST_NUMBER:
        raise ValueError(f"{value!r:.40} is no count")
    return value


def read_stamp(value: Sequence[object]) -> Stamp:
    """A stamp from JSON; raises ValueError for what is none."""
    size, crc = value
    return read_number(size), read_number(crc)


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of an index.

    `total` is the sum of all record hashes modulo 2^128, which does not depend on the order of releases. `neighbours`
    is the file that says which releases are alike (neighbours.py), or None where there is none.
    """

    number: int
    segments: tuple[Segment, ...]
    total: int
    built: str = ""
    software: str = ""
    neighbours: tuple[str, Stamp] | None = None

    @property
    def fingerprint(self) -> str:
        """A name for the releases of this state: the same whenever, wherever and in what order they were indexed.

        >>> Generation(3, (), 0).fingerprint
        'b2:000000000000000000000000000000000'
        """
        return f"b2:{self.releases:x}{self.total:032x}"

    @property
    def releases(self) -> int:
        """How many releases there are."""
        return sum(segment.live for segment in self.segments)

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """The names of all files with their stamps."""
        for segment in self.segments:
            yield from segment.files()
        if self.neighbours:
            yield self.neighbours

    def plus(self, hashes: Iterable[bytes], sign: int = 1) -> int:
        """The total with these record hashes added, or with `sign` -1 taken away."""
        return (self.total + sign * sum(int.from_bytes(item, "little") for item in hashes)) % _MODULUS


def read_generation(directory: Path) -> Generation:
    """The current state of the index in a directory.

    Raises IndexMissing where there is none, IndexDamaged or IndexIncompatible where it cannot be used.
    """
    path = directory / FILE
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            raise IndexDamaged(path, "not the file that was published")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _explain_absence(directory, path) from error
    except OSError as error:
        raise IndexUnavailable(f"{path}: cannot be read ({error.strerror})", path=str(path)) from error
    try:
        outer = json.loads(data)
        content = outer["index"]
        checksum, wanted = _checksum(content), outer["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(path, "altered, no longer the file that was published") from error
    if checksum != wanted:
        raise IndexDamaged(path, "altered, its checksum differs")
    try:
        made = content["format"], content["analyzer"]
        if made == (FORMAT, ANALYZER):
            return _read_content(content)
        made = read_number(made[0]), str(made[1])[:_SHOWN]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise IndexDamaged(path, "its checksum is right, but it does not say what it should") from error
    raise IndexIncompatible(
        directory,
        f"made in format {made[0]} with the analyzer {made[1]}, but this version reads format {FORMAT} with {ANALYZER}",
    )


def _explain_absence(directory: Path, path: Path) -> IndexUnavailable:
    try:
        if _is_lost(directory):
            return IndexDamaged(path, "missing, beside the other files of an index")
        there = "no index of osce-search in it" if directory.is_dir() else "no such directory"
    except OSError as error:
        return IndexUnavailable(f"{directory}: cannot be read ({error.strerror})", path=str(directory))
    return IndexMissing(
        f"{directory}: {there}; make one with: osce-search index SOURCE… --index {directory}",
        path=str(directory),
    )


def find_last_number(directory: Path) -> int:
    """The number of the last generation that was about to be published, whether or not it was; 0 for none."""
    found = (TOC.fullmatch(path.name) for path in directory.glob(f"_{INDEX_NAME}_*"))
    return max((int(match[1]) for match in found if match), default=0)


def _is_lost(directory: Path) -> bool:
    """Whether an index was published in a directory, although the file that says so is not there.

    The table of contents is the last thing that a writer makes before it publishes. Beside the first of all, it may be
    that of a writer that never did: such a one has left its note.
    """
    last = find_last_number(directory)
    if not last or not any(directory.glob(f"{INDEX_NAME}_*.records")):
        return False
    is_finished = last > 1 or not (directory / NOTE).exists()
    # Somebody may have published it in this moment.
    return is_finished and not (directory / FILE).exists()


def _read_content(content: dict[str, Any]) -> Generation:
    near = content["neighbours"]
    generation = Generation(
        read_number(content["generation"]),
        tuple(Segment.from_json(entry) for entry in content["segments"]),
        int(content["total"], 16) % _MODULUS,
        str(content["built"]),
        str(content["software"]),
        None if near is None else (near["file"], read_stamp(near["stamp"])),
    )
    names = [name for name, _ in generation.files()]
    # Whoever made the index may not be trusted, and no name may lead out of its directory.
    if not all(_NAME.fullmatch(name) for name in names) or len(set(names)) < len(names):
        raise ValueError("a name that no file of an index has")
    if generation.releases != content["releases"]:
        raise ValueError("another number of releases than its segments have")
    return generation


def publish(directory: Path, generation: Generation) -> None:
    """Make this the state that readers see from now on: durably, and whole or not at all."""
    content = {
        "format": FORMAT,
        "analyzer": ANALYZER,
        "generation": generation.number,
        "total": f"{generation.total:032x}",
        "releases": generation.releases,
        "built": generation.built,
        "software": generation.software,
        "segments": [segment.to_json() for segment in generation.segments],
        "neighbours": None
        if generation.neighbours is None
        else {"file": generation.neighbours[0], "stamp": generation.neighbours[1]},
    }
    outer = {"sha256": _checksum(content), "index": content}
    path = directory / NEW
    # A link that somebody has put there would lead the writing to another file.
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(json.dumps(outer, indent=1).encode())
        file.flush()
        force(file.fileno())
    replace(path, directory / FILE)
    try:
        force_directory(directory)
    except OSError as error:
        raise IndexUnavailable(
            f"{directory}: the new state is there, but the disk does not confirm that it has it ({error.strerror}); "
            "see to the disk, and index again to be sure",
            path=str(directory),
        ) from error


def _checksum(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def ensure_own(directory: Path) -> None:
    """Raise IndexUnavailable where a directory holds an index of Whoosh that is not one of ours.

    Ours has the name that Whoosh gives where none is given, and would take the place of it.
    """
    if (directory / FILE).exists() or not any(directory.glob(f"{INDEX_NAME}_*.seg")):
        return
    raise IndexUnavailable(
        f"{directory}: an index in it was made with Whoosh alone; keep this one elsewhere, with --index DIRECTORY",
        path=str(directory),
    )


def has_files(directory: Path, generation: Generation) -> bool:
    """Whether all files that a generation names are there, damaged or not: else it may be older than they are."""
    return all((directory / name).exists() for name, _ in generation.files())


def find_own(directory: Path, part: str) -> list[Path]:
    """The files of that ending with names as only we give them, by name."""
    return sorted(path for path in directory.glob(f"*.{part}") if _OWN.fullmatch(path.name))


def remove_leftovers(directory: Path) -> None:
    """Remove what a crash or an older generation left: files with names as only we give them that no generation names.

    What the generation is, the disk says and not a writer: that may have failed or been interrupted just after
    it published. Where the disk does not say, or says what is not there, all files stay until a commit has replaced
    them: the index may be among those that seem to be left over.
    """
    try:
        current = read_generation(directory)
    except IndexMissing:
        current = Generation(0, (), 0)
    except IndexUnavailable:
        return
    if not has_files(directory, current):
        return
    for path in _find_leftovers(directory, current):
        # Where a reader holds the file and the system minds, the next writer tries again.
        with contextlib.suppress(OSError):
            path.unlink()


def _find_leftovers(directory: Path, current: Generation) -> Iterator[Path]:
    kept = {name for name, _ in current.files()} | {f"_{INDEX_NAME}_{current.number}.toc"}
    for path in directory.iterdir():
        if path.name in kept:
            continue
        if path.name == NEW or _OWN.fullmatch(path.name) or TOC.fullmatch(path.name):
            yield path
