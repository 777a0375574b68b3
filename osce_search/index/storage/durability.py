"""Durability: bytes and names in memory of the system → bytes and names that a power cut leaves."""

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


def force(handle: int) -> None:
    """Force what was written to an open file to disk, past the cache of the drive where there is a way to."""
    if sys.platform == "darwin":
        import fcntl

        # Of all systems this one alone forces things only as far as the drive; not every file system knows better.
        try:
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(handle)
    else:
        os.fsync(handle)


def force_directory(directory: Path) -> None:
    """Force the names in a directory to disk, where the system has a way to."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        force(handle)
    except OSError as error:
        # Some network file systems refuse this for directories, for which they need it not.
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(handle)


def make_directory(path: Path) -> None:
    """Make a directory with those above it, each by a name that lasts; nothing where it is there."""
    missing = []
    above = path.absolute()
    while not above.exists():
        missing.append(above)
        above = above.parent
    path.mkdir(parents=True, exist_ok=True)
    for made in missing:
        force_directory(made.parent)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another, for which Windows has to wait until nobody has that one open."""
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
    """What to tell of a disk that refuses to be written: what, where, and what to do.

    >>> print(explain(Path("index"), OSError(errno.ENOSPC, "No space left on device")))
    index: there is no room left to write it (No space left on device); make room and try again: the index is as it was
    """
    reason = error.strerror or str(error)
    where = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
    if error.errno in _FULL:
        told = f"there is no room left to write it ({reason}); make room and try again"
    elif error.errno in _FORBIDDEN:
        told = f"it may not be written ({reason}); give the right to, or name another directory with --index"
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        told = f"too many files are open ({reason}); close some, or raise the limit with ulimit -n"
    else:
        told = f"it cannot be written ({reason}); see to the disk and try again"
    return IndexUnavailable(f"{where}: {told}: the index is as it was", path=str(where))
