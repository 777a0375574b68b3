"""Lock: the directory of an index → the right to write it, which ends with the process that has it."""

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

_LONGEST = 1000
"""Characters that a note of who writes may have to be repeated."""


class WriterLock:
    """The lock of the writer of an index, taken when it is made, with a note beside it of who has it.

    It waits `wait` seconds for another writer, and then raises IndexLocked, saying who that is; IndexUnavailable where
    the file system has no locks. A process that was forked from the one that has it does not have it, and neither has
    one whose lock file was removed: whoever writes next makes another.
    """

    def __init__(self, directory: Path, wait: float) -> None:
        self._directory = directory
        self._process = os.getpid()
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
                f"{directory}: its file system cannot lock files; keep the index on another",
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
        """Whether this process has the lock."""
        return self._process == os.getpid() and self._lock.is_locked

    @property
    def is_in_place(self) -> bool:
        """Whether this process has the lock that another writer would have to take."""
        try:
            return self.is_held and self._identify() == self._file
        except OSError:
            return False

    def ensure_held(self) -> None:
        """Raise IndexUnavailable where this process does not have the lock: after `release`, and after a fork."""
        if not self.is_held:
            raise IndexUnavailable(
                f"{self._directory}: this writer was closed, or belongs to the process that this one was forked from; "
                "make another",
                path=str(self._directory),
            )

    def ensure_in_place(self) -> None:
        """Raise IndexUnavailable as `ensure_held` does, and where somebody has taken the lock file away."""
        self.ensure_held()
        if not self.is_in_place:
            raise IndexUnavailable(
                f"{self._directory}: {LOCK} was removed or replaced while this writer worked, so that another may have "
                "written meanwhile: the index is as it was; leave that file where it is, and index again",
                path=str(self._directory),
            )

    def _identify(self) -> tuple[int, int]:
        status = (self._directory / LOCK).stat()
        return status.st_dev, status.st_ino

    def release(self) -> None:
        """Let another writer have it; nothing where this process does not have it."""
        if not self.is_held:
            return
        try:
            # Where the disk refuses, whoever is next writes another.
            with contextlib.suppress(OSError):
                if self.is_in_place:
                    self._note.unlink(missing_ok=True)
        finally:
            self._lock.release()

    @property
    def _note(self) -> Path:
        return self._directory / NOTE

    def _leave_note(self) -> None:
        now = dt.datetime.now(dt.UTC).isoformat()
        note = {"pid": self._process, "host": socket.gethostname(), "since": now}
        # A link that somebody has put there would lead the writing to another file, and a pipe would hold it up.
        self._note.unlink(missing_ok=True)
        with self._note.open("x", encoding="utf-8") as file:
            file.write(json.dumps(note))

    def _holder(self) -> str:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            told = f" (process {note['pid']} on {note['host']} since {str(note['since'])[:19]} UTC)"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return ""
        return told if len(told) <= _LONGEST else ""
