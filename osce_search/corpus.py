"""Corpus: sources on disk → pages and records, each with the name of its file."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from osce_search.errors import SourceError

__all__ = [
    "PAGE_LIMIT",
    "PAGE_SUFFIXES",
    "RECORD_LIMIT",
    "RECORD_SUFFIXES",
    "Item",
    "Rejected",
    "Scope",
    "read_sources",
]

PAGE_LIMIT = 5 * 2**20
"""The limit on the bytes of a page. A page of the OSCE's site has about 70,000."""

RECORD_LIMIT = 16 * 2**20
"""The limit on the bytes of a line of a JSONL file."""

PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".eml", ".xml")
RECORD_SUFFIXES = (".jsonl", ".jsonl.gz")

STANDARD_INPUT = "-"

# A gzip file of text unpacks to 3 to 10 times its size, a gzip bomb to a thousand times.
_UNPACKED_FREE = 64 * 2**20
_UNPACKED_RATIO = 100
# Each line counts for at least 64 bytes: 64 MB of empty lines fit into 64 kB. A record takes more than one packed byte.
_LINE_COST = 64
_CHUNK = 2**20
_ADDRESS = re.compile(r"((?:https?|ftp):)/+", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Item:
    """One page, or one line of a JSONL file, with its bytes.

    `origin` is the name of the file in the index, which does not depend on the working directory. `where` is the name
    as it was typed, with the line number of a record. `sha256` is the hexadecimal checksum of the bytes.
    """

    kind: Literal["page", "record"]
    content: bytes
    origin: str
    where: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file, or one line of a file, that is not read, and why; the other lines of the file are read."""

    origin: str
    where: str
    reason: str
    size: int = 0


class Scope:
    """The files and directories that a build is responsible for.

    >>> scope = Scope([Path("corpus")], base=Path("."))
    >>> "corpus/pages/visit.html" in scope, "elsewhere/visit.html" in scope
    (True, False)
    """

    def __init__(self, sources: Sequence[Path], base: Path) -> None:
        self.base = base.resolve()
        self._base_name = print_path(self.base)
        names = [self.name(source) for source in sources if str(source) != STANDARD_INPUT]
        self._roots = [self.locate(name).rstrip("/") for name in names]

    def name(self, path: Path) -> str:
        """Return the name of a file in the index: relative if it is below the base, otherwise absolute."""
        whole = Path(os.path.abspath(path))
        if whole.is_relative_to(self.base):
            whole = whole.relative_to(self.base)
        return print_path(whole)

    def __contains__(self, origin: str) -> bool:
        # Releases from standard input, or added by a program, have no file.
        if origin in ("", STANDARD_INPUT):
            return False
        whole = self.locate(origin)
        return any(whole == root or whole.startswith(f"{root}/") for root in self._roots)

    def locate(self, name: str) -> str:
        """Return the absolute path of a name that `name` returned; a source may be above the base or below it."""
        if os.path.isabs(name):
            return name
        return self._base_name if name == "." else f"{self._base_name.rstrip('/')}/{name}"


def print_path(path: Path) -> str:
    """Return a path as one line of text that can be encoded, whatever the bytes of the file's name.

    >>> print_path(Path("pages/line\\nbreak.html"))
    'pages/line\\\\x0abreak.html'
    """
    text = os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def read_sources(sources: Sequence[Path], base: Path) -> Iterator[Item | Rejected]:
    """Yield every page and record of the sources, in an order that depends only on their names.

    A source is a directory with all below it, a page, a JSONL file, with or without gzip, or `-` for JSONL on standard
    input. Hidden files, README and .toml files are skipped silently; everything else that is not read is yielded as
    Rejected. Symbolic links are followed only within the source directory.

    Raise SourceError if a source does not exist, before anything is read.
    """
    for source in sources:
        if str(source) != STANDARD_INPUT and not source.exists():
            raise SourceError(*_explain_missing(source))
    scope = Scope(sources, base)
    seen: set[str] = set()
    for source in sources:
        if str(source) == STANDARD_INPUT:
            yield from _read_lines(sys.stdin.buffer, STANDARD_INPUT, "standard input")
            continue
        for path, refusal in _walk(source) if source.is_dir() else ((source, None),):
            origin = scope.name(path)
            if refusal:
                yield Rejected(origin, print_path(path), refusal)
            elif origin not in seen:
                seen.add(origin)
                yield from _read_file(path, origin)


def _explain_missing(source: Path) -> tuple[str, str]:
    """Return how to name a source that does not exist, and why it cannot be read."""
    name = print_path(source)
    if address := _ADDRESS.match(name):
        # A path has lost one of the two slashes.
        whole = f"{address[1]}//{name[address.end() :]}"
        return (
            whole,
            "osce-search reads files and directories, not addresses; save the page, and index its file",
        )
    return name, "there is no such file or directory"


def _walk(directory: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield each file below a directory, with the reason not to read it, or None."""
    root = directory.resolve()
    troubles: list[OSError] = []
    for folder, folders, names in os.walk(directory, onerror=troubles.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (link := Path(folder, name)).is_symlink():
                yield link, "a symbolic link to a directory is not followed"
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or name.endswith(".toml") or name.split(".")[0].upper() == "README":
                continue
            # Unlike Path.resolve, realpath accepts a link to itself.
            outside = path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root)
            yield path, "a symbolic link out of the source directory is not followed" if outside else None
    for trouble in troubles:
        yield Path(trouble.filename), f"cannot be read ({trouble.strerror})"


def _read_file(path: Path, origin: str) -> Iterator[Item | Rejected]:
    where = print_path(path)
    name = path.name.lower()
    is_record = name.endswith(RECORD_SUFFIXES)
    if not is_record and not name.endswith(PAGE_SUFFIXES):
        known = " ".join(PAGE_SUFFIXES + RECORD_SUFFIXES)
        yield Rejected(origin, where, f"not an HTML, text, feed, e-mail or JSONL file ({known})")
        return
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Rejected(origin, where, "not a regular file")
        elif status.st_size == 0:
            yield Rejected(origin, where, "the file is empty")
        elif not is_record and status.st_size > PAGE_LIMIT:
            yield Rejected(origin, where, _too_large(status.st_size, PAGE_LIMIT, "page"), status.st_size)
        elif not is_record:
            with path.open("rb") as file:
                content = file.read(PAGE_LIMIT + 1)
            if len(content) > PAGE_LIMIT:
                yield Rejected(origin, where, _too_large(len(content), PAGE_LIMIT, "page"), len(content))
            else:
                yield Item("page", content, origin, where, _digest(content))
        else:
            with path.open("rb") as file:
                if file.read(len(_GZIP)) == _GZIP:
                    file.seek(0)
                    with gzip.GzipFile(fileobj=file) as unpacked:
                        yield from _read_lines(unpacked, origin, where, file)
                else:
                    file.seek(0)
                    yield from _read_lines(file, origin, where)
    except OSError as error:
        yield Rejected(origin, where, f"cannot be read ({error.strerror or error})")


def _read_lines(
    file: BinaryIO | gzip.GzipFile, origin: str, where: str, packed: BinaryIO | None = None
) -> Iterator[Item | Rejected]:
    number = unpacked = 0

    def is_bomb(size: int) -> bool:
        return packed is not None and size > max(_UNPACKED_FREE, _UNPACKED_RATIO * packed.tell())

    try:
        while line := file.readline(RECORD_LIMIT + 2):
            number += 1
            size = len(line)
            if len(line.removesuffix(b"\n")) > RECORD_LIMIT:
                chunk = line
                while chunk and not chunk.endswith(b"\n") and not is_bomb(unpacked + size):
                    chunk = file.readline(_CHUNK)
                    size += len(chunk)
                yield Rejected(origin, f"{where}:{number}", _too_large(size, RECORD_LIMIT, "line"), size)
            elif line := line.removeprefix(_BYTE_ORDER_MARK).strip():
                yield Item("record", line, origin, f"{where}:{number}", _digest(line))
            unpacked += max(size, _LINE_COST)
            if is_bomb(unpacked):
                reason = f"unpacks to more than {_UNPACKED_RATIO} times its size"
                if size < _LINE_COST:
                    reason += f" (a line counts for {_LINE_COST} bytes at least)"
                reason += "; the rest is not read"
                yield Rejected(origin, f"{where}:{number}", reason, unpacked)
                return
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Rejected(origin, f"{where}:{number + 1}", f"the gzip file is damaged from here on ({error})")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _too_large(size: int, limit: int, what: str) -> str:
    return f"the {what} has {size / 2**20:,.1f} MB, the limit is {limit / 2**20:,.0f}"
