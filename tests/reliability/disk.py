"""Disk: the changes that a program makes in a directory → a log of events, each of which can be refused or the last."""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest import mock

__all__ = ["Disk", "Event"]


@dataclass(frozen=True, slots=True)
class Event:
    """One change: `kind` is create, write, truncate, sync, rename, unlink, sync_directory or note."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""
    target: str = ""


class Disk:
    """Inside its `with` block, every change that this process makes in a directory passes through it.

    `before` is called with each event just before it happens, and may raise OSError, or end the process.
    """

    def __init__(self, directory: Path, before: Callable[[Event], None] | None = None) -> None:
        self.directory = directory.resolve()
        self.log: list[Event] = []
        self._before = before
        self._patches: list[Any] = []

    def happen(self, event: Event) -> None:
        """Log an event."""
        if self._before:
            self._before(event)
        self.log.append(event)

    def name(self, path: object) -> str | None:
        """Return the name of a file in the directory, or None for a file elsewhere."""
        if not isinstance(path, str | os.PathLike):
            return None
        whole = Path(os.path.abspath(path))
        return whole.name if whole.parent == self.directory else None

    def __enter__(self) -> Disk:
        plain = {name: getattr(os, name) for name in ("replace", "rename", "unlink", "remove", "fsync")}

        def open_file(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **options: Any) -> Any:
            name = self.name(file)
            if name is None or not set(mode) & set("wxa+"):
                return _open(file, mode, buffering, *rest, **options)
            if "+" not in mode:
                self.happen(Event("create", name))
            raw = _File(file, mode.replace("b", "").replace("t", ""))
            raw.disk, raw.label = self, name
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, *rest, **options)

        def move(how: str) -> Callable[..., None]:
            def rename(source: Any, target: Any, **options: Any) -> None:
                name, goal = self.name(source), self.name(target)
                if name and goal:
                    self.happen(Event("rename", name, target=goal))
                plain[how](source, target, **options)

            return rename

        def drop(how: str) -> Callable[..., None]:
            def unlink(path: Any, **options: Any) -> None:
                name = self.name(path)
                if name and os.path.lexists(path):
                    self.happen(Event("unlink", name))
                plain[how](path, **options)

            return unlink

        def sync(handle: int) -> None:
            path = os.readlink(f"/proc/self/fd/{handle}")
            if Path(path) == self.directory:
                self.happen(Event("sync_directory", ""))
            elif name := self.name(path):
                self.happen(Event("sync", name))
            # The test does not depend on the real disk, which is slow.

        for room, name, substitute in (
            (builtins, "open", open_file),
            (io, "open", open_file),
            (os, "replace", move("replace")),
            (os, "rename", move("rename")),
            (os, "unlink", drop("unlink")),
            (os, "remove", drop("remove")),
            (os, "fsync", sync),
        ):
            patch = mock.patch.object(room, name, substitute)
            patch.start()
            self._patches.append(patch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._patches:
            self._patches.pop().stop()


_open = open


class _File(io.FileIO):
    """A file whose writes are events."""

    disk: Disk
    label: str

    def write(self, data: Any, /) -> int:
        self.disk.happen(Event("write", self.label, self.tell(), bytes(data)))
        return super().write(data)

    def truncate(self, size: int | None = None, /) -> int:
        self.disk.happen(Event("truncate", self.label, self.tell() if size is None else size))
        return super().truncate(size)
