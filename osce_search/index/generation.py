"""Generation: the one file that says what the index is, published by renaming it into place.

`osce-search.json` names the segments of the current state, with the sizes of their files, the fingerprint
of the releases and the rules they were analysed by. It carries a checksum of itself. Whoosh's own table of
contents is written beside it for Whoosh's sake and never read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from osce_search.errors import IndexDamaged, IndexIncompatible, IndexMissing
from osce_search.index.analyzer import ANALYZER
from osce_search.index.arrays import FORMAT
from osce_search.index.segment import Segment

__all__ = ["FILE", "Generation", "fsync_directory", "publish", "read_generation"]

FILE = "osce-search.json"
_NEW = f"{FILE}.new"
_MODULUS = 1 << 128


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of an index.

    `total` is the sum of all record hashes modulo 2^128, which does not depend on the order of releases.
    """

    number: int
    segments: tuple[Segment, ...]
    total: int
    built: str = ""
    software: str = ""

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

    def plus(self, hashes: Iterable[bytes], sign: int = 1) -> int:
        """The total with these record hashes added, or with `sign` -1 taken away."""
        return (self.total + sign * sum(int.from_bytes(item, "little") for item in hashes)) % _MODULUS


def read_generation(directory: Path) -> Generation:
    """The current state of the index in a directory.

    Raises IndexMissing where there is none, IndexDamaged or IndexIncompatible where it cannot be used.
    """
    path = directory / FILE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        there = "no such directory" if not directory.is_dir() else "no index of osce-search in it"
        raise IndexMissing(
            f"{directory}: {there}; make one with: osce-search index SOURCE… --index {directory}",
            path=str(directory),
        ) from error
    except OSError as error:
        raise IndexDamaged(path, f"cannot be read ({error.strerror})") from error
    try:
        outer = json.loads(data)
        content = outer["index"]
        checksum, wanted = _checksum(content), outer["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(path, "altered, no longer the file that was published") from error
    if checksum != wanted:
        raise IndexDamaged(path, "altered, its checksum differs")
    if content["format"] != FORMAT or content["analyzer"] != ANALYZER:
        raise IndexIncompatible(
            directory,
            f"made in format {content['format']} with the analyzer {content['analyzer']}, but this version reads "
            f"format {FORMAT} with {ANALYZER}",
        )
    return Generation(
        content["generation"],
        tuple(Segment.from_json(entry) for entry in content["segments"]),
        int(content["total"], 16),
        content["built"],
        content["software"],
    )


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
    }
    outer = {"sha256": _checksum(content), "index": content}
    path = directory / _NEW
    with path.open("wb") as file:
        file.write(json.dumps(outer, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    path.replace(directory / FILE)
    fsync_directory(directory)


def fsync_directory(directory: Path) -> None:
    """Force the names in a directory to disk, where the system has a way to."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checksum(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
