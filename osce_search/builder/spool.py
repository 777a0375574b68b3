"""Spool: releases that were read, on disk until it is known whether another page tells of them, too."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from osce_search.builder.accounts import Account
from osce_search.builder.enrichment import enrich
from osce_search.builder.reading import clean, read_record
from osce_search.index.storage.durability import explain
from osce_search.release import Release

__all__ = ["Spool", "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """Where in the spool a release is that was read, and the account that it is."""

    account: Account
    place: int
    partial: bool


class Spool:
    """Releases in a temporary file, each known by its place there.

    What came as a record is kept as it came, and read once more if need be: almost none is.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._end = 0
        self._at_end = True

    def put(self, release: Release, record: bytes = b"") -> int:
        """Where the release is from now on; `record` is the line it was read from. Raises IndexUnavailable."""
        found = b"<" + record if record else b"=" + release.to_json().encode()
        with self._explained():
            if not self._at_end:
                self._file.seek(self._end)
                self._at_end = True
            place, self._end = self._end, self._end + self._file.write(found + b"\n")
        return place

    def take(self, place: int) -> Release:
        """The release at a place."""
        with self._explained():
            self._file.seek(place)
            self._at_end = False
            line = self._file.readline()
        if line.startswith(b"<"):
            return enrich(clean(read_record(line[1:], "record"), "record"))
        return Release.from_record(json.loads(line[1:]), resolve=False)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # Closing tries once more to write what is left, and would hide why it could not.
            with contextlib.suppress(OSError):
                self._file.close()
            raise explain(Path(tempfile.gettempdir()), error) from error
