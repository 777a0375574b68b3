"""Generation: the one file that says what the index is, published by renaming it into place.

`osce-search.json` names the segments of the current state, with the sizes of their files, the fingerprint
of the releases and the rules they were analysed by. It carries a checksum of itself. Whoosh's own table of
contents is written beside it for Whoosh's sake and never read.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexMissing, IndexUnavailable
from osce_search.index.analyzer import ANALYZER
from osce_search.index.arrays import FORMAT
from osce_search.index.durability import force, force_directory, replace
from osce_search.index.segment import INDEX_NAME, Segment, Stamp, read_number, read_stamp

__all__ = [
    "FILE",
    "LOCK",
    "NEW",
    "NOTE",
    "TOC",
    "Generation",
    "find_last_number",
    "publish",
    "read_generation",
]

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
