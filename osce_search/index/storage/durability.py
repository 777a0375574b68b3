"""Durability: written files → files that survive a power cut."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path

from osce_search.errors import IndexUnavailable

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_SYNC = {errno.EBADF, errno.EINVAL, errno.ENOTSUP}

_PATIENCE = 2.0
"""Seconds to wait on Windows for another process to close a file."""


def force(handle: int) -> None:
    """Force the contents of an open file to disk, past the cache of the drive where the system can."""
    if sys.platform == "darwin":
        import fcntl

        # On macOS fsync does not reach past the drive's cache. Not every file system supports F_FULLFSYNC.
        try:
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(handle)
    else:
        os.fsync(handle)


def force_directory(directory: Path) -> None:
    """Force the names in a directory to disk. Do nothing where the system has no way to."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        force(handle)
    except OSError as error:
        # Some network file systems refuse fsync of a directory, and do not need it.
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(handle)


def make_directory(path: Path) -> None:
    """Create a directory and its missing parents, durably. Do nothing if it exists."""
    missing = []
    above = path.absolute()
    while not above.exists():
        missing.append(above)
        above = above.parent
    path.mkdir(parents=True, exist_ok=True)
    for made in missing:
        force_directory(made.parent)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another. On Windows, wait until no process has the target open."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > until:
                raise
            time.sleep(0.01)


def explain(path: Path, error: OSError) -> IndexUnavailable:
    """Return an error that says what could not be written, why, and what to do.

    >>> print(explain(Path("index"), OSError(errno.ENOSPC, "No space left on device")))
    index: no space is left (No space left on device); free some space and try again. The index is unchanged.
    """
    reason = error.strerror or str(error)
    where = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
    if error.errno in _FULL:
        told = f"no space is left ({reason}); free some space and try again"
    elif error.errno in _FORBIDDEN:
        told = f"cannot be written ({reason}); change its permissions, or name another directory with --index"
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        told = f"too many files are open ({reason}); close some, or raise the limit with ulimit -n"
    else:
        told = f"cannot be written ({reason}); check the disk and try again"
    return IndexUnavailable(f"{where}: {told}. The index is unchanged.", path=str(where))
