"""Generation: the file that says which files are the index, published by renaming it into place.

`osce-search.json` names the segments of the current generation with a stamp of each file, the fingerprint of the
releases, and the analyzer. It has a checksum of itself. A table of contents for Whoosh is written beside it, and only
Whoosh reads that one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexMissing, IndexUnavailable
from osce_search.index.analyzer import ANALYZER
from osce_search.index.storage.arrays import FORMAT, Stamp
from osce_search.index.storage.durability import force, force_directory, replace

INDEX_NAME = "MAIN"
"""The name that Whoosh gives an index by default. The name of every file begins with it."""

PARTS = ("text", "columns", "records")
"""The files of a segment, by their suffixes."""

FILE = "osce-search.json"
NEW = f"{FILE}.new"
"""The file that a new generation is written to before it replaces FILE."""

LOCK = f"{INDEX_NAME}_WRITELOCK"
"""The lock file. Whoosh's writers take the same one."""

NOTE = f"{LOCK}.owner"
"""The note that says which process holds the lock. A killed writer leaves it behind."""

_TOC = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc(\.\d+\.\d+)?", re.ASCII)
_OWN = re.compile(rf"{INDEX_NAME}_[0-9a-f]{{16}}(\.\w+)+", re.ASCII)
_NAME = re.compile(rf"{INDEX_NAME}_\w+(\.\w+)+", re.ASCII)
_MODULUS = 1 << 128
_MAX_NUMBER = (1 << 63) - 1
_MAX_BYTES = 1 << 26
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as the generation describes it.

    `stamps` has the stamp of each file of PARTS. `deleted` is the name of the file that lists deleted documents, and
    `deleted_count` is their number.
    """

    name: str
    documents: int
    stamps: tuple[Stamp, ...]
    deleted: str | None = None
    deleted_stamp: Stamp = (0, 0)
    deleted_count: int = 0

    @property
    def live(self) -> int:
        """The number of documents that are not deleted."""
        return self.documents - self.deleted_count

    def files(self) -> list[tuple[str, Stamp]]:
        """Return the name and the stamp of each file."""
        files = [(f"{self.name}.{part}", stamp) for part, stamp in zip(PARTS, self.stamps, strict=True)]
        return [*files, (self.deleted, self.deleted_stamp)] if self.deleted else files

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the segment in the generation file."""
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
        """Read an entry; raise ValueError, TypeError or KeyError if it does not describe a segment."""
        gone = entry.get("deleted") or {"file": None, "stamp": (0, 0), "count": 0}
        documents, count = _read_number(entry["documents"]), _read_number(gone["count"])
        if count > documents or (count and gone["file"] is None):
            raise ValueError("more documents deleted than there are")
        stamps = tuple(map(_read_stamp, entry["stamps"]))
        return cls(entry["name"], documents, stamps, gone["file"], _read_stamp(gone["stamp"]), count)


def new_name() -> str:
    """Return a name for a new file, in the form that Whoosh gives segments."""
    return f"{INDEX_NAME}_{os.urandom(8).hex()}"


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of an index.

    `total` is the sum of all record hashes modulo 2^128, so the order of releases makes no difference. `neighbours` is
    the name and the stamp of the file of neighbours, or None if there is none. `toc` is the stamp of Whoosh's table of
    contents, or None if an older version wrote the index and did not record it.
    """

    number: int
    segments: tuple[Segment, ...]
    total: int
    built: str = ""
    software: str = ""
    neighbours: tuple[str, Stamp] | None = None
    toc: Stamp | None = None

    @property
    def fingerprint(self) -> str:
        """A name for the set of releases, independent of the order and the time of indexing.

        >>> Generation(3, (), 0).fingerprint
        'b2:000000000000000000000000000000000'
        """
        return f"b2:{self.releases:x}{self.total:032x}"

    @property
    def releases(self) -> int:
        """The number of releases."""
        return sum([segment.live for segment in self.segments])

    @property
    def toc_name(self) -> str:
        """The name of Whoosh's table of contents."""
        return f"_{INDEX_NAME}_{self.number}.toc"

    def files(self) -> list[tuple[str, Stamp]]:
        """Return the name and the stamp of each file of arrays."""
        files = [file for segment in self.segments for file in segment.files()]
        return [*files, self.neighbours] if self.neighbours else files

    def plus(self, hashes: Iterable[bytes], sign: int = 1) -> int:
        """Return the total with some record hashes added, or subtracted if `sign` is -1."""
        return (self.total + sign * sum(int.from_bytes(item, "little") for item in hashes)) % _MODULUS


def stamp_file(path: Path) -> Stamp:
    """Return the stamp of a file that is not a file of arrays: its size and the CRC-32 of its bytes."""
    data = path.read_bytes()
    return len(data), zlib.crc32(data)


def read_generation(directory: Path) -> Generation:
    """Read the current state of the index in a directory.

    Raise IndexMissing if there is no index, IndexDamaged or IndexIncompatible if it cannot be used, and
    IndexUnavailable if the file cannot be opened.
    """
    path = directory / FILE
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
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
        made = _read_number(made[0]), str(made[1])[:_SHOWN]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise IndexDamaged(path, "its checksum is right, but it does not describe an index") from error
    raise IndexIncompatible(
        directory,
        f"made in format {made[0]} with the analyzer {made[1]}, but this version reads format {FORMAT} with {ANALYZER}",
    )


def _read_content(content: dict[str, Any]) -> Generation:
    near, toc = content["neighbours"], content.get("toc")
    generation = Generation(
        _read_number(content["generation"]),
        tuple(map(Segment.from_json, content["segments"])),
        int(content["total"], 16) % _MODULUS,
        str(content["built"]),
        str(content["software"]),
        None if near is None else (near["file"], _read_stamp(near["stamp"])),
        None if toc is None else _read_stamp(toc),
    )
    names = [name for name, _ in generation.files()]
    # The index may come from a stranger: no name may lead out of its directory.
    if not all(map(_NAME.fullmatch, names)) or len({*names}) < len(names):
        raise ValueError("a name that no file of an index has")
    if generation.releases != content["releases"]:
        raise ValueError("another number of releases than its segments have")
    return generation


def _read_number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MAX_NUMBER:
        raise ValueError(f"{value!r:.40} is not a count")
    return value


def _read_stamp(value: Sequence[object]) -> Stamp:
    size, crc = value
    return _read_number(size), _read_number(crc)


def publish(directory: Path, generation: Generation) -> None:
    """Make a generation the current one: durably, and completely or not at all."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "analyzer": ANALYZER,
        "generation": generation.number,
        "total": f"{generation.total:032x}",
        "releases": generation.releases,
        "built": generation.built,
        "software": generation.software,
        "segments": [segment.to_json() for segment in generation.segments],
        "neighbours": generation.neighbours
        and dict(zip(("file", "stamp"), generation.neighbours, strict=True)),
    }
    if generation.toc:
        content["toc"] = generation.toc
    outer = {"sha256": _checksum(content), "index": content}
    path = directory / NEW
    # A symbolic link with this name would redirect the write to another file.
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
            f"{directory}: the new state is published, but the disk does not confirm it ({error.strerror}); "
            "check the disk, and index again to be sure",
            path=str(directory),
        ) from error


def _checksum(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def find_last_number(directory: Path) -> int:
    """Return the number of the last generation that a writer was about to publish, or 0 if there is none."""
    found = (_TOC.fullmatch(path.name) for path in directory.glob(f"_{INDEX_NAME}_*"))
    return max((int(match[1]) for match in found if match), default=0)


def _explain_absence(directory: Path, path: Path) -> IndexUnavailable:
    try:
        if _is_lost(directory):
            return IndexDamaged(path, "missing, beside the other files of an index")
        there = "no index of osce-search in it" if directory.is_dir() else "no such directory"
    except OSError as error:
        return IndexUnavailable(f"{directory}: cannot be read ({error.strerror})", path=str(directory))
    if directory == Path("index"):  # where commands look for it, and where a checkout makes its own
        advice = "osce-search index corpus, or, in a checkout with its sample pages: make demo"
    else:
        advice = f"osce-search index SOURCE… --index {directory}"
    return IndexMissing(f"{directory}: {there}; make one with: {advice}", path=str(directory))


def _is_lost(directory: Path) -> bool:
    """Return whether an index was published in a directory but FILE is missing.

    A writer makes the table of contents just before it publishes. A first table of contents beside a writer's note may
    be that of a writer that never published.
    """
    last = find_last_number(directory)
    if not last or not any(directory.glob(f"{INDEX_NAME}_*.records")):
        return False
    is_finished = last > 1 or not (directory / NOTE).exists()
    # Another process may have published it in this moment.
    return is_finished and not (directory / FILE).exists()


def ensure_own(directory: Path) -> None:
    """Raise IndexUnavailable if a directory holds an index that was made with Whoosh alone.

    It has the same name as ours, which would replace it.
    """
    if (directory / FILE).exists() or not any(directory.glob(f"{INDEX_NAME}_*.seg")):
        return
    raise IndexUnavailable(
        f"{directory}: it holds an index that was made with Whoosh alone; name another directory with --index",
        path=str(directory),
    )


def has_files(directory: Path, generation: Generation) -> bool:
    """Return whether every file of arrays of a generation exists, damaged or not.

    If one is missing, the description may be older than the files.
    """
    return all((directory / name).exists() for name, _ in generation.files())


def find_own(directory: Path, part: str) -> list[Path]:
    """Return the files with a suffix whose names a writer of ours gave, by name."""
    return sorted(path for path in directory.glob(f"*.{part}") if _OWN.fullmatch(path.name))


def remove_leftovers(directory: Path) -> None:
    """Remove the files of earlier generations and of crashed writers.

    Only files with names that a writer of ours gives are removed. The current generation is read from the disk, because
    a writer may have been interrupted just after it published. If its description is damaged or names missing files,
    every file stays: the index may be among them.
    """
    try:
        current = read_generation(directory)
    except IndexMissing:
        current = Generation(0, (), 0)
    except IndexUnavailable:
        return
    if not has_files(directory, current):
        return
    kept = {*dict(current.files()), current.toc_name}
    for path in directory.iterdir():
        name = path.name
        if name not in kept and (name == NEW or _OWN.fullmatch(name) or _TOC.fullmatch(name)):
            # On Windows a reader may have the file open; the next writer tries again.
            with contextlib.suppress(OSError):
                path.unlink()
