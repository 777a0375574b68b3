"""Lock: the directory of an index → the right to write it, for one process at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
from pathlib import Path

import filelock

from osce_search.errors import IndexLocked, IndexUnavailable
from osce_search.index.storage.generation import LOCK, NOTE

_SHOWN = 1000
"""Characters of another writer's note that are shown at most."""


class WriterLock:
    """The lock of a writer, acquired when it is created, with a note beside it that names the process.

    It waits `wait` seconds for another writer, then raises IndexLocked. It raises IndexUnavailable if the file system
    cannot lock files. The system releases the lock when the process ends. A forked child does not hold the lock. If
    the lock file is removed, the next writer creates another, and this lock is void.
    """

    def __init__(self, directory: Path, wait: float) -> None:
        self._directory = directory
        self._process = os.getpid()
        self._note = directory / NOTE
        self._lock = filelock.FileLock(directory / LOCK, timeout=wait)
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            raise IndexLocked(
                f"{directory}: another process is writing this index{self._holder()}; try again when it has ended, or "
                "wait for it with --wait SECONDS",
                path=str(directory),
            ) from error
        except NotImplementedError as error:
            raise IndexUnavailable(
                f"{directory}: its file system cannot lock files; keep the index on another one",
                path=str(directory),
            ) from error
        try:
            self._file = self._identify()
            self._leave_note()
        except BaseException:
            self._lock.release()
            raise

    @property
    def is_held(self) -> bool:
        """Whether this process holds the lock."""
        return self._process == os.getpid() and self._lock.is_locked

    @property
    def is_in_place(self) -> bool:
        """Whether this process holds the lock on the file that another writer would lock."""
        try:
            return self.is_held and self._identify() == self._file
        except OSError:
            return False

    def ensure_held(self) -> None:
        """Raise IndexUnavailable if this process does not hold the lock."""
        if not self.is_held:
            raise IndexUnavailable(
                f"{self._directory}: this writer was closed, or belongs to the parent process; create another one",
                path=str(self._directory),
            )

    def ensure_in_place(self) -> None:
        """Raise IndexUnavailable if this process does not hold the lock, or if the lock file was removed."""
        self.ensure_held()
        if not self.is_in_place:
            raise IndexUnavailable(
                f"{self._directory}: {LOCK} was removed or replaced while this writer worked, so another process may "
                "have written to the index. This writer has changed nothing. Leave that file where it is, and index "
                "again",
                path=str(self._directory),
            )

    def _identify(self) -> tuple[int, int]:
        status = (self._directory / LOCK).stat()
        return status.st_dev, status.st_ino

    def release(self) -> None:
        """Release the lock. Do nothing if this process does not hold it."""
        if not self.is_held:
            return
        try:
            # If the note cannot be removed, the next writer replaces it.
            with contextlib.suppress(OSError):
                if self.is_in_place:
                    self._note.unlink(missing_ok=True)
        finally:
            self._lock.release()

    def _leave_note(self) -> None:
        now = dt.datetime.now(dt.UTC).isoformat()
        note = {"pid": self._process, "host": socket.gethostname(), "since": now}
        # A symbolic link with this name would redirect the write, and a pipe would block it.
        self._note.unlink(missing_ok=True)
        with self._note.open("x", encoding="utf-8") as file:
            file.write(json.dumps(note))

    def _holder(self) -> str:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            told = f" (process {note['pid']} on {note['host']} since {str(note['since'])[:19]} UTC)"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return ""
        return told if len(told) <= _SHOWN else ""
