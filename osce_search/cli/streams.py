"""Streams: stdin, stdout and stderr as the process was given them → as they can be used."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import IO

__all__ = ["named", "open_streams", "silence"]


def open_streams() -> None:
    """Make three streams that can be used of whatever the process was given.

    One that is closed becomes the null device: nothing is read from it, and what is written to it is lost. The next
    file that is opened, one of an index perhaps, would otherwise get its number, and what others print with it. What
    stdout cannot encode is printed as a question mark.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    missing = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in missing:
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  # as long as the process
    if not missing:
        os.close(number)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def silence(stream: IO[str]) -> None:
    """Send what a stream has still to write nowhere: it cannot be written where it should."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def named(place: str) -> Iterator[None]:
    """A context whose failures to write name the place, which the system does not do for what is open already."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = place
        raise
